// Package mtproto is the adapter for user accounts: Telegram's own protocol, through gotd. It hides
// the library: nothing of its types comes out. One Client is one connection of one account, and an
// account has one at a time (two with one key from two addresses kill the key).
package mtproto

import (
	"cmp"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"sync"
	"time"

	"github.com/gotd/contrib/middleware/floodwait"
	"github.com/gotd/contrib/middleware/ratelimit"
	"github.com/gotd/td/session"
	"github.com/gotd/td/telegram"
	"github.com/gotd/td/telegram/auth/qrlogin"
	"github.com/gotd/td/telegram/dcs"
	"github.com/gotd/td/telegram/updates"
	"github.com/gotd/td/tg"
	"golang.org/x/time/rate"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
)

const (
	callLimit = 15 * time.Second
	// A new key and the proof of a password cost seconds of processor time (the server's prime is
	// checked), many times that beside other work.
	exchangeLimit = 45 * time.Second
	connectLimit  = time.Minute
	// floodPatience is how long a pause that Telegram asks for is waited out here; a longer one is the
	// caller's, who has a durable timer.
	floodPatience = 3 * time.Second
	closeLimit    = 3 * time.Second
	firstDC       = 2 // to which a new client connects
)

// State is a position in an account's updates.
type State struct{ Pts, Qts, Date, Seq int }

// PeerKind is what an access hash is for.
type PeerKind string

// The kinds of peers.
const (
	PeerUser    PeerKind = "user"
	PeerChannel PeerKind = "channel"
)

// Keeper keeps what an account must not lose. A write that fails ends the client.
type Keeper interface {
	Session(ctx context.Context) ([]byte, error) // empty without one
	SaveSession(ctx context.Context, data []byte) error
	State(ctx context.Context) (state State, ok bool, err error)
	SaveState(ctx context.Context, state State) error
	Channels(ctx context.Context) (map[int64]int, error)
	SaveChannel(ctx context.Context, id int64, pts int) error
	Peer(ctx context.Context, kind PeerKind, id int64) (hash int64, ok bool, err error)
	SavePeer(ctx context.Context, kind PeerKind, id, hash int64) error
}

// Person is who wrote.
type Person struct {
	ID        int64
	FirstName string
	LastName  string
	Username  string
	Language  string
	Bot       bool
}

// Message is a private message that was received. Text is empty for a message of another kind.
type Message struct {
	ID   int
	From Person
	Text string // or a caption
	// Phone is the number of a shared contact.
	Phone string
	// Album names the message that several parts are of; empty for none.
	Album string
	Date  time.Time
}

// Options are what a client needs.
type Options struct {
	AppID     int
	AppHash   secrets.Text
	Address   string         // of a test server, host:port; empty is Telegram itself
	PublicKey *rsa.PublicKey // of the test server
	Keeper    Keeper
	SignedIn  bool // the kept session is one that Telegram accepted
	// Guard is asked before each call, each connection and each write to the network; an error ends
	// the client without another byte. It must be quick.
	Guard func() error
	// Handle receives a message. An error ends the client, so that the message comes again later.
	Handle func(ctx context.Context, m Message) error
	// Seen is called when Telegram was heard from.
	Seen    func()
	Version string // of this program
}

// Client is a live connection of an account. It reconnects until it is closed, stopped
// by its guard, or refused by Telegram for good.
type Client struct {
	o       Options
	client  *telegram.Client
	manager *updates.Manager
	login   qrlogin.LoggedIn
	keep    *keep

	ctx     context.Context // the life of the connection, which outlives the call that opened it
	cancel  context.CancelFunc
	done    chan struct{}
	once    sync.Once
	listens chan struct{} // closed when messages are being received

	mu       sync.Mutex
	err      error
	signedIn bool
}

