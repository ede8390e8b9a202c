package render

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// smallTemplate has one of everything.
const smallTemplate = `{"schema":1,"slug":"small-one","name":"Small","category":"test",
"fields":[{"name":"headline","label":"Headline","kind":"text","required":true,"max_length":40,"sample":"Hi"},
{"name":"photo","label":"Photo","kind":"image"},{"name":"link","label":"Link","kind":"url"}],
"sizes":[{"name":"square","label":"Square","width":200,"height":200,"background":"square.png","layers":[
{"id":"headline","type":"text","field":"headline","box":{"x":10,"y":10,"width":180,"height":80},"font":"inter","weight":600,"min_size":12,"max_size":60,
"shadow":{"color":"#00000080","y":2},"stroke":{"color":"#112233","width":1}},
{"id":"logo","type":"logo","box":{"x":0,"y":0,"width":50,"height":50}},
{"id":"photo","type":"image","field":"photo","box":{"x":0,"y":100,"width":50,"height":50},"radius":8},
{"id":"qr","type":"qr","field":"link","box":{"x":100,"y":100,"width":80,"height":80}}]}]}`

func compiledSchema(t testing.TB) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("template.json", doc))
	s, err := c.Compile("template.json")
	require.NoError(t, err)
	return s
}

func fields(err error) []string {
	var out []string
	var f *fault.Error
	if errors.As(err, &f) {
		for _, field := range f.Fields {
			out = append(out, field.Name+" "+field.Code)
		}
	}
	return out
}

func TestParseTemplateFillsDefaults(t *testing.T) {
	got, err := ParseTemplate([]byte(smallTemplate))
	require.NoError(t, err)
	l := got.Sizes[0].Layers
	require.Equal(t, 1.2, l[0].LineHeight)
	require.Equal(t, 1, l[0].MaxLines)
	require.Equal(t, "none", l[0].Case)
	require.Equal(t, "left", l[0].Align)
	require.Equal(t, 1.0, l[0].Opacity)
	require.Equal(t, "contain", l[1].Fit)
	require.Equal(t, "cover", l[2].Fit)
	require.Equal(t, "#ffffff", l[3].Background)
	require.Equal(t, 200, got.Fields[2].MaxLength)
	e := testEngine(t)
	require.NoError(t, got.Validate(e.fonts, e.emoji))
	again, err := json.Marshal(got)
	require.NoError(t, err)
	second, err := ParseTemplate(again)
	require.NoError(t, err)
	require.Equal(t, got, second, "what is written can be read again")
}

