package news

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/host/secrets"
)

// The wire contract with Alpha Vantage, all of it in this file.
//
// Requests:
//
//	GET {base}/query?function=NEWS_SENTIMENT&topics=economy_monetary&sort=LATEST&time_from=20260101T0642&limit=200&apikey={key}
//	GET {base}/query?function=NEWS_SENTIMENT&tickers=FOREX:USD&sort=LATEST&time_from=20260101T0642&limit=200&apikey={key}
//
// The base address and the key come from the environment (ALPHA_VANTAGE_API_URL, ALPHA_VANTAGE_API_KEY). Several topics
// or tickers narrow a query down, as both together do.
//
// Answers:
//
//	{"items":"1","sentiment_score_definition":"…","relevance_score_definition":"…","feed":[{"title":"…","url":"https://…",
//	 "time_published":"20260102T133000","authors":["…"],"summary":"…","banner_image":"…","source":"…",
//	 "category_within_source":"…","source_domain":"…","topics":[{"topic":"Economy - Monetary","relevance_score":"0.9"}],
//	 "overall_sentiment_score":0.1,"overall_sentiment_label":"Neutral","ticker_sentiment":[{"ticker":"FOREX:USD",…}]}]}
//
// Times are taken for UTC; which zone they are in is not documented. Without news "items" is "0", or the answer is
// {"Information":"No articles found. …"} or {}.
//
// Errors come under 200. {"Error Message":"…"} is a wrong key or a wrong function. {"Information":"…"}, or "Note", is a
// limit or a wrong parameter, told apart by its text:
//
//	Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per
//	second). You may subscribe to any of the premium plans at … to lift the free key rate limit (25 requests per day), …
//	Burst pattern detected. …
//	We have detected your API key as {key} and our standard API rate limit is 25 requests per day. …
//	Invalid inputs. Please refer to the API documentation https://www.alphavantage.co/documentation#newsapi and try again.
//
// The first one names the day's limit and is none, the third one holds the key.

// Forms of times.
const (
	askedTime     = "20060102T1504"
	publishedTime = "20060102T150405"
)

// answer is the body of every answer.
type answer struct {
	Items       json.RawMessage    `json:"items"`
	Feed        *[]json.RawMessage `json:"feed"`
	Information string             `json:"Information"`
	Note        string             `json:"Note"`
	Error       string             `json:"Error Message"`
}

// article is one of the feed.
type article struct {
	Title     string `json:"title"`
	URL       string `json:"url"`
	Published string `json:"time_published"`
	Summary   string `json:"summary"`
	Source    string `json:"source"`
}

// parse reads an answer. asOf is the provider's time.
func parse(status int, body []byte, asOf time.Time, key secrets.Text) ([]headlines.Item, error) {
	var a answer
	err := json.Unmarshal(body, &a)
	said := a.Error + a.Information + a.Note
	switch {
	case status != http.StatusOK:
		return nil, refusal(status, said, asOf, key)
	case err != nil:
		return nil, malformed("it is no JSON of news")
	case a.Feed != nil:
		return items(*a.Feed)
	case strings.Contains(strings.ToLower(said), "no articles found"):
		return []headlines.Item{}, nil
	case said != "":
		return nil, refusal(status, said, asOf, key)
	case a.Items != nil || strings.TrimSpace(string(body)) == "{}":
		return []headlines.Item{}, nil
	}
	return nil, malformed("it holds no news")
}

// items are those of a feed that can be read: one bad article is no reason to lose the others.
func items(feed []json.RawMessage) ([]headlines.Item, error) {
	out := make([]headlines.Item, 0, len(feed))
	for _, raw := range feed {
		var a article
		if json.Unmarshal(raw, &a) != nil {
			continue
		}
		published, err := time.Parse(publishedTime, a.Published)
		if err != nil {
			published, err = time.Parse(askedTime, a.Published)
		}
		link, ok := headlines.Link(a.URL)
		if err != nil || !ok || strings.TrimSpace(a.Title) == "" {
			continue
		}
		out = append(out, headlines.Item{Title: kept(a.Title), URL: link, Source: kept(a.Source), Summary: kept(a.Summary), PublishedAt: published})
	}
	if len(out) == 0 && len(feed) > 0 {
		return nil, malformed("none of its %d articles can be read", len(feed))
	}
	return out, nil
}

// maxText is how long a text is kept, in characters: no headline or summary is longer.
const maxText = 4000

// kept is a text as a database takes it, not too long.
func kept(text string) string {
	text = strings.ReplaceAll(text, "\x00", "")
	if runes := []rune(text); len(runes) > maxText {
		return string(runes[:maxText])
	}
	return text
}

// away is how long to leave a provider alone that had an error of its own.
const away = 30 * time.Second

// refusal says what an error of the provider means.
func refusal(status int, said string, asOf time.Time, key secrets.Text) error {
	cause := fmt.Errorf("the news provider answered %d %q", status, fault.Shorten(withoutKey(said, key)))
	lower := strings.ToLower(said)
	has := func(texts ...string) bool {
		for _, text := range texts {
			if strings.Contains(lower, text) {
				return true
			}
		}
		return false
	}
	var f *fault.Error
	switch {
	case status == http.StatusTooManyRequests && !has("per day"), has("per second", "per minute", "burst pattern", "spreading out"):
		minute := asOf.Truncate(time.Minute).Add(time.Minute)
		f = fault.New(fault.RateLimited, MinuteLimit, "The news provider is asked too often in this minute").
			WithRemedy("It continues with the next minute; no other program should use the same key").WithRetryAfter(minute.Sub(asOf))
	case has("per day", "daily"):
		day := asOf.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		f = fault.New(fault.RateLimited, DayLimit, "Today's calls of the news provider are used up").
			WithRemedy("They are renewed at 00:00 UTC; a larger plan has more, and no other program should use the same key").WithRetryAfter(day.Sub(asOf))
	case status == http.StatusUnauthorized, status == http.StatusForbidden, has("apikey", "api key"):
		f = fault.New(fault.Forbidden, KeyRefused, "The news provider refuses the key").
			WithRemedy("Set ALPHA_VANTAGE_API_KEY to the key that Alpha Vantage has given you")
	case status >= http.StatusInternalServerError:
		f = fault.New(fault.Unavailable, Away, "The news provider has an internal error").
			WithRemedy("It is asked again automatically").WithRetryAfter(away)
	default:
		f = fault.New(fault.Invalid, Refused, "The news provider refuses the request").
			WithRemedy("Check that ALPHA_VANTAGE_API_URL is Alpha Vantage's address; the log has the provider's reason")
	}
	return f.WithCause(cause)
}

// namedKey is how the provider repeats a key.
var namedKey = regexp.MustCompile(`(?i)(api ?key as )\S+`)

// withoutKey is what the provider said, which may hold the key.
func withoutKey(said string, key secrets.Text) string {
	if !key.IsZero() {
		said = strings.ReplaceAll(said, key.Reveal(), key.String())
	}
	return namedKey.ReplaceAllString(said, "${1}"+key.String())
}

func malformed(format string, args ...any) error {
	return fault.New(fault.Unavailable, Malformed, "The answer of the news provider can't be read").
		WithRemedy("It is asked again automatically; check ALPHA_VANTAGE_API_URL if this persists").
		WithRetryAfter(away).WithCause(fmt.Errorf(format, args...))
}
