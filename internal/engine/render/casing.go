package render

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// caser changes letter case as a language has it. A letter whose other case the fonts can't draw, such as ŉ or ǰ,
// stays as it is, so that no change of case makes a text that is refused. The browser's is
// web/static/js/render/casing.js.
type caser struct {
	own   language.Tag // the language, if it has rules of its own
	upper cases.Caser
	greek bool
	draws func(rune) bool
}

// newCaser takes the template's language, a BCP 47 tag or nothing. Turkish and Azerbaijani have their own i,
// Greek in capitals has no accents; the other languages differ in nothing that is drawn.
func newCaser(tag string, draws func(rune) bool) *caser {
	primary, _, _ := strings.Cut(tag, "-")
	own := language.Und
	switch primary {
	case "tr":
		own = language.Turkish
	case "az":
		own = language.Azerbaijani
	}
	return &caser{own: own, greek: primary == "el", draws: draws}
}

// apply changes a text as a layer's "case" says.
func (c *caser) apply(s, letterCase string) string {
	switch letterCase {
	case "upper", "title":
		c.upper = cases.Upper(c.own)
	}
	switch letterCase {
	case "upper":
		return norm.NFC.String(c.capitals(s))
	case "lower":
		return norm.NFC.String(c.small(s))
	case "title":
		return norm.NFC.String(c.titleWords(s))
	}
	return s
}

func (c *caser) capitals(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteString(c.capital(r, c.greek))
	}
	return b.String()
}

// small is a text in lower case.
func (c *caser) small(s string) string {
	var b strings.Builder
	lower, runes := cases.Lower(c.own), []rune(s)
	for i, r := range runes {
		low := strings.ReplaceAll(lower.String(string(r)), "i\u0307", "i") // İ leaves a dot behind, which no letter has
		switch {
		case r == 'Σ' && i > 0 && unicode.IsLetter(runes[i-1]) && (i+1 == len(runes) || !unicode.IsLetter(runes[i+1])):
			low = "ς"
		case !c.drawsAll(low):
			low = string(r)
		}
		b.WriteString(low)
	}
	return b.String()
}

// titleWords makes the first letter of each word a capital and leaves the others as they are, so
// that “save 35% USD” becomes “Save 35% USD”.
func (c *caser) titleWords(s string) string {
	var b strings.Builder
	start := true
	for _, r := range s {
		if start {
			b.WriteString(c.capital(r, false))
		} else {
			b.WriteRune(r)
		}
		start = r == ' ' || r == '\n' || r == '\t' || r == '-' || isSpace(r)
	}
	return b.String()
}

// capital is a letter in upper case, bare of accents if it is Greek among capitals, or itself when that can't be
// drawn.
func (c *caser) capital(r rune, bareGreek bool) string {
	if r < 0x80 && r != 'i' {
		return string(unicode.ToUpper(r))
	}
	up := norm.NFC.String(c.upper.String(string(r)))
	if unicode.Is(unicode.Greek, r) {
		bare := withoutAccents(up)
		if bare != up && (bareGreek || !c.drawsAll(up)) {
			up = bare
		}
	}
	if c.drawsAll(up) {
		return up
	}
	return string(r)
}

func (c *caser) drawsAll(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return refuse(r) != nil || !c.draws(r) })
}

// withoutAccents takes all marks but the diaeresis from Greek letters.
func withoutAccents(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) && r != 0x308 {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}
