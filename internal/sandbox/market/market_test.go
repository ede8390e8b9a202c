package market_test

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
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	adapter "github.com/promostack/promostack/internal/adapter/market"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/host/loopback"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/sandbox/market"
	"github.com/promostack/promostack/internal/sandbox/telegram"
	"github.com/promostack/promostack/internal/test/testkit"
)

// tuesday is a moment at which gold trades, when tests begin.
var tuesday = time.Date(2026, 1, 6, 13, 30, 20, 0, time.UTC)

// world is a running market.
type world struct {
	t       *testing.T
	service *market.Service
	server  *httptest.Server
	client  *adapter.TwelveData

	mu   sync.Mutex
	wall time.Time
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.wall
}

// pass lets real time pass.
func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wall = w.wall.Add(d)
}

func start(t *testing.T, file string, wall time.Time) *world {
	t.Helper()
	w := &world{t: t, wall: wall}
	w.open(file)
	return w
}

// open starts the sandbox, as after a kill: what ran before is not closed.
func (w *world) open(file string) {
	w.t.Helper()
	service, err := market.Open(context.Background(), market.Options{File: file, Seed: 11, Clock: w.now})
	require.NoError(w.t, err)
	mux := http.NewServeMux()
	service.Routes(mux, loopback.Only)
	server := httptest.NewServer(mux)
	w.t.Cleanup(func() { server.CloseClientConnections(); server.Close(); _ = service.Close() })
	w.service, w.server = service, server
	w.client = w.as("any")
}

// as is the real client with a key.
func (w *world) as(key secrets.Text) *adapter.TwelveData {
	w.t.Helper()
	client, err := adapter.NewTwelveData(adapter.Config{BaseURL: w.server.URL + market.Path, ClockURL: w.server.URL + market.Clock, Key: key, Timeout: 30 * time.Second})
	require.NoError(w.t, err)
	return client
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

// ordered is the answer to an order.
type ordered struct {
	At, From, To time.Time
	market.State
}

func (w *world) order(path, body string) ordered {
	w.t.Helper()
	method := http.MethodPost
	if body == "" {
		method = http.MethodGet
	}
	status, text := w.do(method, market.Control+path, body)
	require.Equal(w.t, http.StatusOK, status, text)
	var out ordered
	require.NoError(w.t, json.Unmarshal([]byte(text), &out))
	return out
}

// minutes are all closed minutes from a time on, by the real client.
func (w *world) minutes(from time.Time) []candle.Candle {
	w.t.Helper()
	var out []candle.Candle
	for now := w.service.Now(); from.Before(now); from = from.Add(adapter.MaxCandles * time.Minute) {
		part, _, err := w.client.Candles(w.t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: candle.M1, From: from})
		require.NoError(w.t, err)
		out = append(out, part...)
	}
	return out
}

func (w *world) price() pip.Price {
	w.t.Helper()
	p, err := w.client.Price(w.t.Context(), adapter.Gold)
	require.NoError(w.t, err)
	return p
}

func TestTheRealClientReadsTheMarket(t *testing.T) {
	w := start(t, "", tuesday)
	now, speed, err := w.client.Clock(t.Context())
	require.NoError(t, err)
	require.Equal(t, tuesday, now)
	require.InDelta(t, 1, speed, 0)
	state := w.order("", "")
	require.True(t, state.Synthetic && state.Open)
	require.Equal(t, tuesday.AddDate(0, 0, -56).Truncate(time.Minute), state.Began)

	minutes := w.minutes(state.Began)
	require.InDelta(t, 54_000, len(minutes), 3_000)
	require.Equal(t, tuesday.Truncate(time.Minute).Add(-time.Minute), minutes[len(minutes)-1].At(), "the minute that goes on is no candle yet")
	hours, err := calendar.New(nil)
	require.NoError(t, err)
	for i := range minutes {
		require.True(t, hours.Open(minutes[i].At()), "%s", minutes[i].At())
	}
	for _, of := range []candle.Timeframe{candle.M5, candle.M15, 2 * candle.M15, candle.H1} {
		want := candle.Resample(minutes, of)
		if last := &want[len(want)-1]; last.Time+of.Seconds() > tuesday.Unix() {
			want = want[:len(want)-1]
		}
		newest, _, err := w.client.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: of, Count: 500})
		require.NoError(t, err)
		require.Equal(t, want[len(want)-500:], newest)
		from := want[100].At()
		some, _, err := w.client.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: of, From: from, Count: 40})
		require.NoError(t, err)
		require.Equal(t, candle.Series{Candles: want}.Between(from, from.Add(40*time.Duration(of))).Candles, some)
	}
	weekend := time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)
	none, _, err := w.client.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: candle.M15, From: weekend, Count: 100})
	require.NoError(t, err)
	require.Empty(t, none)
}

