// Package owner holds the connections of user accounts. One process at a time owns an account: it
// has a lease with a fencing token, which every write and every send names, and disconnects before
// the lease could end without it. Sign-ins run here too, so that all steps of one use one connection.
package owner

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

const (
	// look is how often an owner looks for a person's requests.
	look      = time.Second
	lookLogin = 200 * time.Millisecond // while a sign-in is in progress
	// signOfLife is how often Telegram is asked whether the session still counts.
	signOfLife = 2 * time.Minute
	// tenure is how long an owner keeps an account before its flow continues as new.
	tenure       = 12 * time.Hour
	firstPause   = time.Second
	longestPause = 30 * time.Second
)

// Telegram says which Telegram server the accounts belong to.
type Telegram struct {
	AppID   int
	AppHash secrets.Text
	Address string // of a test server; empty is Telegram itself
	KeyFile string // the test server's public key
	Version string
}

// Options are what a Service works with.
type Options struct {
	Store    *models.Store
	Ring     *secrets.Ring
	Telegram Telegram
	Inbox    *inbox.Service    // where private messages go
	Journeys *journeys.Service // whose messages are sent
}

// Service owns accounts. It is safe for concurrent use.
type Service struct {
	store    *models.Store
	ring     *secrets.Ring
	telegram Telegram
	inbox    *inbox.Service
	journeys *journeys.Service

	mu   sync.Mutex
	held map[string]*hold // by connection
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, ring: o.Ring, telegram: o.Telegram, inbox: o.Inbox, journeys: o.Journeys, held: map[string]*hold{}}
}

// hold is one account in this process.
type hold struct {
	s   *Service
	l   *lease
	ctx context.Context // the ownership's, for records that nobody waits for

	mu      sync.Mutex
	client  *mtproto.Client // nil while there is no connection
	live    bool            // it is signed in and takes messages
	account int64           // Telegram's id

	limited atomic.Bool // Telegram had limited it when somebody last looked

	login *attempt // the sign-in that is in progress; used by the hold's own goroutine alone
	pause time.Duration
	seen  time.Time
}

// errEnded ends an ownership in a known way.
type errEnded struct{ state contract.AccountEnd }

func (e errEnded) Error() string { return "the ownership ended: " + string(e.state) }

// Own owns an account until there is nothing to own, stop is closed, ctx ends or the lease is lost,
// which is an error. serve starts to take the account's sends under a fence, and is told to stop.
func (s *Service) Own(ctx context.Context, connection string, stop <-chan struct{}, beat func(), serve func(fence int64) (func(), error)) (contract.AccountEnd, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-stop:
			cancel()
		case <-ctx.Done():
		}
	}()
	state, err := s.own(ctx, connection, beat, serve)
	select {
	case <-stop:
		return contract.AccountStopped, nil
	default:
	}
	switch {
	case isRemoved(err):
		return contract.AccountGone, nil
	case codeOf(err) == errLost.Code:
		return contract.AccountStopped, nil
	}
	return state, err
}

func (s *Service) own(ctx context.Context, connection string, beat func(), serve func(fence int64) (func(), error)) (state contract.AccountEnd, err error) {
	l, err := acquire(ctx, s.store, connection, beat)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithCancel(ctx)
	h := &hold{s: s, l: l, ctx: ctx, pause: firstPause}
	var keeping sync.WaitGroup
	keeping.Go(func() { l.keep(ctx, beat) })
	s.put(connection, h)
	defer func() {
		s.drop(connection, h)
		h.disconnect()
		cancel()
		keeping.Wait()
		if released := l.release(ctx); released != nil && err == nil {
			slog.WarnContext(ctx, "the lease of an account was not given back", "connection", connection, "error", released)
		}
	}()
	stop, err := serve(l.fence)
	if err != nil {
		return "", err
	}
	defer stop()
	slog.InfoContext(ctx, "account owned", "connection", connection, "fence", l.fence)
	err = h.run(ctx)
	if isRemoved(err) {
		h.leave(ctx)
	}
	if h.l.check() != nil {
		h.disconnect() // at once; else sends that are on their way may end first
	}
	var ended errEnded
	if errors.As(err, &ended) {
		return ended.state, nil
	}
	return "", err
}

func (s *Service) put(connection string, h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.held[connection] = h
}

func (s *Service) drop(connection string, h *hold) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held[connection] == h {
		delete(s.held, connection)
	}
}

// run is the hold's own goroutine: whatever changes the account happens in it, one after the other.
func (h *hold) run(ctx context.Context) error {
	begun := time.Now()
	alive := time.Now()
	if err := h.resume(ctx); err != nil {
		return err
	}
	for {
		if err := h.step(ctx); err != nil {
			return err
		}
		if time.Since(begun) > tenure && h.login == nil {
			return errEnded{contract.AccountStopped}
		}
		if client := h.connected(); client != nil && time.Since(alive) > signOfLife {
			alive = time.Now()
			_, _ = client.Me(ctx) // a session that is no longer valid ends the client
		}
		wait := look
		if h.login != nil {
			wait = lookLogin
		}
		if err := h.wait(ctx, wait); err != nil {
			return err
		}
	}
}

// wait waits for the next look, or for something to look at.
func (h *hold) wait(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	var done <-chan struct{}
	if client := h.connected(); client != nil {
		done = client.Done()
	}
	var events <-chan func(context.Context) error
	if h.login != nil {
		events = h.login.events
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-h.l.lost:
		return h.l.check()
	case <-done:
		return nil
	case do := <-events:
		return h.survive(do(ctx))
	case <-timer.C:
		return nil
	}
}

// survive decides which errors of a step end the ownership: those of the lease and of a connection
// that is gone. A database that is away is survived, and so are the failures of a sign-in.
func (h *hold) survive(err error) error {
	if err == nil {
		return nil
	}
	if lost := h.l.check(); lost != nil {
		return lost
	}
	var ended errEnded
	if errors.As(err, &ended) || isRemoved(err) {
		return err
	}
	level := slog.LevelWarn
	if fault.Is(err, fault.Unavailable) {
		level = slog.LevelDebug // the lease's own warning says it less often
	}
	slog.Log(context.Background(), level, "a step of an account failed", "connection", h.l.connection, "error", err)
	return nil
}

// step does what is due.
func (h *hold) step(ctx context.Context) error {
	login, err := h.s.store.Accounts.Login(ctx, h.l.connection)
	if err != nil {
		return h.survive(err)
	}
	if h.login != nil && (login == nil || login.Ended()) {
		h.drop() // cancelled, or out of time
	}
	if login != nil && login.Step != "" {
		if err := h.survive(h.take(ctx)); err != nil {
			return err
		}
		return nil
	}
	if h.login != nil {
		return nil
	}
	session, err := h.s.store.Accounts.Session(ctx, h.l.connection)
	if err != nil {
		return h.survive(err)
	}
	if session == nil || !session.SignedIn {
		if login != nil && !login.Ended() {
			return nil // another step is about to come
		}
		if _, err := h.s.store.Connections.Get(ctx, h.l.connection); err != nil {
			return h.survive(err)
		}
		if session != nil { // of a sign-in that failed
			err := h.l.owned(ctx, func(tx *models.Store) error { return tx.Accounts.DropSession(ctx, h.l.connection) })
			if err != nil {
				return h.survive(err)
			}
		}
		return errEnded{contract.AccountIdle}
	}
	return h.survive(h.stayConnected(ctx))
}

func noteOf(err error) *models.Note {
	e := fault.From(err)
	return &models.Note{Code: e.Code, Message: e.Message, Remedy: e.Remedy}
}
