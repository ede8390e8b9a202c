package news_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/news"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/sandbox/news"
	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

// tuesday is a day with news about gold, when tests begin.
var tuesday = time.Date(2026, 12, 1, 12, 42, 20, 0, time.UTC)

// world is a running simulation.
type world struct {
	t      *testing.T
	server *httptest.Server
	client *adapter.AlphaVantage

	mu   sync.Mutex
	wall time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wall = w.wall.Add(d)
}

func start(t *testing.T, file string) *world {
	t.Helper()
	w := &world{t: t, wall: tuesday}
	w.open(file)
	return w
}

// open starts the sandbox, as after a kill: what ran before is not closed.
func (w *world) open(file string) {
	w.t.Helper()
	service, err := news.Open(context.Background(), news.Options{File: file, Clock: w.now})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	service.Routes(mux, loopback.Only)
	w.server = httptest.NewServer(mux)
	server := w.server
	w.t.Cleanup(func() { server.CloseClientConnections(); server.Close(); _ = service.Close() })
	w.client, err = adapter.NewAlphaVantage(adapter.Config{BaseURL: w.server.URL + news.Path, Key: "any-key"})
	require.NoError(w.t, err)
}

func (w *world) do(method, path, body string, header ...string) (int, string) {
	w.t.Helper()
	request, err := http.NewRequestWithContext(w.t.Context(), method, w.server.URL+path, strings.NewReader(body))
	require.NoError(w.t, err)
	for i := 0; i < len(header); i += 2 {
		if header[i] == "Host" {
			request.Host = header[i+1]
		}
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(w.t, err)
	defer func() { _ = response.Body.Close() }()
	out, err := io.ReadAll(response.Body)
	require.NoError(w.t, err)
	return response.StatusCode, string(out)
}

func (w *world) order(method, path, body string) news.State {
	w.t.Helper()
	status, text := w.do(method, news.Control+path, body)
	require.Equal(w.t, http.StatusOK, status, text)
	var out news.State
	require.NoError(w.t, json.Unmarshal([]byte(text), &out))
	return out
}

// ask asks the real client under both questions.
func (w *world) ask() []headlines.Item {
	w.t.Helper()
	var all []headlines.Item
	for _, q := range []adapter.Query{{Topic: adapter.Monetary}, {Ticker: adapter.USDollar}} {
		q.From = w.now().Add(-headlines.Window)
		items, err := w.client.News(w.t.Context(), q)
		require.NoError(w.t, err)
		all = append(all, items...)
	}
	return all
}

func TestTheRealClientReadsTheNews(t *testing.T) {
	w := start(t, "")
	items := w.ask()
	require.NotEmpty(t, items)
	for _, item := range items {
		require.Equal(t, "Simulated Wire", item.Source)
		require.Contains(t, item.Summary, "simulated")
		require.False(t, item.PublishedAt.After(w.now()))
		require.False(t, item.PublishedAt.Before(w.now().Add(-headlines.Window).Truncate(time.Minute)))
	}
	gold := headlines.Gold(items, w.now())
	require.NotEmpty(t, gold)
	require.Less(t, len(gold), len(items), "some of it is not about gold")
	require.Contains(t, gold[0].Title, "old")

	status, body := w.do(http.MethodGet, strings.TrimPrefix(gold[0].URL, w.server.URL), "")
	require.Equal(t, http.StatusOK, status, "its address leads to a page")
	require.Contains(t, body, gold[0].Title)
	require.Contains(t, body, "Simulated news")
	require.Equal(t, items, w.ask(), "it stays as it is")
	other := start(t, "")
	for i, item := range other.ask() {
		require.Equal(t, items[i].Title, item.Title, "the same days have the same news")
	}
}

func TestMostDaysHaveNewsAboutGold(t *testing.T) {
	w := start(t, "")
	w.pass(11*time.Hour + 17*time.Minute) // until the end of the day
	quiet, early := 0, 0
	for range 60 {
		var today []headlines.Item
		for _, item := range w.ask() {
			if item.PublishedAt.Day() == w.now().Day() {
				today = append(today, item)
			}
		}
		require.NotEmpty(t, today)
		gold := headlines.Gold(today, w.now())
		if len(gold) == 0 {
			quiet++
		}
		for _, item := range gold {
			if item.PublishedAt.Hour()*60+item.PublishedAt.Minute() < 6*60+42 {
				early++
				break
			}
		}
		w.pass(24 * time.Hour)
	}
	require.Positive(t, quiet)
	require.Less(t, quiet, 20)
	require.Equal(t, 60-quiet, early, "some of it is there in the morning")
}

func TestOrderedNews(t *testing.T) {
	file := testkit.SQLite(t)
	w := start(t, file)
	own := w.ask()
	state := w.order(http.MethodPost, "/items", `{"items":[{"title":"Gold <b>jumps</b>","summary":"As ordered.","source":"Test Wire","published_at":"2026-12-01T06:30:00+01:00"},{"title":"Bullion falls"}]}`)
	require.True(t, state.Ordered)
	require.Len(t, state.Items, 2)
	want := []headlines.Item{
		{Title: "Bullion falls", Source: "Simulated Wire", PublishedAt: tuesday},
		{Title: "Gold <b>jumps</b>", Source: "Test Wire", Summary: "As ordered.", PublishedAt: time.Date(2026, 12, 1, 5, 30, 0, 0, time.UTC)},
	}
	for _, killed := range []bool{false, true} {
		if killed {
			w.open(file)
		}
		got := w.ask()
		require.Len(t, got, 4, "under both questions")
		for i := range 2 {
			require.NotEmpty(t, got[i].URL)
			status, body := w.do(http.MethodGet, strings.TrimPrefix(got[i].URL, w.server.URL), "")
			require.Equal(t, http.StatusOK, status)
			require.NotContains(t, body, "<b>")
			got[i].URL = ""
			require.Equal(t, want[i], got[i])
		}
	}
	require.Empty(t, w.order(http.MethodPost, "/items", `{"items":[]}`).Items)
	require.Empty(t, w.ask(), "a day without news")
	require.False(t, w.order(http.MethodDelete, "/items", "").Ordered)
	again := w.ask()
	require.Len(t, again, len(own))
	require.Equal(t, own[0].Title, again[0].Title, "the program's own is back")
}

func TestOutages(t *testing.T) {
	file := testkit.SQLite(t)
	w := start(t, file)
	for kind, code := range map[news.Kind]string{
		news.MinuteLimit: adapter.MinuteLimit, news.DayLimit: adapter.DayLimit, news.BadKey: adapter.KeyRefused, news.Page: adapter.Malformed, news.Truncated: adapter.Malformed,
		news.Timeout: adapter.TimedOut, news.Internal: adapter.Away, news.Empty: "",
	} {
		require.Equal(t, kind, w.order(http.MethodPost, "/outage", fmt.Sprintf(`{"kind":%q}`, kind)).Outage.Kind)
		timeout := time.Duration(0)
		if kind == news.Timeout {
			timeout = 200 * time.Millisecond
		}
		client, err := adapter.NewAlphaVantage(adapter.Config{BaseURL: w.server.URL + news.Path, Key: "any-key", Timeout: timeout})
		require.NoError(t, err)
		items, err := client.News(t.Context(), adapter.Query{})
		if code == "" {
			require.NoError(t, err)
			require.Empty(t, items)
			continue
		}
		require.Equal(t, code, fault.From(err).Code, "%s: %v", kind, err)
		require.NotContains(t, err.Error(), "any-key")
	}
	require.Nil(t, w.order(http.MethodDelete, "/outage", "").Outage)
	require.NotEmpty(t, w.ask())
	w.order(http.MethodPost, "/outage", `{"kind":"day","seconds":30}`)
	w.pass(29 * time.Second)
	w.open(file)
	_, err := w.client.News(t.Context(), adapter.Query{})
	require.Equal(t, adapter.DayLimit, fault.From(err).Code, "a sandbox that was killed goes on")
	require.Equal(t, w.now().Truncate(24*time.Hour).Add(24*time.Hour).Sub(w.now()), fault.From(err).RetryAfter, "by its own time")
	w.pass(time.Second)
	require.NotEmpty(t, w.ask())
	state := w.order(http.MethodGet, "", "")
	require.Nil(t, state.Outage)
	require.Equal(t, map[string]int{"query": 3, "refused": 1}, state.Calls)
}

func TestTheWireIsStrict(t *testing.T) {
	w := start(t, "")
	const inputs = `{"Information":"Invalid inputs. `
	for name, row := range map[string]struct{ key, value, says string }{
		"as it should be":    {"", "", `{"items":"`},
		"its feed":           {"", "", `"time_published":"20261201T`},
		"its topics":         {"", "", `"topics":[{"topic":"Economy - Monetary","relevance_score":"`},
		"no function":        {"function", "", `{"Error Message":"This API function () does not exist."}`},
		"another function":   {"function", "OVERVIEW", `This API function (OVERVIEW) does not exist.`},
		"no key":             {"apikey", "", `{"Error Message":"the parameter apikey is invalid or missing.`},
		"a date alone":       {"time_from", "20261201", inputs},
		"seconds":            {"time_from", "20261201T000000", inputs},
		"another form":       {"time_to", "2026-12-01T00:00", inputs},
		"no number":          {"limit", "many", inputs},
		"none":               {"limit", "0", inputs},
		"too many":           {"limit", "1001", inputs},
		"an unknown topic":   {"topics", "gold", inputs},
		"a topic of two":     {"topics", "economy_monetary,ipo", `{"Information":"No articles found.`},
		"no ticker":          {"tickers", "us dollar", inputs},
		"another ticker":     {"tickers", "FOREX:JPY", `{"Information":"No articles found.`},
		"small letters":      {"sort", "latest", inputs},
		"the future":         {"time_from", "20261202T0000", `{"Information":"No articles found.`},
		"before all":         {"time_to", "20200101T0000", `{"Information":"No articles found.`},
		"one":                {"limit", "1", `{"items":"1"`},
		"the oldest first":   {"sort", "EARLIEST", `"time_published":"20261130T`},
		"another's question": {"tickers", "FOREX:USD", `"ticker_sentiment":[{"ticker":"FOREX:USD"`},
	} {
		query := url.Values{"function": {"NEWS_SENTIMENT"}, "topics": {"economy_monetary"}, "apikey": {"k"}, "time_from": {"20261130T0600"}}
		if query.Set(row.key, row.value); row.value == "" {
			query.Del(row.key)
		}
		status, body := w.do(http.MethodGet, news.Path+"/query?"+query.Encode(), "")
		require.Equal(t, http.StatusOK, status, name)
		require.Contains(t, body, row.says, name)
	}
	for _, path := range []string{"/query/", "/elsewhere", "/articles/", "/articles/2026-12-01-99", "/articles/x", "/articles/ordered-1"} {
		status, _ := w.do(http.MethodGet, news.Path+path, "")
		require.Equal(t, http.StatusNotFound, status, path)
	}
	status, _ := w.do(http.MethodPost, news.Path+"/query?function=NEWS_SENTIMENT&apikey=k", "")
	require.Equal(t, http.StatusNotFound, status)
}

func TestBadOrdersAreNamed(t *testing.T) {
	w := start(t, "")
	for _, row := range []struct{ path, body, field string }{
		{"/items", `{}`, "items"},
		{"/items", `{"items":[` + strings.Repeat(`{"title":"x"},`, 100) + `{"title":"x"}]}`, "items"},
		{"/items", `{"items":[{"title":"x"},{"title":" "}]}`, "items[1].title"},
		{"/items", `{"items":[{"title":"` + strings.Repeat("ö", 301) + `"}]}`, "items[0].title"},
		{"/items", `{"items":[{"title":"x","summary":"` + strings.Repeat("ö", 2001) + `"}]}`, "items[0].summary"},
		{"/items", `{"items":[{"title":"x","source":"` + strings.Repeat("ö", 101) + `"}]}`, "items[0].source"},
		{"/items", `{"items":[{"title":"x","published_at":"today"}]}`, "items[0].published_at"},
		{"/items", `{"items":[{"title":"x","published_at":"2026-12-01T12:42:21Z"}]}`, "items[0].published_at"},
		{"/outage", `{"kind":"fire"}`, "kind"},
		{"/outage", `{"kind":"500","seconds":-1}`, "seconds"},
		{"/outage", `{"kind":"500","seconds":700000}`, "seconds"},
	} {
		before := w.order(http.MethodGet, "", "")
		status, body := w.do(http.MethodPost, news.Control+row.path, row.body)
		require.Equal(t, http.StatusUnprocessableEntity, status, "%s: %s", row.body, body)
		var problem struct{ Fields []fault.Field }
		require.NoError(t, json.Unmarshal([]byte(body), &problem))
		require.Len(t, problem.Fields, 1, "%s: %s", row.body, body)
		require.Equal(t, row.field, problem.Fields[0].Name)
		require.Equal(t, before, w.order(http.MethodGet, "", ""), "nothing changed")
	}
	for _, body := range []string{``, `{`, `[]`, `{"itemz":[]}`, `{"items":[{"url":"x"}]}`, `{"items":7}`} {
		status, _ := w.do(http.MethodPost, news.Control+"/items", body)
		require.Equal(t, http.StatusBadRequest, status, body)
	}
	status, _ := w.do(http.MethodGet, news.Control+"/weather", "")
	require.Equal(t, http.StatusNotFound, status)
}

func TestItAnswersOnLoopbackAlone(t *testing.T) {
	w := start(t, "")
	page := strings.TrimPrefix(w.ask()[0].URL, w.server.URL)
	for _, path := range []string{news.Path + "/query?function=NEWS_SENTIMENT&apikey=k", news.Control, page} {
		for _, foreign := range [][]string{{"Host", "evil.example"}, {"Sec-Fetch-Site", "cross-site"}, {"X-Forwarded-For", "192.0.2.1"}} {
			status, _ := w.do(http.MethodGet, path, "", foreign...)
			require.Equal(t, http.StatusNotFound, status, "%s %v", path, foreign)
		}
		status, _ := w.do(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, status, path)
		status, _ = w.do(http.MethodGet, path, "", "Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document")
		require.Equal(t, path == page, status == http.StatusOK, "a link to a page alone can be followed from elsewhere: %s", path)
	}
}

func TestItSharesTheSandboxsFile(t *testing.T) {
	file := testkit.SQLite(t)
	for range 2 {
		bots, err := telegram.Open(t.Context(), telegram.Options{File: file})
		require.NoError(t, err)
		w := start(t, file)
		w.order(http.MethodPost, "/items", `{"items":[]}`)
		require.NoError(t, bots.Close())
	}
}
