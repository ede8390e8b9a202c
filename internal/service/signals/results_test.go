package signals_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/models"
)

// F9: thousands of closed signals are summed up at once, page after page; practice, what is open, other markets and
// other tenants' signals count for nothing.
func TestPerformanceOfThousands(t *testing.T) {
	w := newWorld(t, sqlite(t))
	other := &models.Tenant{Slug: "other", Name: "Other", Kind: models.KindClient}
	require.NoError(t, w.store.Tenants.Create(t.Context(), other))
	const n = 3500
	rules := position.DefaultRules()
	plan := rules.Plan(position.Buy, 2645*pip.Units, []pip.Price{2655 * pip.Units}, 0)
	require.NoError(t, w.store.Tx(w.ctx, func(tx *models.Store) error {
		for i := range int64(n + 4) {
			row := &models.Signal{Strategy: "breakout", Params: []byte("{}"), Market: "twelve-data", Symbol: "XAU/USD", Bar: i * 900, State: models.SignalClosed,
				Side: position.Buy, Plan: plan, OpenedAt: 1_800_000_000 + i, ClosedAt: 1_800_000_000 + i/3*3600, Pips: 100_000, R: 2000}
			ctx := w.ctx
			switch i - n {
			case 0:
				row.Practice = true
			case 1:
				row.State, row.ClosedAt = models.SignalOpen, 0
			case 2:
				row.Market = models.SimulatedMarket
			case 3:
				ctx = tenant.With(ctx, other.ID)
			}
			if err := tx.Signals.Create(ctx, row); err != nil {
				return err
			}
		}
		return nil
	}))
	begun := time.Now()
	report, err := w.signals.Performance(w.ctx, models.ResultFilter{})
	require.NoError(t, err)
	t.Logf("%d signals in %s", n, time.Since(begun))
	require.Equal(t, n, report.Total.Signals)
	require.Equal(t, n, report.Total.Wins)
	genuine, simulated, err := w.signals.ResultMarkets(tenant.With(w.ctx, other.ID))
	require.NoError(t, err)
	require.True(t, genuine)
	require.False(t, simulated)
	for _, c := range []struct {
		filter models.ResultFilter
		count  int
	}{
		{models.ResultFilter{Simulated: true}, 1},
		{models.ResultFilter{Strategy: "momentum"}, 0},
		{models.ResultFilter{From: 1_800_000_000 + 3600, To: 1_800_000_000 + 3*3600}, 6},
	} {
		report, err := w.signals.Performance(w.ctx, c.filter)
		require.NoError(t, err)
		require.Equal(t, c.count, report.Total.Signals, "%+v", c.filter)
	}
}
