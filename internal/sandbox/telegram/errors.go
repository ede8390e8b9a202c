package telegram

import (
	"fmt"
	"time"
)

// refusal is an answer that is no success, in the Bot API's own words.
type refusal struct {
	Code       int
	Text       string
	RetryAfter int   // seconds, with 429
	MigrateTo  int64 // the chat's new id, with 400
}

// Error implements error.
func (r *refusal) Error() string { return r.Text }

func bad(format string, args ...any) *refusal {
	return &refusal{Code: 400, Text: "Bad Request: " + fmt.Sprintf(format, args...)}
}

func forbidden(text string) *refusal { return &refusal{Code: 403, Text: "Forbidden: " + text} }

func conflict(text string) *refusal { return &refusal{Code: 409, Text: "Conflict: " + text} }

func otherPoller() *refusal {
	return conflict("terminated by other getUpdates request; make sure that only one bot instance is running")
}

func tooMany(wait time.Duration) *refusal {
	seconds := max(1, int((wait+time.Second-1)/time.Second))
	return &refusal{Code: 429, Text: fmt.Sprintf("Too Many Requests: retry after %d", seconds), RetryAfter: seconds}
}

func unauthorized() *refusal { return &refusal{Code: 401, Text: "Unauthorized"} }

// answer is the envelope of every answer.
type answer struct {
	OK          bool        `json:"ok"`
	Result      any         `json:"result,omitempty"`
	Code        int         `json:"error_code,omitempty"`
	Description string      `json:"description,omitempty"`
	Parameters  *parameters `json:"parameters,omitempty"`
}

type parameters struct {
	RetryAfter int   `json:"retry_after,omitempty"`
	MigrateTo  int64 `json:"migrate_to_chat_id,omitempty"`
}

func (r *refusal) answer() answer {
	a := answer{Code: r.Code, Description: r.Text}
	if r.RetryAfter != 0 || r.MigrateTo != 0 {
		a.Parameters = &parameters{RetryAfter: r.RetryAfter, MigrateTo: r.MigrateTo}
	}
	return a
}
