package openapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Schemas makes schemas of Go types and collects the named ones.
//
// A struct's fields are named by their json tags. The tag doc describes a field; the tag openapi
// says what a Go type can't, as a list of: enum=a|b, format=…, min=…, max=…, schema=… (a named
// schema in place of the type's own), null, notnull.
type Schemas struct {
	named map[string]*Schema
	types map[string]reflect.Type // which type a name stands for
	known map[reflect.Type]Schema // types that write themselves in their own way
	errs  []error
}

// NewSchemas returns a collection that knows what types look like that have a form of their own.
func NewSchemas(known map[reflect.Type]Schema) *Schemas {
	s := &Schemas{named: map[string]*Schema{}, types: map[string]reflect.Type{}, known: map[reflect.Type]Schema{
		reflect.TypeFor[time.Time]():       {Type: Types{"string"}, Format: "date-time"},
		reflect.TypeFor[json.RawMessage](): {},
		reflect.TypeFor[[]byte]():          {Type: Types{"string"}, ContentEncoding: "base64"},
	}}
	for t, schema := range known {
		s.known[t] = schema
	}
	return s
}

// Add names a schema that no Go type stands for.
func (s *Schemas) Add(name string, schema *Schema) *Schema {
	if _, taken := s.named[name]; taken {
		s.errs = append(s.errs, fmt.Errorf("two schemas are called %s", name))
	}
	s.named[name] = schema
	return SchemaRef(name)
}

// Named returns the collected schemas. The error tells what could not be described.
func (s *Schemas) Named() (map[string]*Schema, error) { return s.named, errors.Join(s.errs...) }

// Written is the schema of what a program writes: every field is there but those that are left
// out when they are empty, and there are no others. Structs with a name become named schemas.
func (s *Schemas) Written(t reflect.Type) *Schema { return s.schema(t, true) }

// Read is the schema of what a program reads: all fields may be left out, and there are no others.
// It gets a name, and what its rules are beyond its type is for adjust to add. Read again it is the
// same.
func (s *Schemas) Read(name string, t reflect.Type, adjust func(*Schema)) *Schema {
	if s.types[name] == t {
		return SchemaRef(name)
	}
	s.types[name] = t
	out := s.object(t, false)
	if adjust != nil {
		adjust(out)
	}
	return s.Add(name, out)
}

func (s *Schemas) schema(t reflect.Type, written bool) *Schema {
	if form, ok := s.known[t]; ok {
		form.Type = slices.Clone(form.Type) // a field may add null to it
		return &form
	}
	switch t.Kind() {
	case reflect.Pointer:
		return orNull(s.schema(t.Elem(), written))
	case reflect.Slice:
		return List(s.schema(t.Elem(), written))
	case reflect.Map:
		return Map(s.schema(t.Elem(), written))
	case reflect.Struct:
		if !written || t.Name() == "" {
			return s.object(t, written)
		}
		return s.component(t)
	case reflect.String:
		return String()
	case reflect.Bool:
		return &Schema{Type: Types{"boolean"}}
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Uint32, reflect.Uint64:
		return &Schema{Type: Types{"integer"}}
	case reflect.Float64:
		return &Schema{Type: Types{"number"}}
	}
	s.errs = append(s.errs, fmt.Errorf("no schema is known for %s", t))
	return &Schema{}
}

// component makes a struct a named schema, once.
func (s *Schemas) component(t reflect.Type) *Schema {
	name := TypeName(t)
	if other, ok := s.types[name]; ok {
		if other != t {
			s.errs = append(s.errs, fmt.Errorf("%s and %s would both be called %s", other, t, name))
		}
		return SchemaRef(name)
	}
	s.types[name] = t
	return s.Add(name, s.object(t, true))
}

// TypeName is the name of a Go type in the document: bulkOut is Bulk, Page[bulkOut] is BulkPage.
func TypeName(t reflect.Type) string {
	name, inner, generic := strings.Cut(t.Name(), "[")
	if generic {
		inner = strings.TrimSuffix(inner, "]")
		return plainName(inner[strings.LastIndex(inner, ".")+1:]) + name
	}
	return plainName(name)
}

func plainName(name string) string {
	name = strings.TrimSuffix(name, "Out")
	return strings.ToUpper(name[:1]) + name[1:] //nolint:forbidigo // a name of Go
}

func (s *Schemas) object(t reflect.Type, written bool) *Schema {
	out := Object(map[string]*Schema{})
	s.fields(out, t, written)
	slices.Sort(out.Required)
	return out
}

func (s *Schemas) fields(out *Schema, t reflect.Type, written bool) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous && name == "":
			s.fields(out, f.Type, written)
			continue
		case name == "-" || !f.IsExported():
			continue
		case name == "":
			s.errs = append(s.errs, fmt.Errorf("%s.%s has no json tag", t, f.Name))
			continue
		}
		optional := strings.Contains(options, "omit")
		of := f.Type
		if optional && of.Kind() == reflect.Pointer {
			of = of.Elem() // it is left out, and never null
		}
		schema, err := tagged(s.schema(of, written), f.Tag.Get("openapi"))
		if err != nil {
			s.errs = append(s.errs, fmt.Errorf("%s.%s: %w", t, f.Name, err))
			continue
		}
		out.Properties[name] = schema.Says(f.Tag.Get("doc"))
		if written && !optional {
			out.Required = append(out.Required, name)
		}
	}
}

// tagged refines a schema by a field's tag openapi.
func tagged(s *Schema, tag string) (*Schema, error) {
	if tag == "" {
		return s, nil
	}
	for _, option := range strings.Split(tag, ",") {
		name, value, _ := strings.Cut(option, "=")
		var err error
		switch name {
		case "enum":
			s.Enum = strings.Split(value, "|")
		case "format":
			s.Format = value
		case "min":
			s.Minimum, err = number(value)
		case "max":
			s.Maximum, err = number(value)
		case "schema":
			s = SchemaRef(value)
		case "null":
			s = orNull(s)
		case "notnull":
			s.Type = slices.DeleteFunc(s.Type, func(t string) bool { return t == "null" })
		default:
			err = fmt.Errorf("the tag openapi knows no %q", name)
		}
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

func number(text string) (*int, error) {
	n, err := strconv.Atoi(text)
	return &n, err
}
