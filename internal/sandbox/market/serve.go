package market

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
)

// maxOutput is how many candles Twelve Data sends at most.
const maxOutput = 5000

type interval struct {
	name      string
	timeframe candle.Timeframe
}

// intervals are Twelve Data's names of timeframes, in its order. Weeks and months are not simulated.
var intervals = []interval{
	{"1min", candle.M1}, {"5min", candle.M5}, {"15min", candle.M15}, {"30min", 2 * candle.M15}, {"45min", 3 * candle.M15},
	{"1h", candle.H1}, {"2h", 2 * candle.H1}, {"4h", candle.H4}, {"8h", 2 * candle.H4}, {"1day", 24 * candle.H1},
}

// refusal is an error as Twelve Data sends it.
type refusal struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
	Status  string `json:"status"`
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code, fmt.Sprintf(format, args...), "error"}
}

// What Twelve Data says.
const (
	saysKey    = "**apikey** parameter is incorrect or not specified. You can get your free API key instantly following this link: https://twelvedata.com/pricing. If you believe that everything is correct, you can contact us at https://twelvedata.com/contact/customer"
	saysSymbol = "**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol according to API documentation: https://twelvedata.com/docs#reference-data"
	saysNoData = "No data is available on the specified dates. Try setting different start/end dates."
	saysMinute = "You have run out of API credits for the current minute. %d API credits were used, with the current limit being %d. Wait for the next minute or consider switching to a higher tier plan at https://twelvedata.com/pricing"
	saysDay    = "You have run out of API credits for the day. %d API credits were used, with the current limit being %d. Wait for the next day or consider switching to a higher tier plan at https://twelvedata.com/pricing"
)

// wireBar is a candle as Twelve Data sends it.
type wireBar struct {
	Datetime string `json:"datetime"`
	Open     string `json:"open"`
	High     string `json:"high"`
	Low      string `json:"low"`
	Close    string `json:"close"`
}

type wireMeta struct {
	Symbol   string `json:"symbol"`
	Interval string `json:"interval"`
	Base     string `json:"currency_base"`
	Quote    string `json:"currency_quote"`
	Type     string `json:"type"`
}

type wireSeries struct {
	Meta   wireMeta  `json:"meta"`
	Values []wireBar `json:"values"`
	Status string    `json:"status"`
}

// serve is Twelve Data itself.
func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	endpoint := strings.TrimPrefix(r.URL.Path, Path+"/")
	answer := map[string]func(*http.Request) (time.Time, any, *refusal){"time_series": s.timeSeries, "price": s.currentPrice}[endpoint]
	if answer == nil || r.Method != http.MethodGet {
		s.count("refused")
		send(w, http.StatusNotFound, refuse(http.StatusNotFound, "The requested endpoint is not simulated: there are GET /time_series and GET /price"))
		return
	}
	s.count(endpoint)
	outage := s.outage()
	if outage != "" && outage != Truncated {
		s.count("refused")
		fail(w, r, outage)
		return
	}
	now, body, refused := time.Time{}, any(nil), s.admit(r)
	if refused == nil {
		now, body, refused = answer(r)
	}
	if refused != nil {
		s.count("refused")
		send(w, refused.Code, refused)
		return
	}
	w.Header().Set("Date", now.UTC().Format(http.TimeFormat))
	if outage == Truncated {
		s.count("refused")
		whole, _ := json.Marshal(body) // it holds texts alone, which can't fail
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = w.Write(whole[:len(whole)/2])
		return
	}
	send(w, http.StatusOK, body)
}

func send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}

// fail answers as an outage wants it.
func fail(w http.ResponseWriter, r *http.Request, kind Kind) {
	switch kind {
	case MinuteLimit:
		send(w, http.StatusTooManyRequests, refuse(http.StatusTooManyRequests, saysMinute, perMinute+1, perMinute))
	case DayLimit:
		send(w, http.StatusTooManyRequests, refuse(http.StatusTooManyRequests, saysDay, perDay+1, perDay))
	case BadKey:
		send(w, http.StatusUnauthorized, refuse(http.StatusUnauthorized, saysKey))
	case NoData:
		send(w, http.StatusBadRequest, refuse(http.StatusBadRequest, saysNoData))
	case Page:
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte("<!DOCTYPE html><html><head><title>twelvedata.com | 520: Web server is returning an unknown error</title></head><body></body></html>"))
	case ErrorUnder200:
		send(w, http.StatusOK, refuse(http.StatusInternalServerError, "Internal server error"))
	case Timeout:
		<-r.Context().Done()
		panic(http.ErrAbortHandler) // the connection breaks without an answer
	default:
		send(w, http.StatusInternalServerError, refuse(http.StatusInternalServerError, "Internal server error"))
	}
}

