package contract

import "time"

// FlowCrossPromo is the flow of one day's programme of the FREE channel.
const FlowCrossPromo = "crosspromo"

// CrossPromoID is the workflow id of a day: there is one.
func CrossPromoID(tenantID, date string) string {
	return ScheduledID(FlowCrossPromo, tenantID, "", date)
}

// OutboxCrossPromo is the outbox's kind for days whose programme was changed; the payload is a ScheduledRun.
const OutboxCrossPromo = "crosspromo"

// Activities of cross-promotion (activities.CrossPromo).
const (
	// LookAtProgramme says what of a day is due and what comes next: a local activity. Input: ScheduledRun; result: ProgrammeTurn.
	LookAtProgramme = "crosspromo.Look"
	// PostOfProgramme makes and sends a slot's post, or skips it. Input: ProgrammeSlot.
	PostOfProgramme = "crosspromo.Post"
)

// ProgrammeTurn is how far a day is.
type ProgrammeTurn struct {
	Due  []string  `json:"due,omitempty"`  // slots whose time has come and whose post has not ended
	Next string    `json:"next,omitempty"` // the slot that comes next; empty for none
	At   time.Time `json:"at,omitzero"`    // when
	Said string    `json:"said"`           // for operators: each slot in a line
}

// ProgrammeSlot names a slot of a day.
type ProgrammeSlot struct {
	TenantID string `json:"tenant_id"`
	Date     string `json:"date"`
	Slot     string `json:"slot"`
}

// OutboxResult is the outbox's kind for what a signal has come to that the FREE channel may be told of; the payload is a
// SignalResult.
const OutboxResult = "crosspromo.result"

// SignalResult names an event of a signal; Seq 0 is that it was opened.
type SignalResult struct {
	TenantID string `json:"tenant_id"`
	SignalID string `json:"signal_id"`
	Seq      int    `json:"seq"`
}
