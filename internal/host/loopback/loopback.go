// Package loopback is the door of what only this machine may reach: simulated services and their
// controls, which know no sign-in.
package loopback

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/host/config"
)

// Allows reports whether a request comes from this machine, by a name of this machine, and from no
// foreign web page. The name counts because a page can point a name of its own here; a request
// that a proxy passed on may come from anywhere, whatever address it has now.
func Allows(r *http.Request) bool {
	remote, _, err := net.SplitHostPort(r.RemoteAddr)
	ip := net.ParseIP(remote)
	if err != nil || ip == nil || !ip.IsLoopback() || !name(r.Host) {
		return false
	}
	for header := range r.Header { // an empty one was written by a proxy too
		if strings.HasPrefix(header, "X-Forwarded-") || slices.Contains([]string{"Forwarded", "X-Real-Ip", "Via"}, header) {
			return false
		}
	}
	if slices.Contains(r.Header.Values("Sec-Fetch-Site"), "cross-site") {
		return false
	}
	for _, value := range r.Header.Values("Origin") {
		if u, err := url.Parse(value); err != nil || !name(u.Host) {
			return false
		}
	}
	return true
}

// Only hides a handler from everybody else.
func Only(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !Allows(r) {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// name reports whether a Host header or an origin's host names this machine.
func name(host string) bool {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		host = bare
	}
	return config.LoopbackName(strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), ".")))
}
