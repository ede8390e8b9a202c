package message

import (
	"net/url"
	"strings"

	typed "github.com/promostack/promostack/internal/base/text"
)

// Syntax is what a text is written in, which says how values are written into it.
type Syntax int

// What texts with placeholders are written in.
const (
	HTML      Syntax = iota // values are shown as they are
	PlainText               // of a button, of an alert
	Address                 // values are parts of an address
	htmlTag                 // an address within a tag of HTML
)

// Placeholder is a place of a text for a value: {name} or {name|fallback}. A name begins with a small
// letter and has at most 40 small letters, digits and "_".
type Placeholder struct {
	From, To       int // in bytes
	Name, Fallback string
}

// readPlaceholder reads the placeholder that begins at text[at].
func readPlaceholder(text string, at int) (Placeholder, bool) {
	i := at + 1
	for i < len(text) && i-at <= 40 && (text[i] >= 'a' && text[i] <= 'z' || i > at+1 && (text[i] >= '0' && text[i] <= '9' || text[i] == '_')) {
		i++
	}
	p := Placeholder{From: at, Name: text[at+1 : i]}
	if p.Name == "" || i == len(text) {
		return p, false
	}
	if text[i] == '|' {
		end := strings.IndexAny(text[i+1:], "{}<>")
		if end < 0 {
			return p, false
		}
		p.Fallback = text[i+1 : i+1+end]
		i += 1 + end
	}
	p.To = i + 1
	return p, text[i] == '}'
}

// Placeholders lists the placeholders of a text. "{{" is a brace and begins none.
func Placeholders(text string) []Placeholder {
	var out []Placeholder
	for i := 0; i < len(text); i++ {
		if text[i] != '{' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '{' {
			i++
		} else if p, ok := readPlaceholder(text, i); ok {
			out = append(out, p)
			i = p.To - 1
		}
	}
	return out
}

// Fill puts values into the placeholders of a text, once: what a value holds is never looked at
// again. A placeholder without a value becomes its fallback. Values within a tag of HTML are parts
// of an address.
func Fill(text string, syntax Syntax, value func(name string) string) string {
	if !strings.ContainsRune(text, '{') {
		return text
	}
	var b strings.Builder
	in, tagged := tag{}, false
	if syntax == HTML {
		in, tagged = nextTag(text, 0)
	}
	for i := 0; i < len(text); i++ {
		for tagged && i >= in.to {
			in, tagged = nextTag(text, in.to)
		}
		if text[i] != '{' {
			b.WriteByte(text[i])
			continue
		}
		if i+1 < len(text) && text[i+1] == '{' {
			b.WriteByte('{')
			i++
			continue
		}
		p, ok := readPlaceholder(text, i)
		if !ok {
			b.WriteByte('{')
			continue
		}
		inside := syntax
		if tagged && i > in.from {
			inside = htmlTag
		}
		start := i == 0 || tagged && i > in.from && strings.IndexByte(`"'=`, text[i-1]) >= 0
		if v := value(p.Name); v != "" {
			b.WriteString(write(v, inside, start))
		} else {
			b.WriteString(p.Fallback)
		}
		i = p.To - 1
	}
	return b.String()
}

// write is a value as its place needs it. A whole address may stand where an address begins.
func write(v string, syntax Syntax, start bool) string {
	switch syntax {
	case PlainText:
		return v
	case HTML:
		return Escape(v)
	}
	if start && isWeb(v) {
		if v = unsafe.Replace(typed.Clean(v)); syntax == htmlTag {
			v = Escape(v)
		}
		return v
	}
	return strings.ReplaceAll(url.QueryEscape(v), "+", "%20")
}

// unsafe are what ends an attribute, and what no address holds.
var unsafe = strings.NewReplacer(`"`, "%22", "'", "%27", "<", "%3C", ">", "%3E", "`", "%60", " ", "%20", "\n", "%0A", "\r", "%0D", "\t", "%09")

// Fit fills a text of HTML. When it gets longer than most UTF-16 code units, long values give way: each has as much
// room as lets the whole fit, and at least fewest.
func Fit(text string, most int, value func(name string) string) string {
	const fewest = 8
	out := Fill(text, HTML, value)
	if len(out) <= most || Length(out) <= most {
		return out
	}
	within := func(room int) string {
		return Fill(text, HTML, func(name string) string { return Cut(value(name), room) })
	}
	low, high := fewest, max(fewest, most)
	for low < high {
		if middle := (low + high + 1) / 2; Length(within(middle)) <= most {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return within(low)
}

// MayBeBlank tells of a text of HTML that nothing is left of when no value is known, and names its
// first placeholder.
func MayBeBlank(text string) (name string, may bool) {
	if IsBlank(Plain(text)) || !IsBlank(Plain(Fill(text, HTML, func(string) string { return "" }))) {
		return "", false
	}
	return Placeholders(text)[0].Name, true
}

// IsBlank tells that Telegram would take a plain text for none.
func IsBlank(text string) bool { return typed.IsBlank(text) }
