package chaos

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Outcome is what a scenario leaves behind, effect by effect: a name and what it is. What differs
// from run to run by right (ids, times) does not belong in it.
type Outcome map[string]string

// Once adds an effect. One that is there already is noted as doubled, so that no comparison with
// what is wanted lets it pass.
func (o Outcome) Once(name, what string) {
	if _, there := o[name]; there {
		o["twice: "+name] = what
		return
	}
	o[name] = what
}

// shownDifferences is how many lines Diff prints at most.
const shownDifferences = 25

// Diff tells how an outcome differs from the one that is wanted; it is empty when it does not.
func Diff(expected, actual Outcome) string {
	var lines []string
	names := maps.Clone(expected)
	maps.Copy(names, actual)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		want, had := expected[name]
		got, has := actual[name]
		switch {
		case had && !has:
			lines = append(lines, fmt.Sprintf("- %s: %s", name, want))
		case has && !had:
			lines = append(lines, fmt.Sprintf("+ %s: %s", name, got))
		case want != got:
			lines = append(lines, fmt.Sprintf("! %s: %s, wanted: %s", name, got, want))
		}
	}
	if more := len(lines) - shownDifferences; more > 0 {
		lines = append(lines[:shownDifferences], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}
