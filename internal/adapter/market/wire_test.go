package market

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
)

// Bodies as Twelve Data sends them.
const (
	series = `{"meta":{"symbol":"XAU/USD","interval":"15min","currency_base":"Gold Spot","currency_quote":"US Dollar","type":"Physical Currency"},"values":[
		{"datetime":"2026-01-02 14:00:00","open":"2651.2","high":"2652.00001","low":"2650.1","close":"2651.75"},
		{"datetime":"2026-01-02 13:45:00","open":"2650.3","high":"2651.5","low":"2650.1","close":"2651.2"},
		{"datetime":"2026-01-02 13:30:00","open":"2650.10999","high":"2650.48999","low":"2649.9","close":"2650.3"}],"status":"ok"}`
	minuteLimit = `{"code":429,"message":"You have run out of API credits for the current minute. 12 API credits were used, with the current limit being 8. Wait for the next minute or consider switching to a higher tier plan at https://twelvedata.com/pricing","status":"error"}`
	dayLimit    = `{"code":429,"message":"You have run out of API credits for the day. 801 API credits were used, with the current limit being 800. Wait for the next day or consider switching to a higher tier plan at https://twelvedata.com/pricing","status":"error"}`
	badKey      = `{"code":401,"message":"**apikey** parameter is incorrect or not specified. You can get your free API key instantly following this link: https://twelvedata.com/pricing. If you believe that everything is correct, you can contact us at https://twelvedata.com/contact/customer","status":"error"}`
	badPlan     = `{"code":403,"message":"**symbol** XAU/USD is available exclusively with grow or pro plans. Consider upgrading your API Key now at https://twelvedata.com/pricing","status":"error"}`
	noData      = `{"code":400,"message":"No data is available on the specified dates. Try setting different start/end dates.","status":"error"}`
	noSymbol    = `{"code":404,"message":"**symbol** or **figi** parameter is missing or invalid. Please provide a valid symbol according to API documentation: https://twelvedata.com/docs#reference-data","status":"error"}`
	oldNoSymbol = `{"code":400,"message":"**symbol** not found: XAU/XXX. Please specify it correctly according to API Documentation.","status":"error","meta":{"symbol":"XAU/XXX","interval":"15min","exchange":""}}`
	badRequest  = `{"code":400,"message":"Invalid **interval** provided: 15. Supported intervals: 1min, 5min, 15min","status":"error"}`
	internal    = `{"code":500,"message":"Internal server error","status":"error"}`
	page        = `<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>`
)

// quarter is a quarter past two plus 20 seconds: the last candle of series has just closed.
var quarter = time.Date(2026, 1, 2, 14, 15, 20, 0, time.UTC)

var wanted = Query{Symbol: Gold, Timeframe: candle.M15}

func TestCandlesAreReadOldestFirst(t *testing.T) {
	candles, _, err := parseCandles(http.StatusOK, []byte(series), quarter, wanted)
	require.NoError(t, err)
	require.Len(t, candles, 3)
	require.Equal(t, time.Date(2026, 1, 2, 13, 30, 0, 0, time.UTC), candles[0].At())
	require.Equal(t, "2650.10999", candles[0].Open.String())
	require.Equal(t, "2650.48999", candles[0].High.String())
	require.Equal(t, "2649.90", candles[0].Low.String())
	require.Equal(t, "2651.75", candles[2].Close.String())
	for forming, at := range map[int]time.Time{0: quarter.Add(-20 * time.Second), 1: quarter.Add(-21 * time.Second), 2: quarter.Add(-16 * time.Minute)} {
		candles, _, err := parseCandles(http.StatusOK, []byte(series), at, wanted)
		require.NoError(t, err)
		require.Len(t, candles, 3-forming, "as of %s", at)
	}
}

func TestNothingIsNoError(t *testing.T) {
	for _, body := range []string{noData, strings.Replace(series, series[strings.Index(series, "[\n"):strings.LastIndex(series, "]")+1], "[]", 1)} {
		for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
			if status != http.StatusOK && body != noData {
				continue
			}
			candles, _, err := parseCandles(status, []byte(body), quarter, wanted)
			require.NoError(t, err, body)
			require.NotNil(t, candles)
			require.Empty(t, candles)
		}
	}
}

