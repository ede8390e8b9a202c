package journey_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
)

func TestParseRefuses(t *testing.T) {
	schema := compiled(t)
	for _, c := range []struct{ text, want string }{
		{`{}`, "format required"},
		{`{"format":2}`, "format out_of_range"},
		{`{"format":1,"Steps":[]}`, "Steps unknown_field"},
		{`{"format":1,"":[]}`, `"" unknown_field`},
		{`{"format":1,"steps":{}}`, "steps wrong_type"},
		{`{"format":1,"steps":[{"type":"end"}]}`, "steps[0].id required"},
		{`{"format":1,"steps":[{"id":"","type":"end"}]}`, "steps[0].id invalid_value"},
		{`{"format":1,"steps":[{"id":"ä","type":"end"}]}`, "steps[0].id invalid_value"},
		{`{"format":1,"steps":[{"id":"` + strings.Repeat("x", 41) + `","type":"end"}]}`, "steps[0].id invalid_value"},
		{`{"format":1,"steps":[{"id":"a","type":"dance"}]}`, "steps[0].type invalid_value"},
		{`{"format":1,"steps":[{"id":"a","type":"end","colour":"red"}]}`, "steps[0].colour unknown_field"},
		{`{"format":1,"steps":[{"id":"a","type":"delay","seconds":"5"}]}`, "steps[0].seconds wrong_type"},
		{`{"format":1,"steps":[{"id":"a","type":"delay","seconds":1.5}]}`, "steps[0].seconds wrong_type"},
		{`{"format":1,"steps":[{"id":"a","type":"delay","seconds":-1}]}`, "steps[0].seconds out_of_range"},
		{`{"format":1,"steps":[{"id":"a","type":"delay","seconds":1e300}]}`, "steps[0].seconds out_of_range"},
		{`{"format":1,"steps":[{"id":"a","type":"question","variable":"Name"}]}`, "steps[0].variable invalid_value"},
		{`{"format":1,"steps":[{"id":"a","type":"question","next_step_id":"a b"}]}`, "steps[0].next_step_id invalid_value"},
		{`{"format":1,"steps":[{"id":"a","type":"message","buttons":[[{"text":5}]]}]}`, "steps[0].buttons[0][0].text wrong_type"},
		{`{"format":1,"steps":[{"id":"a","type":"message","no_preview":1}]}`, "steps[0].no_preview wrong_type"},
		{`{"format":1,"steps":[{"id":"a","type":"condition","rules":[{"op":"is"}]}]}`, "steps[0].rules[0].op invalid_value"},
		{`{"format":1,"steps":[{"id":"a","type":"tag","add_tags":["` + strings.Repeat("x", 101) + `"]}]}`, "steps[0].add_tags[0] too_long"},
		{`{"format":1,"triggers":[{"kind":"noise"}]}`, "triggers[0].kind invalid_value"},
		{`{"format":1,"connections":["fax"]}`, "connections[0] invalid_value"},
		{`{"format":1,"re_entry":null}`, "re_entry wrong_type"},
		{`{"format":1,"quiet_hours":{}}`, "quiet_hours.from required"},
		{`{"format":1,"welcome_message":"` + strings.Repeat("x", 10_001) + `"}`, "welcome_message too_long"},
		{`{"format":1,"steps":[` + strings.Repeat(`{"id":"a","type":"end"},`, 300) + `{"id":"a","type":"end"}]}`, "steps too_many"},
		{`[]`, "definition wrong_type"},
		{`null`, "definition wrong_type"},
	} {
		_, err := journey.Parse([]byte(c.text))
		var e *fault.Error
		require.True(t, errors.As(err, &e), c.text)
		require.Equal(t, fault.Invalid, e.Kind, c.text)
		require.Equal(t, c.want, e.Fields[0].Name+" "+e.Fields[0].Code, c.text)
		tree, err := jsonschema.UnmarshalJSON(strings.NewReader(c.text))
		require.NoError(t, err)
		require.Error(t, schema.Validate(tree), "the schema refuses it too: %s", c.text)
	}
	_, err := journey.Parse([]byte(`{"format":1`))
	require.True(t, fault.Is(err, fault.Malformed))
	_, err = journey.Parse(bytes.Repeat([]byte(" "), journey.MaxBytes+1))
	require.True(t, fault.Is(err, fault.TooLarge))
}

// A definition that was written by this program, and one that a person began, are read.
func TestParseTakes(t *testing.T) {
	for _, text := range []string{
		`{"format":1}`, `{"format":1e0,"steps":null,"connections":null,"quiet_hours":null,"triggers":null}`,
		`{"format":1,"steps":[{"id":"a","type":"question","min":null,"max":-2.5,"choices":null,"answer":"","x":-10.25}]}`,
		string(encode(t, journey.Definition{Format: 1, Steps: []journey.Step{{ID: "a", Type: journey.Message}}})),
	} {
		d, err := journey.Parse([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, journey.Always, d.ReEntry.Rule)
		tree, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiled(t).Validate(tree), text)
		d.Check()
	}
}

