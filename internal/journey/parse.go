package journey

import (
	"encoding/json"

	"github.com/promostack/promostack/internal/fault"
)

// Parse reads a definition strictly: unknown members, wrong types and values out of range are each
// one field of the fault.Invalid error, named like "steps[3].seconds". It takes unfinished drafts;
// whether a journey can work is Check's to say.
func Parse(data []byte) (*Definition, error) {
	if len(data) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "journey_too_large", "The journey has %d bytes; at most %d are allowed", len(data), MaxBytes)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return nil, fault.New(fault.Malformed, "journey_malformed", "The journey isn't JSON").WithCause(err)
	}
	var problems fault.Fields
	definitionNode.check("", tree, &problems)
	if err := problems.Err("journey_invalid", "The journey has mistakes"); err != nil {
		return nil, err
	}
	clean, err := json.Marshal(tree) // whole numbers may be written as 1e3 or 5.0
	if err != nil {
		return nil, fault.From(err)
	}
	d := &Definition{}
	if err := json.Unmarshal(clean, d); err != nil {
		return nil, fault.New(fault.Malformed, "journey_malformed", "The journey can't be read").WithCause(err)
	}
	if d.ReEntry.Rule == "" {
		d.ReEntry.Rule = Always
	}
	return d, nil
}
