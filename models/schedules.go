package models

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"gorm.io/gorm/clause"
)

// ScheduleSpec says when a schedule fires. Two equal specifications are the same schedule.
type ScheduleSpec struct {
	Cron     []string `json:"cron"`            // five fields each; it fires at all of them, once a day at most
	Every    Seconds  `json:"every,omitempty"` // or so often, counted from 1970
	TimeZone string   `json:"timezone"`        // IANA name; empty is UTC
	Jitter   Seconds  `json:"jitter,omitempty"`
	CatchUp  Seconds  `json:"catch_up"` // how late a firing that was missed may still be made up for
}

// Seconds is a length of time in whole seconds.
type Seconds int64

// Duration returns the time as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// Schedule is a flow of a tenant, or of the platform, that runs again and again. The rows are the
// truth; Temporal's schedules are made after them.
type Schedule struct {
	ID        string
	TenantID  string       // empty for the platform's own
	Flow      string       // which flow it starts
	Subject   string       // what for, where a flow has several: an id without dots; else empty
	Spec      ScheduleSpec `gorm:"serializer:json"`
	Enabled   bool
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// Owner is the tenant's id or tenant.PlatformID.
func (s Schedule) Owner() string {
	if s.TenantID == "" {
		return tenant.PlatformID
	}
	return s.TenantID
}

// Schedules is the repository of schedules. A platform's context reaches the platform's own.
type Schedules struct{ s *Store }

// Put makes or changes the schedule of a flow and a subject. changed is false when it was like that
// already. Write the outbox message that tells Temporal in the same Tx.
func (r *Schedules) Put(ctx context.Context, flow, subject string, spec ScheduleSpec, enabled bool) (row *Schedule, changed bool, err error) {
	if strings.Contains(flow+subject, ".") {
		return nil, false, fault.InvalidField("subject", "dot", "A schedule's flow and subject have no dots: they are parts of ids")
	}
	if (len(spec.Cron) > 0) == (spec.Every > 0) {
		return nil, false, fault.InvalidField("cron", "cron_or_interval", "A schedule has either cron times or an interval")
	}
	now := r.s.now()
	fresh := Schedule{ID: NewID(), Flow: flow, Subject: subject, Spec: spec, Enabled: enabled, Version: 1, CreatedAt: now, UpdatedAt: now}
	err = r.s.Tx(ctx, func(tx *Store) error {
		create := tx.in(ctx).Clauses(clause.OnConflict{DoNothing: true})
		if tenant.IsPlatform(ctx) {
			create = create.Omit("TenantID")
		}
		created := create.Create(&fresh)
		if created.Error != nil || created.RowsAffected == 1 {
			row, changed = &fresh, true
			return created.Error
		}
		old, err := tx.Schedules.take(ctx, flow, subject, clause.Locking{Strength: "UPDATE"})
		if err != nil {
			return err
		}
		row = old
		if old.Spec.Equal(spec) && old.Enabled == enabled {
			return nil
		}
		old.Spec, old.Enabled, old.UpdatedAt, changed = spec, enabled, now, true
		old.Version++
		return tx.in(ctx).Select("spec", "enabled", "version", "updated_at").Where("id = ?", old.ID).Updates(old).Error
	})
	return row, changed, err
}

// Equal reports whether both are the same schedule.
func (a ScheduleSpec) Equal(b ScheduleSpec) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// Get returns the schedule of a flow and a subject, or fault.NotFound "schedule_not_found".
func (r *Schedules) Get(ctx context.Context, flow, subject string) (*Schedule, error) {
	row, err := r.take(ctx, flow, subject)
	return row, notFound(err, "schedule_not_found", "There is no such schedule")
}

func (r *Schedules) take(ctx context.Context, flow, subject string, with ...clause.Expression) (*Schedule, error) {
	query := r.s.in(ctx).Where("flow = ? AND subject = ?", flow, subject).Clauses(with...)
	if tenant.IsPlatform(ctx) {
		query = query.Where("tenant_id IS NULL")
	}
	var row Schedule
	if err := query.Take(&row).Error; err != nil {
		return nil, err
	}
	return &row, nil
}

// Every calls fn with the schedules of all tenants that are not going and of the platform, a few hundred at a time. The context must be
// the platform's.
func (r *Schedules) Every(ctx context.Context, fn func([]Schedule) error) error {
	for after := ""; ; {
		var rows []Schedule
		if err := r.s.in(ctx).Where("id > ? AND (tenant_id IS NULL OR "+ofWorking+")", after).Order("id").Limit(MaxPage).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) == 0 {
			return nil
		}
		if err := fn(rows); err != nil {
			return err
		}
		after = rows[len(rows)-1].ID
	}
}
