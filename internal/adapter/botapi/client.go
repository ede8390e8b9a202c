// Package botapi is the only door to Telegram's Bot API. It knows the library, its errors and what
// they mean; it knows nothing of tenants, rates or deliveries.
package botapi

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"strings"
	"sync/atomic"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/host/tracing"
)

// DefaultURL is Telegram's own Bot API.
const DefaultURL = "https://api.telegram.org"

// CallTimeout is the time limit of one call. It is shorter than the lease of a delivery.
const CallTimeout = 10 * time.Second

// maxAnswer is the most that is read of an answer: 100 updates are the largest.
const maxAnswer = 16 << 20

var tokenForm = regexp.MustCompile(`^\d{3,20}:[\w-]{35}$`)

// CheckToken reports whether a text can be a bot's token. The error is fault.Invalid for the field
// "token"; it doesn't repeat the text.
func CheckToken(token string) error {
	if tokenForm.MatchString(token) {
		return nil
	}
	return fault.InvalidField("token", "token_malformed",
		"This is not a bot token: a token looks like 123456789:AA… with 35 characters after the colon").
		WithRemedy("Copy it from @BotFather's message")
}

// Client is safe for concurrent use.
type Client struct {
	base string
	http *http.Client
}

// New makes a client of a Bot API at a base address; an empty one is Telegram's own.
func New(base string) (*Client, error) {
	if base == "" {
		base = DefaultURL
	}
	u, err := url.Parse(base)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fault.InvalidField("TELEGRAM_API_URL", "address_malformed", "TELEGRAM_API_URL is not an address such as "+DefaultURL)
	}
	// The library uses the address as a format string: a percent sign would be a verb.
	return &Client{base: strings.ReplaceAll(strings.TrimRight(u.String(), "/"), "%", "%%"), http: &http.Client{
		Transport: metrics.Outside("telegram", &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
			TLSHandshakeTimeout:   5 * time.Second,
			ForceAttemptHTTP2:     true,
			MaxIdleConnsPerHost:   64, // one a sender; fewer would open a connection for each message
			IdleConnTimeout:       30 * time.Second,
			ResponseHeaderTimeout: 0, // long polls wait; calls have a time limit of their own
		}),
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse // a redirect could carry the token to another host
		},
	}}, nil
}

// Call is one method with its parameters. Files are uploaded under their field names.
type Call struct {
	Method string
	Params map[string]string
	Files  []File
}

// File is an upload of a call.
type File struct {
	Field string
	Name  string
	Bytes []byte
}

// Do makes a call within CallTimeout and returns Telegram's result. The error is a *Failure.
func (c *Client) Do(ctx context.Context, token secrets.Text, call Call) (json.RawMessage, error) {
	return c.do(ctx, token, call, CallTimeout)
}

func (c *Client) do(ctx context.Context, token secrets.Text, call Call, limit time.Duration) (json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	ctx, end := tracing.Span(ctx, "telegram "+call.Method)
	result, err := c.exchange(ctx, token, call)
	end(err)
	return result, err
}

func (c *Client) exchange(ctx context.Context, token secrets.Text, call Call) (json.RawMessage, error) {
	wire := &wire{ctx: ctx, client: c.http}
	bot := &tgbotapi.BotAPI{Token: token.Reveal(), Client: wire, Buffer: 1}
	bot.SetAPIEndpoint(c.base + "/bot%s/%s")
	var answer *tgbotapi.APIResponse
	var err error
	if len(call.Files) == 0 {
		answer, err = bot.MakeRequest(call.Method, call.Params)
	} else {
		files := make([]tgbotapi.RequestFile, len(call.Files))
		for i, f := range call.Files {
			files[i] = tgbotapi.RequestFile{Name: f.Field, Data: tgbotapi.FileBytes{Name: f.Name, Bytes: f.Bytes}}
		}
		answer, err = bot.UploadFiles(call.Method, call.Params, files)
	}
	if err == nil {
		return answer.Result, nil
	}
	return nil, wire.failure(call.Method, err)
}

// wire carries one request of the library, which knows no contexts, and records how far it got.
type wire struct {
	ctx    context.Context //nolint:containedctx // the library's interface has no room for one
	client *http.Client
	begun  atomic.Bool  // the request's head was written
	broken atomic.Bool  // the request was not written whole
	status atomic.Int64 // of the answer; 0 without one
	after  atomic.Int64 // Retry-After in seconds
}

// Do implements the library's HTTPClient. Its errors hold no address, since that holds the token.
func (w *wire) Do(r *http.Request) (*http.Response, error) {
	trace := &httptrace.ClientTrace{
		WroteHeaders: func() { w.begun.Store(true) },
		WroteRequest: func(info httptrace.WroteRequestInfo) { w.broken.Store(info.Err != nil) },
	}
	response, err := w.client.Do(r.WithContext(httptrace.WithClientTrace(w.ctx, trace)))
	if err != nil {
		return nil, plain(err)
	}
	w.status.Store(int64(response.StatusCode))
	if s, ok := parseSeconds(response.Header.Get("Retry-After")); ok {
		w.after.Store(s)
	}
	response.Body = &limited{Reader: io.LimitReader(response.Body, maxAnswer), body: response.Body}
	return response, nil
}

type limited struct {
	io.Reader
	body io.Closer
}

func (l *limited) Close() error { return l.body.Close() }

// plain drops the address from a transport's error.
func plain(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e.Err
	}
	return err
}
