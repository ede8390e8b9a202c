package botapi

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"

	"github.com/promostack/promostack/internal/base/fault"
)

// Codes of the faults that a call can end with.
const (
	Limited      = "telegram_rate_limited" // not taken; RetryAfter says when
	Blocked      = "telegram_blocked"      // the person doesn't want messages, or is gone
	NoAccess     = "telegram_no_access"    // the bot may not do this in that chat
	Migrated     = "telegram_migrated"     // the chat has another id now: MigrateTo
	ChatNotFound = "telegram_chat_not_found"
	WrongFile    = "telegram_wrong_file"   // a file id that this bot doesn't know
	NotModified  = "telegram_not_modified" // the edit changes nothing
	Gone         = "telegram_gone"         // the message or the query no longer exists
	Protected    = "telegram_protected"    // the message may not be forwarded
	Undeletable  = "telegram_undeletable"  // the message exists and stays
	BadRequest   = "telegram_bad_request"
	Unauthorized = "telegram_unauthorized" // the token is not valid (any more)
	Conflict     = "telegram_conflict"     // another poller, or a webhook, has the updates
	Away         = "telegram_away"         // certainly not taken: no connection, or Telegram said so
	Ambiguous    = "telegram_ambiguous"    // it may have been taken
)

// Failure is why a call failed. Its fault is in the chain.
type Failure struct {
	Code      string
	MigrateTo int64
	Fault     *fault.Error
}

// Error implements error; it holds no token.
func (f *Failure) Error() string { return f.Fault.Error() }

// Unwrap gives the fault to errors.As.
func (f *Failure) Unwrap() error { return f.Fault }

// CodeOf returns the code of a Failure in the chain, or "".
func CodeOf(err error) string {
	if f, ok := errors.AsType[*Failure](err); ok {
		return f.Code
	}
	return ""
}

func failed(kind fault.Kind, code, message, remedy string) *Failure {
	e := fault.New(kind, code, "%s", message)
	e.Remedy = remedy
	return &Failure{Code: code, Fault: e}
}

// failure says what an error of the library means, and above all whether Telegram may have acted.
func (w *wire) failure(method string, err error) *Failure {
	said, ok := errors.AsType[*tgbotapi.Error](err)
	if !ok {
		return w.unanswered(method, err)
	}
	code := said.Code
	if code == 0 { // the library's uploads drop it
		code = int(w.status.Load())
	}
	after := time.Duration(said.RetryAfter) * time.Second
	if after == 0 {
		after = time.Duration(w.after.Load()) * time.Second
	}
	f := answered(code, said.Message)
	switch f.Code {
	case Migrated:
		f.MigrateTo = said.MigrateToChatID
	case Limited:
		f.Fault = f.Fault.WithRetryAfter(max(after, time.Second))
	}
	if said.MigrateToChatID != 0 && f.Code != Migrated {
		f = failed(fault.Conflict, Migrated, "The chat has moved to another id", "")
		f.MigrateTo = said.MigrateToChatID
	}
	f.Fault.Cause = errors.New("telegram " + method + ": " + strconv.Itoa(code) + " " + said.Message)
	return f
}

// unanswered is a call without an answer that can be read.
func (w *wire) unanswered(method string, err error) *Failure {
	notTaken := w.status.Load() == 0 && (!w.begun.Load() || w.broken.Load())
	cause := errors.New("telegram " + method + ": " + err.Error())
	var f *Failure
	switch {
	case notTaken:
		f = failed(fault.Unavailable, Away, "Telegram can't be reached", "It is retried automatically; check the network if this persists")
	default:
		f = failed(fault.Unavailable, Ambiguous, "The connection broke during the call to Telegram, so it may or may not have arrived", "")
	}
	if errors.Is(err, context.Canceled) {
		cause = errors.Join(cause, context.Canceled)
	}
	f.Fault.Cause = cause
	return f
}

