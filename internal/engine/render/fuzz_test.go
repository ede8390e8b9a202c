package render

import (
	"context"
	"encoding/json"
	"errors"
	"image"
	"strings"
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/stretchr/testify/require"
)

// Whatever meta.json holds, parsing it gives a template that can be laid out, or a fault of a kind
// that people can be shown.
func FuzzParseTemplate(f *testing.F) {
	f.Add([]byte(smallTemplate))
	f.Add([]byte(`{"sizes":[{"layers":[{"type":"text","box":null}]}]}`))
	f.Add([]byte(`[{}]`))
	f.Add([]byte(strings.Replace(smallTemplate, `"min_size":12,"max_size":60`, `"min_size":4,"max_size":4,"letter_spacing":-0.2,"line_height":0.5`, 1)))
	f.Add([]byte(strings.Replace(smallTemplate, `"width":180,"height":80`, `"width":1,"height":1`, 1)))
	e := testEngine(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		tpl, err := ParseTemplate(data)
		if err != nil {
			requireShown(t, err)
			return
		}
		if err := tpl.Validate(e.fonts, e.emoji); err != nil {
			requireShown(t, err)
			return
		}
		again, err := json.Marshal(tpl)
		require.NoError(t, err)
		_, err = ParseTemplate(again)
		require.NoError(t, err, "what is written can be read again")
		values := map[string]string{}
		for _, field := range tpl.Fields {
			values[field.Name] = "https://a.example/Größe"
		}
		for _, s := range tpl.Sizes {
			if _, err := e.Layout(tpl, s.Name, values); err != nil {
				requireShown(t, err)
				continue
			}
			if s.Width*s.Height > 1<<16 {
				continue
			}
			photo := image.NewRGBA(image.Rect(0, 0, 7, 5))
			img, _, err := e.Draw(context.Background(), Scene{Template: tpl, Size: s.Name, Values: values, Logo: photo, LogoKey: "logo",
				Images: map[string]image.Image{"photo": photo}, ImageKeys: map[string]string{"photo": "photo"}})
			require.NoError(t, err)
			img.Release()
		}
	})
}

// Whatever the values are, a picture or a shown fault comes of them, within the picture's bounds.
func FuzzRenderRequest(f *testing.F) {
	for _, s := range []string{"Save 35%", "a\nb", "👩‍🚀🏴󠁧󠁢󠁥󠁮󠁧󠁿❤️", "שלום", "\xff\xfe", "e\u0301\u0323", strings.Repeat("W", 400), "\u2028\u2029\u00ad", "a\u200d\ufe0f\u20e3", "ǅ ŉ ß"} {
		f.Add(s, "https://a.example", uint8(0), uint8(1), int16(180), int16(80))
	}
	f.Add("x y z", "https://"+strings.Repeat("z", 190), uint8(3), uint8(2), int16(1), int16(1))
	e := testEngine(f)
	template, err := ParseTemplate([]byte(smallTemplate))
	require.NoError(f, err)
	cases := []string{"none", "upper", "lower", "title"}
	f.Fuzz(func(t *testing.T, text, link string, option, scale uint8, width, height int16) {
		tpl := *template
		tpl.Sizes = []Size{template.Sizes[0]}
		tpl.Sizes[0].Layers = append([]Layer(nil), template.Sizes[0].Layers...)
		tpl.Fields = append([]Field(nil), template.Fields...)
		tpl.Fields[0].MaxLength = 1000
		l := &tpl.Sizes[0].Layers[0]
		l.Case, l.MaxLines, l.MaxSize = cases[option%4], int(option%7)+1, 12+float64(option)
		l.Box.Width, l.Box.Height = float64(max(1, width)), float64(max(1, height))
		l.LetterSpacing = float64(option) / 640
		l.Stroke = &Stroke{Color: "#112233", Width: 0.25 + float64(scale)/4.5}
		l.Shadow = &Shadow{Color: "#00000080", X: float64(int8(width)), Y: float64(int8(height)), Blur: float64(option) / 2}
		img, layout, err := e.Draw(context.Background(), Scene{Template: &tpl, Size: "square", Values: map[string]string{"headline": text, "link": link}, Scale: int(scale%2) + 1})
		if err != nil {
			requireShown(t, err)
			return
		}
		require.Equal(t, 200*(int(scale%2)+1), img.Rect.Dx())
		for _, p := range layout.Layers {
			if p.Text != nil {
				require.LessOrEqual(t, p.Text.Lines, l.MaxLines)
				requireInside(t, &p, l.Box, layout)
			}
		}
		img.Release()
	})
}

func requireShown(t *testing.T, err error) {
	t.Helper()
	var shown *fault.Error
	require.True(t, errors.As(err, &shown), "%v", err)
	require.NotEqual(t, fault.Internal, shown.Kind, "%v", err)
}

// requireInside holds that a text without a warning stays in its box; origins may lie 1 px off,
// since base lines are on whole pixels.
func requireInside(t *testing.T, p *Placed, box Box, layout *Layout) {
	t.Helper()
	for _, w := range layout.Warnings {
		if w.Layer == p.ID && w.Code == WarningFit {
			return
		}
	}
	for _, g := range p.Text.Glyphs {
		require.GreaterOrEqual(t, g.X, box.X-1.0/32)
		right := g.X + float64(g.glyph.advance)*p.Text.Size/emUnits
		require.LessOrEqual(t, right, box.X+box.Width+1.0/32)
		require.GreaterOrEqual(t, g.Y, box.Y)
		require.LessOrEqual(t, g.Y, box.Y+box.Height+1)
	}
}
