package models_test

import (
	"strings"
	"testing"

	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

func TestGuardScopesCreates(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		one := &models.Upload{ID: "n1", CreatedAt: g.ours.CreatedAt}
		require.NoError(t, g.db().Create(one).Error)
		require.Equal(t, g.aID, one.TenantID)
		batch := []*models.Upload{{ID: "n2", CreatedAt: g.ours.CreatedAt}, {ID: "n3", TenantID: g.aID, CreatedAt: g.ours.CreatedAt}}
		require.NoError(t, g.db().CreateInBatches(batch, 1).Error)
		require.Equal(t, g.aID, batch[0].TenantID)
		row := func(id string) map[string]any {
			return map[string]any{"id": id, "object_key": "m", "sha256": "", "format": "", "width": 1, "height": 1, "bytes": 1, "created_at": g.ours.CreatedAt}
		}
		require.NoError(t, g.db().Model(&models.Upload{}).Create(row("m1")).Error)
		require.NoError(t, g.db().Model(&models.Upload{}).Create([]map[string]any{row("m2"), row("m3")}).Error)
		var n int64
		require.NoError(t, g.db().Model(&models.Upload{}).Count(&n).Error)
		require.Equal(t, int64(7), n)

		foreign := &models.Upload{ID: "f", TenantID: g.bID}
		g.refused(g.db().Create(foreign).Error, "one")
		g.refused(g.db().Create([]*models.Upload{{ID: "ok"}, foreign}).Error, "batch")
		m := row("f")
		m["tenant_id"] = g.bID
		g.refused(g.db().Model(&models.Upload{}).Create(m).Error, "map")
		m = row("f")
		m["TenantID"] = g.bID
		g.refused(g.db().Model(&models.Upload{}).Create(&m).Error, "map by field name")
		m = row("f")
		m["TENANT_ID"] = g.bID
		g.refused(g.db().Model(&models.Upload{}).Create([]map[string]any{m}).Error, "map in capitals")
		g.refused(g.db().Model(&models.Upload{}).Create(struct{ ID, TenantID string }{"f", g.bID}).Error, "another struct")
		g.refused(g.db().Model(&models.Upload{}).Create(map[string]any{"id": clause.Expr{SQL: "(SELECT max(object_key) FROM uploads)"}}).Error, "sub-query")
		g.refused(g.db().Clauses(clause.Insert{Modifier: "OR REPLACE"}).Create(&models.Upload{ID: g.theirs.ID}).Error, "replace")
		_ = g.db().FirstOrCreate(&models.Upload{CreatedAt: g.ours.CreatedAt}, &models.Upload{ID: "f", TenantID: g.bID}).Error
		g.untouched()
	})
}

func TestGuardScopesUpserts(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		// The row that is in the way is another tenant's: it stays as it is.
		steal := func() *models.Upload {
			return &models.Upload{ID: g.theirs.ID, ObjectKey: "stolen", CreatedAt: g.ours.CreatedAt}
		}
		require.NoError(t, g.db().Clauses(clause.OnConflict{UpdateAll: true}).Create(steal()).Error)
		g.untouched()
		_ = g.db().Save(steal()).Error
		g.untouched()
		_ = g.db().Save([]*models.Upload{steal()}).Error
		g.untouched()
		byID := []clause.Column{{Name: "id"}}
		_ = g.db().Clauses(clause.OnConflict{Columns: byID, DoUpdates: clause.AssignmentColumns([]string{"object_key"}),
			Where: clause.Where{Exprs: []clause.Expression{clause.Or(clause.Expr{SQL: "1=1"})}}}).Create(steal()).Error
		g.untouched()
		require.NoError(t, g.db().Clauses(clause.OnConflict{DoNothing: true}).Create(steal()).Error)
		g.untouched()
		set := func(column string, value any) clause.OnConflict {
			return clause.OnConflict{Columns: byID, DoUpdates: clause.Set{{Column: clause.Column{Name: column}, Value: value}}}
		}
		ours := func() *models.Upload {
			return &models.Upload{ID: g.ours.ID, ObjectKey: "x", CreatedAt: g.ours.CreatedAt}
		}
		g.refused(g.db().Clauses(set("tenant_id", g.bID)).Create(ours()).Error, "moves to another tenant")
		g.refused(g.db().Clauses(set("TENANT_ID", g.bID)).Create(ours()).Error, "in capitals")
		g.refused(g.db().Clauses(set("object_key", clause.Expr{SQL: "(SELECT max(object_key) FROM uploads)"})).Create(ours()).Error, "reads")
		g.refused(g.db().Clauses(clause.OnConflict{OnConstraint: "uploads_pkey", UpdateAll: true}).Create(ours()).Error, "constraint")
		require.NoError(t, g.db().Clauses(clause.OnConflict{UpdateAll: true}).Create(ours()).Error)
		got, err := g.s.Uploads.Get(g.a, g.ours.ID)
		require.NoError(t, err)
		require.Equal(t, "x", got.ObjectKey, "one's own row is updated")
	})
}

