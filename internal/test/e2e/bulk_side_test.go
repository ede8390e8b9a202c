//go:build integration

package e2e

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/bulkrender"
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

// saw reports whether every version of a job up to one was told, from the first that has an event:
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
	t.Parallel()
	const lines = 400
	chaos.Undisturbed(t, chaos.Options{APIs: 2, Workers: 2}, chaos.Postgres, func(t testing.TB, w *chaos.World) {
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
	})
}

// doneOnce proves by Temporal's history and the database that each chunk of a job was made by one
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

// renderedChunk is a chunk that a worker has made.
type renderedChunk struct {
	worker           string
	attempt          int32
	scheduled, ended time.Time
}

// renderedChunks reads from Temporal's history of a job which chunks were made until now.
func renderedChunks(t testing.TB, p *chaos.Program, tenantID, job string) (list []renderedChunk) {
	t.Helper()
	temporalClient, err := temporal.Dial(t.Context(), p.Temporal)
	require.NoError(t, err)
	defer temporalClient.Close()
	scheduled := map[int64]time.Time{}
	started := map[int64]renderedChunk{}
	events := temporalClient.GetWorkflowHistory(tenant.With(t.Context(), tenantID), bulkrender.ID(tenantID, job), "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		e, err := events.Next()
		require.NoError(t, err)
		if a := e.GetActivityTaskScheduledEventAttributes(); a.GetActivityType().GetName() == contract.RenderBulkChunk {
			scheduled[e.EventId] = e.EventTime.AsTime()
			// P9: by it the engine shares the workers fairly; `make soak` measures that it does.
			require.Equal(t, tenantID, a.GetPriority().GetFairnessKey())
		}
		if a := e.GetActivityTaskStartedEventAttributes(); a != nil {
			started[a.ScheduledEventId] = renderedChunk{worker: a.Identity, attempt: a.Attempt}
		}
		if a := e.GetActivityTaskCompletedEventAttributes(); a != nil {
			if at, ok := scheduled[a.ScheduledEventId]; ok {
				c := started[a.ScheduledEventId]
				c.scheduled, c.ended = at, e.EventTime.AsTime()
				list = append(list, c)
			}
		}
	}
	return list
}
