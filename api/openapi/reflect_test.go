package openapi

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type inner struct {
	ID string `json:"id" openapi:"format=uuid"`
}

type sampleOut struct {
	inner
	Name   string            `json:"name" doc:"What it is called."`
	State  string            `json:"state" openapi:"enum=on|off"`
	Count  int               `json:"count" openapi:"min=1,max=9"`
	Share  *float64          `json:"share"`
	Part   *inner            `json:"part"`
	Maybe  *time.Time        `json:"maybe,omitempty"`
	Parts  []inner           `json:"parts"`
	Texts  map[string]string `json:"texts"`
	Data   []byte            `json:"data"`
	Meta   json.RawMessage   `json:"meta" openapi:"schema=Meta,null"`
	Hidden string            `json:"-"`
}

// Page is a type with another one inside of its name.
type Page[T any] struct {
	Items []T `json:"items"`
}

func TestSchemasFollowTheTypes(t *testing.T) {
	s := NewSchemas(nil)
	s.Add("Meta", &Schema{})
	require.Equal(t, SchemaRef("SamplePage"), s.Written(reflect.TypeFor[Page[sampleOut]]()))
	require.Equal(t, SchemaRef("Sample"), s.Written(reflect.TypeFor[sampleOut]()))
	named, err := s.Named()
	require.NoError(t, err)
	got, err := json.Marshal(named["Sample"])
	require.NoError(t, err)
	require.JSONEq(t, `{"type":"object","additionalProperties":false,
		"required":["count","data","id","meta","name","part","parts","share","state","texts"],
		"properties":{
			"id":{"type":"string","format":"uuid"},
			"name":{"type":"string","description":"What it is called."},
			"state":{"type":"string","enum":["on","off"]},
			"count":{"type":"integer","minimum":1,"maximum":9},
			"share":{"type":["number","null"]},
			"part":{"anyOf":[{"$ref":"#/components/schemas/Inner"},{"type":"null"}]},
			"maybe":{"type":"string","format":"date-time"},
			"parts":{"type":"array","items":{"$ref":"#/components/schemas/Inner"}},
			"texts":{"type":"object","additionalProperties":{"type":"string"}},
			"data":{"type":"string","contentEncoding":"base64"},
			"meta":{"anyOf":[{"$ref":"#/components/schemas/Meta"},{"type":"null"}]}}}`, string(got))
}

// Nothing is needed of a request but what is said by hand, and reading it twice is the same.
func TestRequestsMayLeaveOut(t *testing.T) {
	s := NewSchemas(nil)
	add := func(o *Schema) { o.Require("id") }
	require.Equal(t, s.Read("Wish", reflect.TypeFor[inner](), add), s.Read("Wish", reflect.TypeFor[inner](), add))
	named, err := s.Named()
	require.NoError(t, err)
	require.Equal(t, []string{"id"}, named["Wish"].Required)
}

// What can't be described is an error, never a guess.
func TestWhatCanNotBeDescribed(t *testing.T) {
	for want, kind := range map[string]reflect.Type{
		"no schema is known for chan int": reflect.TypeFor[struct {
			C chan int `json:"c"`
		}](),
		"has no json tag": reflect.TypeFor[struct{ A int }](),
		`the tag openapi knows no "colour"`: reflect.TypeFor[struct {
			A int `json:"a" openapi:"colour=red"`
		}](),
		"invalid syntax": reflect.TypeFor[struct {
			A int `json:"a" openapi:"min=few"`
		}](),
	} {
		s := NewSchemas(nil)
		s.Written(kind)
		_, err := s.Named()
		require.ErrorContains(t, err, want)
	}
	s := NewSchemas(nil)
	type Inner struct{}
	s.Written(reflect.TypeFor[inner]())
	s.Written(reflect.TypeFor[Inner]())
	_, err := s.Named()
	require.ErrorContains(t, err, "would both be called Inner")
}