func TestGuardScopesUpdates(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		model := func() *gorm.DB { return g.db().Model(&models.Upload{}) }
		affected := func(db *gorm.DB) int64 {
			t.Helper()
			require.NoError(t, db.Error)
			g.untouched()
			return db.RowsAffected
		}
		require.Equal(t, int64(1), affected(model().Where("1=1").Or("1=1").Update("format", "x")))
		require.Zero(t, affected(model().Where("id = ?", g.theirs.ID).Update("format", "x")))
		require.Zero(t, affected(g.db().Model(&models.Upload{ID: g.theirs.ID}).Update("format", "x")))
		require.Zero(t, affected(g.db().Model(&models.Upload{ID: g.theirs.ID}).UpdateColumns(map[string]any{"format": "x"})))
		require.Zero(t, affected(g.db().Updates(&models.Upload{ID: g.theirs.ID, Format: "x"})))
		require.Equal(t, int64(1), affected(g.db().Session(&gorm.Session{AllowGlobalUpdate: true}).Model(&models.Upload{}).Update("format", "y")))
		require.Equal(t, int64(1), affected(model().Where("1=1").Select("*").Omit("id", "created_at").Updates(models.Upload{ObjectKey: "z"})), "an empty tenant in the struct clears nothing")
		got, err := g.s.Uploads.Get(g.a, g.ours.ID)
		require.NoError(t, err)
		require.Equal(t, "z", got.ObjectKey)

		require.ErrorIs(t, model().Update("format", "x").Error, gorm.ErrMissingWhereClause, "no update of all rows by accident")
		g.refused(model().Where("1=1").Update("tenant_id", g.bID).Error, "moved")
		g.refused(model().Where("1=1").Update("TenantID", g.bID).Error, "moved by field name")
		g.refused(model().Where("1=1").Updates(map[string]any{"TENANT_ID": g.bID}).Error, "moved in capitals")
		g.refused(model().Where("1=1").Updates(map[string]any{"uploads.tenant_id": g.bID}).Error, "moved with the table's name")
		g.refused(model().Where("1=1").Updates(&models.Upload{TenantID: g.bID}).Error, "moved by struct")
		g.refused(model().Where("1=1").Updates(struct{ TenantID string }{g.bID}).Error, "moved by another struct")
		g.refused(model().Where("1=1").Update("object_key", gorm.Expr("(SELECT max(object_key) FROM uploads)")).Error, "reads")
		g.refused(model().Clauses(clause.Set{{Column: clause.Column{Name: "tenant_id"}, Value: g.bID}}).Where("1=1").Updates(map[string]any{}).Error, "its own SET")
		g.refused(model().Where("1=1) OR (1=1").Update("format", "x").Error, "brackets")
		g.refused(g.db().Save(&models.Upload{ID: g.theirs.ID, TenantID: g.bID}).Error, "saved for them")
		require.NoError(t, g.db().Save(got).Error)
		g.untouched()
	})
}

