package headlines

import (
	"html"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// How long texts are at most, in characters.
const (
	MaxTitle   = 160
	MaxSource  = 60
	MaxSummary = 400
)

// line makes one line of a stranger's text: HTML's entities are characters, however often they were written as entities;
// control characters and what is not seen (U+FEFF, marks of direction) are gone; it has so many characters at most.
func line(text string, most int) string {
	text = strings.ToValidUTF8(text, "")
	if runes := []rune(text); len(runes) > 8*most { // no headline: it is not worth more work
		text = string(runes[:8*most])
	}
	for {
		seen := strings.Map(visible, html.UnescapeString(text))
		next := shortened(norm.NFC.String(strings.Join(strings.Fields(seen), " ")), most)
		if next == text {
			return text
		}
		text = next
	}
}

func visible(r rune) rune {
	switch {
	case unicode.IsSpace(r), unicode.IsControl(r):
		return ' '
	case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), r == unicode.ReplacementChar:
		return -1
	}
	return r
}

func shortened(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return strings.TrimRightFunc(string(runes[:most-1]), unicode.IsSpace) + "…"
}
