package message

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MarkupError is what Telegram refuses in a text of HTML.
type MarkupError struct {
	Offset  int    // in bytes, where the trouble begins
	Refusal string // in Telegram's words
	Advice  string // for the person who wrote the text
}

// Error implements error, in Telegram's words.
func (e *MarkupError) Error() string { return e.Refusal }

func refuse(at int, advice, format string, args ...any) *MarkupError {
	return &MarkupError{Offset: at, Refusal: fmt.Sprintf(format, args...), Advice: advice}
}

// tag is one tag of a text, from its "<" to behind its ">".
type tag struct {
	from, to int
	name     string // in small letters
	closing  bool
	attrs    []attr
}

// attr is an attribute of a tag; its value stands between from and to, without quotes.
type attr struct {
	name, value string // the value with its references resolved
	from, to    int
	quoted      bool
}

// value is what an attribute says; of several the last one counts.
func (t tag) value(name string) (value string) {
	for _, a := range t.attrs {
		if a.name == name {
			value = a.value
		}
	}
	return value
}

// has tells whether the tag has an attribute.
func (t tag) has(name string) bool {
	return slices.ContainsFunc(t.attrs, func(a attr) bool { return a.name == name })
}

// looksLikeTag tells a "<" that was meant to begin a tag from one that is a part of the text.
func (t tag) looksLikeTag() bool {
	for i := range len(t.name) {
		c := t.name[i]
		if letter := c >= 'a' && c <= 'z'; !letter && (i == 0 || c != '-' && !isDigit(c, 10)) {
			return false
		}
	}
	return t.name != ""
}

// readTag reads the tag that begins at text[at], as TDLib's parse_html does. With an error, "to" is
// the end of what was meant to be a tag, or 0 when the "<" is a part of the text.
func readTag(text string, at int) (tag, *MarkupError) {
	s := scanner{text: text, at: at + 1}
	t := tag{from: at, closing: s.take('/')}
	t.name = strings.ToLower(s.until(">")) //nolint:forbidigo // markup, not what people wrote
	err := s.rest(&t)
	if err == nil {
		t.to = s.at
		return t, nil
	}
	if end := strings.IndexByte(text[at:], '>'); end > 0 && t.looksLikeTag() {
		t.to = at + end + 1
	}
	if t.to == 0 || err.Advice == "" {
		err.Advice = fmt.Sprintf("The “<” in “%s” begins no tag; write it as &lt;", excerpt(text[at:]))
	}
	return t, err
}

// rest reads what follows a tag's name.
func (s *scanner) rest(t *tag) *MarkupError {
	_, known := tags[t.name]
	switch {
	case t.closing:
		if s.spaces(); !s.take('>') {
			return refuse(t.from, fmt.Sprintf("</%s> has an attribute; take it out", t.name), "Unclosed end tag at byte offset %d", t.from)
		}
		return nil
	case !known && !s.done():
		return refuse(t.from, fmt.Sprintf("Telegram doesn't know <%s>; take it out, or write its “<” as &lt;", t.name), "Unsupported start tag \"%s\" at byte offset %d", t.name, t.from)
	}
	for s.spaces(); !s.take('>'); s.spaces() {
		if s.done() {
			return refuse(t.from, "", "Unclosed start tag at byte offset %d", t.from)
		}
		if err := s.attribute(t); err != nil {
			return err
		}
	}
	if t.name == "span" && t.value("class") != "tg-spoiler" {
		return refuse(t.from, `The only <span> that Telegram knows is <span class="tg-spoiler">`, "Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", t.from)
	}
	return nil
}

