// Package tagname says what a person's tag is, so that tags are the same wherever they are written, kept and compared.
package tagname

import "strings"

// MaxLength is how many characters a tag has at most.
const MaxLength = 40

// Forbidden are the characters that a tag can't have.
const Forbidden = "\"\\\n\r\t\x00"

// Clean is a tag as it is kept: without outer spaces, in lower case. It reports whether it can be one.
func Clean(text string) (string, bool) {
	text = strings.TrimSpace(strings.ToLower(text))
	return text, text != "" && len([]rune(text)) <= MaxLength && !strings.ContainsAny(text, Forbidden)
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
