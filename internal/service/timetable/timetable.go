// Package timetable keeps Temporal's schedules like the rows in the database. The rows are the
// truth (models.Schedules). A change tells Temporal through the outbox, and every few minutes
// all are compared by the hash in their notes, so that what was lost, paused or deleted by hand, or
// left behind is mended.
package timetable

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/models"
)

// Scheduler is what a timetable asks of Temporal.
type Scheduler interface {
	// Knows reports whether this version of the program has a workflow for a flow.
	Knows(flow string) bool
	// Mark is a hash over all that a schedule is made of.
	Mark(contract.Schedule) string
	// List returns the marks of the schedules that are there, by contract.ScheduleID.
	List(context.Context) (map[string]string, error)
	// Put makes a schedule, or makes it what it should be.
	Put(context.Context, contract.Schedule) error
	// Remove takes one away; one that is not there is fine.
	Remove(ctx context.Context, id string) error
}

// reconcileEvery is how long a difference lasts at most.
const reconcileEvery = 5 * time.Minute

// standard are the schedules that every tenant has.
var standard = map[string]models.ScheduleSpec{
	// In the small hours, and not for all tenants at once. One that was missed, because the machine is
	// on in the evenings only, is made up for until the next one is due.
	contract.FlowHousekeeping: {Cron: []string{"0 3 * * *"}, Jitter: 3600, CatchUp: 23 * 3600},
}

// Timetable is safe for concurrent use, and several processes may reconcile at the same time.
type Timetable struct {
	store     *models.Store
	scheduler Scheduler
}

// New returns a timetable.
func New(store *models.Store, scheduler Scheduler) *Timetable { return &Timetable{store, scheduler} }

// Set makes or changes the schedule of a flow and a subject for the context's tenant, and has Temporal
// follow; the platform's own, which has no outbox, at the next Reconcile.
func Set(ctx context.Context, store *models.Store, flow, subject string, spec models.ScheduleSpec, enabled bool) error {
	return store.Tx(ctx, func(tx *models.Store) error {
		row, changed, err := tx.Schedules.Put(ctx, flow, subject, spec, enabled)
		if err != nil || !changed || tenant.IsPlatform(ctx) {
			return err
		}
		return tx.Outbox.Add(ctx, contract.OutboxSchedule, contract.ScheduleID(row.TenantID, flow, subject),
			contract.ScheduleChanged{TenantID: row.TenantID, Flow: flow, Subject: subject})
	})
}

// Handler carries out follow-ups of the kind contract.OutboxSchedule.
func (t *Timetable) Handler() outbox.Handler {
	return func(ctx context.Context, payload []byte) error {
		var in contract.ScheduleChanged
		if err := json.Unmarshal(payload, &in); err != nil {
			return fmt.Errorf("payload of an outbox message: %w", err)
		}
		return t.apply(tenant.With(ctx, in.TenantID), in.Flow, in.Subject)
	}
}

// apply makes Temporal's schedule what the row is now.
func (t *Timetable) apply(ctx context.Context, flow, subject string) error {
	row, err := t.store.Schedules.Get(ctx, flow, subject)
	if fault.Is(err, fault.NotFound) {
		owner, _ := tenant.Wire(ctx)
		return t.scheduler.Remove(ctx, contract.ScheduleID(owner, flow, subject))
	}
	if err != nil {
		return err
	}
	return t.scheduler.Put(ctx, plan(*row))
}

// Run reconciles now and then every few minutes until ctx ends.
func (t *Timetable) Run(ctx context.Context) {
	tick := time.NewTicker(reconcileEvery)
	defer tick.Stop()
	for {
		if err := t.Reconcile(ctx); err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "schedules not reconciled", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Reconcile gives every tenant the standard schedules and makes Temporal's schedules what the
// rows say. What fails does not keep the rest from being mended.
func (t *Timetable) Reconcile(ctx context.Context) error {
	// Temporal first: what it has was in the database before, and is not taken for a leftover.
	have, err := t.scheduler.List(ctx)
	if err != nil {
		return err
	}
	failed := t.equip(ctx)
	err = t.store.Schedules.Every(models.Platform(ctx), func(rows []models.Schedule) error {
		for _, row := range rows {
			id := contract.ScheduleID(row.Owner(), row.Flow, row.Subject)
			mark, there := have[id]
			delete(have, id)
			if !t.scheduler.Knows(row.Flow) || there && mark == t.scheduler.Mark(plan(row)) {
				continue // a flow of a newer version is that version's to keep
			}
			if err := t.apply(tenant.FromWire(ctx, row.Owner()), row.Flow, row.Subject); err != nil {
				failed = errors.Join(failed, fmt.Errorf("%s: %w", id, err))
				continue
			}
			slog.InfoContext(ctx, "schedule mended", "schedule", id, "was_there", there)
		}
		return nil
	})
	if err != nil {
		return errors.Join(failed, err) // without all rows nothing is known to be left over
	}
	for id := range have {
		owner, flow, _, ours := contract.ScheduleOf(id)
		if !ours || !t.scheduler.Knows(flow) {
			continue
		}
		if err := t.scheduler.Remove(tenant.FromWire(ctx, owner), id); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", id, err))
			continue
		}
		slog.InfoContext(ctx, "schedule removed: nothing in the database asks for it", "schedule", id)
	}
	return failed
}

// equip writes the rows of the standard schedules where they are missing or were others in an
// earlier version. Temporal learns of them right after, from the rows.
func (t *Timetable) equip(ctx context.Context) error {
	tenants, err := t.store.Tenants.Working(models.Platform(ctx))
	if err != nil {
		return err
	}
	var failed error
	for _, owner := range tenants {
		failed = errors.Join(failed, Equip(tenant.With(ctx, owner.ID), t.store))
	}
	return failed
}

// Equip gives the context's tenant the schedules that every tenant has.
func Equip(ctx context.Context, store *models.Store) error {
	var failed error
	for flow, spec := range standard {
		if row, err := store.Schedules.Get(ctx, flow, ""); err == nil && row.Enabled && row.Spec.Equal(spec) {
			continue
		}
		if err := Set(ctx, store, flow, "", spec, true); err != nil {
			owner, _ := tenant.From(ctx)
			failed = errors.Join(failed, fmt.Errorf("schedule %s of tenant %s: %w", flow, owner, err))
		}
	}
	return failed
}

// Withdraw takes all schedules of a tenant from Temporal. Their rows stay, and count again at the next Reconcile unless
// the tenant is going.
func (t *Timetable) Withdraw(ctx context.Context, owner string) error {
	have, err := t.scheduler.List(ctx)
	if err != nil {
		return err
	}
	for id := range have {
		if whose, _, _, ours := contract.ScheduleOf(id); !ours || whose != owner {
			continue
		}
		if err := t.scheduler.Remove(tenant.FromWire(ctx, owner), id); err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
	}
	return nil
}

func plan(row models.Schedule) contract.Schedule {
	return contract.Schedule{
		TenantID: row.Owner(), Flow: row.Flow, Subject: row.Subject, Cron: row.Spec.Cron, Every: row.Spec.Every.Duration(), TimeZone: row.Spec.TimeZone,
		Jitter: row.Spec.Jitter.Duration(), CatchUp: row.Spec.CatchUp.Duration(), Enabled: row.Enabled,
	}
}
