package access_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
)

// T3, R8: an address counts as the last proxy that is trusted heard it, however the header's lines are divided.
func TestAddress(t *testing.T) {
	callers := access.Callers{Trusted: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.0/8")}}
	for _, c := range []struct {
		name, remote string
		lines        []string
		want         string
	}{
		{"nobody between", "192.0.2.1:1", nil, "192.0.2.1"},
		{"a header of somebody who is not trusted", "192.0.2.1:1", []string{"198.51.100.1"}, "192.0.2.1"},
		{"a proxy", "10.0.0.1:1", []string{"192.0.2.1"}, "192.0.2.1"},
		{"what the caller wrote itself does not count", "10.0.0.1:1", []string{"198.51.100.1, 192.0.2.1"}, "192.0.2.1"},
		{"two proxies", "10.0.0.1:1", []string{"198.51.100.1, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"several lines", "10.0.0.1:1", []string{"198.51.100.1", "192.0.2.1"}, "192.0.2.1"},
		{"several lines, the first one empty", "10.0.0.1:1", []string{"", "192.0.2.1"}, "192.0.2.1"},
		{"several lines, the first one trusted", "10.0.0.1:1", []string{"127.0.0.1", "192.0.2.1", "10.0.0.2"}, "192.0.2.1"},
		{"empty entries between", "10.0.0.1:1", []string{"192.0.2.1,, ", " ,"}, "192.0.2.1"},
		{"an address with a port", "10.0.0.1:1", []string{"192.0.2.1:5000"}, "192.0.2.1"},
		{"IPv6 is its network", "10.0.0.1:1", []string{"2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"},
		{"IPv6 in brackets, with a port", "10.0.0.1:1", []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::/64"},
		{"IPv4 within IPv6", "10.0.0.1:1", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"what can't be read is never the proxy", "127.0.0.1:1", []string{"somebody"}, "unknown"},
		{"nor what stands before it", "127.0.0.1:1", []string{"192.0.2.1, somebody"}, "unknown"},
		{"a proxy's own request", "10.0.0.1:1", nil, "10.0.0.1"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		for _, line := range c.lines {
			r.Header.Add("X-Forwarded-For", line)
		}
		require.Equal(t, c.want, callers.Address(r), c.name)
	}
}
