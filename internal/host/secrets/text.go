package secrets

import (
	"fmt"
	"io"
	"log/slog"
)

// hidden is what every way of printing a secret shows.
const hidden = "[secret]"

// Text is a string that must not be seen: a token, a password. It prints, formats, marshals and
// logs as "[secret]"; Reveal is the one way to its value, and easy to search for.
type Text string

// Reveal returns the secret itself. Hand it to the library that needs it, and nowhere else.
func (t Text) Reveal() string { return string(t) }

// IsZero tells that there is no secret.
func (t Text) IsZero() bool { return t == "" }

// String implements fmt.Stringer.
func (t Text) String() string { return hidden }

// GoString implements fmt.GoStringer.
func (t Text) GoString() string { return hidden }

// Format implements fmt.Formatter, so that no verb (%x, %q, %d) gets past String.
func (t Text) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, hidden) }

// MarshalText implements encoding.TextMarshaler. (encoding/json does not ask it for keys of maps:
// a secret has no place there.)
func (t Text) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// MarshalJSON implements json.Marshaler.
func (t Text) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// LogValue implements slog.LogValuer.
func (t Text) LogValue() slog.Value { return slog.StringValue(hidden) }
