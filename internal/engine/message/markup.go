package message

import (
	"strings"
	"unicode/utf16"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// Escape makes a text show as it is within Telegram's HTML, in attributes too.
func Escape(text string) string { return escaper.Replace(text) }

// Bold and Code wrap a plain text.
func Bold(text string) string { return "<b>" + Escape(text) + "</b>" }

// Code wraps a plain text that a person copies with a tap.
func Code(text string) string { return "<code>" + Escape(text) + "</code>" }

// Length counts a text of HTML as Telegram does: UTF-16 code units of what is left after tags and
// references.
func Length(markup string) int { return Units(Plain(markup)) }

// Units counts the UTF-16 code units of a plain text.
func Units(text string) int {
	n := 0
	for _, r := range text {
		if u := utf16.RuneLen(r); u > 0 {
			n += u
		} else {
			n++
		}
	}
	return n
}

// Cut shortens a plain text to most UTF-16 code units, the last of them an ellipsis.
func Cut(text string, most int) string {
	if Units(text) <= most {
		return text
	}
	n := 0
	for i, r := range text {
		u := max(1, utf16.RuneLen(r))
		if n+u > most-1 {
			return text[:i] + "…"
		}
		n += u
	}
	return text
}
