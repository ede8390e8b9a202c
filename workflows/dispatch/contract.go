// Package dispatch is the flow that every schedule starts. A schedule of the engine appends a
// timestamp to the ids of what it starts, so it starts a dispatch, and that starts the flow meant
// under an id with the date: there is one run a day, whatever restarts or is triggered again.
package dispatch

import "github.com/promostack/promostack/internal/contract"

// Workflow is the name of the flow.
const Workflow = "Dispatch"

// Input says what to start.
type Input struct {
	TenantID string `json:"tenant_id"`
	Flow     string `json:"flow"`     // names it in ids
	Workflow string `json:"workflow"` // its registered name
	TimeZone string `json:"timezone"` // whose dates count: an IANA name; empty is UTC
	// LatestAfter is how many seconds after its time the flow may still begin; 0 is any time.
	LatestAfter int64 `json:"latest_after,omitempty"`
}

// Result says what came of it, for operators.
type Result struct {
	Started string `json:"started,omitempty"` // workflow id
	Skipped string `json:"skipped,omitempty"` // why nothing was started
}

// ID is the workflow id that a schedule gives to its dispatches, before the timestamp.
func ID(tenantID, flow string) string { return "dispatch." + tenantID + "." + flow }

// Run is the input of what is started.
type Run = contract.ScheduledRun
