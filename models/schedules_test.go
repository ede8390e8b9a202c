package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

func TestSchedulesAreOnePerFlow(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, owner := testkit.Tenant(t, s, "one")
		stranger, _ := testkit.Tenant(t, s, "two")
		spec := models.ScheduleSpec{Cron: []string{"42 6 * * 1-5", "0 20 * * *"}, TimeZone: "Europe/Berlin", Jitter: 60, CatchUp: 900}

		row, changed, err := s.Schedules.Put(ctx, "recap", spec, true)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 1, row.Version)
		again, changed, err := s.Schedules.Put(ctx, "recap", spec, true)
		require.NoError(t, err)
		require.False(t, changed, "it is like that already")
		require.Equal(t, row.ID, again.ID)

		off, changed, err := s.Schedules.Put(ctx, "recap", spec, false)
		require.NoError(t, err)
		require.True(t, changed)
		require.EqualValues(t, 2, off.Version)
		spec.CatchUp = 60
		_, changed, err = s.Schedules.Put(ctx, "recap", spec, false)
		require.NoError(t, err)
		require.True(t, changed)

		got, err := s.Schedules.ByFlow(ctx, "recap")
		require.NoError(t, err)
		require.Equal(t, spec, got.Spec)
		require.False(t, got.Enabled)
		require.EqualValues(t, 3, got.Version)
		require.Equal(t, owner.ID, got.TenantID)

		_, err = s.Schedules.ByFlow(stranger, "recap")
		requireCode(t, err, fault.NotFound, "schedule_not_found")
		_, changed, err = s.Schedules.Put(stranger, "recap", spec, true)
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
