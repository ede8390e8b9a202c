package contract

import (
	"slices"
	"strings"
	"time"
)

// OutboxSchedule is the outbox's kind for schedules that were made or changed; the payload is a
// ScheduleChanged.
const OutboxSchedule = "schedule"

// ScheduleChanged names a schedule. How it is now stands in the database: it
// may have been changed again since.
type ScheduleChanged struct {
	TenantID string `json:"tenant_id"`
	Flow     string `json:"flow"`
	Subject  string `json:"subject,omitempty"`
}

// Schedule is what Temporal must know to start a flow again and again.
type Schedule struct {
	TenantID string        `json:"tenant_id"` // or tenant.PlatformID
	Flow     string        `json:"flow"`
	Subject  string        `json:"subject,omitempty"` // what for, where a flow has several schedules
	Cron     []string      `json:"cron"`              // five fields each; it fires at all of them, once a day at most
	Every    time.Duration `json:"every,omitempty"`   // or so often
	TimeZone string        `json:"timezone"`          // IANA name; empty is UTC
	Jitter   time.Duration `json:"jitter"`            // each firing is delayed by up to this
	CatchUp  time.Duration `json:"catch_up"`          // how late the flow may still begin; 0 is any time
	Enabled  bool          `json:"enabled"`
}

// ScheduleID is Temporal's id of a schedule.
func ScheduleID(tenantID, flow, subject string) string {
	return schedulePrefix + dotted(tenantID, flow, subject)
}

// dotted joins the parts of an id; one that is empty is left out.
func dotted(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), ".")
}

const schedulePrefix = "schedule."

// ScheduleOf is the reverse of ScheduleID; ok is false for an id that somebody else made.
func ScheduleOf(id string) (tenantID, flow, subject string, ok bool) {
	rest, ours := strings.CutPrefix(id, schedulePrefix)
	tenantID, rest, parted := strings.Cut(rest, ".")
	flow, subject, _ = strings.Cut(rest, ".")
	return tenantID, flow, subject, ours && parted
}

// ScheduledRun is the input of every flow that a schedule starts.
type ScheduledRun struct {
	TenantID string    `json:"tenant_id"` // or tenant.PlatformID
	Subject  string    `json:"subject,omitempty"`
	Date     string    `json:"date"`   // of DueAt in the schedule's time zone, as 2006-01-02
	DueAt    time.Time `json:"due_at"` // when the schedule asked for it
}

// ScheduledID is the workflow id of a flow's run of a date, or of a moment: there is one.
func ScheduledID(flow, tenantID, subject, when string) string {
	return dotted(flow, tenantID, subject) + "." + when
}

// DispatchID is the workflow id of what a schedule starts, before the timestamp that Temporal appends.
func DispatchID(tenantID, flow, subject string) string {
	return "dispatch." + dotted(tenantID, flow, subject)
}
