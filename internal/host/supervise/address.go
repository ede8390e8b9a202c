package supervise

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
)

// The ports of FreeAddress lie below those that the system gives to outgoing connections (from
// 32768 on Linux), so that such a connection does not take one between its choice and its use, or
// while a child is being started again.
const (
	firstPort = 20000
	lastPort  = 29999
)

var given struct {
	sync.Mutex
	ports map[int]bool
}

// Reserve keeps the ports of addresses that were chosen elsewhere and are not listened on yet:
// FreeAddress does not give them. What is not an address is ignored.
func Reserve(addresses ...string) {
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = map[int]bool{}
	}
	for _, address := range addresses {
		_, port, err := net.SplitHostPort(address)
		if n, atoiErr := strconv.Atoi(port); err == nil && atoiErr == nil {
			given.ports[n] = true
		}
	}
}

// FreeAddress returns a loopback address that nothing listens on. It gives each only once in the
// life of the process.
func FreeAddress() (string, error) {
	given.Lock()
	defer given.Unlock()
	if given.ports == nil {
		given.ports = map[int]bool{}
	}
	for range 1000 {
		port := firstPort + rand.IntN(lastPort-firstPort+1)
		if given.ports[port] {
			continue
		}
		address := net.JoinHostPort("127.0.0.1", strconv.Itoa(port))
		l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", address)
		if err != nil {
			continue
		}
		given.ports[port] = true
		return address, l.Close()
	}
	return "", fmt.Errorf("no free port from %d to %d on 127.0.0.1", firstPort, lastPort)
}
