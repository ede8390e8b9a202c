package demo

import "github.com/promostack/promostack/internal/engine/render"

// Colours that several designs share.
const (
	navy  = "#0b1533"
	ink   = "#0a1128"
	gold  = "#f5c451"
	cream = "#fff6df"
	white = "#ffffff"
)

func box(x, y, w, h float64) render.Box { return render.Box{X: x, Y: y, Width: w, Height: h} }

// label starts a text layer; the designs change what they need with the methods below.
type label struct{ render.Layer }

// field shows a value of the template, fixed shows a text that is always the same.
func field(name string, b render.Box, font string, weight int, minimum, maximum float64, color string) label {
	return label{render.Layer{ID: name, Type: render.LayerText, Field: name, Box: b, Font: font, Weight: weight,
		MinSize: minimum, MaxSize: maximum, LineHeight: 1.1, MaxLines: 1, Color: color, Align: "center", VAlign: "middle"}}
}

func fixed(id, text string, b render.Box, font string, weight int, size float64, color string) label {
	l := field(id, b, font, weight, size*0.5, size, color)
	l.Field, l.Text = "", text
	return l
}

func (l label) lines(n int, height float64) label { l.MaxLines, l.LineHeight = n, height; return l }
func (l label) at(align, valign string) label     { l.Align, l.VAlign = align, valign; return l }
func (l label) spaced(em float64) label           { l.LetterSpacing = em; return l }
func (l label) upper() label                      { l.Case = "upper"; return l }
func (l label) around(prefix, suffix string) label {
	l.Prefix, l.Suffix = prefix, suffix
	return l
}

func (l label) shadow(color string, y, blur float64) label {
	l.Shadow = &render.Shadow{Color: color, Y: y, Blur: blur}
	return l
}

// when shows the text only beside the value of a field.
func (l label) when(name string) label { l.When = name; return l }

// panel is what stands behind a value that may be missing: a button, a card, a box. It goes with the value.
func panel(id, when string, b render.Box, color string, radius float64) render.Layer {
	return render.Layer{ID: id, Type: render.LayerShape, When: when, Box: b, Color: color, Radius: radius}
}

func logo(b render.Box, align, valign string) render.Layer {
	return render.Layer{ID: "logo", Type: render.LayerLogo, Box: b, Fit: "contain", Align: align, VAlign: valign}
}

func photo(name string, b render.Box, radius float64) render.Layer {
	return render.Layer{ID: name, Type: render.LayerImage, Field: name, Box: b, Fit: "cover", Radius: radius}
}

func textField(name, title, sample string, length int) render.Field {
	return render.Field{Name: name, Label: title, Kind: render.KindText, MaxLength: length, Sample: sample}
}

func required(f render.Field) render.Field { f.Required = true; return f }

func couponField(sample string) render.Field {
	return render.Field{Name: "code", Label: "Coupon code", Help: "Checked with the CRM before the image is made",
		Kind: render.KindText, Required: true, Coupon: true, MaxLength: 24, Sample: sample}
}

func layers(items ...any) []render.Layer {
	var out []render.Layer
	for _, item := range items {
		switch v := item.(type) {
		case label:
			out = append(out, v.Layer)
		case render.Layer:
			out = append(out, v)
		}
	}
	return out
}
