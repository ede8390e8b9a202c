// Package vectors holds the templates and values whose layouts both languages must agree on.
package vectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
)

// Group is a template with values and what comes of them; one golden file each.
type Group struct {
	Template render.Template `json:"template"`
	Cases    []Case          `json:"cases"`
}

// Case is one layout: either it or the errors are there.
type Case struct {
	Name   string            `json:"name"`
	Size   string            `json:"size"`
	Values map[string]string `json:"values"`
	Layout *render.Layout    `json:"layout,omitempty"`
	Errors []fault.Field     `json:"errors,omitempty"`
}

// All lists the groups without results.
func All() []Group {
	var out []Group
	for _, d := range demo.Catalog() {
		meta := d.Meta()
		out = append(out, Group{Template: meta, Cases: demoCases(meta)})
	}
	return append(out, Difficult(), Casing(""), Casing("tr"), Casing("el-GR"))
}

// Fill lays out every case.
func (g Group) Fill(e *render.Engine) Group {
	cases := make([]Case, len(g.Cases))
	for i, c := range g.Cases {
		layout, err := e.Layout(&g.Template, c.Size, c.Values)
		if err != nil {
			c.Errors = fault.From(err).Fields
		}
		c.Layout = layout
		cases[i] = c
	}
	g.Cases = cases
	return g
}

// Encode writes a group with one case per line, so that a change shows what it changed.
func Encode(g Group) []byte {
	var b bytes.Buffer
	write := func(v any) {
		data, err := json.Marshal(v)
		if err != nil {
			panic(err) // plain data
		}
		b.Write(data)
	}
	b.WriteString(`{"template":`)
	write(g.Template)
	b.WriteString(",\n\"cases\":[")
	for i, c := range g.Cases {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
		write(c)
	}
	b.WriteString("\n]}\n")
	return b.Bytes()
}

// Kinds names the values that each demo template is tried with.
func Kinds() []string { return []string{"short", "long", "cyrillic", "emoji", "overlong"} }

// Values fills a template's fields with one kind of value.
func Values(t render.Template, kind string) map[string]string {
	values := map[string]string{}
	for _, f := range t.Fields {
		switch f.Kind {
		case render.KindImage:
			values[f.Name] = "upload-1"
		case render.KindURL:
			values[f.Name] = map[string]string{"short": "https://a.example", "long": "https://promostack.example/live/registration?from=telegram&lang=en",
				"cyrillic": "https://пример.example/эфир", "emoji": "https://a.example/🎉", "overlong": "https://a.example/" + strings.Repeat("x", 150)}[kind]
		default:
			values[f.Name] = clip(textOf(kind, f.Name), f.MaxLength)
		}
	}
	return values
}

func textOf(kind, name string) string {
	switch kind {
	case "short":
		return "Go"
	case "long":
		return "Save thirty-five percent on your very first evaluation account, for every trader who joins before the end of December, and keep ninety percent of what you earn"
	case "cyrillic":
		return "Скидка 35% на первый челлендж: только до конца декабря, ёлка в подарок"
	case "emoji":
		return "🔥 Win 👩‍💻 now 🇩🇪 👍🏽 1️⃣ ❤️ ⭐"
	}
	return strings.Repeat("Donaudampfschifffahrtsgesellschaftskapitän", 5) + name
}

func clip(s string, n int) string {
	r := []rune(s)
	if n > 0 && len(r) > n {
		r = r[:n]
	}
	return string(r)
}

func demoCases(t render.Template) []Case {
	var out []Case
	for _, s := range t.Sizes {
		for _, kind := range Kinds() {
			out = append(out, Case{Name: kind, Size: s.Name, Values: Values(t, kind)})
		}
	}
	for name, values := range map[string]map[string]string{"empty": {}} {
		out = append(out, Case{Name: name, Size: t.Sizes[0].Name, Values: values})
	}
	return out
}

