// Package live tells browsers what changed, as it changes: one tail of the events' table for each
// process, and a server-sent event stream for each browser.
package live

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/promostack/promostack/models"
)

const (
	// tailEvery is how often the table is looked at while somebody listens.
	tailEvery = 250 * time.Millisecond
	// overlap is how far each look goes back: an event's number is given before its commit, so a
	// lower one may appear after a higher one.
	overlap = 10 * time.Second
	// tailLimit bounds one look; more than that and everybody is told to read all again.
	tailLimit = 5000
	// queueLength is how many events a slow browser may be behind.
	queueLength = 256
	maxStreams  = 8 // of one session
)

// Live is the tail of the events and those who listen. It is safe for concurrent use.
type Live struct {
	store   *models.Store
	now     func() time.Time
	changed chan struct{}
	// closed ends all streams, so that the server can stop.
	closed chan struct{}

	mu        sync.Mutex
	listeners map[*listener]bool
}

// listener is one open stream.
type listener struct {
	tenant, session string
	events          chan models.Event
	lost            chan struct{} // closed when it is too far behind
	once            sync.Once
}

// New returns a tail that reads nothing until Run.
func New(store *models.Store, now func() time.Time) *Live {
	return &Live{store: store, now: now, changed: make(chan struct{}, 1), closed: make(chan struct{}), listeners: map[*listener]bool{}}
}

// Run tails the table until ctx ends. Nobody listening costs nothing.
func (l *Live) Run(ctx context.Context) {
	defer close(l.closed)
	seen := map[int64]time.Time{}
	tick := time.NewTicker(tailEvery)
	defer tick.Stop()
	for {
		if l.count() == 0 {
			select {
			case <-ctx.Done():
				return
			case <-l.changed:
			}
		}
		if err := l.look(ctx, seen); err != nil {
			if ctx.Err() != nil {
				return
			}
			slog.WarnContext(ctx, "events not read", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// look reads the last seconds and passes on what is new. The first look after a time without
// listeners passes on all of them: an event that comes twice does no harm, one that is lost does.
func (l *Live) look(ctx context.Context, seen map[int64]time.Time) error {
	now := l.now()
	list, err := l.store.Events.Since(models.Platform(ctx), now.Add(-overlap), tailLimit)
	if err != nil {
		return err
	}
	for seq, at := range seen {
		if now.Sub(at) > 2*overlap {
			delete(seen, seq)
		}
	}
	for _, e := range list {
		if _, known := seen[e.Seq]; known {
			continue
		}
		seen[e.Seq] = now
		l.pass(e)
	}
	if len(list) == tailLimit {
		l.loseAll()
	}
	return nil
}

func (l *Live) pass(e models.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for one := range l.listeners {
		if one.tenant != e.TenantID {
			continue
		}
		select {
		case one.events <- e:
		default:
			one.lose()
		}
	}
}

func (l *Live) loseAll() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for one := range l.listeners {
		one.lose()
	}
}

func (o *listener) lose() { o.once.Do(func() { close(o.lost) }) }

func (l *Live) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.listeners)
}

// join adds a stream, unless its session has too many.
func (l *Live) join(tenant, session string) (*listener, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for one := range l.listeners {
		if one.session == session {
			n++
		}
	}
	if n >= maxStreams {
		return nil, false
	}
	one := &listener{tenant: tenant, session: session, events: make(chan models.Event, queueLength), lost: make(chan struct{})}
	l.listeners[one] = true
	select {
	case l.changed <- struct{}{}:
	default:
	}
	return one, true
}

func (l *Live) leave(one *listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.listeners, one)
}
