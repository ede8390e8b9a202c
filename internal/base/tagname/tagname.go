// Package tagname says what a tag of a person is: the same wherever tags are written, kept and compared.
package tagname

import "strings"

// MaxLength is how many characters a tag has at most.
const MaxLength = 40

// Forbidden are the signs that no tag holds.
const Forbidden = "\"\\\n\r\t\x00"

// Clean is a tag as it is kept: without outer spaces, in lower case. It tells whether it can be one.
func Clean(text string) (string, bool) {
	text = strings.TrimSpace(strings.ToLower(text))
	return text, text != "" && len([]rune(text)) <= MaxLength && !strings.ContainsAny(text, Forbidden)
}

// List cleans tags. What can be none is left out, and of equal ones all but the first.
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
