package models_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// These two models exist to attack relations: joins, preloads, associations.
type guardTemplate struct {
	ID       string
	TenantID string
	Slug     string
	Versions []guardVersion `gorm:"foreignKey:TemplateID"`
}

func (guardTemplate) TableName() string { return "templates" }

type guardVersion struct {
	ID         string
	TenantID   string
	TemplateID string
	Number     int
	Template   guardTemplate `gorm:"foreignKey:TemplateID"`
}

func (guardVersion) TableName() string { return "template_versions" }

// ownerless has neither a tenant nor the platform's mark.
type ownerless struct{ ID string }

func (ownerless) TableName() string { return "uploads" }

// scene is two tenants with an upload and a template each.
type scene struct {
	t            *testing.T
	s            *models.Store
	a, b         context.Context
	aID, bID     string
	ours, theirs *models.Upload
	tplA, tplB   *models.TemplateRecord
}

func guardScenes(t *testing.T, test func(t *testing.T, g scene)) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		g := scene{t: t, s: s}
		var row *models.Tenant
		g.a, row = testkit.Tenant(t, s, "a")
		g.aID = row.ID
		g.b, row = testkit.Tenant(t, s, "b")
		g.bID = row.ID
		g.ours, g.theirs = &models.Upload{ObjectKey: "ours"}, &models.Upload{ObjectKey: "theirs"}
		require.NoError(t, s.Uploads.Create(g.a, g.ours))
		require.NoError(t, s.Uploads.Create(g.b, g.theirs))
		var err error
		g.tplA, err = s.Templates.Create(g.a, input("x", "Ours"))
		require.NoError(t, err)
		g.tplB, err = s.Templates.Create(g.b, input("x", "Theirs"))
		require.NoError(t, err)
		test(t, g)
	})
}

func (g scene) db() *gorm.DB { return models.DB(g.s, g.a) }

// untouched checks that the other tenant's rows are as they were.
func (g scene) untouched() {
	g.t.Helper()
	u, err := g.s.Uploads.Get(g.b, g.theirs.ID)
	require.NoError(g.t, err)
	require.Equal(g.t, g.theirs, u)
	var n int64
	require.NoError(g.t, models.DB(g.s, g.b).Model(&models.Upload{}).Count(&n).Error)
	require.Equal(g.t, int64(1), n)
	record, err := g.s.Templates.Get(g.b, g.tplB.ID)
	require.NoError(g.t, err)
	require.Equal(g.t, g.tplB, record)
}

func (g scene) refused(err error, what string) {
	g.t.Helper()
	require.ErrorIs(g.t, err, models.ErrUnguarded, what)
	g.untouched()
}

func TestGuardFailsClosedWithoutATenant(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		for name, ctx := range map[string]context.Context{"none": context.Background(), "empty": tenant.With(context.Background(), "")} {
			db := models.DB(g.s, ctx)
			var list []models.Upload
			g.refused(db.Find(&list).Error, name)
			g.refused(db.First(&models.Upload{}).Error, name)
			var n int64
			g.refused(db.Model(&models.Upload{}).Count(&n).Error, name)
			g.refused(db.Create(&models.Upload{ID: "x", TenantID: g.aID}).Error, name)
			g.refused(db.Model(&models.Upload{}).Where("1=1").Update("format", "x").Error, name)
			g.refused(db.Where("1=1").Delete(&models.Upload{}).Error, name)
			g.refused(db.Save(&models.Upload{ID: g.theirs.ID, TenantID: g.bID}).Error, name)
			require.Empty(t, list)
		}
	})
}

