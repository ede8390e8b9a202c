package contract

import "time"

// FlowHype is the flow of one run of a hype flow: the messages that follow the call to action of a day.
const FlowHype = "hype"

// HypeRun is one run of a hype flow.
type HypeRun struct {
	TenantID string    `json:"tenant_id"`
	FlowID   string    `json:"flow_id"`
	Date     string    `json:"date"`              // of the call to action in UTC, as 2006-01-02; of a manual run, of its start
	At       time.Time `json:"at"`                // when the call to action was known to be sent, or somebody asked for the run
	Request  string    `json:"request,omitempty"` // names a manual run
	By       string    `json:"by,omitempty"`      // who asked for a manual run
}

// Name is what there is one of: a flow's run of a date, or a manual one. The slots of its messages begin with it.
func (in HypeRun) Name() string {
	if in.Request != "" {
		return dotted(FlowHype, in.FlowID, "manual", in.Request)
	}
	return dotted(FlowHype, in.FlowID, in.Date)
}

// HypeID is the workflow id of a run.
func HypeID(in HypeRun) string {
	if in.Request != "" {
		return dotted(FlowHype, in.TenantID, in.FlowID, "manual", in.Request)
	}
	return ScheduledID(FlowHype, in.TenantID, in.FlowID, in.Date)
}

// OutboxHype is the outbox's kind for runs that are to start; the payload is a HypeRun.
const OutboxHype = "hype"

// Activities of the hype bot (activities.Hype).
const (
	// LookAtHype says which message of a run comes next, and when: a local activity. Input: HypeRun; result: HypeTurn.
	LookAtHype = "hype.Look"
	// PostHype makes and sends a message, or skips it. Input: HypeMessage.
	PostHype = "hype.Post"
)

// HypeTurn is the message whose turn it is; none is left when Message is 0.
type HypeTurn struct {
	Message int       `json:"message,omitempty"`
	At      time.Time `json:"at,omitzero"`
	Said    string    `json:"said"` // for operators: each message in a line
}

// HypeMessage names a message of a run.
type HypeMessage struct {
	HypeRun
	Message int       `json:"message"` // 1 is the first
	Due     time.Time `json:"due"`
}
