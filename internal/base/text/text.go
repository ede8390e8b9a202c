// Package text is the one door for what people type and files hold, and the one comparison of it.
// web/static/js/typed.js is its twin; testdata/vectors.json holds both.
package text

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Clean is a text of one line: a code, a link, a keyword, a header, a name. It is NFC, has no control
// character and no invisible one, a space for each line end and tab, and none at its ends. Bytes that are
// no UTF-8 become U+FFFD, so that a person sees them.
func Clean(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case endsLine(r), r == '\t':
			return ' '
		case isControl(r), isInvisible(r):
			return -1
		}
		return r
	}, s)
	return strings.TrimFunc(normal(norm.NFC, s), IsSpace)
}

// Running is a text that people read, in any number of lines: a message, a caption, a text in a picture.
// Unlike Clean it keeps line ends, as “\n”, and what has a meaning inside a text though it isn't seen: soft
// hyphens, zero-width spaces and joiners, variation selectors, marks of direction.
func Running(s string) string {
	if isPlain(s) {
		return s
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\r\n", "\n")
	s = strings.Map(func(r rune) rune {
		switch {
		case endsLine(r):
			return '\n'
		case r == '\t':
			return ' '
		case isControl(r), isInvisible(r) && !hasMeaning(r):
			return -1
		}
		return r
	}, s)
	if !strings.ContainsFunc(s, isSeen) {
		return ""
	}
	s = strings.TrimLeftFunc(normal(norm.NFC, s), func(r rune) bool { return !isSeen(r) && !opensDirection(r) })
	return strings.TrimRightFunc(s, func(r rune) bool { return !isSeen(r) && !endsSequence(r) })
}

// IsBlank tells that nothing of a text would be seen.
func IsBlank(s string) bool { return !strings.ContainsFunc(s, isSeen) }

// Code is a coupon code as it is asked about, drawn, sent and recorded: clean, NFKC and in upper case.
// It may hold what can't be a code; the CRM's adapter refuses that.
func Code(s string) string {
	s = Clean(s)
	for range rounds {
		before := s
		s = Clean(normal(norm.NFKC, cases.Upper(language.Und).String(normal(norm.NFKC, s))))
		if s == before {
			break
		}
	}
	return s
}

// Lower is a text in lower case, as no language in particular has it.
func Lower(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return r >= 'A' && r <= 'Z' || r >= utf8.RuneSelf }) {
		return s
	}
	return normal(norm.NFC, cases.Lower(language.Und).String(s))
}

// joiner is what the library puts into rows of more than thirty marks. It isn't seen, and no twin has it.
const joiner = "\u034f"

func normal(form norm.Form, s string) string { return strings.ReplaceAll(form.String(s), joiner, "") }

// isPlain tells that a text is printable ASCII without outer spaces: most texts are, and stay as they are.
func isPlain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == ' ' && (i == 0 || i == len(s)-1) {
			return false
		}
	}
	return true
}