// ReadPublicKey reads the key of a test server from a PEM file.
func ReadPublicKey(path string) (*rsa.PublicKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "telegram_key_file", "The public key of the Telegram server can't be read").
			WithRemedy("Check TELEGRAM_MTPROTO_KEY").WithCause(err)
	}
	if block, _ := pem.Decode(text); block != nil {
		if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
			return key, nil
		}
	}
	return nil, fault.New(fault.Invalid, "telegram_key_file", "TELEGRAM_MTPROTO_KEY names a file that holds no RSA public key in PEM form")
}

// Open connects. The client lives until Close, whatever becomes of ctx. A session that Telegram
// does not know any more is a fault with the code "account_session_broken".
func Open(ctx context.Context, o Options) (*Client, error) {
	c := &Client{o: o, done: make(chan struct{}), listens: make(chan struct{}), signedIn: o.SignedIn}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.keep = &keep{c: c, users: map[int64]bool{}, stored: map[int]chan struct{}{}}
	dispatcher := tg.NewUpdateDispatcher()
	c.login = qrlogin.OnLoginToken(&dispatcher)
	dispatcher.OnNewMessage(c.onMessage)
	c.manager = updates.New(updates.Config{
		Handler: c.watched(dispatcher), Storage: c.keep, AccessHasher: c.keep, UserAccessHasher: c.keep,
		MaxChannelDifferenceConcurrency: 2,
	})
	options := telegram.Options{
		DC: firstDC, SessionStorage: c.keep, UpdateHandler: c.manager, DialTimeout: callLimit, ExchangeTimeout: exchangeLimit,
		Resolver: dcs.Plain(dcs.PlainOptions{Dial: c.dial}),
		Device:   telegram.DeviceConfig{DeviceModel: "PromoStack", SystemVersion: "server", AppVersion: o.Version},
		// From the outside in: what waits, what slows down, what asks the guard.
		Middlewares: []telegram.Middleware{
			floodwait.NewSimpleWaiter().WithMaxRetries(2).WithMaxWait(floodPatience),
			ratelimit.New(rate.Every(100*time.Millisecond), 5),
			telegram.MiddlewareFunc(c.guarded),
		},
		OnSelfSuccess: func(*tg.User) { c.catchUp() },
		OnSelfError: func(_ context.Context, err error) error {
			// It may be the answer to a question from before the sign-in, so it is asked once more.
			if c.isSignedIn() && permanent(err) {
				go func() { _, _ = c.Me(c.ctx) }()
			} else {
				c.catchUp()
			}
			return nil
		},
	}
	if o.Address != "" {
		first, err := dcOption(firstDC, o.Address)
		if err != nil || o.PublicKey == nil {
			return nil, fault.New(fault.Invalid, "telegram_address", "TELEGRAM_MTPROTO_ADDRESS must be host:port, and TELEGRAM_MTPROTO_KEY must be set too")
		}
		if options.DCList, err = c.testList(ctx, first); err != nil {
			return nil, err
		}
		options.PublicKeys = []telegram.PublicKey{{RSA: o.PublicKey}}
	}
	c.client = telegram.NewClient(o.AppID, o.AppHash.Reveal(), options)
	return c, c.start(ctx)
}

// start runs the client and waits until it is connected, its key is kept and, when it should be, it listens.
func (c *Client) start(ctx context.Context) error {
	ready := make(chan struct{})
	go func() {
		defer close(c.done)
		err := c.client.Run(c.ctx, func(ctx context.Context) error {
			close(ready)
			<-ctx.Done()
			return nil
		})
		if c.ctx.Err() == nil || err != nil {
			c.fail(failure(err))
		}
		c.cancel()
	}()
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	var err error
	select {
	case <-ready:
		// The library keeps the key beside its first calls. What those bring about, a code to sign in with
		// above all, counts for this key alone, and must not outlive it.
		err = c.moved(ctx)
		if err == nil && c.isSignedIn() {
			_, err = c.Listen(ctx)
		}
	case <-c.done:
		err = c.Err()
	case <-ctx.Done():
		err = unreachable(ctx.Err())
	}
	if err != nil {
		c.fail(err)
		c.Close()
	}
	return err
}

// Me is the person whose account it is.
type Me struct {
	ID       int64
	Name     string
	Username string
}

