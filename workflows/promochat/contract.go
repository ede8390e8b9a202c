// Package promochat is the flow of the promo bot's conversation with one person: it waits for their
// messages, lets internal/engine/promochat decide, and makes sure that what was decided happens once.
package promochat

import (
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/promochat"
)

// Workflow is the name of the flow.
const Workflow = "PromoChat"

// SignalMessages says that messages have arrived; they are in the inbox. The name on the wire is an older one.
const SignalMessages = "nudge"

// Input names the conversation. Carry is set by continue-as-new.
type Input struct {
	Chat  contract.Chat `json:"chat"`
	Carry *Carry        `json:"carry,omitempty"`
}

// Carry is what a run hands to the next one.
type Carry struct {
	Conversation string           `json:"conversation,omitempty"`
	State        promochat.State  `json:"state"`
	Seq          int64            `json:"seq"`
	Count        int              `json:"count"`
	Event        *promochat.Event `json:"event,omitempty"`
}