func TestGuardScopesReads(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		only := func(name string, db *gorm.DB) {
			t.Helper()
			var list []models.Upload
			require.NoError(t, db.Find(&list).Error, name)
			for _, u := range list {
				require.Equal(t, g.aID, u.TenantID, name)
			}
			g.untouched()
		}
		only("all", g.db())
		only("or", g.db().Where("format = ?", "").Or("1 = 1"))
		only("or first", g.db().Or("1 = 1"))
		only("or in a string", g.db().Where("format = '' OR 1=1"))
		only("or after a line break", g.db().Where("format = ''\nor\n1=1"))
		only("or through not", g.db().Not("1 = 0").Or("1 = 1"))
		only("unscoped", g.db().Unscoped())
		only("other tenant named", g.db().Where("tenant_id = ?", g.bID))
		only("by struct", g.db().Where(&models.Upload{TenantID: g.bID}))
		only("by map", g.db().Where(map[string]any{"tenant_id": g.bID}))
		only("clauses", g.db().Clauses(clause.Or(clause.Eq{Column: "tenant_id", Value: g.bID})))
		only("new session", g.db().Session(&gorm.Session{NewDB: true}))
		only("skip hooks", g.db().Session(&gorm.Session{SkipHooks: true, AllowGlobalUpdate: true}))
		only("scopes", g.db().Scopes(func(db *gorm.DB) *gorm.DB { return db.Or("1=1") }))
		only("sub-query", g.db().Where("id IN (?)", g.db().Model(&models.Upload{}).Select("id")))
		only("locking", g.db().Clauses(clause.Locking{Strength: "UPDATE"}))

		require.Error(t, g.db().First(&models.Upload{}, "id = ?", g.theirs.ID).Error)
		require.Error(t, g.db().First(&models.Upload{ID: g.theirs.ID}).Error, "the id in the struct is somebody else's")
		require.Error(t, g.db().Take(&models.Upload{}, "id = ? OR id = ?", g.theirs.ID, g.theirs.ID).Error)
		var n int64
		require.NoError(t, g.db().Model(&models.Upload{}).Where("1=1").Or("1=1").Count(&n).Error)
		require.Equal(t, int64(1), n)
		var keys []string
		require.NoError(t, g.db().Model(&models.Upload{}).Or("1=1").Pluck("object_key", &keys).Error)
		require.Equal(t, []string{"ours"}, keys)
		var batch []models.Upload
		require.NoError(t, g.db().Where("1=1").FindInBatches(&batch, 1, func(tx *gorm.DB, _ int) error {
			require.Equal(t, g.aID, batch[0].TenantID)
			return nil
		}).Error)

		// A statement that is used a second time is scoped a second time, not twice.
		q := g.db().Model(&models.Upload{}).Where("1=1 OR 1=1")
		require.NoError(t, q.Count(&n).Error)
		require.NoError(t, q.Find(&batch).Error)
		require.NoError(t, q.Find(&batch).Error)
		require.Len(t, batch, 1)
	})
}

func TestGuardRefusesTextThatEscapes(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		refuses := func(name string, db *gorm.DB) {
			t.Helper()
			list := []models.Upload{}
			g.refused(db.Find(&list).Error, name)
			require.Empty(t, list, name)
		}
		refuses("brackets that close the guard's", g.db().Where("1=1) OR (1=1"))
		refuses("comment", g.db().Where("1=1) OR 1=1 --"))
		refuses("block comment", g.db().Where("1=1 /* */"))
		refuses("second statement", g.db().Where("1=1; DELETE FROM uploads"))
		refuses("union", g.db().Where("1=0) UNION SELECT * FROM uploads WHERE (1=1"))
		refuses("sub-query as text", g.db().Where("id IN (SELECT id FROM uploads)"))
		refuses("sub-query in the order", g.db().Order("(SELECT max(object_key) FROM uploads)"))
		refuses("sub-query in the selection", g.db().Select("(SELECT max(object_key) FROM uploads) AS object_key"))
		refuses("another FROM in the selection", g.db().Select("u.* FROM uploads u WHERE u.id = ''"))
		refuses("sub-query in a value", g.db().Where("id = ?", clause.Expr{SQL: "(SELECT id FROM uploads LIMIT 1)"}))
		refuses("raw sub-query", g.db().Where("id IN (?)", g.db().Raw("SELECT id FROM uploads")))
		refuses("sub-query of another tenant", g.db().Where("id IN (?)", models.DB(g.s, g.b).Model(&models.Upload{}).Select("id")))
		refuses("sub-query of the platform", g.db().Where("id IN (?)", models.DB(g.s, models.Platform(g.a)).Model(&models.Upload{}).Select("id")))
		refuses("having", g.db().Group("id").Having("1=1 OR id IN (SELECT id FROM uploads)"))
		refuses("join as text", g.db().Joins("JOIN uploads u ON 1=1"))
		refuses("table by name", g.db().Table("uploads"))
		refuses("table with alias", g.db().Table("uploads AS u"))
		refuses("table of a sub-query", g.db().Table("(?) AS uploads", g.db().Model(&models.Upload{})))
		refuses("two tables", g.db().Table("uploads, tenants"))
		refuses("FROM clause", g.db().Clauses(clause.From{Tables: []clause.Table{{Name: "uploads"}, {Name: "tenants"}}}))
		refuses("unknown clause", g.db().Clauses(trick{}))
		refuses("text after a clause", g.db().Clauses(suffix{}))
		refuses("dollar quotes", g.db().Where("object_key = $x$ ' $x$"))
		refuses("backslash", g.db().Where(`object_key = E'\' OR 1=1 --'`))
	})
}

// trick is a clause that nobody knows.
type trick struct{}

