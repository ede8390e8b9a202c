package journey

import "github.com/promostack/promostack/internal/base/spec"

var document = spec.Document{Root: definitionNode, Field: "definition", Code: "journey", Called: "The journey", MaxBytes: MaxBytes}

// Parse reads a definition strictly: unknown members, wrong types and values out of range are each
// one field of the fault.Invalid error, named like "steps[3].seconds". It takes unfinished drafts;
// whether a journey can work is Check's to say.
func Parse(data []byte) (*Definition, error) {
	d := &Definition{}
	if err := document.Read(data, d); err != nil {
		return nil, err
	}
	if d.ReEntry.Rule == "" {
		d.ReEntry.Rule = Always
	}
	return d, nil
}
