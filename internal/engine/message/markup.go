package message

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf16"
)

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;")

// Escape makes a text show as it is within Telegram's HTML, in attributes too.
func Escape(text string) string { return escaper.Replace(text) }

// Bold and Code wrap a plain text.
func Bold(text string) string { return "<b>" + Escape(text) + "</b>" }

// Code wraps a plain text that a person copies with a tap.
func Code(text string) string { return "<code>" + Escape(text) + "</code>" }

// Plain is what a person reads of Telegram's HTML: without tags, entities resolved. A "<" that
// begins no tag stays.
func Plain(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	var b strings.Builder
	for rest := markup; rest != ""; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			b.WriteString(rest)
			break
		}
		b.WriteString(rest[:open])
		rest = rest[open:]
		end := strings.IndexByte(rest, '>')
		if end < 0 || !strings.ContainsRune("/abcdefghijklmnopqrstuvwxyz", unicode.ToLower(rune(rest[1]))) {
			b.WriteByte('<')
			rest = rest[1:]
			continue
		}
		rest = rest[end+1:]
	}
	return html.UnescapeString(b.String())
}

// Length counts as Telegram does: UTF-16 code units of what is left after tags and entities.
func Length(markup string) int { return units(Plain(markup)) }

func units(text string) int {
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
	if units(text) <= most {
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
