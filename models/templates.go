package models

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/google/uuid"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
)

// AnyVersion skips the comparison of row versions: for seeds and commands, not for people's edits.
const AnyVersion int64 = 0

// Template is a promo template: what stays when its versions change. Version is the row's, for
// ETag and If-Match; it grows with every change.
type Template struct {
	ID                 string
	TenantID           string
	Slug               string
	Name               string
	Description        string
	Category           string
	SearchText         string `json:"-"`
	PublishedVersionID string
	DraftVersionID     string
	VisibleWeb         bool
	VisibleBot         bool
	Version            int64
	CreatedAt          Time `gorm:"autoCreateTime:false"`
	UpdatedAt          Time `gorm:"autoUpdateTime:false"`
}

// TemplateRecord is a template with the versions that matter and the published one's previews.
type TemplateRecord struct {
	Template
	Published *TemplateVersion
	Draft     *TemplateVersion
	Previews  []TemplatePreview
}

// TemplateInput is a new template. Slug, name, description and category are read from Meta.
type TemplateInput struct {
	Meta        json.RawMessage
	Backgrounds map[string]Background
	VisibleWeb  bool
	VisibleBot  bool
}

// TemplateFilter narrows a list. The zero value lists everything.
type TemplateFilter struct {
	Query      string // text in the name, the slug, the description or the category
	State      string // "published", "draft" (never published) or ""
	VisibleWeb bool   // only those that the web shows
	VisibleBot bool   // only those that the bot shows
	After      string // the cursor of the page before
	Limit      int    // 0 is DefaultPage
}

// Templates is the repository of templates, their versions and previews.
type Templates struct{ s *Store }

// metaHead is the part of meta.json that the template's row repeats.
type metaHead struct {
	Slug        string `json:"slug"`
	Name        string `json:"name"`
	Description string `json:"description"`
	Category    string `json:"category"`
}

func readHead(meta json.RawMessage) (metaHead, error) {
	var head metaHead
	if err := json.Unmarshal(meta, &head); err != nil {
		return head, fault.InvalidField("meta", "meta_malformed", "The template's metadata is not a JSON object").WithCause(err)
	}
	if head.Slug == "" || head.Name == "" {
		return head, fault.InvalidField("meta", "meta_incomplete", "The template's metadata needs a slug and a name")
	}
	return head, nil
}

func (t *Template) setHead(head metaHead) {
	t.Name, t.Description, t.Category = text.Clean(head.Name), head.Description, head.Category
	t.SearchText = searchText(head.Name, t.Slug, head.Description, head.Category)
}

// Create adds a template with a draft. A slug that is taken is fault.Conflict "slug_taken".
func (r *Templates) Create(ctx context.Context, in TemplateInput) (*TemplateRecord, error) {
	head, err := readHead(in.Meta)
	if err != nil {
		return nil, err
	}
	now := r.s.now()
	t := Template{ID: NewID(), Slug: head.Slug, VisibleWeb: in.VisibleWeb, VisibleBot: in.VisibleBot, Version: 1, CreatedAt: now, UpdatedAt: now}
	t.setHead(head)
	draft := newDraft(t.ID, in.Meta, in.Backgrounds, now)
	t.DraftVersionID = draft.ID
	err = r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Create(&t).Error; err != nil {
			return taken(err, "slug_taken", "There is already a template with that slug")
		}
		return tx.in(ctx).Create(&draft).Error
	})
	if err != nil {
		return nil, err
	}
	return &TemplateRecord{Template: t, Draft: &draft}, nil
}

// Get returns one template by its id or its slug, or fault.NotFound "template_not_found".
func (r *Templates) Get(ctx context.Context, idOrSlug string) (*TemplateRecord, error) {
	condition := "slug = ?"
	if uuid.Validate(idOrSlug) == nil {
		condition = "id = ?"
	}
	var t Template
	if err := r.s.in(ctx).Where(condition, idOrSlug).Take(&t).Error; err != nil {
		return nil, notFound(err, "template_not_found", "There is no such template")
	}
	records, err := r.complete(ctx, []Template{t})
	if err != nil {
		return nil, err
	}
	return &records[0], nil
}

