package access

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
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
	// Each proxy adds whom it heard at the end, to the last line or as a line of its own.
	forwarded := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, text := range slices.Backward(forwarded) {
		if !a.trusted(ip) {
			break
		}
		if text = strings.TrimSpace(text); text == "" { //nolint:forbidigo // a header of a proxy
			continue
		}
		if ip, err = parseAddr(text); err != nil {
			return unknownAddress // never the proxy's own, which may be trusted with more
		}
	}
	ip = ip.Unmap()
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			return network.String()
		}
	}
	return ip.String()
}

// unknownAddress is shared by all whose address a trusted proxy did not tell in a form that can be read.
const unknownAddress = "unknown"

// parseAddr reads an address as proxies write it: alone, or with a port.
func parseAddr(text string) (netip.Addr, error) {
	ip, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(text)
		ip = with.Addr()
	}
	return ip, err
}

func (a Callers) trusted(ip netip.Addr) bool {
	for _, p := range a.Trusted {
		if p.Contains(ip.Unmap()) {
			return true
		}
	}
	return false
}
