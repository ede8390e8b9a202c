package tenants_test

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/demotenant"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// starter begins with two of the demo's designs.
type starter struct{}

func (starter) Designs() []tenants.Design {
	return []tenants.Design{demo.Catalog()[0], demo.Catalog()[1]}
}

func (starter) Journey(brand string) (string, *journey.Definition) {
	d := demo.Journey()
	d.WelcomeMessage = "Welcome to " + brand
	return "Welcome", d
}

type world struct {
	*tenants.Service
	store   *models.Store
	objects *objectstore.Store
}

func newWorld(t *testing.T, store *models.Store) *world {
	t.Helper()
	objects := demotenant.Objects(t, testkit.S3(t))
	require.NoError(t, objects.EnsureBucket(t.Context()))
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	p := demotenant.Service(t, promo.Options{Store: store, Objects: objects, Ring: ring})
	all := services.New(t, services.Options{Store: store, Ring: ring, BotAPI: "http://127.0.0.1:1", Promo: p.Service})
	return &world{tenants.New(tenants.Options{Store: store, Promo: p.Service, Journeys: all.Journeys, Connections: all.Connections, Starter: starter{}, Now: time.Now}), store, objects}
}

func logo(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 20))))
	return b.Bytes()
}

func requireCode(t *testing.T, err error, code string) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, code, fault.From(err).Code, "%v", err)
}

func (w *world) files(t *testing.T, id string) (keys []string) {
	t.Helper()
	require.NoError(t, w.objects.List(t.Context(), "tenants/"+id+"/", func(o objectstore.Info) error { keys = append(keys, o.Key); return nil }))
	return keys
}

func TestSlugOf(t *testing.T) {
	for name, want := range map[string]string{
		"Gold & Sons":             "gold-sons",
		"  Crème Brûlée 24/7  ":   "creme-brulee-24-7",
		"ＡＢＣ":                     "abc",
		"金":                       "brand",
		"X":                       "brand",
		"--a--b--":                "a-b",
		strings.Repeat("ab ", 40): "ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-ab-a",
	} {
		require.Equal(t, want, tenants.SlugOf(name), name)
	}
}

// R5: a new tenant begins with templates, its own logo and a first journey that does nothing yet; what was cut off goes on.
func TestANewTenantHasWhatItNeeds(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		w := newWorld(t, s)
		row, err := w.Create(t.Context(), tenants.Draft{Name: "Gold & Sons", Logo: logo(t)})
		require.NoError(t, err)
		require.Equal(t, models.TenantNew, row.State)
		require.Equal(t, models.KindClient, row.Kind)
		require.NotEmpty(t, row.LogoUploadID)
		require.NoError(t, w.Working(t.Context(), row.ID))
		waiting, err := s.Outbox.Claim(models.Platform(t.Context()), time.Minute, 10)
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		require.Equal(t, contract.OutboxTenantSetup, waiting[0].Kind)

		ctx, in := tenant.With(t.Context(), row.ID), contract.Tenant{TenantID: row.ID}
		for range 2 {
			require.NoError(t, w.Equip(t.Context(), in, func() {}))
			_, err = s.Tenants.Move(t.Context(), row.ID, models.TenantActive, models.TenantNew) // cut off right before its end
			require.NoError(t, err)
		}
		require.NoError(t, w.Equip(t.Context(), in, func() {}))
		row, err = s.Tenants.ByID(ctx, row.ID)
		require.NoError(t, err)
		require.Equal(t, models.TenantActive, row.State)
		for _, design := range (starter{}).Designs() {
			template, err := s.Templates.Get(ctx, design.Meta().Slug)
			require.NoError(t, err)
			require.Equal(t, 1, template.Published.Number)
		}
		list, err := s.Journeys.List(ctx, models.JourneyFilter{Limit: 10})
		require.NoError(t, err)
		require.Len(t, list.Items, 1)
		require.Equal(t, models.JourneyDraft, list.Items[0].State)
		_, err = s.Schedules.Get(ctx, contract.FlowHousekeeping, "")
		require.NoError(t, err)
	})
}

