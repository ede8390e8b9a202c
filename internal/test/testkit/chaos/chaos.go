// Package chaos hurts the running program on purpose. A scenario is run once in peace and then
// under faults (kill -9, freezing, cut connections, a database that is away) whose moments come
// from a seed, spread over the scenario's progress so that each hits the middle of the work. What
// the scenario leaves behind must be the same every time: nothing lost, nothing doubled. The seed
// is printed; CHAOS_SEED repeats one run, CHAOS_SEEDS says how many runs to make.
package chaos

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// Scenario does something with the program and returns what came of it. It tells its progress to
// the world all the way, and it is patient: while it runs, any part may be dead.
type Scenario struct {
	Run func(t testing.TB, w *World) Outcome
}

// Options say what runs and what happens to it.
type Options struct {
	// Databases take turns, seed by seed; PostgreSQL alone when empty.
	Databases []Database
	APIs      int // processes; 1 when zero
	Workers   int // processes; 1 when zero
	Templates []string
	Env       []string // more settings of all parts
	Faults    []Fault
	Seeds     int // how many runs under faults, unless CHAOS_SEEDS says otherwise; 1 when zero
	// Build starts the parts; those of PromoStack when nil.
	Build func(w *World, o Options, database Database)
}

// Run runs a scenario in peace, then under faults for each seed, and compares.
func Run(t *testing.T, o Options, s Scenario) {
	t.Helper()
	o = o.complete()
	seeds := seeds(t, o.Seeds, len(o.Databases))
	var peace Outcome
	t.Run("undisturbed", func(t *testing.T) { peace = Undisturbed(t, o, s) })
	require.False(t, t.Failed(), "the scenario does not even work undisturbed")
	for _, seed := range seeds {
		database := o.Databases[int(seed%uint64(len(o.Databases)))] // so that the seed says it all
		t.Run(fmt.Sprintf("%s/seed=%d", database, seed), func(t *testing.T) {
			t.Logf("again: CHAOS_SEED=%d", seed)
			got := round(t, o, database, Plan(seed, o.Faults), s)
			if diff := Diff(peace, got); diff != "" {
				t.Errorf("what came of it differs from an undisturbed run (- lost, + not there undisturbed, ! changed):\n%s", diff)
			}
		})
	}
}

// Undisturbed runs a scenario once, in peace but for what it does to the world itself.
func Undisturbed(t testing.TB, o Options, s Scenario) Outcome {
	t.Helper()
	o = o.complete()
	return round(t, o, o.Databases[0], nil, s)
}

func (o Options) complete() Options {
	if len(o.Databases) == 0 {
		o.Databases = []Database{Postgres}
	}
	if len(o.Templates) == 0 {
		o.Templates = []string{"gold-coupon"}
	}
	o.APIs, o.Workers, o.Seeds = max(1, o.APIs), max(1, o.Workers), max(1, o.Seeds)
	if o.Build == nil {
		o.Build = buildProgram
	}
	return o
}

// round is one run in a world of its own.
func round(t testing.TB, o Options, database Database, plan []Planned, s Scenario) Outcome {
	t.Helper()
	w := newWorld(t, plan)
	defer w.close()
	o.Build(w, o, database)
	w.note("all parts are ready")
	w.Progress(0)
	outcome := s.Run(t, w)
	w.note("the scenario is over")
	w.Settle()
	w.finished()
	return outcome
}

// seeds returns those of the environment, or fresh ones that take turns with the databases.
func seeds(t testing.TB, n, databases int) []uint64 {
	t.Helper()
	if text := os.Getenv("CHAOS_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		require.NoError(t, err, "CHAOS_SEED wants a number")
		return []uint64{seed}
	}
	if text := os.Getenv("CHAOS_SEEDS"); text != "" {
		var err error
		n, err = strconv.Atoi(text)
		require.NoError(t, err, "CHAOS_SEEDS wants a number")
	}
	list := make([]uint64, n)
	for i := range list {
		list[i] = uint64(rand.Uint32N(1_000_000)*uint32(databases)) + uint64(i%databases)
	}
	return list
}
