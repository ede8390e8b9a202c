package models_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/models/migrations"
	"github.com/stretchr/testify/require"
)

func TestTimesKeepOrderAndZone(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		base := time.Date(2026, 3, 29, 1, 59, 59, 0, time.FixedZone("X", 2*3600))
		steps := []time.Duration{0, 100 * time.Millisecond, 100*time.Millisecond + time.Microsecond, 123456 * time.Microsecond, time.Second, time.Minute, 24 * time.Hour}
		for i, step := range steps {
			zone := base.Add(step).In(time.FixedZone("Y", -i*3600))
			require.NoError(t, s.Coupons.Record(ctx, &models.CouponCheck{Code: fmt.Sprint(i), CheckedAt: models.NewTime(zone.Add(999 * time.Nanosecond))}))
		}
		page, err := s.Coupons.List(ctx, models.CouponFilter{Limit: 100})
		require.NoError(t, err)
		for i, check := range page.Items {
			want := len(steps) - 1 - i
			require.Equal(t, fmt.Sprint(want), check.Code)
			require.Equal(t, time.UTC, check.CheckedAt.Location())
			require.True(t, check.CheckedAt.Equal(base.Add(steps[want])), "whole microseconds, cut, not rounded")
		}
		var n int64
		require.NoError(t, models.DB(s, ctx).Model(&models.CouponCheck{}).Where("checked_at > ?", models.NewTime(base)).Count(&n).Error)
		require.Equal(t, int64(len(steps)-1), n)
	})
	var zero models.Time
	text, err := json.Marshal(zero)
	require.NoError(t, err)
	require.Equal(t, "null", string(text))
	require.NoError(t, json.Unmarshal([]byte(`"2026-01-02T03:04:05.000007+02:00"`), &zero))
	require.Equal(t, "2026-01-02 01:04:05.000007 +0000 UTC", zero.String())
}

func TestUploadsCouponsLogins(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, rowA := testkit.Tenant(t, s, "a")
		b, _ := testkit.Tenant(t, s, "b")
		u := &models.Upload{ObjectKey: "k", SHA256: "s", Format: "png", Width: 1, Height: 2, Bytes: 1 << 40}
		require.NoError(t, s.Uploads.Create(a, u))
		got, err := s.Uploads.Get(a, u.ID)
		require.NoError(t, err)
		require.Equal(t, u, got)
		_, err = s.Uploads.Get(b, u.ID)
		requireCode(t, err, fault.NotFound, "upload_not_found")

		requireCode(t, s.Tenants.SetLogo(b, u.ID), fault.NotFound, "upload_not_found")
		require.NoError(t, s.Tenants.SetLogo(a, u.ID))
		current, err := s.Tenants.Current(a)
		require.NoError(t, err)
		require.Equal(t, u.ID, current.LogoUploadID)
		require.NoError(t, s.Tenants.SetLogo(a, ""))
		first, err := s.Tenants.First(context.Background())
		require.NoError(t, err)
		require.Equal(t, rowA.ID, first.ID)
		require.Empty(t, first.LogoUploadID)
		list, err := s.Tenants.List(context.Background())
		require.NoError(t, err)
		require.Len(t, list, 2)
		_, err = s.Tenants.BySlug(context.Background(), "c")
		requireCode(t, err, fault.NotFound, "tenant_not_found")
		requireCode(t, s.Tenants.Create(context.Background(), &models.Tenant{Slug: "a", Name: "x", Kind: models.KindDemo}), fault.Conflict, "slug_taken")

		for i := range 5 {
			require.NoError(t, s.Coupons.Record(a, &models.CouponCheck{Code: fmt.Sprint(i), Outcome: "valid", Source: "web"}))
		}
		page, err := s.Coupons.List(a, models.CouponFilter{Limit: 3})
		require.NoError(t, err)
		require.Equal(t, "4", page.Items[0].Code)
		rest, err := s.Coupons.List(a, models.CouponFilter{After: page.Next, Limit: 3})
		require.NoError(t, err)
		require.Len(t, rest.Items, 2)
		require.Empty(t, rest.Next)
		none, err := s.Coupons.List(b, models.CouponFilter{Limit: 3})
		require.NoError(t, err)
		require.Empty(t, none.Items)
		uploads, err := s.Uploads.List(a, "", 0)
		require.NoError(t, err)
		require.Len(t, uploads.Items, 1)

		ctx := context.Background()
		judged, now, limits := 0, time.Now(), models.LoginLimits{Window: time.Minute, Address: 2, All: 5}
		try := func(ip string, right bool) string {
			got, err := s.Logins.Try(ctx, ip, now, limits, func() bool { judged++; return right })
			if err != nil {
				require.Positive(t, fault.From(err).RetryAfter)
				require.LessOrEqual(t, fault.From(err).RetryAfter, time.Minute)
				return fault.From(err).Code
			}
			require.Equal(t, right, got)
			return ""
		}
		const refused = "too_many_attempts"
		for _, step := range []struct {
			ip    string
			right bool
			after time.Duration
			want  string
		}{
			{"10.0.0.1", true, 0, ""}, {"10.0.0.1", false, 0, ""}, {"10.0.0.1", true, 0, ""}, // a right one takes nothing
			{"10.0.0.1", false, 30 * time.Second, ""}, {"10.0.0.1", true, 0, refused},
			{"10.0.0.1", false, 0, refused}, {"10.0.0.2", true, 0, ""}, // another address is let in
			{"10.0.0.1", false, 29 * time.Second, refused}, {"10.0.0.1", true, 2 * time.Second, ""}, // tries during a lock don't lengthen it
			{"10.0.1.1", false, 0, ""}, {"10.0.1.1", false, 0, ""}, {"10.0.1.2", false, 0, ""}, {"10.0.1.2", false, 0, ""}, {"10.0.1.3", false, 0, ""},
			{"10.0.1.4", true, 0, refused},                        // too many of all addresses: those that never signed in wait
			{"10.0.0.2", true, 0, ""}, {"10.0.0.1", false, 0, ""}, // those that did don't
			{"10.0.1.4", true, 61 * time.Second, ""},
		} {
			now = now.Add(step.after)
			before := judged
			require.Equal(t, step.want, try(step.ip, step.right), "%+v", step)
			require.Equal(t, step.want == "", judged > before, "what is refused is not judged")
		}
		n, err := s.Logins.Forget(ctx, now.Add(time.Minute), now.Add(-time.Hour))
		require.NoError(t, err)
		require.Equal(t, int64(3), n, "those that signed in stay known")

		about, err := s.Describe(ctx)
		require.NoError(t, err)
		require.Regexp(t, `^(SQLite|PostgreSQL) \S.*, schema 202\d{9}$`, about)
	})
}