// The price walks along the minute that is closed later, and stands still while the market is closed.
func TestThePriceWalksWithinItsMinute(t *testing.T) {
	w := start(t, "", tuesday.Truncate(time.Minute))
	var seen []pip.Price
	for range 61 {
		seen = append(seen, w.price())
		w.pass(time.Second)
	}
	c := w.minutes(tuesday.Truncate(time.Minute))[0]
	require.Equal(t, c.Open, seen[0])
	var high, low pip.Price
	for i, p := range seen[:60] {
		require.True(t, p >= c.Low && p <= c.High)
		if i == 0 || p > high {
			high = p
		}
		if i == 0 || p < low {
			low = p
		}
	}
	require.Equal(t, []pip.Price{c.High, c.Low}, []pip.Price{high, low}, "both extremes are passed")

	w.order("/clock", `{"to":"2026-01-10T12:00:00Z"}`)
	state := w.order("", "")
	require.False(t, state.Open)
	require.Equal(t, calendar.Weekend, state.Closed)
	closed := w.price()
	w.pass(time.Hour)
	require.Equal(t, closed, w.price())
	minutes := w.minutes(state.Now.Add(-48 * time.Hour))
	require.Equal(t, minutes[len(minutes)-1].Close, closed)
}

func TestTheClock(t *testing.T) {
	w := start(t, "", tuesday)
	w.order("/clock", `{"speed":60}`)
	w.pass(10 * time.Second)
	require.Equal(t, tuesday.Add(10*time.Minute), w.service.Now())
	state := w.order("/clock", `{"paused":true}`)
	require.True(t, state.Paused)
	w.pass(time.Hour)
	now, speed, err := w.client.Clock(t.Context())
	require.NoError(t, err)
	require.Equal(t, tuesday.Add(10*time.Minute), now)
	require.Zero(t, speed)
	w.order("/clock", `{"to":"2026-01-07T00:00:00Z"}`)
	w.pass(time.Hour)
	require.Equal(t, time.Date(2026, 1, 7, 0, 0, 0, 0, time.UTC), w.service.Now())
	w.order("/clock", `{"paused":false,"speed":0.5}`)
	w.pass(time.Minute)
	require.Equal(t, time.Date(2026, 1, 7, 0, 0, 30, 0, time.UTC), w.service.Now())
	w.pass(-time.Hour)
	require.Equal(t, time.Date(2026, 1, 7, 0, 0, 30, 0, time.UTC), w.service.Now(), "when the real time goes back it waits")
	require.Positive(t, w.price())
	w.pass(50 * 365 * 24 * time.Hour)
	require.Equal(t, w.order("", "").Ends, w.service.Now(), "it stops after some years")
}

func TestAMarketThatBeginsOnAWeekendBeginsWithTheOpening(t *testing.T) {
	saturday := time.Date(2026, 1, 10, 12, 0, 0, 0, time.UTC)
	w := start(t, "", saturday)
	require.Equal(t, time.Date(2026, 1, 11, 23, 0, 0, 0, time.UTC), w.service.Now())
	require.True(t, w.order("", "").Open)
}

