package journey

import "encoding/json"

// Schema returns the JSON Schema (draft 2020-12) of a definition. It comes from the same description
// that Parse checks with; what makes a journey work (steps that exist, texts that Telegram takes) is
// beyond a schema and is Check's alone.
func Schema() []byte {
	s := definitionNode.schema()
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "PromoStack journey"
	data, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic(err) // a tree of maps, strings and numbers always marshals
	}
	return append(data, '\n')
}

func (n *node) schema() map[string]any {
	s := map[string]any{"type": n.kind}
	if n.null {
		s["type"] = []string{n.kind, "null"}
	}
	if n.help != "" {
		s["description"] = n.help
	}
	switch n.kind {
	case "object":
		props := map[string]any{}
		var required []string
		for _, p := range n.props {
			props[p.name] = p.node.schema()
			if p.required {
				required = append(required, p.name)
			}
		}
		s["properties"], s["additionalProperties"] = props, false
		if required != nil {
			s["required"] = required
		}
	case "array":
		s["items"], s["maxItems"] = n.items.schema(), n.maximum
	case "string":
		if n.enum != nil {
			s["enum"] = n.enum
			break
		}
		s["maxLength"] = n.maximum
		if n.pattern != nil {
			s["pattern"] = n.pattern.String()
		}
	case "number", "integer":
		s["minimum"], s["maximum"] = n.minimum, n.maximum
	}
	return s
}
