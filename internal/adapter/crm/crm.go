// Package crm asks the customer's CRM (FunderPro) whether a coupon is good. It is the only place
// that talks to it; the wire contract is in wire.go. What can't be verified is an error, never a
// guess.
package crm

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/adapter/outgoing"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/host/secrets"
	"golang.org/x/sync/singleflight"
)

// Limits of a check.
const (
	DefaultTimeout  = 3 * time.Second
	DefaultCacheFor = time.Minute
	maxCode         = 64       // characters of a code
	maxBody         = 64 << 10 // bytes of an answer
	maxCached       = 10_000   // codes that are kept at most
	retryAfter      = 5 * time.Second
)

// Outcome is what a check found.
type Outcome string

// The outcomes.
const (
	Valid       Outcome = "valid"
	Invalid     Outcome = "invalid"
	Unavailable Outcome = "unavailable"
)

// Discount is what a coupon gives.
type Discount struct {
	Kind     string `json:"kind"`               // "percent" or "fixed"
	Value    string `json:"value"`              // decimal: per cent, or units of Currency
	Currency string `json:"currency,omitempty"` // ISO 4217; empty for percent
}

// Result is the answer about one code.
type Result struct {
	Code      string // normalised
	Outcome   Outcome
	Reason    string // "expired", "not_started", "used_up", "disabled", "unknown"; empty when valid
	Message   string // in plain words
	Discount  *Discount
	ExpiresAt time.Time // zero when it doesn't expire
}

// Config says where the CRM is.
type Config struct {
	BaseURL   string
	Key       secrets.Text
	ProductID string
	Timeout   time.Duration     // for one check with its retry; 0 is DefaultTimeout
	CacheFor  time.Duration     // how long a good answer is trusted; 0 is DefaultCacheFor
	Transport http.RoundTripper // nil makes one
	Clock     func() time.Time  // nil is time.Now
}

// Client is safe for concurrent use.
type Client struct {
	base      *url.URL
	key       secrets.Text
	productID string
	timeout   time.Duration
	cacheFor  time.Duration
	clock     func() time.Time
	http      *http.Client
	flight    singleflight.Group

	mu    sync.Mutex
	cache map[string]cached
}

type cached struct {
	result Result
	until  time.Time
}

// New creates a client; nothing is sent yet. The error is fault.Invalid with a field for each
// setting that is wrong, under the names of the environment.
func New(c Config) (*Client, error) {
	var problems fault.Fields
	base, ok := outgoing.Address(c.BaseURL)
	if !ok {
		problems.Add("FUNDERPRO_API_URL", "address_malformed", "FUNDERPRO_API_URL is not an address such as https://api.example.com")
	}
	if c.Key.IsZero() {
		problems.Add("FUNDERPRO_API_KEY", "missing", "FUNDERPRO_API_KEY is not set")
	}
	if c.ProductID == "" {
		problems.Add("FUNDERPRO_PRODUCT_ID", "missing", "FUNDERPRO_PRODUCT_ID is not set")
	}
	if err := problems.Err("crm_config", "The CRM's settings are incomplete"); err != nil {
		return nil, err
	}
	client := &Client{base: base, key: c.Key, productID: c.ProductID, timeout: c.Timeout, cacheFor: c.CacheFor, clock: c.Clock, cache: map[string]cached{}}
	if client.timeout <= 0 {
		client.timeout = DefaultTimeout
	}
	if client.cacheFor <= 0 {
		client.cacheFor = DefaultCacheFor
	}
	if client.clock == nil {
		client.clock = time.Now
	}
	client.http = outgoing.Client("crm", c.Transport, 2*time.Second)
	return client, nil
}

// Normalize makes codes comparable, as text.Code has them. The error is fault.Invalid with the code
// "coupon_malformed" for what can't be a code.
func Normalize(code string) (string, error) {
	if len(code) > 16*maxCode { // before the work of normalising it
		return "", malformed()
	}
	code = text.Code(code)
	runes := []rune(code)
	if len(runes) == 0 || len(runes) > maxCode {
		return "", malformed()
	}
	for _, r := range runes {
		if text.IsSpace(r) || r == '/' || r == '\\' || r == '\ufffd' {
			return "", malformed()
		}
	}
	if code == "." || code == ".." { // would change the path
		return "", malformed()
	}
	return code, nil
}

func malformed() error {
	return fault.New(fault.Invalid, "coupon_malformed", "This is not a coupon code").
		WithRemedy("A code has 1 to %d letters, digits or symbols, without spaces", maxCode)
}

