package journey

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/fault"
)

// node is one place of a definition. The same tree checks one (check) and publishes the JSON Schema
// (schema), so the two cannot disagree.
type node struct {
	kind    string // object, array, string, number, integer, boolean
	help    string
	props   []prop
	items   *node
	minimum float64
	maximum float64 // for numbers the value, for strings code points, for arrays items
	enum    []string
	pattern *regexp.Regexp
	message string // what the pattern asks for, in words
	null    bool   // null stands for none
}

type prop struct {
	name     string
	node     *node
	required bool
}

// maxProblems bounds what one answer lists; nobody reads more.
const maxProblems = 100

// check walks a decoded JSON value and adds what is wrong.
func (n *node) check(at string, v any, problems *fault.Fields) {
	if len(*problems) >= maxProblems || v == nil && n.null {
		return
	}
	switch n.kind {
	case "object":
		n.checkObject(at, v, problems)
	case "array":
		list, ok := v.([]any)
		if !ok {
			wrongType(at, "a list", problems)
			return
		}
		if count := float64(len(list)); count > n.maximum {
			problems.Add(at, "too_many", "Has %g items; at most %g are allowed", count, n.maximum)
			return
		}
		for i := range list {
			n.items.check(fmt.Sprintf("%s[%d]", at, i), list[i], problems)
		}
	case "string":
		n.checkString(at, v, problems)
	case "boolean":
		if _, ok := v.(bool); !ok {
			wrongType(at, "true or false", problems)
		}
	default:
		f, ok := v.(float64)
		switch {
		case !ok:
			wrongType(at, "a number", problems)
		case f < n.minimum || f > n.maximum:
			problems.Add(at, "out_of_range", "Must be between %.0f and %.0f", n.minimum, n.maximum)
		case n.kind == "integer" && f != math.Trunc(f):
			problems.Add(at, "wrong_type", "Must be a whole number")
		}
	}
}

func (n *node) checkObject(at string, v any, problems *fault.Fields) {
	m, ok := v.(map[string]any)
	if !ok {
		wrongType(at, "an object", problems)
		return
	}
	known := map[string]bool{}
	for _, p := range n.props {
		known[p.name] = true
		if value, there := m[p.name]; there {
			p.node.check(join(at, p.name), value, problems)
		} else if p.required {
			problems.Add(join(at, p.name), "required", "Is missing")
		}
	}
	var unknown []string
	for name := range m {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		problems.Add(join(at, shorten(name)), "unknown_field", "Is not known here")
	}
}

func (n *node) checkString(at string, v any, problems *fault.Fields) {
	s, ok := v.(string)
	if !ok {
		wrongType(at, "a text", problems)
		return
	}
	count := float64(utf8.RuneCountInString(s))
	switch {
	case n.enum != nil && !slices.Contains(n.enum, s):
		problems.Add(at, "invalid_value", "Must be one of: %s", strings.TrimPrefix(strings.Join(n.enum, ", "), ", "))
	case n.enum != nil:
	case count < n.minimum:
		problems.Add(at, "required", "Must not be empty")
	case count > n.maximum:
		problems.Add(at, "too_long", "Has %g characters; at most %g are allowed", count, n.maximum)
	case n.pattern != nil && !n.pattern.MatchString(s):
		problems.Add(at, "invalid_value", "%s", n.message)
	}
}

func wrongType(at, want string, problems *fault.Fields) {
	if at == "" {
		at = "definition"
	}
	problems.Add(at, "wrong_type", "Must be %s", want)
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// shorten keeps a stranger's member name from flooding an error message.
func shorten(s string) string {
	switch n := utf8.RuneCountInString(s); {
	case n == 0:
		return `""`
	case n <= 40:
		return s
	}
	return string([]rune(s)[:40]) + "…"
}
