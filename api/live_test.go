package api_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/models"
)

const eventsPath = "/api/v1/events"

// saw is a reader of a stream who goes when it has seen all of these.
func saw(texts ...string) func(string) bool {
	return func(soFar string) bool {
		for _, text := range texts {
			if !strings.Contains(soFar, text) {
				return false
			}
		}
		return true
	}
}

// tail runs the tail of the events until stop is called, or the test ends.
func (h *harness) tail() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var done sync.WaitGroup
	done.Go(func() { h.server.Sweep(ctx) })
	stop = func() {
		cancel()
		done.Wait()
	}
	h.t.Cleanup(stop)
	return stop
}

// events reads a stream, whose events' data must be as the document says, and returns their ids.
func (h *harness) events(res *httptest.ResponseRecorder) (ids []string) {
	h.t.Helper()
	require.Equal(h.t, http.StatusOK, res.Code, res.Body.String())
	for _, block := range strings.Split(strings.TrimSuffix(res.Body.String(), "\n\n"), "\n\n") {
		id, rest, ok := strings.Cut(block, "\n")
		data, isEvent := strings.CutPrefix(rest, "data: ")
		if !ok || !isEvent || !strings.HasPrefix(id, "id: ") {
			continue
		}
		require.NoError(h.t, h.conformance.valid("/components/schemas/Event", []byte(data)), block)
		ids = append(ids, strings.TrimPrefix(id, "id: "))
	}
	return ids
}

// written returns the numbers of the tenant's events.
func (h *harness) written(w world) (list []models.Event) {
	h.t.Helper()
	all, err := h.store.Events.Since(models.Platform(h.t.Context()), h.now().Add(-models.EventRetention), 1000)
	require.NoError(h.t, err)
	for _, e := range all {
		if e.TenantID == w.tenant.ID {
			list = append(list, e)
		}
	}
	return list
}

// D2: a stream tells what changes in its tenant, and nothing of another's.
func TestEventsAsTheyHappen(t *testing.T) {
	h := newHarness(t)
	h.tail()
	var ours, theirs *models.BulkJob
	res := h.do(request{method: get, path: eventsPath, admin: true, until: func(soFar string) bool {
		if ours == nil { // the stream is open
			theirs, ours = h.jobIn(h.theirs, models.BulkReady), h.jobIn(h.ours, models.BulkReady)
		}
		return strings.Contains(soFar, ours.ID)
	}})
	require.Contains(t, res.Body.String(), `{"topic":"bulk","id":"`+ours.ID+`"`)
	require.NotContains(t, res.Body.String(), theirs.ID)
	require.NotContains(t, res.Body.String(), "reset")
	require.NotEmpty(t, h.events(res))
	require.Equal(t, "no-store", res.Header().Get("Cache-Control"))
}

// A browser that comes back gets what it missed.
func TestEventsThatWereMissed(t *testing.T) {
	h := newHarness(t)
	h.jobIn(h.theirs, models.BulkReady)
	h.jobIn(h.ours, models.BulkRunning)
	list := h.written(h.ours)
	require.Greater(t, len(list), 2)
	seen, last := strconv.FormatInt(list[0].Seq, 10), strconv.FormatInt(list[len(list)-1].Seq, 10)
	for name, r := range map[string]request{
		"by the header": {path: eventsPath, header: map[string]string{"Last-Event-ID": seen}},
		"by the query":  {path: eventsPath + "?last_event_id=" + seen},
	} {
		r.method, r.admin, r.until = get, true, saw("id: "+last+"\n")
		res := h.do(r)
		require.NotContains(t, res.Body.String(), "reset", name)
		ids := h.events(res)
		require.NotContains(t, ids, seen, name)
		for _, e := range list[1:] {
			require.Contains(t, ids, strconv.FormatInt(e.Seq, 10), name)
		}
		for _, e := range h.written(h.theirs) {
			require.NotContains(t, ids, strconv.FormatInt(e.Seq, 10), name)
		}
	}
}

// What a browser missed may not be known any more, or never was: then it reads all again.
func TestEventsThatAreNotKnown(t *testing.T) {
	h := newHarness(t)
	h.jobIn(h.theirs, models.BulkReady)
	theirs := h.written(h.theirs)
	for name, id := range map[string]string{
		"later than all": "99999999", "no number": "abc", "negative": "-1", "too long": strings.Repeat("9", 30),
		"another tenant's": strconv.FormatInt(theirs[0].Seq, 10),
	} {
		res := h.do(request{method: get, path: eventsPath, admin: true, header: map[string]string{"Last-Event-ID": id}, until: saw("reset")})
		require.Contains(t, res.Body.String(), "event: reset\ndata: {}\n\n", name)
		require.Empty(t, h.events(res), name)
	}
}

// A browser that does not keep up is told to read all again, and holds nobody up.
func TestSlowReadersAreReset(t *testing.T) {
	h := newHarness(t)
	h.tail()
	opened, release := make(chan struct{}), make(chan struct{})
	var slow *httptest.ResponseRecorder
	var reading sync.WaitGroup
	reading.Go(func() {
		first := true
		slow = h.do(request{method: get, path: eventsPath, admin: true, until: func(string) bool {
			if first {
				first = false
				close(opened)
				<-release
			}
			return false
		}})
	})
	<-opened
	// More than the slow one's queue holds, a hundred at a time, so that the other one keeps up.
	batches, waitFor := 0, "retry:"
	ctx := ctxOf(h, h.ours)
	fast := h.do(request{method: get, path: eventsPath, admin: true, until: func(soFar string) bool {
		for batches < 4 && strings.Contains(soFar, waitFor) {
			batches++
			for range 100 {
				waitFor = models.NewID()
				if err := h.store.Events.Add(ctx, models.TopicBulk, waitFor, 1); err != nil {
					t.Error(err)
					return true
				}
			}
		}
		return batches == 4 && strings.Contains(soFar, waitFor)
	}})
	close(release)
	reading.Wait()
	require.GreaterOrEqual(t, len(h.events(fast)), 400)
	require.NotContains(t, fast.Body.String(), "reset")
	require.Contains(t, slow.Body.String(), "event: reset\ndata: {}\n\n")
}

// A session has eight streams; whoever closes one may open another.
func TestStreamsAreCounted(t *testing.T) {
	h := newHarness(t)
	opened, release := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			h.do(request{method: get, path: eventsPath, admin: true, until: func(string) bool {
				opened <- struct{}{}
				<-release
				return true
			}})
		})
	}
	for range 8 {
		<-opened
	}
	more := request{method: get, path: eventsPath, admin: true, until: saw("retry:")}
	res := h.do(more)
	require.Equal(t, http.StatusTooManyRequests, res.Code)
	require.Contains(t, res.Body.String(), `"too_many_streams"`)
	require.NotEmpty(t, res.Header().Get("Retry-After"))
	other := more
	other.as = h.signIn()
	require.Equal(t, http.StatusOK, h.do(other).Code, "another session of the same person")
	close(release)
	all.Wait()
	require.Equal(t, http.StatusOK, h.do(more).Code)
}

// When the program stops, its streams end by themselves.
func TestStreamsEndWithTheProgram(t *testing.T) {
	h := newHarness(t)
	stop := h.tail()
	stopped, begun := false, time.Now()
	res := h.do(request{method: get, path: eventsPath, admin: true, until: func(string) bool {
		if !stopped {
			stopped = true
			stop()
		}
		return false
	}})
	require.Equal(t, http.StatusOK, res.Code)
	require.True(t, stopped)
	require.Less(t, time.Since(begun), 30*time.Second, "it did not end by itself")
}
