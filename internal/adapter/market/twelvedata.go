package market

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/adapter/outgoing"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/host/secrets"
)

// DefaultURL is Twelve Data's own address.
const DefaultURL = "https://api.twelvedata.com"

// Limits of a call.
const (
	DefaultTimeout = 10 * time.Second
	maxBody        = 2 << 20 // bytes of an answer; 5000 candles are some 650,000
	maxSymbol      = 32      // characters
)

// Config says where the provider is.
type Config struct {
	BaseURL   string // empty is DefaultURL
	Key       secrets.Text
	ClockURL  string            // where a simulated market tells its time; empty for the real one
	Timeout   time.Duration     // of one call; 0 is DefaultTimeout
	Transport http.RoundTripper // nil makes one
	Clock     func() time.Time  // nil is time.Now
}

// TwelveData is a client of Twelve Data, or of the sandbox's market. It is safe for concurrent use. It
// retries nothing: each attempt costs a credit, and who calls has the budget.
type TwelveData struct {
	base, clockURL *url.URL // clockURL is nil for the real market
	key            secrets.Text
	provider       outgoing.Provider
}

var _ Provider = (*TwelveData)(nil)

// NewTwelveData creates a client; nothing is sent yet. The error is fault.Invalid with a field for each
// setting that is wrong, under the names of the environment.
func NewTwelveData(c Config) (*TwelveData, error) {
	var problems fault.Fields
	if c.BaseURL == "" {
		c.BaseURL = DefaultURL
	}
	client := &TwelveData{key: c.Key, provider: outgoing.Provider{Timeout: cmp.Or(max(c.Timeout, 0), DefaultTimeout), MaxBody: maxBody, Clock: c.Clock,
		Name: "The market data provider", TimedOut: TimedOut, Away: Away, Pause: away}}
	var ok bool
	if client.base, ok = outgoing.Address(c.BaseURL); !ok {
		problems.Add("TWELVE_DATA_API_URL", "address_malformed", "TWELVE_DATA_API_URL is not an address such as %s", DefaultURL)
	}
	if c.ClockURL != "" {
		if client.clockURL, ok = outgoing.Address(c.ClockURL); !ok {
			problems.Add("clock_url", "address_malformed", "The address of the simulated market's clock is malformed")
		}
	}
	if c.Key.IsZero() {
		problems.Add("TWELVE_DATA_API_KEY", "missing", "TWELVE_DATA_API_KEY is not set")
	}
	if err := problems.Err("market_config", "The settings of the market data provider are incomplete"); err != nil {
		return nil, err
	}
	if c.Clock == nil {
		client.provider.Clock = time.Now
	}
	client.provider.Client = outgoing.Client("market", c.Transport, 3*time.Second)
	return client, nil
}

// Candles implements Provider for one credit. A query that can't be asked is fault.Invalid with its field.
func (c *TwelveData) Candles(ctx context.Context, q Query) (closed []candle.Candle, forming *candle.Candle, err error) {
	interval := intervals[q.Timeframe]
	switch {
	case interval == "":
		return nil, nil, fault.InvalidField("timeframe", "invalid", "Candles of %s can't be asked for: resample them from those of an hour or less", time.Duration(q.Timeframe))
	case q.Count < 0 || q.Count > MaxCandles:
		return nil, nil, fault.InvalidField("count", "invalid", "Must be a number from 1 to %d", MaxCandles)
	case q.Count == 0:
		q.Count = MaxCandles
	}
	parameters := url.Values{"interval": {interval}, "timezone": {"UTC"}, "outputsize": {strconv.Itoa(q.Count + 1)}}
	end := q.From.Add(time.Duration(q.Count) * time.Duration(q.Timeframe))
	if !q.From.IsZero() {
		parameters.Set("start_date", q.From.UTC().Format(time.DateTime))
		parameters.Set("end_date", end.UTC().Format(time.DateTime))
	}
	status, body, asOf, err := c.ask(ctx, "time_series", q.Symbol, parameters)
	if err != nil {
		return nil, nil, err
	}
	closed, forming, err = parseCandles(status, body, asOf, q)
	if err != nil {
		return nil, nil, err
	}
	if q.From.IsZero() {
		return closed[max(0, len(closed)-q.Count):], forming, nil
	}
	return candle.Series{Candles: closed}.Between(q.From, end).Candles, forming, nil
}

// Price implements Provider for one credit.
func (c *TwelveData) Price(ctx context.Context, symbol string) (pip.Price, error) {
	status, body, asOf, err := c.ask(ctx, "price", symbol, url.Values{})
	if err != nil {
		return 0, err
	}
	return parsePrice(status, body, asOf)
}

// Clock implements Provider; it costs nothing.
func (c *TwelveData) Clock(ctx context.Context) (now time.Time, speed float64, err error) {
	if c.clockURL == nil {
		return c.provider.Clock().UTC(), 1, nil
	}
	status, body, asOf, err := c.get(ctx, c.clockURL, nil)
	if err != nil {
		return time.Time{}, 0, err
	}
	if status != http.StatusOK {
		return time.Time{}, 0, refusal(status, "", asOf)
	}
	var told struct {
		Now   time.Time `json:"now"`
		Speed float64   `json:"speed"`
	}
	if err := json.Unmarshal(body, &told); err != nil || told.Now.IsZero() || told.Speed < 0 {
		return time.Time{}, 0, malformed("it is not the time of a simulated market")
	}
	return told.Now.UTC(), told.Speed, nil
}

// ask makes a call about a symbol.
func (c *TwelveData) ask(ctx context.Context, path, symbol string, parameters url.Values) (status int, body []byte, asOf time.Time, err error) {
	if symbol == "" || len(symbol) > maxSymbol {
		return 0, nil, asOf, fault.InvalidField("symbol", "invalid", "Must be a symbol such as %s", Gold)
	}
	parameters.Set("symbol", symbol)
	target := c.base.JoinPath(path)
	target.RawQuery = parameters.Encode()
	return c.get(ctx, target, http.Header{"Authorization": {"apikey " + c.key.Reveal()}})
}

// get sends one request. asOf is the other side's time, as its answer says.
func (c *TwelveData) get(ctx context.Context, target *url.URL, header http.Header) (status int, body []byte, asOf time.Time, err error) {
	status, body, asOf, err = c.provider.Get(ctx, target, header)
	if errors.Is(err, outgoing.ErrTooLong) {
		err = malformed("it is longer than %d bytes", maxBody)
	}
	return status, body, asOf, err
}
