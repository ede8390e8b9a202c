package access

import (
	"net"
	"net/netip"
	"strings"
)

// Host says which of the dashboard's two host names a route belongs to (T1).
type Host int

// The hosts. A route of AnyHost answers wherever the program is reached.
const (
	AnyHost   Host = iota
	BothHosts      // admin and dash, but no other name
	AdminHost
	DashHost
)

// Hosts knows the two names.
type Hosts struct {
	Admin, Dash string
	// Loopback lets localhost and loopback addresses serve both, as `promostack up` does.
	Loopback bool
}

// Serves reports whether a request to that Host header may reach a route of that host.
func (h Hosts) Serves(header string, want Host) bool {
	if want == AnyHost {
		return true
	}
	name := strings.ToLower(header) //nolint:forbidigo // a header
	if host, _, err := net.SplitHostPort(name); err == nil {
		name = host
	}
	name = strings.TrimSuffix(strings.Trim(name, "[]"), ".")
	if h.Loopback && isLoopback(name) {
		return true
	}
	switch want {
	case AdminHost:
		return name == h.Admin
	case DashHost:
		return name == h.Dash
	default:
		return name == h.Admin || name == h.Dash
	}
}

func isLoopback(name string) bool {
	if name == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}
