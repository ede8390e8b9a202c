package chaos

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"

	"github.com/promostack/promostack/internal/host/supervise"
)

// Proxy passes TCP connections on to a server that listens elsewhere, until it is cut.
type Proxy struct {
	Address string // where clients connect

	target string
	all    sync.WaitGroup

	mu       sync.Mutex
	listener net.Listener // nil while it is cut
	open     map[net.Conn]bool
}

// NewProxy returns a proxy that listens on a free address. The target need not be there yet.
func NewProxy(target string) (*Proxy, error) {
	address, err := supervise.FreeAddress()
	if err != nil {
		return nil, err
	}
	p := &Proxy{Address: address, target: target, open: map[net.Conn]bool{}}
	return p, p.Heal()
}

// Heal lets connections pass again.
func (p *Proxy) Heal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener != nil {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", p.Address)
	if err != nil {
		return err
	}
	p.listener = listener
	p.all.Go(func() { p.accept(listener) })
	return nil
}

// Cut resets all connections and refuses new ones, as a network does that is gone.
func (p *Proxy) Cut() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	var err error
	if p.listener != nil {
		err = p.listener.Close()
		p.listener = nil
	}
	for conn := range p.open {
		reset(conn)
	}
	return err
}

// Close cuts for good and returns when nothing of the proxy runs any more.
func (p *Proxy) Close() error {
	err := p.Cut()
	p.all.Wait()
	return err
}

func (p *Proxy) accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		p.all.Go(func() { p.pass(conn) })
	}
}

// keep notes an open connection, so that Cut finds it; false when the proxy was cut meanwhile.
func (p *Proxy) keep(conn net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener == nil {
		return false
	}
	p.open[conn] = true
	return true
}

func (p *Proxy) forget(conn net.Conn) {
	p.mu.Lock()
	delete(p.open, conn)
	p.mu.Unlock()
	_ = conn.Close()
}

// pass copies both ways until both ends are done.
func (p *Proxy) pass(client net.Conn) {
	defer p.forget(client)
	server, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", p.target)
	if err != nil {
		reset(client) // a dead server's port refuses; the client sees at least that it is gone
		return
	}
	defer p.forget(server)
	if !p.keep(client) || !p.keep(server) {
		reset(client)
		return
	}
	var both sync.WaitGroup
	both.Go(func() { copyHalf(server, client) })
	both.Go(func() { copyHalf(client, server) })
	both.Wait()
}

// copyHalf copies one direction. The end of it is passed on; so is a connection that broke, since
// a server that was killed must not look like one that said all it had to say.
func copyHalf(to, from net.Conn) {
	_, err := io.Copy(to, from)
	if err != nil && !errors.Is(err, net.ErrClosed) {
		reset(to)
		reset(from)
		return
	}
	if half, ok := to.(*net.TCPConn); ok {
		_ = half.CloseWrite()
	}
}

// reset ends a connection with RST instead of FIN.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
