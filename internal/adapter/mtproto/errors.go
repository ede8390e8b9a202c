package mtproto

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/gotd/td/telegram/auth"
	"github.com/gotd/td/tgerr"

	"github.com/promostack/promostack/internal/base/fault"
)

// Codes of the faults that callers tell apart.
const (
	CodeBroken        = "account_session_broken" // sign in again
	CodeWrongCode     = "code_wrong"
	CodeExpiredCode   = "code_expired"
	CodeWrongPassword = "password_wrong"
	CodeUnreachable   = "telegram_unreachable"
	CodeNoPeer        = "account_peer_unknown"
)

// permanent reports whether Telegram refuses the session itself, so that no later call can succeed.
func permanent(err error) bool {
	e, ok := tgerr.As(err)
	if !ok || e.IsType("SESSION_PASSWORD_NEEDED") {
		return false
	}
	return e.Code == 401 || e.IsOneOf("AUTH_KEY_UNREGISTERED", "AUTH_KEY_DUPLICATED", "AUTH_KEY_INVALID",
		"SESSION_REVOKED", "SESSION_EXPIRED", "USER_DEACTIVATED", "USER_DEACTIVATED_BAN")
}

// refusal is Telegram's error name, and what a person is told about it.
type refusal struct {
	kind    fault.Kind
	code    string
	message string
	remedy  string
}

var refusals = map[string]refusal{
	"PHONE_NUMBER_INVALID":     {fault.Invalid, "phone_invalid", "Telegram does not know this phone number", "Write it with the country code, for instance +44 7700 900123"},
	"PHONE_NUMBER_UNOCCUPIED":  {fault.Invalid, "phone_invalid", "There is no Telegram account with this phone number", "Create one in the Telegram app first"},
	"PHONE_NUMBER_BANNED":      {fault.Forbidden, "phone_banned", "Telegram has banned this phone number", "Write to recover@telegram.org, or use another account"},
	"PHONE_NUMBER_FLOOD":       {fault.Conflict, "phone_flood", "Telegram has sent too many codes to this number", "Wait a day, or sign in by QR code"},
	"PHONE_PASSWORD_FLOOD":     {fault.Conflict, "phone_flood", "There were too many attempts with this number", "Wait a day, or sign in by QR code"},
	"PHONE_CODE_INVALID":       {fault.Invalid, CodeWrongCode, "The code is wrong", "Type the newest code from the Telegram app"},
	"PHONE_CODE_EMPTY":         {fault.Invalid, CodeWrongCode, "The code is missing", "Type the newest code from the Telegram app"},
	"PHONE_CODE_EXPIRED":       {fault.Invalid, CodeExpiredCode, "The code is no longer valid", "Begin again; a code that was typed into a Telegram chat expires at once"},
	"PASSWORD_HASH_INVALID":    {fault.Invalid, CodeWrongPassword, "The password is wrong", "Type the two-step verification password of this account"},
	"API_ID_INVALID":           {fault.Invalid, "telegram_app_invalid", "Telegram refuses this program's application", "Check TELEGRAM_APP_ID and TELEGRAM_APP_HASH against my.telegram.org"},
	"API_ID_PUBLISHED_FLOOD":   {fault.Invalid, "telegram_app_invalid", "Telegram refuses this program's application", "Get an application of your own on my.telegram.org for TELEGRAM_APP_ID"},
	"PEER_FLOOD":               {fault.Forbidden, "account_limited", "Telegram has limited this account because of complaints", "Ask @SpamBot in Telegram when that ends. Messages wait until then; Test tries at once"},
	"PEER_ID_INVALID":          {fault.NotFound, CodeNoPeer, "The account does not know this person", "They must write to the account first"},
	"USER_IS_BLOCKED":          {fault.Forbidden, "account_blocked", "This person has blocked the account", ""},
	"YOU_BLOCKED_USER":         {fault.Forbidden, "account_blocked", "The account has blocked this person", "Unblock them in the Telegram app"},
	"INPUT_USER_DEACTIVATED":   {fault.Forbidden, "account_blocked", "This person's account is deleted", ""},
	"PRIVACY_PREMIUM_REQUIRED": {fault.Forbidden, "account_blocked", "This person takes no messages from strangers", ""},
	"MESSAGE_EMPTY":            {fault.Invalid, "message_empty", "The message is empty", ""},
	"MESSAGE_TOO_LONG":         {fault.Invalid, "message_too_long", "The message is longer than 4096 characters", ""},
}

// failure turns what the library says into a fault. Nothing of a request is in it: only Telegram's
// own name of the error.
func failure(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e
	}
	if errors.Is(err, auth.ErrPasswordInvalid) {
		err = tgerr.New(400, "PASSWORD_HASH_INVALID")
	}
	if signUp, ok := errors.AsType[*auth.SignUpRequired](err); ok && signUp != nil {
		err = tgerr.New(400, "PHONE_NUMBER_UNOCCUPIED")
	}
	e, ok := tgerr.As(err)
	if !ok {
		return unreachable(err)
	}
	if permanent(err) {
		return broken(e.Type)
	}
	if e.Code == 420 || strings.HasSuffix(e.Type, "_WAIT") {
		wait := time.Duration(max(1, e.Argument)) * time.Second
		return fault.New(fault.RateLimited, "account_flood_wait", "Telegram asks this account to wait %s", wait).WithRetryAfter(wait)
	}
	if r, ok := refusals[e.Type]; ok {
		return (&fault.Error{Kind: r.kind, Code: r.code, Message: r.message, Remedy: r.remedy}).WithCause(errors.New(e.Type))
	}
	if e.Code >= 500 || e.Code < 0 {
		return fault.New(fault.Unavailable, "telegram_failed", "Telegram had an internal error (%s)", e.Type).WithRetryAfter(2 * time.Second)
	}
	return fault.New(fault.Conflict, "telegram_refused", "Telegram refused this (%s)", e.Type)
}

// unreachable is for calls that got no answer.
func unreachable(err error) error {
	if errors.Is(err, context.Canceled) {
		err = context.Canceled
	}
	return fault.New(fault.Unavailable, CodeUnreachable, "Telegram does not answer").
		WithRemedy("It is retried automatically").WithRetryAfter(2 * time.Second).WithCause(err)
}