// Check asks about a code. Good answers are kept for a minute; checks of one code at the same time
// are one request. When the CRM can't tell, the error is fault.Unavailable "coupon_unverified" and
// the result's outcome is Unavailable. A code that can't be one is fault.Invalid.
func (c *Client) Check(ctx context.Context, code string) (Result, error) {
	code, err := Normalize(code)
	if err != nil {
		return Result{Outcome: Invalid, Reason: "malformed"}, err
	}
	if result, ok := c.remembered(code); ok {
		return result, nil
	}
	// All callers share the request, so the end of one must not end it.
	answer := c.flight.DoChan(code, func() (any, error) {
		shared, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.timeout)
		defer cancel()
		return c.fetch(shared, code)
	})
	away := Result{Code: code, Outcome: Unavailable, Reason: "unavailable", Message: "We can't verify this coupon now"}
	select {
	case <-ctx.Done():
		return away, ctx.Err()
	case got := <-answer:
		if got.Err != nil {
			return away, got.Err
		}
		result := got.Val.(Result) //nolint:forcetypeassert // fetch returns nothing else
		if d := result.Discount; d != nil {
			own := *d
			result.Discount = &own
		}
		return result, nil
	}
}

// Ping asks about a code that doesn't exist and returns how long the answer took.
func (c *Client) Ping(ctx context.Context) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	start := time.Now()
	_, err := c.fetch(ctx, "PROMOSTACK-PING")
	return time.Since(start), err
}

// fetch asks the CRM, again when the connection broke.
func (c *Client) fetch(ctx context.Context, code string) (Result, error) {
	result, again, err := c.ask(ctx, code)
	if err != nil && again && ctx.Err() == nil {
		result, _, err = c.ask(ctx, code)
	}
	if err != nil {
		return Result{}, unverified(err)
	}
	if result.Outcome == Valid {
		c.remember(result)
	}
	return result, nil
}

// ask sends one request. again tells that the connection failed, so that a second attempt may help.
func (c *Client) ask(ctx context.Context, code string) (result Result, again bool, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, couponURL(c.base, c.productID, code), nil)
	if err != nil {
		return Result{}, false, errors.New("the CRM's address can't be built")
	}
	request.Header.Set("Authorization", "Bearer "+c.key.Reveal())
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "PromoStack")
	response, err := c.http.Do(request)
	if err != nil {
		return Result{}, true, plain(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil {
		return Result{}, true, plain(err)
	}
	switch {
	case len(body) > maxBody:
		return Result{}, false, errors.New("the CRM's answer is too long")
	case response.StatusCode == http.StatusOK:
		result, err = parseCoupon(body, code, c.clock())
	case response.StatusCode == http.StatusNotFound:
		result, err = unknownCoupon(body, code)
	case response.StatusCode == http.StatusUnauthorized, response.StatusCode == http.StatusForbidden:
		err = errors.New("the CRM refuses FUNDERPRO_API_KEY")
	default:
		err = fmt.Errorf("the CRM answered %d", response.StatusCode)
	}
	return result, false, err
}

// plain drops the address from a transport error: it would repeat the code and the product.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("the CRM can't be reached: %w", e.Err)
	}
	return fmt.Errorf("the CRM's answer broke off: %w", err)
}

func unverified(cause error) error {
	return fault.New(fault.Unavailable, "coupon_unverified", "We can't verify this coupon now").
		WithRemedy("Try again in a moment").WithRetryAfter(retryAfter).WithCause(cause)
}

func (c *Client) remembered(code string) (Result, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	kept, ok := c.cache[code]
	if !ok || !c.clock().Before(kept.until) {
		delete(c.cache, code)
		return Result{}, false
	}
	if d := kept.result.Discount; d != nil { // a copy, so that no caller changes what is kept
		own := *d
		kept.result.Discount = &own
	}
	return kept.result, true
}

// remember keeps a good answer, though never past the coupon's own end.
func (c *Client) remember(result Result) {
	now := c.clock()
	until := now.Add(c.cacheFor)
	if end := result.ExpiresAt; !end.IsZero() && end.Before(until) {
		until = end
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.cache) >= maxCached {
		for code, kept := range c.cache {
			if !now.Before(kept.until) {
				delete(c.cache, code)
			}
		}
		if len(c.cache) >= maxCached {
			clear(c.cache) // all of them are fresh: it costs one request each
		}
	}
	c.cache[result.Code] = cached{result, until}
}
