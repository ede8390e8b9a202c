package telegram

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// htmlTags are the tags that messages may hold, with the type of entity that each becomes.
func htmlTags() map[string]string {
	return map[string]string{
		"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
		"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler", "span": "spoiler",
		"code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote", "tg-emoji": "custom_emoji",
	}
}

// openTag is a tag whose end is still to come.
type openTag struct {
	name     string
	argument string
	start    int // in UTF-16 units of the text
	begin    int // in bytes of the text
}

// htmlParser reads a message's markup. The text comes out without it, the entities count in
// UTF-16 units.
type htmlParser struct {
	in       string
	at       int
	out      strings.Builder
	units    int
	open     []openTag
	entities []entity
	tags     map[string]string
}

// parseHTML turns markup into text and entities. Its error is the answer.
func parseHTML(markup string) (string, []entity, error) {
	p := &htmlParser{in: markup, tags: htmlTags()}
	for p.at < len(p.in) {
		var err error
		switch p.in[p.at] {
		case '&':
			p.character()
		case '<':
			if strings.HasPrefix(p.in[p.at:], "</") {
				err = p.endTag()
			} else {
				err = p.startTag()
			}
		default:
			r, size := utf8.DecodeRuneInString(p.in[p.at:])
			p.at += size
			p.write(r)
		}
		if err != nil {
			return "", nil, err
		}
	}
	if n := len(p.open); n > 0 {
		return "", nil, cantParse("Can't find end tag corresponding to start tag \"%s\"", p.open[n-1].name)
	}
	slices.SortStableFunc(p.entities, func(a, b entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return p.out.String(), p.entities, nil
}

func (p *htmlParser) write(r rune) {
	p.out.WriteRune(r)
	p.units += utf16.RuneLen(r)
}

// character reads a character reference, or takes the ampersand as what it is.
func (p *htmlParser) character() {
	r, size := reference(p.in[p.at:])
	if size == 0 {
		r, size = '&', 1
	}
	p.at += size
	p.write(r)
}

// reference decodes what begins with an ampersand; the size is zero when it is no reference.
func reference(s string) (rune, int) {
	end := 1
	if strings.HasPrefix(s, "&#") {
		base, from := 10, 2
		if len(s) > 2 && (s[2] == 'x' || s[2] == 'X') {
			base, from = 16, 3
		}
		for end = from; end < len(s) && digit(s[end], base); end++ {
		}
		code, err := strconv.ParseUint(s[from:end], base, 32)
		if err != nil || code == 0 || code >= 0x10ffff || code >= 0xd800 && code < 0xe000 {
			return 0, 0
		}
		return rune(code), afterSemicolon(s, end)
	}
	for end < len(s) && letter(s[end]) {
		end++
	}
	r, known := map[string]rune{"lt": '<', "gt": '>', "amp": '&', "quot": '"'}[s[1:end]]
	if !known {
		return 0, 0
	}
	return r, afterSemicolon(s, end)
}

func afterSemicolon(s string, end int) int {
	if end < len(s) && s[end] == ';' {
		end++
	}
	return end
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func digit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
}

func space(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == 0 || c == '\v'
}

func (p *htmlParser) skipSpaces() {
	for p.at < len(p.in) && space(p.in[p.at]) {
		p.at++
	}
}

func (p *htmlParser) startTag() error {
	begin := p.at
	p.at++
	from := p.at
	for p.at < len(p.in) && !space(p.in[p.at]) && p.in[p.at] != '>' {
		p.at++
	}
	if p.at >= len(p.in) {
		return cantParse("Unclosed start tag at byte offset %d", begin)
	}
	name := strings.ToLower(p.in[from:p.at])
	if p.tags[name] == "" {
		return cantParse("Unsupported start tag \"%s\" at byte offset %d", name, begin)
	}
	tag := openTag{name: name, start: p.units, begin: p.out.Len()}
	for {
		p.skipSpaces()
		if p.at >= len(p.in) {
			return cantParse("Unclosed start tag at byte offset %d", begin)
		}
		if p.in[p.at] == '>' {
			p.at++
			break
		}
		attribute, value, err := p.attribute(name, begin)
		if err != nil {
			return err
		}
		tag.take(attribute, value)
	}
	if name == "span" && tag.argument != "tg-spoiler" {
		return cantParse("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

// take keeps the one attribute that a tag has a use for.
func (t *openTag) take(attribute, value string) {
	switch {
	case t.name == "a" && attribute == "href", t.name == "span" && attribute == "class", t.name == "tg-emoji" && attribute == "emoji-id":
		t.argument = value
	case t.name == "code" && attribute == "class":
		t.argument, _ = strings.CutPrefix(value, "language-")
		if t.argument == value {
			t.argument = ""
		}
	case t.name == "blockquote" && attribute == "expandable":
		t.argument = "expandable"
	}
}

func (p *htmlParser) attribute(tag string, begin int) (name, value string, err error) {
	from := p.at
	for p.at < len(p.in) && !space(p.in[p.at]) && p.in[p.at] != '=' && p.in[p.at] != '>' {
		p.at++
	}
	name = strings.ToLower(p.in[from:p.at])
	if name == "" {
		return "", "", cantParse("Empty attribute name in the tag \"%s\" at byte offset %d", tag, begin)
	}
	p.skipSpaces()
	if p.at >= len(p.in) {
		return "", "", cantParse("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	if p.in[p.at] != '=' {
		return name, "", nil
	}
	p.at++
	p.skipSpaces()
	if p.at >= len(p.in) {
		return "", "", cantParse("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	quote := p.in[p.at]
	if quote != '"' && quote != '\'' {
		from := p.at
		for p.at < len(p.in) && !space(p.in[p.at]) && p.in[p.at] != '>' {
			p.at++
		}
		return name, strings.ToLower(p.in[from:p.at]), nil
	}
	p.at++
	var b strings.Builder
	for p.at < len(p.in) && p.in[p.at] != quote {
		if r, size := reference(p.in[p.at:]); p.in[p.at] == '&' && size > 0 {
			b.WriteRune(r)
			p.at += size
			continue
		}
		b.WriteByte(p.in[p.at])
		p.at++
	}
	if p.at >= len(p.in) {
		return "", "", cantParse("Unclosed start tag at byte offset %d", begin)
	}
	p.at++
	return name, b.String(), nil
}

func (p *htmlParser) endTag() error {
	begin := p.at
	p.at += 2
	end := strings.IndexByte(p.in[p.at:], '>')
	if end < 0 {
		return cantParse("Unclosed end tag at byte offset %d", begin)
	}
	name := strings.ToLower(strings.TrimSpace(p.in[p.at : p.at+end]))
	p.at += end + 1
	if len(p.open) == 0 {
		return cantParse("Unexpected end tag at byte offset %d", begin)
	}
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return cantParse("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.units > tag.start {
		p.close(tag)
	}
	return nil
}

// close adds the entity of a tag that has ended.
func (p *htmlParser) close(tag openTag) {
	e := entity{Type: p.tags[tag.name], Offset: tag.start, Length: p.units - tag.start}
	switch tag.name {
	case "a":
		address := tag.argument
		if address == "" {
			address = p.out.String()[tag.begin:]
		}
		if id, isUser := strings.CutPrefix(address, "tg://user?id="); isUser {
			n, err := strconv.ParseInt(id, 10, 64)
			if err != nil {
				return
			}
			e.Type, e.User = "text_mention", &user{ID: n, FirstName: id}
			break
		}
		if e.URL = linkOf(address); e.URL == "" {
			return // a link that leads nowhere is shown as its text
		}
	case "code":
		if n := len(p.open); n > 0 && p.open[n-1].name == "pre" && p.open[n-1].start == tag.start {
			e.Language = tag.argument
		}
	case "pre":
		if n := len(p.entities); n > 0 && p.entities[n-1].Type == "code" && p.entities[n-1].Offset == e.Offset && p.entities[n-1].Length == e.Length {
			e.Language = p.entities[n-1].Language
			p.entities = p.entities[:n-1]
		}
	case "blockquote":
		if tag.argument != "" {
			e.Type = "expandable_blockquote"
		}
	case "tg-emoji":
		e.EmojiID = tag.argument
	}
	p.entities = append(p.entities, e)
}

// linkOf is an address as links keep it, or nothing when it is none.
func linkOf(address string) string {
	address = strings.TrimSpace(address)
	if !strings.Contains(address, "://") && !strings.HasPrefix(address, "mailto:") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return ""
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "ftp":
		if !strings.ContainsAny(u.Hostname(), ".:") {
			return ""
		}
		if u.Path == "" {
			u.Path = "/"
		}
		return u.String()
	case "tg", "ton", "tonsite", "mailto":
		return address
	}
	return ""
}

// units counts a text as Telegram does.
func units(s string) int {
	n := 0
	for _, r := range s {
		n += utf16.RuneLen(r)
	}
	return n
}

// trimmed takes white space from both ends, and the entities with it.
func trimmed(text string, entities []entity) (string, []entity) {
	short := strings.TrimRightFunc(text, unicode.IsSpace)
	left := strings.TrimLeftFunc(short, unicode.IsSpace)
	cut := units(short) - units(left)
	total := units(left)
	var kept []entity
	for _, e := range entities {
		from, to := max(0, e.Offset-cut), min(total, e.Offset+e.Length-cut)
		if to > from {
			e.Offset, e.Length = from, to-from
			kept = append(kept, e)
		}
	}
	return left, kept
}

func cantParse(format string, args ...any) error {
	return bad("can't parse entities: "+format, args...)
}
