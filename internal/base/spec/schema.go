package spec

import "encoding/json"

// Schema returns the document's JSON Schema (draft 2020-12).
func (n *Node) Schema(title string) []byte {
	s := n.schema()
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = title
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // a tree of maps, strings and numbers always marshals
	}
	return append(data, '\n')
}

func (n *Node) schema() map[string]any {
	s := map[string]any{}
	if n.help != "" {
		s["description"] = n.help
	}
	switch n.kind {
	case "variants":
		var options []any
		for _, name := range n.variantNames() {
			options = append(options, n.variant[name].schema())
		}
		s["oneOf"] = options
		return s
	case "object":
		n.objectSchema(s)
	case "array":
		s["items"], s["maxItems"] = n.items.schema(), n.maximum
		if n.minimum > 0 {
			s["minItems"] = n.minimum
		}
	case "string":
		if n.enum != nil {
			s["enum"] = n.enum
			break
		}
		s["maxLength"] = n.maximum
		if n.minimum > 0 {
			s["minLength"] = n.minimum
		}
		if n.pattern != nil {
			s["pattern"] = n.pattern.String()
		}
	case "number", "integer":
		s["minimum"], s["maximum"] = n.minimum, n.maximum
	}
	s["type"] = n.kind
	if n.null {
		s["type"] = []string{n.kind, "null"}
	}
	return s
}

func (n *Node) objectSchema(s map[string]any) {
	props := map[string]any{}
	var required []string
	for _, p := range n.props {
		ps := p.node.schema()
		if p.def != nil {
			ps["default"] = p.def
		}
		props[p.name] = ps
		if p.required {
			required = append(required, p.name)
		}
	}
	s["properties"], s["additionalProperties"] = props, false
	if required != nil {
		s["required"] = required
	}
	if n.oneOf != nil {
		var options []any
		for _, name := range n.oneOf {
			options = append(options, map[string]any{"required": []string{name}})
		}
		s["oneOf"] = options
	}
}
