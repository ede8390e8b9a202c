// Package render lays out promo templates and draws them. It is a pure engine: templates, values
// and decoded pictures in, pixels out; no files, no network, no clock.
//
// The layout is one specification with two implementations, this one and the browser's in
// web/static/js/render. Both work on the fonts' own advances with integer arithmetic, so their
// results are equal to the last digit; golden vectors hold them together (testdata/golden).
package render

import (
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/spec"
)

// EngineVersion changes whenever the same template and values would give other pixels; it is part
// of the key of every cached image.
const EngineVersion = 3

// Template is the metadata of a promo template (meta.json, spec P1).
type Template struct {
	Schema      int     `json:"schema"`
	Slug        string  `json:"slug"`
	Name        string  `json:"name"`
	Description string  `json:"description,omitempty"`
	Category    string  `json:"category,omitempty"`
	Language    string  `json:"language,omitempty"` // of its texts, as BCP 47 has it: it decides letter case
	Fields      []Field `json:"fields"`
	Sizes       []Size  `json:"sizes"`
}

// FieldKind is what the value of a field is.
type FieldKind string

// The kinds of fields.
const (
	KindText  FieldKind = "text"
	KindImage FieldKind = "image"
	KindURL   FieldKind = "url"
)

// Field is one value that a person gives. MaxLength counts code points. The value of an image
// field is an upload's id.
type Field struct {
	Name      string    `json:"name"`
	Label     string    `json:"label"`
	Help      string    `json:"help,omitempty"`
	Kind      FieldKind `json:"kind"`
	Required  bool      `json:"required,omitempty"`
	Coupon    bool      `json:"coupon,omitempty"`
	MaxLength int       `json:"max_length,omitempty"`
	Sample    string    `json:"sample,omitempty"`
}

// Size is one format of the template: its pixels at 1×, its background and its layers, painted in
// order. The background's file is Width×Height pixels or exactly twice that.
type Size struct {
	Name       string  `json:"name"`
	Label      string  `json:"label"`
	Width      int     `json:"width"`
	Height     int     `json:"height"`
	Background string  `json:"background"`
	Layers     []Layer `json:"layers"`
}

// LayerType is what a layer shows.
type LayerType string

// The types of layers.
const (
	LayerText  LayerType = "text"
	LayerLogo  LayerType = "logo"
	LayerImage LayerType = "image"
	LayerQR    LayerType = "qr"
	LayerShape LayerType = "shape"
)

// Layer is one thing on the picture. Which members count depends on Type; ParseTemplate refuses
// members of another type. All lengths are pixels at 1×; LineHeight and LetterSpacing are in em.
type Layer struct {
	ID     string    `json:"id"`
	Type   LayerType `json:"type"`
	When   string    `json:"when,omitempty"` // the field without whose value the layer is not there
	Field  string    `json:"field,omitempty"`
	Text   string    `json:"text,omitempty"`
	Prefix string    `json:"prefix,omitempty"`
	Suffix string    `json:"suffix,omitempty"`
	Box    Box       `json:"box"`

	Font          string  `json:"font,omitempty"`
	Weight        int     `json:"weight,omitempty"`
	MinSize       float64 `json:"min_size,omitempty"`
	MaxSize       float64 `json:"max_size,omitempty"`
	LineHeight    float64 `json:"line_height,omitempty"`
	LetterSpacing float64 `json:"letter_spacing,omitempty"`
	MaxLines      int     `json:"max_lines,omitempty"`
	Case          string  `json:"case,omitempty"`

	Color      string  `json:"color,omitempty"`
	Background string  `json:"background,omitempty"`
	Align      string  `json:"align,omitempty"`
	VAlign     string  `json:"valign,omitempty"`
	Shadow     *Shadow `json:"shadow,omitempty"`
	Stroke     *Stroke `json:"stroke,omitempty"`
	Opacity    float64 `json:"opacity,omitempty"`
	Fit        string  `json:"fit,omitempty"`
	Radius     float64 `json:"radius,omitempty"`
}

// Box is a rectangle in pixels at 1×.
type Box struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Width  float64 `json:"width"`
	Height float64 `json:"height"`
}

// Shadow is drawn below a text; Blur is the canvas's shadowBlur (twice the standard deviation).
type Shadow struct {
	Color string  `json:"color"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Blur  float64 `json:"blur"`
}

// Stroke is an outline around the letters; Width is what is seen outside of them.
type Stroke struct {
	Color string  `json:"color"`
	Width float64 `json:"width"`
}

// maxTemplateBytes bounds meta.json; the largest sensible one has some 40 KB.
const maxTemplateBytes = 1 << 20

// maxSizePixels bounds one size at 1×; at 2× it is four times that.
const maxSizePixels = 4_000_000

var document = spec.Document{Root: templateNode, Field: "meta", Code: "template", Called: "The template's metadata", MaxBytes: maxTemplateBytes}

// ParseTemplate reads meta.json strictly: unknown members, wrong types and values out of range are
// each one field of the fault.Invalid error, named like "sizes[0].layers[2].box.width". Members
// that are left out get their defaults. It does not know the fonts; Validate does.
func ParseTemplate(data []byte) (*Template, error) {
	t := &Template{}
	if err := document.Read(data, t); err != nil {
		return nil, err
	}
	var problems fault.Fields
	t.checkReferences(&problems)
	if err := document.Err(problems); err != nil {
		return nil, err
	}
	return t, nil
}

// Size finds a size by its name.
func (t *Template) Size(name string) (*Size, bool) {
	for i := range t.Sizes {
		if t.Sizes[i].Name == name {
			return &t.Sizes[i], true
		}
	}
	return nil, false
}

// Field finds a field by its name.
func (t *Template) Field(name string) (*Field, bool) {
	for i := range t.Fields {
		if t.Fields[i].Name == name {
			return &t.Fields[i], true
		}
	}
	return nil, false
}
