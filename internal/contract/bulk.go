package contract

// Activities of bulk jobs (activities.Bulk).
const (
	// CheckBulk is the dry run of some rows. Input: BulkRows.
	CheckBulk = "bulk.Check"
	// BulkChecked ends the dry run. Input: BulkJob; result: BulkStatus.
	BulkChecked = "bulk.Checked"
	// PlanBulk divides a started job into chunks. Input: BulkJob; result: their number.
	PlanBulk = "bulk.Plan"
	// RenderBulkChunk makes the images of one chunk. Input: BulkChunk.
	RenderBulkChunk = "bulk.RenderChunk"
	// FinishBulk closes the archive. Input: BulkJob; result: chunks that must be made again.
	FinishBulk = "bulk.Finish"
	// EndBulk closes a job without an archive. Input: BulkEnd.
	EndBulk = "bulk.End"
	// BulkCounts reads a job's progress. Input: BulkJob; result: BulkStatus.
	BulkCounts = "bulk.Counts"
)

// OutboxBulk is the outbox's kind for commands to a bulk job's flow; the payload is a BulkCommand.
const OutboxBulk = "bulk"

// BulkAction is what a bulk job's flow shall do.
type BulkAction string

// The actions of a bulk job.
const (
	BulkBegin  BulkAction = "begin"
	BulkStart  BulkAction = "start"
	BulkPause  BulkAction = "pause"
	BulkResume BulkAction = "resume"
	BulkCancel BulkAction = "cancel"
)

// BulkID is the workflow id of a job.
func BulkID(tenantID, jobID string) string { return "bulkrender." + tenantID + "." + jobID }

// BulkCommand is what a person asked a job for. Version is the job's row version at that time:
// a command may arrive twice, and late.
type BulkCommand struct {
	TenantID string     `json:"tenant_id"`
	JobID    string     `json:"job_id"`
	Command  BulkAction `json:"command"`
	Version  int64      `json:"version"`
}

// BulkJob names a job.
type BulkJob struct {
	JobID string `json:"job_id"`
}

// BulkRows names rows of a job by their numbers, both included.
type BulkRows struct {
	JobID string `json:"job_id"`
	From  int    `json:"from"`
	To    int    `json:"to"`
}

// BulkChunk names a chunk of a job.
type BulkChunk struct {
	JobID  string `json:"job_id"`
	Number int    `json:"number"`
}

// BulkEnd says how a job ends without an archive; no Code means that it was cancelled.
type BulkEnd struct {
	JobID   string `json:"job_id"`
	Code    string `json:"code,omitempty"`
	Message string `json:"message,omitempty"`
	Remedy  string `json:"remedy,omitempty"`
}

// BulkStatus is a job's progress in the database.
type BulkStatus struct {
	State string `json:"state"`
	Total int    `json:"total"`
}
