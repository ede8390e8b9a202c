package journey

import (
	"fmt"
	"html"
	"strings"
)

// tag is one tag of a text, from its "<" to behind its ">".
type tag struct {
	from, to int
	name     string // in small letters
	closing  bool
	attrs    []attr
}

// attr is an attribute of a tag; its value stands between from and to, without quotes.
type attr struct {
	name     string
	from, to int
	quoted   bool
}

// nextTag finds the first tag at or after from. A "<" that begins none is passed over; bad is where
// the first of those stands, or -1.
func nextTag(text string, from int) (found tag, bad int, ok bool) {
	bad = -1
	for i := from; i < len(text); i++ {
		if text[i] != '<' {
			continue
		}
		if t, ok := readTag(text, i); ok {
			return t, bad, true
		}
		if bad < 0 {
			bad = i
		}
	}
	return tag{}, bad, false
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-'
}

func spaceByte(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// readTag reads the tag that begins at text[at].
func readTag(text string, at int) (tag, bool) {
	t := tag{from: at}
	i := at + 1
	if i < len(text) && text[i] == '/' {
		t.closing = true
		i++
	}
	start := i
	for i < len(text) && nameByte(text[i]) {
		i++
	}
	if t.name = strings.ToLower(text[start:i]); i == start || t.name[0] < 'a' || t.name[0] > 'z' {
		return t, false
	}
	for i < len(text) {
		switch c := text[i]; {
		case spaceByte(c):
			i++
		case c == '>':
			t.to = i + 1
			return t, true
		case !nameByte(c):
			return t, false
		default:
			a, end, ok := readAttr(text, i)
			if !ok {
				return t, false
			}
			t.attrs = append(t.attrs, a)
			i = end
		}
	}
	return t, false
}

func readAttr(text string, i int) (attr, int, bool) {
	start := i
	for i < len(text) && nameByte(text[i]) {
		i++
	}
	a := attr{name: strings.ToLower(text[start:i]), from: i, to: i}
	if i == len(text) || text[i] != '=' {
		return a, i, true
	}
	if i++; i == len(text) {
		return a, i, false
	}
	if quote := text[i]; quote == '"' || quote == '\'' {
		end := strings.IndexByte(text[i+1:], quote)
		if end < 0 {
			return a, i, false
		}
		a.from, a.to, a.quoted = i+1, i+1+end, true
		return a, a.to + 1, true
	}
	for a.from = i; i < len(text) && !spaceByte(text[i]) && text[i] != '>'; i++ {
		if c := text[i]; c == '<' || c == '"' || c == '\'' {
			return a, i, false
		}
	}
	a.to = i
	return a, i, true
}

// tags that Telegram knows, with the attributes that each may have.
var tags = map[string]string{
	"b": "", "strong": "", "i": "", "em": "", "u": "", "ins": "", "s": "", "strike": "", "del": "",
	"tg-spoiler": "", "pre": "", "a": "href", "span": "class", "code": "class", "blockquote": "expandable", "tg-emoji": "emoji-id",
}

// checkMarkup says in words what Telegram would refuse in a text, or nothing.
func checkMarkup(text string) string {
	var open []string
	for at := 0; ; {
		t, bad, ok := nextTag(text, at)
		if bad >= 0 {
			return fmt.Sprintf("The “<” in “%s” begins no tag; write it as &lt;", excerpt(text, bad))
		}
		if !ok {
			break
		}
		at = t.to
		may, known := tags[t.name]
		switch {
		case !known:
			return fmt.Sprintf("Telegram doesn't know <%s>; take it out, or write its “<” as &lt;", t.name)
		case t.closing && len(open) == 0:
			return fmt.Sprintf("</%s> closes nothing; take it out", t.name)
		case t.closing && open[len(open)-1] != t.name:
			return fmt.Sprintf("</%s> stands where </%s> is due; close the tags in turn", t.name, open[len(open)-1])
		case t.closing && len(t.attrs) > 0:
			return fmt.Sprintf("</%s> has an attribute; take it out", t.name)
		case t.closing:
			open = open[:len(open)-1]
			continue
		}
		for _, a := range t.attrs {
			if a.name != may {
				return fmt.Sprintf("Telegram doesn't know “%s” of <%s>; take it out", a.name, t.name)
			}
			if a.name != "expandable" && !a.quoted {
				return fmt.Sprintf("Put the %s of <%s> in quotes", a.name, t.name)
			}
		}
		if problem := checkAttrs(text, t); problem != "" {
			return problem
		}
		open = append(open, t.name)
	}
	if len(open) > 0 {
		return fmt.Sprintf("<%s> is not closed; add </%s>", open[len(open)-1], open[len(open)-1])
	}
	return ""
}

func checkAttrs(text string, t tag) string {
	value := t.value(text, tags[t.name])
	switch {
	case t.name == "a" && value == "":
		return `A link has an address: <a href="https://…">`
	case t.name == "span" && value != "tg-spoiler":
		return `The only <span> that Telegram knows is <span class="tg-spoiler">`
	case t.name == "tg-emoji" && value == "":
		return `A custom emoji has a number: <tg-emoji emoji-id="…">`
	}
	return ""
}

// value is what an attribute says, entities resolved.
func (t tag) value(text, name string) string {
	for _, a := range t.attrs {
		if a.name == name {
			return html.UnescapeString(text[a.from:a.to])
		}
	}
	return ""
}

// excerpt is a piece of a text for a message about it.
func excerpt(text string, at int) string {
	runes := []rune(text[at:])
	if len(runes) > 20 {
		return string(runes[:20]) + "…"
	}
	return string(runes)
}
