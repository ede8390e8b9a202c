package contract

import (
	"strconv"

	"github.com/promostack/promostack/internal/engine/message"
)

// Activities on connections (activities.Telegram).
const (
	// PrepareUpdates tells Telegram how a bot's updates come in. Input: Connection; result: Updates.
	PrepareUpdates = "telegram.PrepareUpdates"
	// PollUpdates fetches a bot's updates until its connection changes. Input: Connection; result:
	// Updates. It heartbeats.
	PollUpdates = "telegram.PollUpdates"
	// SendDelivery sends what a person asked for. Input: Delivery; result: Delivered.
	SendDelivery = "promobot.SendDelivery"
	// FailDelivery notes that it was given up. Input: Delivery; result: Delivered.
	FailDelivery = "promobot.FailDelivery"
)

// Connection names a tenant's connection.
type Connection struct {
	TenantID     string `json:"tenant_id"`
	ConnectionID string `json:"connection_id"`
}

// Ways in which a bot's updates come in.
const (
	UpdatesGone    = "gone"    // the connection is no more
	UpdatesOff     = "off"     // it can't be used until somebody changes it
	UpdatesWebhook = "webhook" // Telegram brings them
	UpdatesPolling = "polling" // they are fetched
)

// Updates tells how a bot's updates come in now.
type Updates struct {
	Mode string `json:"mode"`
}

// FollowUpConnection is the outbox's kind for connections that were made, changed or removed; the
// payload is a Connection.
const FollowUpConnection = "connection"

// FollowUpUpdates is the outbox's kind for connections whose flow must run, and may run already; the
// payload is a Connection.
const FollowUpUpdates = "connection.ensure"

// FlowUpdates is the name of the flow that sees to it that a bot's updates come in.
const FlowUpdates = "botupdates"

// UpdatesID is the workflow id of a connection's updates.
func UpdatesID(tenantID, connectionID string) string {
	return FlowUpdates + "." + tenantID + "." + connectionID
}

// FlowPromoChat is the promo bot's conversation with one person, and the route of its messages.
const FlowPromoChat = "promochat"

// FollowUpChat is the outbox's kind for messages that came in for a promo chat; the payload is a
// ChatMessage.
const FollowUpChat = "promochat"

// ChatMessage says that a conversation has messages up to Seq. The messages are in the inbox.
type ChatMessage struct {
	TenantID     string `json:"tenant_id"`
	ConnectionID string `json:"connection_id"`
	UserID       int64  `json:"user_id"`
	Seq          int64  `json:"seq"`
}

// FollowUpErased is the outbox's kind for people who were erased: what the engine keeps of their
// conversations goes too. The payload is an Erased.
const FollowUpErased = "subscriber.erased"

// Erased names a flow of a person who was erased; without a name it is the promo bot's.
type Erased struct {
	Chat
	Flow string `json:"flow,omitempty"`
}

// PromoChatID is the workflow id of the promo bot's conversation with a person.
func PromoChatID(tenantID, connectionID string, user int64) string {
	return FlowPromoChat + "." + tenantID + "." + connectionID + "." + strconv.FormatInt(user, 10)
}

// FollowUpDelivery is the outbox's kind for messages that a person asked for; the payload is a
// Delivery.
const FollowUpDelivery = "delivery"

// Delivery names a message that a person asked for. Version is the row's at that time: a person may
// ask for the same again.
type Delivery struct {
	TenantID   string `json:"tenant_id"`
	DeliveryID string `json:"delivery_id"`
	Version    int64  `json:"version"`
}

// DeliveryFlowID is the workflow id of one asking for a delivery.
func DeliveryFlowID(in Delivery) string {
	return "delivery." + in.TenantID + "." + in.DeliveryID + "." + strconv.FormatInt(in.Version, 10)
}

// Delivered is how a delivery ended: sent, failed or unknown.
type Delivered struct {
	State string `json:"state"`
}

// Activities that any flow sends with (activities.Telegram). Each may run any number of times: what
// went out under its key does not go out again.
const (
	// SendMessage sends a text, a photo, a document or an album. Input: Message; result: MessageSent.
	SendMessage = "telegram.SendMessage"
	// ForwardMessage and CopyMessage send a message of another chat. Input: Message; result: MessageSent.
	ForwardMessage = "telegram.ForwardMessage"
	CopyMessage    = "telegram.CopyMessage"
	// EditMessage changes the text, the caption or the buttons of what was sent. Input: MessageEdit.
	EditMessage = "telegram.EditMessage"
	// DeleteMessage removes what was sent. Input: MessageEdit.
	DeleteMessage = "telegram.DeleteMessage"
	// AnswerCallback ends the spinning of a pressed button. Input: CallbackAnswer.
	AnswerCallback = "telegram.AnswerCallback"
)

// Classes of messages: how urgent they are, and what becomes of one whose answer is lost.
const (
	ClassReply = "reply" // somebody waits for it; a lost one is sent again, and marked
	ClassPost  = "post"  // a lost one is unknown, and a person decides
	ClassBulk  = "bulk"  // one of many, after the replies; a lost one is unknown
)

// Message is what goes out. Key names it within the tenant: the same key is the same message.
type Message struct {
	ConnectionID string           `json:"connection_id"`
	Key          string           `json:"key"`
	Chat         int64            `json:"chat"`
	Class        string           `json:"class"`
	Text         string           `json:"text,omitempty"` // Telegram's HTML; of files, the caption
	Files        []MessageFile    `json:"files,omitempty"`
	Buttons      message.Keyboard `json:"buttons,omitempty"`
	Silent       bool             `json:"silent,omitempty"`
	NoPreview    bool             `json:"no_preview,omitempty"`
	Protect      bool             `json:"protect,omitempty"`
	ReplyTo      int64            `json:"reply_to,omitempty"`
	Topic        int64            `json:"topic,omitempty"`
	FromChat     int64            `json:"from_chat,omitempty"` // of a forward or a copy
	FromMessage  int64            `json:"from_message,omitempty"`
}

// MessageFile is a file in the object store.
type MessageFile struct {
	Kind    string `json:"kind"` // message.Photo or message.Document
	Object  string `json:"object"`
	SHA256  string `json:"sha256"` // of what is in it: a bot uploads the same content once
	Name    string `json:"name,omitempty"`
	Caption string `json:"caption,omitempty"`
}

// MessageSent is how a message ended: sent, failed or unknown.
type MessageSent struct {
	State     string  `json:"state"`
	MessageID int64   `json:"message_id,omitempty"`
	Album     []int64 `json:"album,omitempty"`
	Resent    bool    `json:"resent,omitempty"` // a call was in flight when its process died
	Code      string  `json:"code,omitempty"`   // why it failed
	Problem   string  `json:"problem,omitempty"`
	Remedy    string  `json:"remedy,omitempty"`
}

// MessageEdit names a message that was sent, and what it shall be.
type MessageEdit struct {
	ConnectionID string           `json:"connection_id"`
	Chat         int64            `json:"chat"`
	MessageID    int64            `json:"message_id"`
	Text         string           `json:"text,omitempty"`    // empty changes the buttons alone
	Caption      bool             `json:"caption,omitempty"` // the text is a file's caption
	Buttons      message.Keyboard `json:"buttons,omitempty"` // none takes them off
}

// CallbackAnswer ends the spinning of a pressed button, with a short plain text or none.
type CallbackAnswer struct {
	ConnectionID string `json:"connection_id"`
	CallbackID   string `json:"callback_id"`
	Text         string `json:"text,omitempty"`
	Alert        bool   `json:"alert,omitempty"`
}
