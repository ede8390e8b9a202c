package models

import (
	"context"
	"encoding/json"
	"time"

	"github.com/google/uuid"
	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// VersionState is the state of a template's version.
type VersionState string

// The states of a version.
const (
	Draft     VersionState = "draft"
	Published VersionState = "published"
)

// Background is one picture of a version, in the object store.
type Background struct {
	ObjectKey string `json:"object_key"`
	SHA256    string `json:"sha256"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
}

// TemplateVersion is one state of a template's content. Its id names content that never changes:
// saving a draft replaces the row by one with another id, and the database refuses a change of
// content. So it can be cached by id for ever. Meta is compact JSON.
type TemplateVersion struct {
	ID              string
	TenantID        string
	TemplateID      string
	Number          int // 1, 2, 3 … for published ones, 0 for the draft
	State           VersionState
	Meta            json.RawMessage       `gorm:"serializer:json"`
	Backgrounds     map[string]Background `gorm:"serializer:json"` // by file name
	PublishedAt     Time
	PreviewsReadyAt Time
	CreatedAt       Time `gorm:"autoCreateTime:false"`
}

// DraftInput is new content for a template.
type DraftInput struct {
	Meta        json.RawMessage
	Backgrounds map[string]Background
}

// TemplateBackup is the content of a template's backup in the object store.
type TemplateBackup struct {
	TemplateID  string
	VersionID   string
	Number      int
	Meta        json.RawMessage
	Backgrounds map[string]Background
	PublishedAt time.Time
	VisibleWeb  bool
	VisibleBot  bool
}

func newDraft(templateID string, meta json.RawMessage, backgrounds map[string]Background, now Time) TemplateVersion {
	if backgrounds == nil {
		backgrounds = map[string]Background{}
	}
	return TemplateVersion{ID: NewID(), TemplateID: templateID, State: Draft, Meta: meta, Backgrounds: backgrounds, CreatedAt: now}
}

// Version returns one version by its id, or fault.NotFound "template_version_not_found".
func (r *Templates) Version(ctx context.Context, id string) (*TemplateVersion, error) {
	var v TemplateVersion
	if err := r.s.in(ctx).Where("id = ?", id).Take(&v).Error; err != nil {
		return nil, notFound(err, "template_version_not_found", "There is no such version of a template")
	}
	return &v, nil
}

// Versions returns a template's versions, the newest first and the draft before them.
func (r *Templates) Versions(ctx context.Context, templateID string) ([]TemplateVersion, error) {
	var list []TemplateVersion
	return list, r.s.in(ctx).Where("template_id = ?", templateID).
		Order("CASE WHEN number = 0 THEN 0 ELSE 1 END, number DESC").Find(&list).Error
}

// SaveDraft makes or replaces the draft. The slug can't change. expect is the row version that the
// caller saw, or AnyVersion; another one is fault.Precondition "version_changed".
func (r *Templates) SaveDraft(ctx context.Context, id string, expect int64, in DraftInput) (*TemplateRecord, error) {
	head, err := readHead(in.Meta)
	if err != nil {
		return nil, err
	}
	return r.change(ctx, id, expect, func(tx *Store, t *Template) error {
		if head.Slug != t.Slug {
			return fault.InvalidField("meta.slug", "slug_fixed", "The slug of a template stays: it is %s", t.Slug)
		}
		if err := tx.Templates.dropDraft(ctx, t); err != nil {
			return err
		}
		draft := newDraft(t.ID, in.Meta, in.Backgrounds, tx.now())
		t.DraftVersionID = draft.ID
		if t.PublishedVersionID == "" { // what people see is the published version's name
			t.setHead(head)
		}
		return tx.in(ctx).Create(&draft).Error
	})
}

// DiscardDraft throws the draft away. A template that was never published keeps it:
// fault.Conflict "only_a_draft".
func (r *Templates) DiscardDraft(ctx context.Context, id string, expect int64) (*TemplateRecord, error) {
	return r.change(ctx, id, expect, func(tx *Store, t *Template) error {
		if t.PublishedVersionID == "" {
			return fault.New(fault.Conflict, "only_a_draft", "The template was never published, so its draft is all there is")
		}
		return tx.Templates.dropDraft(ctx, t)
	})
}

func (r *Templates) dropDraft(ctx context.Context, t *Template) error {
	if t.DraftVersionID == "" {
		return nil
	}
	id := t.DraftVersionID
	t.DraftVersionID = ""
	return r.s.in(ctx).Where("id = ? AND state = ?", id, Draft).Delete(&TemplateVersion{}).Error
}

// Publish makes the draft the next published version; its previews are pending from then on.
// Without a draft it is fault.Conflict "nothing_to_publish".
func (r *Templates) Publish(ctx context.Context, id string, expect int64) (*TemplateRecord, error) {
	return r.change(ctx, id, expect, func(tx *Store, t *Template) error {
		if t.DraftVersionID == "" {
			return fault.New(fault.Conflict, "nothing_to_publish", "There is no draft to publish")
		}
		draft, err := tx.Templates.Version(ctx, t.DraftVersionID)
		if err != nil {
			return err
		}
		head, err := readHead(draft.Meta)
		if err != nil {
			return err
		}
		var last []TemplateVersion
		if err := tx.in(ctx).Select("id", "number").Where("template_id = ?", t.ID).Order("number DESC").Limit(1).Find(&last).Error; err != nil {
			return err
		}
		number := 1
		if len(last) > 0 {
			number = last[0].Number + 1
		}
		t.PublishedVersionID, t.DraftVersionID = draft.ID, ""
		t.setHead(head)
		return tx.in(ctx).Model(&TemplateVersion{}).Where("id = ? AND state = ?", draft.ID, Draft).
			Updates(map[string]any{"state": Published, "number": number, "published_at": tx.now()}).Error
	})
}

// Restore puts a template and its published version back as a backup tells, under their own ids.
// Doing it twice changes nothing, and a template that has a later version keeps that as its
// published one. A slug that another template took is fault.Conflict "slug_taken".
func (r *Templates) Restore(ctx context.Context, b TemplateBackup) (*TemplateRecord, error) {
	head, err := readHead(b.Meta)
	if err != nil {
		return nil, err
	}
	if uuid.Validate(b.TemplateID) != nil || uuid.Validate(b.VersionID) != nil || b.Number < 1 || b.PublishedAt.IsZero() {
		return nil, fault.InvalidField("backup", "backup_incomplete", "The backup lacks the ids, the number or the time of the version")
	}
	var out *TemplateRecord
	err = r.s.Tx(ctx, func(tx *Store) error {
		now := tx.now()
		t := Template{ID: b.TemplateID, Slug: head.Slug, PublishedVersionID: b.VersionID, VisibleWeb: b.VisibleWeb, VisibleBot: b.VisibleBot,
			Version: 1, CreatedAt: NewTime(b.PublishedAt), UpdatedAt: now}
		t.setHead(head)
		created := tx.in(ctx).Clauses(onConflictOf("id")).Create(&t)
		if created.Error != nil {
			return taken(created.Error, "slug_taken", "There is already another template with that slug")
		}
		v := newDraft(b.TemplateID, b.Meta, b.Backgrounds, NewTime(b.PublishedAt))
		v.ID, v.State, v.Number, v.PublishedAt = b.VersionID, Published, b.Number, NewTime(b.PublishedAt)
		added := tx.in(ctx).Clauses(onConflictOf("id")).Create(&v)
		if added.Error != nil {
			return taken(added.Error, "version_taken", "There is already another version with that number")
		}
		out, err = tx.Templates.Get(ctx, b.TemplateID)
		if err != nil || added.RowsAffected == 0 || out.Published != nil && out.Published.Number >= b.Number {
			return err
		}
		out, err = tx.Templates.change(ctx, b.TemplateID, AnyVersion, func(_ *Store, t *Template) error {
			t.PublishedVersionID = b.VersionID
			t.setHead(head)
			return nil
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// onConflictOf does nothing when a row with that key is there; other unique values still fail.
func onConflictOf(column string) clause.OnConflict {
	return clause.OnConflict{Columns: []clause.Column{{Name: column}}, DoNothing: true}
}

// PendingPreviews is a published version whose previews are not made yet.
type PendingPreviews struct {
	TenantID    string
	TemplateID  string
	VersionID   string
	PublishedAt Time
}

// PendingPreviews lists current versions that were published before a moment and have no previews
// yet, the oldest first: of the context's tenant, or of all in a platform's context.
func (r *Templates) PendingPreviews(ctx context.Context, before time.Time, limit int) ([]PendingPreviews, error) {
	var rows []TemplateVersion
	current := r.s.in(ctx).Model(&Template{}).Select("published_version_id")
	err := r.s.working(ctx).Select("id", "tenant_id", "template_id", "published_at").
		Where("state = ? AND previews_ready_at IS NULL AND published_at < ? AND id IN (?)", Published, NewTime(before), current).
		Order("published_at, id").Limit(pageSize(limit)).Find(&rows).Error
	list := make([]PendingPreviews, 0, len(rows))
	for _, v := range rows {
		list = append(list, PendingPreviews{v.TenantID, v.TemplateID, v.ID, v.PublishedAt})
	}
	return list, err
}
