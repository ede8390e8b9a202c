package news_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/news"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/sandbox"
	simulated "github.com/promostack/promostack/internal/sandbox/news"
	"github.com/promostack/promostack/internal/service/news"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// world is a provider of news, and the time.
type world struct {
	mu      sync.Mutex
	now     time.Time
	topic   []headlines.Item // under the topic
	ticker  []headlines.Item // under the ticker
	fail    error
	failFor string          // the ticker alone, when it is that
	asked   []adapter.Query // so far
	hold    chan struct{}   // answers wait for its end; nil is none
}

func (w *world) News(ctx context.Context, q adapter.Query) ([]headlines.Item, error) {
	w.mu.Lock()
	w.asked = append(w.asked, q)
	hold := w.hold
	w.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fail != nil && (w.failFor == "" || w.failFor == q.Ticker) {
		return nil, w.fail
	}
	if q.Ticker != "" {
		return w.ticker, nil
	}
	return w.topic, nil
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) calls() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.asked)
}

// item is one that was published so long ago.
func (w *world) item(title string, ago time.Duration) headlines.Item {
	return headlines.Item{Title: title, URL: "https://news.example/" + title, Source: "Wire", Summary: "Short.", PublishedAt: w.now.Add(-ago)}
}

func newWorld() *world {
	w := &world{now: time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)}
	w.topic = []headlines.Item{w.item("Fed-holds", time.Hour), w.item("Gold-steady", 2*time.Hour), w.item("A-bank-opens", time.Minute)}
	w.ticker = []headlines.Item{w.item("Dollar-slips", time.Hour), w.item("Gold-steady", 2*time.Hour)}
	return w
}

func (w *world) service(store *models.Store, name string) *news.Service {
	return news.New(news.Options{Store: store, Provider: w, Name: name, Between: time.Nanosecond, Now: w.clock})
}

// morning is what there is now.
func (w *world) morning(t *testing.T, s *news.Service) ([]string, *models.Note) {
	t.Helper()
	items, note, err := s.Morning(t.Context(), w.clock())
	require.NoError(t, err)
	var titles []string
	for _, item := range items {
		titles = append(titles, item.Title)
	}
	return titles, note
}

func state(t *testing.T, s *news.Service) *news.State {
	t.Helper()
	out, err := s.State(t.Context())
	require.NoError(t, err)
	return out
}

// X1: one fetch for everybody, and not before half an hour is over.
func TestAMorning(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld()
		s := w.service(store, models.AlphaVantage)
		require.Equal(t, models.NewsUntried, state(t, s).State)
		want := []string{"Gold-steady", "Fed-holds", "Dollar-slips"}
		titles, note := w.morning(t, s)
		require.Equal(t, want, titles)
		require.Nil(t, note)
		from := w.now.Add(-24 * time.Hour)
		require.Equal(t, []adapter.Query{{Topic: adapter.Monetary, From: from, Limit: 500}, {Ticker: adapter.USDollar, From: from, Limit: 500}}, w.asked)
		require.Equal(t, news.State{Provider: models.AlphaVantage, State: models.NewsWorking, AskedAt: models.NewTime(w.now), FetchedAt: models.NewTime(w.now), Left: 23, PerDay: 25}, *state(t, s))

		ctx, _ := testkit.Tenant(t, store, "another")
		w.pass(30*time.Minute - time.Second)
		items, note, err := w.service(store, models.AlphaVantage).Morning(ctx, w.now)
		require.NoError(t, err)
		require.Nil(t, note)
		require.Len(t, items, 3)
		require.Equal(t, 2, w.calls(), "another tenant in another process has the same")
		require.Equal(t, "Wire", items[0].Source)

		w.pass(time.Second)
		w.topic = append(w.topic, w.item("Bullion-is-back", 0))
		titles, _ = w.morning(t, s)
		require.Equal(t, 4, w.calls())
		require.Equal(t, append([]string{"Bullion-is-back"}, want...), titles)

		w.topic, w.ticker = nil, nil
		w.pass(24*time.Hour + time.Second)
		titles, note = w.morning(t, s)
		require.Empty(t, titles, "yesterday's is no news")
		require.Equal(t, news.NoNews, note.Code)
		require.Equal(t, models.NewsWorking, state(t, s).State)
		require.Equal(t, 23, state(t, s).Left, "of the new day")

		w.pass(14 * 24 * time.Hour)
		w.morning(t, s)
		old, err := store.News.Since(t.Context(), models.AlphaVantage, w.now.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Empty(t, old, "what is older than two weeks is gone")
	})
}

// Everybody who comes while one asks gets its answer, in whatever process.
func TestOneAsksForAll(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		for _, name := range []string{models.AlphaVantage, models.SimulatedNews} {
			w := newWorld()
			w.hold = make(chan struct{})
			var all sync.WaitGroup
			for range 5 {
				s := w.service(store, name)
				all.Go(func() {
					items, note, err := s.Morning(t.Context(), w.clock())
					if err != nil || note != nil || len(items) != 3 {
						t.Errorf("%d items, %v, %v", len(items), note, err)
					}
				})
			}
			testkit.Eventually(t, 10*time.Second, "one asks", func() bool { return w.calls() == 1 })
			close(w.hold)
			all.Wait()
			require.Equal(t, 2, w.calls(), name)
		}
	})
}

