package strategy

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/spec"
)

// Param describes a parameter: a number between two limits, or one of some words.
type Param struct {
	Name    string   `json:"name"`
	Title   string   `json:"title"`
	Help    string   `json:"help"`
	Default any      `json:"default"` // a float64, or a string for a choice
	Min     float64  `json:"min"`
	Max     float64  `json:"max"`
	Step    float64  `json:"step"` // by how much a form changes it; values between steps are allowed
	Whole   bool     `json:"whole"`
	Choices []string `json:"choices,omitempty"` // when it is a word
}

// number is a parameter that may have decimals.
func number(name, title, help string, def, least, most, step float64) Param {
	return Param{Name: name, Title: title, Help: help, Default: def, Min: least, Max: most, Step: step}
}

// whole is a parameter that counts something.
func whole(name, title, help string, def, least, most float64) Param {
	return Param{Name: name, Title: title, Help: help, Default: def, Min: least, Max: most, Step: 1, Whole: true}
}

// choice is a parameter that is a word; the first one is the default.
func choice(name, title, help string, words ...string) Param {
	return Param{Name: name, Title: title, Help: help, Default: words[0], Choices: words}
}

// Values are the parameters of a strategy, all of them, checked. As JSON they make the same strategy
// again, also when a default is another one by then.
type Values map[string]any

// Number is the value of a parameter that is a number.
func (v Values) Number(name string) float64 { return v[name].(float64) }

// Int is the value of a parameter that is a whole number.
func (v Values) Int(name string) int { return int(v.Number(name)) }

// Word is the value of a parameter that is a choice.
func (v Values) Word(name string) string { return v[name].(string) }

// node describes the parameters as a JSON object.
func (k *Kind) node() *spec.Node {
	var props []spec.Prop
	for _, p := range k.Params {
		help := p.Title + ": " + p.Help
		node := spec.Number(p.Min, p.Max, help)
		switch {
		case p.Choices != nil:
			node = spec.Choice(help, p.Choices...)
		case p.Whole:
			node = spec.Integer(p.Min, p.Max, help)
		}
		props = append(props, spec.Default(p.Name, node, p.Default))
	}
	return spec.Object(k.Summary, props...)
}

// Schema is the JSON Schema of the parameters.
func (k *Kind) Schema() []byte { return k.node().Schema(k.Title) }

// read checks parameters and fills in the defaults.
func (k *Kind) read(params json.RawMessage) (Values, error) {
	if params = bytes.TrimSpace(params); len(params) == 0 || string(params) == "null" {
		params = json.RawMessage("{}")
	}
	document := spec.Document{
		Root:  spec.Object("", spec.Must("params", k.node())), // so that fields are called params.…
		Field: "params", Code: "params", Called: "The parameters of " + k.Name, MaxBytes: 10_000,
	}
	var in struct {
		Params Values `json:"params"`
	}
	if err := document.Read([]byte(`{"params":`+string(params)+`}`), &in); err != nil {
		return nil, k.known(err)
	}
	var problems fault.Fields
	for _, group := range k.rising {
		for i, name := range group[1:] {
			if below := group[i]; in.Params.Number(below) >= in.Params.Number(name) {
				problems.Add("params."+below, "out_of_order", "Must be below %s, which is %v", name, in.Params[name])
			}
		}
	}
	if err := document.Err(problems); err != nil {
		return nil, err
	}
	return in.Params, nil
}

// known adds to an error about unknown parameters which ones there are.
func (k *Kind) known(err error) error {
	f := fault.From(err)
	for _, field := range f.Fields {
		if field.Code == "unknown_field" {
			var names []string
			for _, p := range k.Params {
				names = append(names, p.Name)
			}
			return f.WithRemedy("The parameters of %s are %s", k.Name, strings.Join(names, ", "))
		}
	}
	return err
}