// What a person typed is checked before anything is made, and a logo that is none leaves nothing behind.
func TestWhatIsWrongMakesNothing(t *testing.T) {
	s := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld(t, s)
	for _, wrong := range []tenants.Draft{{Name: "\u200b \t"}, {Name: strings.Repeat("x", 61)}, {Name: "X", Slug: "a"}, {Name: "X", Slug: "a--b"}, {Name: "X", Slug: "ä-b"},
		{Name: "X", Slug: strings.Repeat("x", 41)}} {
		_, err := w.Create(t.Context(), wrong)
		requireCode(t, err, "tenant_invalid")
	}
	_, err := w.Create(t.Context(), tenants.Draft{Name: "Broken", Logo: []byte("no picture")})
	require.Error(t, err)
	list, err := s.Tenants.List(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)

	for _, slug := range []string{"one", "one-2", "one-3"} {
		row, err := w.Create(t.Context(), tenants.Draft{Name: "One"})
		require.NoError(t, err)
		require.Equal(t, slug, row.Slug)
	}
	_, err = w.Create(t.Context(), tenants.Draft{Name: "Other", Slug: "one"})
	require.Error(t, err)
}

// R5: the demo alone is removed, when there is another tenant; from then on nothing of it works, and what starts its removal
// is another tenant's.
func TestRemovalOfTheDemo(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		w := newWorld(t, s)
		first := &models.Tenant{Slug: "demo", Name: "The demo", Kind: models.KindDemo}
		require.NoError(t, s.Tenants.Create(t.Context(), first))
		_, err := w.Remove(t.Context(), first.ID)
		requireCode(t, err, "tenant_last")
		require.NoError(t, w.Working(t.Context(), first.ID))

		other, err := w.Create(t.Context(), tenants.Draft{Name: "Other", Logo: logo(t)})
		require.NoError(t, err)
		_, err = w.Remove(t.Context(), other.ID)
		requireCode(t, err, "tenant_no_demo")
		_, err = w.Remove(t.Context(), models.NewID())
		requireCode(t, err, "tenant_not_found")
		in := contract.Tenant{TenantID: other.ID}
		_, err = w.RemoveFiles(t.Context(), in, func() {})
		requireCode(t, err, "tenant_not_going")

		ctx := tenant.With(t.Context(), first.ID)
		require.NoError(t, s.Outbox.Add(ctx, "late", "late", 1))
		require.NoError(t, w.objects.Put(t.Context(), "tenants/"+first.ID+"/x", "text/plain", []byte("x"), ""))
		gone, err := w.Remove(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, models.TenantGoing, gone.State)
		requireCode(t, w.Working(t.Context(), first.ID), "tenant_gone")
		claimed, err := s.Outbox.Claim(models.Platform(t.Context()), time.Minute, 10)
		require.NoError(t, err)
		kinds := map[string]string{}
		for _, m := range claimed {
			kinds[m.Kind] = m.TenantID
		}
		require.Equal(t, map[string]string{contract.OutboxTenantSetup: other.ID, contract.OutboxTenantRemoval: other.ID}, kinds, "what the demo wanted to start does not start")

		require.NoError(t, w.Reconcile(models.Platform(t.Context())))
		n, _, err := s.Outbox.Waiting(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 5, n, "both begin again should they have been lost")

		kept := w.files(t, other.ID)
		require.NotEmpty(t, kept)
		in = contract.Tenant{TenantID: first.ID}
		for range 2 {
			require.NoError(t, w.Silence(t.Context(), in))
			_, err = w.RemoveFiles(t.Context(), in, func() {})
			require.NoError(t, err)
			_, err = w.RemoveRows(t.Context(), in, func() {})
			require.NoError(t, err)
		}
		require.Empty(t, w.files(t, first.ID))
		require.Equal(t, kept, w.files(t, other.ID))
		left, err := s.Tenants.Rows(t.Context(), first.ID)
		require.NoError(t, err)
		require.Empty(t, left)
		requireCode(t, w.Working(t.Context(), first.ID), "tenant_gone")
		require.NoError(t, w.Working(t.Context(), other.ID))
	})
}
