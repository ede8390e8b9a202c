package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

func TestCouponChecksAreNarrowed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		now := time.Now().UTC()
		for _, c := range []models.CouponCheck{
			{Code: "gold35", Outcome: "valid", Source: "web", AskedBy: "Ann", CheckedAt: models.NewTime(now.Add(-48 * time.Hour))},
			{Code: "GOLD_5", Outcome: "invalid", Reason: "unknown", Source: "bot", CheckedAt: models.NewTime(now.Add(-time.Hour))},
			{Code: "SILVER", Outcome: "unavailable", Source: "try", CheckedAt: models.NewTime(now)},
		} {
			require.NoError(t, s.Coupons.Record(ctx, &c))
		}
		for _, want := range []struct {
			filter models.CouponFilter
			codes  []string
		}{
			{models.CouponFilter{}, []string{"SILVER", "GOLD_5", "gold35"}},
			{models.CouponFilter{Code: "gold"}, []string{"GOLD_5", "gold35"}},
			{models.CouponFilter{Code: "gold_"}, []string{"GOLD_5"}},
			{models.CouponFilter{Code: "OLD"}, nil},
			{models.CouponFilter{Outcomes: []string{"valid", "unavailable"}}, []string{"SILVER", "gold35"}},
			{models.CouponFilter{Sources: []string{"bot"}, Outcomes: []string{"valid"}}, nil},
			{models.CouponFilter{From: now.Add(-2 * time.Hour)}, []string{"SILVER", "GOLD_5"}},
		} {
			page, err := s.Coupons.List(ctx, want.filter)
			require.NoError(t, err)
			var codes []string
			for _, c := range page.Items {
				codes = append(codes, c.Code)
			}
			require.Equal(t, want.codes, codes, "%+v", want.filter)
		}
		events, err := s.Events.Since(models.Platform(ctx), now.Add(-time.Minute), 100)
		require.NoError(t, err)
		require.Len(t, events, 3)
		require.Equal(t, models.TopicCoupon, events[0].Topic)
	})
}

// Whoever is erased is not named in the checks that they had made, which stay.
func TestAnErasedPersonIsNotNamedInCouponChecks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		bot := newConnection(t, s, ctx, models.PromoBot, 1)
		_, err := s.Conversations.Receive(ctx, incoming(bot, 1, 7), toPromo, func(*models.Store, *models.InboundMessage) error { return nil })
		require.NoError(t, err)
		who, err := s.Subscribers.ByUser(ctx, bot.ID, 7)
		require.NoError(t, err)
		require.NoError(t, s.Coupons.Record(ctx, &models.CouponCheck{Code: "GOLD35", Outcome: "valid", Source: "bot", Actor: who.ID, AskedBy: "Bo Li"}))
		require.NoError(t, s.Coupons.Record(ctx, &models.CouponCheck{Code: "GOLD36", Outcome: "valid", Source: "web", AskedBy: "Ann"}))
		require.NoError(t, s.Subscribers.Erase(ctx, who.ID))
		page, err := s.Coupons.List(ctx, models.CouponFilter{})
		require.NoError(t, err)
		require.Equal(t, []string{"Ann", "", ""}, []string{page.Items[0].AskedBy, page.Items[1].AskedBy, page.Items[1].Actor})
	})
}
