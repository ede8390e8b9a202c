package message

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// EntityType says how a stretch of a text is shown, as the Bot API names it.
type EntityType string

// Types of entities that tags make.
const (
	EntityBold           EntityType = "bold"
	EntityItalic         EntityType = "italic"
	EntityUnderline      EntityType = "underline"
	EntityStrike         EntityType = "strikethrough"
	EntitySpoiler        EntityType = "spoiler"
	EntityCode           EntityType = "code"
	EntityPre            EntityType = "pre"
	EntityLink           EntityType = "text_link"
	EntityMention        EntityType = "text_mention"
	EntityQuote          EntityType = "blockquote"
	EntityCollapsedQuote EntityType = "expandable_blockquote"
	EntityEmoji          EntityType = "custom_emoji"
)

// Entity is a stretch of a text that is shown in a way of its own. Offset and length are in UTF-16
// code units.
type Entity struct {
	Type           EntityType
	Offset, Length int
	URL            string // of a link
	UserID         int64  // of a mention
	Language       string // of program text
	EmojiID        string
}

// tags that Telegram knows, with the entity that each becomes and the attribute that each may have.
var tags = map[string]struct {
	entity EntityType
	attr   string
}{
	"b": {EntityBold, ""}, "strong": {EntityBold, ""}, "i": {EntityItalic, ""}, "em": {EntityItalic, ""},
	"u": {EntityUnderline, ""}, "ins": {EntityUnderline, ""}, "s": {EntityStrike, ""}, "strike": {EntityStrike, ""}, "del": {EntityStrike, ""},
	"tg-spoiler": {EntitySpoiler, ""}, "span": {EntitySpoiler, "class"}, "pre": {EntityPre, ""}, "code": {EntityCode, "class"},
	"a": {EntityLink, "href"}, "blockquote": {EntityQuote, "expandable"}, "tg-emoji": {EntityEmoji, "emoji-id"},
}

// Parse reads Telegram's HTML as Telegram does: the text without its tags, and what those become. The
// error is a *MarkupError.
func Parse(markup string) (string, []Entity, error) {
	p := parser{}
	if err := p.read(markup, true); err != nil {
		return "", nil, err
	}
	slices.SortStableFunc(p.entities, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
	return p.text.String(), p.entities, nil
}

// Plain is what a person reads of Telegram's HTML: without tags, references resolved. Of a text that
// Telegram would refuse, a "<" that begins no tag stays, and tags in the wrong place are left out.
func Plain(markup string) string {
	if !strings.ContainsAny(markup, "<&") {
		return markup
	}
	p := parser{}
	_ = p.read(markup, false) // it refuses nothing
	return p.text.String()
}

// parser makes text and entities of markup.
type parser struct {
	text     strings.Builder
	units    int // UTF-16 code units of the text
	open     []openTag
	entities []Entity
}

// openTag is a tag whose end is still to come.
type openTag struct {
	tag
	units, bytes int // of the text before it
}

func (p *parser) write(text string) {
	p.text.WriteString(text)
	p.units += Units(text)
}

// read goes through the markup. With strict it stops at what Telegram refuses.
func (p *parser) read(markup string, strict bool) *MarkupError {
	for at := 0; at < len(markup); {
		next := strings.IndexAny(markup[at:], "<&")
		if next < 0 {
			next = len(markup) - at
		}
		p.write(markup[at : at+next])
		if at += next; at == len(markup) {
			break
		}
		if markup[at] == '&' {
			r, size := reference(markup[at:])
			switch {
			case size == 0:
				r, size = '&', 1
			case strict && utf16.IsSurrogate(r):
				return refuse(at, fmt.Sprintf("“%s” is half of a character; write the character itself", markup[at:at+size]),
					"Text contains invalid Unicode characters after decoding HTML entities, check for unmatched surrogate code units")
			}
			p.write(string(r))
			at += size
			continue
		}
		t, err := readTag(markup, at)
		switch {
		case err == nil && t.closing && len(p.open) == 0:
			err = refuse(at, fmt.Sprintf("</%s> closes nothing; take it out", t.name), "Unexpected end tag at byte offset %d", at)
		case err == nil && t.closing:
			err = p.end(t)
		case err == nil:
			p.open = append(p.open, openTag{tag: t, units: p.units, bytes: p.text.Len()})
		}
		switch {
		case err != nil && strict:
			return err
		case t.to == 0:
			p.write("<")
			at++
		default:
			at = t.to
		}
	}
	if n := len(p.open); n > 0 && strict {
		t := p.open[n-1]
		return refuse(t.from, fmt.Sprintf("<%s> is not closed; add </%s>", t.name, t.name), "Can't find end tag corresponding to start tag \"%s\"", t.name)
	}
	return nil
}

// end takes the end of the tag that was opened last.
func (p *parser) end(t tag) *MarkupError {
	last := len(p.open) - 1
	open := p.open[last]
	if t.name != "" && t.name != open.name {
		return refuse(t.from, fmt.Sprintf("</%s> stands where </%s> is due; close the tags in turn", t.name, open.name),
			"Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", t.from, open.name, t.name)
	}
	p.open = p.open[:last]
	if p.units == open.units {
		return nil
	}
	e := Entity{Type: tags[open.name].entity, Offset: open.units, Length: p.units - open.units}
	switch value := open.value(tags[open.name].attr); e.Type {
	case EntityLink:
		if value == "" {
			value = p.text.String()[open.bytes:]
		}
		if id, isUser := strings.CutPrefix(value, "tg://user?id="); isUser {
			e.Type = EntityMention
			e.UserID, _ = strconv.ParseInt(id, 10, 64)
		} else {
			e.URL = CheckedLink(value)
		}
		if e.URL == "" && e.UserID == 0 {
			return nil // a link that leads nowhere is shown as its text
		}
	case EntityCode:
		if last > 0 && p.open[last-1].name == "pre" && p.open[last-1].units == open.units {
			if language, ok := strings.CutPrefix(value, "language-"); ok {
				e.Language = language
			}
		}
	case EntityPre:
		if n := len(p.entities) - 1; n >= 0 && p.entities[n].Type == EntityCode && p.entities[n].Offset == e.Offset && p.entities[n].Length == e.Length {
			e.Language = p.entities[n].Language
			p.entities = p.entities[:n]
		}
	case EntityQuote:
		if open.has("expandable") {
			e.Type = EntityCollapsedQuote
		}
	case EntityEmoji:
		if id, err := strconv.ParseInt(value, 10, 64); err != nil || id == 0 {
			return refuse(open.from, emojiAdvice, "Invalid custom emoji identifier specified")
		}
		e.EmojiID = value
	}
	p.entities = append(p.entities, e)
	return nil
}

// CheckedLink is an address as Telegram's links keep it, or nothing when it leads nowhere.
func CheckedLink(address string) string {
	address = strings.TrimSpace(address) //nolint:forbidigo // as Telegram does
	if !strings.Contains(address, "://") && !strings.HasPrefix(address, "mailto:") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme == "" {
		return ""
	}
	switch strings.ToLower(u.Scheme) { //nolint:forbidigo // ASCII
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
