package market

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// The wire contract with Twelve Data, all of it in this file.
//
// Requests:
//
//	GET {base}/time_series?symbol=XAU/USD&interval=15min&timezone=UTC&outputsize=31
//	GET {base}/time_series?symbol=XAU/USD&interval=15min&timezone=UTC&outputsize=5000&start_date=2026-01-02 13:30:00&end_date=…
//	GET {base}/price?symbol=XAU/USD
//	Authorization: apikey {key}
//
// The base address and the key come from the environment (TWELVE_DATA_API_URL, TWELVE_DATA_API_KEY).
// Without timezone=UTC times would be the exchange's.
//
// Answers:
//
//	{"meta":{"symbol":"XAU/USD","interval":"15min","currency_base":"Gold Spot","currency_quote":"US Dollar","type":"Physical Currency"},
//	 "values":[{"datetime":"2026-01-02 13:30:00","open":"2650.10999","high":"2651.5","low":"2649.9","close":"2650.2"}],"status":"ok"}
//	{"price":"2650.20001"}
//
// Bars come the newest first, and the newest one still forms. Which are closed is decided by the
// answer's own Date header, so that neither a clock that is wrong here nor a simulated market, whose
// Date is its own time, matters.
//
// Errors are {"code":429,"message":"…","status":"error"}, under that status or under 200; the body
// counts. 429 is the limit of the minute, or of the day when it says "for the day". A 400 that says
// "No data is available on the specified dates" is an empty answer.

// intervals are the timeframes that are asked for, by Twelve Data's names. Longer ones are left out:
// where they begin is not documented.
var intervals = map[candle.Timeframe]string{
	candle.M1: "1min", candle.M5: "5min", candle.M15: "15min", 2 * candle.M15: "30min", candle.H1: "1h",
}

// answer is the body of every answer.
type answer struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  string `json:"status"`
	Meta    struct {
		Symbol   string `json:"symbol"`
		Interval string `json:"interval"`
	} `json:"meta"`
	Values *[]bar `json:"values"`
	Price  string `json:"price"`
	empty  bool   // it says that there is no data
}

// bar is one candle.
type bar struct {
	Datetime string `json:"datetime"`
	Open     string `json:"open"`
	High     string `json:"high"`
	Low      string `json:"low"`
	Close    string `json:"close"`
}

// parseCandles reads the answer to /time_series: the closed candles, the oldest first, and the one that is under way. asOf
// is the provider's time.
func parseCandles(status int, body []byte, asOf time.Time, q Query) (closed []candle.Candle, forming *candle.Candle, err error) {
	a, err := parse(status, body, asOf)
	if err != nil {
		return nil, nil, err
	}
	if a.empty {
		return []candle.Candle{}, nil, nil
	}
	if a.Values == nil || !strings.EqualFold(a.Meta.Symbol, q.Symbol) || a.Meta.Interval != intervals[q.Timeframe] {
		return nil, nil, malformed("it holds no candles of %s", q.Symbol)
	}
	out := make([]candle.Candle, 0, len(*a.Values))
	var wrong error
	refused := 0
	for i := range *a.Values {
		c, err := (*a.Values)[i].candle(q.Timeframe)
		if err != nil { // a few bad bars of a long answer are left out: they are asked for again as missing
			wrong = err
			refused++
			continue
		}
		if len(out) > 0 && c.Time >= out[len(out)-1].Time {
			return nil, nil, absurd("the candle of %s is there twice, or out of order", (*a.Values)[i].Datetime)
		}
		out = append(out, c)
	}
	if refused*10 > len(*a.Values) {
		return nil, nil, wrong
	}
	slices.Reverse(out)
	for i := range out {
		if out[i].Time+q.Timeframe.Seconds() > asOf.Unix() {
			return out[:i:i], &out[i], nil
		}
	}
	return out, nil, nil
}

func (b *bar) candle(of candle.Timeframe) (candle.Candle, error) {
	at, err := time.Parse(time.DateTime, b.Datetime)
	if err != nil || of.Start(at.Unix()) != at.Unix() {
		return candle.Candle{}, absurd("%s is not a time at which such a candle begins", fault.Shorten(b.Datetime))
	}
	c := candle.Candle{Time: at.Unix()}
	for _, p := range []struct {
		text string
		into *pip.Price
	}{{b.Open, &c.Open}, {b.High, &c.High}, {b.Low, &c.Low}, {b.Close, &c.Close}} {
		if *p.into, err = pip.RoundPrice(p.text); err != nil {
			return c, absurd("the candle of %s has the price %s", b.Datetime, fault.Shorten(p.text))
		}
	}
	if err := c.Check(); err != nil {
		return c, absurd("in the candle of %s the %s", b.Datetime, err)
	}
	return c, nil
}

