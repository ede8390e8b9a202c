package contract

import (
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/engine/journey"
)

// Activities of conversation journeys (activities.Conversation).
const (
	// ConversationTurn lets the engine act on what happened and what arrived: a local activity. Input:
	// Turn; result: Turned.
	ConversationTurn = "conversation.Turn"
	// ConversationSend sends the message that a turn asked for. Input: TurnSendInput; result: TurnSent.
	ConversationSend = "conversation.Send"
)

// FlowConversation is the flow of journeys with one person, and the route of its messages.
const FlowConversation = "conversation"

// Turn names a conversation and what happened besides what is in the inbox. ID names the turn: one that
// is asked for again gives the same.
type Turn struct {
	Chat  Chat       `json:"chat"`
	ID    string     `json:"id"`
	Timer *time.Time `json:"timer,omitempty"` // the time that was waited for has come
	Sent  *TurnSent  `json:"sent,omitempty"`
}

// Turned is what a conversation wants now.
type Turned struct {
	Send    *TurnSend    `json:"send,omitempty"`    // a message; its end is the next turn's Sent
	Answers []TurnAnswer `json:"answers,omitempty"` // to pressed buttons
	Due     *time.Time   `json:"due,omitempty"`     // without a message, the next turn's Timer
	More    bool         `json:"more,omitempty"`    // the inbox holds more than one turn reads
	Closed  bool         `json:"closed,omitempty"`  // nothing is waited for
	Step    string       `json:"step,omitempty"`    // its position, for operators
}

// TurnSend names a message of a session: the database has what is in it.
type TurnSend struct {
	Session string `json:"session"`
	Visit   int    `json:"visit"`
	Attempt int    `json:"try"`
	Account bool   `json:"account,omitempty"` // it goes out through the user account
}

// Key names the message within the tenant.
func (s TurnSend) Key() string {
	return FlowConversation + "." + s.Session + "." + strconv.Itoa(s.Visit) + "." + strconv.Itoa(s.Attempt)
}

// TurnSent is how a message ended.
type TurnSent struct {
	TurnSend
	Result  journey.SendResult `json:"result"`
	Problem string             `json:"problem,omitempty"`
}

// TurnAnswer ends the spinning of a button.
type TurnAnswer struct {
	CallbackID string `json:"callback_id"`
	Text       string `json:"text,omitempty"`
}

// TurnSendInput is a message of a conversation.
type TurnSendInput struct {
	Chat Chat     `json:"chat"`
	Send TurnSend `json:"send"`
}
