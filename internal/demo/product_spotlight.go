package demo

import (
	"math"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// productSpotlight is light and quiet: a photo in a round-cornered frame, serif type beside it.
func productSpotlight() Design {
	return Design{
		Slug: "product-spotlight",
		meta: render.Template{
			Name: "Product spotlight", Category: "product",
			Description: "One product with its photo, name and price, on warm paper.",
			Fields: []render.Field{
				textField("eyebrow", "Line above", "New arrival", 30),
				required(textField("headline", "Headline", "The Signature Gold Desk Set", 70)),
				textField("detail", "Detail", "Brushed brass, walnut, made to last.", 110),
				textField("price", "Price", "$129", 12),
				{Name: "photo", Label: "Photo", Help: "Upright photos look best", Kind: render.KindImage},
			},
		},
		paint: paintProductSpotlight,
	}
}

func paintProductSpotlight(a *art) []render.Layer {
	a.linear(90, "#fbf6ec", "#f4eadb")
	a.glow(a.w*0.1, a.h*0.05, a.w*0.8, a.h*0.6, "#ffffff", 0.8)
	a.glow(a.w*0.95, a.h, a.w*0.7, a.h*0.6, "#e6cfae", 0.55)
	a.commit()
	p := pick(a, box(540, 80, 460, 740), box(100, 130, 880, 960), box(700, 52, 436, 440))
	// A dark foot carries the price and the logo.
	foot := pick(a, 890.0, 1610.0, 518.0)
	a.draw(func(dc *gg.Context) {
		dc.SetColor(paint("#2b2117", 1))
		dc.DrawRectangle(0, foot, a.w, a.h-foot)
		dc.Fill()
		dc.SetColor(paint("#c79a4b", 1))
		dc.DrawRectangle(0, foot, a.w, 4)
		dc.Fill()
	})
	a.shade(p.X+8, p.Y+26, p.Width-16, p.Height-10, 40, 60, "#7d5c2e", 0.38)
	a.draw(func(dc *gg.Context) {
		still(dc, p)
		dc.SetColor(paint("#b98a3e", 0.9))
		dc.DrawRectangle(pick(a, 80.0, 100.0, 72.0), pick(a, 300.0, 1206.0, 124.0), pick(a, 64.0, 72.0, 56.0), 4)
		dc.Fill()
	})
	m := pick(a, 80.0, 100.0, 72.0)
	return layers(
		photo("photo", p, 36),
		logo(pick(a, box(660, 942, 340, 86), box(540, 1680, 440, 110), box(866, 545, 270, 56)), "right", "middle"),
		field("eyebrow", pick(a, box(m, 230, 430, 50), box(m, 1130, 880, 60), box(m, 70, 560, 40)), "montserrat", 600, 16, pick(a, 28.0, 36.0, 24.0), "#96692a").at("left", "middle").upper().spaced(0.2),
		field("headline", pick(a, box(m, 326, 430, 330), box(m, 1230, 880, 230), box(m, 148, 590, 200)), "playfair-display", 700, 30, pick(a, 84.0, 104.0, 84.0), "#231a10").
			lines(pick(a, 5, 3, 3), 1.1).at("left", "top"),
		field("detail", pick(a, box(m, 676, 430, 150), box(m, 1476, 880, 104), box(m, 374, 580, 100)), "inter", 400, 18, pick(a, 34.0, 42.0, 30.0), "#5f513f").
			lines(pick(a, 4, 2, 2), 1.35).at("left", "top"),
		field("price", pick(a, box(m, 930, 420, 110), box(m, 1660, 420, 150), box(m, 536, 420, 74)), "montserrat", 800, 18, pick(a, 84.0, 110.0, 58.0), "#ffdf9e").at("left", "middle"),
	)
}

// still is what stands in the frame while there is no photo: vases on a table, in the evening sun.
func still(dc *gg.Context, p render.Box) {
	dc.Push()
	dc.DrawRoundedRectangle(p.X, p.Y, p.Width, p.Height, 36)
	dc.Clip()
	g := gg.NewLinearGradient(p.X, p.Y, p.X+p.Width*0.4, p.Y+p.Height)
	g.AddColorStop(0, paint("#f0d9b5", 1))
	g.AddColorStop(0.6, paint("#d9a86c", 1))
	g.AddColorStop(1, paint("#b97e48", 1))
	dc.SetFillStyle(g)
	dc.DrawRectangle(p.X, p.Y, p.Width, p.Height)
	dc.Fill()
	cx, floor, k := p.X+p.Width/2, p.Y+p.Height*0.80, math.Min(p.Width/460, p.Height/640)
	sun := gg.NewRadialGradient(cx+60*k, floor-300*k, 20*k, cx+60*k, floor-300*k, 170*k)
	sun.AddColorStop(0, paint("#fff8e6", 1))
	sun.AddColorStop(0.86, paint("#ffeec9", 0.95))
	sun.AddColorStop(1, paint("#ffeec9", 0))
	dc.SetFillStyle(sun)
	dc.DrawCircle(cx+60*k, floor-300*k, 170*k)
	dc.Fill()
	dc.SetColor(paint("#8a5a30", 1))
	dc.DrawRectangle(p.X, floor, p.Width, p.Height)
	dc.Fill()
	dc.SetColor(paint("#a06c3c", 1))
	dc.DrawRectangle(p.X, floor, p.Width, 14*k)
	dc.Fill()
	vase(dc, cx-84*k, floor+26*k, 1.2*k, "#f9efdd", "#cfae84")
	vase(dc, cx+70*k, floor+44*k, 0.86*k, "#5c3a22", "#2e1b0f")
	// Two stems with leaves in the tall vase.
	dc.SetLineWidth(4 * k)
	for _, s := range []float64{-1, 1} {
		x, y := cx-84*k, floor-214*k
		dc.SetColor(paint("#4c5a34", 1))
		dc.MoveTo(x, y)
		dc.QuadraticTo(x+s*20*k, y-90*k, x+s*64*k, y-170*k)
		dc.Stroke()
		for i := range 5 {
			t := float64(i+1) / 5
			dc.Push()
			lx, ly := x+s*(10+54*t)*k, y-(30+138*t)*k
			dc.RotateAbout(s*(0.5+0.3*t), lx, ly)
			dc.DrawEllipse(lx, ly, 26*k*(1.1-t*0.5), 10*k*(1.1-t*0.4))
			dc.Fill()
			dc.Pop()
		}
	}
	dc.ResetClip()
	dc.Pop()
}

func vase(dc *gg.Context, x, base, k float64, light, dark string) {
	g := gg.NewLinearGradient(x-80*k, 0, x+80*k, 0)
	g.AddColorStop(0, paint(light, 1))
	g.AddColorStop(1, paint(dark, 1))
	dc.SetFillStyle(g)
	dc.MoveTo(x-22*k, base-205*k)
	dc.LineTo(x+22*k, base-205*k)
	dc.CubicTo(x+16*k, base-150*k, x+92*k, base-140*k, x+84*k, base-70*k)
	dc.CubicTo(x+80*k, base-20*k, x+52*k, base, x+40*k, base)
	dc.LineTo(x-40*k, base)
	dc.CubicTo(x-52*k, base, x-80*k, base-20*k, x-84*k, base-70*k)
	dc.CubicTo(x-92*k, base-140*k, x-16*k, base-150*k, x-22*k, base-205*k)
	dc.Fill()
}
