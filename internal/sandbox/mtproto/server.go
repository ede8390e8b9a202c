// Package mtproto simulates the Telegram that user accounts speak with: the key exchange, the
// encrypted transport and the calls that a client of private messages needs, on one data centre.
// Phone numbers are +1555 and seven digits, the code is 12345, and those that end in 2 ask for the
// password "sandbox". Keys, sign-ins and messages are kept in a folder, so that a restart signs
// nobody out. Its controls are beside those of the other simulated services.
package mtproto

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/gotd/td/bin"
	"github.com/gotd/td/crypto"
	"github.com/gotd/td/exchange"
	"github.com/gotd/td/mt"
	"github.com/gotd/td/proto"
	"github.com/gotd/td/proto/codec"
	"github.com/gotd/td/tg"
	"github.com/gotd/td/tgerr"
	"github.com/gotd/td/transport"
)

// DC is the number of the one data centre.
const DC = 2

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

	mu      sync.Mutex
	address *net.TCPAddr
	state   state
	conns   map[*conn]bool
	faults  []Fault
	logins  map[string]*loginToken // QR codes by their tokens
	codes   map[string]*sentCode   // by phone code hash
	srps    map[int64]*srpSession
	calls   map[string]int // answered calls by method
	uploads map[uploadKey]*upload
}

// conn is one connection of a client.
type conn struct {
	transport.Conn
	key     crypto.AuthKey
	session int64
	greeted bool
	heard   map[int64]bool // ids of calls that were answered, or are being
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
	s := &Simulator{o: o, cipher: crypto.NewServerCipher(crypto.DefaultRand()), ids: proto.NewMessageIDGen(time.Now),
		conns: map[*conn]bool{}, logins: map[string]*loginToken{}, codes: map[string]*sentCode{}, srps: map[int64]*srpSession{},
		calls: map[string]int{}}
	var err error
	if s.key.RSA, err = loadKey(o.Folder); err != nil {
		return nil, err
	}
	s.state, err = loadState(o.Folder)
	return s, err
}