func TestIdempotency(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		var now atomic.Int64
		now.Store(time.Now().UnixMicro())
		s := testkit.Store(t, dsn, models.Options{Clock: func() time.Time { return time.UnixMicro(now.Load()) }})
		pass := func(d time.Duration) { now.Add(d.Microseconds()) }
		ctx, _ := testkit.Tenant(t, s, "a")
		stranger, _ := testkit.Tenant(t, s, "b")
		req := models.IdempotencyRequest{PersonID: "p", Key: "k", Method: "POST", Route: "/r"}
		begin := func(ctx context.Context, r models.IdempotencyRequest) (string, *models.StoredAnswer, error) {
			return s.Idempotency.Begin(ctx, r, time.Minute, time.Hour)
		}
		claim, answer, err := begin(ctx, req)
		require.NoError(t, err)
		require.Nil(t, answer)
		require.NotEmpty(t, claim)
		_, _, err = begin(ctx, req)
		requireCode(t, err, fault.Conflict, "idempotency_in_progress")
		_, answer, err = begin(stranger, req)
		require.NoError(t, err)
		require.Nil(t, answer, "keys are a tenant's own")
		other := req
		other.PersonID = "q"
		_, answer, err = begin(ctx, other)
		require.NoError(t, err)
		require.Nil(t, answer, "and a person's")

		stored := models.StoredAnswer{RequestHash: "h", Status: 201, Headers: map[string]string{"ETag": `"1"`}, Body: []byte{0, 255, 1}}
		require.NoError(t, s.Idempotency.Finish(ctx, req, "somebody else", stored))
		_, _, err = begin(ctx, req)
		requireCode(t, err, fault.Conflict, "idempotency_in_progress")
		require.NoError(t, s.Idempotency.Finish(ctx, req, claim, stored))
		_, answer, err = begin(ctx, req)
		require.NoError(t, err)
		require.Equal(t, &stored, answer)

		pass(2 * time.Hour)
		late, answer, err := begin(ctx, req)
		require.NoError(t, err)
		require.Nil(t, answer, "the key's time is over")
		pass(2 * time.Minute)
		taken, _, err := begin(ctx, req)
		require.NoError(t, err, "the lease is over")
		require.NoError(t, s.Idempotency.Finish(ctx, req, late, stored))
		_, _, err = begin(ctx, req)
		requireCode(t, err, fault.Conflict, "idempotency_in_progress")
		require.NoError(t, s.Idempotency.Abandon(ctx, req, taken))
		again, _, err := begin(ctx, req)
		require.NoError(t, err)
		require.NotEmpty(t, again)

		pass(2 * time.Hour)
		n, err := s.Idempotency.DeleteExpired(models.Platform(ctx))
		require.NoError(t, err)
		require.Equal(t, int64(3), n)
	})
}

