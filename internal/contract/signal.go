package contract

import "time"

// FlowSignal is the flow of one signal, from its proposal until all that happened to it was told.
const FlowSignal = "signal"

// SignalID is the workflow id of a signal.
func SignalID(tenantID, signal string) string { return dotted(FlowSignal, tenantID, signal) }

// Signal names a signal.
type Signal struct {
	TenantID string `json:"tenant_id"`
	SignalID string `json:"signal_id"`
}

// OutboxSignal is the outbox's kind for signals whose flow has something to do; the payload is a Signal.
const OutboxSignal = "signal"

// Activities of signals (activities.Signals).
const (
	// AdvanceSignal applies what the market has done, and says what is to be posted: a local activity. Input: Signal;
	// result: SignalAdvanced.
	AdvanceSignal = "signals.Advance"
	// PostSignal sends one post of a signal. Input: SignalPost.
	PostSignal = "signals.Post"
	// AskAboutSignal sends the question whether a signal may go out to those who may answer it. Input: Signal.
	AskAboutSignal = "signals.Ask"
)

// SignalAdvanced is how far a signal is.
type SignalAdvanced struct {
	// Posts are the ids of what is to be sent, in order.
	Posts []string `json:"posts,omitempty"`
	// Ask says that those who may approve it are to be asked.
	Ask bool `json:"ask,omitempty"`
	// Over says that nothing more can happen to it.
	Over bool `json:"over,omitempty"`
	// Again is when to look although nobody asked for it.
	Again time.Duration `json:"again,omitempty"`
	// Said is for operators.
	Said string `json:"said"`
}

// SignalPost names a post of a signal.
type SignalPost struct {
	TenantID string `json:"tenant_id"`
	SignalID string `json:"signal_id"`
	PostID   string `json:"post_id"`
}
