package spec_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/spec"
)

func document() spec.Document {
	shape := spec.Variants(map[string]*spec.Node{
		"dot":  spec.Object("", spec.Must("type", spec.Choice("", "dot"))),
		"line": spec.Object("", spec.Must("type", spec.Choice("", "line")), spec.Must("length", spec.Number(0.5, 1e15, "in pixels"))),
	})
	link := spec.Object("", spec.May("id", spec.Text(1, 5, "")), spec.May("url", spec.Text(1, 5, ""))).OneOf("id", "url")
	return spec.Document{Field: "drawing", Code: "drawing", Called: "The drawing", MaxBytes: 1000, Root: spec.Object("",
		spec.Must("name", spec.Matching(1, 8, `^[a-z]*$`, "Must be small letters", "")),
		spec.Default("size", spec.Integer(1, 9, "in metres"), 4.0),
		spec.May("loud", spec.Boolean("")),
		spec.May("shapes", spec.List(shape, 1, 2, "")),
		spec.May("tags", spec.List(spec.Text(0, 3, ""), 0, 200, "").OrNull()),
		spec.May("link", link))}
}

type drawing struct {
	Name string
	Size int
	Tags []string
}

func TestRead(t *testing.T) {
	d := document()
	for text, want := range map[string]string{
		`{"name":"a"}`:                       "",
		`{"name":"a","size":1e0}`:            "",
		`{"name":"a","tags":null}`:           "",
		`{"name":"a","shapes":null}`:         "shapes wrong_type: Must be a list",
		`{"name":"a","size":null}`:           "size wrong_type: Must be a number",
		`{"name":"a","size":0}`:              "size out_of_range: Must be between 1 and 9",
		`{"name":"a","size":1.5}`:            "size wrong_type: Must be a whole number",
		`{"name":"a","loud":1}`:              "loud wrong_type: Must be true or false",
		`{"name":1}`:                         "name wrong_type: Must be a text",
		`{"name":""}`:                        "name required: Must not be empty",
		`{"name":"A"}`:                       "name invalid_value: Must be small letters",
		`{"name":"aaaaaaaaa"}`:               "name too_long: Has 9 characters; at most 8 are allowed",
		`{}`:                                 "name required: Is missing",
		`[]`:                                 "drawing wrong_type: Must be an object",
		`null`:                               "drawing wrong_type: Must be an object",
		`{"name":"a","link":{}}`:             "link.id required: Needs exactly one of: id, url",
		`{"name":"a","b":1,"":2}`:            `"" unknown_field: Is not known here, b unknown_field: Is not known here`,
		`{"name":"a","shapes":[]}`:           "shapes too_few: Has 0 items; at least 1 are needed",
		`{"name":"a","shapes":[1]}`:          "shapes[0] wrong_type: Must be an object",
		`{"name":"a","shapes":[{}]}`:         "shapes[0].type invalid_value: Must be one of: dot, line",
		`{"name":"a","tags":["a","bbbb"]}`:   "tags[1] too_long: Has 4 characters; at most 3 are allowed",
		`{"name":"a","shapes":[{},{},{}]}`:   "shapes too_many: Has 3 items; at most 2 are allowed",
		`{"name":"a","link":{"id":"","x":1}`: "drawing_malformed",
		`{"name":"a","shapes":[{"type":"line","length":1e16}]}`:                                   "shapes[0].length out_of_range: Must be between 0.5 and 1000000000000000",
		`{"name":"a","link":{"id":"b","url":"c"},"` + strings.Repeat("é", 41) + `":1}`:            "link.id required: Needs exactly one of: id, url, " + strings.Repeat("é", 40) + "… unknown_field: Is not known here",
		`{"name":"` + strings.Repeat("a", 1000) + `"}`:                                            "drawing_too_large",
		`{"name":"a","shapes":[{"type":"line","length":2},{"type":"dot","length":2}],"size":"4"}`: "size wrong_type: Must be a number, shapes[1].length unknown_field: Is not known here",
	} {
		var got drawing
		err := d.Read([]byte(text), &got)
		require.Equal(t, want, told(err), text)
		if want == "" {
			require.Equal(t, "a", got.Name)
			require.Contains(t, []int{1, 4}, got.Size)
		}
	}
	var filled drawing
	require.NoError(t, d.Read([]byte(`{"name":"a"}`), &filled))
	require.Equal(t, 4, filled.Size, "what was left out is filled in")
}

// told is what an error says: its fields, or its code.
func told(err error) string {
	if err == nil {
		return ""
	}
	f := fault.From(err)
	var out []string
	for _, field := range f.Fields {
		out = append(out, field.Name+" "+field.Code+": "+field.Message)
	}
	if out == nil {
		return f.Code
	}
	return strings.Join(out, ", ")
}

// Nobody reads more than a hundred mistakes.
func TestReadStops(t *testing.T) {
	d := document()
	d.MaxBytes = 10_000
	err := d.Read([]byte(`{"name":"a","tags":["aaaa"`+strings.Repeat(`,"aaaa"`, 150)+`]}`), &drawing{})
	require.Len(t, fault.From(err).Fields, 100)
}

// What the schema takes is what Read takes.
func TestSchemaAgrees(t *testing.T) {
	d := document()
	text := d.Root.Schema("Drawing")
	parsed, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("drawing.json", parsed))
	schema, err := compiler.Compile("drawing.json")
	require.NoError(t, err)
	for _, document := range []string{
		`{"name":"a"}`, `{"name":""}`, `{"name":"a","size":3}`, `{"name":"a","size":10}`, `{"name":"a","tags":null}`,
		`{"name":"a","shapes":null}`, `{"name":"a","shapes":[]}`, `{"name":"a","shapes":[{"type":"dot"}]}`,
		`{"name":"a","shapes":[{"type":"dot","length":1}]}`, `{"name":"a","link":{"id":"b"}}`, `{"name":"a","link":{"id":"b","url":"c"}}`,
		`{"name":"a","more":1}`, `{"name":"aaaaaaaaa"}`, `{"name":"B"}`, `[]`,
	} {
		var value any
		require.NoError(t, json.Unmarshal([]byte(document), &value))
		require.Equal(t, d.Read([]byte(document), &drawing{}) == nil, schema.Validate(value) == nil, document)
	}
}
