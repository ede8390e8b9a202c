// Package outbox carries out what follows from changes: flows that are to be started or told. A
// follow-up is written in the change's own transaction (models.Outbox), tried at once after the
// commit, and swept up every second when that try failed, or its process died and the lease that it
// had is over. So it happens at least once, and those for one target in order; every handler may be called again.
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

// Handler carries out the follow-ups of one kind, in the tenant's context. payload is the JSON
// that was written.
type Handler func(ctx context.Context, payload []byte) error

const (
	// sweepEvery is how long a follow-up that nobody holds waits when its first try did not come about.
	sweepEvery = time.Second
	sweepLimit = 20
	// maxFailures ends a sweep; what it had claimed is free again when its lease is over.
	maxFailures = 3
	// lease is how long a try may take before another process takes over.
	lease = 10 * time.Second
	// inlineLimit is how long a request waits for its follow-ups before it leaves them to the sweep.
	inlineLimit = 1500 * time.Millisecond
	longestWait = time.Minute
)

// Outbox delivers follow-ups. It is safe for concurrent use.
type Outbox struct {
	store    *models.Store
	handlers map[string]Handler
}

// New returns an outbox that knows the handlers by their kinds.
func New(store *models.Store, handlers map[string]Handler) *Outbox {
	return &Outbox{store: store, handlers: handlers}
}

// Try carries out follow-ups that were just committed. What fails is left to the sweep, so there
// is no error to return: the change holds all the same.
func (o *Outbox) Try(ctx context.Context, list ...*models.FollowUp) {
	ctx, cancel := context.WithTimeout(ctx, inlineLimit)
	defer cancel()
	for _, f := range list {
		if f == nil {
			continue
		}
		claimed, err := f, error(nil)
		if !f.Held || !time.Now().Before(f.DueAt.Time) { // after its lease it may have been carried out
			claimed, err = o.store.Outbox.ClaimOne(ctx, f.ID, lease)
		}
		if err == nil && claimed != nil {
			err = o.deliver(ctx, *claimed)
		}
		if err != nil {
			slog.WarnContext(ctx, "follow-up left to the sweep", "kind", f.Kind, "target", f.Target, "error", err)
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
			slog.WarnContext(ctx, "sweep of follow-ups", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Sweep carries out what is due and returns how many succeeded.
func (o *Outbox) Sweep(ctx context.Context) (int, error) {
	done := 0
	for {
		// Of each target only the first is claimed, so a second look finds the next one.
		list, err := o.store.Outbox.Claim(models.Platform(ctx), lease, sweepLimit)
		if err != nil || len(list) == 0 {
			return done, err
		}
		failed := 0
		for _, f := range list {
			if ctx.Err() != nil {
				return done, ctx.Err()
			}
			err := o.deliver(ctx, f)
			if err == nil {
				done++
				continue
			}
			slog.WarnContext(ctx, "follow-up failed", "kind", f.Kind, "target", f.Target, "attempt", f.Attempts, "tenant", f.TenantID, "error", err)
			if failed++; failed == maxFailures {
				return done, nil // the engine is away: the others would wait for it one after the other
			}
		}
	}
}

// deliver carries out one claimed follow-up and notes how it went.
func (o *Outbox) deliver(ctx context.Context, f models.FollowUp) error {
	handler, ok := o.handlers[f.Kind]
	err := error(fault.New(fault.Internal, "follow_up_unknown", "No handler for follow-ups of the kind %q", f.Kind))
	if ok {
		limited, cancel := context.WithTimeout(tenant.With(ctx, f.TenantID), lease/2)
		err = handler(limited, []byte(f.Payload))
		cancel()
	}
	if err == nil {
		return o.store.Outbox.Done(ctx, f.ID)
	}
	// What is noted must not depend on the request whose time may be over.
	note, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	problem := fault.From(err).Code
	return errors.Join(err, o.store.Outbox.Failed(note, f.ID, problem, wait(f.Attempts)))
}

// wait grows from half a second to a minute, so that a target which can't be reached costs little.
func wait(attempts int) time.Duration {
	return min(250*time.Millisecond<<min(attempts, 10), longestWait)
}
