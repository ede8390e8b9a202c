package supervise_test

import (
	"net"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/supervise"
)

// Addresses are given once each, and never those that were chosen elsewhere.
func TestFreeAddresses(t *testing.T) {
	reserved := map[string]bool{}
	for port := 20000; port <= 29999; port++ {
		if port%2 == 0 {
			reserved[net.JoinHostPort("127.0.0.1", strconv.Itoa(port))] = true
		}
	}
	supervise.Reserve("no address", "127.0.0.1:port")
	for address := range reserved {
		supervise.Reserve(address)
	}
	seen := map[string]bool{}
	for range 50 {
		address, err := supervise.FreeAddress()
		require.NoError(t, err)
		require.False(t, reserved[address], address)
		require.False(t, seen[address], address)
		seen[address] = true
	}
}