// Each row changes one thing in smallTemplate. The parser names the place; the schema says the same
// but for what lies between members (beyond).
func TestParseTemplateRefuses(t *testing.T) {
	schema := compiledSchema(t)
	long := strings.Repeat("x", 100)
	for _, c := range []struct {
		name, old, with string
		want            []string
		beyond          bool
	}{
		{name: "unknown member", old: `"name":"Small"`, with: `"name":"Small","title":1`, want: []string{"title unknown_field"}},
		{name: "unknown in a box", old: `"width":180`, with: `"width":180,"w":1`, want: []string{"sizes[0].layers[0].box.w unknown_field"}},
		{name: "member of another type of layer", old: `"radius":8`, with: `"radius":8,"min_size":9`, want: []string{"sizes[0].layers[2].min_size unknown_field"}},
		{name: "missing slug", old: `"slug":"small-one",`, with: ``, want: []string{"slug required"}},
		{name: "missing width", old: `"width":180,`, with: ``, want: []string{"sizes[0].layers[0].box.width required"}},
		{name: "wrong type", old: `"width":180`, with: `"width":"180"`, want: []string{"sizes[0].layers[0].box.width wrong_type"}},
		{name: "null", old: `"width":180`, with: `"width":null`, want: []string{"sizes[0].layers[0].box.width wrong_type"}},
		{name: "object for a list", old: `"fields":[`, with: `"category":{},"x":[`, want: []string{"category wrong_type", "fields required", "x unknown_field"}},
		{name: "too small", old: `"width":180`, with: `"width":0`, want: []string{"sizes[0].layers[0].box.width out_of_range"}},
		{name: "far too large", old: `"width":180`, with: `"width":1e300`, want: []string{"sizes[0].layers[0].box.width out_of_range"}},
		{name: "half a weight", old: `"weight":600`, with: `"weight":600.5`, want: []string{"sizes[0].layers[0].weight wrong_type"}},
		{name: "bad slug", old: `small-one`, with: `Small One`, want: []string{"slug invalid_value"}},
		{name: "long name", old: `"name":"Small"`, with: `"name":"` + long + `"`, want: []string{"name too_long"}},
		{name: "empty name", old: `"name":"Small"`, with: `"name":""`, want: []string{"name required"}},
		{name: "bad colour", old: `#112233`, with: `#1122`, want: []string{"sizes[0].layers[0].stroke.color invalid_value"}},
		{name: "unknown kind", old: `"kind":"url"`, with: `"kind":"link"`, want: []string{"fields[2].kind invalid_value"}},
		{name: "unknown layer", old: `"type":"qr"`, with: `"type":"video"`, want: []string{"sizes[0].layers[3].type invalid_value"}},
		{name: "path as background", old: `square.png`, with: `../square.png`, want: []string{"sizes[0].background invalid_value"}},
		{name: "no sizes", old: `"sizes":[{`, with: `"sizes":[],"more":[{`, want: []string{"sizes too_few", "more unknown_field"}},
		{name: "other schema", old: `"schema":1`, with: `"schema":2`, want: []string{"schema out_of_range"}},
		{name: "both field and text", old: `"field":"headline",`, with: `"field":"headline","text":"x",`, want: []string{"sizes[0].layers[0].field required"}},
		{name: "neither field nor text", old: `"field":"headline",`, with: ``, want: []string{"sizes[0].layers[0].field required"}},

		{name: "field that isn't there", old: `"field":"link"`, with: `"field":"lnik"`, want: []string{"sizes[0].layers[3].field unknown_field"}, beyond: true},
		{name: "text of an image", old: `"field":"headline"`, with: `"field":"photo"`, want: []string{"sizes[0].layers[0].field invalid_value"}, beyond: true},
		{name: "image of a text", old: `"field":"photo"`, with: `"field":"headline"`, want: []string{"sizes[0].layers[2].field invalid_value"}, beyond: true},
		{name: "sizes out of order", old: `"min_size":12`, with: `"min_size":61`, want: []string{"sizes[0].layers[0].min_size out_of_range"}, beyond: true},
		{name: "layer twice", old: `"id":"qr"`, with: `"id":"logo"`, want: []string{"sizes[0].layers[3].id duplicate"}, beyond: true},
		{name: "field twice", old: `"name":"link"`, with: `"name":"photo"`, want: []string{"fields[2].name duplicate", "sizes[0].layers[2].field invalid_value", "sizes[0].layers[3].field unknown_field"}, beyond: true},
		{name: "too many pixels", old: `"width":200,"height":200`, with: `"width":4096,"height":4096`, want: []string{"sizes[0].width out_of_range"}, beyond: true},
		{name: "coupon that is an image", old: `"kind":"image"`, with: `"kind":"image","coupon":true`, want: []string{"fields[1].coupon invalid_value"}, beyond: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Contains(t, smallTemplate, c.old)
			text := strings.Replace(smallTemplate, c.old, c.with, 1)
			_, err := ParseTemplate([]byte(text))
			require.True(t, fault.Is(err, fault.Invalid), "%v", err)
			require.Equal(t, c.want, fields(err))
			var tree any
			require.NoError(t, json.Unmarshal([]byte(text), &tree))
			if c.beyond {
				require.NoError(t, schema.Validate(tree))
			} else {
				require.Error(t, schema.Validate(tree))
			}
		})
	}
}

func TestSchemaAcceptsWhatTheParserAccepts(t *testing.T) {
	var tree any
	require.NoError(t, json.Unmarshal([]byte(smallTemplate), &tree))
	require.NoError(t, compiledSchema(t).Validate(tree))
}

func TestParseTemplateMalformed(t *testing.T) {
	for _, text := range []string{"", "{", "[1", "nul", strings.Repeat("[", 100_000)} {
		_, err := ParseTemplate([]byte(text))
		require.True(t, fault.Is(err, fault.Malformed), "%.20s: %v", text, err)
	}
	_, err := ParseTemplate([]byte("[]"))
	require.Equal(t, []string{"meta wrong_type"}, fields(err))
	_, err = ParseTemplate(bytes.Repeat([]byte(" "), maxTemplateBytes+1))
	require.True(t, fault.Is(err, fault.TooLarge))
}

func TestValidateKnowsTheFonts(t *testing.T) {
	e := testEngine(t)
	for _, c := range []struct{ old, with, want string }{
		{`"font":"inter"`, `"font":"comic"`, "sizes[0].layers[0].font unknown_font"},
		{`"weight":600`, `"weight":650`, "sizes[0].layers[0].weight unknown_weight"},
		{`"font":"inter"`, `"font":"inter","prefix":"שלום"`, "sizes[0].layers[0].prefix unsupported_script"},
		{`"font":"inter"`, `"font":"inter","suffix":"\u0007"`, "sizes[0].layers[0].suffix control_character"},
	} {
		tpl, err := ParseTemplate([]byte(strings.Replace(smallTemplate, c.old, c.with, 1)))
		require.NoError(t, err)
		require.Equal(t, []string{c.want}, fields(tpl.Validate(e.fonts, e.emoji)))
	}
}
