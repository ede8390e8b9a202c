// Package tagname says what a person's tag is, so that tags are the same wherever they are written, kept and compared.
package tagname

import (
	"strings"
	"unicode"

	"github.com/promostack/promostack/internal/base/text"
)

// MaxLength is how many characters a tag has at most.
const MaxLength = 40

// Forbidden are the characters that a tag can't have.
const Forbidden = "\"\\\n\r\t\x00"

// Clean is a tag as it is kept and compared: folded, as text.Fold has it, with what Greek words and typographic
// quotes look like to a reader. It reports whether it can be one. The browser's is tagName in
// web/static/js/typed.js.
func Clean(written string) (string, bool) {
	fits := !strings.ContainsAny(strings.TrimFunc(written, text.IsSpace), Forbidden)
	tag := strings.ReplaceAll(finalSigmas(text.Fold(written)), `"`, "'")
	return tag, fits && tag != "" && len([]rune(tag)) <= MaxLength && !strings.ContainsAny(tag, Forbidden)
}

// finalSigmas writes σ at the end of a word as ς.
func finalSigmas(folded string) string {
	runes := []rune(folded)
	for i, r := range runes {
		if r == 'σ' && i > 0 && unicode.IsLetter(runes[i-1]) && (i+1 == len(runes) || !unicode.IsLetter(runes[i+1])) {
			runes[i] = 'ς'
		}
	}
	return string(runes)
}

// List cleans tags. What can't be a tag is left out, and so are duplicates.
func List(texts []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, text := range texts {
		if t, ok := Clean(text); ok && !seen[t] {
			seen[t] = true
			out = append(out, t)
		}
	}
	return out
}