func (s *scanner) attribute(t *tag) *MarkupError {
	a := attr{name: strings.ToLower(s.until("=>"))} //nolint:forbidigo // markup
	if a.name == "" {
		return refuse(t.from, fmt.Sprintf("<%s> has a “=” without a name; take it out", t.name), "Empty attribute name in the tag \"%s\" at byte offset %d", t.name, t.from)
	}
	s.spaces()
	a.from, a.to = s.at, s.at
	if s.take('=') {
		s.spaces()
		if a.quoted = s.take('"') || s.take('\''); a.quoted {
			a.from = s.at
			end := strings.IndexByte(s.text[s.at:], s.text[s.at-1])
			if end < 0 {
				return refuse(t.from, "", "Unclosed start tag at byte offset %d", t.from)
			}
			a.to = s.at + end
			s.at = a.to + 1
			a.value = resolve(s.text[a.from:a.to])
		} else if a.from = s.at; !s.done() {
			a.value = strings.ToLower(s.until(">")) //nolint:forbidigo // markup
			a.to = s.at
			if strings.Trim(a.value, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "" {
				return refuse(a.from, fmt.Sprintf("Put the %s of <%s> in quotes", a.name, t.name), "Unexpected end of name token at byte offset %d", a.from)
			}
		}
	}
	if s.done() && s.at == a.from {
		return refuse(t.from, "", "Unclosed start tag \"%s\" at byte offset %d", t.name, t.from)
	}
	t.attrs = append(t.attrs, a)
	return nil
}

// nextTag finds the first tag at or after from, one that Telegram refuses too. A "<" that begins
// none is passed over.
func nextTag(text string, from int) (tag, bool) {
	for i := from; i < len(text); i++ {
		if text[i] == '<' {
			if t, _ := readTag(text, i); t.to > 0 {
				return t, true
			}
		}
	}
	return tag{}, false
}

// scanner goes through the bytes of a text.
type scanner struct {
	text string
	at   int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

func (s *scanner) take(c byte) bool {
	if s.done() || s.text[s.at] != c {
		return false
	}
	s.at++
	return true
}

const spaceBytes = " \t\n\r\v\x00"

func (s *scanner) spaces() {
	for !s.done() && strings.IndexByte(spaceBytes, s.text[s.at]) >= 0 {
		s.at++
	}
}

// until reads up to a space or one of the stops.
func (s *scanner) until(stops string) string {
	end := strings.IndexAny(s.text[s.at:], spaceBytes+stops)
	if end < 0 {
		end = len(s.text) - s.at
	}
	s.at += end
	return s.text[s.at-end : s.at]
}

// references are the names that Telegram knows.
var references = map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}

// reference decodes what begins with an ampersand; the size is zero when it is no reference. Half of
// a surrogate pair is one, though no text may hold it.
func reference(s string) (r rune, size int) {
	end := 1
	if strings.HasPrefix(s, "&#") {
		base, from := 10, 2
		if strings.HasPrefix(s, "&#x") {
			base, from = 16, 3
		}
		for end = from; end < len(s) && isDigit(s[end], base); end++ {
		}
		code, err := strconv.ParseUint(s[from:end], base, 32)
		if err != nil || code == 0 || code >= 0x10ffff || end >= 10 {
			return 0, 0
		}
		r = rune(code)
	} else {
		for end < len(s) && (s[end] >= 'a' && s[end] <= 'z' || s[end] >= 'A' && s[end] <= 'Z') {
			end++
		}
		if r = references[s[1:end]]; r == 0 {
			return 0, 0
		}
	}
	if end < len(s) && s[end] == ';' {
		end++
	}
	return r, end
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
}

// resolve decodes the references of a text.
func resolve(text string) string {
	var b strings.Builder
	for {
		at := strings.IndexByte(text, '&')
		if at < 0 {
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		text = text[at:]
		if r, size := reference(text); size > 0 {
			b.WriteRune(r)
			text = text[size:]
		} else {
			b.WriteByte('&')
			text = text[1:]
		}
	}
}

// excerpt is a piece of a text for a message about it.
func excerpt(text string) string {
	if runes := []rune(text[:min(len(text), 100)]); len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return text
}
