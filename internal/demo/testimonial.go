package demo

import (
	"math"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
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
	a.linear(125, "#101b45", "#22348a", "#3a3fb4", "#141d52")
	a.glow(a.w*0.9, a.h*0.05, a.w*0.6, a.h*0.5, "#8f5cf7", 0.55)
	a.glow(0, a.h, a.w*0.8, a.h*0.5, "#1f7bff", 0.45)
	a.commit()
	sheet := pick(a, box(64, 150, 952, 866), box(64, 330, 952, 1330), box(48, 112, 1104, 468))
	a.shade(sheet.X, sheet.Y+18, sheet.Width, sheet.Height, 44, 56, "#040a2a", 0.50)
	face := pick(a, box(136, 812, 140, 140), box(136, 1400, 190, 190), box(100, 440, 106, 106))
	m := pick(a, 136.0, 136.0, 100.0)
	stars := pick(a, 270.0, 540.0, 168.0)
	a.draw(func(dc *gg.Context) {
		dc.SetColor(paint("#fdfdff", 1))
		dc.DrawRoundedRectangle(sheet.X, sheet.Y, sheet.Width, sheet.Height, 44)
		dc.Fill()
		quoteMarks(dc, pick(a, 776.0, 720.0, 940.0), pick(a, 206.0, 420.0, 150.0), pick(a, 0.94, 1.25, 0.85))
		for i := range 5 {
			star(dc, pick(a, m+20, m+24, m+14)+float64(i)*pick(a, 52.0, 64.0, 38.0), stars, pick(a, 22.0, 27.0, 16.0))
		}
		person(dc, face)
	})
	x := face.X + face.Width + pick(a, 32.0, 38.0, 26.0)
	return layers(
		logo(pick(a, box(330, 44, 420, 78), box(290, 170, 500, 110), box(48, 32, 330, 56)), pick(a, "center", "center", "left"), "middle"),
		field("quote", pick(a, box(m, 352, 808, 410), box(m, 650, 808, 680), box(m, 202, 800, 216)), "playfair-display", 600, 26, pick(a, 80.0, 98.0, 58.0), "#16224a").
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
