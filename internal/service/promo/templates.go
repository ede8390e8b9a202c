package promo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"maps"
	"slices"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// Objects never change under their key, so that browsers and CDNs may keep them.
const immutable = "public, max-age=31536000, immutable"

// Draft is what a person submits: metadata, and for each background file that it names the id of
// an upload. A file that the template already has may be left out.
type Draft struct {
	Meta        json.RawMessage   `json:"meta"`
	Backgrounds map[string]string `json:"backgrounds"`
}

// CreateTemplate makes a template with a first draft.
func (s *Service) CreateTemplate(ctx context.Context, d Draft) (*models.TemplateRecord, error) {
	files, err := s.checkDraft(ctx, d, nil)
	if err != nil {
		return nil, err
	}
	return s.o.Store.Templates.Create(ctx, models.TemplateInput{Meta: d.Meta, Backgrounds: files, VisibleWeb: true, VisibleBot: true})
}

// SaveDraft replaces a template's draft; expect is the row version that it was based on.
func (s *Service) SaveDraft(ctx context.Context, id string, expect int64, d Draft) (*models.TemplateRecord, error) {
	record, err := s.o.Store.Templates.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	have := map[string]models.Background{}
	for _, v := range []*models.TemplateVersion{record.Published, record.Draft} {
		if v != nil {
			maps.Copy(have, v.Backgrounds)
		}
	}
	files, err := s.checkDraft(ctx, d, have)
	if err != nil {
		return nil, err
	}
	return s.o.Store.Templates.SaveDraft(ctx, record.ID, expect, models.DraftInput{Meta: d.Meta, Backgrounds: files})
}

// checkDraft parses the metadata and finds the background of each size, of the right dimensions.
func (s *Service) checkDraft(ctx context.Context, d Draft, have map[string]models.Background) (map[string]models.Background, error) {
	t, err := s.ParseTemplate(d.Meta)
	if err != nil {
		return nil, err
	}
	var wrong fault.Fields
	files := map[string]models.Background{}
	for i, size := range t.Sizes {
		if size.Background == "" {
			continue
		}
		name := "backgrounds." + size.Background
		file, known := have[size.Background]
		if id, given := d.Backgrounds[size.Background]; given {
			u, err := s.o.Store.Uploads.Get(ctx, id)
			if fault.Is(err, fault.NotFound) {
				wrong.Add(name, "upload_not_found", "names no upload")
				continue
			} else if err != nil {
				return nil, err
			}
			file, known = models.Background{ObjectKey: u.ObjectKey, SHA256: u.SHA256, Width: u.Width, Height: u.Height}, true
		}
		if !known {
			wrong.Add(name, "required", "sizes[%d] needs this file: upload it and name its id here", i)
			continue
		}
		if _, ok := backgroundScale(&size, file); !ok {
			wrong.Add(name, "wrong_dimensions", "is %d×%d; size %s needs %d×%d or twice that",
				file.Width, file.Height, size.Name, size.Width, size.Height)
		}
		files[size.Background] = file
	}
	for _, given := range slices.Sorted(maps.Keys(d.Backgrounds)) {
		if !slices.ContainsFunc(t.Sizes, func(size render.Size) bool { return size.Background == given }) {
			wrong.Add("backgrounds."+given, "unused", "is not used by any size")
		}
	}
	return files, wrong.Err("template_backgrounds", "The template's backgrounds have mistakes")
}

func backgroundScale(size *render.Size, file models.Background) (int, bool) {
	for _, k := range []int{1, 2} {
		if file.Width == k*size.Width && file.Height == k*size.Height {
			return k, true
		}
	}
	return 0, false
}

// Publish makes the draft the next version. Its previews and its backup are made by a flow.
func (s *Service) Publish(ctx context.Context, id string, expect int64) (*models.TemplateRecord, error) {
	record, err := s.o.Store.Templates.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if record.Draft != nil {
		// Samples must render: what is published can always be previewed.
		t, err := s.ParseTemplate(record.Draft.Meta)
		if err != nil {
			return nil, err
		}
		for _, size := range t.Sizes {
			if _, err := s.o.Engine.Layout(t, size.Name, Samples(t)); err != nil {
				return nil, fault.New(fault.Invalid, "sample_invalid", "The samples do not fit size %s", size.Name).WithCause(err)
			}
		}
	}
	err = s.o.Store.Tx(ctx, func(tx *models.Store) error {
		if record, err = tx.Templates.Publish(ctx, record.ID, expect); err != nil {
			return err
		}
		return addPublished(ctx, tx, contract.Published{TenantID: record.TenantID, TemplateID: record.ID, VersionID: record.Published.ID})
	})
	return record, err
}