func TestJumpsAndGaps(t *testing.T) {
	calm, w := start(t, "", tuesday), start(t, "", tuesday)
	next := tuesday.Truncate(time.Minute).Add(time.Minute)
	out := w.order("/jump", `{"amount":"-12.50"}`)
	require.Equal(t, next, out.At)
	w.pass(time.Minute)
	out = w.order("/gap", `{"amount":"7"}`)
	require.Equal(t, next.Add(time.Minute), out.At)
	w.pass(5 * time.Minute)
	calm.pass(6 * time.Minute)
	want, got := calm.minutes(next.Add(-time.Hour)), w.minutes(next.Add(-time.Hour))
	require.Len(t, got, 65)
	require.Equal(t, want[:60], got[:60], "what has begun is not changed")
	dollars := func(n int64) pip.Price { return pip.Price(n) * pip.Units / 100 }
	require.Equal(t, want[60].Open, got[60].Open)
	require.Equal(t, want[60].Close-dollars(1250), got[60].Close)
	require.LessOrEqual(t, got[60].Low, got[60].Close)
	for i, moved := range got[61:] {
		calm := want[61+i]
		for _, p := range []*pip.Price{&calm.Open, &calm.High, &calm.Low, &calm.Close} {
			*p -= dollars(1250 - 700)
		}
		require.Equal(t, calm, moved, "and the market goes on from there")
	}

	// While the market is closed, it is the opening.
	w.order("/clock", `{"to":"2026-01-10T12:00:00Z"}`)
	require.Equal(t, time.Date(2026, 1, 11, 23, 0, 0, 0, time.UTC), w.order("/gap", `{"amount":"-3.33"}`).At)
}

func TestScripts(t *testing.T) {
	w := start(t, "", tuesday)
	candles := `[{"open":"2650","high":"2652.5","low":"2649","close":"2652"},{"open":"2653","high":"2653","low":"2640.00001","close":"2641"},{"open":"2641","high":"2641","low":"2641","close":"2641"}]`
	from := time.Date(2026, 1, 6, 13, 40, 0, 0, time.UTC)
	out := w.order("/script", fmt.Sprintf(`{"from":%q,"candles":%s}`, from.Format(time.RFC3339), candles))
	require.Equal(t, from, out.From)
	require.Equal(t, from.Add(3*time.Minute), out.To)
	w.order("/jump", `{"amount":"5"}`)
	w.order("/clock", `{"to":"2026-01-06T13:50:00Z"}`)
	got := w.minutes(from)
	raw, err := json.Marshal([]candle.Prices{got[0].Prices, got[1].Prices, got[2].Prices})
	require.NoError(t, err)
	require.JSONEq(t, strings.NewReplacer(`"2650"`, `"2650.00"`, `"2649"`, `"2649.00"`, `"2652"`, `"2652.00"`, `"2652.5"`, `"2652.50"`, `"2653"`, `"2653.00"`, `"2641"`, `"2641.00"`).Replace(candles), string(raw), "to the letter")
	require.Equal(t, got[2].Close, got[3].Open, "and the market goes on from there")

	// Over the daily break a script waits; a jump waits for its end.
	w.order("/clock", `{"to":"2026-01-06T21:57:30Z"}`)
	out = w.order("/script", `{"from":"2026-01-06T21:58:00Z","prices":["2700","2701.25","2699","2699.5"]}`)
	require.Equal(t, time.Date(2026, 1, 6, 23, 2, 0, 0, time.UTC), out.To)
	require.Equal(t, out.To, w.order("/jump", `{"amount":"1"}`).At)
	w.order("/clock", `{"to":"2026-01-06T23:10:00Z"}`)
	got = w.minutes(out.From)
	for i, want := range []struct{ at, open, close string }{
		{"21:58", "2700.00", "2700.00"}, {"21:59", "2700.00", "2701.25"}, {"23:00", "2701.25", "2699.00"}, {"23:01", "2699.00", "2699.50"},
	} {
		require.Equal(t, want.at, got[i].At().Format("15:04"))
		require.Equal(t, want.open, got[i].Open.String())
		require.Equal(t, want.close, got[i].Close.String())
		require.Equal(t, max(got[i].Open, got[i].Close), got[i].High)
		require.Equal(t, min(got[i].Open, got[i].Close), got[i].Low)
	}
}

