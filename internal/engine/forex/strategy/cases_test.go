package strategy

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/test/testkit/market"
)

// move is a stretch of candles that close so many USD higher each, on a path that zigzags around that.
type move struct {
	candles   int
	step, zig float64
}

// path makes candles from moves, with wicks of 0.30 USD.
func path(moves ...move) []candle.Candle {
	var candles []candle.Candle
	line, last := 2650.0, 2650.0
	for _, m := range moves {
		for i := range m.candles {
			line += m.step
			now := line + m.zig*float64(1-2*(i%2))
			candles = append(candles, candle.Candle{Time: int64(len(candles)) * candle.M15.Seconds(), Prices: candle.Prices{
				Open: fixed(last), High: fixed(max(last, now) + 0.3), Low: fixed(min(last, now) - 0.3), Close: fixed(now),
			}})
			last = now
		}
	}
	return candles
}

// told writes decisions with their candles, counted from the begin of the last move.
func told(all []Decision, from int) string {
	names := map[Action]string{Buy: "buy", Sell: "sell", Close: "close"}
	var words []string
	for i, d := range all {
		if d.Action != None {
			words = append(words, fmt.Sprintf("%s at %d", names[d.Action], i-from))
		}
	}
	return strings.Join(words, ", ")
}

// Quiet markets that last longer than any warm-up, and then what happens. Each case is also told upside
// down, where every buy has to be a sell.
func TestCases(t *testing.T) {
	quiet, calm := move{1400, 0, 1}, move{1400, 0, 0.3}
	for _, c := range []struct {
		name, kind, params string
		moves              []move
		want               string
	}{
		// a trend up, a pull-back below the fast average, and back above it
		{"pull-back", "trend-pullback", "", []move{quiet, {60, 1, 0.8}, {8, -2, 0}, {4, 4, 0}}, "buy at 1"},
		{"pull-back, no trend", "trend-pullback", "", []move{quiet, {8, -2, 0}, {4, 4, 0}}, ""},
		{"pull-back in a trend down", "trend-pullback", "", []move{quiet, {60, -1, 0.8}, {8, -2, 0}, {4, 4, 0}}, ""},
		{"trend without a pull-back", "trend-pullback", "", []move{quiet, {60, 1, 0.8}}, ""},
		{"pull-back that goes on", "trend-pullback", "", []move{quiet, {60, 1, 0.8}, {8, -2, 0}}, ""},
		{"pull-back, long forgotten", "trend-pullback", `{"memory": 1}`, []move{quiet, {60, 1, 0.8}, {8, -2, 0}, {4, 4, 0}}, ""},
		{"pull-back, trend too weak", "trend-pullback", `{"adx_min": 60}`, []move{quiet, {60, 1, 0.8}, {8, -2, 0}, {4, 4, 0}}, ""},

		// out of a narrow channel with one lively candle, once
		{"breakout", "breakout", "", []move{quiet, {3, 4, 0}}, "buy at 0"},
		{"slow breakout", "breakout", "", []move{quiet, {20, 0.4, 0}}, ""},
		{"slow breakout, as asked for", "breakout", `{"lively": 0}`, []move{quiet, {20, 0.4, 0}}, "buy at 3"},
		{"breakout both ways", "breakout", "", []move{quiet, {1, -8, 0}, {11, 0.72, 1}, {3, 4, 0}}, "sell at -12, buy at 0"},
		{"breakout, then a wide channel", "breakout", `{"narrow": 2}`, []move{quiet, {1, -8, 0}, {11, 0.72, 1}, {3, 4, 0}}, "sell at -12"},
		{"inside the channel", "breakout", "", []move{quiet, {1, 1, 0}}, ""},

		// a fall out of the bands in a market without a trend, and back into them
		{"reversion", "mean-reversion", "", []move{calm, {3, -2, 0}, {2, 3, 0}}, "buy at 0"},
		{"fall that goes on", "mean-reversion", "", []move{calm, {8, -2, 0}}, ""},
		{"reversion in a trend", "mean-reversion", "", []move{calm, {40, 0.5, 0}, {5, -5, 0}, {2, 10, 0}}, ""},
		{"reversion in a trend, as asked for", "mean-reversion", `{"adx_max": 100}`, []move{calm, {40, 0.5, 0}, {5, -5, 0}, {2, 10, 0}}, "sell at -34, buy at 0"},
		{"reversion, RSI not low", "mean-reversion", `{"rsi_low": 5}`, []move{calm, {3, -2, 0}, {2, 3, 0}}, ""},
		{"reversion within the bands", "mean-reversion", "", []move{calm, {2, -0.2, 0}, {2, 0.4, 0}}, ""},

		// a trend up that pauses, and gathers way again
		{"momentum", "momentum", "", []move{quiet, {40, 1, 0.8}, {10, -1, 0.8}, {10, 0, 0.8}, {6, 4, 0.3}}, "buy at 1"},
		{"momentum against the trend", "momentum", `{"trend": 500}`, []move{quiet, {100, -3, 1}, {300, 0, 1}, {40, 1, 0.8}, {10, -1, 0.8}, {10, 0, 0.8}, {6, 4, 0.3}}, ""},
		{"momentum with a shorter trend", "momentum", "", []move{quiet, {100, -3, 1}, {300, 0, 1}, {40, 1, 0.8}, {10, -1, 0.8}, {10, 0, 0.8}, {6, 4, 0.3}}, "buy at 1"},
		{"momentum, overbought", "momentum", `{"overbought": 50}`, []move{quiet, {40, 1, 0.8}, {10, -1, 0.8}, {10, 0, 0.8}, {6, 4, 0.3}}, ""},
		{"momentum, RSI disagrees", "momentum", `{"rsi_min": 80}`, []move{quiet, {40, 1, 0.8}, {10, -1, 0.8}, {10, 0, 0.8}, {6, 4, 0.3}}, ""},
		{"pause that goes on", "momentum", "", []move{quiet, {40, 1, 0.8}, {10, -1, 0.8}}, ""},
	} {
		k, ok := Find(c.kind)
		require.True(t, ok)
		candles := path(c.moves...)
		from := len(candles) - c.moves[len(c.moves)-1].candles
		s, warmUp := start(t, k, c.params)
		require.Less(t, warmUp, quiet.candles)
		all := decide(s, candles)
		require.Equal(t, c.want, told(all, from), c.name)
		requireFit(t, c.name, all, candles)
		s, _ = start(t, k, c.params)
		mirrored := strings.NewReplacer("buy", "sell", "sell", "buy").Replace(c.want)
		require.Equal(t, mirrored, told(decide(s, market.Mirror(candles, 2650*pip.Units)), from), c.name+", upside down")
	}
}

