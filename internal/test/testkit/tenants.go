package testkit

import (
	"context"
	"testing"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
)

// Tenant makes a tenant and returns it with a context that acts for it.
func Tenant(t testing.TB, store *models.Store, slug string) (context.Context, *models.Tenant) {
	t.Helper()
	row := &models.Tenant{Slug: slug, Name: "Tenant " + slug, Kind: models.KindClient}
	if err := store.Tenants.Create(context.Background(), row); err != nil {
		t.Fatalf("testkit: make the tenant %s: %v", slug, err)
	}
	return tenant.With(context.Background(), row.ID), row
}
