package journey

import (
	"html"
	"net/url"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/engine/message"
)

// Ways of writing a value into a text.
const (
	inHTML  = iota // shown as it is
	inPlain        // of texts that are no HTML: of a button, of an alert
	inURL          // a part of an address
	inTag          // a part of an address within a tag of HTML
)

// hole is a placeholder of a text: {name} or {name|fallback}.
type hole struct {
	from, to       int
	name, fallback string
}

// readHole reads the placeholder that begins at text[at].
func readHole(text string, at int) (hole, bool) {
	i := at + 1
	for i < len(text) && i-at <= 40 && (text[i] >= 'a' && text[i] <= 'z' || i > at+1 && (text[i] >= '0' && text[i] <= '9' || text[i] == '_')) {
		i++
	}
	h := hole{from: at, name: text[at+1 : i]}
	if h.name == "" || i == len(text) {
		return h, false
	}
	if text[i] == '|' {
		end := strings.IndexAny(text[i+1:], "{}<>")
		if end < 0 {
			return h, false
		}
		h.fallback = text[i+1 : i+1+end]
		i += 1 + end
	}
	h.to = i + 1
	return h, text[i] == '}'
}

// holes lists the placeholders of a text. "{{" is a brace and begins none.
func holes(text string) []hole {
	var out []hole
	for i := 0; i < len(text); i++ {
		if text[i] != '{' {
			continue
		}
		if i+1 < len(text) && text[i+1] == '{' {
			i++
		} else if h, ok := readHole(text, i); ok {
			out = append(out, h)
			i = h.to - 1
		}
	}
	return out
}

// fill puts values into the placeholders of a text, once: what a value holds is never looked at
// again. Values within a tag of HTML are parts of an address.
func fill(text string, way int, value func(name string) string) string {
	if !strings.ContainsRune(text, '{') {
		return text
	}
	var b strings.Builder
	in, _, tagged := tag{}, 0, false
	if way == inHTML {
		in, _, tagged = nextTag(text, 0)
	}
	for i := 0; i < len(text); i++ {
		for tagged && i >= in.to {
			in, _, tagged = nextTag(text, in.to)
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
		h, ok := readHole(text, i)
		if !ok {
			b.WriteByte('{')
			continue
		}
		inside := way
		if tagged && i > in.from {
			inside = inTag
		}
		start := i == 0 || tagged && i > in.from && strings.IndexByte(`"'=`, text[i-1]) >= 0
		if v := value(h.name); v != "" {
			b.WriteString(write(v, inside, start))
		} else {
			b.WriteString(h.fallback)
		}
		i = h.to - 1
	}
	return b.String()
}

// write is a value as its place needs it. A whole address may stand where an address begins.
func write(v string, way int, start bool) string {
	switch way {
	case inPlain:
		return v
	case inHTML:
		return message.Escape(v)
	}
	if start && isWeb(v) {
		if v = unsafe.Replace(strings.TrimSpace(v)); way == inTag {
			v = message.Escape(v)
		}
		return v
	}
	return strings.ReplaceAll(url.QueryEscape(v), "+", "%20")
}

// unsafe are what ends an attribute, and what no address holds.
var unsafe = strings.NewReplacer(`"`, "%22", "'", "%27", "<", "%3C", ">", "%3E", "`", "%60", " ", "%20", "\n", "%0A", "\r", "%0D", "\t", "%09")

func isWeb(address string) bool {
	u, err := url.Parse(strings.TrimSpace(address))
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}

// fitted fills a text of HTML. Values give way when it gets too long for Telegram.
func fitted(text string, most int, value func(name string) string) string {
	out := fill(text, inHTML, value)
	for _, room := range []int{512, 128, 32, 8} {
		if len(out) <= most || message.Length(out) <= most {
			break
		}
		out = fill(text, inHTML, func(name string) string { return message.Cut(value(name), room) })
	}
	return out
}

// RewriteLinks gives each web address of a message to link, and puts what it returns in its place. It
// goes before ForAccount, which makes buttons a part of the text.
func RewriteLinks(e Effect, link func(url string) string) Effect {
	if e.Kind != Send {
		return e
	}
	rows := make(message.Keyboard, len(e.Buttons))
	for i, row := range e.Buttons {
		rows[i] = append([]message.Button(nil), row...)
		for j := range row {
			if isWeb(row[j].URL) {
				rows[i][j].URL = link(row[j].URL)
			}
		}
	}
	if e.Buttons != nil {
		e.Buttons = rows
	}
	var b strings.Builder
	at := 0
	for t, _, ok := nextTag(e.Text, 0); ok; t, _, ok = nextTag(e.Text, t.to) {
		if t.name != "a" || t.closing {
			continue
		}
		for _, a := range t.attrs {
			address := html.UnescapeString(e.Text[a.from:a.to])
			if a.name != "href" || !a.quoted || !isWeb(address) {
				continue
			}
			b.WriteString(e.Text[at:a.from])
			b.WriteString(message.Escape(strings.ReplaceAll(link(address), "'", "%27")))
			at = a.to
		}
	}
	b.WriteString(e.Text[at:])
	e.Text = b.String()
	return e
}

// ForAccount makes lines of a message's buttons, since user accounts can't send any: choices are
// numbered, since their numbers are answers.
func ForAccount(e Effect) Effect {
	if e.Kind != Send || len(e.Buttons) == 0 {
		return e
	}
	var lines []string
	number := 0
	for _, row := range e.Buttons {
		for _, b := range row {
			switch _, isChoice := choiceOf(b.Data); {
			case b.URL != "":
				lines = append(lines, message.Escape(b.Text+": "+b.URL))
			case isChoice:
				number++
				lines = append(lines, strconv.Itoa(number)+". "+message.Escape(b.Text))
			default:
				lines = append(lines, "– "+message.Escape(b.Text))
			}
		}
	}
	e.Buttons = nil
	if e.Text != "" {
		e.Text += "\n\n"
	}
	e.Text += strings.Join(lines, "\n")
	return e
}
