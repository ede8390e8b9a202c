// Package outgoing is how adapters call the services outside: which addresses they accept, and a client that is timed
// and follows no redirect.
package outgoing

import (
	"net"
	"net/http"
	"net/url"
	"time"

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