// parsePrice reads the answer to /price.
func parsePrice(status int, body []byte, asOf time.Time) (pip.Price, error) {
	a, err := parse(status, body, asOf)
	if err != nil {
		return 0, err
	}
	if a.Price == "" {
		return 0, malformed("it holds no price")
	}
	p, err := pip.RoundPrice(a.Price)
	if err != nil {
		return 0, absurd("the price is %s", fault.Shorten(a.Price))
	}
	return p, nil
}

// parse reads any answer.
func parse(status int, body []byte, asOf time.Time) (a answer, err error) {
	if err := json.Unmarshal(body, &a); err != nil {
		if status != http.StatusOK {
			return a, refusal(status, "", asOf)
		}
		return a, malformed("it is not the JSON of Twelve Data")
	}
	switch {
	case a.Status == "error" || a.Code != 0:
		if a.Code == 0 {
			a.Code = status
		}
		if a.Code == http.StatusBadRequest && strings.Contains(strings.ToLower(a.Message), "no data is available") {
			return answer{empty: true}, nil
		}
		return a, refusal(a.Code, a.Message, asOf)
	case status != http.StatusOK:
		return a, refusal(status, a.Message, asOf)
	}
	return a, nil
}

// away is how long to leave a provider alone that had an error of its own.
const away = 30 * time.Second

// refusal says what an error of the provider means.
func refusal(code int, message string, asOf time.Time) error {
	cause := fmt.Errorf("the market data provider answered %d %q", code, fault.Shorten(message))
	lower := strings.ToLower(message)
	var f *fault.Error
	switch {
	case code == http.StatusTooManyRequests && strings.Contains(lower, "for the day"):
		day := asOf.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		f = fault.New(fault.RateLimited, DayLimit, "The credits of the market data provider are used up for today").
			WithRemedy("They are renewed at 00:00 UTC; a larger plan has more, and no other program should use the same key").WithRetryAfter(day.Sub(asOf))
	case code == http.StatusTooManyRequests:
		minute := asOf.Truncate(time.Minute).Add(time.Minute)
		f = fault.New(fault.RateLimited, MinuteLimit, "The credits of the market data provider are used up for this minute").
			WithRemedy("It continues with the next minute; no other program should use the same key").WithRetryAfter(minute.Sub(asOf))
	case code == http.StatusUnauthorized:
		f = fault.New(fault.Forbidden, KeyRefused, "The market data provider refuses the key").
			WithRemedy("Set TWELVE_DATA_API_KEY to the key that Twelve Data's account page shows")
	case code == http.StatusForbidden:
		f = fault.New(fault.Forbidden, PlanRefused, "The plan at the market data provider does not include this").
			WithRemedy("Choose a plan at Twelve Data that includes the symbol")
	case code == http.StatusNotFound, code == http.StatusBadRequest && strings.HasPrefix(lower, "**symbol**"):
		f = fault.New(fault.NotFound, UnknownSymbol, "The market data provider does not know the symbol").
			WithRemedy("Check the symbol, and that TWELVE_DATA_API_URL is Twelve Data's address")
	case code >= http.StatusInternalServerError:
		f = fault.New(fault.Unavailable, Away, "The market data provider has an internal error").
			WithRemedy("It is asked again automatically").WithRetryAfter(away)
	default:
		f = fault.New(fault.Invalid, Refused, "The market data provider refuses the request").
			WithRemedy("Look for its reason in the log")
	}
	return f.WithCause(cause)
}

func malformed(format string, args ...any) error {
	return fault.New(fault.Unavailable, Malformed, "The answer of the market data provider can't be read").
		WithRemedy("It is asked again automatically; check TWELVE_DATA_API_URL if this persists").
		WithRetryAfter(away).WithCause(fmt.Errorf(format, args...))
}

func absurd(format string, args ...any) error {
	return fault.New(fault.Unavailable, Absurd, "The market data provider sent prices that can't be").
		WithRemedy("None of them is used; it is asked again automatically").
		WithRetryAfter(time.Minute).WithCause(fmt.Errorf(format, args...))
}
