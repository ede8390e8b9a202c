package position

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

func price(t testing.TB, s string) pip.Price {
	t.Helper()
	p, err := pip.ParsePrice(s)
	require.NoError(t, err)
	return p
}

// bars are written "open high low close" and begin a minute after one another.
func bars(t testing.TB, lines ...string) []Bar {
	t.Helper()
	all := make([]Bar, len(lines))
	for i, line := range lines {
		w := strings.Fields(line)
		require.Len(t, w, 4, line)
		all[i] = Bar{Time: int64(i) * 60, Prices: candle.Prices{Open: price(t, w[0]), High: price(t, w[1]), Low: price(t, w[2]), Close: price(t, w[3])}}
		require.NoError(t, all[i].Check(), line)
	}
	return all
}

// goldBuy is the signal of the facts' table.
func goldBuy(t testing.TB, rule StopRule) Plan {
	r := DefaultRules()
	r.StopRule = rule
	return r.Plan(Buy, price(t, "2645"), []pip.Price{price(t, "2655"), price(t, "2660"), price(t, "2665")}, 0)
}

// mirror turns prices over at 2650, so that a buy becomes a sell.
func mirror(p pip.Price) pip.Price { return 2*2650*pip.Units - p }

func mirrored(p Plan) Plan {
	p.Side, p.Stop = Sell, mirror(p.Stop)
	targets := make([]Target, len(p.Targets))
	for i, t := range p.Targets {
		targets[i] = Target{mirror(t.Price), t.Share}
	}
	p.Targets = targets
	return p
}

func (b Bar) mirrored() Bar {
	b.Open, b.High, b.Low, b.Close = mirror(b.Open), mirror(b.Low), mirror(b.High), mirror(b.Close)
	return b
}

