// Package demo is what a newcomer finds: templates with their backgrounds, drawn by the program itself, the
// same bytes on every machine, and a journey.
package demo

import (
	"encoding/json"
	"fmt"
	"image"

	"github.com/promostack/promostack/internal/engine/render"
)

// Design is one demo template that can be drawn.
type Design struct {
	Slug  string
	meta  render.Template // without sizes
	paint func(a *art) []render.Layer
}

// sizes are the three formats of every demo template.
func sizes() []render.Size {
	return []render.Size{
		{Name: "square", Label: "Square", Width: 1080, Height: 1080},
		{Name: "story", Label: "Story", Width: 1080, Height: 1920},
		{Name: "wide", Label: "Wide", Width: 1200, Height: 628},
	}
}

// Catalog lists the designs, the best first.
func Catalog() []Design {
	return []Design{goldCoupon(), flashSale(), weeklyResults(), welcomeBonus(), productSpotlight(), eventInvite(), testimonial(), signalCard()}
}

// Draw returns the template's metadata and its backgrounds by file name.
func (d Design) Draw() (render.Template, map[string]image.Image) {
	backgrounds := map[string]image.Image{}
	meta := d.build(func(name string, a *art) { backgrounds[name] = a.img }, false)
	return meta, backgrounds
}

// Meta returns the metadata alone, without the work of drawing.
func (d Design) Meta() render.Template {
	return d.build(func(string, *art) {}, true)
}

func (d Design) build(keep func(name string, a *art), dry bool) render.Template {
	meta := d.meta
	meta.Schema, meta.Slug = 1, d.Slug
	meta.Sizes = sizes()
	for i := range meta.Sizes {
		s := &meta.Sizes[i]
		s.Background = s.Name + ".png"
		a := newArt(s.Name, s.Width, s.Height, dry)
		s.Layers = d.paint(a)
		keep(s.Background, a)
	}
	return complete(meta)
}

// complete fills in the defaults by way of the strict parser. A design that the parser refuses is
// a defect that the package's tests find.
func complete(meta render.Template) render.Template {
	data, err := json.Marshal(meta)
	if err != nil {
		panic(fmt.Sprintf("demo template %s: %v", meta.Slug, err))
	}
	t, err := render.ParseTemplate(data)
	if err != nil {
		panic(fmt.Sprintf("demo template %s: %v", meta.Slug, err))
	}
	return *t
}
