// Package conversation is the flow of journeys with one person: it waits for their messages and for the
// journeys' times, lets the engine take each turn, and makes sure that each message that it asks for is sent once.
package conversation

import (
	"time"

	"github.com/promostack/promostack/internal/contract"
)

// Workflow is the name of the flow.
const Workflow = "Conversation"

// SignalMessages says that messages have arrived; they are in the inbox. The name on the wire is an older one.
const SignalMessages = "nudge"

// Input names the conversation. Carry is set by continue-as-new.
type Input struct {
	Chat  contract.Chat `json:"chat"`
	Carry *Carry        `json:"carry,omitempty"`
}

// Carry is what a run still had to pass to the next turn: how a message ended, or that its time has come.
type Carry struct {
	Sent  *contract.TurnSent `json:"sent,omitempty"`
	Timer *time.Time         `json:"timer,omitempty"`
}
