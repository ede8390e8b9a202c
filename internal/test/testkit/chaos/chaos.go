// Package chaos hurts the running program on purpose. A scenario runs under faults (kill -9,
// freezing, cut connections, a database that is away) whose moments come from a seed, spread over
// the scenario's progress so that each hits the middle of the work. What the scenario leaves behind
// must be what it names: nothing lost, nothing doubled. The seed draws the database as well; it is
// printed. CHAOS_SEED repeats one run, CHAOS_SEEDS says how many runs to make.
package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Scenario does something with the program and returns what came of it, and what should have come
// of it, which it knows without a second run. It tells its progress to the world all the way, and it
// is patient: while it runs, any part may be dead.
type Scenario func(t testing.TB, w *World) (actual, expected Outcome)

// Options say what runs and what happens to it.
type Options struct {
	APIs      int // processes; 1 when zero
	Workers   int // processes; 1 when zero
	Templates []string
	Seeds     int      // at least so many runs, where the environment names no seed
	Env       []string // more settings of all parts
	Faults    []Fault
	// Build starts the parts; those of PromoStack when nil.
	Build func(w *World, o Options, database Database)
}

// Run runs a scenario under faults for each seed, and compares what came of it with what it wanted.
func Run(t *testing.T, o Options, s Scenario) {
	t.Helper()
	for _, seed := range seeds(t, o.Seeds) {
		database := DatabaseOf(seed)
		t.Run(fmt.Sprintf("%s/seed=%d", database, seed), func(t *testing.T) {
			t.Logf("again: CHAOS_SEED=%d", seed)
			round(t, o, database, Plan(seed, o.Faults), func(t testing.TB, w *World) {
				actual, expected := s(t, w)
				if diff := Diff(expected, actual); diff != "" {
					t.Errorf("what came of it is not what was wanted (- lost, + not wanted, ! changed):\n%s", diff)
				}
			})
		})
	}
}

// Undisturbed runs something once on a database, in peace but for what it does to the world itself.
func Undisturbed(t testing.TB, o Options, database Database, run func(t testing.TB, w *World)) {
	t.Helper()
	round(t, o, database, nil, run)
}

func (o Options) complete() Options {
	if len(o.Templates) == 0 {
		o.Templates = []string{"gold-coupon"}
	}
	o.APIs, o.Workers = max(1, o.APIs), max(1, o.Workers)
	if o.Build == nil {
		o.Build = buildProgram
	}
	return o
}

// round is one run in a world of its own.
func round(t testing.TB, o Options, database Database, plan []Planned, run func(t testing.TB, w *World)) {
	t.Helper()
	o = o.complete()
	w := newWorld(t, plan)
	defer w.close()
	o.Build(w, o, database)
	w.note("all parts are ready")
	w.Progress(0)
	run(t, w)
	w.note("the scenario is over")
	w.Settle()
	w.finished()
}

// seeds returns those of the environment, or fresh ones: the first is drawn, and so is the database
// that it begins with; those that follow take turns with the databases.
func seeds(t testing.TB, least int) []uint64 {
	t.Helper()
	first, n := uint64(rand.Uint32N(1_000_000)), 1
	var err error
	if text := os.Getenv("CHAOS_SEED"); text != "" {
		first, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "CHAOS_SEED must be a number")
	} else if text := os.Getenv("CHAOS_SEEDS"); text != "" {
		n, err = strconv.Atoi(text)
		require.NoError(t, err, "CHAOS_SEEDS must be a number")
		n = max(n, least)
	}
	list := make([]uint64, n)
	for i := range list {
		list[i] = first + uint64(i)
	}
	return list
}