// Difficult is a template whose layers use every option, with values that are hard to get right.
func Difficult() Group {
	box := func(i int) render.Box {
		return render.Box{X: 20.3 + float64(i%3)*330, Y: 10.7 + float64(i/3)*197, Width: 310.6, Height: 180.2}
	}
	var layers []render.Layer
	fonts := []struct {
		family string
		weight int
	}{{"inter", 400}, {"montserrat", 900}, {"oswald", 500}, {"bebas-neue", 400}, {"playfair-display", 700}, {"jetbrains-mono", 800}}
	for i := range 15 {
		f := fonts[i%len(fonts)]
		layers = append(layers, render.Layer{ID: fmt.Sprintf("layer_%d", i), Type: render.LayerText, Field: "text", Box: box(i),
			Font: f.family, Weight: f.weight, MinSize: 11 + 0.3*float64(i%4), MaxSize: 90.1 - float64(i), MaxLines: 1 + i%5,
			LineHeight: 0.9 + 0.13*float64(i%4), LetterSpacing: []float64{0, 0.037, -0.021}[i%3],
			Align: []string{"left", "center", "right"}[i%3], VAlign: []string{"top", "middle", "bottom"}[i/2%3],
			Case: []string{"none", "upper", "lower", "title"}[i%4], Prefix: []string{"", "→ "}[i%2], Suffix: []string{"", " ✓"}[i/3%2],
			Shadow: &render.Shadow{Color: "#00000080", X: 1, Y: 2, Blur: 3}, Stroke: &render.Stroke{Color: "#112233", Width: 1.5}, Opacity: 0.5})
	}
	meta := render.Template{Schema: 1, Slug: "difficult", Name: "Difficult", Category: "test",
		Fields: []render.Field{{Name: "text", Label: "Text", Kind: render.KindText, MaxLength: 300},
			{Name: "link", Label: "Link", Kind: render.KindURL, MaxLength: 600}},
		Sizes: []render.Size{{Name: "one", Label: "One", Width: 1000, Height: 1000, Background: "one.png",
			Layers: append(layers,
				render.Layer{ID: "card", Type: render.LayerShape, When: "link", Color: "#aabbcc80", Radius: 12.5, Opacity: 0.7, Box: render.Box{X: 1.2, Y: 690.6, Width: 210.4, Height: 260}},
				render.Layer{ID: "caption", Type: render.LayerText, When: "link", Text: "Scan", Font: "bebas-neue", Weight: 400, MinSize: 8, MaxSize: 20, Box: render.Box{X: 3.5, Y: 930, Width: 200, Height: 30}},
				render.Layer{ID: "qr", Type: render.LayerQR, Field: "link", Box: render.Box{X: 3.5, Y: 700.5, Width: 201.9, Height: 240}})}}}
	data, err := json.Marshal(meta)
	if err != nil {
		panic(err) // plain data
	}
	t, err := render.ParseTemplate(data)
	if err != nil {
		panic(err) // the template above is valid
	}
	var cases []Case
	for i, s := range difficultTexts() {
		cases = append(cases, Case{Name: fmt.Sprintf("text %d", i), Size: "one", Values: map[string]string{"text": s}})
	}
	for i, s := range []string{"https://x", "http://x.example/a?b=c#d", "ftp://x", "https://", "https:///x", "https://a b", "x", "https://ünïcode.example/" + strings.Repeat("é", 90),
		"https://" + strings.Repeat("z", 500), "HTTPS://x", "https://a\"b", "https://a\u00a0b", "https://a\nb"} {
		cases = append(cases, Case{Name: fmt.Sprintf("link %d", i), Size: "one", Values: map[string]string{"link": s, "text": "ok"}})
	}
	cases = append(cases, Case{Name: "unknown", Size: "one", Values: map[string]string{"zeta": "1", "Alpha": "2", "\U0001F600": "3", "\uFFFD": "4", strings.Repeat("n", 50): "5"}})
	return Group{Template: *t, Cases: cases}
}