// said pairs a part of Telegram's description, in lower case, with what it means.
var descriptions = []struct {
	part string
	kind fault.Kind
	code string
	text string
	hint string
}{
	{"bot was blocked by the user", fault.Forbidden, Blocked, "The person has blocked the bot", ""},
	{"user is deactivated", fault.Forbidden, Blocked, "The person's Telegram account is gone", ""},
	{"bot can't initiate conversation", fault.Forbidden, Blocked, "The person has not started the bot yet", "Send them the bot's link"},
	{"bot can't send messages to bots", fault.Forbidden, Blocked, "Bots can't write to bots", ""},
	{"bot was kicked", fault.Forbidden, NoAccess, "The bot was removed from that chat", "Add it again, as an administrator of a channel"},
	{"bot is not a member", fault.Forbidden, NoAccess, "The bot is not a member of that chat", "Add it, as an administrator of a channel"},
	{"need administrator rights", fault.Forbidden, NoAccess, "The bot is not allowed to post there", "Make it an administrator who may post messages"},
	{"not enough rights", fault.Forbidden, NoAccess, "The bot is not allowed to do that there", "Give it the rights of an administrator who may post messages"},
	{"have no rights to send", fault.Forbidden, NoAccess, "The bot is not allowed to write there", "Make it an administrator who may post messages"},
	{"chat_write_forbidden", fault.Forbidden, NoAccess, "The bot is not allowed to write there", "Make it an administrator who may post messages"},
	{"upgraded to a supergroup", fault.Conflict, Migrated, "The chat has moved to another id", ""},
	{"chat not found", fault.NotFound, ChatNotFound, "Telegram doesn't know that chat", "Check its name, and add the bot to it"},
	{"message is not modified", fault.Conflict, NotModified, "The message is already like that", ""},
	{"message to edit not found", fault.NotFound, Gone, "The message no longer exists", ""},
	{"message to delete not found", fault.NotFound, Gone, "The message no longer exists", ""},
	{"message can't be deleted", fault.Forbidden, Undeletable, "Telegram lets a bot delete a message for 48 hours only",
		"Delete it in Telegram, or let the bot delete messages of the channel and try again"},
	{"message can't be edited", fault.Forbidden, Gone, "The message can't be changed any more", ""},
	{"message can't be forwarded", fault.Forbidden, Protected, "The message may not be forwarded", "Switch “Restrict saving content” off in the channel that it comes from"},
	{"query is too old", fault.NotFound, Gone, "The button was pressed too long ago", ""},
	{"wrong file identifier", fault.Invalid, WrongFile, "Telegram doesn't know that file", ""},
	{"wrong remote file", fault.Invalid, WrongFile, "Telegram doesn't know that file", ""},
	{"file reference has expired", fault.Invalid, WrongFile, "Telegram doesn't know that file any more", ""},
}

// answered is what Telegram's own error says.
func answered(code int, description string) *Failure {
	lower := strings.ToLower(description)
	switch {
	case code == http.StatusTooManyRequests:
		return failed(fault.RateLimited, Limited, "Telegram asks for a pause", "It continues automatically")
	case code >= http.StatusInternalServerError:
		// Telegram says so for messages too that it has already accepted.
		return failed(fault.Unavailable, Ambiguous, "Telegram had an internal error, so it may or may not have arrived", "")
	}
	for _, d := range descriptions {
		if strings.Contains(lower, d.part) {
			return failed(d.kind, d.code, d.text, d.hint)
		}
	}
	switch code {
	case http.StatusUnauthorized, http.StatusNotFound: // a malformed token is "not found"
		return failed(fault.Forbidden, Unauthorized, "Telegram refuses the bot's token", "Open Connections and paste the token that @BotFather gives")
	case http.StatusForbidden:
		return failed(fault.Forbidden, NoAccess, "Telegram doesn't let the bot do that", "Look at its rights in the chat")
	case http.StatusConflict:
		return failed(fault.Conflict, Conflict, "Another program fetches this bot's updates", "Stop it, or use another bot")
	case http.StatusRequestEntityTooLarge:
		return failed(fault.TooLarge, BadRequest, "The file is too large for Telegram", "")
	}
	return failed(fault.Invalid, BadRequest, "Telegram refuses the message: "+strings.TrimPrefix(description, "Bad Request: "), "")
}

func parseSeconds(text string) (int64, bool) {
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil && n > 0
}
