package owner

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/models"
)

// Times of a lease. An owner that can't renew disconnects a margin before its lease is over, so that
// the next one never meets it, even when the two clocks run a little differently.
const (
	leaseLength = 8 * time.Second
	renewEvery  = 2 * time.Second
	leaseMargin = 1500 * time.Millisecond
)

// lease is the right to speak for an account. It is lost when the database says so, or when it could
// not be renewed in time: then lost is closed.
type lease struct {
	store      *models.Store
	connection string
	fence      int64
	lost       chan struct{}

	mu  sync.Mutex
	end moment
	err error
}

// moment is a point in time by two clocks: the monotonic one does not count the time in which the whole
// machine was asleep, the wall clock may be set.
type moment struct{ steady, wall time.Time }

func now() moment {
	t := time.Now()
	return moment{t, t.Round(0)}
}

func (m moment) add(d time.Duration) moment { return moment{m.steady.Add(d), m.wall.Add(d)} }

func (m moment) before(o moment) bool { return m.steady.Before(o.steady) && m.wall.Before(o.wall) }

var errLost = fault.New(fault.Conflict, "account_lease_lost", "Another process owns this account now")

// acquire waits until nobody else owns the account.
func acquire(ctx context.Context, store *models.Store, connection string, beat func()) (*lease, error) {
	for {
		beat()
		asked := now()
		fence, left, ok, err := store.Accounts.Acquire(ctx, connection, models.NewID(), leaseLength)
		if err != nil {
			return nil, err
		}
		if ok {
			return &lease{store: store, connection: connection, fence: fence, lost: make(chan struct{}), end: asked.add(leaseLength - leaseMargin)}, nil
		}
		if err := wait.For(ctx, min(left+10*time.Millisecond, renewEvery/2)); err != nil {
			return nil, err
		}
	}
}

// keep renews the lease until ctx ends or it is lost, and calls beat as long as it holds.
func (l *lease) keep(ctx context.Context, beat func()) {
	tick := time.NewTicker(renewEvery / 2)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-l.lost:
			return
		case <-tick.C:
		}
		if l.check() != nil {
			return
		}
		beat()
		if n%2 == 0 {
			l.renew(ctx)
		}
	}
}

func (l *lease) renew(ctx context.Context) {
	asked := now()
	l.mu.Lock()
	left := l.end.steady.Sub(asked.steady)
	l.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, min(left, renewEvery))
	defer cancel()
	err := l.store.Accounts.Renew(ctx, l.connection, l.fence, leaseLength)
	switch {
	case err == nil:
		l.mu.Lock()
		l.end = asked.add(leaseLength - leaseMargin)
		l.mu.Unlock()
	case fault.Is(err, fault.Conflict):
		if l.removed(ctx) == nil {
			l.lose(err)
		}
	default:
		// The database is away: until the end of the lease there are more attempts.
		slog.WarnContext(ctx, "the lease of an account was not renewed", "connection", l.connection, "error", err)
	}
}

// removed returns connection_not_found if the connection no longer exists. Its lease went with it, but
// not to another owner: what is left of its time is for the last call, which signs the account out.
func (l *lease) removed(ctx context.Context) error {
	if _, err := l.store.Connections.Get(ctx, l.connection); isRemoved(err) {
		return err
	}
	return nil
}

func isRemoved(err error) bool { return codeOf(err) == "connection_not_found" }

// check is the guard of the connection: an error once the lease is lost or may be over. A process that was
// frozen for a while learns it before it sends the next byte.
func (l *lease) check() error {
	l.mu.Lock()
	late, err := !now().before(l.end), l.err
	l.mu.Unlock()
	if err == nil && late {
		l.lose(errLost)
		return errLost
	}
	return err
}

func (l *lease) lose(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err == nil {
		l.err = err
		close(l.lost)
	}
}

// release gives the lease back, so that the next owner need not wait.
func (l *lease) release(ctx context.Context) error {
	l.lose(errLost)
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), leaseLength)
	defer cancel()
	return l.store.Accounts.Release(ctx, l.connection, l.fence)
}

// owned runs fn in a transaction in which the lease holds. The error is connection_not_found if the
// connection was removed.
func (l *lease) owned(ctx context.Context, fn func(tx *models.Store) error) error {
	if err := l.check(); err != nil {
		return err
	}
	err := l.store.Accounts.Owned(ctx, l.connection, l.fence, fn)
	if codeOf(err) != errLost.Code {
		return err
	}
	if removed := l.removed(ctx); removed != nil {
		return removed
	}
	l.lose(err)
	return err
}

// codeOf is the code of a fault, or nothing when there is no error.
func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}
