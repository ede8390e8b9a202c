// Package demotenant makes tenants with the demo's logo and templates for tests that render.
package demotenant

import (
	"context"
	"image"
	"image/draw"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/crm"
	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Promo is a service with what it stands on, which tests look into.
type Promo struct {
	*promo.Service
	Store   *models.Store
	Objects *objectstore.Store
}

// Service returns a promo service that takes every coupon.
func Service(t testing.TB, o promo.Options) *Promo {
	t.Helper()
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	o.Engine, o.Fonts, o.Emoji, o.Coupons, o.Now = render.NewEngine(fonts, emoji), fonts, emoji, everyCoupon{}, time.Now
	return &Promo{promo.New(o), o.Store, o.Objects}
}

// everyCoupon is a CRM for which every code holds.
type everyCoupon struct{}

// Check implements promo.Coupons.
func (everyCoupon) Check(_ context.Context, code string) (crm.Result, error) {
	return crm.Result{Code: code, Outcome: crm.Valid}, nil
}

// Objects opens an object store and closes it with the test.
func Objects(t testing.TB, c objectstore.Config) *objectstore.Store {
	t.Helper()
	objects, err := objectstore.New(c)
	require.NoError(t, err)
	t.Cleanup(objects.Close)
	return objects
}

// Create adds a tenant with the demo's logo and some of its templates, and returns a context that
// acts for it.
func Create(t testing.TB, s *Promo, row *models.Tenant, templates ...string) context.Context {
	t.Helper()
	require.NoError(t, s.Store.Tenants.Create(t.Context(), row))
	ctx := tenant.With(t.Context(), row.ID)
	logo := image.NewRGBA(demo.Logo().Bounds())
	draw.Draw(logo, logo.Rect, demo.Logo(), logo.Rect.Min, draw.Src)
	require.NoError(t, s.SetLogo(ctx, logo))
	for _, design := range demo.Catalog() {
		if meta := design.Meta(); slices.Contains(templates, meta.Slug) {
			require.NoError(t, s.Install(ctx, &meta, drawn(design)))
		}
	}
	return ctx
}

var drawings = struct {
	mu     sync.Mutex
	bySlug map[string]map[string]image.Image
}{bySlug: map[string]map[string]image.Image{}}

// drawn is what a design draws, which takes a second under the race detector and is always the same.
func drawn(design demo.Design) map[string]image.Image {
	drawings.mu.Lock()
	defer drawings.mu.Unlock()
	if drawings.bySlug[design.Slug] == nil {
		_, drawings.bySlug[design.Slug] = design.Draw()
	}
	return drawings.bySlug[design.Slug]
}
