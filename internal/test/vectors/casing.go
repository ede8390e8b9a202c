package vectors

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/promostack/promostack/internal/engine/render"
)

// Casing is a template in a language, with a text and a coupon code in each letter case.
func Casing(language string) Group {
	slug := "casing"
	if language != "" {
		slug += "-" + language[:2]
	}
	meta := render.Template{Schema: 1, Slug: slug, Name: "Casing", Category: "test", Language: language,
		Fields: []render.Field{{Name: "text", Label: "Text", Kind: render.KindText, MaxLength: 300},
			{Name: "code", Label: "Code", Kind: render.KindText, MaxLength: 300, Coupon: true}}}
	size := render.Size{Name: "one", Label: "One", Width: 1000, Height: 1000, Background: "one.png"}
	for i, letterCase := range []string{"none", "upper", "lower", "title"} {
		layer := render.Layer{ID: "text-" + letterCase, Type: render.LayerText, Field: "text", Case: letterCase, Font: []string{"inter", "bebas-neue"}[i%2],
			Weight: 400, Box: render.Box{X: 10, Y: 20 + 200*float64(i), Width: 480, Height: 190}, MinSize: 10, MaxSize: 60, MaxLines: 3}
		size.Layers = append(size.Layers, layer)
		layer.ID, layer.Field, layer.Box.X, layer.Font, layer.Prefix, layer.Suffix = "code-"+letterCase, "code", 500, "jetbrains-mono", "kod ", " ile"
		size.Layers = append(size.Layers, layer)
	}
	meta.Sizes = []render.Size{size}
	data, err := json.Marshal(meta)
	if err != nil {
		panic(err) // plain data
	}
	t, err := render.ParseTemplate(data)
	if err != nil {
		panic(err) // the template above is valid
	}
	group := Group{Template: *t}
	for i, text := range []string{"yaz indirimi", "Işık IŞIK iğne", "YAZ İNDİRİMİ", "straße ŉ", "ǰ", "ẖ ẗ ẘ ẙ ẚ", "ﬁ", "ΐ ΰ άνοιξη Μάιος ὁδός ᾳ", "ОДЕССА їжак ё", "ÿ ǆ ǅ ĳ", "i-i i", "և ﬗ"} {
		group.Cases = append(group.Cases, Case{Name: fmt.Sprintf("text %d", i), Size: "one", Values: map[string]string{"text": text}})
	}
	for i, code := range []string{"GOLD35", "gold35", "İNDİRİM", "ΚΩΔ-7", strings.Repeat("GOLD35-", 40)} {
		group.Cases = append(group.Cases, Case{Name: fmt.Sprintf("code %d", i), Size: "one", Values: map[string]string{"code": code}})
	}
	return group
}
