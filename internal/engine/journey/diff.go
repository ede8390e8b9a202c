package journey

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
)

// Changes is what a draft would change of the version that is live.
type Changes struct {
	Added    []StepChange `json:"added"`
	Removed  []StepChange `json:"removed"`
	Changed  []StepChange `json:"changed"`
	Settings []string     `json:"settings"` // members of the definition besides its steps
}

// StepChange is a step that came, went or changed; Fields are the members that did.
type StepChange struct {
	StepID string   `json:"step_id"`
	Type   StepType `json:"type"`
	Title  string   `json:"title,omitempty"`
	Fields []string `json:"fields,omitempty"`
}

// Compare tells what a draft would change. Where steps stand in the drawing is no change.
func Compare(live, draft *Definition) Changes {
	if live == nil {
		live = &Definition{}
	}
	if draft == nil {
		draft = &Definition{}
	}
	out := Changes{Added: []StepChange{}, Removed: []StepChange{}, Changed: []StepChange{}, Settings: []string{}}
	out.Settings = append(out.Settings, differing(*live, *draft, "steps")...)
	before := byID(live)
	after := byID(draft)
	for _, s := range draft.Steps {
		was, there := before[s.ID]
		change := StepChange{StepID: s.ID, Type: s.Type, Title: s.Title}
		if !there {
			out.Added = append(out.Added, change)
		} else if change.Fields = differing(was, s, "x", "y"); len(change.Fields) > 0 {
			out.Changed = append(out.Changed, change)
		}
	}
	for _, s := range live.Steps {
		if _, there := after[s.ID]; !there {
			out.Removed = append(out.Removed, StepChange{StepID: s.ID, Type: s.Type, Title: s.Title})
		}
	}
	return out
}

func byID(d *Definition) map[string]Step {
	out := make(map[string]Step, len(d.Steps))
	for _, s := range d.Steps {
		out[s.ID] = s
	}
	return out
}

// differing lists the members, by their JSON names, in which two values of one type differ. Nothing
// and an empty list are the same.
func differing(a, b any, but ...string) []string {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	skip := "," + strings.Join(but, ",") + ","
	var out []string
	for i := range x.NumField() {
		name, _, _ := strings.Cut(x.Type().Field(i).Tag.Get("json"), ",")
		if strings.Contains(skip, ","+name+",") || empty(x.Field(i)) && empty(y.Field(i)) {
			continue
		}
		one, _ := json.Marshal(x.Field(i).Interface()) // definitions always marshal
		other, _ := json.Marshal(y.Field(i).Interface())
		if !bytes.Equal(one, other) {
			out = append(out, name)
		}
	}
	return out
}

func empty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}
