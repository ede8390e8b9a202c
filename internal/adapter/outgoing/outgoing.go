// Package outgoing is how adapters call the services outside: which addresses they accept, and a client that is timed
// and follows no redirect.
package outgoing

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/metrics"
)

// Address reads an address to which paths and parameters are added: http or https, with a host, and without a person's
// name, parameters or a fragment.
func Address(text string) (*url.URL, bool) {
	u, err := url.Parse(text)
	return u, err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") && u.User == nil && u.RawQuery == "" && u.Fragment == ""
}

// Client makes a client whose calls count as those of a service. A transport that is nil is made, with so long to
// connect. Redirects are answers: following one could carry a key to another host.
func Client(service string, transport http.RoundTripper, connect time.Duration) *http.Client {
	if transport == nil {
		transport = &http.Transport{
			Proxy:               http.ProxyFromEnvironment,
			DialContext:         (&net.Dialer{Timeout: connect}).DialContext,
			TLSHandshakeTimeout: connect,
			MaxIdleConnsPerHost: 8,
			IdleConnTimeout:     3 * time.Minute,
		}
	}
	return &http.Client{Transport: metrics.Outside(service, transport), CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}
}

// Provider is a service of data that is asked with GET, and what is said of it when it does not answer.
type Provider struct {
	Client  *http.Client
	Timeout time.Duration    // of one call
	MaxBody int64            // bytes of an answer
	Clock   func() time.Time // where an answer has no time of its own

	Name           string // as a sentence begins: "The news provider"
	TimedOut, Away string // codes of the faults
	Pause          time.Duration
}

// ErrTooLong says that an answer is longer than MaxBody.
var ErrTooLong = errors.New("the answer is too long")

// Get sends one request. asOf is the other side's time, as its answer says. Neither the address, which may hold a key, nor a
// header gets into an error; the caller's own end stays what it is.
func (p *Provider) Get(ctx context.Context, target *url.URL, header http.Header) (status int, body []byte, asOf time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, p.Timeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return 0, nil, asOf, errors.New(p.Name + " has an address that can't be built")
	}
	for name, values := range header {
		request.Header[name] = values
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "PromoStack")
	response, err := p.Client.Do(request)
	if err != nil {
		return 0, nil, asOf, p.unreachable(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err = io.ReadAll(io.LimitReader(response.Body, p.MaxBody+1))
	if err != nil {
		return 0, nil, asOf, p.unreachable(err)
	}
	if int64(len(body)) > p.MaxBody {
		return 0, nil, asOf, ErrTooLong
	}
	asOf, err = http.ParseTime(response.Header.Get("Date"))
	if err != nil {
		asOf = p.Clock()
	}
	return response.StatusCode, body, asOf.UTC(), nil
}

// unreachable says what a broken connection means.
func (p *Provider) unreachable(err error) error {
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // without the address
	}
	switch timeout, ok := errors.AsType[net.Error](err); {
	case errors.Is(err, context.Canceled):
		return err
	case ok && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return fault.New(fault.Unavailable, p.TimedOut, "%s does not answer", p.Name).
			WithRemedy("It is asked again automatically").WithRetryAfter(p.Pause).WithCause(err)
	}
	return fault.New(fault.Unavailable, p.Away, "%s can't be reached", p.Name).
		WithRemedy("It is asked again automatically; check the network if this persists").WithRetryAfter(p.Pause).WithCause(err)
}
