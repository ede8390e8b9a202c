package strategy

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/test/testkit/market"
)

// start makes a strategy that must be made.
func start(t testing.TB, k *Kind, params string) (Strategy, int) {
	t.Helper()
	s, _, warmUp, err := k.New(json.RawMessage(params))
	require.NoError(t, err, "%s with %s", k.Name, params)
	return s, warmUp
}

// decide runs a strategy over candles, and returns a decision for each.
func decide(s Strategy, candles []candle.Candle) []Decision {
	all := make([]Decision, len(candles))
	for i := range candles {
		all[i] = s.OnCandle(&candles[i])
	}
	return all
}

func count(all []Decision, action Action) int {
	n := 0
	for _, d := range all {
		if d.Action == action {
			n++
		}
	}
	return n
}

// levelsFit says whether stop and targets are where they belong, in whole cents.
func levelsFit(d Decision, last pip.Price) bool {
	direction := pip.Price(1)
	if d.Action == Sell {
		direction = -1
	}
	before := direction * last
	for i, target := range d.Targets {
		if i >= targets {
			return target == 0
		}
		if target <= 0 || target%cent != 0 || direction*target <= before {
			return false
		}
		before = direction * target
	}
	return d.Stop > 0 && d.Stop%cent == 0 && direction*d.Stop < direction*last
}

// requireFit holds for every strategy with a stop: its levels fit, and it never asks for Close.
func requireFit(t *testing.T, name string, all []Decision, candles []candle.Candle) {
	t.Helper()
	for i, d := range all {
		switch d.Action {
		case None:
			require.Zero(t, d, name)
		case Close:
			t.Fatalf("%s closes at candle %d", name, i)
		default:
			require.True(t, levelsFit(d, candles[i].Close), "%s: %+v at a close of %s", name, d, candles[i].Close)
		}
	}
}

func withStops() []*Kind {
	var some []*Kind
	for _, k := range All() {
		if k != &smaCrossKind {
			some = append(some, k)
		}
	}
	return some
}

// A decision is made from what was known: a history that ends earlier has the same ones up to its end.
func TestPrefixes(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for _, k := range All() {
		s, warmUp := start(t, k, "")
		candles := market.Walk(7, warmUp+2000)
		whole := decide(s, candles)
		require.Positive(t, count(whole, Buy), k.Name)
		for range 30 {
			n := random.IntN(len(candles))
			s, _ := start(t, k, "")
			require.Equal(t, whole[:n], decide(s, candles[:n]), k.Name)
		}
	}
}

// Before its warm-up is over a strategy does nothing, and then it decides the same whatever came before:
// another level, another liveliness, another length.
func TestWarmUp(t *testing.T) {
	for _, k := range All() {
		for seed := range uint64(12) {
			random := rand.New(rand.NewPCG(seed, 2))
			s, warmUp := start(t, k, "")
			common := market.Walk(seed, warmUp+1500)
			want := decide(s, common)
			require.Equal(t, make([]Decision, warmUp), want[:warmUp], k.Name)
			for range 2 {
				before := market.Scale(market.Walk(seed+1000, random.IntN(2*warmUp+50)), 0.4+1.5*random.Float64())
				s, _ := start(t, k, "")
				got := decide(s, market.Append(before, common))[len(before):]
				require.Equal(t, want[warmUp:], got[warmUp:], "%s, seed %d, %d candles before", k.Name, seed, len(before))
			}
		}
	}
}

// A strategy's warm-up is no shorter than that of anything in it, whatever its parameters: decisions
// seldom show that it is.
func TestWarmUpIsLongEnough(t *testing.T) {
	for _, k := range withStops() {
		for seed := range uint64(50) {
			params := someParams(t, k, rand.New(rand.NewPCG(seed, 4)))
			s, warmUp := start(t, k, params)
			lengths := warmUps(reflect.ValueOf(s.(*warming).strategy).Elem())
			require.GreaterOrEqual(t, len(lengths), 5, k.Name)
			require.LessOrEqual(t, slices.Max(lengths), warmUp, "%s with %s", k.Name, params)
		}
	}
}

// warmUps are those of all indicators in a struct.
func warmUps(v reflect.Value) []int {
	var lengths []int
	for i := range v.NumField() {
		field := v.Field(i)
		if field.Kind() != reflect.Struct {
			continue
		}
		inside := reflect.NewAt(field.Type(), field.Addr().UnsafePointer()).Interface()
		if indicator, ok := inside.(interface{ WarmUp() int }); ok {
			lengths = append(lengths, indicator.WarmUp())
			continue
		}
		lengths = append(lengths, warmUps(field)...)
	}
	return lengths
}