func (trick) Name() string                 { return "WITH" }
func (trick) Build(clause.Builder)         {}
func (trick) MergeClause(c *clause.Clause) { c.Expression = clause.Expr{SQL: "RECURSIVE"} }

// suffix brings text after the WHERE.
type suffix struct{}

func (suffix) Name() string         { return "WHERE" }
func (suffix) Build(clause.Builder) {}
func (suffix) MergeClause(c *clause.Clause) {
	c.AfterExpression = clause.Expr{SQL: "OR 1=1"}
}

func TestGuardRefusesRaw(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		for name, ctx := range map[string]context.Context{"tenant": g.a, "platform": models.Platform(g.a), "none": context.Background()} {
			db := models.DB(g.s, ctx)
			var list []models.Upload
			g.refused(db.Raw("SELECT * FROM uploads").Scan(&list).Error, name)
			g.refused(db.Raw("SELECT * FROM uploads").Find(&list).Error, name)
			g.refused(db.Exec("DELETE FROM uploads").Error, name)
			rows, err := db.Model(&models.Upload{}).Rows()
			if rows != nil {
				require.NoError(t, rows.Err())
				require.NoError(t, rows.Close())
			}
			g.refused(err, name)
			rows, err = db.Raw("SELECT * FROM uploads").Rows()
			if rows != nil {
				require.NoError(t, rows.Err())
				require.NoError(t, rows.Close())
			}
			g.refused(err, name)
			require.Nil(t, db.Raw("SELECT * FROM uploads").Row(), name)
			g.refused(db.Table("uploads").Find(&[]map[string]any{}).Error, name)
			g.refused(db.Table("uploads").Create(map[string]any{"id": "x"}).Error, name)
			g.refused(db.Migrator().DropTable("uploads"), name)
			g.refused(db.Connection(func(*gorm.DB) error { return nil }), name)
			_, err = db.DB()
			g.refused(err, name)
			g.refused(db.Session(&gorm.Session{PrepareStmt: true}).Find(&[]models.Tenant{}).Error, name)
			_, err = db.Statement.ConnPool.ExecContext(ctx, "DELETE FROM uploads")
			g.refused(err, name)
			rows, err = db.Statement.ConnPool.QueryContext(ctx, "SELECT 1")
			if rows != nil {
				require.NoError(t, rows.Err())
				require.NoError(t, rows.Close())
			}
			g.refused(err, name)
			require.Error(t, db.Statement.ConnPool.QueryRowContext(ctx, "SELECT 1").Scan(new(int)), name)
			require.Empty(t, list)
		}
		g.refused(g.db().Find(&[]ownerless{}).Error, "a table that nobody owns")
		g.refused(models.DB(g.s, models.Platform(g.a)).Find(&[]ownerless{}).Error, "not even by the platform")
		g.refused(g.db().Find(&[]models.Tenant{}).Error, "the platform's table")
		g.refused(g.db().Find(&[]models.LoginAddress{}).Error, "the platform's table")
	})
}

func TestGuardSeesDryRunsAndTransactions(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		stmt := g.db().Session(&gorm.Session{DryRun: true}).Where("1=1 OR 1=1").Find(&[]models.Upload{}).Statement
		require.Contains(t, strings.ReplaceAll(strings.ReplaceAll(stmt.SQL.String(), "`", ""), `"`, ""), "WHERE uploads.tenant_id = ")
		dry := models.DB(g.s, context.Background()).Session(&gorm.Session{DryRun: true}).Find(&[]models.Upload{})
		g.refused(dry.Error, "a dry run without a tenant")

		require.NoError(t, g.db().Transaction(func(tx *gorm.DB) error {
			var list []models.Upload
			require.NoError(t, tx.Find(&list).Error)
			require.Len(t, list, 1)
			require.ErrorIs(t, tx.Exec("DELETE FROM uploads").Error, models.ErrUnguarded)
			_, err := tx.Statement.ConnPool.ExecContext(g.a, "DELETE FROM uploads")
			require.ErrorIs(t, err, models.ErrUnguarded)
			_, err = tx.Statement.ConnPool.PrepareContext(g.a, "SELECT 1")
			require.ErrorIs(t, err, models.ErrUnguarded)
			return nil
		}, &sql.TxOptions{}))
		g.untouched()
	})
}

func TestPlatformSeesAll(t *testing.T) {
	guardScenes(t, func(t *testing.T, g scene) {
		db := models.DB(g.s, models.Platform(context.Background()))
		var n int64
		require.NoError(t, db.Model(&models.Upload{}).Count(&n).Error)
		require.Equal(t, int64(2), n)
		require.NoError(t, db.Model(&models.Upload{}).Where("id = ?", g.ours.ID).Update("format", "png").Error)
		g.untouched()
	})
}
