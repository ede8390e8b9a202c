package access

import (
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// Callers knows which proxies stand before the program.
type Callers struct {
	Trusted []netip.Prefix // proxies whose X-Forwarded-For is believed
}

// Address is the address that called; behind a trusted proxy, the last one that no trusted proxy
// wrote itself. Of an IPv6 address it is the network: whoever has one has all of them.
func (a Callers) Address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	forwarded := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
	for i := len(forwarded) - 1; i >= 0 && a.trusted(ip); i-- {
		next, err := netip.ParseAddr(strings.TrimSpace(forwarded[i]))
		if err != nil {
			break
		}
		ip = next
	}
	ip = ip.Unmap()
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}

func (a Callers) trusted(ip netip.Addr) bool {
	for _, p := range a.Trusted {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}