// Serve answers clients on the listener until ctx ends.
func (s *Simulator) Serve(ctx context.Context, listener net.Listener) error {
	var wait sync.WaitGroup
	defer wait.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s.mu.Lock()
	s.address, _ = listener.Addr().(*net.TCPAddr)
	s.mu.Unlock()
	stop := context.AfterFunc(ctx, func() { _ = listener.Close(); s.hangUp(func(*conn) bool { return true }) })
	defer stop()
	for {
		raw, err := listener.Accept()
		if err != nil {
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
		wait.Go(func() {
			c, err := transport.Listen(&single{conn: raw}).Accept()
			if err != nil {
				_ = raw.Close()
				return
			}
			if err := s.talk(ctx, &conn{Conn: c}); err != nil {
				s.o.Logger.Debug("client of the simulated Telegram left", "error", err)
			}
		})
	}
}

// single is a listener of one connection, so that finding out its codec holds up no other.
type single struct{ conn net.Conn }

func (l *single) Accept() (net.Conn, error) { return l.conn, nil }
func (l *single) Close() error              { return nil }
func (l *single) Addr() net.Addr            { return l.conn.LocalAddr() }

// hangUp closes the connections that which chooses.
func (s *Simulator) hangUp(which func(*conn) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for c := range s.conns {
		if which(c) {
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
		key, ok := s.authKey(id)
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
	result, err := exchange.NewExchanger(&replay{Conn: c.Conn, first: first}, DC).WithTimeout(exchangeLimit).Server(s.key).Run(ctx)
	if failed, ok := errors.AsType[*exchange.ServerExchangeError](err); ok {
		return errors.Join(err, c.refuse(ctx, failed.Code))
	}
	if err != nil {
		return err
	}
	return s.addKey(result.Key)
}

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

// message decrypts and answers what a client sent.
func (s *Simulator) message(ctx context.Context, c *conn, key crypto.AuthKey, b *bin.Buffer) error {
	m := &crypto.EncryptedMessage{}
	if err := m.DecodeWithoutCopy(b); err != nil {
		return err
	}
	data, err := s.cipher.Decrypt(key, m)
	if err != nil {
		return err
	}
	s.mu.Lock()
	greeted := c.greeted && c.session == data.SessionID
	c.key, c.session, c.greeted = key, data.SessionID, true
	s.mu.Unlock()
	if !greeted {
		if err := s.send(ctx, c, proto.MessageFromServer, &mt.NewSessionCreated{FirstMsgID: data.MessageID, ServerSalt: 1}); err != nil {
			return err
		}
	}
	return s.unpack(ctx, c, data.MessageID, &bin.Buffer{Buf: data.Data()})
}

func (s *Simulator) unpack(ctx context.Context, c *conn, id int64, b *bin.Buffer) error {
	kind, err := b.PeekID()
	if err != nil {
		return err
	}
	switch kind {
	case mt.PingRequestTypeID:
		var ping mt.PingRequest
		return errors.Join(ping.Decode(b), s.send(ctx, c, proto.MessageServerResponse, &mt.Pong{MsgID: id, PingID: ping.PingID}))
	case mt.PingDelayDisconnectRequestTypeID:
		var ping mt.PingDelayDisconnectRequest
		if err := ping.Decode(b); err != nil {
			return err
		}
		return s.send(ctx, c, proto.MessageServerResponse, &mt.Pong{MsgID: id, PingID: ping.PingID})
	case mt.GetFutureSaltsRequestTypeID:
		return s.send(ctx, c, proto.MessageServerResponse, &mt.FutureSalts{ReqMsgID: id, Now: int(time.Now().Unix()),
			Salts: []mt.FutureSalt{{ValidSince: 1, ValidUntil: 1<<31 - 1, Salt: 1}}})
	case mt.MsgsAckTypeID, mt.MsgsStateReqTypeID, mt.HTTPWaitRequestTypeID:
		return nil
	case mt.RPCDropAnswerRequestTypeID:
		return s.answer(ctx, c, id, &mt.RPCAnswerDroppedRunning{})
	case proto.GZIPTypeID:
		var zipped proto.GZIP
		if err := zipped.Decode(b); err != nil {
			return err
		}
		return s.unpack(ctx, c, id, &bin.Buffer{Buf: zipped.Data})
	case proto.MessageContainerTypeID:
		var all proto.MessageContainer
		if err := all.Decode(b); err != nil {
			return err
		}
		for _, one := range all.Messages {
			if err := s.unpack(ctx, c, one.ID, &bin.Buffer{Buf: one.Body}); err != nil {
				return err
			}
		}
		return nil
	}
	return s.call(ctx, c, id, b)
}

// inner takes off what only says how a call is made.
type inner struct{ kind uint32 }

func (i *inner) Decode(b *bin.Buffer) (err error) { i.kind, err = b.PeekID(); return err }
func (i *inner) Encode(*bin.Buffer) error         { return errors.New("never encoded") }

// heardCalls is how many calls of a connection are remembered; far fewer are ever on their way.
const heardCalls = 1000

// call answers one call, once.
func (s *Simulator) call(ctx context.Context, c *conn, id int64, b *bin.Buffer) error {
	if c.heard[id] { // a client that waits for a slow answer says it again; the answer is on its way
		return nil
	}
	if c.heard == nil || len(c.heard) == heardCalls {
		c.heard = map[int64]bool{}
	}
	c.heard[id] = true
	in := &inner{}
	if err := in.Decode(b); err != nil {
		return err
	}
	for {
		var wrapper bin.Decoder
		switch in.kind {
		case tg.InvokeWithLayerRequestTypeID:
			wrapper = &tg.InvokeWithLayerRequest{Query: in}
		case tg.InitConnectionRequestTypeID:
			wrapper = &tg.InitConnectionRequest{Query: in}
		case tg.InvokeWithoutUpdatesRequestTypeID:
			wrapper = &tg.InvokeWithoutUpdatesRequest{Query: in}
		}
		if wrapper == nil {
			break
		}
		if err := wrapper.Decode(b); err != nil {
			return err
		}
	}
	result, after, err := s.handle(c, in.kind, b)
	if failed, ok := errors.AsType[*tgerr.Error](err); ok {
		return s.answer(ctx, c, id, &mt.RPCError{ErrorCode: failed.Code, ErrorMessage: failed.Message})
	}
	if err != nil {
		return err
	}
	if err := s.answer(ctx, c, id, result); err != nil {
		return err
	}
	if after != nil {
		after(ctx)
	}
	return nil
}

func (s *Simulator) answer(ctx context.Context, c *conn, id int64, result bin.Encoder) error {
	b := &bin.Buffer{}
	if err := result.Encode(b); err != nil {
		return err
	}
	return s.send(ctx, c, proto.MessageServerResponse, &proto.Result{RequestMessageID: id, Result: b.Raw()})
}

func (s *Simulator) send(ctx context.Context, c *conn, kind proto.MessageType, message bin.Encoder) error {
	b := &bin.Buffer{}
	if err := message.Encode(b); err != nil {
		return err
	}
	s.mu.Lock()
	data := crypto.EncryptedMessageData{SessionID: c.session, MessageDataLen: int32(b.Len()), MessageDataWithPadding: b.Copy(), MessageID: s.ids.New(kind)}
	key := c.key
	s.mu.Unlock()
	if err := s.cipher.Encrypt(key, data, b); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, writeLimit)
	defer cancel()
	return c.Send(ctx, b)
}

// push sends an update over every connection of a key that which chooses.
func (s *Simulator) push(ctx context.Context, which func(key string) bool, update tg.UpdatesClass) {
	s.mu.Lock()
	var to []*conn
	for c := range s.conns {
		if c.greeted && which(keyName(c.key.ID)) {
			to = append(to, c)
		}
	}
	s.mu.Unlock()
	for _, c := range to {
		if err := s.send(ctx, c, proto.MessageFromServer, update); err != nil {
			s.o.Logger.Debug("update not sent", "error", err)
		}
	}
}
