package promo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
)

// backup is the meta.json that lies beside a published version's files. It holds all that is
// needed to make the rows again in an empty database (P1).
type backup struct {
	Schema      int                          `json:"schema"`
	Tenant      backupTenant                 `json:"tenant"`
	TemplateID  string                       `json:"template_id"`
	VersionID   string                       `json:"version_id"`
	Number      int                          `json:"number"`
	PublishedAt time.Time                    `json:"published_at"`
	VisibleWeb  bool                         `json:"visible_web"`
	VisibleBot  bool                         `json:"visible_bot"`
	Backgrounds map[string]models.Background `json:"backgrounds"`
	Meta        json.RawMessage              `json:"meta"`
}

type backupTenant struct {
	ID   string            `json:"id"`
	Slug string            `json:"slug"`
	Name string            `json:"name"`
	Kind models.TenantKind `json:"kind"`
}

func backupPrefix(tenantID string) string { return "tenants/" + tenantID + "/templates/" }

// BackUp writes a published version's meta.json. It may run again at any time.
func (s *Service) BackUp(ctx context.Context, versionID string) error {
	v, err := s.o.Store.Templates.Version(ctx, versionID)
	if err != nil {
		return err
	}
	record, err := s.o.Store.Templates.Get(ctx, v.TemplateID)
	if err != nil {
		return err
	}
	owner, err := s.o.Store.Tenants.ByID(ctx, v.TenantID)
	if err != nil {
		return err
	}
	data, err := json.MarshalIndent(backup{
		Schema: 1, Tenant: backupTenant{owner.ID, owner.Slug, owner.Name, owner.Kind},
		TemplateID: v.TemplateID, VersionID: v.ID, Number: v.Number, PublishedAt: v.PublishedAt.Time,
		VisibleWeb: record.VisibleWeb, VisibleBot: record.VisibleBot, Backgrounds: v.Backgrounds, Meta: v.Meta,
	}, "", "  ")
	if err != nil {
		return err
	}
	key := fmt.Sprintf("%s%s/v%d%s", backupPrefix(v.TenantID), v.TemplateID, v.Number, metaFile)
	if err := s.o.Objects.Put(ctx, key, "application/json", data, "no-cache"); err != nil {
		return err
	}
	return s.backUpBrand(ctx, owner)
}

// The files of backups, by the ends of their keys.
const (
	metaFile  = "/meta.json"
	brandFile = "/brand.json"
)

// brand is the brand.json of a tenant: whose logo is which of the uploads, whose files lie in the store already.
type brand struct {
	Schema int           `json:"schema"`
	Tenant backupTenant  `json:"tenant"`
	Logo   *backupUpload `json:"logo"`
}

type backupUpload struct {
	ID        string `json:"id"`
	ObjectKey string `json:"object_key"`
	SHA256    string `json:"sha256"`
	Format    string `json:"format"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	Bytes     int64  `json:"bytes"`
}

// backUpBrand writes the tenant's brand.json.
func (s *Service) backUpBrand(ctx context.Context, owner *models.Tenant) error {
	b := brand{Schema: 1, Tenant: backupTenant{owner.ID, owner.Slug, owner.Name, owner.Kind}}
	if owner.LogoUploadID != "" {
		u, err := s.o.Store.Uploads.Get(ctx, owner.LogoUploadID)
		if err != nil {
			return err
		}
		b.Logo = &backupUpload{u.ID, u.ObjectKey, u.SHA256, u.Format, u.Width, u.Height, u.Bytes}
	}
	data, err := json.MarshalIndent(b, "", "  ")
	if err != nil {
		return err
	}
	return s.o.Objects.Put(ctx, "tenants/"+owner.ID+brandFile, "application/json", data, "no-cache")
}

// restoreBrand makes a tenant's logo again, unless it has one.
func (s *Service) restoreBrand(ctx context.Context, b brand) error {
	if err := s.restoreTenant(ctx, b.Tenant); err != nil || b.Logo == nil {
		return err
	}
	ctx = tenant.With(ctx, b.Tenant.ID)
	owner, err := s.o.Store.Tenants.ByID(ctx, b.Tenant.ID)
	if err != nil || owner.LogoUploadID != "" {
		return err
	}
	if _, err = s.o.Store.Uploads.Get(ctx, b.Logo.ID); fault.Is(err, fault.NotFound) {
		l := b.Logo
		err = s.o.Store.Uploads.Create(ctx, &models.Upload{ID: l.ID, ObjectKey: l.ObjectKey, SHA256: l.SHA256, Format: l.Format, Width: l.Width, Height: l.Height, Bytes: l.Bytes})
	}
	if err != nil {
		return err
	}
	return s.o.Store.Tenants.SetLogo(ctx, b.Logo.ID)
}

// RestoreTemplates makes the rows of all templates and logos again from their backups in the object store, and
// the tenants that own them where those are missing. It returns how many versions it read. Running
// it on a database that has them changes nothing.
func (s *Service) RestoreTemplates(ctx context.Context) (int, error) {
	var keys, brands []string
	err := s.o.Objects.List(ctx, "tenants/", func(o objectstore.Info) error {
		switch {
		case strings.HasSuffix(o.Key, metaFile):
			keys = append(keys, o.Key)
		case strings.HasSuffix(o.Key, brandFile):
			brands = append(brands, o.Key)
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	var backups []backup
	for _, key := range keys {
		var b backup
		if err := s.readBackup(ctx, key, &b); err != nil {
			return 0, err
		}
		if _, err := s.ParseTemplate(b.Meta); err != nil {
			return 0, fmt.Errorf("%s: %w", key, err)
		}
		backups = append(backups, b)
	}
	// Earlier versions first, so that the last one is the published one at the end.
	slices.SortFunc(backups, func(a, b backup) int { return a.Number - b.Number })
	for _, b := range backups {
		if err := s.restoreTenant(ctx, b.Tenant); err != nil {
			return 0, err
		}
		_, err := s.o.Store.Templates.Restore(tenant.With(ctx, b.Tenant.ID), models.TemplateBackup{
			TemplateID: b.TemplateID, VersionID: b.VersionID, Number: b.Number, Meta: b.Meta, Backgrounds: b.Backgrounds,
			PublishedAt: b.PublishedAt, VisibleWeb: b.VisibleWeb, VisibleBot: b.VisibleBot,
		})
		if err != nil {
			return 0, fmt.Errorf("template %s version %d: %w", b.TemplateID, b.Number, err)
		}
	}
	for _, key := range brands {
		var b brand
		if err := s.readBackup(ctx, key, &b); err != nil {
			return 0, err
		}
		if err := s.restoreBrand(ctx, b); err != nil {
			return 0, fmt.Errorf("%s: %w", key, err)
		}
	}
	return len(backups), nil
}

func (s *Service) readBackup(ctx context.Context, key string, into any) error {
	data, _, err := s.o.Objects.Get(ctx, key, maxObject)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fault.New(fault.Invalid, "backup_broken", "%s is no backup", key).WithCause(err)
	}
	return nil
}

func (s *Service) restoreTenant(ctx context.Context, t backupTenant) error {
	if _, err := s.o.Store.Tenants.ByID(ctx, t.ID); !fault.Is(err, fault.NotFound) {
		return err
	}
	err := s.o.Store.Tenants.Create(ctx, &models.Tenant{ID: t.ID, Slug: t.Slug, Name: t.Name, Kind: t.Kind})
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, "tenant_taken", "The database's tenant %q is not the one in the backups", t.Slug).
			WithRemedy("Restore into a new, empty database, before the first start on it").WithCause(err)
	}
	return err
}
