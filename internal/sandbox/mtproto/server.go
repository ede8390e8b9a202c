// Package mtproto simulates the Telegram that user accounts speak with: the key exchange, the
// encrypted transport and the calls that a client of private messages needs, on two data centres.
// Phone numbers are +1555 and seven digits, the code is 12345, those that end in 2 ask for the
// password "sandbox", and those that begin with +15554 live in the second data centre. Keys, sign-ins
// and messages are kept in a folder, so that a restart signs nobody out. Its controls are beside those
// of the other simulated services.
package mtproto

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/clock"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/proto/codec"
	"github.com/gotd/td/transport"
)

const (
	readLimit     = 2 * time.Minute // clients ping every minute
	writeLimit    = 10 * time.Second
	exchangeLimit = time.Minute // a client on a busy machine takes its time to factorize
)

// Options are what the simulator may be told.
type Options struct {
	Folder string           // where keys and accounts are kept
	QRLife time.Duration    // of a QR code; 0 is 30 s
	Clock  func() time.Time // nil is time.Now
	Logger *slog.Logger     // nil discards
}

// Simulator is the simulated Telegram. It is safe for concurrent use.
type Simulator struct {
	o      Options
	key    exchange.PrivateKey
	cipher crypto.Cipher
	ids    *proto.MessageIDGen

	mu       sync.Mutex
	ports    map[int]int // of the data centres
	state    state
	conns    map[*conn]bool
	sessions map[sessionID]*session
	faults   []Fault
	logins   map[string]*loginToken // QR codes by their tokens
	exports  map[string]export      // of authorizations, by their secrets
	codes    map[string]*sentCode   // by phone code hash
	srps     map[int64]*srpSession
	calls    map[string]int // answered calls by method
	uploads  map[uploadKey]*upload
}

// conn is one connection of a client with a data centre.
type conn struct {
	transport.Conn
	dc      int
	host    net.IP // of the data centres, as the client reached it
	key     crypto.AuthKey
	session *session // nil before the first encrypted message
	layer   layer    // of the call that is being answered
}

// New reads what the folder holds, or begins a new Telegram there.
func New(o Options) (*Simulator, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.QRLife == 0 {
		o.QRLife = 30 * time.Second
	}
	s := &Simulator{o: o, cipher: crypto.NewServerCipher(crypto.DefaultRand()), ids: proto.NewMessageIDGen(o.Clock),
		conns: map[*conn]bool{}, sessions: map[sessionID]*session{}, logins: map[string]*loginToken{},
		exports: map[string]export{}, codes: map[string]*sentCode{}, srps: map[int64]*srpSession{}, calls: map[string]int{}}
	var err error
	if s.key.RSA, err = loadKey(o.Folder); err != nil {
		return nil, err
	}
	s.state, err = loadState(o.Folder)
	return s, err
}

// Serve answers clients until ctx ends: those of the first data centre on the listener, those of the
// second on another port of the same interface.
func (s *Simulator) Serve(ctx context.Context, listener net.Listener) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	second, err := s.listenBeside(ctx, listener.Addr())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	s.mu.Lock()
	s.ports = map[int]int{DC: port(listener), SecondDC: port(second)}
	s.mu.Unlock()
	ended := make(chan error, 2)
	go func() { ended <- s.serve(ctx, DC, listener) }()
	go func() { ended <- s.serve(ctx, SecondDC, second) }()
	err = <-ended
	cancel()
	return errors.Join(err, <-ended)
}

func port(l net.Listener) int {
	if a, ok := l.Addr().(*net.TCPAddr); ok {
		return a.Port
	}
	return 0
}

// serve answers the clients of one data centre.
func (s *Simulator) serve(ctx context.Context, dc int, listener net.Listener) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	defer context.AfterFunc(ctx, func() { _ = listener.Close() })()
	for {
		raw, err := listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		wait.Go(func() {
			defer context.AfterFunc(ctx, func() { _ = raw.Close() })()
			c, err := accept(raw)
			if err != nil {
				_ = raw.Close()
				return
			}
			client := &conn{Conn: c, dc: dc}
			if a, ok := raw.LocalAddr().(*net.TCPAddr); ok {
				client.host = a.IP
			}
			if err := s.talk(ctx, client); err != nil {
				s.o.Logger.Debug("client of the simulated Telegram left", "error", err)
			}
		})
	}
}

// hangUp closes the connections that which chooses.
func (s *Simulator) hangUp(which func(*conn) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if which(c) {
			delete(s.conns, c)
			s.silence(c)
			_ = c.Close()
		}
	}
}

// talk reads one client's messages until it leaves.
func (s *Simulator) talk(ctx context.Context, c *conn) error {
	s.mu.Lock()
	s.conns[c] = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		delete(s.conns, c)
		s.silence(c)
		s.mu.Unlock()
		_ = c.Close()
	}()
	for ctx.Err() == nil {
		b := &bin.Buffer{}
		limited, cancel := context.WithTimeout(ctx, readLimit)
		err := c.Recv(limited, b)
		cancel()
		if err != nil {
			return err
		}
		var id [8]byte
		if err := b.PeekN(id[:], len(id)); err != nil {
			return err
		}
		if id == ([8]byte{}) {
			if err := s.exchange(ctx, c, b); err != nil {
				return err
			}
			continue
		}
		key, ok := s.authKey(c.dc, id)
		if !ok {
			if err := c.refuse(ctx, codec.CodeAuthKeyNotFound); err != nil {
				return err
			}
			continue
		}
		if err := s.message(ctx, c, key, b); err != nil {
			return err
		}
	}
	return nil
}

// exchange agrees on a new key; first is what was read of it already.
func (s *Simulator) exchange(ctx context.Context, c *conn, first *bin.Buffer) error {
	result, err := exchange.NewExchanger(&replay{Conn: c.Conn, first: first}, c.dc).WithClock(clockOf{clock.System, s.o.Clock}).
		WithTimeout(exchangeLimit).Server(s.key).Run(ctx)
	if failed, ok := errors.AsType[*exchange.ServerExchangeError](err); ok {
		return errors.Join(err, c.refuse(ctx, failed.Code))
	}
	if err != nil {
		return err
	}
	return s.addKey(c.dc, result.Key)
}

// clockOf is the library's clock with the simulator's time, which clients set theirs by.
type clockOf struct {
	clock.Clock
	now func() time.Time
}

func (c clockOf) Now() time.Time { return c.now() }

// replay gives back a message that was read before.
type replay struct {
	transport.Conn
	first *bin.Buffer
}

func (r *replay) Recv(ctx context.Context, b *bin.Buffer) error {
	if r.first == nil {
		return r.Conn.Recv(ctx, b)
	}
	b.ResetTo(r.first.Copy())
	r.first = nil
	return nil
}

func (c *conn) refuse(ctx context.Context, code int32) error {
	b := &bin.Buffer{}
	b.PutInt32(-code)
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	return c.Send(ctx, b)
}