// admit checks the key and takes a credit.
func (s *Service) admit(r *http.Request) *refusal {
	key, ok := strings.CutPrefix(r.Header.Get("Authorization"), "apikey ")
	if !ok {
		key = r.URL.Query().Get("apikey")
	}
	if key == "" {
		return refuse(http.StatusUnauthorized, saysKey)
	}
	if !strings.HasPrefix(key, limitedKeys) {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.credits[key]
	if c == nil {
		if len(s.credits) >= maxKeys {
			clear(s.credits)
		}
		c = &credits{}
		s.credits[key] = c
	}
	return c.take(s.realTime())
}

// Keys with credits, and Twelve Data's free plan.
const (
	limitedKeys = "limited"
	maxKeys     = 1000 // that are counted
	perMinute   = 8
	perDay      = 800
)

// credits are those that a key has used in a minute and a day of UTC.
type credits struct {
	minute, day     time.Time
	inMinute, inDay int
}

func (c *credits) take(now time.Time) *refusal {
	if minute := now.Truncate(time.Minute); !minute.Equal(c.minute) {
		c.minute, c.inMinute = minute, 0
	}
	if day := now.Truncate(24 * time.Hour); !day.Equal(c.day) {
		c.day, c.inDay = day, 0
	}
	switch {
	case c.inDay >= perDay:
		return refuse(http.StatusTooManyRequests, saysDay, c.inDay+1, perDay)
	case c.inMinute >= perMinute:
		return refuse(http.StatusTooManyRequests, saysMinute, c.inMinute+1, perMinute)
	}
	c.inMinute++
	c.inDay++
	return nil
}

func (s *Service) currentPrice(r *http.Request) (time.Time, any, *refusal) {
	if r.URL.Query().Get("symbol") != Symbol {
		return time.Time{}, nil, refuse(http.StatusNotFound, saysSymbol)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	price, _, _ := s.price(now)
	return now, map[string]string{"price": price.String()}, nil
}

func (s *Service) timeSeries(r *http.Request) (time.Time, any, *refusal) {
	query := r.URL.Query()
	if query.Get("symbol") != Symbol {
		return time.Time{}, nil, refuse(http.StatusNotFound, saysSymbol)
	}
	at := slices.IndexFunc(intervals, func(i interval) bool { return i.name == query.Get("interval") })
	if at < 0 {
		names := make([]string, len(intervals))
		for i, known := range intervals {
			names[i] = known.name
		}
		return time.Time{}, nil, refuse(http.StatusBadRequest, "Invalid **interval** provided: %s. Supported intervals: %s", query.Get("interval"), strings.Join(names, ", "))
	}
	in := intervals[at]
	zone, refused := zoneOf(query.Get("timezone"))
	if refused != nil {
		return time.Time{}, nil, refused
	}
	from, refused := dateOf(query.Get("start_date"), "start_date", zone)
	if refused != nil {
		return time.Time{}, nil, refused
	}
	to, refused := dateOf(query.Get("end_date"), "end_date", zone)
	if refused != nil {
		return time.Time{}, nil, refused
	}
	size := 30
	if !from.IsZero() || !to.IsZero() {
		size = maxOutput
	}
	if given := query.Get("outputsize"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 1 || n > maxOutput {
			return time.Time{}, nil, refuse(http.StatusBadRequest, "Invalid **outputsize** provided: %s. Outputsize should be from 1 to %d", given, maxOutput)
		}
		size = n
	}
	if !to.IsZero() {
		to = to.Add(time.Nanosecond) // Twelve Data's end belongs to the range
	}
	now, candles := s.candles(in.timeframe, from, to)
	if len(candles) == 0 {
		return time.Time{}, nil, refuse(http.StatusBadRequest, saysNoData)
	}
	candles = candles[max(0, len(candles)-size):]
	form := time.DateTime
	if in.timeframe >= 24*candle.H1 {
		form = time.DateOnly
	}
	out := wireSeries{Meta: wireMeta{Symbol, in.name, "Gold Spot", "US Dollar", "Physical Currency"}, Values: make([]wireBar, 0, len(candles)), Status: "ok"}
	for _, c := range candles {
		out.Values = append(out.Values, wireBar{c.At().In(zone).Format(form), c.Open.String(), c.High.String(), c.Low.String(), c.Close.String()})
	}
	if !strings.EqualFold(query.Get("order"), "asc") {
		slices.Reverse(out.Values)
	}
	return now, out, nil
}

// zoneOf is the time zone of an answer. Without one it is the exchange's, so that a client that forgets
// to ask for UTC is found out.
func zoneOf(name string) (*time.Location, *refusal) {
	if name == "" || strings.EqualFold(name, "exchange") {
		name = "America/New_York"
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, refuse(http.StatusBadRequest, "Invalid **timezone** provided: %s. Should be either UTC, Exchange or a name of the IANA database", name)
	}
	return zone, nil
}

// dateOf reads a limit of the range; none is zero.
func dateOf(text, name string, zone *time.Location) (time.Time, *refusal) {
	if text == "" {
		return time.Time{}, nil
	}
	for _, form := range []string{time.DateTime, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.ParseInLocation(form, text, zone); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, refuse(http.StatusBadRequest, "Invalid **%s** provided: %s. Should be in the format YYYY-MM-DD or YYYY-MM-DD hh:mm:ss", name, text)
}
