// Package bulkrender is the flow of a bulk job: the dry run of its rows, the wait for a person, the
// images chunk by chunk, and the archive. Rows, counts and states live in the database; the flow
// holds only which chunks are still to be made.
package bulkrender

import "github.com/promostack/promostack/internal/contract"

// Workflow is the name of the flow.
const Workflow = "BulkRender"

// SignalCommand carries a contract.BulkCommand.
const SignalCommand = "command"

// QueryProgress answers a Progress.
const QueryProgress = "progress"

// Input names the job. Carry is what a run hands to the one that continues it.
type Input struct {
	TenantID string `json:"tenant_id"`
	JobID    string `json:"job_id"`
	Carry    *Carry `json:"carry,omitempty"`
}

// Carry is the state of a run that continues as a new one.
type Carry struct {
	Seen    int64 `json:"seen"` // version of the last command
	Paused  bool  `json:"paused"`
	Waiting []int `json:"waiting"` // chunks to be made
	Chunks  int   `json:"chunks"`
}

// Phase of the flow.
type Phase string

// The phases of the flow.
const (
	PhaseChecking  Phase = "checking"
	PhaseReady     Phase = "ready"
	PhaseRendering Phase = "rendering"
	PhaseFinishing Phase = "finishing"
	PhaseEnded     Phase = "ended"
)

// Progress is the flow's progress, for operators.
type Progress struct {
	Phase   Phase `json:"phase"`
	Paused  bool  `json:"paused"`
	Rows    int   `json:"rows"`
	Checked int   `json:"checked"` // rows
	Chunks  int   `json:"chunks"`
	Made    int   `json:"made"` // chunks
}

// ID is the workflow's id: one flow for each job.
func ID(tenantID, jobID string) string { return contract.BulkID(tenantID, jobID) }
