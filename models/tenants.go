package models

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
)

// TenantKind tells what a tenant is for.
type TenantKind string

// The kinds of tenants.
const (
	KindDemo   TenantKind = "demo"   // seeded by the program, to look around
	KindClient TenantKind = "client" // a real one
)

// TenantState is how far a tenant has come.
type TenantState string

// The states of a tenant.
const (
	TenantNew    TenantState = "new"    // what it starts with is not all there yet
	TenantActive TenantState = "active" // the usual one
	TenantGoing  TenantState = "going"  // it is being removed: nothing of it starts any more
)

// Tenant is one client with its brand. The table is the platform's: it has no tenant column.
type Tenant struct {
	ID           string
	Slug         string
	Name         string
	Kind         TenantKind
	State        TenantState
	LogoUploadID string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
}

func (Tenant) platformOwned() {}

// Tenants is the repository of tenants.
type Tenants struct{ s *Store }

// Create adds a tenant. It makes the id when there is none, makes it active where no state is named, and sets the times. A slug that is
// taken is fault.Conflict "slug_taken".
func (r *Tenants) Create(ctx context.Context, t *Tenant) error {
	if t.ID == "" {
		t.ID = NewID()
	}
	if t.State == "" {
		t.State = TenantActive
	}
	t.CreatedAt, t.UpdatedAt = r.s.now(), r.s.now()
	err := r.s.in(Platform(ctx)).Create(t).Error
	return taken(err, "slug_taken", "There is already a tenant with that short name")
}

// ByID returns one tenant, or fault.NotFound "tenant_not_found".
func (r *Tenants) ByID(ctx context.Context, id string) (*Tenant, error) {
	return r.one(ctx, "id = ?", id)
}

// BySlug returns one tenant that is not going, or fault.NotFound "tenant_not_found".
func (r *Tenants) BySlug(ctx context.Context, slug string) (*Tenant, error) {
	return r.one(ctx, "slug = ? AND state <> ?", slug, TenantGoing)
}

// Current returns the context's own tenant.
func (r *Tenants) Current(ctx context.Context) (*Tenant, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return nil, refuse("the context names no tenant")
	}
	return r.ByID(ctx, id)
}

// First returns the tenant that was made first and is not going: at first the demo tenant of `up`.
func (r *Tenants) First(ctx context.Context) (*Tenant, error) {
	return r.one(ctx, "state <> ?", TenantGoing)
}

// List returns all tenants, the oldest first.
func (r *Tenants) List(ctx context.Context) ([]Tenant, error) {
	var list []Tenant
	return list, r.s.in(Platform(ctx)).Order("created_at, id").Find(&list).Error
}

// Working returns the tenants that are not going, the oldest first.
func (r *Tenants) Working(ctx context.Context) ([]Tenant, error) {
	var list []Tenant
	return list, r.s.in(Platform(ctx)).Where("state <> ?", TenantGoing).Order("created_at, id").Find(&list).Error
}

// Move takes a tenant from one state to another. moved is false when it is in another state than from, or not there.
func (r *Tenants) Move(ctx context.Context, id string, from, to TenantState) (moved bool, err error) {
	result := r.s.in(Platform(ctx)).Model(&Tenant{}).Where("id = ? AND state = ?", id, from).
		Updates(map[string]any{"state": to, "updated_at": r.s.now()})
	return result.RowsAffected > 0, result.Error
}

// SetLogo makes one of the tenant's uploads its logo; an empty id takes the logo away. It acts on
// the context's own tenant. An upload of somebody else is fault.NotFound "upload_not_found".
func (r *Tenants) SetLogo(ctx context.Context, uploadID string) error {
	id, ok := tenant.From(ctx)
	if !ok {
		return refuse("the context names no tenant")
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		if uploadID != "" {
			if _, err := tx.Uploads.Get(ctx, uploadID); err != nil {
				return err
			}
		}
		result := tx.in(Platform(ctx)).Model(&Tenant{}).Where("id = ?", id).
			Updates(map[string]any{"logo_upload_id": uploadID, "updated_at": tx.now()})
		if result.Error == nil && result.RowsAffected == 0 {
			return fault.New(fault.NotFound, "tenant_not_found", "There is no such tenant")
		}
		return result.Error
	})
}

func (r *Tenants) one(ctx context.Context, condition string, values ...any) (*Tenant, error) {
	var t Tenant
	err := r.s.in(Platform(ctx)).Where(condition, values...).Order("created_at, id").Take(&t).Error
	if err != nil {
		return nil, notFound(err, "tenant_not_found", "There is no such tenant")
	}
	return &t, nil
}