// A sandbox that is killed at any time, in the middle of everything, goes on as one that ran.
func TestAKilledMarketGoesOnAsIfItHadRun(t *testing.T) {
	file := testkit.SQLite(t)
	killed, ran := start(t, file, tuesday), start(t, testkit.SQLite(t), tuesday)
	for step, do := range []func(*world){
		func(w *world) { w.order("/clock", `{"speed":37.5}`) },
		func(w *world) { w.order("/jump", `{"amount":"9.99"}`) },
		func(w *world) { w.order("/script", `{"from":"2026-01-06T20:00:00Z","prices":["2600","2610","2590"]}`) },
		func(w *world) { w.order("/gap", `{"amount":"-4"}`) },
		func(w *world) { w.order("/outage", `{"kind":"500","seconds":30}`) },
		func(w *world) { w.order("/clock", `{"to":"2026-01-08T10:00:00Z"}`) },
		func(w *world) { w.order("/clock", `{"paused":true}`) },
		func(w *world) { w.order("/clock", `{"paused":false}`) },
	} {
		do(killed)
		do(ran)
		killed.open(file)
		for _, w := range []*world{killed, ran} {
			w.pass(17_345 * time.Millisecond)
		}
		killed.open(file)
		want, got := ran.order("", ""), killed.order("", "")
		want.Calls, got.Calls = nil, nil
		require.Equal(t, want, got, "step %d", step)
		if got.Outage == nil {
			require.Equal(t, ran.minutes(tuesday.Add(-24*time.Hour)), killed.minutes(tuesday.Add(-24*time.Hour)), "step %d", step)
		}
	}
}

// Readers and orders at one time, while time passes: each answer is whole and sound, which the client
// checks.
func TestManyAtOnce(t *testing.T) {
	w := start(t, "", tuesday)
	w.order("/clock", `{"speed":600}`)
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			for range 25 {
				w.pass(100 * time.Millisecond)
				candles, _, err := w.client.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: candle.M5, Count: 50})
				if err != nil || len(candles) != 50 {
					t.Errorf("%d candles, %v", len(candles), err)
				}
			}
		})
	}
	for range 25 {
		w.order("/jump", `{"amount":"0.5"}`)
	}
	all.Wait()
}

func TestItSharesTheSandboxsFile(t *testing.T) {
	file := testkit.SQLite(t)
	for range 2 {
		bots, err := telegram.Open(t.Context(), telegram.Options{File: file})
		require.NoError(t, err)
		w := start(t, file, tuesday)
		w.order("/jump", `{"amount":"1"}`)
		require.NoError(t, bots.Close())
	}
}

func TestOutages(t *testing.T) {
	w := start(t, "", tuesday)
	client, err := adapter.NewTwelveData(adapter.Config{BaseURL: w.server.URL + market.Path, Key: "k", Timeout: 300 * time.Millisecond})
	require.NoError(t, err)
	for kind, code := range map[market.Kind]string{
		market.MinuteLimit: adapter.MinuteLimit, market.DayLimit: adapter.DayLimit, market.BadKey: adapter.KeyRefused, market.Page: adapter.Malformed,
		market.Truncated: adapter.Malformed, market.ErrorUnder200: adapter.Away, market.Timeout: adapter.TimedOut, market.Internal: adapter.Away, market.NoData: "",
	} {
		state := w.order("/outage", fmt.Sprintf(`{"kind":%q}`, kind))
		require.Equal(t, kind, state.Outage.Kind)
		candles, _, err := client.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: candle.M15})
		if code == "" {
			require.NoError(t, err)
			require.Empty(t, candles)
			continue
		}
		require.Equal(t, code, fault.From(err).Code, "%s: %v", kind, err)
		_, err = client.Price(t.Context(), adapter.Gold)
		require.Equal(t, code, fault.From(err).Code, "%s: %v", kind, err)
		_, _, err = w.client.Clock(t.Context())
		require.NoError(t, err, "the controls go on")
	}
	status, _ := w.do(http.MethodDelete, market.Control+"/outage", "")
	require.Equal(t, http.StatusOK, status)
	w.price()
	w.order("/outage", `{"kind":"401","seconds":30}`)
	w.pass(29 * time.Second)
	_, err = client.Price(t.Context(), adapter.Gold)
	require.Error(t, err)
	w.pass(time.Second)
	w.price()
	require.Nil(t, w.order("", "").Outage)
	require.Equal(t, 9, w.order("", "").Calls["time_series"])
}