func TestWhoDiesWhileAskingHoldsUpTheOthersForAWhile(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld()
	s := w.service(store, models.AlphaVantage)
	_, ok, err := store.News.Claim(t.Context(), models.AlphaVantage, "dead", w.now, w.now.Add(40*time.Second), func(*models.NewsFeed) bool { return true })
	require.NoError(t, err)
	require.True(t, ok)
	waiting, stop := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer stop()
	_, _, err = s.Morning(waiting, w.now)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Zero(t, w.calls())
	w.pass(40 * time.Second)
	titles, note := w.morning(t, s)
	require.Len(t, titles, 3)
	require.Nil(t, note)
}

// A caller's end is no fault of the provider, and lets the next one ask.
func TestACallerThatGoes(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld()
	s := w.service(store, models.AlphaVantage)
	w.hold = make(chan struct{})
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, _, err := s.Morning(ctx, w.clock())
		ended <- err
	}()
	testkit.Eventually(t, 10*time.Second, "it asks", func() bool { return w.calls() == 1 })
	leave()
	require.ErrorIs(t, <-ended, context.Canceled)
	require.Equal(t, models.NewsUntried, state(t, s).State)
	close(w.hold)
	titles, note := w.morning(t, s)
	require.Len(t, titles, 3)
	require.Nil(t, note)
}

func TestTroubleAtTheProvider(t *testing.T) {
	for name, c := range map[string]struct {
		err   *fault.Error
		state models.NewsState
		pause time.Duration
		left  int // of 25 calls, of which four were answered before
	}{
		"the minute's calls": {fault.New(fault.RateLimited, adapter.MinuteLimit, "too often").WithRetryAfter(20 * time.Second), models.NewsWaiting, 20 * time.Second, 20},
		"the day's calls":    {fault.New(fault.RateLimited, adapter.DayLimit, "used up").WithRemedy("Wait").WithRetryAfter(16 * time.Hour), models.NewsWaiting, 16 * time.Hour, 0},
		"a refused key":      {fault.New(fault.Forbidden, adapter.KeyRefused, "refused").WithRemedy("Set ALPHA_VANTAGE_API_KEY"), models.NewsBroken, time.Minute, 20},
		"an outage":          {fault.New(fault.Unavailable, adapter.Away, "away").WithRetryAfter(30 * time.Second), models.NewsWaiting, 30 * time.Second, 21},
		"a late answer":      {fault.New(fault.Unavailable, adapter.TimedOut, "late").WithRetryAfter(30 * time.Second), models.NewsWaiting, 30 * time.Second, 20},
	} {
		t.Run(name, func(t *testing.T) {
			store := testkit.Store(t, testkit.SQLite(t), models.Options{})
			w := newWorld()
			s := w.service(store, models.AlphaVantage)
			w.morning(t, s)
			w.pass(31 * time.Minute)
			w.morning(t, s)
			w.pass(31 * time.Minute)
			w.fail = c.err
			for range 3 {
				titles, note := w.morning(t, s)
				require.Equal(t, []string{"Gold-steady", "Fed-holds", "Dollar-slips"}, titles, "what is stored")
				require.Equal(t, models.Note{Code: c.err.Code, Message: c.err.Message, Remedy: c.err.Remedy}, *note)
			}
			require.Equal(t, 5, w.calls(), "it is left alone")
			now := state(t, s)
			require.Equal(t, c.state, now.State)
			require.Equal(t, c.err.Code, now.Problem.Code)
			require.Equal(t, c.left, now.Left)
			require.Equal(t, w.now.Add(-31*time.Minute), now.FetchedAt.Time)
			w.pass(c.pause - time.Second)
			w.morning(t, s)
			require.Equal(t, 5, w.calls())
			w.fail = nil
			w.pass(24 * time.Hour)
			titles, note := w.morning(t, s)
			require.Empty(t, titles)
			require.Equal(t, news.NoNews, note.Code)
			require.Equal(t, models.NewsWorking, state(t, s).State)
			require.Nil(t, state(t, s).Problem)
		})
	}
}

func TestWithoutStoredNews(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld()
	s := w.service(store, models.AlphaVantage)
	w.fail = fault.New(fault.Forbidden, adapter.KeyRefused, "The news provider refuses the key").WithRemedy("Set ALPHA_VANTAGE_API_KEY")
	titles, note := w.morning(t, s)
	require.Empty(t, titles)
	require.Equal(t, news.Unavailable, note.Code)
	require.Contains(t, note.Message, "The news provider refuses the key")
	require.Equal(t, "Set ALPHA_VANTAGE_API_KEY", note.Remedy)
	w.fail = errors.New("nil map")
	w.pass(time.Hour)
	_, note = w.morning(t, s)
	require.Equal(t, news.Unavailable, note.Code, "a defect is told without its words")
	require.NotContains(t, note.Message, "nil map")
}

