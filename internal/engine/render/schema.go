package render

// Schema returns the JSON Schema (draft 2020-12) of meta.json. It comes from the same description
// that ParseTemplate checks with; rules between members (unique names, fields that exist, sizes in
// order) are beyond a schema and are ParseTemplate's alone.
func Schema() []byte { return templateNode.Schema("PromoStack template") }
