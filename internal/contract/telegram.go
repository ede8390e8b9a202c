package contract

import (
	"strconv"
)

// Activities on connections (activities.Telegram).
const (
	// PrepareUpdates tells Telegram how to deliver a bot's updates. Input: Connection; result: Updates.
	PrepareUpdates = "telegram.PrepareUpdates"
	// PollUpdates fetches a bot's updates until its connection changes. Input: Connection; result:
	// Updates. It heartbeats.
	PollUpdates = "telegram.PollUpdates"
	// SendDelivery sends what a person asked for. Input: Delivery; result: Delivered.
	SendDelivery = "promobot.SendDelivery"
	// FailDelivery records that it was given up. Input: Delivery; result: Delivered.
	FailDelivery = "promobot.FailDelivery"
)

// Connection names a tenant's connection.
type Connection struct {
	TenantID     string `json:"tenant_id"`
	ConnectionID string `json:"connection_id"`
}

// UpdatesMode is how a bot's updates are received.
type UpdatesMode string

// Ways in which a bot's updates are received; the settings' own is UpdatesAuto.
const (
	UpdatesAuto    UpdatesMode = "auto"    // a webhook where Telegram can reach PUBLIC_URL, else polling
	UpdatesGone    UpdatesMode = "gone"    // the connection no longer exists
	UpdatesOff     UpdatesMode = "off"     // it can't be used until somebody changes it
	UpdatesWebhook UpdatesMode = "webhook" // Telegram delivers them to a webhook
	UpdatesPolling UpdatesMode = "polling" // they are fetched
)

// Updates tells how a bot's updates are received now.
type Updates struct {
	Mode UpdatesMode `json:"mode"`
}

// OutboxConnection is the outbox's kind for connections that were made, changed or removed; the
// payload is a Connection.
const OutboxConnection = "connection"

// OutboxUpdates is the outbox's kind for connections whose flow must run, and may run already; the
// payload is a Connection.
const OutboxUpdates = "connection.ensure"

// FlowUpdates is the name of the flow that makes sure that a bot's updates are received.
const FlowUpdates = "botupdates"

// UpdatesID is the workflow id of a connection's updates.
func UpdatesID(tenantID, connectionID string) string {
	return FlowUpdates + "." + tenantID + "." + connectionID
}

// FlowPromoChat is the promo bot's conversation with one person, and the route of its messages.
const FlowPromoChat = "promochat"

// ChatMessage says that a conversation has messages up to Seq. The messages are in the inbox.
type ChatMessage struct {
	TenantID     string `json:"tenant_id"`
	ConnectionID string `json:"connection_id"`
	UserID       int64  `json:"user_id"`
	Seq          int64  `json:"seq"`
}

// OutboxErased is the outbox's kind for people who were erased: what Temporal keeps of their
// conversations goes too. The payload is an Erased.
const OutboxErased = "subscriber.erased"

// Erased names a flow of a person who was erased; without a name it is the promo bot's.
type Erased struct {
	Chat
	Flow string `json:"flow,omitempty"`
}

// ChatID is the workflow id of a person's conversation with a flow (FlowConversation, FlowPromoChat). Outbox
// messages for it are of the kind that the flow's name gives; their payload is a ChatMessage.
func ChatID(flow, tenantID, connectionID string, user int64) string {
	return flow + "." + tenantID + "." + connectionID + "." + strconv.FormatInt(user, 10)
}

// OutboxDelivery is the outbox's kind for messages that a person asked for; the payload is a
// Delivery.
const OutboxDelivery = "delivery"

// Delivery names a message that a person asked for. Version is the row's at that time: a person may
// ask for the same again.
type Delivery struct {
	TenantID   string `json:"tenant_id"`
	DeliveryID string `json:"delivery_id"`
	Version    int64  `json:"version"`
}

// DeliveryFlowID is the workflow id of one request for a delivery.
func DeliveryFlowID(in Delivery) string {
	return "delivery." + in.TenantID + "." + in.DeliveryID + "." + strconv.FormatInt(in.Version, 10)
}

// Delivered is how a delivery ended: sent, failed or unknown.
type Delivered struct {
	State string `json:"state"`
}

// AnswerCallback is the activity that ends the spinning of a pressed button (activities.Telegram). Input:
// CallbackAnswer.
const AnswerCallback = "telegram.AnswerCallback"

// CallbackAnswer ends the spinning of a pressed button, with a short plain text or none.
type CallbackAnswer struct {
	ConnectionID string `json:"connection_id"`
	CallbackID   string `json:"callback_id"`
	Text         string `json:"text,omitempty"`
	Alert        bool   `json:"alert,omitempty"`
}
