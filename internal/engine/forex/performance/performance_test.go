package performance_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/performance"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

const one pip.Pips = 100_000

func at(t *testing.T, text string) int64 {
	t.Helper()
	moment, err := time.Parse(time.RFC3339, text)
	require.NoError(t, err)
	return moment.Unix()
}

func TestReport(t *testing.T) {
	var s performance.Sum
	for _, c := range []struct {
		opened, closed, strategy string
		pips                     pip.Pips
	}{
		{"2026-11-23T07:00:00Z", "2026-11-23T09:00:00Z", "breakout", 85},  // a Monday
		{"2026-11-23T07:59:59Z", "2026-11-24T00:00:00Z", "momentum", -50}, // over midnight
		{"2026-11-24T23:00:00Z", "2026-11-24T23:30:00Z", "breakout", -50},
		{"2026-11-29T22:00:00Z", "2026-11-29T23:00:00Z", "breakout", 0}, // a Sunday
		{"2026-11-30T07:30:00Z", "2026-11-30T08:00:00Z", "momentum", 25},
	} {
		s.Add(performance.Closed{Opened: at(t, c.opened), Closed: at(t, c.closed), Strategy: c.strategy, Pips: c.pips * one, R: pip.R(c.pips * one / 50)})
	}
	r := s.Report()
	require.Equal(t, performance.Group{Signals: 5, Wins: 2, Draws: 1, Losses: 2, Pips: 10 * one, R: 20_000}, r.Total)
	require.Equal(t, 100*one, r.DrawdownPips)
	require.Equal(t, "2.00", r.DrawdownR.String())
	require.Equal(t, 2, r.Losing)
	require.Equal(t, 3, r.Hours[7].Signals)
	require.Equal(t, 1, r.Hours[23].Losses)
	require.Equal(t, 3, r.Weekdays[0].Signals, "Monday")
	require.Equal(t, 1, r.Weekdays[6].Draws, "Sunday")
	require.Len(t, r.Days, 4)
	require.Equal(t, "2026-11-24", r.Days[1].Day)
	require.Equal(t, -100*one, r.Days[1].Pips)
	require.Equal(t, []string{"breakout", "momentum"}, []string{r.Strategies[0].Name, r.Strategies[1].Name})
	require.Equal(t, 35*one, r.Strategies[0].Pips)
	require.Len(t, r.Equity, 5)
	require.Equal(t, 10*one, r.Equity[4].Pips)
	require.Empty(t, new(performance.Sum).Report().Equity)
}

// However many signals there are, the equity has few points, and the last one.
func TestFewPoints(t *testing.T) {
	var s performance.Sum
	for i := range 25_007 {
		s.Add(performance.Closed{Opened: int64(i), Closed: int64(i), Strategy: "breakout", Pips: one})
		if n := len(s.Report().Equity); i%997 == 0 {
			require.LessOrEqual(t, n, performance.MostPoints+1)
		}
	}
	points := s.Report().Equity
	require.Greater(t, len(points), performance.MostPoints/3)
	require.Equal(t, 25_007*one, points[len(points)-1].Pips)
	for i := 1; i < len(points); i++ {
		require.Greater(t, points[i].At, points[i-1].At)
	}
}