func TestGuardScopesDeletes(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		affected := func(db *gorm.DB) int64 {
			t.Helper()
			require.NoError(t, db.Error)
			g.untouched()
			return db.RowsAffected
		}
		require.Zero(t, affected(g.db().Delete(&models.Upload{ID: g.theirs.ID})))
		require.Zero(t, affected(g.db().Delete(&models.Upload{}, "id = ?", g.theirs.ID)))
		require.Zero(t, affected(g.db().Delete(&[]models.Upload{{ID: g.theirs.ID}})))
		require.Zero(t, affected(g.db().Unscoped().Where("tenant_id = ?", g.bID).Delete(&models.Upload{})))
		require.ErrorIs(t, g.db().Delete(&models.Upload{}).Error, gorm.ErrMissingWhereClause)
		g.refused(g.db().Where("1=1) OR (1=1").Delete(&models.Upload{}).Error, "brackets")
		g.refused(g.db().Where("id IN (SELECT id FROM uploads)").Delete(&models.Upload{}).Error, "sub-query")
		g.refused(g.db().Where("1=1").Clauses(clause.Returning{}).Delete(&struct{ ID string }{}).Error, "no model")
		require.Equal(t, int64(1), affected(g.db().Where("1=1").Or("1=1").Delete(&models.Upload{})))
	})
}

func TestGuardScopesRelations(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		// A version that points at another tenant's template can't be made: the foreign key holds
		// the tenant. So the tenants are told apart by joining from a row of one's own.
		crossed := &guardVersion{ID: "crossed", TemplateID: g.tplB.ID, Number: 9}
		require.Error(t, g.db().Omit("Template").Create(crossed).Error)
		g.untouched()

		var versions []guardVersion
		require.NoError(t, g.db().Joins("Template").Find(&versions).Error)
		require.Len(t, versions, 1)
		require.Equal(t, g.tplA.ID, versions[0].Template.ID)
		stmt := g.db().Session(&gorm.Session{DryRun: true}).Joins("Template").Find(&versions).Statement
		require.Equal(t, 2, strings.Count(stmt.SQL.String(), "tenant_id` = ?")+strings.Count(stmt.SQL.String(), `"tenant_id" = $`), stmt.SQL.String())
		g.refused(g.db().Joins("Template", g.db().Where("1=1")).Find(&versions).Error, "a join with text of its own")
		g.refused(g.db().Joins("JOIN templates ON 1=1").Find(&versions).Error, "a join as text")
		g.refused(g.db().InnerJoins("Template.Nothing").Find(&versions).Error, "no relation")

		var templates []guardTemplate
		require.NoError(t, g.db().Preload("Versions").Find(&templates).Error)
		require.Len(t, templates, 1)
		require.Len(t, templates[0].Versions, 1)
		require.NoError(t, g.db().Preload("Versions", "1=1 OR 1=1").Find(&templates).Error)
		require.Len(t, templates[0].Versions, 1)

		// Associations start from a row; when it is somebody else's, nothing is found or changed.
		stolen := guardTemplate{ID: g.tplB.ID, TenantID: g.bID}
		var found []guardVersion
		require.NoError(t, g.db().Model(&stolen).Association("Versions").Find(&found))
		require.Empty(t, found)
		require.Zero(t, g.db().Model(&stolen).Association("Versions").Count())
		_ = g.db().Model(&stolen).Association("Versions").Clear()
		g.untouched()
		_ = g.db().Model(&stolen).Association("Versions").Append(&guardVersion{ID: "n", Number: 9})
		g.untouched()
		_ = g.db().Select("Versions").Delete(&stolen).Error
		g.untouched()
		own := guardTemplate{ID: g.tplA.ID, TenantID: g.aID}
		g.refused(g.db().Model(&own).Association("Versions").Append(&guardVersion{ID: "m", TenantID: g.bID}), "a foreign row in an association")
	})
}
