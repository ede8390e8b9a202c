package journey

// Schema returns the JSON Schema (draft 2020-12) of a definition. It comes from the same description
// that Parse checks with; what makes a journey work (steps that exist, texts that Telegram takes) is
// beyond a schema and is Check's alone.
func Schema() []byte { return definitionNode.Schema("PromoStack journey") }
