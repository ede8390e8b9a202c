package news

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/host/secrets"
)

const key = secrets.Text("HUNTER2KEY")

// Bodies as Alpha Vantage sends them.
const (
	feed = `{"items":"2","sentiment_score_definition":"x <= -0.35: Bearish; -0.35 < x <= -0.15: Somewhat-Bearish","relevance_score_definition":"0 < x <= 1, with a higher score indicating higher relevance.","feed":[
		{"title":"Gold steadies &amp; waits","url":"https://www.example.com/gold?id=1","time_published":"20260102T133000","authors":["A. Writer"],"summary":"Bullion was little changed.","banner_image":"https://www.example.com/gold.jpg","source":"Example Wire","category_within_source":"n/a","source_domain":"www.example.com",
		 "topics":[{"topic":"Economy - Monetary","relevance_score":"0.9"}],"overall_sentiment_score":0.105,"overall_sentiment_label":"Neutral","ticker_sentiment":[{"ticker":"FOREX:USD","relevance_score":"0.1","ticker_sentiment_score":"0.0","ticker_sentiment_label":"Neutral"}]},
		{"title":"Fed officials speak","url":"https://www.example.com/fed","time_published":"20260102T1100","authors":[],"summary":"","banner_image":null,"source":"Example Wire","topics":[],"overall_sentiment_score":-0.2,"ticker_sentiment":[]}]}`
	secondLimit = `{"Information":"Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints"}`
	minuteLimit = `{"Note":"Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day. Please visit https://www.alphavantage.co/premium/ if you would like to target a higher API call frequency."}`
	burst       = `{"Information":"Burst pattern detected. Please consider spreading out your API requests more evenly across a 1-minute window."}`
	dayLimit    = `{"Information":"We have detected your API key as HUNTER2KEY and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits."}`
	dayNote     = `{"Note":"Thank you for using Alpha Vantage! Our standard API rate limit is 25 requests per day."}`
	badKey      = `{"Error Message":"the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds."}`
	demoKey     = `{"Information":"The **demo** API key is for demo purposes only. Please claim your free API key at (https://www.alphavantage.co/support/#api-key) to explore our full API offerings. It takes fewer than 20 seconds."}`
	badInput    = `{"Information":"Invalid inputs. Please refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again."}`
	badFunction = `{"Error Message":"This API function (NEWS) does not exist."}`
	noArticles  = `{"Information":"No articles found. Please adjust the time range or refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again."}`
	page        = `<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body>cloudflare</body></html>`
)

// asOf is twenty seconds after a minute began.
var asOf = time.Date(2026, 1, 2, 14, 15, 20, 0, time.UTC)

func TestNewsIsRead(t *testing.T) {
	got, err := parse(http.StatusOK, []byte(feed), asOf, key)
	require.NoError(t, err)
	require.Equal(t, []headlines.Item{
		{Title: "Gold steadies &amp; waits", URL: "https://www.example.com/gold?id=1", Source: "Example Wire", Summary: "Bullion was little changed.", PublishedAt: time.Date(2026, 1, 2, 13, 30, 0, 0, time.UTC)},
		{Title: "Fed officials speak", URL: "https://www.example.com/fed", Source: "Example Wire", PublishedAt: time.Date(2026, 1, 2, 11, 0, 0, 0, time.UTC)},
	}, got)
}

func TestABadArticleIsLeftOut(t *testing.T) {
	for name, change := range map[string][2]string{
		"a script for a link": {"https://www.example.com/fed", "javascript:alert(1)"},
		"no link":             {"https://www.example.com/fed", ""},
		"no title":            {"Fed officials speak", " "},
		"no time":             {"20260102T1100", ""},
		"another form":        {"20260102T1100", "2026-01-02 11:00"},
		"no such day":         {"20260102T1100", "20260230T1100"},
		"a number":            {`"Fed officials speak"`, "7"},
		"no article":          {`"overall_sentiment_score":-0.2,"ticker_sentiment":[]}`, `"overall_sentiment_score":-0.2,"ticker_sentiment":[]},7,null`},
	} {
		body := strings.Replace(feed, change[0], change[1], 1)
		require.NotEqual(t, feed, body, name)
		got, err := parse(http.StatusOK, []byte(body), asOf, key)
		require.NoError(t, err, name)
		require.Equal(t, "Gold steadies &amp; waits", got[0].Title)
		if name != "no article" {
			require.Len(t, got, 1, name)
		}
	}
	got, err := parse(http.StatusOK, []byte(strings.Replace(feed, "Gold steadies", `Gold\u0000 `+strings.Repeat("ö", 2*maxText), 1)), asOf, key)
	require.NoError(t, err)
	require.NotContains(t, got[0].Title, "\x00")
	require.Len(t, []rune(got[0].Title), maxText)
}