// Listen starts to receive messages, from where the account was before. It is called once, after
// the sign-in; Open does it for an account that is signed in.
func (c *Client) Listen(ctx context.Context) (Me, error) {
	me, err := c.Me(ctx)
	if err != nil {
		return Me{}, err
	}
	c.mu.Lock()
	c.signedIn = true
	c.mu.Unlock()
	c.once.Do(func() {
		go func() {
			err := c.manager.Run(c.ctx, c.client.API(), me.ID, updates.AuthOptions{OnStart: func(context.Context) { close(c.listens) }})
			if c.ctx.Err() == nil {
				c.fail(failure(err))
			}
		}()
	})
	// From here on nothing that comes in is missed: the place in the updates is kept, as the session is.
	return me, c.await(ctx, c.listens)
}

// await waits for what happens in the client's own goroutines, as long as it lives.
func (c *Client) await(ctx context.Context, about <-chan struct{}) error {
	select {
	case <-about:
		return nil
	case <-c.ctx.Done():
		return cmp.Or(c.Err(), unreachable(context.Canceled))
	case <-ctx.Done():
		return unreachable(ctx.Err())
	}
}

// Me asks who is signed in. It is also the sign of life: a revoked session is found by it.
func (c *Client) Me(ctx context.Context) (Me, error) {
	ctx, cancel := c.limited(ctx, callLimit)
	defer cancel()
	u, err := c.client.Self(ctx)
	if err != nil {
		return Me{}, c.failed(ctx, err)
	}
	name := u.FirstName
	if u.LastName != "" {
		name += " " + u.LastName
	}
	return Me{ID: u.ID, Name: name, Username: u.Username}, nil
}

// Done is closed when the client has ended; Err says why.
func (c *Client) Done() <-chan struct{} { return c.ctx.Done() }

// Err is why the client has ended; nil while it has not, or when it was closed.
func (c *Client) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.err
}

// Close disconnects and waits for what runs.
func (c *Client) Close() {
	c.cancel()
	select {
	case <-c.done:
	case <-time.After(closeLimit):
	}
}

// fail ends the client; the first reason stays.
func (c *Client) fail(err error) {
	c.mu.Lock()
	if c.err == nil && c.ctx.Err() == nil {
		c.err = err
	}
	c.mu.Unlock()
	c.cancel()
}

// failed translates an error of a call, and ends the client when no later call can succeed.
func (c *Client) failed(ctx context.Context, err error) error {
	if c.isSignedIn() && permanent(err) {
		c.fail(failure(err))
	}
	if errors.Is(err, context.Canceled) && ctx.Err() == nil {
		// The library is ending; it is about to say why.
		select {
		case <-c.done:
		case <-time.After(closeLimit):
		}
	}
	if known := c.Err(); known != nil {
		return known
	}
	return failure(err)
}

// catchUp asks for what arrived while there was no connection: the library does so only at its start, at a
// gap before the next message, and after a quarter of an hour without one.
func (c *Client) catchUp() {
	select {
	case <-c.listens:
		go func() { _ = c.manager.Handle(c.ctx, &tg.UpdatesTooLong{}) }()
	default: // the start asks anyway
	}
}

func (c *Client) isSignedIn() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.signedIn
}

// limited is a call's context: it ends with its time, with its caller and with the client.
func (c *Client) limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	stop := context.AfterFunc(c.ctx, cancel)
	return ctx, func() { stop(); cancel() }
}

// ImportTelethon turns a Telethon string session into a session of this package.
func ImportTelethon(text string) ([]byte, error) {
	data, err := session.TelethonSession(text)
	if err != nil {
		// The library's words may quote the session.
		return nil, fault.InvalidField("session", "telethon_malformed", "This is not a Telethon string session: one begins with 1 and has 353 characters")
	}
	memory := &session.StorageMemory{}
	if err := (&session.Loader{Storage: memory}).Save(context.Background(), data); err != nil {
		return nil, err
	}
	return memory.Bytes(nil)
}
