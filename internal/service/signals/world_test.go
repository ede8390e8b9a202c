package signals_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/market"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/sandbox/market"
	"github.com/promostack/promostack/internal/service/backtests"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/internal/test/testkit"
	history "github.com/promostack/promostack/internal/test/testkit/market"
	"github.com/promostack/promostack/models"
)

// world is a tenant with signals on the sandbox's market, whose time the test moves.
type world struct {
	t       *testing.T
	ctx     context.Context
	store   *models.Store
	feed    *marketfeed.Service
	signals *signals.Service
	server  *httptest.Server
	hours   *calendar.Calendar
	wall    time.Time
}

func (w *world) clock() time.Time { return w.wall }

func (w *world) gate() *backtests.Service {
	return backtests.New(backtests.Options{Store: w.store, Feed: w.feed, Calendar: w.hours, Now: w.clock})
}

func (w *world) serve(posts *channelposts.Service, sender *sending.Service) *signals.Service {
	return signals.New(signals.Options{Store: w.store, Feed: w.feed, Backtests: w.gate(), Posts: posts, Sending: sender, Calendar: w.hours, Now: w.clock})
}

// begin is when tests begin: a Tuesday on which gold trades, seconds after a bar's close.
var begin = time.Date(2026, 1, 6, 14, 0, 5, 0, time.UTC)

func newWorld(t *testing.T, store *models.Store) *world {
	t.Helper()
	w := &world{t: t, store: store, wall: begin}
	w.ctx, _ = testkit.Tenant(t, store, "gold")
	var err error
	w.hours, err = calendar.New(nil)
	require.NoError(t, err)
	w.on(models.SimulatedMarket)
	return w
}

// on starts a sandbox's market that goes by a name, and signals on it.
func (w *world) on(name string) {
	w.t.Helper()
	sandbox, err := market.Open(w.t.Context(), market.Options{File: filepath.Join(w.t.TempDir(), "market.db"), Seed: 11, Clock: w.clock})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	sandbox.Routes(mux, loopback.Only)
	server := httptest.NewServer(mux)
	w.t.Cleanup(func() { server.Close(); _ = sandbox.Close() })
	w.server = server
	client, err := adapter.NewTwelveData(adapter.Config{BaseURL: w.server.URL + market.Path, ClockURL: w.server.URL + market.Clock, Key: "any", Timeout: 30 * time.Second})
	require.NoError(w.t, err)
	w.feed = marketfeed.New(marketfeed.Options{Store: w.store, Provider: client, Name: name, Calendar: w.hours, Now: w.clock})
	w.signals = w.serve(channelposts.New(w.store, nil, nil, w.clock), nil)
}

// script plays prices in the minutes from a time on, each of them the close of a minute that opens at the one before.
func (w *world) script(from time.Time, prices []pip.Price) {
	w.t.Helper()
	texts := make([]string, len(prices))
	for i, p := range prices {
		texts[i] = p.String()
	}
	w.control("/script", map[string]any{"from": from.Format(time.RFC3339), "prices": texts})
}

// control tells the sandbox's market what to do.
func (w *world) control(path string, order map[string]any) {
	w.t.Helper()
	body, err := json.Marshal(order)
	require.NoError(w.t, err)
	answer, err := http.Post(w.server.URL+market.Control+path, "application/json", strings.NewReader(string(body))) //nolint:noctx // a test's
	require.NoError(w.t, err)
	require.NoError(w.t, answer.Body.Close())
	require.Equal(w.t, http.StatusOK, answer.StatusCode)
}

// look lets the feed look, and signals meet what is new.
func (w *world) look() {
	w.t.Helper()
	_, err := w.feed.Look(w.ctx)
	require.NoError(w.t, err)
	require.NoError(w.t, w.signals.OnMarket(w.ctx))
}

// begin looks until the past is there.
func (w *world) begin() *models.MarketFeed {
	w.t.Helper()
	for range 20 {
		w.look()
		feed, err := w.store.Feeds.Get(w.ctx, w.feed.Market)
		require.NoError(w.t, err)
		if feed.State == models.FeedLive {
			return feed
		}
	}
	w.t.Fatal("the feed does not become live")
	return nil
}

// pass lets time pass, then looks.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	w.wall = w.wall.Add(d)
	w.look()
}

// all makes strategies live; none is all of them.
func (w *world) live(names ...string) {
	w.t.Helper()
	rows, err := w.signals.Strategies(w.ctx)
	require.NoError(w.t, err)
	mode := models.StrategyLive
	for _, row := range rows {
		if len(names) > 0 && !strings.Contains(strings.Join(names, " "), row.Strategy) {
			continue
		}
		_, err := w.signals.ChangeStrategy(w.ctx, row.Strategy, row.Version, signals.StrategyChange{Mode: &mode, Anyway: true})
		require.NoError(w.t, err)
	}
}

// all are the tenant's signals of a strategy, the oldest first; an empty name is all.
func (w *world) all(name string) []models.Signal {
	w.t.Helper()
	var out []models.Signal
	for after := ""; ; {
		page, err := w.store.Signals.List(w.ctx, models.SignalFilter{Strategy: name, After: after, Limit: models.MaxPage})
		require.NoError(w.t, err)
		for _, s := range page.Items {
			out = append([]models.Signal{s}, out...)
		}
		if after = page.Next; after == "" {
			return out
		}
	}
}

// wander is a random walk in bars of fifteen minutes, each of which goes straight from its open to its close: whatever
// the side, nobody can tell another way of the price. Times of closed markets are left out by the script.
func wander(seed uint64, from pip.Price, bars int) []pip.Price {
	const cent = pip.Units / 100
	walk := history.Walk(seed, bars)
	shift := from/cent*cent - walk[0].Open
	var prices []pip.Price
	before := walk[0].Open + shift
	for _, bar := range walk {
		to := bar.Close + shift
		for m := range pip.Price(15) {
			prices = append(prices, (before+(to-before)*(m+1)/15)/cent*cent)
		}
		before = to
	}
	return prices
}

// kindOf is a strategy that signals are made by.
func kindOf(t *testing.T, name string) *strategy.Kind {
	t.Helper()
	kind, ok := strategy.Find(name)
	require.True(t, ok, name)
	return kind
}

func names() []string {
	var out []string
	for _, k := range strategy.All() {
		if !k.WithoutStop {
			out = append(out, k.Name)
		}
	}
	return out
}

// sqlite is a fresh store.
func sqlite(t *testing.T) *models.Store {
	t.Helper()
	return testkit.Store(t, testkit.SQLite(t), models.Options{})
}
