package openapi

import "encoding/json"

// Schema is a JSON Schema (draft 2020-12), as far as this program's own types need it. The empty
// schema takes any value.
type Schema struct {
	Ref              string             `json:"$ref,omitempty"`
	Type             Types              `json:"type,omitempty"`
	Format           string             `json:"format,omitempty"`
	Description      string             `json:"description,omitempty"`
	Enum             []string           `json:"enum,omitempty"`
	Minimum          *int               `json:"minimum,omitempty"`
	Maximum          *int               `json:"maximum,omitempty"`
	MaxLength        *int               `json:"maxLength,omitempty"`
	ContentEncoding  string             `json:"contentEncoding,omitempty"`
	ContentMediaType string             `json:"contentMediaType,omitempty"`
	Items            *Schema            `json:"items,omitempty"`
	Properties       map[string]*Schema `json:"properties,omitempty"`
	Required         []string           `json:"required,omitempty"`
	Additional       *Additional        `json:"additionalProperties,omitempty"`
	AnyOf            []*Schema          `json:"anyOf,omitempty"`

	whole json.RawMessage // a schema that was written elsewhere
}

// Whole is a schema that was written elsewhere, as it is but for its $schema, which inside of a
// document would say nothing new.
func Whole(text []byte) (*Schema, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, err
	}
	delete(members, "$schema")
	whole, err := json.Marshal(members)
	return &Schema{whole: whole}, err
}

// MarshalJSON implements json.Marshaler.
func (s *Schema) MarshalJSON() ([]byte, error) {
	if s.whole != nil {
		return s.whole, nil
	}
	type plain Schema
	return json.Marshal((*plain)(s))
}

// Types are the types that a value may have; one of them is written without a list.
type Types []string

// MarshalJSON implements json.Marshaler.
func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// Additional says what an object may have besides its properties: values of a schema, or with a
// nil schema nothing.
type Additional struct{ Of *Schema }

// MarshalJSON implements json.Marshaler.
func (a *Additional) MarshalJSON() ([]byte, error) {
	if a.Of == nil {
		return []byte("false"), nil
	}
	return json.Marshal(a.Of)
}

// String is a text.
func String() *Schema { return &Schema{Type: Types{"string"}} }

// Enum is a text that is one of these.
func Enum(values ...string) *Schema { return &Schema{Type: Types{"string"}, Enum: values} }

// Integer is a whole number from low to high.
func Integer(low, high int) *Schema {
	return &Schema{Type: Types{"integer"}, Minimum: &low, Maximum: &high}
}

// List is a list of values of a schema.
func List(of *Schema) *Schema { return &Schema{Type: Types{"array"}, Items: of} }

// Map is an object with values of a schema under names that the document does not know.
func Map(of *Schema) *Schema { return &Schema{Type: Types{"object"}, Additional: &Additional{of}} }

// Object is an object with these properties and no others.
func Object(properties map[string]*Schema, required ...string) *Schema {
	return &Schema{Type: Types{"object"}, Properties: properties, Required: required, Additional: &Additional{}}
}

// Says sets the description.
func (s *Schema) Says(text string) *Schema {
	s.Description = text
	return s
}

// Require adds to the properties that an object must have.
func (s *Schema) Require(names ...string) *Schema {
	s.Required = append(s.Required, names...)
	return s
}

// SchemaRef refers to a schema of the document.
func SchemaRef(name string) *Schema { return &Schema{Ref: "#/components/schemas/" + name} }

// orNull lets a value be null besides.
func orNull(s *Schema) *Schema {
	if s.Ref == "" && s.AnyOf == nil && len(s.Type) > 0 {
		s.Type = append(s.Type, "null")
		return s
	}
	return &Schema{AnyOf: []*Schema{s, {Type: Types{"null"}}}}
}
