package news

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

// client is one of a server that says what handler writes, at asOf.
func client(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *AlphaVantage {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", asOf.Format(http.TimeFormat))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	config := Config{BaseURL: server.URL + "/base/", Key: key}
	for _, fn := range change {
		fn(&config)
	}
	c, err := NewAlphaVantage(config)
	require.NoError(t, err)
	return c
}

func answered(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func TestRequestsAreTheContracts(t *testing.T) {
	var asked atomic.Pointer[http.Request]
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r)
		_, _ = w.Write([]byte(feed))
	})
	from := time.Date(2026, 1, 1, 6, 42, 59, 0, time.UTC)
	for name, row := range map[string]struct {
		query Query
		want  url.Values
	}{
		"a topic": {Query{Topic: Monetary, From: from.In(time.FixedZone("", 7200)), Limit: 200},
			url.Values{"topics": {"economy_monetary"}, "time_from": {"20260101T0642"}, "limit": {"200"}}},
		"a ticker":        {Query{Ticker: USDollar}, url.Values{"tickers": {"FOREX:USD"}, "limit": {"1000"}}},
		"whatever is new": {Query{Limit: 1}, url.Values{"limit": {"1"}}},
	} {
		got, err := c.News(t.Context(), row.query)
		require.NoError(t, err, name)
		require.Len(t, got, 2)
		r := asked.Load()
		require.Equal(t, http.MethodGet, r.Method)
		require.Equal(t, "/base/query", r.URL.Path)
		row.want["function"], row.want["sort"], row.want["apikey"] = []string{"NEWS_SENTIMENT"}, []string{"LATEST"}, []string{key.Reveal()}
		require.Equal(t, row.want, r.URL.Query(), name)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	c := client(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	for _, limit := range []int{-1, MaxItems + 1} {
		_, err := c.News(t.Context(), Query{Limit: limit})
		f := fault.From(err)
		require.Equal(t, fault.Invalid, f.Kind)
		require.Equal(t, "limit", f.Fields[0].Name)
	}
}

func TestBrokenConnections(t *testing.T) {
	for name, row := range map[string]struct {
		handler http.HandlerFunc
		code    string
	}{
		"silence": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, TimedOut},
		"half an answer": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(feed[:99]))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, TimedOut},
		"hang-up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Away},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(feed[:99]))
		}, Away},
		"too long":  {answered(http.StatusOK, `{"x":"`+strings.Repeat("x", maxBody)+`"}`), Malformed},
		"redirect":  {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, Refused},
		"the day's": {answered(http.StatusOK, dayLimit), DayLimit},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, row.handler, func(c *Config) {
				if row.code == TimedOut {
					c.Timeout = 200 * time.Millisecond
				}
			})
			_, err := c.News(t.Context(), Query{Topic: Monetary})
			f := fault.From(err)
			require.Equal(t, row.code, f.Code, "%v", err)
			require.Equal(t, row.code != Refused, f.RetryAfter > 0)
			require.NotContains(t, err.Error(), key.Reveal())
			require.NotContains(t, err.Error(), "127.0.0.1/base")
		})
	}
	c := client(t, answered(http.StatusOK, feed))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.News(ctx, Query{})
	require.ErrorIs(t, err, context.Canceled, "the caller's own end is no fault of the provider")
	require.NotContains(t, err.Error(), key.Reveal())

	server := httptest.NewServer(nil)
	server.Close()
	c, err = NewAlphaVantage(Config{BaseURL: server.URL, Key: key})
	require.NoError(t, err)
	_, err = c.News(t.Context(), Query{})
	require.Equal(t, Away, fault.From(err).Code)
	require.NotContains(t, err.Error(), key.Reveal())
}

func TestARedirectDoesNotCarryTheKey(t *testing.T) {
	var reached atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer thief.Close()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL+"?"+r.URL.RawQuery, http.StatusTemporaryRedirect)
	})
	_, err := c.News(t.Context(), Query{})
	require.Error(t, err)
	require.False(t, reached.Load())
}

func TestSettings(t *testing.T) {
	for name, row := range map[string]struct {
		config Config
		field  string
	}{
		"no key":          {Config{}, "ALPHA_VANTAGE_API_KEY"},
		"no address":      {Config{Key: key, BaseURL: "www.alphavantage.co"}, "ALPHA_VANTAGE_API_URL"},
		"another scheme":  {Config{Key: key, BaseURL: "ftp://www.alphavantage.co"}, "ALPHA_VANTAGE_API_URL"},
		"with a password": {Config{Key: key, BaseURL: "https://a:b@www.alphavantage.co"}, "ALPHA_VANTAGE_API_URL"},
		"with parameters": {Config{Key: key, BaseURL: "https://www.alphavantage.co?x=1"}, "ALPHA_VANTAGE_API_URL"},
	} {
		_, err := NewAlphaVantage(row.config)
		f := fault.From(err)
		require.Equal(t, fault.Invalid, f.Kind, name)
		require.Equal(t, row.field, f.Fields[0].Name, name)
	}
	c, err := NewAlphaVantage(Config{Key: key})
	require.NoError(t, err)
	require.Equal(t, DefaultURL, c.base.String())
}
