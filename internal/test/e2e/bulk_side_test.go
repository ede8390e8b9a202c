//go:build integration

package e2e

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
)

// watcher is a browser that shows bulk jobs.
type watcher struct {
	mu       sync.Mutex
	opened   int
	resets   int
	versions map[string]map[int64]bool // by job
}

// watch follows the event stream of one API process until the test ends.
func watch(t testing.TB, c *stack.Client) *watcher {
	t.Helper()
	x := &watcher{versions: map[string]map[int64]bool{}}
	ctx, stop := context.WithCancel(t.Context())
	var all sync.WaitGroup
	all.Go(func() {
		c.Follow(ctx, func() { x.mu.Lock(); defer x.mu.Unlock(); x.opened++ }, x.told)
	})
	t.Cleanup(func() { stop(); all.Wait() })
	testkit.Eventually(t, patience, "the stream stands", func() bool { return x.streams() > 0 })
	return x
}

func (x *watcher) told(e stack.Event) {
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case e.Reset:
		x.resets++
	case e.Topic == models.TopicBulk:
		if x.versions[e.ID] == nil {
			x.versions[e.ID] = map[int64]bool{}
		}
		x.versions[e.ID][e.Version] = true
	}
}

// streams is how many times the stream was opened.
func (x *watcher) streams() int {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.opened
}

// saw tells whether every version of a job up to one was told, from the first that has an event:
// that the file was received.
func (x *watcher) saw(job string, last int64) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	for v := int64(2); v <= last; v++ {
		if !x.versions[job][v] {
			return false
		}
	}
	return len(x.versions[job]) == int(last)-1 && x.resets == 0
}

// P9, Q1: two APIs and two workers beside each other do a job together, and nothing twice. Browsers
// at either API are told all of it, also one whose API is killed meanwhile: it comes back and gets
// the rest, and progress does not go backwards.
func TestSideBySide(t *testing.T) {
	const lines = 1500
	chaos.Undisturbed(t, chaos.Options{APIs: 2, Workers: 2}, chaos.Scenario{Run: func(t testing.TB, w *chaos.World) chaos.Outcome {
		p := w.Program
		one, two := p.Client.At(p.Bases[0]), p.Client.At(p.Bases[1])
		first, second := watch(t, one), watch(t, two)

		j := watchBulk(t, two, startBulk(t, one, "first", lines).ID, "done", isDone)
		want := readBulk(t, two, j)
		doneOnce(t, p, j.ID)
		testkit.Eventually(t, patience, "both streams told every version", func() bool { return first.saw(j.ID, j.Version) && second.saw(j.ID, j.Version) })

		// Asked at the API that is killed alone, so that what it says after it is compared with
		// what it said before.
		k := startBulk(t, one, "second", lines)
		var before bulkJob
		killed := false
		k = watchBulk(t, one, k.ID, "done", func(j bulkJob) bool {
			require.GreaterOrEqual(t, j.Checked, before.Checked, "progress goes backwards")
			require.GreaterOrEqual(t, j.Done, before.Done, "progress goes backwards")
			require.GreaterOrEqual(t, j.Version, before.Version, "progress goes backwards")
			before = j
			if !killed && j.Done > 0 && !isDone(j) {
				killed = true
				w.Inflict(chaos.Kill(chaos.API + "-1"))
			}
			return isDone(j)
		})
		require.True(t, killed, "the job was over before its middle")
		require.Empty(t, chaos.Diff(want, readBulk(t, one, k)))
		doneOnce(t, p, k.ID)
		testkit.Eventually(t, patience, "both streams told every version", func() bool { return first.saw(k.ID, k.Version) && second.saw(k.ID, k.Version) })
		require.GreaterOrEqual(t, first.streams(), 2)
		require.Equal(t, 1, second.streams())
		return nil
	}})
}

// doneOnce proves by the engine's history and the database that each chunk of a job was made by one
// try, and that both workers had a part in it.
func doneOnce(t testing.TB, p *chaos.Program, job string) {
	t.Helper()
	chunks, err := p.Service(t).Store.Bulk.Chunks(tenant.With(t.Context(), p.Tenant), job)
	require.NoError(t, err)
	made := renderedChunks(t, p, p.Tenant, job)
	require.Len(t, made, len(chunks))
	var workers []string
	for _, m := range made {
		require.EqualValues(t, 1, m.attempt)
		workers = append(workers, m.worker)
	}
	slices.Sort(workers)
	require.Len(t, slices.Compact(workers), 2, "both workers take part")
}
