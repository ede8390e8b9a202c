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
		if lease(address) && binds(port) {
			return address, nil
		}
	}
	return "", fmt.Errorf("no free port from %d to %d on 127.0.0.1", firstPort, lastPort)
}

// binds tells whether a server could listen on a port of 127.0.0.1. It takes the port without
// listening: a child that is being started holds copies of this process's sockets until it has
// become its program, and a copy that listens would keep the port from whoever listens next.
func binds(port int) bool {
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return false
	}
	defer func() { _ = syscall.Close(socket) }()
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return false
	}
	return syscall.Bind(socket, &syscall.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}}) == nil
}