// One answer of two is one: the other question's trouble is for the log.
func TestHalfAnAnswer(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld()
	s := w.service(store, models.AlphaVantage)
	w.fail, w.failFor = fault.New(fault.RateLimited, adapter.DayLimit, "used up").WithRetryAfter(time.Hour), adapter.USDollar
	titles, note := w.morning(t, s)
	require.Equal(t, []string{"Gold-steady", "Fed-holds"}, titles)
	require.Nil(t, note)
	require.Zero(t, state(t, s).Left)
	w.pass(time.Hour)
	titles, note = w.morning(t, s)
	require.Equal(t, []string{"Gold-steady", "Fed-holds"}, titles)
	require.Equal(t, adapter.DayLimit, note.Code)
	require.Equal(t, 2, w.calls())
}

// The plan's calls are not exceeded, and those of the next day are not kept back.
func TestADayWithinTheCalls(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		w := newWorld()
		w.now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
		s := w.service(store, models.AlphaVantage)
		var note *models.Note
		for range 48 {
			w.topic = []headlines.Item{w.item("Gold-"+w.now.Format("15-04"), 0)}
			_, note = w.morning(t, s)
			w.pass(30 * time.Minute)
		}
		require.Equal(t, 25, w.calls())
		require.Equal(t, adapter.DayLimit, note.Code)
		require.Equal(t, "They are renewed at 00:00 UTC", note.Remedy)
		_, note = w.morning(t, s)
		require.Nil(t, note)
		require.Equal(t, 27, w.calls())
	})
}

// A simulated provider is asked each time: what somebody orders in the sandbox holds at once.
func TestSimulatedNewsHoldsAtOnce(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := newWorld()
	s := w.service(store, models.SimulatedNews)
	require.True(t, s.Simulated())
	w.morning(t, s)
	w.topic, w.ticker = []headlines.Item{w.item("Gold-as-ordered", 0)}, nil
	w.pass(time.Second)
	titles, note := w.morning(t, s)
	require.Equal(t, []string{"Gold-as-ordered"}, titles)
	require.Nil(t, note)
	w.fail = fault.New(fault.RateLimited, adapter.DayLimit, "used up").WithRetryAfter(time.Hour)
	w.pass(time.Second)
	titles, note = w.morning(t, s)
	require.Equal(t, []string{"Gold-as-ordered"}, titles)
	require.Equal(t, adapter.DayLimit, note.Code)
	w.fail, w.topic = nil, nil
	w.pass(time.Second)
	titles, note = w.morning(t, s)
	require.Empty(t, titles, "the outage is over")
	require.Equal(t, news.NoNews, note.Code)
	real, note := w.morning(t, w.service(store, models.AlphaVantage))
	require.Empty(t, real, "simulated news is none of a real provider's")
	require.Equal(t, news.NoNews, note.Code)
}

// R4: the real client against the sandbox, on a day as it is, with ordered news, and while it fails.
func TestAMorningInTheSandbox(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	w := &world{now: time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)}
	wire, err := simulated.Open(t.Context(), simulated.Options{Clock: w.clock})
	require.NoError(t, err)
	server := httptest.NewServer(sandbox.New(sandbox.Options{Parts: []sandbox.Part{wire}}))
	t.Cleanup(func() { server.Close(); _ = wire.Close() })
	client, err := adapter.NewAlphaVantage(adapter.Config{BaseURL: server.URL + simulated.Path, Key: "simulated-news"})
	require.NoError(t, err)
	s := news.New(news.Options{Store: store, Provider: client, Name: models.SimulatedNews, Now: w.clock})
	order := func(path, body string) {
		t.Helper()
		w.pass(time.Second)
		response, err := http.Post(server.URL+simulated.Control+path, "application/json", strings.NewReader(body))
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode)
	}
	items, note, err := s.Morning(t.Context(), w.now)
	require.NoError(t, err)
	require.Nil(t, note)
	require.NotEmpty(t, items)
	require.Equal(t, "Simulated Wire", items[0].Source)
	require.Contains(t, items[0].URL, server.URL+simulated.Path)

	order("/items", `{"items":[{"title":"Gold jumps &amp; waits"},{"title":"Ferry line orders ships"}]}`)
	titles, note := w.morning(t, s)
	require.Equal(t, []string{"Gold jumps & waits"}, titles)
	require.Nil(t, note)
	order("/outage", `{"kind":"day"}`)
	titles, note = w.morning(t, s)
	require.Len(t, titles, 1)
	require.Equal(t, adapter.DayLimit, note.Code)
	require.NotContains(t, state(t, s).Problem.Message, "simulated-news")
	order("/outage", `{"kind":"empty"}`)
	titles, note = w.morning(t, s)
	require.Empty(t, titles)
	require.Equal(t, news.NoNews, note.Code)
}
