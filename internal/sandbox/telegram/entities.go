package telegram

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/publicsuffix"
)

// What Telegram finds in a text by itself: commands, mentions, hashtags, cashtags, addresses, e-mail
// addresses and phone numbers. The rules are those of TDLib's find_entities; phone numbers are found
// by Telegram's servers, whose rule is not published: here they are international ones.

// finder is a kind of entity. Its form finds candidates; fits looks at one with what stands before
// and after it, and may shorten it or say by an empty answer that it is none.
type finder struct {
	kind string
	form *regexp.Regexp
	fits func(found string, before, after rune) string
}

var finders = []finder{
	{"mention", regexp.MustCompile(`@[A-Za-z0-9_]+`), aMention},
	{"bot_command", regexp.MustCompile(`/[A-Za-z0-9_]+(?:@[A-Za-z0-9_]+)?`), aCommand},
	{"hashtag", regexp.MustCompile(`#[\pL\p{Nd}_\x{b7}\x{200c}\x{d80}-\x{dff}]+`), aHashtag},
	{"cashtag", regexp.MustCompile(`\$(?:1INCH|[A-Z]{1,8})`), aCashtag},
	{"phone_number", regexp.MustCompile(`\+[0-9](?:[ ().-]{0,2}[0-9])*`), aPhoneNumber},
	{"url", regexp.MustCompile(`(?i)(?:tg|ton)://[a-z0-9_-]{1,253}(?:[/?#][^\s\pZ<>"«»]*)?`), anAppAddress},
	{"url", addressForm, aWebAddress},
	{"email", addressForm, anEmailAddress},
}

// addressForm is what may be a web address or an e-mail address: a protocol, somebody's name, a domain, a
// port and a path, of which only the domain must be there.
var addressForm = regexp.MustCompile("(?:[A-Za-z0-9+-]+://)?(?:[^\\s\\pZ/\\[\\]{}()'`<>\"@«»]+@)?[\\pL\\pN_~-]+(?:\\.[\\pL\\pN_~-]+)+(?::[0-9]{1,5})?(?:[/?#][^\\s\\pZ<>\"«»]*)?")