func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(journey.Schema()))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("journey.json", doc))
	s, err := c.Compile("journey.json")
	require.NoError(t, err)
	return s
}

// The schema's properties are the members of the Go types.
func TestSchemaHasTheMembers(t *testing.T) {
	var schema map[string]any
	require.NoError(t, json.Unmarshal(journey.Schema(), &schema))
	compare(t, "", schema, reflect.TypeFor[journey.Definition]())
}

func compare(t *testing.T, at string, schema map[string]any, typ reflect.Type) {
	switch typ.Kind() {
	case reflect.Pointer:
		compare(t, at, schema, typ.Elem())
	case reflect.Slice:
		require.Equal(t, []any{"array", "null"}, schema["type"], at)
		compare(t, at+"[]", schema["items"].(map[string]any), typ.Elem())
	case reflect.Struct:
		properties := schema["properties"].(map[string]any)
		names := map[string]bool{}
		for i := range typ.NumField() {
			name, _, _ := strings.Cut(typ.Field(i).Tag.Get("json"), ",")
			names[name] = true
			require.Contains(t, properties, name, at)
			compare(t, at+"."+name, properties[name].(map[string]any), typ.Field(i).Type)
		}
		require.Len(t, properties, len(names), "%s: %v", at, properties)
	default:
		want := map[reflect.Kind]string{reflect.String: "string", reflect.Bool: "boolean", reflect.Int: "integer", reflect.Int64: "integer", reflect.Float64: "number"}[typ.Kind()]
		got := schema["type"]
		if list, ok := got.([]any); ok {
			got = list[0]
		}
		require.Equal(t, want, got, at)
		require.NotEmpty(t, schema["description"], at)
	}
}

func TestCompare(t *testing.T) {
	live := of(t, `{"id":"a","type":"message","title":"Hello","text":"Hi","next_step_id":"b"},{"id":"b","type":"end"},{"id":"c","type":"end","title":"Old"}`)
	draft := of(t, `{"id":"d","type":"end"},{"id":"a","type":"message","title":"Hello!","text":"Hi","next_step_id":"d","x":5,"buttons":[]},{"id":"b","type":"end","x":100,"y":2}`)
	draft.Timezone, draft.QuietHours, draft.Connections = "Europe/Berlin", &journey.QuietHours{From: "22:00", To: "08:00"}, []string{"signal_bot"}
	c := journey.Compare(live, draft)
	require.Equal(t, journey.Changes{
		Added:    []journey.StepChange{{StepID: "d", Type: "end"}},
		Removed:  []journey.StepChange{{StepID: "c", Type: "end", Title: "Old"}},
		Changed:  []journey.StepChange{{StepID: "a", Type: "message", Title: "Hello!", Fields: []string{"title", "next_step_id"}}},
		Settings: []string{"timezone", "quiet_hours", "start_step_id"},
	}, c)
	require.Equal(t, `{"added":[],"removed":[],"changed":[],"settings":[]}`, string(encode(t, journey.Compare(draft, draft))))
	require.Len(t, journey.Compare(nil, draft).Added, 3)
	require.Len(t, journey.Compare(live, nil).Removed, 3)
}

func TestWays(t *testing.T) {
	d := of(t, `{"id":"m","type":"message","next_step_id":"e"},
		{"id":"q","type":"question","answer":"choice","choices":[{"text":"A","next_step_id":"e"},{"text":"B"}],"max_attempts":1,"invalid_step_id":"m","timeout_seconds":5,"next_step_id":"m"},
		{"id":"q2","type":"question","answer":"choice","choices":[{"text":"A","next_step_id":"e"}],"next_step_id":"m"},
		{"id":"w","type":"wait_for_reply","branch_keyword":"x","branch_true_step_id":"e","next_step_id":"m"},
		{"id":"w2","type":"wait_for_reply","branch_keyword":"x","branch_true_step_id":"e","branch_false_step_id":"q","next_step_id":"m"},
		{"id":"c","type":"condition","branch_true_step_id":"e"},{"id":"s","type":"split","arms":[{"name":"A","next_step_id":"e"},{}]},{"id":"e","type":"end","next_step_id":"m"}`)
	var got []string
	for i := range d.Steps {
		for _, w := range d.Steps[i].Ways() {
			got = append(got, fmt.Sprintf("%s %s → %s (%s)", d.Steps[i].ID, w.Port, w.Target, w.Label))
		}
	}
	require.Equal(t, []string{"m next → e (Next)", "q choice:0 → e (A)", "q choice:1 →  (B)", "q next → m (Next)", "q invalid → m (No valid answer)", "q timeout →  (No answer in time)",
		"q2 choice:0 → e (A)", "w true → e (Says x)", "w false →  (Says something else)", "w next → m (Next)", "w2 true → e (Says x)", "w2 false → q (Says something else)",
		"c true → e (Yes)", "c false →  (No)", "s arm:0 → e (A)", "s arm:1 →  (Arm 2)"}, got)
}
