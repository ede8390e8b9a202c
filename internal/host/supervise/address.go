package supervise

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"syscall"
)

// The ports of FreeAddress lie below those that the system gives to outgoing connections (from
// 32768 on Linux), so that such a connection does not take one between its choice and its use, or
// while a child is being started again.
const (
	firstPort = 20000
	lastPort  = 29999
)

// leases are the UDP sockets that keep the TCP ports of the same numbers: the system lets one
// process at a time have each, and gives it back when the process ends, however it ends.
var leases struct {
	sync.Mutex
	held []net.PacketConn
}

// lease keeps the port of an address for this process; false when it is kept already, here or in
// another process.
func lease(address string) bool {
	conn, err := (&net.ListenConfig{}).ListenPacket(context.Background(), "udp", address)
	if err != nil {
		return false
	}
	leases.Lock()
	defer leases.Unlock()
	leases.held = append(leases.held, conn)
	return true
}

// Reserve keeps the ports of addresses that were chosen elsewhere and are not listened on yet:
// FreeAddress does not give them. What is not an address is ignored.
func Reserve(addresses ...string) {
	for _, address := range addresses {
		lease(address)
	}
}

// FreeAddress returns a loopback address that nothing listens on. It is given only once in the life
// of the process, and to no other process in that time.
func FreeAddress() (string, error) {
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		if !lease(address) {
			continue
		}
		if err := listens(address); err == nil {
			return address, nil
		}
	}
	return "", fmt.Errorf("no free port from %d to %d on 127.0.0.1", firstPort, lastPort)
}

// listens tries to listen on an address. No child is started meanwhile: until it has become its
// program it would hold the listener open, and whoever listens next would be refused.
func listens(address string) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
	if err != nil {
		return err
	}
	return l.Close()
}
