package journey

import (
	"strings"
	"unicode"
	"unicode/utf8"

	typed "github.com/promostack/promostack/internal/base/text"
)

// matches tells whether a folded message has a keyword, in one of the ways; an empty way is Exact.
func matches(folded, keyword string, way Match) bool {
	keyword = typed.Fold(keyword)
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