// A market upside down is sold where the other one is bought, at mirrored levels.
func TestMirror(t *testing.T) {
	const around = 5000 * pip.Units
	other := map[Action]Action{None: None, Buy: Sell, Sell: Buy}
	for _, k := range All() {
		params := ""
		if k == &smaCrossKind {
			params = `{"side": "both"}`
		}
		for seed := range uint64(6) {
			s, warmUp := start(t, k, params)
			candles := market.Walk(seed, warmUp+1500)
			up := decide(s, candles)
			s, _ = start(t, k, params)
			down := decide(s, market.Mirror(candles, around))
			for i, d := range up {
				d.Action = other[d.Action]
				if d.Stop != 0 {
					d.Stop = 2*around - d.Stop
					for j := range targets {
						d.Targets[j] = 2*around - d.Targets[j]
					}
				}
				require.Equal(t, d, down[i], "%s, seed %d, candle %d", k.Name, seed, i)
			}
		}
	}
}

// The defaults suit M15: a few decisions in a thousand candles, both ways.
func TestHowOften(t *testing.T) {
	for _, k := range withStops() {
		var buys, sells, candles int
		for seed := range uint64(4) {
			s, warmUp := start(t, k, "")
			all := decide(s, market.Walk(seed, warmUp+10_000))
			buys, sells, candles = buys+count(all, Buy), sells+count(all, Sell), candles+10_000
		}
		rate := float64(buys+sells) * 1000 / float64(candles)
		require.True(t, rate >= 3 && rate <= 15, "%s decides %.1f times in 1,000 candles", k.Name, rate)
		require.Greater(t, float64(min(buys, sells)), 0.35*float64(buys+sells), k.Name)
	}
}

// Levels fit for any parameters, in calm and lively markets, where the price is low and where it is high.
func TestLevelsFit(t *testing.T) {
	made := 0
	for _, k := range withStops() {
		for seed := range uint64(60) {
			random := rand.New(rand.NewPCG(seed, 3))
			s, warmUp := start(t, k, someParams(t, k, random))
			candles := market.Scale(market.Walk(seed, warmUp+1000), []float64{0.001, 0.02, 1, 30}[seed%4])
			all := decide(s, candles)
			requireFit(t, k.Name, all, candles)
			made += count(all, Buy) + count(all, Sell)
		}
	}
	require.Greater(t, made, 1000)
}

// someParams are random parameters that go together.
func someParams(t *testing.T, k *Kind, random *rand.Rand) string {
	t.Helper()
	for {
		params := map[string]any{}
		for _, p := range k.Params {
			if random.IntN(2) == 0 {
				continue
			}
			steps := random.IntN(1 + int((p.Max-p.Min)/p.Step))
			params[p.Name] = p.Min + float64(steps)*p.Step
		}
		text, err := json.Marshal(params)
		require.NoError(t, err)
		if _, _, _, err := k.New(text); err == nil {
			return string(text)
		}
	}
}

// Each parameter works at both ends of its range, with partners that let it.
func TestLimits(t *testing.T) {
	for _, k := range All() {
		for _, p := range k.Params {
			for _, limit := range []float64{p.Min, p.Max} {
				if p.Choices != nil {
					continue
				}
				s, warmUp := atLimit(t, k, p.Name, limit)
				candles := market.Walk(5, warmUp+500)
				all := decide(s, candles)
				if k != &smaCrossKind {
					requireFit(t, k.Name, all, candles)
				}
			}
		}
	}
}

// atLimit makes a strategy with one parameter at a limit. Where the order of parameters refuses that, those
// of its group go to the same end of their ranges, one after the other.
func atLimit(t *testing.T, k *Kind, name string, limit float64) (Strategy, int) {
	t.Helper()
	values := map[string]any{name: limit}
	for range len(k.Params) {
		text, err := json.Marshal(values)
		require.NoError(t, err)
		s, _, warmUp, err := k.New(text)
		if err == nil {
			return s, warmUp
		}
		for _, group := range k.rising {
			for _, partner := range group {
				if p := param(k, partner); partner != name && values[partner] == nil {
					if values[partner] = p.Max; limit == param(k, name).Min {
						values[partner] = p.Min
					}
					break
				}
			}
		}
	}
	t.Fatalf("%s doesn't work with %s at %v", k.Name, name, limit)
	return nil, 0
}

func param(k *Kind, name string) Param {
	for _, p := range k.Params {
		if p.Name == name {
			return p
		}
	}
	panic(name)
}

// Nothing is allocated per candle.
func TestNoAllocations(t *testing.T) {
	candles := market.Walk(1, 3000)
	for _, k := range All() {
		s, _ := start(t, k, "")
		require.Zero(t, testing.AllocsPerRun(1, func() {
			for i := range candles {
				s.OnCandle(&candles[i])
			}
		}), k.Name)
	}
}

func BenchmarkStrategies(b *testing.B) {
	candles := market.Walk(1, 50_000)
	for _, k := range All() {
		b.Run(k.Name, func(b *testing.B) {
			s, _ := start(b, k, "")
			b.ReportAllocs()
			done := 0
			for b.Loop() {
				for i := range candles {
					s.OnCandle(&candles[i])
				}
				done += len(candles)
			}
			b.ReportMetric(float64(done)/b.Elapsed().Seconds(), "candles/s")
		})
	}
}
