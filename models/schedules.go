package models

import (
	"context"
	"encoding/json"
	"time"

	"gorm.io/gorm/clause"
)

// ScheduleSpec says when a schedule fires. Two equal specifications are the same schedule.
type ScheduleSpec struct {
	Cron     []string `json:"cron"`     // five fields each; it fires at all of them
	TimeZone string   `json:"timezone"` // IANA name; empty is UTC
	Jitter   Seconds  `json:"jitter,omitempty"`
	CatchUp  Seconds  `json:"catch_up"` // how late a firing that was missed may still be made up for
}

// Seconds is a length of time in whole seconds.
type Seconds int64

// Duration returns the time as Go has it.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// Schedule is a flow of a tenant that runs again and again. The rows are the truth; the engine's
// schedules are made after them.
type Schedule struct {
	ID        string
	TenantID  string
	Flow      string       // which flow it starts; one schedule each
	Spec      ScheduleSpec `gorm:"serializer:json"`
	Enabled   bool
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// Schedules is the repository of schedules.
type Schedules struct{ s *Store }

// Put makes or changes the tenant's schedule of a flow. changed is false when it was like that
// already. Write the follow-up that tells the engine in the same Tx.
func (r *Schedules) Put(ctx context.Context, flow string, spec ScheduleSpec, enabled bool) (row *Schedule, changed bool, err error) {
	now := r.s.now()
	fresh := Schedule{ID: NewID(), Flow: flow, Spec: spec, Enabled: enabled, Version: 1, CreatedAt: now, UpdatedAt: now}
	err = r.s.Tx(ctx, func(tx *Store) error {
		created := tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "flow"}}, DoNothing: true}).Create(&fresh)
		if created.Error != nil || created.RowsAffected == 1 {
			row, changed = &fresh, true
			return created.Error
		}
		var old Schedule
		if err := tx.in(ctx).Where("flow = ?", flow).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&old).Error; err != nil {
			return err
		}
		row = &old
		if old.Spec.Equal(spec) && old.Enabled == enabled {
			return nil
		}
		old.Spec, old.Enabled, old.UpdatedAt, changed = spec, enabled, now, true
		old.Version++
		return tx.in(ctx).Select("spec", "enabled", "version", "updated_at").Where("id = ?", old.ID).Updates(&old).Error
	})
	return row, changed, err
}

// Equal tells whether both are the same schedule.
func (a ScheduleSpec) Equal(b ScheduleSpec) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && string(x) == string(y)
}

// ByFlow returns the tenant's schedule of a flow, or fault.NotFound "schedule_not_found".
func (r *Schedules) ByFlow(ctx context.Context, flow string) (*Schedule, error) {
	var row Schedule
	if err := r.s.in(ctx).Where("flow = ?", flow).Take(&row).Error; err != nil {
		return nil, notFound(err, "schedule_not_found", "There is no such schedule")
	}
	return &row, nil
}

// Every calls fn with the schedules of all tenants, a few hundred at a time. The context must be
// the platform's.
func (r *Schedules) Every(ctx context.Context, fn func([]Schedule) error) error {
	for after := ""; ; {
		var rows []Schedule
		if err := r.s.in(ctx).Where("id > ?", after).Order("id").Limit(MaxPage).Find(&rows).Error; err != nil {
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
