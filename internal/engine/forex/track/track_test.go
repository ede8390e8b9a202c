package track_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
)

// begun is long after everything that the signals of a record meet.
const begun = 1_800_000_000

// writer makes a record as it happens.
type writer struct {
	t         *testing.T
	at        int64 // the market's time
	simulated bool
	track.Record
}

func newWriter(t *testing.T) *writer {
	w := &writer{t: t, at: begun, Record: track.Record{Format: track.Format, Head: track.Origin}}
	size := pip.Default
	w.add(track.Begun, 0, track.Data{PipSize: &size, Name: "Gold Desk"})
	return w
}

func (w *writer) add(kind track.Kind, signal int64, data track.Data) {
	e := track.Entry{Seq: int64(len(w.Entries) + 1), At: time.Unix(w.at, 0), Kind: kind, Signal: signal, Data: data, Prev: w.Head}
	text, err := e.Text()
	require.NoError(w.t, err)
	w.Entries, w.Head = append(w.Entries, text), track.Hash(text)
}

// signals plays some signals in a random market: opened, edited, closed, and some that never were.
func (w *writer) signals(n int) {
	random := rand.New(rand.NewPCG(5, 8))
	for number := int64(1); number <= int64(n); number++ {
		rules := position.DefaultRules()
		rules.StopRule = position.StopRules[random.IntN(4)]
		rules.ProgressEvery = pip.Price(random.IntN(2)) * 2 * pip.Units
		entry := 2650 * pip.Units
		plan := rules.Plan(position.Buy, entry-5*pip.Units, []pip.Price{entry + 5*pip.Units, entry + 10*pip.Units, entry + 15*pip.Units}, 0)
		if random.IntN(3) == 0 {
			w.add(track.Proposed, number, track.Data{Plan: &plan, Strategy: "breakout"})
			if random.IntN(2) == 0 {
				w.add(track.Rejected, number, track.Data{By: "Ada"})
				w.Figures.Unused++
				continue
			}
		}
		p, err := position.Open(plan, w.at, entry)
		require.NoError(w.t, err)
		w.add(track.Opened, number, track.Data{OpenedAt: w.at, Plan: &plan, Entry: &entry, Strategy: "breakout", Symbol: "XAU/USD", Simulated: w.simulated})
		w.add(track.Posted, number, track.Data{Chat: "@goldvip", Message: number + 100})
		w.Figures.Signals++
		at := entry
		for i := range 200 {
			w.at += 60
			b := position.Bar{Time: w.at, Prices: candle.Prices{Open: at, High: at, Low: at, Close: at}}
			for range 3 {
				at += pip.Price(random.IntN(400)-200) * 1000
				b.Add(candle.Prices{High: at, Low: at, Close: at})
			}
			for _, m := range p.Apply(&b, nil) {
				w.add(track.Milestone, number, track.Data{Milestone: &m})
			}
			if p.Left > 0 && p.Hit == 1 && i%40 == 0 {
				old := track.Levels{Stop: p.Stop, Targets: slices.Clone(p.Plan.Targets[1:])}
				edited := track.Levels{Stop: entry - pip.Units, Targets: []position.Target{{Price: p.Plan.Targets[2].Price, Share: p.Left}}}
				if p.Edit(edited.Stop, edited.Targets) == nil {
					w.add(track.Edited, number, track.Data{Old: &old, New: &edited, By: "Ada"})
				}
			}
		}
		if p.Left > 0 && number == int64(n) {
			w.Figures.Open++
			continue
		}
		if m, ok := p.Close(position.ByHand, w.at, at); ok {
			w.add(track.Milestone, number, track.Data{Milestone: &m})
		}
		result := p.Result(pip.Default, 0)
		w.Figures.Pips += result
		w.Figures.R += p.R(0)
		switch {
		case result > 0:
			w.Figures.Wins++
		case result < 0:
			w.Figures.Losses++
		default:
			w.Figures.Draws++
		}
	}
}

// read is the record as somebody else reads it.
func (w *writer) read() *track.Record {
	text, err := json.Marshal(w.Record)
	require.NoError(w.t, err)
	var r track.Record
	require.NoError(w.t, json.Unmarshal(text, &r))
	return &r
}

