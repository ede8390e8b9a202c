package models

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// TemplatePreview is the small picture of one size of a published version.
type TemplatePreview struct {
	ID        string
	TenantID  string
	VersionID string
	Size      string
	ObjectKey string
	SHA256    string `gorm:"column:sha256"`
	Width     int    // pixels of the picture
	Height    int
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// PutPreview stores the preview of a version and size, in place of the one before. A version that
// is gone is fault.NotFound "template_version_not_found".
func (r *Templates) PutPreview(ctx context.Context, p *TemplatePreview) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		if _, err := tx.Templates.Version(ctx, p.VersionID); err != nil {
			return err
		}
		if p.ID == "" {
			p.ID = NewID()
		}
		p.CreatedAt = tx.now()
		return tx.in(ctx).Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "version_id"}, {Name: "size"}},
			DoUpdates: clause.AssignmentColumns([]string{"object_key", "sha256", "width", "height", "created_at"}),
		}).Create(p).Error
	})
}

// Previews returns a version's previews, ordered by the size's name.
func (r *Templates) Previews(ctx context.Context, versionID string) ([]TemplatePreview, error) {
	var list []TemplatePreview
	return list, r.s.in(ctx).Where("version_id = ?", versionID).Order("size").Find(&list).Error
}

// MarkPreviewsReady records that all previews of a published version are there. Doing it again
// changes nothing.
func (r *Templates) MarkPreviewsReady(ctx context.Context, versionID string) error {
	v, err := r.Version(ctx, versionID)
	if err != nil {
		return err
	}
	if v.State != Published {
		return fault.New(fault.Conflict, "not_published", "Only a published version has previews")
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		result := tx.in(ctx).Model(&TemplateVersion{}).Where("id = ? AND previews_ready_at IS NULL", versionID).
			Updates(map[string]any{"previews_ready_at": tx.now()})
		if result.Error != nil || result.RowsAffected == 0 {
			return result.Error
		}
		return tx.Events.Add(ctx, TopicTemplate, v.TemplateID, int64(v.Number))
	})
}
