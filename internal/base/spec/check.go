package spec

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
)

// maxProblems bounds what one answer lists; nobody reads more.
const maxProblems = 100

// check walks a value as encoding/json decodes it, adds what is wrong by field, and returns it with
// what was left out filled in.
func (n *Node) check(at string, v any, problems *fault.Fields) any {
	if len(*problems) >= maxProblems || v == nil && n.null {
		return v
	}
	switch n.kind {
	case "object":
		return n.checkObject(at, v, problems)
	case "variants":
		return n.checkVariant(at, v, problems)
	case "array":
		return n.checkList(at, v, problems)
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
			problems.Add(at, "out_of_range", "Must be between %s and %s", plain(n.minimum), plain(n.maximum))
		} else if n.kind == "integer" && f != math.Trunc(f) {
			problems.Add(at, "wrong_type", "Must be a whole number")
		}
	}
	return v
}

func (n *Node) checkObject(at string, v any, problems *fault.Fields) any {
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
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !known[name] {
			problems.Add(join(at, fault.Shorten(name)), "unknown_field", "Is not known here")
		}
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

func (n *Node) checkVariant(at string, v any, problems *fault.Fields) any {
	m, ok := v.(map[string]any)
	if !ok {
		return wrongType(at, "an object", problems)
	}
	name, _ := m["type"].(string)
	if variant := n.variant[name]; variant != nil {
		return variant.checkObject(at, v, problems)
	}
	problems.Add(join(at, "type"), "invalid_value", "Must be one of: %s", strings.Join(n.variantNames(), ", "))
	return v
}

func (n *Node) checkList(at string, v any, problems *fault.Fields) any {
	list, ok := v.([]any)
	if !ok {
		return wrongType(at, "a list", problems)
	}
	switch count := float64(len(list)); {
	case count > n.maximum:
		problems.Add(at, "too_many", "Has %g items; at most %g are allowed", count, n.maximum)
		return v
	case count < n.minimum:
		problems.Add(at, "too_few", "Has %g items; at least %g are needed", count, n.minimum)
		return v
	}
	for i := range list {
		list[i] = n.items.check(fmt.Sprintf("%s[%d]", at, i), list[i], problems)
	}
	return v
}

func (n *Node) checkString(at, s string, problems *fault.Fields) {
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

func wrongType(at, want string, problems *fault.Fields) any {
	problems.Add(at, "wrong_type", "Must be %s", want)
	return nil
}

func join(at, name string) string {
	if at == "" {
		return name
	}
	return at + "." + name
}

// plain formats a limit as people do, without an exponent.
func plain(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
