package contract

import (
	"strings"
	"time"
)

// OutboxSchedule is the outbox's kind for schedules that were made or changed; the payload is a
// ScheduleChanged.
const OutboxSchedule = "schedule"

// ScheduleChanged names a tenant's schedule of a flow. How it is now stands in the database: it
// may have been changed again since.
type ScheduleChanged struct {
	TenantID string `json:"tenant_id"`
	Flow     string `json:"flow"`
}

// Schedule is what the engine must know to start a tenant's flow again and again.
type Schedule struct {
	TenantID string        `json:"tenant_id"`
	Flow     string        `json:"flow"`
	Cron     []string      `json:"cron"`     // five fields each; it fires at all of them
	TimeZone string        `json:"timezone"` // IANA name; empty is UTC
	Jitter   time.Duration `json:"jitter"`   // each firing is put off by up to this
	CatchUp  time.Duration `json:"catch_up"` // how late the flow may still begin; 0 is any time
	Enabled  bool          `json:"enabled"`
}

// ScheduleID is the engine's id of a tenant's schedule of a flow.
func ScheduleID(tenantID, flow string) string { return schedulePrefix + tenantID + "." + flow }

const schedulePrefix = "schedule."

// ScheduleOf is the reverse of ScheduleID; ok is false for an id of somebody else's making.
func ScheduleOf(id string) (tenantID, flow string, ok bool) {
	rest, ours := strings.CutPrefix(id, schedulePrefix)
	tenantID, flow, parted := strings.Cut(rest, ".")
	return tenantID, flow, ours && parted
}

// ScheduledRun is the input of every flow that a schedule starts.
type ScheduledRun struct {
	TenantID string    `json:"tenant_id"`
	Date     string    `json:"date"`   // of DueAt in the schedule's time zone, as 2006-01-02
	DueAt    time.Time `json:"due_at"` // when the schedule wanted it
}

// ScheduledID is the workflow id of a flow's run of a date: there is one.
func ScheduledID(flow, tenantID, date string) string { return flow + "." + tenantID + "." + date }
