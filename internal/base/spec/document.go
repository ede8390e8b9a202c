package spec

import (
	"encoding/json"

	"github.com/promostack/promostack/internal/base/fault"
)

// Document is a kind of document.
type Document struct {
	Root     *Node  // an object
	Field    string // names the document itself in an error: "definition"
	Code     string // begins the codes of its errors: "journey" gives "journey_invalid"
	Called   string // in a sentence: "The journey"
	MaxBytes int
}

// Read decodes a document strictly into a struct. Unknown members, wrong types and values out of range
// are each one field of the fault.Invalid error, named like "steps[3].seconds"; what was left out is
// filled in. Text that is not JSON is fault.Malformed, and more than MaxBytes fault.TooLarge.
func (d Document) Read(data []byte, into any) error {
	if len(data) > d.MaxBytes {
		return fault.New(fault.TooLarge, d.Code+"_too_large", "%s has %d bytes; at most %d are allowed", d.Called, len(data), d.MaxBytes)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		return fault.New(fault.Malformed, d.Code+"_malformed", "%s isn't JSON", d.Called).WithCause(err)
	}
	var problems fault.Fields
	if _, ok := tree.(map[string]any); ok {
		tree = d.Root.check("", tree, &problems)
	} else {
		wrongType(d.Field, "an object", &problems)
	}
	if err := d.Err(problems); err != nil {
		return err
	}
	clean, err := json.Marshal(tree) // whole numbers may be written as 1e3 or 5.0
	if err != nil {
		return fault.From(err)
	}
	if err := json.Unmarshal(clean, into); err != nil {
		return fault.New(fault.Malformed, d.Code+"_malformed", "%s can't be read", d.Called).WithCause(err)
	}
	return nil
}

// Err is the error of a document with these problems, or nil when there are none.
func (d Document) Err(problems fault.Fields) error {
	return problems.Err(d.Code+"_invalid", d.Called+" has mistakes")
}
