package supervise

import (
	"net"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// Addresses are given once each, and never those that were chosen elsewhere.
func TestFreeAddresses(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		address, err := FreeAddress()
		require.NoError(t, err)
		require.False(t, seen[address], address)
		seen[address] = true
		require.False(t, lease(address), "%s could be given twice", address)
	}
	Reserve("no address", "127.0.0.1:port", "127.0.0.1:19999")
	require.False(t, lease("127.0.0.1:19999"), "what was chosen elsewhere could be given")
}

// What another process keeps is not given, and a port is free as soon as that process has ended.
func TestLeases(t *testing.T) {
	other, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	address := other.LocalAddr().String()
	require.False(t, lease(address))
	require.NoError(t, other.Close())
	require.True(t, lease(address))
}

// A port that a server listens on is not given.
func TestATakenPort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.False(t, binds(port))
	require.NoError(t, l.Close())
	require.True(t, binds(port))
}

// Children that are started while addresses are looked for do not hold them.
func TestFreeAddressesWhileChildrenStart(t *testing.T) {
	done := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		var err error
		for err == nil {
			select {
			case <-done:
				ended <- nil
				return
			default:
				err = exec.Command("true").Run()
			}
		}
		ended <- err
	}()
	for range 1000 {
		address, err := FreeAddress()
		require.NoError(t, err)
		l, err := net.Listen("tcp", address)
		require.NoError(t, err)
		require.NoError(t, l.Close())
	}
	close(done)
	require.NoError(t, <-ended)
}
