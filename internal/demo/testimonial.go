package demo

import (
	"math"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/render"
)

// testimonial lets a customer speak: serif type on a pale ground, a portrait in a circle.
func testimonial() Design {
	return Design{
		Slug: "testimonial",
		meta: render.Template{
			Name: "Testimonial", Category: "quote",
			Description: "A customer's words with name and portrait.",
			Fields: []render.Field{
				required(textField("quote", "Quote", "I passed my challenge in nine days, and the payout came the next morning.", 220)),
				required(textField("name", "Name", "Daniel K.", 40)),
				textField("role", "About the person", "Funded trader since March", 60),
				{Name: "portrait", Label: "Portrait", Help: "A square photo", Kind: render.KindImage},
			},
		},
		paint: paintTestimonial,
	}
}

func paintTestimonial(a *art) []render.Layer {
	a.linear(125, "#f3f6ff", "#e7edff", "#dfe8ff")
	a.glow(a.w*0.9, a.h*0.05, a.w*0.6, a.h*0.5, "#ffe9c7", 0.85)
	a.glow(0, a.h, a.w*0.8, a.h*0.5, "#b8caff", 0.55)
	a.commit()
	sheet := pick(a, box(64, 64, 952, 952), box(64, 250, 952, 1420), box(48, 44, 1104, 540))
	a.shade(sheet.X, sheet.Y+18, sheet.Width, sheet.Height, 44, 56, "#5b76c4", 0.30)
	face := pick(a, box(136, 786, 150, 150), box(136, 1370, 190, 190), box(112, 418, 116, 116))
	m := pick(a, 136.0, 136.0, 112.0)
	stars := pick(a, 356.0, 640.0, 98.0)
	a.draw(func(dc *gg.Context) {
		dc.SetColor(paint(white, 0.94))
		dc.DrawRoundedRectangle(sheet.X, sheet.Y, sheet.Width, sheet.Height, 44)
		dc.Fill()
		quoteMarks(dc, pick(a, m, m, 940.0), pick(a, 150.0, 370.0, 84.0), pick(a, 1.0, 1.3, 0.85))
		for i := range 5 {
			star(dc, pick(a, m+20, m+24, m+14)+float64(i)*pick(a, 52.0, 64.0, 38.0), stars, pick(a, 22.0, 27.0, 16.0))
		}
		person(dc, face)
	})
	x := face.X + face.Width + pick(a, 32.0, 38.0, 26.0)
	return layers(
		logo(pick(a, box(640, 150, 304, 80), box(620, 376, 320, 100), box(756, 446, 320, 64)), "right", "middle"),
		field("quote", pick(a, box(m, 410, 808, 330), box(m, 710, 808, 590), box(m, 138, 790, 250)), "playfair-display", 600, 26, pick(a, 76.0, 92.0, 58.0), "#16224a").
			lines(pick(a, 6, 8, 5), 1.22).at("left", pick(a, "top", "top", "middle")),
		photo("portrait", face, face.Width/2),
		field("name", box(x, face.Y+face.Height*0.12, pick(a, 620.0, 560.0, 480.0), face.Height*0.42), "montserrat", 700, 18, face.Height*0.27, "#16224a").at("left", "middle"),
		field("role", box(x, face.Y+face.Height*0.54, pick(a, 620.0, 560.0, 480.0), face.Height*0.32), "inter", 400, 14, face.Height*0.20, "#5a688f").at("left", "middle"),
	)
}

func quoteMarks(dc *gg.Context, x, y, k float64) {
	g := gg.NewLinearGradient(x, y, x+170*k, y+130*k)
	g.AddColorStop(0, paint("#3b6cf6", 1))
	g.AddColorStop(1, paint("#8f5cf7", 1))
	dc.SetFillStyle(g)
	for i := range 2 {
		x := x + float64(i)*92*k
		dc.DrawCircle(x+36*k, y+88*k, 36*k)
		dc.Fill()
		dc.MoveTo(x, y+90*k)
		dc.CubicTo(x-2*k, y+40*k, x+22*k, y+8*k, x+66*k, y)
		dc.LineTo(x+70*k, y+16*k)
		dc.CubicTo(x+46*k, y+26*k, x+36*k, y+42*k, x+36*k, y+60*k)
		dc.LineTo(x+36*k, y+90*k)
		dc.ClosePath()
		dc.Fill()
	}
}

func star(dc *gg.Context, cx, cy, r float64) {
	dc.SetColor(paint("#f5b52e", 1))
	for i := range 10 {
		d := r
		if i%2 == 1 {
			d = r * 0.45
		}
		sin, cos := math.Sincos(float64(i)*math.Pi/5 - math.Pi/2)
		if i == 0 {
			dc.MoveTo(cx+d*cos, cy+d*sin)
			continue
		}
		dc.LineTo(cx+d*cos, cy+d*sin)
	}
	dc.ClosePath()
	dc.Fill()
}

// person stands in for a missing portrait.
func person(dc *gg.Context, b render.Box) {
	r := b.Width / 2
	cx, cy := b.X+r, b.Y+r
	dc.Push()
	dc.DrawCircle(cx, cy, r)
	dc.Clip()
	g := gg.NewLinearGradient(b.X, b.Y, b.X+b.Width, b.Y+b.Height)
	g.AddColorStop(0, paint("#9db8ff", 1))
	g.AddColorStop(1, paint("#6a86ea", 1))
	dc.SetFillStyle(g)
	dc.DrawRectangle(b.X, b.Y, b.Width, b.Height)
	dc.Fill()
	dc.SetColor(paint("#f4f7ff", 0.95))
	dc.DrawCircle(cx, cy-r*0.22, r*0.36)
	dc.Fill()
	dc.DrawEllipse(cx, cy+r*0.86, r*0.66, r*0.56)
	dc.Fill()
	dc.ResetClip()
	dc.Pop()
}