func TestAWholeRecord(t *testing.T) {
	w := newWriter(t)
	w.signals(60)
	figures, err := w.read().Check()
	require.NoError(t, err)
	require.Equal(t, w.Figures, figures)
	require.Positive(t, figures.Wins)
	require.Positive(t, figures.Losses)
	require.Positive(t, figures.Unused)
}

// F11: whatever is changed in the record alone is found.
func TestTampering(t *testing.T) {
	w := newWriter(t)
	w.signals(12)
	n := len(w.Entries)
	for i := range n {
		changed := w.read()
		changed.Entries[i] = strings.Replace(changed.Entries[i], `"at":"2027`, `"at":"2026`, 1)
		_, err := changed.Check()
		require.Error(t, err, "entry %d was changed", i+1)

		removed := w.read()
		removed.Entries = slices.Delete(removed.Entries, i, i+1)
		_, err = removed.Check()
		require.Error(t, err, "entry %d was removed", i+1)

		inserted := w.read()
		inserted.Entries = slices.Insert(inserted.Entries, i, inserted.Entries[i])
		_, err = inserted.Check()
		require.Error(t, err, "entry %d was inserted", i+1)

		if i > 0 {
			swapped := w.read()
			swapped.Entries[i], swapped.Entries[i-1] = swapped.Entries[i-1], swapped.Entries[i]
			_, err = swapped.Check()
			require.Error(t, err, "entries %d and %d were swapped", i, i+1)
		}
	}
	figures := w.read()
	figures.Figures.Pips++
	_, err := figures.Check()
	require.ErrorContains(t, err, "figures")
}

// What was made anew as a whole is in order, and has none of the heads that somebody kept.
func TestHeads(t *testing.T) {
	w := newWriter(t)
	w.signals(10)
	kept := w.Head
	earlier := track.Hash(w.Entries[4])
	for head, want := range map[string]int64{kept: int64(len(w.Entries)), earlier: 5, strings.ToUpper(earlier[:16]): 5} {
		parsed, err := track.ParseHead(head)
		require.NoError(t, err)
		seq, ok := w.Has(parsed)
		require.True(t, ok)
		require.Equal(t, want, seq)
	}
	cut := newWriter(t)
	cut.signals(7)
	_, err := cut.read().Check()
	require.NoError(t, err, "a shorter record is in order")
	for _, head := range []string{kept, kept[:20]} {
		_, ok := cut.Has(track.KeptHead(head))
		require.False(t, ok)
	}
	for head, says := range map[string]string{"": "has 0", kept[:15]: "has 15", kept + "0": "has 65", "3f9c…": "hex digits", kept[:30] + "g": "hex digits"} {
		_, err := track.ParseHead(head)
		require.ErrorContains(t, err, says, head)
		require.Equal(t, "head", fault.From(err).Fields[0].Name)
	}
}

// What happened on a made-up market stands in the record, and in none of its figures.
func TestSimulatedSignals(t *testing.T) {
	w := newWriter(t)
	w.simulated = true
	w.signals(20)
	w.Figures = track.Figures{Simulated: w.Figures.Signals, Unused: w.Figures.Unused}
	figures, err := w.read().Check()
	require.NoError(t, err)
	require.Positive(t, figures.Simulated)
	require.Contains(t, figures.String(), "on a simulated market")
}

// An entry has one form, and a record a beginning.
func TestTheFormIsOne(t *testing.T) {
	w := newWriter(t)
	w.Entries[0] += " "
	w.Head = track.Hash(w.Entries[0])
	_, err := w.read().Check()
	require.ErrorContains(t, err, "not written as entries are")
	empty := track.Record{Format: track.Format, Head: track.Origin}
	_, err = empty.Check()
	require.ErrorContains(t, err, "it is missing")
}