// addPublished writes the outbox message that starts the flow of a published version.
func addPublished(ctx context.Context, tx *models.Store, p contract.Published) error {
	return tx.Outbox.Add(ctx, contract.OutboxPublished, "template."+p.TemplateID, p)
}

// RequeuePreviews starts the flows of published versions that have no previews yet, of the
// context's tenant or, in a platform's context, of all: a backup brought them, or their flow failed
// for good and the reason may be gone. The flow is one for each version, so this may be done at any
// time. It returns how many there were.
func (s *Service) RequeuePreviews(ctx context.Context, beat func()) (int, error) {
	pending, err := s.o.Store.Templates.PendingPreviews(ctx, s.o.Now(), models.MaxPage)
	for n, p := range pending {
		beat()
		published := contract.Published{TenantID: p.TenantID, TemplateID: p.TemplateID, VersionID: p.VersionID}
		if err := addPublished(tenant.With(ctx, p.TenantID), s.o.Store, published); err != nil {
			return n, err
		}
	}
	return len(pending), err
}

// SetVisibility changes where a template is offered; nil leaves a place as it is. The backup of the
// published version follows, so that a restored template is not shown where it was hidden.
func (s *Service) SetVisibility(ctx context.Context, id string, expect int64, web, bot *bool) (*models.TemplateRecord, error) {
	record, err := s.o.Store.Templates.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	record, err = s.o.Store.Templates.SetVisibility(ctx, record.ID, expect, web, bot)
	if err != nil || record.Published == nil {
		return record, err
	}
	if err := s.BackUp(ctx, record.Published.ID); err != nil {
		slog.WarnContext(ctx, "backup of a template's visibility not written", "template", record.ID, "error", err)
	}
	return record, nil
}

// Samples returns each text field's sample value.
func Samples(t *render.Template) map[string]string {
	values := map[string]string{}
	for _, f := range t.Fields {
		if f.Kind != render.KindImage && f.Sample != "" {
			values[f.Name] = f.Sample
		}
	}
	return t.Clean(values)
}

// Install puts a template with drawn backgrounds into the context's tenant and publishes it; a
// template with that slug that exists already stays as it is.
func (s *Service) Install(ctx context.Context, t *render.Template, backgrounds map[string]image.Image) error {
	if record, err := s.o.Store.Templates.Get(ctx, t.Slug); err == nil {
		if record.Published != nil {
			return nil
		}
		_, err = s.Publish(ctx, record.ID, models.AnyVersion)
		return err
	} else if !fault.Is(err, fault.NotFound) {
		return err
	}
	owner, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	meta, err := json.Marshal(t)
	if err != nil {
		return err
	}
	if _, err := s.ParseTemplate(meta); err != nil {
		return fmt.Errorf("template %s: %w", t.Slug, err)
	}
	files := map[string]models.Background{}
	for name, img := range backgrounds {
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img); err != nil {
			return err
		}
		sum := sha256.Sum256(b.Bytes())
		sha := hex.EncodeToString(sum[:])
		key := "tenants/" + owner + "/backgrounds/" + sha + ".png"
		if err := s.o.Objects.Put(ctx, key, "image/png", b.Bytes(), immutable); err != nil {
			return err
		}
		size := img.Bounds().Size()
		files[name] = models.Background{ObjectKey: key, SHA256: sha, Width: size.X, Height: size.Y}
	}
	record, err := s.o.Store.Templates.Create(ctx, models.TemplateInput{Meta: meta, Backgrounds: files, VisibleWeb: true, VisibleBot: true})
	if err != nil {
		return err
	}
	_, err = s.Publish(ctx, record.ID, models.AnyVersion)
	return err
}
