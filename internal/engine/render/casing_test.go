package render

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
)

// No change of letter case makes a text that is refused: whatever letter a font has, its capital can be drawn, too,
// in every language.
func TestNoCaseIsRefused(t *testing.T) {
	e := testEngine(t)
	for _, language := range []string{"", "tr", "el"} {
		for _, letterCase := range []string{"upper", "lower", "title"} {
			for _, font := range []string{"inter", "bebas-neue", "playfair-display"} {
				weight := 400
				l := &Layer{Font: font, Weight: weight}
				for r := rune(' '); r < 0x20000; r++ {
					if !unicode.IsLetter(r) {
						continue
					}
					l.Case = "none"
					if _, refused := prepare(e.fonts, e.emoji, l, language, part{text: string(r)}); refused != nil {
						continue
					}
					l.Case = letterCase
					_, refused := prepare(e.fonts, e.emoji, l, language, part{text: "a" + string(r) + " " + string(r)})
					require.Nil(t, refused, "%s %s %q U+%04X %s", font, letterCase, r, r, language)
				}
			}
		}
	}
}
