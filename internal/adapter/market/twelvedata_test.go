package market

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
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/host/secrets"
)

const key = secrets.Text("hunter2-key")

// client is one of a server that says what handler writes, at quarter.
func client(t *testing.T, handler http.HandlerFunc, change ...func(*Config)) *TwelveData {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", quarter.Format(http.TimeFormat))
		handler(w, r)
	}))
	t.Cleanup(server.Close)
	config := Config{BaseURL: server.URL + "/base/", Key: key}
	for _, fn := range change {
		fn(&config)
	}
	c, err := NewTwelveData(config)
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
	body := series
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		asked.Store(r)
		_, _ = w.Write([]byte(body))
	})
	from := time.Date(2026, 1, 2, 13, 45, 0, 0, time.UTC)
	for name, row := range map[string]struct {
		query Query
		want  url.Values
		bars  int
	}{
		"the newest": {Query{Symbol: Gold, Timeframe: candle.M15, Count: 2},
			url.Values{"symbol": {Gold}, "interval": {"15min"}, "timezone": {"UTC"}, "outputsize": {"3"}}, 2},
		"as many as there can be": {Query{Symbol: Gold, Timeframe: candle.M15},
			url.Values{"symbol": {Gold}, "interval": {"15min"}, "timezone": {"UTC"}, "outputsize": {"5000"}}, 3},
		"from a time on, of another zone": {Query{Symbol: Gold, Timeframe: candle.M15, From: from.In(time.FixedZone("", 7200)), Count: 1},
			url.Values{"symbol": {Gold}, "interval": {"15min"}, "timezone": {"UTC"}, "outputsize": {"2"}, "start_date": {"2026-01-02 13:45:00"}, "end_date": {"2026-01-02 14:00:00"}}, 1},
	} {
		candles, _, err := c.Candles(t.Context(), row.query)
		require.NoError(t, err, name)
		require.Len(t, candles, row.bars, name)
		r := asked.Load()
		require.Equal(t, http.MethodGet, r.Method)
		require.Equal(t, "/base/time_series", r.URL.Path)
		require.Equal(t, row.want, r.URL.Query(), name)
		require.Equal(t, "apikey hunter2-key", r.Header.Get("Authorization"))
	}
	body = `{"price":"2650.20001"}`
	p, err := c.Price(t.Context(), Gold)
	require.NoError(t, err)
	require.Equal(t, "2650.20001", p.String())
	require.Equal(t, "/base/price?symbol=XAU%2FUSD", asked.Load().URL.RequestURI())
}

func TestFromATimeOnNothingElseIsLetIn(t *testing.T) {
	c := client(t, answered(http.StatusOK, series))
	for from, want := range map[string]int{"13:30": 1, "13:31": 1, "13:15": 0, "14:00": 1, "14:15": 0} {
		at, err := time.Parse("15:04", from)
		require.NoError(t, err)
		candles, _, err := c.Candles(t.Context(), Query{Symbol: Gold, Timeframe: candle.M15, From: at.AddDate(2026, 0, 1), Count: 1})
		require.NoError(t, err)
		require.Len(t, candles, want, from)
	}
}

func TestWhatCannotBeAsked(t *testing.T) {
	c := client(t, func(http.ResponseWriter, *http.Request) { t.Error("asked") })
	for field, q := range map[string]Query{
		"timeframe": {Symbol: Gold, Timeframe: candle.H4},
		"count":     {Symbol: Gold, Timeframe: candle.M1, Count: MaxCandles + 1},
		"symbol":    {Timeframe: candle.M1},
	} {
		_, _, err := c.Candles(t.Context(), q)
		f := fault.From(err)
		require.Equal(t, fault.Invalid, f.Kind, field)
		require.Equal(t, field, f.Fields[0].Name)
	}
}

