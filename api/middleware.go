package api

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/host/tracing"
)

// requestLimit is how long any request may take; the longest are uploads on slow lines.
const requestLimit = 60 * time.Second

// identify gives each request an id, logs it and counts it.
func (s *Server) identify(c *gin.Context) {
	begun := time.Now()
	httpx.SetRequestID(c, rand.Text()[:16])
	ctx, cancel := context.WithTimeout(c.Request.Context(), requestLimit)
	if s.streams[c.Request.Method+" "+c.FullPath()] {
		cancel()
		ctx, cancel = context.WithCancel(c.Request.Context())
	}
	defer cancel()
	c.Request = c.Request.WithContext(ctx)
	defer s.logRequest(c, begun) // of answers that break off too
	if route := c.FullPath(); !quiet(route) {
		ctx, end := tracing.Request(c.Request, route)
		defer func() { end(c.Writer.Status()) }()
		c.Request = c.Request.WithContext(ctx)
	}
	c.Next()
}

// logRequest writes the line of a request that is over, and counts it.
func (s *Server) logRequest(c *gin.Context, begun time.Time) {
	route := c.FullPath()
	if route == "" {
		route = "static"
	}
	took := time.Since(begun)
	s.metrics.Request(knownMethod(c.Request.Method), route, c.Writer.Status(), took)
	level := slog.LevelInfo
	if quiet(c.FullPath()) {
		level = slog.LevelDebug
	}
	attrs := []any{"request_id", httpx.RequestID(c), "method", c.Request.Method, "route", route,
		"status", c.Writer.Status(), "ms", float64(took.Microseconds()) / 1000, "bytes", max(c.Writer.Size(), 0), "address", s.callers.Address(c.Request)}
	if session := access.From(c); session != nil {
		attrs = append(attrs, "tenant", session.TenantID, "person", session.Person.ID)
	}
	if id := tracing.ID(c.Request.Context()); id != "" {
		attrs = append(attrs, "trace", id)
	}
	slog.Log(c.Request.Context(), level, "request", attrs...)
}

// quiet reports whether requests of a route come all the time and mean little: health, metrics and the page's files.
func quiet(route string) bool {
	return route == "" || route == "/healthz" || route == "/readyz" || route == "/metrics"
}

// knownMethod keeps the number of series small: a caller may invent methods without end.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

// recoverPanic turns a defect into a problem and a log line with its stack.
func recoverPanic(c *gin.Context) {
	defer func() {
		if r := recover(); r != nil {
			if err, ok := r.(error); ok && errors.Is(err, http.ErrAbortHandler) {
				panic(r) // net/http's own way to end a connection
			}
			slog.Error("panic", "request_id", httpx.RequestID(c), "route", c.FullPath(), "panic", r, "stack", string(debug.Stack()))
			httpx.Fail(c, fault.New(fault.Internal, "internal", "Something went wrong on our side").
				WithRemedy("Try again; if it persists, look up the request's id in the log"))
		}
	}()
	c.Next()
}

// headers sets what every answer carries. The dashboard's page adds its own stricter policy.
func (s *Server) headers(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	h.Set("Content-Security-Policy", "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'")
	if s.secure {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	c.Next()
}

// guard is what stands before each route's handler: the host, the caller's site, the session and its
// permission.
func (s *Server) guard(r Route) gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := httpx.CheckText(c.Request); err != nil {
			httpx.Fail(c, err)
			return
		}
		if !s.hosts.Serves(c.Request.Host, r.Host) {
			httpx.Fail(c, wrongHost(c.Request.URL.Path))
			return
		}
		if r.Flags&foreign == 0 {
			if err := s.crossOrigin.Check(c.Request); err != nil {
				httpx.Fail(c, fault.New(fault.Forbidden, "cross_site", "This request came from another site").WithCause(err))
				return
			}
		}
		session, err := s.sessions.Read(c.Request)
		if err == nil {
			access.Set(c, session)
			c.Request = c.Request.WithContext(tenant.With(c.Request.Context(), session.TenantID))
		} else if fault.Is(err, fault.Unavailable) && isCall(c.Request.URL.Path) {
			httpx.Fail(c, err) // whether somebody is signed in can't be told
			return
		}
		if err := s.limiter.Take(c, r.Limit, s.who(c, r)); err != nil {
			httpx.Fail(c, err)
			return
		}
		if err == nil && r.Auth == access.SignedIn {
			err = session.Require(r.Permission)
		}
		if err == nil && inTenant(r) {
			err = s.inItsTenant(c, session)
		}
		if err != nil && r.Auth == access.SignedIn {
			httpx.Fail(c, err)
			return
		}
		if err == nil {
			if err := s.sessions.Prolong(c, session); err != nil {
				httpx.Fail(c, err)
				return
			}
		}
		c.Next()
	}
}

// tenantHeader is how a page says whose it is: the cookie of a browser may have been switched to another tenant since the page
// was loaded, and what it sends must not land there.
const tenantHeader = "X-Tenant"

// inItsTenant refuses what is for another tenant than the session's, or for one that was removed.
func (s *Server) inItsTenant(c *gin.Context, session *access.Session) error {
	if of := c.GetHeader(tenantHeader); of != "" && of != session.TenantID {
		return fault.New(fault.Conflict, "tenant_switched", "This page is of another brand than the one that you work in now").WithRemedy("Reload the page")
	}
	return s.owners.Working(c.Request.Context(), session.TenantID)
}

// who is for whom a request counts: its session, or on public routes and without one its address.
func (s *Server) who(c *gin.Context, r Route) string {
	session := access.From(c)
	if session == nil || r.Auth == access.Public {
		return s.callers.Address(c.Request)
	}
	return session.ID
}

// wrongHost is what a route answers on a host that is not its own: 403 for API calls, 404 for pages.
func wrongHost(path string) error {
	if isCall(path) {
		return fault.New(fault.Forbidden, "wrong_host", "This address is not served under this host name")
	}
	return fault.New(fault.NotFound, "not_found", "There is nothing at this address")
}

// isCall reports whether a program asks, not somebody who opens a page.
func isCall(path string) bool {
	return strings.HasPrefix(path, "/api/") || strings.HasPrefix(path, "/codec/")
}
