package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// Q5: what waits and what is broken, in all tenants together.
func TestStanding(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		other, _ := testkit.Tenant(t, s, "b")
		newConnection(t, s, ctx, models.PromoBot, 1)
		broken := newConnection(t, s, other, models.PromoBot, 2)
		_, err := s.Connections.Change(other, broken.ID, models.AnyVersion, func(c *models.Connection) error {
			c.State = models.ConnectionBroken
			return nil
		})
		require.NoError(t, err)
		require.NoError(t, s.Outbox.Add(ctx, "kind", "target", 1))
		got, err := s.Standing(models.Platform(t.Context()), time.Now())
		require.NoError(t, err)
		require.Equal(t, map[models.ConnectionKind]int64{models.PromoBot: 1}, got.Broken)
		require.EqualValues(t, 1, got.OutboxWaiting)
		require.Less(t, got.OutboxLag, time.Hour)
		require.Zero(t, got.Overdue)
	})
}