// told writes milestones as "kind@minute price tenths-left", for comparing.
func told(milestones []Milestone) string {
	lines := make([]string, 0, len(milestones))
	for _, m := range milestones {
		line := fmt.Sprintf("%s@%d %s %d", m.Kind, m.At/60, m.Price, m.Left/1000)
		if m.StopMoved {
			line += " stop " + m.Stop.String()
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, ", ")
}

func TestPaths(t *testing.T) {
	for name, c := range map[string]struct {
		rule     StopRule
		progress string
		expires  int64 // minute
		bars     []string
		told     string
		pips, r  string
	}{
		"all targets, one after the other": {
			rule: Breakeven,
			bars: []string{"2650 2655 2649 2654", "2654 2661 2653 2658", "2658 2670 2657 2669"},
			told: "target@0 2655.00 5 stop 2650.00, target@1 2660.00 2, target@2 2665.00 0",
			pips: "85", r: "1.70",
		},
		"all targets in one bar": {
			rule: FixedStop,
			bars: []string{"2650 2666 2649 2665"},
			told: "target@0 2655.00 5, target@0 2660.00 2, target@0 2665.00 0",
			pips: "85", r: "1.70",
		},
		"the stop": {
			rule: Breakeven,
			bars: []string{"2650 2651 2646 2646", "2646 2648 2644 2647"},
			told: "stop@1 2645.00 0",
			pips: "-50", r: "-1.00",
		},
		"the stop is looked at before the targets": {
			rule: Breakeven,
			bars: []string{"2650 2666 2645 2660"},
			told: "stop@0 2645.00 0",
			pips: "-50", r: "-1.00",
		},
		"TP1, then breakeven": {
			rule: Breakeven,
			bars: []string{"2650 2656 2649 2655", "2655 2656 2649 2651"},
			told: "target@0 2655.00 5 stop 2650.00, breakeven@1 2650.00 0",
			pips: "25", r: "0.50",
		},
		"TP1, then breakeven at the close of the same bar": {
			rule: Breakeven,
			bars: []string{"2651 2656 2649 2649.5"},
			told: "target@0 2655.00 5 stop 2650.00, breakeven@0 2650.00 0",
			pips: "25", r: "0.50",
		},
		"the low before TP1 does not meet the stop that TP1 moves": {
			rule: Breakeven,
			bars: []string{"2650 2656 2646 2655"},
			told: "target@0 2655.00 5 stop 2650.00",
			pips: "50", r: "1.00", // the open half at its last close
		},
		"a fixed stop stays": {
			rule: FixedStop,
			bars: []string{"2650 2656 2649 2655", "2655 2656 2644 2646"},
			told: "target@0 2655.00 5, stop@1 2645.00 0",
			pips: "0", r: "0.00",
		},
		"TP2, then the stop at TP1": {
			rule: MovingTarget,
			bars: []string{"2650 2656 2649 2655", "2655 2661 2654 2660", "2660 2661 2654 2656"},
			told: "target@0 2655.00 5 stop 2650.00, target@1 2660.00 2 stop 2655.00, stop_in_profit@2 2655.00 0",
			pips: "65", r: "1.30",
		},
		"moving 2-target waits for TP2": {
			rule: Moving2,
			bars: []string{"2650 2656 2649 2655", "2655 2661 2648 2660", "2660 2661 2649 2651"},
			told: "target@0 2655.00 5, target@1 2660.00 2 stop 2650.00, breakeven@2 2650.00 0",
			pips: "55", r: "1.10",
		},
		"a gap through the stop fills at the open": {
			rule: Breakeven,
			bars: []string{"2650 2651 2649 2650", "2630 2632 2629 2631"},
			told: "stop@1 2630.00 0",
			pips: "-200", r: "-4.00",
		},
		"a gap through targets fills at the open": {
			rule: Breakeven,
			bars: []string{"2650 2651 2649 2650", "2662 2663 2661 2662"},
			told: "target@1 2662.00 5 stop 2650.00, target@1 2662.00 2",
			pips: "120", r: "2.40",
		},
		"exactly the level counts": {
			rule: Breakeven,
			bars: []string{"2650 2654.99999 2645.00001 2650", "2650 2655 2650 2655"},
			told: "target@1 2655.00 5 stop 2650.00",
			pips: "50", r: "1.00",
		},
		"progress on the way, not where a target is": {
			rule: Breakeven, progress: "2.5",
			bars: []string{"2650 2652.5 2649 2652", "2652 2658 2651 2657", "2657 2658 2649 2650"},
			told: "progress@0 2652.50 10, target@1 2655.00 5 stop 2650.00, progress@1 2657.50 5, breakeven@2 2650.00 0",
			pips: "25", r: "0.50",
		},
		"expiry closes at the open": {
			rule: Breakeven, expires: 2,
			bars: []string{"2650 2651 2649 2650", "2650 2651 2649 2650", "2652 2653 2640 2652", "2652 2670 2640 2652"},
			told: "expired@2 2652.00 0",
			pips: "20", r: "0.40",
		},
		"a gap through the stop goes before expiry": {
			rule: Breakeven, expires: 1,
			bars: []string{"2650 2651 2649 2650", "2640 2641 2639 2640"},
			told: "stop@1 2640.00 0",
			pips: "-100", r: "-2.00",
		},
	} {
		t.Run(name, func(t *testing.T) {
			plan := goldBuy(t, c.rule)
			plan.ExpiresAt = c.expires * 60
			if c.progress != "" {
				plan.ProgressEvery = price(t, c.progress)
			}
			buy, err := Open(plan, 0, 2650*pip.Units)
			require.NoError(t, err)
			sell, err := Open(mirrored(plan), 0, 2650*pip.Units)
			require.NoError(t, err)
			var bought, sold []Milestone
			all := bars(t, c.bars...)
			for _, b := range all {
				bought = buy.Apply(&b, bought)
				m := b.mirrored()
				sold = sell.Apply(&m, sold)
			}
			last := all[len(all)-1].Close
			require.Equal(t, c.told, told(bought))
			require.Equal(t, c.pips, buy.Result(pip.Default, last).String())
			require.Equal(t, c.r, buy.R(last).String())
			for i := range sold {
				sold[i].Price = mirror(sold[i].Price)
				if sold[i].Stop != 0 {
					sold[i].Stop = mirror(sold[i].Stop)
				}
			}
			require.Equal(t, bought, sold, "a sell is a buy in the mirror")
			require.Equal(t, buy.R(last), sell.R(mirror(last)))
		})
	}
}

// walk is a random market around 2650 with gaps.
func walk(random *rand.Rand, n int) []Bar {
	at := 2650 * pip.Units
	step := func(most int64) pip.Price { return pip.Price(random.Int64N(2*most+1)-most) * 1000 }
	all := make([]Bar, n)
	for i := range all {
		if random.IntN(10) == 0 {
			at += step(700)
		}
		b := Bar{Time: int64(i) * 60, Prices: candle.Prices{Open: at, High: at, Low: at}}
		for range 3 {
			at += step(250)
			b.Add(candle.Prices{High: at, Low: at, Close: at})
		}
		all[i] = b
	}
	return all
}

func TestPropertiesOfPositions(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	closed := 0
	for range 3000 {
		plan := goldBuy(t, StopRules[random.IntN(len(StopRules))])
		plan.ProgressEvery = pip.Price(random.IntN(3)) * pip.Units
		all := walk(random, 60)
		entry := all[0].Open
		p, err := Open(plan, 0, entry)
		if err != nil {
			continue
		}
		q := p // fed with the bars alone that reach a level
		var every, few []Milestone
		for _, b := range all {
			stop, next := q.Levels()
			crossed := b.Low <= stop || next != 0 && b.High >= next
			before := len(every)
			every = p.Apply(&b, every)
			if crossed {
				few = q.Apply(&b, few)
			}
			require.True(t, crossed || len(every) == before, "what crosses no level does nothing")
			require.Equal(t, p, q)
			require.True(t, p.Left == 0 || p.Stop < b.Close, "an open position lies before its stop")
		}
		require.Equal(t, every, few)
		share, hit, step, last := 0, 0, pip.Price(0), int64(0)
		for _, m := range every {
			require.GreaterOrEqual(t, m.At, last, "in the order of time")
			last = m.At
			share += m.Share
			require.Equal(t, pip.Whole-share, m.Left)
			switch m.Kind {
			case HitTarget:
				hit++
				require.Equal(t, hit, m.Target, "each target once, none skipped")
			case Progress:
				require.Greater(t, m.Gain, step, "each step once")
				step = m.Gain
			}
		}
		if p.Left > 0 {
			m, ok := p.Close(ByHand, last, all[len(all)-1].Close)
			require.True(t, ok)
			share += m.Share
		} else {
			closed++
		}
		require.Equal(t, pip.Whole, share, "the parts are the whole")
		require.Equal(t, pip.Ratio(p.Result(pip.Default, 0), pip.Default.Pips(plan.Stop, entry)), p.R(0), "R by the original stop")
		_, ok := p.Close(ByHand, last, entry)
		require.False(t, ok)
		b := all[0]
		require.Empty(t, p.Apply(&b, nil), "nothing happens to what is closed")
	}
	require.Greater(t, closed, 500)
}

func TestPlansAreChecked(t *testing.T) {
	for field, change := range map[string]func(*Plan){
		"side":             func(p *Plan) { p.Side = "hold" },
		"stop":             func(p *Plan) { p.Stop = price(t, "2650") },
		"stop_rule":        func(p *Plan) { p.Rule = "" },
		"targets":          func(p *Plan) { p.Targets = nil },
		"targets[0].price": func(p *Plan) { p.Targets[0].Price = price(t, "2650") },
		"targets[1].price": func(p *Plan) { p.Targets[1].Price = p.Targets[0].Price },
		"targets[2].share": func(p *Plan) { p.Targets[2].Share = 0 },
		"progress_every":   func(p *Plan) { p.ProgressEvery = -1 },
		"expires_at":       func(p *Plan) { p.ExpiresAt = -1 },
	} {
		plan := goldBuy(t, Breakeven)
		change(&plan)
		_, err := Open(plan, 0, price(t, "2650"))
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, field)
		require.Equal(t, field, f.Fields[0].Name)
	}
	plan := goldBuy(t, Breakeven)
	plan.Targets[0].Share = 4999
	_, err := Open(plan, 0, price(t, "2650"))
	require.ErrorContains(t, err, "must make up 100 %, not 99.99 %")
	for _, entry := range []string{"2645", "2655", "2640", "2660"} {
		_, err := Open(goldBuy(t, Breakeven), 0, price(t, entry))
		require.Error(t, err, "no trade at %s", entry)
	}
}

