package render

import (
	"fmt"

	"github.com/promostack/promostack/internal/base/fault"
)

// checkReferences holds the rules that span several members, which the JSON Schema can't say:
// names are unique, layers name fields that exist and are of the right kind, ranges are in order.
func (t *Template) checkReferences(problems *fault.Fields) {
	fields := map[string]*Field{}
	for i := range t.Fields {
		f := &t.Fields[i]
		at := fmt.Sprintf("fields[%d]", i)
		if fields[f.Name] != nil {
			problems.Add(at+".name", "duplicate", "The field “%s” is there twice", f.Name)
		}
		fields[f.Name] = f
		if f.Coupon && f.Kind != KindText {
			problems.Add(at+".coupon", "invalid_value", "Only a text field can hold a coupon code")
		}
	}
	sizes := map[string]bool{}
	for i := range t.Sizes {
		s := &t.Sizes[i]
		at := fmt.Sprintf("sizes[%d]", i)
		if sizes[s.Name] {
			problems.Add(at+".name", "duplicate", "The size “%s” is there twice", s.Name)
		}
		sizes[s.Name] = true
		if s.Width*s.Height > maxSizePixels {
			problems.Add(at+".width", "out_of_range", "%d × %d pixels are more than %d million", s.Width, s.Height, maxSizePixels/1_000_000)
		}
		ids := map[string]bool{}
		for j := range s.Layers {
			l := &s.Layers[j]
			at := fmt.Sprintf("%s.layers[%d]", at, j)
			if ids[l.ID] {
				problems.Add(at+".id", "duplicate", "The layer “%s” is there twice", l.ID)
			}
			ids[l.ID] = true
			l.checkReferences(at, fields, problems)
		}
	}
}

func (l *Layer) checkReferences(at string, fields map[string]*Field, problems *fault.Fields) {
	if l.Field != "" {
		f := fields[l.Field]
		switch {
		case f == nil:
			problems.Add(at+".field", "unknown_field", "The template has no field “%s”", l.Field)
		case (l.Type == LayerImage) != (f.Kind == KindImage):
			problems.Add(at+".field", "invalid_value", "A layer of type %s can't show a field of kind %s", l.Type, f.Kind)
		}
	}
	if l.When != "" && fields[l.When] == nil {
		problems.Add(at+".when", "unknown_field", "The template has no field “%s”", l.When)
	}
	if l.Type == LayerText && l.MinSize > l.MaxSize {
		problems.Add(at+".min_size", "out_of_range", "The smallest size is above the largest, %g", l.MaxSize)
	}
}

// Validate checks what needs the fonts: every face exists and has the letters of the fixed texts.
func (t *Template) Validate(fonts *FontSet, emoji *Emoji) error {
	var problems fault.Fields
	for i := range t.Sizes {
		for j := range t.Sizes[i].Layers {
			l := &t.Sizes[i].Layers[j]
			if l.Type != LayerText {
				continue
			}
			at := fmt.Sprintf("sizes[%d].layers[%d]", i, j)
			if fonts.face(l.Font, l.Weight) == nil {
				if !fonts.hasFamily(l.Font) {
					problems.Add(at+".font", "unknown_font", "There is no font “%s”", l.Font)
				} else {
					problems.Add(at+".weight", "unknown_weight", "The font “%s” has no weight %d", l.Font, l.Weight)
				}
				continue
			}
			for _, fixed := range []struct{ name, text string }{{"text", l.Text}, {"prefix", l.Prefix}, {"suffix", l.Suffix}} {
				if p := checkText(fixed.text); p != nil {
					problems.Add(at+"."+fixed.name, p.code, "%s", p.message)
				} else if _, p := prepare(fonts, emoji, l, t.Language, part{text: fixed.text}); p != nil {
					problems.Add(at+"."+fixed.name, p.code, "%s", p.message)
				}
			}
		}
	}
	return problems.Err("template_invalid", "The template's metadata has mistakes")
}