// impossible are records whose hashes hold, of what can't have happened: how they are made, and what is said of them.
func impossible() map[string]impossibility {
	entry, size := 2650*pip.Units, pip.Default
	rules := position.DefaultRules()
	plan := rules.Plan(position.Sell, entry+5*pip.Units, []pip.Price{entry - 5*pip.Units, entry - 10*pip.Units, entry - 15*pip.Units}, 0)
	stop := position.Milestone{Kind: position.StoppedOut, At: begun, Price: entry + 5*pip.Units, Share: pip.Whole, Gain: -5 * pip.Units}
	better := stop
	better.Price, better.Gain = entry+4*pip.Units, -4*pip.Units
	second := position.Milestone{Kind: position.HitTarget, At: begun, Target: 2, Price: entry - 10*pip.Units, Share: 3000, Gain: 10 * pip.Units, Left: 7000}
	opened := track.Data{OpenedAt: begun, Plan: &plan, Entry: &entry}
	return map[string]impossibility{
		"a milestone before the signal": {"neither proposed nor opened", func(w *writer) { w.add(track.Milestone, 1, track.Data{Milestone: &stop}) }},
		"a signal that is left out":     {"one is missing", func(w *writer) { w.add(track.Opened, 2, opened) }},
		"opened twice":                  {"is already", func(w *writer) { w.add(track.Opened, 1, opened); w.add(track.Opened, 1, opened) }},
		"a better stop": {"stop was not hit", func(w *writer) {
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &better})
		}},
		"a target that is skipped": {"next target was not hit", func(w *writer) {
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &second})
		}},
		"something after the end of a signal": {"was over before", func(w *writer) {
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &stop})
			w.add(track.Milestone, 1, track.Data{Milestone: &stop})
		}},
		"an edit of other levels": {"not those that stood", func(w *writer) {
			w.add(track.Opened, 1, opened)
			w.add(track.Edited, 1, track.Data{Old: &track.Levels{Stop: entry}, New: &track.Levels{Stop: entry, Targets: plan.Targets}})
		}},
		"something after the end": {"ended before", func(w *writer) {
			w.add(track.Ended, 0, track.Data{})
			w.add(track.Opened, 1, opened)
		}},
		"an end with something open": {"while signal 1 is open", func(w *writer) {
			w.add(track.Opened, 1, opened)
			w.add(track.Ended, 0, track.Data{})
		}},
		"a signal that was never there": {"neither proposed nor opened", func(w *writer) { w.add(track.Posted, 1, track.Data{Chat: "@goldvip"}) }},
		"rejected without a proposal":   {"neither proposed nor opened", func(w *writer) { w.add(track.Rejected, 1, track.Data{}) }},
		"other levels than proposed": {"other levels", func(w *writer) {
			other := plan
			other.Stop += pip.Units
			w.add(track.Proposed, 1, track.Data{Plan: &other})
			w.add(track.Opened, 1, opened)
		}},
		"an entry from before": {"before the entry before it", func(w *writer) {
			w.at -= 86_400
			w.add(track.Opened, 1, opened)
		}},
		"a milestone from the future": {"after it was told", func(w *writer) {
			later := stop
			later.At += 60
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &later})
		}},
		"closed by hand far beyond a target": {"comes first", func(w *writer) {
			best := position.Milestone{Kind: position.ByHand, At: begun, Price: entry - 100*pip.Units, Share: pip.Whole, Gain: 100 * pip.Units}
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &best})
		}},
		"expired before its time": {"time was not over", func(w *writer) {
			early := position.Milestone{Kind: position.Expired, At: begun, Price: entry, Share: pip.Whole}
			w.add(track.Opened, 1, opened)
			w.add(track.Milestone, 1, track.Data{Milestone: &early})
		}},
		"two beginnings": {"begins once", func(w *writer) { w.add(track.Begun, 0, track.Data{PipSize: &size}) }},
	}
}

type impossibility struct {
	says string
	make func(w *writer)
}

// Hashes that were computed anew don't hide what can't have happened.
func TestWhatCantHaveHappened(t *testing.T) {
	for name, c := range impossible() {
		w := newWriter(t)
		c.make(w)
		_, err := w.read().Check()
		require.ErrorContains(t, err, c.says, name)
	}
}

func FuzzCheck(f *testing.F) {
	w := newWriter(&testing.T{})
	w.signals(3)
	text, _ := json.Marshal(w.Record)
	f.Add(string(text))
	f.Fuzz(func(t *testing.T, text string) {
		var r track.Record
		if json.Unmarshal([]byte(text), &r) == nil {
			_, _ = r.Check()
		}
	})
}
