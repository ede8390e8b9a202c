// Package news asks a provider for the day's news. The provider is Alpha Vantage, or the sandbox's, which has the
// same wire format (wire.go).
package news

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/adapter/outgoing"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/host/secrets"
)

// DefaultURL is Alpha Vantage's own address.
const DefaultURL = "https://www.alphavantage.co"

// FreePerDay is how many calls a day Alpha Vantage's free plan has. It has one a second, too.
const FreePerDay = 25

// Monetary is the topic of interest rates and inflation, USDollar the ticker of what mentions the dollar. News about
// gold is under either; a query for both finds only what is under both.
const (
	Monetary = "economy_monetary"
	USDollar = "FOREX:USD"
)

// Limits of a call.
const (
	DefaultTimeout = 10 * time.Second
	MaxItems       = 1000    // that a call may ask for
	maxBody        = 8 << 20 // bytes of an answer; 1000 items are some 3 MB
)

// Codes of the faults that a call can end with. Those with a RetryAfter mend themselves.
const (
	MinuteLimit = "news_minute_limit" // too many calls in this second or minute; RetryAfter: until the next minute
	DayLimit    = "news_day_limit"    // RetryAfter: until 00:00 UTC
	KeyRefused  = "news_key_refused"  // a person has to mend the key
	Refused     = "news_refused"      // the request itself is wrong: a defect of this program, or a wrong address
	Away        = "news_away"         // no connection, or an internal error there; RetryAfter
	TimedOut    = "news_timeout"      // no answer in time; RetryAfter
	Malformed   = "news_malformed"    // a web page, a cut answer; RetryAfter
)

// Query says which news is wanted, the newest first.
type Query struct {
	Topic  string    // such as Monetary; empty for any
	Ticker string    // such as USDollar; empty for any
	From   time.Time // published then or later; the minute counts
	Limit  int       // at most; 0 is MaxItems
}

// Config says where the provider is.
type Config struct {
	BaseURL   string // empty is DefaultURL
	Key       secrets.Text
	Timeout   time.Duration     // of one call; 0 is DefaultTimeout
	Transport http.RoundTripper // nil makes one
	Clock     func() time.Time  // nil is time.Now
}

// AlphaVantage is a client of Alpha Vantage, or of the sandbox's simulation of it. It is safe for concurrent use. It retries nothing:
// each attempt is one of the day's few calls, and who calls counts them. The key stands in the address of each call, and
// refusals repeat it: neither goes into an error.
type AlphaVantage struct {
	base     *url.URL
	key      secrets.Text
	provider outgoing.Provider
}

// NewAlphaVantage creates a client; nothing is sent yet. The error is fault.Invalid with a field for each setting that is
// wrong, under the names of the environment.
func NewAlphaVantage(c Config) (*AlphaVantage, error) {
	var problems fault.Fields
	if c.BaseURL == "" {
		c.BaseURL = DefaultURL
	}
	client := &AlphaVantage{key: c.Key, provider: outgoing.Provider{Timeout: cmp.Or(max(c.Timeout, 0), DefaultTimeout), MaxBody: maxBody, Clock: c.Clock,
		Name: "The news provider", TimedOut: TimedOut, Away: Away, Pause: away}}
	var ok bool
	if client.base, ok = outgoing.Address(c.BaseURL); !ok {
		problems.Add("ALPHA_VANTAGE_API_URL", "address_malformed", "ALPHA_VANTAGE_API_URL is not an address such as %s", DefaultURL)
	}
	if c.Key.IsZero() {
		problems.Add("ALPHA_VANTAGE_API_KEY", "missing", "ALPHA_VANTAGE_API_KEY is not set")
	}
	if err := problems.Err("news_config", "The settings of the news provider are incomplete"); err != nil {
		return nil, err
	}
	if c.Clock == nil {
		client.provider.Clock = time.Now
	}
	client.provider.Client = outgoing.Client("news", c.Transport, 3*time.Second)
	return client, nil
}

// News asks for news with one call. No news is no error. The texts are the provider's: what may stand in a message is
// headlines.Gold's to say. A query that can't be asked is fault.Invalid with its field.
func (c *AlphaVantage) News(ctx context.Context, q Query) ([]headlines.Item, error) {
	switch {
	case q.Limit < 0 || q.Limit > MaxItems:
		return nil, fault.InvalidField("limit", "invalid", "Must be a number from 1 to %d", MaxItems)
	case q.Limit == 0:
		q.Limit = MaxItems
	}
	parameters := url.Values{"function": {"NEWS_SENTIMENT"}, "sort": {"LATEST"}, "limit": {strconv.Itoa(q.Limit)}, "apikey": {c.key.Reveal()}}
	for name, value := range map[string]string{"topics": q.Topic, "tickers": q.Ticker} {
		if value != "" {
			parameters.Set(name, value)
		}
	}
	if !q.From.IsZero() {
		parameters.Set("time_from", q.From.UTC().Format(askedTime))
	}
	target := c.base.JoinPath("query")
	target.RawQuery = parameters.Encode()
	status, body, asOf, err := c.provider.Get(ctx, target, nil)
	if errors.Is(err, outgoing.ErrTooLong) {
		err = malformed("it is longer than %d bytes", maxBody)
	}
	if err != nil {
		return nil, err
	}
	return parse(status, body, asOf, c.key)
}
