// Package similar tells whether a text says again what another one has said. Figures, case, punctuation and emoji make no
// difference: "🔥 +12 pips today!" repeats "+85 pips today".
package similar

import (
	"slices"
	"unicode"

	typed "github.com/promostack/promostack/internal/base/text"
)

// Threshold is the score from which a text repeats another one. Texts with one of two sentences of the same length in common
// score about 0.6, the same sentences with a word changed over 0.85.
const Threshold = 0.75

// Score is how much alike two texts are, from 0 to 1: the Sørensen–Dice coefficient of their trigrams of characters. It is
// the same in both directions, and 1 for texts that differ in figures, case, punctuation and emoji alone.
func Score(a, b string) float64 { return score(trigramsOf(a), trigramsOf(b)) }

// Repeats reports whether a text says again what one of the earlier ones has said.
func Repeats(text string, earlier []string) bool {
	own := trigramsOf(text)
	return slices.ContainsFunc(earlier, func(e string) bool { return score(own, trigramsOf(e)) >= Threshold })
}

// trigrams are how often each three characters in a row are in a text.
type trigrams map[[3]rune]int

func score(a, b trigrams) float64 {
	both, all := 0, 0
	for t, n := range a {
		both += min(n, b[t])
		all += n
	}
	for _, n := range b {
		all += n
	}
	if all == 0 {
		return 1 // neither says anything
	}
	return 2 * float64(both) / float64(all)
}

func trigramsOf(text string) trigrams {
	runes := plain(text)
	out := make(trigrams, len(runes))
	for i := 0; i+3 <= len(runes); i++ {
		out[[3]rune(runes[i:i+3])]++
	}
	return out
}

// figure stands for any figure, with its sign and its decimals.
const figure = '0'

// plain is a folded text as words with one space before and after each; it is empty for a text without a word. A figure is a
// word of one sign.
func plain(text string) []rune {
	out := []rune{' '}
	for _, r := range typed.Fold(text) {
		last := out[len(out)-1]
		goesOn := last == figure || last == ' ' && len(out) > 1 && out[len(out)-2] == figure // "1 250.5" is one
		switch {
		case unicode.IsNumber(r):
			if !goesOn {
				out = append(out, figure)
			}
		case unicode.IsLetter(r), unicode.IsMark(r):
			out = append(out, r)
		case last != ' ':
			out = append(out, ' ')
		}
	}
	if len(out) == 1 {
		return nil
	}
	if out[len(out)-1] != ' ' {
		out = append(out, ' ')
	}
	return out
}
