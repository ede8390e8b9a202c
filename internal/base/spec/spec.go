// Package spec describes the JSON documents that people and programs write for an engine. One tree of
// nodes checks a document, says what is wrong by field, fills in what was left out, and publishes the
// JSON Schema, so that the three cannot disagree.
package spec

import (
	"maps"
	"regexp"
	"slices"
)

// Node is one place of a document.
type Node struct {
	kind    string // object, array, string, number, integer, boolean, or "variants" (objects told apart by "type")
	help    string
	props   []Prop
	oneOf   []string // exactly one of these members must be there
	items   *Node
	minimum float64
	maximum float64 // for numbers the value, for strings code points, for arrays items
	enum    []string
	pattern *regexp.Regexp
	message string // what the pattern asks for, in words
	variant map[string]*Node
	null    bool // null stands for none
}

// Prop is a member of an object.
type Prop struct {
	name     string
	node     *Node
	required bool
	def      any // taken when the member is left out; nil for none
}

// Must is a member that has to be there.
func Must(name string, n *Node) Prop { return Prop{name: name, node: n, required: true} }

// May is a member that can be left out.
func May(name string, n *Node) Prop { return Prop{name: name, node: n} }

// Default is a member that is def when it is left out: a value as encoding/json decodes it.
func Default(name string, n *Node, def any) Prop { return Prop{name: name, node: n, def: def} }

// Text is a string of minimum to maximum code points.
func Text(minimum, maximum int, help string) *Node {
	return &Node{kind: "string", minimum: float64(minimum), maximum: float64(maximum), help: help}
}

// Matching is a string of minimum to maximum code points that fits a pattern; message says what it asks
// for: "Must be …".
func Matching(minimum, maximum int, pattern, message, help string) *Node {
	return &Node{kind: "string", minimum: float64(minimum), maximum: float64(maximum), pattern: regexp.MustCompile(pattern), message: message, help: help}
}

// Choice is one of some strings.
func Choice[T ~string](help string, values ...T) *Node {
	n := &Node{kind: "string", help: help}
	for _, v := range values {
		n.enum = append(n.enum, string(v))
	}
	return n
}

// Number is a number from minimum to maximum.
func Number(minimum, maximum float64, help string) *Node {
	return &Node{kind: "number", minimum: minimum, maximum: maximum, help: help}
}

// Integer is a whole number from minimum to maximum.
func Integer(minimum, maximum float64, help string) *Node {
	return &Node{kind: "integer", minimum: minimum, maximum: maximum, help: help}
}

// Boolean is true or false.
func Boolean(help string) *Node { return &Node{kind: "boolean", help: help} }

// List is an array of minimum to maximum items.
func List(items *Node, minimum, maximum int, help string) *Node {
	return &Node{kind: "array", items: items, minimum: float64(minimum), maximum: float64(maximum), help: help}
}

// Object has these members and no others.
func Object(help string, props ...Prop) *Node { return &Node{kind: "object", props: props, help: help} }

// Variants are objects that their member "type" tells apart.
func Variants(byType map[string]*Node) *Node { return &Node{kind: "variants", variant: byType} }

// OrNull also takes null, which stands for none.
func (n *Node) OrNull() *Node { n.null = true; return n }

// OneOf asks an object for exactly one of these members.
func (n *Node) OneOf(names ...string) *Node { n.oneOf = names; return n }

func (n *Node) variantNames() []string { return slices.Sorted(maps.Keys(n.variant)) }
