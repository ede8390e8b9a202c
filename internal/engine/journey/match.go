package journey

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Fold makes texts equal that people take for the same: NFKC, no case, no outer spaces, and one space
// where several are.
func Fold(text string) string {
	folded := true // most texts are
	for i := range len(text) {
		switch c := text[i]; {
		case c >= utf8.RuneSelf:
			return foldWide(text)
		case c >= 'A' && c <= 'Z', c < ' ', c == ' ' && (i == 0 || i == len(text)-1 || text[i+1] == ' '):
			folded = false
		}
	}
	if folded {
		return text
	}
	return strings.Join(strings.Fields(strings.ToLower(text)), " ")
}

// foldWide folds what isn't ASCII alone. Some letters of old scripts take a second round.
func foldWide(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	for range 4 {
		before := text
		text = norm.NFKC.String(cases.Fold().String(norm.NFKC.String(text)))
		if text = strings.Join(strings.Fields(text), " "); text == before {
			break
		}
	}
	return text
}

// matches tells whether a folded message has a keyword, in one of the ways; an empty way is Exact.
func matches(folded, keyword string, way Match) bool {
	keyword = Fold(keyword)
	if keyword == "" {
		return false
	}
	switch way {
	case Word:
		return hasWord(folded, keyword)
	case Prefix:
		return strings.HasPrefix(folded, keyword)
	case Contains:
		return strings.Contains(folded, keyword)
	case Exact, "":
		return folded == keyword
	}
	return false
}

// hasWord finds a keyword that stands between boundaries of words.
func hasWord(text, keyword string) bool {
	first, _ := utf8.DecodeRuneInString(keyword)
	last, _ := utf8.DecodeLastRuneInString(keyword)
	for from := 0; from+len(keyword) <= len(text); {
		i := strings.Index(text[from:], keyword)
		if i < 0 {
			return false
		}
		i += from
		before, n := utf8.DecodeLastRuneInString(text[:i])
		after, m := utf8.DecodeRuneInString(text[i+len(keyword):])
		if (n == 0 || !inWord(first) || !inWord(before)) && (m == 0 || !inWord(last) || !inWord(after)) {
			return true
		}
		_, width := utf8.DecodeRuneInString(text[i:])
		from = i + width
	}
	return false
}

func inWord(r rune) bool {
	return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