func TestLimitedKeys(t *testing.T) {
	w := start(t, "", tuesday)
	w.order("/clock", `{"speed":1000}`) // credits are of real time
	limited, other := w.as("limited-1"), w.as("limited-2")
	var err error
	for range 8 {
		_, err = limited.Price(t.Context(), adapter.Gold)
		require.NoError(t, err)
	}
	_, _, err = limited.Candles(t.Context(), adapter.Query{Symbol: adapter.Gold, Timeframe: candle.M1})
	require.Equal(t, adapter.MinuteLimit, fault.From(err).Code)
	_, err = other.Price(t.Context(), adapter.Gold)
	require.NoError(t, err)
	for range 20 {
		w.price()
	}
	used := 8
	for err == nil || fault.From(err).Code == adapter.MinuteLimit {
		if err != nil {
			w.pass(time.Minute)
		}
		if _, err = limited.Price(t.Context(), adapter.Gold); err == nil {
			used++
		}
	}
	require.Equal(t, adapter.DayLimit, fault.From(err).Code)
	require.Equal(t, 800, used)
	w.pass(24 * time.Hour)
	_, err = limited.Price(t.Context(), adapter.Gold)
	require.NoError(t, err)
}

func TestTheWireIsStrict(t *testing.T) {
	w := start(t, "", tuesday)
	good := url.Values{"symbol": {market.Symbol}, "interval": {"15min"}, "timezone": {"UTC"}, "apikey": {"k"}}
	for name, row := range map[string]struct {
		path, key, value string
		status           int
		says             string
	}{
		"as it should be":     {"/time_series", "", "", 200, `"datetime":"2026-01-06 13:30:00"`},
		"its meta":            {"/time_series", "", "", 200, `{"meta":{"symbol":"XAU/USD","interval":"15min","currency_base":"Gold Spot","currency_quote":"US Dollar","type":"Physical Currency"},"values":[{"datetime":"2026-01-06 13:30:00","open":"`},
		"the exchange's time": {"/time_series", "timezone", "", 200, `"datetime":"2026-01-06 08:30:00"`},
		"another time":        {"/time_series", "timezone", "Asia/Tokyo", 200, `"datetime":"2026-01-06 22:30:00"`},
		"days":                {"/time_series", "interval", "1day", 200, `"datetime":"2026-01-06"`},
		"oldest first":        {"/time_series", "order", "ASC", 200, `"values":[{"datetime":"2026-01-06 06:15:00"`},
		"no key":              {"/time_series", "apikey", "", 401, "**apikey** parameter is incorrect"},
		"another symbol":      {"/time_series", "symbol", "EUR/USD", 404, "**symbol**"},
		"no such interval":    {"/time_series", "interval", "3min", 400, "Invalid **interval** provided: 3min"},
		"too many":            {"/time_series", "outputsize", "5001", 400, "**outputsize**"},
		"no date":             {"/time_series", "start_date", "yesterday", 400, "**start_date**"},
		"nowhere":             {"/time_series", "timezone", "Mars/Olympus", 400, "**timezone**"},
		"before the history":  {"/time_series", "end_date", "2020-01-01", 400, "No data is available on the specified dates"},
		"the future":          {"/time_series", "start_date", "2026-01-06 13:31:00", 400, "No data is available on the specified dates"},
		"a price":             {"/price", "", "", 200, `{"price":"2`},
		"another's price":     {"/price", "symbol", "XAG/USD", 404, "**symbol**"},
		"no such endpoint":    {"/quote", "", "", 404, "not simulated"},
	} {
		query := url.Values{}
		for k, v := range good {
			query[k] = v
		}
		if query.Set(row.key, row.value); row.value == "" {
			query.Del(row.key)
		}
		status, body := w.do(http.MethodGet, market.Path+row.path+"?"+query.Encode(), "")
		require.Equal(t, row.status, status, "%s: %s", name, body)
		require.Contains(t, body, row.says, name)
		require.Equal(t, status != 200, strings.Contains(body, `"status":"error"`), name)
	}
}