func TestIdempotencyHasOneWinner(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		var won atomic.Int64
		var wait sync.WaitGroup
		for range 16 {
			wait.Go(func() {
				claim, _, err := s.Idempotency.Begin(ctx, models.IdempotencyRequest{PersonID: "p", Key: "k", Method: "POST", Route: "/r"}, time.Minute, time.Hour)
				if err == nil && claim != "" {
					won.Add(1)
				}
			})
		}
		wait.Wait()
		require.Equal(t, int64(1), won.Load())
	})
}

// Keys from before they were a person's own are the admin's, who alone could sign in.
func TestIdempotencyKeysFromBeforePersons(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		s, err := models.Open(ctx, dsn, models.Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		list, err := migrations.For(s.Dialect())
		require.NoError(t, err)
		at := slices.IndexFunc(list, func(m migrations.Migration) bool { return m.Name == "202611291200_idempotency_persons" })
		before := migrations.Migration{Name: "202611291159_before", SQL: `
			INSERT INTO tenants (id, slug, name, kind, created_at, updated_at)
			VALUES ('t', 't', 'T', 'demo', '2026-11-29T00:00:00.000000Z', '2026-11-29T00:00:00.000000Z');
			INSERT INTO idempotency_keys (tenant_id, method, route, key, request_hash, claim, state, status, headers, created_at, lease_until, expires_at)
			VALUES ('t', 'POST', '/r', 'k', 'h', 'c', 'done', 204, '{}', '2026-11-29T00:00:00.000000Z', '2026-11-29T00:00:00.000000Z', '2999-01-01T00:00:00.000000Z');`}
		_, err = models.MigrateList(ctx, s, slices.Insert(list, at, before))
		require.NoError(t, err)
		_, answer, err := s.Idempotency.Begin(tenant.With(ctx, "t"), models.IdempotencyRequest{PersonID: "admin", Key: "k", Method: "POST", Route: "/r"}, time.Minute, time.Hour)
		require.NoError(t, err)
		require.Equal(t, 204, answer.Status)
	})
}

func TestTransactionsRollBackAndNest(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		boom := errors.New("boom")
		u := &models.Upload{}
		err := s.Tx(ctx, func(tx *models.Store) error {
			return tx.Tx(ctx, func(inner *models.Store) error {
				require.NoError(t, inner.Uploads.Create(ctx, u))
				_, err := inner.Uploads.Get(ctx, u.ID)
				require.NoError(t, err, "a transaction sees its own rows")
				_, err = s.Uploads.Get(ctx, u.ID)
				requireCode(t, err, fault.NotFound, "upload_not_found")
				return boom
			})
		})
		require.ErrorIs(t, err, boom)
		_, err = s.Uploads.Get(ctx, u.ID)
		requireCode(t, err, fault.NotFound, "upload_not_found")
	})
}

