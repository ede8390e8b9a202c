package contract

import "strconv"

// Activities of user accounts (activities.Account).
const (
	// OwnAccount holds the connection of an account. Input: Connection; result: AccountOwned. It runs
	// for hours and heartbeats.
	OwnAccount = "account.Own"
	// FindAccountOwner tells who owns an account now. Input: AccountFind; result: AccountOwner.
	FindAccountOwner = "account.FindOwner"
	// SendFromAccount sends a private message; it is for the owner's own queue. Input: AccountSend;
	// result: AccountSent.
	SendFromAccount = "account.Send"
)

// OutboxAccount is the outbox's kind for accounts that need an owner; the payload is a Connection.
const OutboxAccount = "account"

// AccountID is the workflow id of an account's owner.
func AccountID(tenantID, connectionID string) string {
	return "useraccount." + tenantID + "." + connectionID
}

// AccountQueue is the task queue of one owner. A later owner has another one.
func AccountQueue(connectionID string, fence int64) string {
	return "account." + connectionID + "." + strconv.FormatInt(fence, 10)
}

// AccountEnd is how the ownership of an account ended.
type AccountEnd string

// The ends of an ownership.
const (
	AccountIdle    AccountEnd = "idle"    // it is not signed in, and nobody is signing it in
	AccountBroken  AccountEnd = "broken"  // Telegram ended its session
	AccountGone    AccountEnd = "gone"    // the connection no longer exists
	AccountStopped AccountEnd = "stopped" // the worker stops, or has had it for long: another one takes over
)

// AccountOwned tells how the ownership of an account ended.
type AccountOwned struct {
	State AccountEnd `json:"state"`
}

// AccountFind asks who owns an account. With a conversation's message it asks too whether that is still to
// be sent; and then an account that is not signed in is waited for.
type AccountFind struct {
	Connection
	Turn *TurnSend `json:"turn,omitempty"`
}

// AccountOwner names the owner of an account; Fence is 0 while there is none.
type AccountOwner struct {
	Fence   int64 `json:"fence"`
	Skipped bool  `json:"skipped,omitempty"` // the conversation's message is not to be sent any more
}

// AccountSend is a private message. Key names the effect: the same key is sent once.
type AccountSend struct {
	ConnectionID string `json:"connection_id"`
	Fence        int64  `json:"fence"` // of the owner that is asked; filled in by the flow
	Key          string `json:"key"`
	User         int64  `json:"user"`
	Text         string `json:"text,omitempty"`
	HTML         bool   `json:"html,omitempty"`
	// Turn names a conversation's message instead of a text: the owner looks it up, and whether it is
	// still to be sent.
	Turn *TurnSend `json:"turn,omitempty"`
}

// AccountSendState is how a message from an account ended.
type AccountSendState string

// The ends of a message.
const (
	AccountSentOut AccountSendState = "sent"
	AccountFailed  AccountSendState = "failed"
	AccountSkipped AccountSendState = "skipped" // a conversation's message that is not to be sent any more
)

// AccountBlocked is the code of a failure that means that the person can't be written to.
const AccountBlocked = "account_blocked"

// AccountLimited is the code of a connection's problem: Telegram lets the account write to nobody new for a while.
const AccountLimited = "account_limited"

// AccountSent is how it ended, with the reason.
type AccountSent struct {
	State     AccountSendState `json:"state"`
	MessageID int64            `json:"message_id,omitempty"` // 0 when an earlier attempt had sent it
	Code      string           `json:"code,omitempty"`
	Message   string           `json:"message,omitempty"`
	Remedy    string           `json:"remedy,omitempty"`
}