// findEntities are the entities that Telegram finds in a text: in order, none over another.
func findEntities(text string) []entity {
	type span struct {
		kind     string
		from, to int // in bytes
	}
	var spans []span
	for _, f := range finders {
		for _, at := range f.form.FindAllStringIndex(text, -1) {
			before, _ := utf8.DecodeLastRuneInString(text[:at[0]])
			after, _ := utf8.DecodeRuneInString(text[at[1]:])
			whole := text[at[0]:at[1]]
			if part := f.fits(whole, before, after); part != "" {
				from := at[0] + strings.Index(whole, part)
				spans = append(spans, span{f.kind, from, from + len(part)})
			}
		}
	}
	slices.SortStableFunc(spans, func(a, b span) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out []entity
	end, offset, counted := 0, 0, 0
	for _, s := range spans {
		if s.from < end {
			continue
		}
		offset, counted = offset+units(text[counted:s.from]), s.from
		out = append(out, entity{Type: s.kind, Offset: offset, Length: units(text[s.from:s.to])})
		end = s.to
	}
	return out
}

// withFound adds what Telegram finds to the entities that a text has.
func withFound(text string, given []entity) []entity {
	all := slices.Clone(given)
	for _, e := range findEntities(text) {
		if !slices.ContainsFunc(given, e.clashes) {
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b entity) int { return cmp.Or(a.Offset-b.Offset, b.Length-a.Length) })
	return all
}

// clashes reports whether an entity can't be found where another one is. Bold text and the like may
// hold it, and quotes when they hold all of it; code, links and mentions hold nothing.
func (e entity) clashes(with entity) bool {
	end, withEnd := e.Offset+e.Length, with.Offset+with.Length
	if end <= with.Offset || withEnd <= e.Offset {
		return false
	}
	switch with.Type {
	case "bold", "italic", "underline", "strikethrough", "spoiler":
		return false
	case "blockquote", "expandable_blockquote":
		return e.Offset < with.Offset || withEnd < end
	}
	return true
}

// isFound reports whether a type of entity is found by Telegram alone: those that a bot gives are left
// out.
func isFound(kind string) bool {
	return slices.ContainsFunc(finders, func(f finder) bool { return f.kind == kind })
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

func isTag(r rune) bool {
	return r == '_' || r == 0x200c || r == 0xb7 || 0xd80 <= r && r <= 0xdff || unicode.IsLetter(r) || unicode.Is(unicode.Nd, r)
}

func aMention(text string, before, after rune) string {
	name := text[1:]
	short := slices.Contains([]string{"gif", "vid", "pic"}, strings.ToLower(name))
	if isWord(before) || isWord(after) || len(name) > 32 || len(name) < 4 && !short {
		return ""
	}
	return text
}

func aCommand(text string, before, after rune) string {
	around := func(r rune) bool { return isWord(r) || r == '/' || r == '<' || r == '>' }
	name, of, named := strings.Cut(text[1:], "@")
	if around(before) || around(after) || after == '@' || len(name) > 64 || named && (len(of) < 3 || len(of) > 32) {
		return ""
	}
	return text
}

// maxHashtag is how many characters of a hashtag count.
const maxHashtag = 256

func aHashtag(text string, before, after rune) string {
	if isTag(before) || after == '#' || !strings.ContainsFunc(text, unicode.IsLetter) {
		return ""
	}
	if runes := []rune(text); len(runes) > maxHashtag+1 {
		return string(runes[:maxHashtag+1])
	}
	return text
}

func aCashtag(text string, before, after rune) string {
	around := func(r rune) bool { return isTag(r) || r == '$' }
	if around(before) || around(after) {
		return ""
	}
	return text
}

func aPhoneNumber(text string, before, after rune) string {
	digits := 0
	for _, r := range text {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if isWord(before) || before == '+' || isWord(after) || digits < 9 || digits > 15 {
		return ""
	}
	return text
}

// badEnd are signs with which no path ends, since they belong to the sentence.
const badEnd = ".:;,('?!`"

func anAppAddress(text string, before, _ rune) string {
	if isWord(before) {
		return ""
	}
	return strings.TrimRight(text, badEnd)
}

var emailForm = regexp.MustCompile(`(?i)^(?:[a-z0-9_-]{0,26}[.+]){0,10}[a-z0-9_-]{1,35}@(?:(?:[a-z0-9][a-z0-9_-]{0,28})?[a-z0-9]\.){1,6}[a-z]{2,8}$`)

func anEmailAddress(text string, before, _ rune) string {
	text = strings.TrimPrefix(text, "mailto:")
	if isWord(before) || before == '/' || before == '#' || before == '@' || !emailForm.MatchString(text) {
		return ""
	}
	return text
}

func aWebAddress(text string, before, _ rune) string {
	if isWord(before) || before == '/' || before == '#' || before == '@' || emailForm.MatchString(strings.TrimPrefix(text, "mailto:")) {
		return ""
	}
	protocol, rest, hasProtocol := strings.Cut(text, "://")
	switch {
	case !hasProtocol:
		rest = text
	case !slices.Contains([]string{"http", "https", "ftp"}, strings.ToLower(protocol)):
		return ""
	}
	head := len(rest)
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		head = i
	}
	domain := rest[:head]
	if i := strings.IndexByte(domain, '@'); i >= 0 {
		domain = domain[i+1:]
	}
	domain, _, _ = strings.Cut(domain, ":")
	if !isDomain(domain, hasProtocol) {
		return ""
	}
	return text[:len(text)-len(rest)+head] + pathOf(rest[head:])
}

// pathOf is the part of a path that belongs to the address: up to a bracket that nothing opens, and
// without the sentence's signs.
func pathOf(text string) string {
	var open [3]int
	for i, r := range text {
		if kind := strings.IndexRune("([{", r); kind >= 0 {
			open[kind]++
		} else if kind := strings.IndexRune(")]}", r); kind >= 0 {
			if open[kind]--; open[kind] < 0 {
				text = text[:i]
				break
			}
		}
	}
	return strings.TrimRight(text, badEnd)
}

var numberForm = regexp.MustCompile(`^(?:0|[1-9][0-9]?|1[0-9][0-9]|2[0-4][0-9]|25[0-5])$`)

// isDomain reports whether a text is the name of a machine. Without a protocol before it, the name must
// end as names on the internet do.
func isDomain(text string, hasProtocol bool) bool {
	parts := strings.Split(text, ".")
	numbers := 0
	for _, part := range parts {
		if part == "" || len(part) > 63 || strings.HasSuffix(part, "-") {
			return false
		}
		if numberForm.MatchString(part) {
			numbers++
		}
	}
	switch {
	case len(parts) < 2:
		return false
	case numbers == len(parts) && len(parts) == 4:
		return true
	}
	last, name := parts[len(parts)-1], parts[len(parts)-2]
	switch {
	case !strings.ContainsFunc(text, func(r rune) bool { return r != '.' && !unicode.IsDigit(r) }):
		return false
	case utf8.RuneCountInString(last) < 2 || strings.ContainsRune(name, '_'):
		return false
	case strings.HasPrefix(last, "xn--"):
		return len(last) > len("xn--")+1
	case strings.ContainsAny(last, "_-"):
		return false
	case hasProtocol:
		return true
	}
	_, known := publicsuffix.PublicSuffix("x." + strings.ToLower(last))
	return known
}