func TestEdits(t *testing.T) {
	p, err := Open(goldBuy(t, Breakeven), 0, price(t, "2650"))
	require.NoError(t, err)
	first := bars(t, "2650 2656 2649 2655")[0]
	require.Len(t, p.Apply(&first, nil), 1)
	for field, edit := range map[string]struct {
		stop    string
		targets []Target
	}{
		"stop":             {"2658", []Target{{price(t, "2658"), 5000}}},
		"targets":          {"2651", []Target{{price(t, "2658"), 4000}}},
		"targets[0].price": {"2651", []Target{{price(t, "2655"), 5000}}},
		"targets[1].price": {"2651", []Target{{price(t, "2658"), 3000}, {price(t, "2657"), 2000}}},
	} {
		err := p.Edit(price(t, edit.stop), edit.targets)
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, field)
		require.Equal(t, field, f.Fields[0].Name)
	}
	require.NoError(t, p.Edit(price(t, "2652"), []Target{{price(t, "2657"), 5000}}))
	second := bars(t, "2655 2658 2654 2657")[0]
	require.Equal(t, "target@0 2657.00 0", told(p.Apply(&second, nil)))
	require.Equal(t, "60", p.Result(pip.Default, 0).String())
	require.Equal(t, "1.20", p.R(0).String(), "by the original stop")
	require.ErrorContains(t, p.Edit(price(t, "2652"), nil), "closed")
}

// A position survives being written and read in the middle: the signal flow keeps it so.
func TestJSON(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 9))
	for range 200 {
		plan := goldBuy(t, MovingTarget)
		plan.ProgressEvery = pip.Units
		p, err := Open(plan, 0, 2650*pip.Units)
		require.NoError(t, err)
		q := p
		for _, b := range walk(random, 40) {
			require.Equal(t, p.Apply(&b, nil), q.Apply(&b, nil))
			text, err := json.Marshal(q)
			require.NoError(t, err)
			q = Position{}
			require.NoError(t, json.Unmarshal(text, &q))
		}
		require.Equal(t, p, q)
	}
}
