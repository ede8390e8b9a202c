package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// rounds is how often a text is folded at most until it stays the same. A few letters take a second round.
const rounds = 4

// Fold makes texts equal that people take for the same: NFKC, no case, nothing invisible, one space where
// several are and none at the ends. Phones and keyboards differ in more: Turkish dotted and dotless i, Greek
// accents and the final sigma, ё and е, typographic and plain apostrophes, quotes and dashes are the same.
// It is for comparing; nobody reads a folded text.
func Fold(s string) string {
	folded := true // most texts are
	for i := range len(s) {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			return foldWide(s)
		case c >= 'A' && c <= 'Z', c < ' ', c == 0x7f, c == '`', c == ' ' && (i == 0 || i == len(s)-1 || s[i+1] == ' '):
			folded = false
		}
	}
	if folded {
		return s
	}
	return foldWide(s)
}

// Equal tells whether people take two texts for the same.
func Equal(a, b string) bool { return a == b || Fold(a) == Fold(b) }

func foldWide(s string) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for range rounds {
		before := s
		if s = foldOnce(s); s == before {
			break
		}
	}
	return s
}

// lookalike are the characters that phones write where a keyboard has a plain one.
var lookalike = strings.NewReplacer(
	"`", "'", "´", "'", "ʹ", "'", "ʻ", "'", "ʼ", "'", "ʽ", "'", "‘", "'", "’", "'", "‛", "'", "′", "'", "＇", "'",
	"“", `"`, "”", `"`, "„", `"`, "‟", `"`, "″", `"`,
	"‐", "-", "‑", "-", "‒", "-", "–", "-", "—", "-", "―", "-", "−", "-",
)

func foldOnce(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case IsSpace(r):
			return ' '
		case isControl(r), isInvisible(r):
			return -1
		}
		return r
	}, s)
	s = normal(norm.NFKC, lookalike.Replace(s))
	s = caseless(s)
	if strings.ContainsFunc(s, mayLoseMarks) {
		s = withoutMarks(normal(norm.NFD, s))
	}
	return strings.Join(strings.Fields(normal(norm.NFKC, s)), " ")
}

// caseless is lower case by way of upper case, so that the twin does the same with what JavaScript has. Few texts
// have letters that become several; the others take the short way.
func caseless(s string) string {
	if strings.ContainsFunc(s, becomesSeveral) {
		return cases.Lower(language.Und).String(cases.Upper(language.Und).String(s))
	}
	return strings.ToLower(strings.ToUpper(s))
}

// becomesSeveral tells, generously, the letters whose upper case is more than one.
func becomesSeveral(r rune) bool {
	switch r {
	case 'ß', 'ŉ', 'ǰ', 'ΐ', 'ΰ', 'և', 0x345:
		return true
	}
	return r >= 0x1E96 && r <= 0x1E9E || r >= 0x1F00 && r <= 0x1FFF || r >= 0xFB00 && r <= 0xFB17
}

func mayLoseMarks(r rune) bool {
	return r == 'ё' || r == 0x307 || r == 0x308 || r == 'ς' || unicode.Is(unicode.Greek, r)
}

// withoutMarks takes from a decomposed text in lower case the marks that people leave out: all of Greek
// letters', the dots of ё, and the dot that lower case leaves behind İ.
func withoutMarks(s string) string {
	var base, last rune // the letter that marks belong to, and the character before
	return strings.Map(func(r rune) rune {
		before := last
		last = r
		switch {
		case !unicode.Is(unicode.Mn, r):
			base = r
		case unicode.Is(unicode.Greek, base), base == 'е' && r == 0x308, before == 'i' && r == 0x307:
			return -1
		}
		if r == 'ς' {
			return 'σ'
		}
		return r
	}, s)
}
