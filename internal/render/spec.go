package render

import (
	"fmt"
	"math"
	"regexp"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/fault"
)

// node is one place of meta.json. The same tree checks a template (check) and publishes the JSON
// Schema (schema), so the two cannot disagree.
type node struct {
	kind    string // object, array, string, number, integer, boolean, or "variants" (objects told apart by "type")
	help    string
	props   []prop
	oneOf   []string // exactly one of these members must be there
	items   *node
	minimum float64
	maximum float64 // for numbers the value, for strings code points, for arrays items
	enum    []string
	pattern *regexp.Regexp
	message string // what the pattern asks for, in words
	variant map[string]*node
}

type prop struct {
	name     string
	node     *node
	required bool
	def      any // taken when the member is left out; nil for none
}

// check walks a decoded JSON value, adds what is wrong, and returns it with defaults filled in.
func (n *node) check(at string, v any, problems *fault.Fields) any {
	switch n.kind {
	case "object":
		return n.checkObject(at, v, problems)
	case "variants":
		m, ok := v.(map[string]any)
		if !ok {
			return wrongType(at, "an object", problems)
		}
		name, ok := m["type"].(string)
		if variant := n.variant[name]; ok && variant != nil {
			return variant.checkObject(at, v, problems)
		}
		problems.Add(join(at, "type"), "invalid_value", "Must be one of: %s", strings.Join(n.variantNames(), ", "))
	case "array":
		list, ok := v.([]any)
		if !ok {
			return wrongType(at, "a list", problems)
		}
		if count := float64(len(list)); count < n.minimum || count > n.maximum {
			problems.Add(at, "out_of_range", "Needs between %g and %g items, has %g", n.minimum, n.maximum, count)
			return v
		}
		for i := range list {
			list[i] = n.items.check(fmt.Sprintf("%s[%d]", at, i), list[i], problems)
		}
	case "string":
		s, ok := v.(string)
		if !ok {
			return wrongType(at, "a text", problems)
		}
		n.checkString(at, s, problems)
	case "boolean":
		if _, ok := v.(bool); !ok {
			return wrongType(at, "true or false", problems)
		}
	default:
		f, ok := v.(float64)
		if !ok {
			return wrongType(at, "a number", problems)
		}
		if f < n.minimum || f > n.maximum {
			problems.Add(at, "out_of_range", "Must be between %g and %g", n.minimum, n.maximum)
		} else if n.kind == "integer" && f != math.Trunc(f) {
			problems.Add(at, "wrong_type", "Must be a whole number")
		}
	}
	return v
}

func (n *node) checkObject(at string, v any, problems *fault.Fields) any {
	m, ok := v.(map[string]any)
	if !ok {
		return wrongType(at, "an object", problems)
	}
	known := map[string]bool{}
	for _, p := range n.props {
		known[p.name] = true
		value, there := m[p.name]
		switch {
		case there:
			m[p.name] = p.node.check(join(at, p.name), value, problems)
		case p.required:
			problems.Add(join(at, p.name), "required", "Is missing")
		case p.def != nil:
			m[p.name] = p.def
		}
	}
	var unknown []string
	for name := range m {
		if !known[name] {
			unknown = append(unknown, name)
		}
	}
	sort.Strings(unknown)
	for _, name := range unknown {
		problems.Add(join(at, shorten(name)), "unknown_field", "Is not known here")
	}
	if len(n.oneOf) > 0 {
		count := 0
		for _, name := range n.oneOf {
			if _, there := m[name]; there {
				count++
			}
		}
		if count != 1 {
			problems.Add(join(at, n.oneOf[0]), "required", "Needs exactly one of: %s", strings.Join(n.oneOf, ", "))
		}
	}
	return m
}

func (n *node) checkString(at, s string, problems *fault.Fields) {
	count := float64(utf8.RuneCountInString(s))
	switch {
	case n.enum != nil:
		for _, e := range n.enum {
			if e == s {
				return
			}
		}
		problems.Add(at, "invalid_value", "Must be one of: %s", strings.Join(n.enum, ", "))
	case count < n.minimum:
		problems.Add(at, "required", "Must not be empty")
	case count > n.maximum:
		problems.Add(at, "too_long", "Has %g characters; at most %g are allowed", count, n.maximum)
	case n.pattern != nil && !n.pattern.MatchString(s):
		problems.Add(at, "invalid_value", "%s", n.message)
	}
}

func (n *node) variantNames() []string {
	names := make([]string, 0, len(n.variant))
	for name := range n.variant {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

func wrongType(at, want string, problems *fault.Fields) any {
	if at == "" {
		at = "meta"
	}
	problems.Add(at, "wrong_type", "Must be %s", want)
	return nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// shorten keeps a stranger's member name from flooding an error message.
func shorten(s string) string {
	if utf8.RuneCountInString(s) <= 40 {
		return s
	}
	return string([]rune(s)[:40]) + "…"
}
