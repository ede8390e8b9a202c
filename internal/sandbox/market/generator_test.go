package market

import (
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

var begin = time.Date(2026, 1, 5, 12, 0, 0, 0, time.UTC)

func hours(t testing.TB) *calendar.Calendar {
	t.Helper()
	c, err := calendar.New(nil)
	require.NoError(t, err)
	return c
}

// draw makes the candles of some weeks.
func draw(t testing.TB, seed uint64, weeks int) []candle.Candle {
	t.Helper()
	g := newGenerator(hours(t), seed, begin)
	var out []candle.Candle
	for end := begin.AddDate(0, 0, 7*weeks).Unix(); g.next < end; {
		out = append(out, g.minute())
	}
	return out
}

func TestTheSameSeedMakesTheSameMarket(t *testing.T) {
	require.Equal(t, draw(t, 7, 1), draw(t, 7, 1))
	require.NotEqual(t, draw(t, 7, 1), draw(t, 8, 1))
}

// Each open minute has one sound candle, and no closed one has any.
func TestCandlesKeepTheHours(t *testing.T) {
	c := hours(t)
	// From before Christmas until after the change of New York's clock.
	g := newGenerator(c, 3, time.Date(2026, 12, 20, 0, 0, 30, 0, time.UTC))
	for at := time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC); at.Before(time.Date(2027, 3, 20, 0, 0, 0, 0, time.UTC)); at = at.Add(time.Minute) {
		if !c.Open(at) {
			require.NotEqual(t, at.Unix(), g.next, "%s", at)
			continue
		}
		require.Equal(t, at.Unix(), g.next, "%s", at)
		m := g.minute()
		require.NoError(t, m.Check())
		require.Positive(t, m.Low)
	}
}

// The market looks like gold: its true range, its level, gaps after weekends and at news.
func TestTheMarketLooksLikeGold(t *testing.T) {
	for seed := range uint64(5) {
		minutes := draw(t, seed, 8)
		require.InDelta(t, 55_000, len(minutes), 3_000)
		quarters := candle.Resample(minutes, candle.M15)
		var sum, least, most pip.Price
		ranges := make([]pip.Price, 0, len(quarters))
		for i := 1; i < len(quarters); i++ {
			q, before := quarters[i], quarters[i-1].Close
			ranges = append(ranges, max(q.High, before)-min(q.Low, before))
		}
		for i, r := range ranges {
			if sum += r; i < 96 {
				continue
			}
			if sum -= ranges[i-96]; least == 0 || sum/96 < least {
				least = sum / 96
			}
			most = max(most, sum/96)
		}
		var all pip.Price
		for _, r := range ranges {
			all += r
		}
		average := all / pip.Price(len(ranges))
		t.Logf("seed %d: true range of 15 minutes %s, over a day from %s to %s, close %s", seed, average, least, most, minutes[len(minutes)-1].Close)
		require.True(t, average > 2*pip.Units && average < 5*pip.Units, "%s", average)
		require.Greater(t, least, 3*pip.Units/2)
		require.Less(t, most, 10*pip.Units)
		weekends, news := 0, 0
		for i := 1; i < len(minutes); i++ {
			gap := minutes[i].Open - minutes[i-1].Close
			away := max(gap, -gap)
			switch pause := minutes[i].Time - minutes[i-1].Time; {
			case pause > 24*3600 && away > pip.Units/2:
				weekends++
			case pause == 60 && away > pip.Units:
				news++
			case pause == 60:
				require.Zero(t, gap, "without news the price goes on where it was")
			}
			require.InDelta(t, home, minutes[i].Close.Float(), 600)
		}
		require.GreaterOrEqual(t, weekends, 5)
		require.InDelta(t, 37, news, 25)
	}
}

func TestThePathOfAMinute(t *testing.T) {
	price := func(s string) pip.Price {
		p, err := pip.ParsePrice(s)
		require.NoError(t, err)
		return p
	}
	rising := candle.Prices{Open: price("2650"), High: price("2652"), Low: price("2649"), Close: price("2651")}
	falling := candle.Prices{Open: price("2651"), High: price("2652"), Low: price("2649"), Close: price("2650")}
	for _, row := range []struct {
		whole            candle.Prices
		after            time.Duration
		price, high, low string
	}{
		{rising, 0, "2650.00", "2650.00", "2650.00"},
		{rising, 10 * time.Second, "2649.50", "2650.00", "2649.50"},
		{rising, 20 * time.Second, "2649.00", "2650.00", "2649.00"},
		{rising, 30 * time.Second, "2650.50", "2650.50", "2649.00"},
		{rising, 40 * time.Second, "2652.00", "2652.00", "2649.00"},
		{rising, 50 * time.Second, "2651.50", "2652.00", "2649.00"},
		{rising, 60 * time.Second, "2651.00", "2652.00", "2649.00"},
		{falling, 20 * time.Second, "2652.00", "2652.00", "2651.00"},
		{falling, 40 * time.Second, "2649.00", "2652.00", "2649.00"},
		{falling, 60 * time.Second, "2650.00", "2652.00", "2649.00"},
	} {
		at, until := walk(row.whole, row.after)
		require.Equal(t, row.price, at.String(), "%v", row.after)
		require.Equal(t, candle.Prices{Open: row.whole.Open, High: price(row.high), Low: price(row.low), Close: at}, until, "%v", row.after)
	}
}

// At any moment the price is within its candle, the candle until then too, and at its end it is whole.
func TestPathsStayWithinTheirCandle(t *testing.T) {
	for _, m := range draw(t, 1, 1) {
		var before candle.Prices
		for after := time.Duration(0); after <= time.Minute; after += 777 * time.Millisecond {
			price, until := walk(m.Prices, after)
			require.NoError(t, until.Check())
			require.True(t, price >= m.Low && price <= m.High && until.Low >= m.Low && until.High <= m.High)
			require.True(t, after == 0 || until.High >= before.High && until.Low <= before.Low, "extremes stay")
			before = until
		}
		_, whole := walk(m.Prices, time.Minute)
		require.Equal(t, m.Prices, whole)
	}
}
