package models_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/models/migrations"
)

func TestSchedulesAreOnePerFlow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, owner := testkit.Tenant(t, s, "one")
		stranger, _ := testkit.Tenant(t, s, "two")
		spec := models.ScheduleSpec{Cron: []string{"42 6 * * 1-5", "0 20 * * *"}, TimeZone: "Europe/Berlin", Jitter: 60, CatchUp: 900}

		row, changed, err := s.Schedules.Put(ctx, "recap", "", spec, true)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 1, row.Version)
		again, changed, err := s.Schedules.Put(ctx, "recap", "", spec, true)
		require.NoError(t, err)
		require.False(t, changed, "it is like that already")
		require.Equal(t, row.ID, again.ID)

		off, changed, err := s.Schedules.Put(ctx, "recap", "", spec, false)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 2, off.Version)
		spec.CatchUp = 60
		_, changed, err = s.Schedules.Put(ctx, "recap", "", spec, false)
		require.NoError(t, err)
		require.True(t, changed)

		got, err := s.Schedules.Get(ctx, "recap", "")
		require.NoError(t, err)
		require.Equal(t, spec, got.Spec)
		require.False(t, got.Enabled)
		require.EqualValues(t, 3, got.Version)
		require.Equal(t, owner.ID, got.TenantID)

		_, err = s.Schedules.Get(stranger, "recap", "")
		requireCode(t, err, fault.NotFound, "schedule_not_found")
		_, changed, err = s.Schedules.Put(stranger, "recap", "", spec, true)
		require.NoError(t, err)
		require.True(t, changed, "each tenant has its own")

		require.ErrorIs(t, s.Schedules.Every(t.Context(), nil), models.ErrUnguarded)
		seen := map[string]bool{}
		require.NoError(t, s.Schedules.Every(models.Platform(t.Context()), func(rows []models.Schedule) error {
			for _, r := range rows {
				seen[r.TenantID] = r.Enabled
			}
			return nil
		}))
		require.Len(t, seen, 2)
		require.False(t, seen[owner.ID])
	})
}

// Several schedules of a flow are told apart by their subjects, and the platform has its own.
func TestSchedulesBySubjectAndOfThePlatform(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, owner := testkit.Tenant(t, s, "one")
		platform := models.Platform(t.Context())
		daily, often := models.ScheduleSpec{Cron: []string{"0 9 * * *"}}, models.ScheduleSpec{Every: 300, CatchUp: 60}
		put := func(ctx context.Context, flow, subject string, spec models.ScheduleSpec) bool {
			_, changed, err := s.Schedules.Put(ctx, flow, subject, spec, true)
			require.NoError(t, err)
			return changed
		}
		require.True(t, put(ctx, "hype", "a", daily))
		require.True(t, put(ctx, "hype", "b", often))
		require.True(t, put(platform, "hype", "a", often))
		require.False(t, put(platform, "hype", "a", often), "it is like that already")
		require.True(t, put(platform, "hype", "a", daily))

		get := func(ctx context.Context, subject string) *models.Schedule {
			row, err := s.Schedules.Get(ctx, "hype", subject)
			require.NoError(t, err)
			return row
		}
		require.Equal(t, daily, get(ctx, "a").Spec)
		require.Equal(t, often, get(ctx, "b").Spec)
		require.Equal(t, owner.ID, get(ctx, "a").Owner())
		require.Equal(t, tenant.PlatformID, get(platform, "a").Owner())
		require.EqualValues(t, 2, get(platform, "a").Version)
		require.EqualValues(t, 1, get(ctx, "a").Version, "the platform's own was changed alone")
		_, err := s.Schedules.Get(platform, "hype", "b")
		requireCode(t, err, fault.NotFound, "schedule_not_found")

		for _, wrong := range []models.ScheduleSpec{{}, {Cron: daily.Cron, Every: 300}} {
			_, _, err = s.Schedules.Put(ctx, "hype", "c", wrong, true)
			requireCode(t, err, fault.Invalid, "cron_or_interval")
		}
		_, _, err = s.Schedules.Put(ctx, "hype", "c.d", daily, true)
		requireCode(t, err, fault.Invalid, "dot")
	})
}

// A schedule that was written before there were subjects is the flow's one without a subject.
func TestSchedulesOfBeforeStay(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		s, err := models.Open(t.Context(), dsn, models.Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		list, err := migrations.For(s.Dialect())
		require.NoError(t, err)
		at := slices.IndexFunc(list, func(m migrations.Migration) bool { return m.Name == "202611291230_schedules" })
		list = slices.Insert(list, at, migrations.Migration{Name: "202611291220_rows", Checksum: "x", SQL: "" +
			"INSERT INTO tenants (id, slug, name, kind, created_at, updated_at) VALUES ('t1', 'one', 'One', 'client', '2026-11-01T00:00:00.000000Z', '2026-11-01T00:00:00.000000Z'); " +
			"INSERT INTO schedules (id, tenant_id, flow, spec, enabled, version, created_at, updated_at) VALUES ('s1', 't1', 'housekeeping', " +
			`'{"cron":["0 3 * * *"],"timezone":"","jitter":3600,"catch_up":82800}'` + ", " + map[string]string{"sqlite": "1", "postgres": "TRUE"}[s.Dialect()] +
			", 7, '2026-11-02T00:00:00.000000Z', '2026-11-03T00:00:00.000000Z')"})
		_, err = models.MigrateList(t.Context(), s, list)
		require.NoError(t, err)

		row, err := s.Schedules.Get(tenant.With(t.Context(), "t1"), "housekeeping", "")
		require.NoError(t, err)
		require.Equal(t, "s1", row.ID)
		require.EqualValues(t, 7, row.Version)
		require.Equal(t, models.ScheduleSpec{Cron: []string{"0 3 * * *"}, Jitter: 3600, CatchUp: 82800}, row.Spec)
		require.Equal(t, "2026-11-03", row.UpdatedAt.Format(time.DateOnly))
		_, changed, err := s.Schedules.Put(tenant.With(t.Context(), "t1"), "housekeeping", "", row.Spec, true)
		require.NoError(t, err)
		require.False(t, changed)
	})
}