func TestBrokenConnections(t *testing.T) {
	for name, row := range map[string]struct {
		handler http.HandlerFunc
		code    string
	}{
		"silence": {func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, TimedOut},
		"half an answer": {func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(series[:99]))
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		}, TimedOut},
		"hang-up": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, Away},
		"cut off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "1000")
			_, _ = w.Write([]byte(series[:99]))
		}, Away},
		"too long": {answered(http.StatusOK, `{"x":"`+strings.Repeat("x", maxBody)+`"}`), Malformed},
		"redirect": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) }, Refused},
	} {
		t.Run(name, func(t *testing.T) {
			c := client(t, row.handler, func(c *Config) { c.Timeout = 200 * time.Millisecond })
			_, _, err := c.Candles(t.Context(), Query{Symbol: Gold, Timeframe: candle.M1})
			f := fault.From(err)
			require.Equal(t, row.code, f.Code, "%v", err)
			require.Equal(t, row.code != Refused, f.RetryAfter > 0)
			require.NotContains(t, err.Error(), "hunter2")
			require.NotContains(t, err.Error(), "127.0.0.1/base")
		})
	}
	c := client(t, answered(http.StatusOK, series))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Price(ctx, Gold)
	require.ErrorIs(t, err, context.Canceled, "the caller's own end is no fault of the provider")
}

func TestARedirectDoesNotCarryTheKey(t *testing.T) {
	var reached atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer thief.Close()
	c := client(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, thief.URL, http.StatusTemporaryRedirect)
	})
	_, err := c.Price(t.Context(), Gold)
	require.Error(t, err)
	require.False(t, reached.Load())
}

func TestClock(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	c := client(t, answered(http.StatusOK, ""), func(c *Config) { c.Clock = func() time.Time { return now } })
	at, speed, err := c.Clock(t.Context())
	require.NoError(t, err)
	require.Equal(t, now, at)
	require.InDelta(t, 1, speed, 0)

	simulated := func(status int, body string) *TwelveData {
		return client(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/clock" || r.Header.Get("Authorization") != "" {
				t.Errorf("%s %v", r.URL, r.Header)
			}
			answered(status, body)(w, r)
		}, func(c *Config) { c.ClockURL = strings.Replace(c.BaseURL, "/base/", "/clock", 1) })
	}
	at, speed, err = simulated(http.StatusOK, `{"now":"2026-02-03T04:05:06.7+01:00","speed":600,"more":true}`).Clock(t.Context())
	require.NoError(t, err)
	require.Equal(t, time.Date(2026, 2, 3, 3, 5, 6, 7e8, time.UTC), at)
	require.InDelta(t, 600, speed, 0)
	for body, code := range map[string]string{`{}`: Malformed, page: Malformed, `{"now":"2026-02-03T04:05:06Z","speed":-1}`: Malformed} {
		_, _, err = simulated(http.StatusOK, body).Clock(t.Context())
		require.Equal(t, code, fault.From(err).Code, body)
	}
	_, _, err = simulated(http.StatusBadGateway, page).Clock(t.Context())
	require.Equal(t, Away, fault.From(err).Code)
}

func TestSettings(t *testing.T) {
	for name, row := range map[string]struct {
		config Config
		field  string
	}{
		"no key":            {Config{}, "TWELVE_DATA_API_KEY"},
		"no address":        {Config{Key: key, BaseURL: "api.twelvedata.com"}, "TWELVE_DATA_API_URL"},
		"another scheme":    {Config{Key: key, BaseURL: "ftp://api.twelvedata.com"}, "TWELVE_DATA_API_URL"},
		"with a password":   {Config{Key: key, BaseURL: "https://a:b@api.twelvedata.com"}, "TWELVE_DATA_API_URL"},
		"with parameters":   {Config{Key: key, BaseURL: "https://api.twelvedata.com?x=1"}, "TWELVE_DATA_API_URL"},
		"a clock's nowhere": {Config{Key: key, ClockURL: "clock"}, "clock_url"},
	} {
		_, err := NewTwelveData(row.config)
		f := fault.From(err)
		require.Equal(t, fault.Invalid, f.Kind, name)
		require.Equal(t, row.field, f.Fields[0].Name, name)
	}
	c, err := NewTwelveData(Config{Key: key})
	require.NoError(t, err)
	require.Equal(t, DefaultURL, c.base.String())
}
