// Package fault is the one type of error that people and programs see: what kind it is, which
// field it is about, and what to do now. One mapping (api/httpx) turns it into an HTTP problem, so no
// other code decides on status codes.
package fault

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what sort of failure it is; it decides the HTTP status and whether a retry helps.
type Kind string

// The kinds, with the HTTP status that each one answers.
const (
	Invalid      Kind = "invalid"            // 422: the input is wrong; Fields says where
	Malformed    Kind = "malformed"          // 400: the request can't be read
	Unauthorized Kind = "unauthorized"       // 401: sign in first
	Forbidden    Kind = "forbidden"          // 403: signed in, but not allowed
	NotFound     Kind = "not_found"          // 404
	NotAllowed   Kind = "method_not_allowed" // 405: the address exists, this method on it does not
	Conflict     Kind = "conflict"           // 409
	Precondition Kind = "precondition"       // 412: If-Match names another version
	Required     Kind = "required"           // 428: If-Match is missing
	TooLarge     Kind = "too_large"          // 413
	Unsupported  Kind = "unsupported"        // 415
	RateLimited  Kind = "rate_limited"       // 429: RetryAfter says when
	Unavailable  Kind = "unavailable"        // 503: a service that is needed is away
	Internal     Kind = "internal"           // 500: a defect of this program
)

// Field is what is wrong with one input. Name is the JSON path of the value, for instance
// "values.code" or "sizes[0].layers[2].box.width".
type Field struct {
	Name    string `json:"name"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error is a failure in a form that can be shown to a person.
type Error struct {
	Kind       Kind
	Code       string // stable, for programs: "coupon_expired"
	Message    string // what happened, in plain words
	Remedy     string // what to do now; may be empty
	Fields     []Field
	RetryAfter time.Duration
	Cause      error // for the log; never shown
}

// New makes an error of a kind with a stable code and a message in plain words.
func New(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Message: fmt.Sprintf(format, args...)}
}

// InvalidField is the common case of bad input: one field, one message.
func InvalidField(name, code, format string, args ...any) *Error {
	message := fmt.Sprintf(format, args...)
	return &Error{Kind: Invalid, Code: code, Message: message, Fields: []Field{{Name: name, Code: code, Message: message}}}
}

// Error implements error. It never holds the cause's text twice and holds no secret values.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		if len(e.Fields) == 1 && f.Message == e.Message {
			b.Reset()
			fmt.Fprintf(&b, "%s: %s", f.Name, f.Message)
			break
		}
		sep := "; "
		if i == 0 {
			sep = ": "
		}
		fmt.Fprintf(&b, "%s%s: %s", sep, f.Name, f.Message)
	}
	if e.Remedy != "" {
		b.WriteString(". " + e.Remedy)
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (e *Error) Unwrap() error { return e.Cause }

// WithCause returns a copy that keeps the technical error for the log.
func (e *Error) WithCause(err error) *Error { c := *e; c.Cause = err; return &c }

// WithRemedy returns a copy that tells the person what to do.
func (e *Error) WithRemedy(format string, args ...any) *Error {
	c := *e
	c.Remedy = fmt.Sprintf(format, args...)
	return &c
}

// WithRetryAfter returns a copy that says how long to wait before the next attempt.
func (e *Error) WithRetryAfter(d time.Duration) *Error { c := *e; c.RetryAfter = d; return &c }

// From finds the *Error in a chain. Any other error is a defect of the program: it comes
// back as Internal, with a message that reveals nothing internal.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Kind: Internal, Code: "internal", Message: "Something went wrong on our side",
		Remedy: "Try again; if it persists, look up the request's id in the log", Cause: err}
}

// Is reports whether the chain holds an *Error of that kind.
func Is(err error, kind Kind) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Kind == kind
}

// Fields collects what is wrong with several inputs, so that a person sees all of it at once.
type Fields []Field

// Add notes one wrong input.
func (f *Fields) Add(name, code, format string, args ...any) {
	*f = append(*f, Field{Name: name, Code: code, Message: fmt.Sprintf(format, args...)})
}

// Err returns nil when nothing was added, else one Invalid error with all the fields.
func (f Fields) Err(code, message string) error {
	if len(f) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: code, Message: message, Fields: f}
}

// Shorten keeps a stranger's text from flooding an error message.
func Shorten(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return `""`
	case n <= 40:
		return s
	}
	return string([]rune(s)[:40]) + "…"
}