func TestBadOrdersAreNamed(t *testing.T) {
	w := start(t, "", tuesday)
	for _, row := range []struct{ path, body, field string }{
		{"/clock", `{}`, "speed"},
		{"/clock", `{"speed":0}`, "speed"},
		{"/clock", `{"speed":-1}`, "speed"},
		{"/clock", `{"speed":100001}`, "speed"},
		{"/clock", `{"to":"soon"}`, "to"},
		{"/clock", `{"to":"2026-01-06T13:30:19Z"}`, "to"},
		{"/clock", `{"to":"2099-01-06T13:30:19Z"}`, "to"},
		{"/jump", `{}`, "amount"},
		{"/jump", `{"amount":"0"}`, "amount"},
		{"/jump", `{"amount":"--5"}`, "amount"},
		{"/jump", `{"amount":"five"}`, "amount"},
		{"/jump", `{"amount":"-3000"}`, "amount"},
		{"/gap", `{"amount":"60000"}`, "amount"},
		{"/outage", `{"kind":"fire"}`, "kind"},
		{"/outage", `{"kind":"500","seconds":-1}`, "seconds"},
		{"/script", `{"from":"2026-01-06T14:00:00Z"}`, "candles"},
		{"/script", `{"from":"2026-01-06T14:00:00Z","prices":["1"],"candles":[{"open":"1","high":"1","low":"1","close":"1"}]}`, "candles"},
		{"/script", `{"from":"2026-01-06T14:00:30Z","prices":["1"]}`, "from"},
		{"/script", `{"from":"2026-01-06T13:30:00Z","prices":["1"]}`, "from"},
		{"/script", `{"from":"2099-01-06T13:30:00Z","prices":["1"]}`, "from"},
		{"/script", `{"prices":["1"]}`, "from"},
		{"/script", `{"from":"2026-01-06T14:00:00Z","prices":["1","x"]}`, "prices[1]"},
		{"/script", `{"from":"2026-01-06T14:00:00Z","candles":[{"open":"1","high":"2","low":"1","close":"1"},{"open":"1","high":"","low":"1","close":"1"}]}`, "candles[1].high"},
		{"/script", `{"from":"2026-01-06T14:00:00Z","candles":[{"open":"1","high":"2","low":"1.5","close":"1"}]}`, "candles[0]"},
	} {
		before := w.order("", "")
		status, body := w.do(http.MethodPost, market.Control+row.path, row.body)
		require.Equal(t, http.StatusUnprocessableEntity, status, "%s %s: %s", row.path, row.body, body)
		var problem struct{ Fields []fault.Field }
		require.NoError(t, json.Unmarshal([]byte(body), &problem))
		require.Len(t, problem.Fields, 1, "%s %s: %s", row.path, row.body, body)
		require.Equal(t, row.field, problem.Fields[0].Name, row.body)
		require.Equal(t, before, w.order("", ""), "nothing changed")
	}
	for _, body := range []string{``, `{`, `[]`, `{"speeed":1}`, `{"speed":"1"}`, `{"speed":1}{"speed":2}`} {
		status, _ := w.do(http.MethodPost, market.Clock, body)
		require.Equal(t, http.StatusBadRequest, status, body)
	}
	status, _ := w.do(http.MethodGet, market.Control+"/weather", "")
	require.Equal(t, http.StatusNotFound, status)
}

func TestItAnswersOnLoopbackAlone(t *testing.T) {
	w := start(t, "", tuesday)
	for _, path := range []string{market.Path + "/price?symbol=XAU/USD&apikey=k", market.Control, market.Clock} {
		status, _ := w.do(http.MethodGet, path, "", "Host", "evil.example")
		require.Equal(t, http.StatusNotFound, status, path)
		status, _ = w.do(http.MethodGet, path, "")
		require.Equal(t, http.StatusOK, status, path)
	}
}