func TestNoNewsIsNoError(t *testing.T) {
	for _, body := range []string{noArticles, `{}`, ` {} `, `{"items":"0"}`, `{"items":0,"feed":[]}`, `{"items":"0","sentiment_score_definition":"","feed":[]}`, `{"items":"0","feed":null}`} {
		got, err := parse(http.StatusOK, []byte(body), asOf, key)
		require.NoError(t, err, body)
		require.NotNil(t, got)
		require.Empty(t, got)
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
		"second":                   {200, secondLimit, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"minute":                   {200, minuteLimit, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"burst":                    {200, burst, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"a proxy's 429":            {429, page, fault.RateLimited, MinuteLimit, 40 * time.Second},
		"day":                      {200, dayLimit, fault.RateLimited, DayLimit, toMidnight},
		"day as a note":            {200, dayNote, fault.RateLimited, DayLimit, toMidnight},
		"day under 429":            {429, dayLimit, fault.RateLimited, DayLimit, toMidnight},
		"key":                      {200, badKey, fault.Forbidden, KeyRefused, 0},
		"the key of examples":      {200, demoKey, fault.Forbidden, KeyRefused, 0},
		"key under 401":            {401, "", fault.Forbidden, KeyRefused, 0},
		"key under 403":            {403, page, fault.Forbidden, KeyRefused, 0},
		"parameters":               {200, badInput, fault.Invalid, Refused, 0},
		"function":                 {200, badFunction, fault.Invalid, Refused, 0},
		"something else":           {200, `{"Information":"We are moving."}`, fault.Invalid, Refused, 0},
		"a wrong address":          {404, page, fault.Invalid, Refused, 0},
		"redirect":                 {302, "", fault.Invalid, Refused, 0},
		"internal":                 {500, `{}`, fault.Unavailable, Away, away},
		"a proxy's 502":            {502, page, fault.Unavailable, Away, away},
		"503 with good JSON":       {503, feed, fault.Unavailable, Away, away},
		"a page":                   {200, page, fault.Unavailable, Malformed, away},
		"nothing":                  {200, "", fault.Unavailable, Malformed, away},
		"truncated":                {200, feed[:len(feed)/2], fault.Unavailable, Malformed, away},
		"another JSON":             {200, `[1,2,3]`, fault.Unavailable, Malformed, away},
		"a service of another":     {200, `{"message":"hello"}`, fault.Unavailable, Malformed, away},
		"a feed that is none":      {200, `{"items":"1","feed":{}}`, fault.Unavailable, Malformed, away},
		"articles that are none":   {200, `{"items":"2","feed":[{},{"title":1}]}`, fault.Unavailable, Malformed, away},
		"a message that is a list": {200, `{"Information":["x"]}`, fault.Unavailable, Malformed, away},
	} {
		_, err := parse(row.status, []byte(row.body), asOf, key)
		f, ok := errors.AsType[*fault.Error](err)
		require.True(t, ok, "%s: %v", name, err)
		require.Equal(t, row.kind, f.Kind, name)
		require.Equal(t, row.code, f.Code, name)
		require.Equal(t, row.after, f.RetryAfter, name)
		require.NotEmpty(t, f.Remedy, name)
		require.NotContains(t, err.Error(), key.Reveal(), name)
	}
}

// A key that the provider repeats in another form than it was sent is not told either.
func TestTheKeyIsNotTold(t *testing.T) {
	_, err := parse(http.StatusOK, []byte(strings.Replace(dayLimit, "HUNTER2KEY", "hunter2key,", 1)), asOf, key)
	require.NotContains(t, strings.ToLower(err.Error()), "hunter")
	_, err = parse(http.StatusOK, []byte(`{"Error Message":"HUNTER2KEY is no key"}`), asOf, key)
	require.Equal(t, Refused, fault.From(err).Code)
	require.Contains(t, err.Error(), "[secret] is no key")
}

func FuzzParse(f *testing.F) {
	for _, body := range []string{feed, secondLimit, dayLimit, badKey, noArticles, page, `{}`, `{"feed":[null]}`, `{"items":{}}`} {
		f.Add(http.StatusOK, body)
		f.Add(http.StatusTooManyRequests, body)
	}
	f.Fuzz(func(t *testing.T, status int, body string) {
		got, err := parse(status, []byte(body), asOf, key)
		if err != nil {
			f, ok := errors.AsType[*fault.Error](err)
			require.True(t, ok, "%v", err)
			require.NotEmpty(t, f.Code)
			require.GreaterOrEqual(t, f.RetryAfter, time.Duration(0))
			require.NotContains(t, err.Error(), key.Reveal())
		}
		for _, item := range got {
			require.False(t, item.PublishedAt.IsZero())
			require.LessOrEqual(t, len(item.URL), headlines.MaxURL)
			require.NotContains(t, item.Title+item.Summary+item.Source+item.URL, "\x00")
		}
	})
}
