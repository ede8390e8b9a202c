// Package simulated brings the sandbox under the dashboard's address: its simulated services and
// their controls, for this machine alone.
package simulated

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/loopback"
)

// Proxy passes requests on to the sandbox.
type Proxy struct{ reverse *httputil.ReverseProxy }

// New returns a proxy to the sandbox's address, host:port.
func New(address string) *Proxy {
	target := &url.URL{Scheme: "http", Host: address}
	return &Proxy{reverse: &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			// Who is signed in is none of the sandbox's business.
			r.Out.Header.Del("Cookie")
			r.Out.Header.Del("Authorization")
		},
		ModifyResponse: func(r *http.Response) error {
			// Every answer of this server carries its own.
			for _, name := range []string{"X-Content-Type-Options", "Content-Security-Policy"} {
				r.Header.Del(name)
			}
			return nil
		},
		FlushInterval: -1, // a stream's events are not held back
		ErrorHandler:  broken,
		ErrorLog:      slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug),
	}}
}

// broken answers for a sandbox that is away. One that hangs up on purpose, because that fault was
// ordered, hangs up on the caller too.
func broken(w http.ResponseWriter, r *http.Request, err error) {
	var dial *net.OpError
	if !errors.As(err, &dial) || dial.Op != "dial" {
		panic(http.ErrAbortHandler)
	}
	slog.WarnContext(r.Context(), "the sandbox is away", "error", err)
	if c, ok := r.Context().Value(ginKey{}).(*gin.Context); ok {
		httpx.Fail(c, fault.New(fault.Unavailable, "sandbox_away", "The sandbox does not answer").WithRemedy("It is being restarted; try again in a moment").WithCause(err))
		return
	}
	w.WriteHeader(http.StatusServiceUnavailable)
}

// ginKey is how broken finds the request's context of the API.
type ginKey struct{}

// Serve passes a request on, however long its answer takes: polls and streams wait.
func (p *Proxy) Serve(c *gin.Context) error {
	httpx.Endless(c)
	p.reverse.ServeHTTP(c.Writer, c.Request.WithContext(context.WithValue(c.Request.Context(), ginKey{}, c)))
	return nil
}

// Guard lets this machine in alone; to everybody else there is nothing here.
func Guard(c *gin.Context) {
	if !loopback.Allows(c.Request) {
		httpx.Fail(c, fault.New(fault.NotFound, "not_found", "There is nothing at this address"))
	}
}
