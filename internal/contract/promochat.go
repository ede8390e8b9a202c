package contract

import "github.com/promostack/promostack/internal/engine/promochat"

// Activities of the promo bot's conversations (activities.PromoBot).
const (
	// ChatStep reads the new messages and decides what to do: a local activity. Input: ChatStepInput;
	// result: ChatStepped.
	ChatStep = "promobot.Step"
	// ChatEffect carries out one effect. Input: ChatEffectInput; result: ChatDone.
	ChatEffect = "promobot.Effect"
)

// Chat names the promo bot's conversation with a person.
type Chat struct {
	TenantID     string `json:"tenant_id"`
	ConnectionID string `json:"connection_id"`
	UserID       int64  `json:"user_id"`
}

// ChatStepInput is where a conversation is, and what happened besides the messages in the inbox.
type ChatStepInput struct {
	Chat         Chat             `json:"chat"`
	Conversation string           `json:"conversation,omitempty"` // its id; empty at the beginning
	State        promochat.State  `json:"state"`
	Seq          int64            `json:"seq"`   // of the last message that was acted on
	Count        int              `json:"count"` // effects since that message
	Event        *promochat.Event `json:"event,omitempty"`
}

// ChatStepped is where a conversation is now, and what must be done.
type ChatStepped struct {
	Conversation string          `json:"conversation,omitempty"`
	State        promochat.State `json:"state"`
	Seq          int64           `json:"seq"`
	Count        int             `json:"count"`
	Effects      []KeyedEffect   `json:"effects,omitempty"`
	Closed       bool            `json:"closed,omitempty"` // nothing more has arrived, and nothing is waited for
}

// KeyedEffect is an effect with a name of its own: the conversation's id, the message that it answers,
// and its number.
type KeyedEffect struct {
	promochat.Effect
	Key string `json:"key"`
}

// ChatEffectInput names an effect of a conversation.
type ChatEffectInput struct {
	Chat   Chat        `json:"chat"`
	Effect KeyedEffect `json:"effect"`
}

// ChatDone is how an effect ended. Away tells that the person can't be written to any more.
type ChatDone struct {
	Outcome promochat.Outcome `json:"outcome"`
	Away    bool              `json:"away,omitempty"`
}