// List returns the tenant's templates, the last changed first.
func (r *Templates) List(ctx context.Context, f TemplateFilter) (Page[TemplateRecord], error) {
	none := Page[TemplateRecord]{}
	db, err := newestFirst(r.s.in(ctx), "templates", "updated_at", f.After, f.Limit)
	if err != nil {
		return none, err
	}
	if q := searchText(f.Query); q != "" {
		db = db.Where("search_text LIKE ? ESCAPE '!'", likePattern(q))
	}
	switch f.State {
	case "":
	case string(Published):
		db = db.Where("published_version_id <> ?", "")
	case string(Draft):
		db = db.Where("published_version_id = ?", "")
	default:
		return none, fault.InvalidField("state", "bad_state", "The state is published or draft")
	}
	if f.VisibleWeb {
		db = db.Where("visible_web = ?", true)
	}
	if f.VisibleBot {
		db = db.Where("visible_bot = ?", true)
	}
	var rows []Template
	if err := db.Find(&rows).Error; err != nil {
		return none, err
	}
	page := cut(rows, "templates", f.Limit, func(t Template) place { return place{t.UpdatedAt, t.ID} })
	records, err := r.complete(ctx, page.Items)
	return Page[TemplateRecord]{Items: records, Next: page.Next}, err
}

// SetVisibility shows or hides a template on the web and in the bot; nil leaves as it is.
func (r *Templates) SetVisibility(ctx context.Context, id string, expect int64, web, bot *bool) (*TemplateRecord, error) {
	return r.change(ctx, id, expect, func(_ *Store, t *Template) error {
		was := [2]bool{t.VisibleWeb, t.VisibleBot}
		if web != nil {
			t.VisibleWeb = *web
		}
		if bot != nil {
			t.VisibleBot = *bot
		}
		if was == [2]bool{t.VisibleWeb, t.VisibleBot} {
			return ErrUnchanged
		}
		return nil
	})
}

// change reads a template, lets fn change it and what hangs on it, and writes it back with the
// next row version, all in one transaction. expect is the row version that the caller saw.
func (r *Templates) change(ctx context.Context, id string, expect int64, fn func(tx *Store, t *Template) error) (*TemplateRecord, error) {
	var out *TemplateRecord
	err := r.s.Tx(ctx, func(tx *Store) error {
		record, err := tx.Templates.Get(ctx, id)
		if err != nil {
			return err
		}
		t := record.Template
		if expect != AnyVersion && t.Version != expect {
			return versionChanged()
		}
		if err := fn(tx, &t); errors.Is(err, ErrUnchanged) {
			out = record
			return nil
		} else if err != nil {
			return err
		}
		seen := t.Version
		t.Version, t.UpdatedAt = seen+1, tx.now()
		// On PostgreSQL two transactions may have read the same version; the second finds none here.
		result := tx.in(ctx).Select("*").Omit("id", "slug", "created_at").Where("version = ?", seen).Updates(&t)
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return versionChanged()
		}
		if out, err = tx.Templates.Get(ctx, t.ID); err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicTemplate, t.ID, t.Version)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// complete adds versions and previews to templates, with one query for each kind.
func (r *Templates) complete(ctx context.Context, list []Template) ([]TemplateRecord, error) {
	records := make([]TemplateRecord, len(list))
	if len(list) == 0 {
		return records, nil
	}
	var ids, published []string
	for _, t := range list {
		for _, id := range []string{t.PublishedVersionID, t.DraftVersionID} {
			if id != "" {
				ids = append(ids, id)
			}
		}
		published = append(published, t.PublishedVersionID)
	}
	var versions []TemplateVersion
	if err := r.s.in(ctx).Where("id IN ?", ids).Find(&versions).Error; err != nil {
		return nil, err
	}
	var previews []TemplatePreview
	if err := r.s.in(ctx).Where("version_id IN ?", published).Order("size").Find(&previews).Error; err != nil {
		return nil, err
	}
	for i, t := range list {
		records[i].Template = t
		for j := range versions {
			switch versions[j].ID {
			case t.PublishedVersionID:
				records[i].Published = &versions[j]
			case t.DraftVersionID:
				records[i].Draft = &versions[j]
			}
		}
		for _, p := range previews {
			if p.VersionID == t.PublishedVersionID {
				records[i].Previews = append(records[i].Previews, p)
			}
		}
	}
	return records, nil
}
