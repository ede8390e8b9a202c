// Package outbox delivers outbox messages: flows that a change wants to start or signal. A
// message is written in the change's own transaction (models.Outbox), attempted right after the
// commit, and swept up every second when that attempt failed, or its process died and its lease is
// over. So each is delivered at least once, and those for one target in order; every handler may be
// called again.
package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
)

// Handler delivers the messages of one kind, in the tenant's context. payload is the JSON that was
// written.
type Handler = func(ctx context.Context, payload []byte) error

const (
	// sweepEvery is how long a message that nobody holds waits when nobody has attempted it.
	sweepEvery = time.Second
	sweepLimit = 20
	// maxFailures ends a sweep; what it had claimed is free again when its lease ends.
	maxFailures = 3
	// lease is how long an attempt may take before another process takes over.
	lease = 10 * time.Second
	// inlineLimit is how long a request waits for its messages before it leaves them to the sweep.
	inlineLimit = 1500 * time.Millisecond
	longestWait = time.Minute
)

// Outbox delivers messages. It is safe for concurrent use.
type Outbox struct {
	store    *models.Store
	handlers map[string]Handler
}

// New returns an outbox that knows the handlers by their kinds. From now on the store's messages are
// delivered by it right after their commit.
func New(store *models.Store, handlers map[string]Handler) *Outbox {
	o := &Outbox{store: store, handlers: handlers}
	store.Outbox.DeliverInline(o.deliver)
	return o
}

// deliver attempts messages that were just committed. What fails is left to the sweep, so there is no
// error to return: the change holds all the same.
func (o *Outbox) deliver(ctx context.Context, list []models.OutboxMessage) {
	ctx, cancel := context.WithTimeout(ctx, inlineLimit)
	defer cancel()
	for _, m := range list {
		claimed, err := &m, error(nil)
		if !m.Held || !time.Now().Before(m.DueAt.Time) { // after its lease it may have been delivered
			claimed, err = o.store.Outbox.ClaimOne(ctx, m.ID, lease)
		}
		if err == nil && claimed != nil {
			err = o.attempt(ctx, *claimed)
		}
		if err != nil {
			slog.WarnContext(ctx, "outbox message left to the sweep", "kind", m.Kind, "target", m.Target, "error", err)
			return
		}
	}
}

// Run sweeps every second until ctx ends.
func (o *Outbox) Run(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		if _, err := o.Sweep(ctx); err != nil && ctx.Err() == nil && !errors.Is(err, context.Canceled) {
			slog.WarnContext(ctx, "sweep of the outbox", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep delivers what is due and returns how many succeeded.
func (o *Outbox) Sweep(ctx context.Context) (int, error) {
	done := 0
	for {
		// Of each target only the first is claimed, so a second look finds the next one.
		list, err := o.store.Outbox.Claim(models.Platform(ctx), lease, sweepLimit)
		if err != nil || len(list) == 0 {
			return done, err
		}
		failed := 0
		for _, m := range list {
			if ctx.Err() != nil {
				return done, ctx.Err()
			}
			err := o.attempt(ctx, m)
			if err == nil {
				done++
				continue
			}
			slog.WarnContext(ctx, "outbox message not delivered", "kind", m.Kind, "target", m.Target, "attempt", m.Attempts, "tenant", m.TenantID, "error", err)
			if failed++; failed == maxFailures {
				return done, nil // Temporal is away: the others would wait for it one after the other
			}
		}
	}
}

// attempt delivers one claimed message and records the result.
func (o *Outbox) attempt(ctx context.Context, m models.OutboxMessage) error {
	handler, ok := o.handlers[m.Kind]
	err := error(fault.New(fault.Internal, "outbox_kind_unknown", "No handler for outbox messages of the kind %q", m.Kind))
	if ok {
		limited, cancel := context.WithTimeout(tenant.With(ctx, m.TenantID), lease/2)
		err = handler(limited, []byte(m.Payload))
		cancel()
	}
	if err == nil {
		return o.store.Outbox.Done(ctx, m.ID)
	}
	// What is recorded must not depend on the request, whose time may be over.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	problem := fault.From(err).Code
	return errors.Join(err, o.store.Outbox.Failed(note, m.ID, problem, backOff(m.Attempts)))
}

// backOff grows from half a second to a minute, so that a target which can't be reached costs little.
func backOff(attempts int) time.Duration {
	return min(250*time.Millisecond<<min(attempts, 10), longestWait)
}
