// Package conversation is the flow of journeys with one person: it waits for their messages and for the
// journeys' times, lets the engine take each turn, and sees to it that what it wants said is said once.
package conversation

import (
	"time"

	"github.com/promostack/promostack/internal/contract"
)

// Workflow is the name of the flow.
const Workflow = "Conversation"

// SignalMessages says that messages came in; they are in the inbox. Its name on the wire is older.
const SignalMessages = "nudge"

// Input names the conversation. Carry is set by continue-as-new.
type Input struct {
	Chat  contract.Chat `json:"chat"`
	Carry *Carry        `json:"carry,omitempty"`
}

// Carry is what a run still had to tell the next turn: how a message ended, or that its time has come.
type Carry struct {
	Sent  *contract.TurnSent `json:"sent,omitempty"`
	Timer *time.Time         `json:"timer,omitempty"`
}