func TestMigrations(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		ctx := context.Background()
		stores := make([]*models.Store, 4)
		for i := range stores {
			var err error
			stores[i], err = models.Open(ctx, dsn, models.Options{})
			require.NoError(t, err)
			defer func() { require.NoError(t, stores[i].Close()) }()
		}
		s := stores[0]
		status, err := s.MigrationStatus(ctx)
		require.NoError(t, err)
		require.False(t, status[0].Applied)
		requireCode(t, s.CheckSchema(ctx), fault.Conflict, "schema_behind")

		var ran atomic.Int64
		var wait sync.WaitGroup
		for _, store := range stores {
			wait.Go(func() {
				done, err := store.Migrate(ctx)
				if err != nil {
					t.Errorf("migrating at once: %v", err)
				}
				ran.Add(int64(len(done)))
			})
		}
		wait.Wait()
		require.Equal(t, int64(len(status)), ran.Load(), "each migration ran once")
		require.NoError(t, s.CheckSchema(ctx))
		done, err := s.Migrate(ctx)
		require.NoError(t, err)
		require.Empty(t, done)

		list, err := migrations.For(s.Dialect())
		require.NoError(t, err)
		bad := append(list[:len(list):len(list)], migrations.Migration{Name: "299901010000_bad", SQL: "CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT);", Checksum: "x"})
		_, err = models.MigrateList(ctx, s, bad)
		require.ErrorContains(t, err, "299901010000_bad")
		good := append(list[:len(list):len(list)], migrations.Migration{Name: "299901010000_good", SQL: "CREATE TABLE half (x TEXT);", Checksum: "y"})
		done, err = models.MigrateList(ctx, s, good)
		require.NoError(t, err, "the broken one left nothing behind")
		require.Equal(t, []string{"299901010000_good"}, done)

		_, err = s.Migrate(ctx)
		requireCode(t, err, fault.Conflict, "schema_mismatch")
		require.ErrorContains(t, err, "299901010000_good is not known to this program")
		changed := append([]migrations.Migration{}, good...)
		changed[0].Checksum = "changed"
		_, err = models.MigrateList(ctx, s, changed)
		require.ErrorContains(t, err, "was changed after it was applied")
		late := append([]migrations.Migration{{Name: "200001010000_late", SQL: "SELECT 1", Checksum: "z"}}, good...)
		_, err = models.MigrateList(ctx, s, late)
		require.ErrorContains(t, err, "was skipped")
	})
}

func TestOpenRefusesWhatItCantRead(t *testing.T) {
	for _, dsn := range []string{"", "mysql://x", "postgres://u:hunter2@host:port/db", ":memory:", "file:x?mode=memory", "sqlite:", "sqlite:///x?mode=memory%3F"} {
		_, err := models.Open(context.Background(), dsn, models.Options{})
		requireCode(t, err, fault.Invalid, "database_url_malformed")
		require.NotContains(t, err.Error(), "hunter2")
		require.ErrorContains(t, err, "DATABASE_URL")
	}
	for dsn, path := range map[string]string{"sqlite:///var/lib/x.db": "/var/lib/x.db", "sqlite:data/x.db": "data/x.db", "data/a b.db": "data/a b.db", "sqlite:///a%20b.db": "/a b.db"} {
		got, err := models.SQLitePath(dsn)
		require.NoError(t, err)
		require.Equal(t, path, got)
	}
	odd := filepath.Join(t.TempDir(), "a b?c#d%20.db")
	testkit.Store(t, odd, models.Options{})
	require.FileExists(t, odd)
}

func TestPostgresGoesAndComesBack(t *testing.T) {
	pg := testkit.PostgresServer(t)
	s := testkit.Store(t, pg.DSN(), models.Options{})
	ctx, row := testkit.Tenant(t, s, "a")
	require.NoError(t, s.Uploads.Create(ctx, &models.Upload{}))

	pg.Stop(t)
	calls := map[string]func() error{
		"read":  func() error { _, err := s.Tenants.ByID(ctx, row.ID); return err },
		"write": func() error { return s.Uploads.Create(ctx, &models.Upload{}) },
		"tx":    func() error { return s.Tenants.SetLogo(ctx, "") },
		"ping":  func() error { return s.Ping(ctx) },
		"about": func() error { _, err := s.Describe(ctx); return err },
	}
	for name, call := range calls {
		for range 3 {
			err := call()
			require.Equal(t, "database_unavailable", fault.From(err).Code, "%s: %v", name, err)
			require.Equal(t, fault.Unavailable, fault.From(err).Kind)
			require.Equal(t, 2*time.Second, fault.From(err).RetryAfter)
		}
	}
	_, err := models.Open(ctx, pg.DSN(), models.Options{})
	requireCode(t, err, fault.Unavailable, "database_unavailable")

	pg.Start(t)
	for name, call := range calls {
		require.NoError(t, call(), name)
	}
}

func TestPostgresThatSaysNothingIsAway(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = listener.Close() }()
	start := time.Now()
	_, err = models.Open(context.Background(), "postgres://u:hunter2@"+listener.Addr().String()+"/x?sslmode=disable", models.Options{})
	requireCode(t, err, fault.Unavailable, "database_unavailable")
	require.NotContains(t, err.Error(), "hunter2")
	require.Less(t, time.Since(start), 8*time.Second)
}

func TestACancelledCallIsNoOutage(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		cancelled, cancel := context.WithCancel(ctx)
		cancel()
		_, err := s.Uploads.List(cancelled, "", 0)
		require.ErrorIs(t, err, context.Canceled)
		require.False(t, fault.Is(err, fault.Unavailable))
	})
}