// closes makes candles that do nothing but close.
func closes(prices ...pip.Price) []candle.Candle {
	candles := make([]candle.Candle, len(prices))
	for i, p := range prices {
		p *= pip.Units
		candles[i] = candle.Candle{Time: int64(i), Prices: candle.Prices{Open: p, High: p, Low: p, Close: p}}
	}
	return candles
}

func TestSMACross(t *testing.T) {
	for _, c := range []struct {
		name, side string
		closes     []candle.Candle
		want       string
	}{
		// averages of 1 and 3: the close against the average of three closes
		{"up and down", "long", closes(10, 9, 8, 12, 13, 5, 4), "buy at 3, close at 5"},
		{"both ways", "both", closes(10, 9, 8, 12, 13, 5, 4), "buy at 3, sell at 5"},
		{"not ready before", "long", closes(10, 9, 12, 13, 14), ""},
		{"by way of the same average", "long", closes(10, 9, 8, 8, 8, 9), ""},
		{"the same and back", "both", closes(10, 9, 8, 8, 8, 7), ""},
		{"from the same average", "long", closes(8, 8, 8, 9, 7, 9), "close at 4, buy at 5"},
	} {
		s, _ := start(t, &smaCrossKind, `{"fast": 1, "slow": 3, "side": "`+c.side+`"}`)
		require.Equal(t, c.want, told(decide(s, c.closes), 0), c.name)
	}
}

// The comparison is exact where prices are as high and averages as long as they can be.
func TestSMACrossIsExact(t *testing.T) {
	const top = pip.MaxPrice - 1
	s, warmUp := start(t, &smaCrossKind, `{"fast": 999, "slow": 1000, "side": "both"}`)
	candles := make([]candle.Candle, warmUp+3)
	for i := range candles {
		candles[i].Close = top
	}
	// 10⁻⁵ USD in one candle of a thousand: it leaves the fast average first, and then the slow one
	candles[1].Close--
	candles[warmUp].Close -= 2 // counts more in the fast average, once both have only this
	require.Equal(t, "buy at 1000, sell at 1001", told(decide(s, candles), 0))
}

// A stop lies beyond the swing, but no nearer and no farther than it may; all levels are rounded away
// from the close.
func TestLevels(t *testing.T) {
	price := func(s string) pip.Price {
		p, err := pip.ParsePrice(s)
		require.NoError(t, err)
		return p
	}
	l := levels{buffer: 0.5, nearest: 1, farthest: 3, multiples: [targets]float64{1, 1.5, 3}, unit: 4}
	for _, c := range []struct {
		name, last, bottom string
		want               [1 + targets]string // the stop and the targets
	}{
		{"beyond the swing", "2650", "2645", [4]string{"2643", "2657", "2660.50", "2671"}},
		{"swing too near", "2650", "2649", [4]string{"2646", "2654", "2656", "2662"}},
		{"swing too far", "2650", "2600", [4]string{"2638", "2662", "2668", "2686"}},
		{"rounded", "2650.123", "2645.126", [4]string{"2643.12", "2657.13", "2660.63", "2671.14"}},
	} {
		want := Decision{Action: Buy, Stop: price(c.want[0])}
		for i := range targets {
			want.Targets[i] = price(c.want[1+i])
		}
		l.bottom = price(c.bottom)
		require.Equal(t, want, l.buy(price(c.last)), c.name)
	}
	l.unit, l.bottom = 4, price("1.00")
	require.Zero(t, l.buy(price("3.00")), "the stop would be below zero")
	l.top = price("4.00")
	require.Zero(t, l.sell(price("3.00")), "a target would be below zero")
	l.unit, l.bottom = 0, price("3.00")
	require.Zero(t, l.buy(price("3.00")), "no risk, no targets")
	l.unit, l.multiples = 0.005, [targets]float64{1, 1.1, 1.2}
	require.Zero(t, l.buy(price("3.00")), "two targets that are the same cent")
}