func TestRefusals(t *testing.T) {
	toMidnight := 9*time.Hour + 44*time.Minute + 40*time.Second
	for name, row := range map[string]struct {
		status int
		body   string
		kind   fault.Kind
		code   string
		after  time.Duration
	}{
		"minute":                  {429, minuteLimit, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"minute under 200":        {200, minuteLimit, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"429 of a proxy":          {429, page, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"day":                     {429, dayLimit, fault.RateLimited, DayLimit, toMidnight},
		"day under 200":           {200, dayLimit, fault.RateLimited, DayLimit, toMidnight},
		"key":                     {401, badKey, fault.Forbidden, KeyRefused, 0},
		"key under 200":           {200, badKey, fault.Forbidden, KeyRefused, 0},
		"plan":                    {403, badPlan, fault.Forbidden, PlanRefused, 0},
		"symbol":                  {404, noSymbol, fault.NotFound, UnknownSymbol, 0},
		"symbol under 400":        {200, oldNoSymbol, fault.NotFound, UnknownSymbol, 0},
		"a wrong address":         {404, page, fault.NotFound, UnknownSymbol, 0},
		"request":                 {400, badRequest, fault.Invalid, Refused, 0},
		"redirect":                {302, "", fault.Invalid, Refused, 0},
		"error without a code":    {200, `{"status":"error","message":"?"}`, fault.Invalid, Refused, 0},
		"internal":                {500, internal, fault.Unavailable, Away, away},
		"internal under 200":      {200, internal, fault.Unavailable, Away, away},
		"a proxy's 502":           {502, page, fault.Unavailable, Away, away},
		"503 with good JSON":      {503, series, fault.Unavailable, Away, away},
		"a page":                  {200, page, fault.Unavailable, Malformed, away},
		"nothing":                 {200, "", fault.Unavailable, Malformed, away},
		"truncated":               {200, series[:len(series)/2], fault.Unavailable, Malformed, away},
		"another JSON":            {200, `[1,2,3]`, fault.Unavailable, Malformed, away},
		"no candles in it":        {200, `{"status":"ok"}`, fault.Unavailable, Malformed, away},
		"candles of another":      {200, strings.Replace(series, "XAU/USD", "EUR/USD", 1), fault.Unavailable, Malformed, away},
		"candles of another size": {200, strings.Replace(series, "15min", "5min", 1), fault.Unavailable, Malformed, away},
		"numbers for texts":       {200, strings.Replace(series, `"2651.2"`, `2651.2`, 1), fault.Unavailable, Malformed, away},
	} {
		_, _, err := parseCandles(row.status, []byte(row.body), quarter, wanted)
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, row.kind, f.Kind, name)
		require.Equal(t, row.code, f.Code, name)
		require.Equal(t, row.after, f.RetryAfter, name)
		require.NotEmpty(t, f.Remedy, name)
		if row.code != Malformed || row.status != http.StatusOK || strings.HasPrefix(row.body, "<") {
			_, err = parsePrice(row.status, []byte(row.body), quarter)
			require.Equal(t, row.code, fault.From(err).Code, "%s for a price", name)
		}
	}
}

func TestAbsurdCandlesAreRefused(t *testing.T) {
	for name, change := range map[string][2]string{
		"high below low":      {`"high":"2651.5"`, `"high":"2650.05"`},
		"high below the open": {`"high":"2651.5"`, `"high":"2650.2"`},
		"low above the close": {`"low":"2650.1","close":"2651.2"`, `"low":"2651.3","close":"2651.2"`},
		"negative":            {`"low":"2649.9"`, `"low":"-2649.9"`},
		"zero":                {`"low":"2649.9"`, `"low":"0"`},
		"NaN":                 {`"low":"2649.9"`, `"low":"NaN"`},
		"infinite":            {`"high":"2651.5"`, `"high":"Infinity"`},
		"empty":               {`"high":"2651.5"`, `"high":""`},
		"an exponent":         {`"high":"2651.5"`, `"high":"2.6515e3"`},
		"huge":                {`"high":"2651.5"`, `"high":"99999999999999999999"`},
		"twice":               {"13:45:00", "14:00:00"},
		"out of order":        {"13:45:00", "13:15:00"},
		"oldest first":        {"14:00:00", "13:15:00"},
		"between two begins":  {"13:45:00", "13:46:00"},
		"seconds":             {"13:45:00", "13:45:01"},
		"a date alone":        {"2026-01-02 13:45:00", "2026-01-02"},
		"no such day":         {"2026-01-02 13:45:00", "2026-02-30 13:45:00"},
		"a zone":              {"2026-01-02 13:45:00", "2026-01-02T13:45:00Z"},
	} {
		body := strings.Replace(series, change[0], change[1], 1)
		require.NotEqual(t, series, body, name)
		_, _, err := parseCandles(http.StatusOK, []byte(body), quarter, wanted)
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, name)
		require.Equal(t, Absurd, f.Code, "%s: %v", name, err)
		require.True(t, f.Retryable(), name)
		require.Contains(t, err.Error(), "2026-0", "%s: the candle is named", name)
	}
}

func TestPrices(t *testing.T) {
	p, err := parsePrice(http.StatusOK, []byte(`{"price":"2650.200014"}`), quarter)
	require.NoError(t, err)
	require.Equal(t, "2650.20001", p.String())
	for body, code := range map[string]string{
		`{"price":"-1"}`: Absurd, `{"price":"NaN"}`: Absurd, `{"price":"0"}`: Absurd,
		`{"price":""}`: Malformed, `{}`: Malformed, `{"price":2650.2}`: Malformed, noData: Malformed,
	} {
		_, err := parsePrice(http.StatusOK, []byte(body), quarter)
		require.Equal(t, code, fault.From(err).Code, body)
	}
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{series, minuteLimit, dayLimit, badKey, noData, oldNoSymbol, page, `{"price":"1"}`, `{"values":null,"status":"ok"}`, `{"code":-1}`} {
		f.Add(http.StatusOK, body)
		f.Add(http.StatusBadRequest, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		candles, _, err := parseCandles(status, []byte(body), quarter, wanted)
		if err != nil {
			f, ok := errors.AsType[*fault.Error](err)
			require.True(t, ok, "%v", err)
			require.NotEmpty(t, f.Code)
			require.GreaterOrEqual(t, f.RetryAfter, time.Duration(0))
		}
		for i := range candles {
			require.NoError(t, candles[i].Check())
			require.Positive(t, candles[i].Low)
			require.True(t, i == 0 || candles[i-1].Time < candles[i].Time)
			require.LessOrEqual(t, candles[i].Time+900, quarter.Unix())
		}
		if p, err := parsePrice(status, []byte(body), quarter); err == nil {
			require.Positive(t, p)
		}
	})
}
