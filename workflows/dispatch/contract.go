// Package dispatch is the flow that every schedule starts. A schedule of the engine appends a
// timestamp to the ids of what it starts, so it starts a dispatch, and that starts the actual flow
// under an id with the date: there is one run a day, whatever restarts or is triggered again. What
// runs at an interval has the moment in its id instead.
package dispatch

import "github.com/promostack/promostack/internal/contract"

// Workflow is the name of the flow.
const Workflow = "Dispatch"

// Input says what to start.
type Input struct {
	TenantID string `json:"tenant_id"`
	Flow     string `json:"flow"`              // names it in ids
	Subject  string `json:"subject,omitempty"` // names it in ids too
	Moments  bool   `json:"moments,omitempty"` // it runs more than once a day
	Workflow string `json:"workflow"`          // its registered name
	TimeZone string `json:"timezone"`          // whose dates count: an IANA name; empty is UTC
	// LatestAfter is how many seconds after its time the flow may still begin; 0 is any time.
	LatestAfter int64 `json:"latest_after,omitempty"`
}

// Result says what happened, for operators.
type Result struct {
	Started string `json:"started,omitempty"` // workflow id
	Skipped string `json:"skipped,omitempty"` // why nothing was started
}

// Run is the input of what is started.
type Run = contract.ScheduledRun
