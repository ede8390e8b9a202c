package demo

import (
	"math"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// goldCoupon is a golden ticket on a night-blue ground.
func goldCoupon() Design {
	return Design{
		Slug: "gold-coupon",
		meta: render.Template{
			Name: "Gold coupon", Category: "coupon",
			Description: "A golden ticket with the code on it, on deep navy.",
			Fields: []render.Field{
				required(textField("headline", "Headline", "Save 35% on your first challenge", 80)),
				couponField("GOLD35"),
				textField("valid_until", "Valid until", "31 December 2026", 40),
			},
		},
		paint: paintGoldCoupon,
	}
}

func paintGoldCoupon(a *art) []render.Layer {
	// The ticket: its place is all that differs between the sizes.
	x, y := pick(a, 90.0, 90.0, 636.0), pick(a, 556.0, 1010.0, 124.0)
	w, h := pick(a, 900.0, 900.0, 488.0), pick(a, 300.0, 400.0, 316.0)
	a.linear(115, "#050a1f", "#0c1a45", "#122a68", "#0a1436")
	a.rays(x+w/2, y+h/2, 22, "#f7d27a", 0.10)
	a.glow(x+w/2, y+h/2, w*0.95, h*1.9, "#e0a93b", 0.42)
	a.glow(a.w*0.08, a.h*0.04, a.w*0.6, a.h*0.5, "#3b63d8", 0.30)
	a.glow(a.w*0.95, a.h*0.98, a.w*0.5, a.h*0.4, "#1c3f9e", 0.35)
	a.commit()
	a.draw(func(dc *gg.Context) {
		frame(dc, a, pick(a, 34.0, 40.0, 24.0))
		scatter(7, pick(a, 46, 70, 40), func(u, v, s float64) {
			dc.SetColor(paint("#ffe2a0", 0.10+0.5*s*s*s))
			dc.DrawCircle(u*a.w, v*a.h, 1+2.6*s*s)
			dc.Fill()
		})
	})
	a.shade(x+6, y+22, w-12, h, 30, 46, "#02040d", 0.75)
	a.draw(func(dc *gg.Context) {
		ticket(dc, x, y, w, h)
		sparkle(dc, x+w-34, y+6, pick(a, 42.0, 54.0, 34.0))
		sparkle(dc, x+22, y+h-4, pick(a, 26.0, 34.0, 22.0))
		sparkle(dc, x+w*0.86, y-pick(a, 34.0, 46.0, 26.0), pick(a, 16.0, 20.0, 14.0))
	})
	left := pick(a, "center", "center", "left")
	return layers(
		logo(pick(a, box(340, 84, 400, 84), box(290, 250, 500, 110), box(72, 66, 300, 62)), left, "middle"),
		fixed("use_code", "Use code", box(x+60, y+h*0.13, w-120, h*0.17), "montserrat", 700, pick(a, 30.0, 38.0, 25.0), "#5d3f05").spaced(0.24).upper(),
		field("headline", pick(a, box(90, 206, 900, 300), box(90, 440, 900, 470), box(72, 160, 520, 280)), "montserrat", 800, 30, pick(a, 116.0, 140.0, 84.0), white).
			lines(pick(a, 3, 4, 4), 1.08).at(left, "middle").shadow("#02061499", 5, 18),
		field("code", box(x+66, y+h*0.30, w-132, h*0.52), "montserrat", 900, 24, pick(a, 138.0, 150.0, 92.0), ink).
			spaced(0.03).upper().shadow("#fff3c87a", 2, 0),
		field("valid_until", pick(a, box(140, 912, 800, 60), box(120, 1480, 840, 80), box(x, 476, w, 48)), "inter", 500, 18, pick(a, 36.0, 44.0, 27.0), "#f3d998").
			around("Valid until ", ""),
	)
}

// frame is a thin golden line around the picture, cut at the corners.
func frame(dc *gg.Context, a *art, inset float64) {
	cut := inset * 1.1
	x0, y0, x1, y1 := inset, inset, a.w-inset, a.h-inset
	dc.SetLineWidth(2)
	g := gg.NewLinearGradient(0, 0, a.w, a.h)
	g.AddColorStop(0, paint("#fbe6ad", 0.85))
	g.AddColorStop(0.45, paint("#a87a24", 0.35))
	g.AddColorStop(1, paint("#fbe6ad", 0.85))
	dc.SetStrokeStyle(g)
	for _, c := range [4][4]float64{{x0, y0, 1, 1}, {x1, y0, -1, 1}, {x1, y1, -1, -1}, {x0, y1, 1, -1}} {
		dc.DrawLine(c[0], c[1]+c[3]*cut, c[0], (y0+y1)/2)
		dc.DrawLine(c[0]+c[2]*cut, c[1], (x0+x1)/2, c[1])
		dc.Stroke()
		dc.DrawArc(c[0], c[1], cut, quarter(c[2], c[3]), quarter(c[2], c[3])+math.Pi/2)
		dc.Stroke()
	}
}

// quarter is the angle at which the arc of a corner begins that opens towards (sx, sy).
func quarter(sx, sy float64) float64 {
	switch {
	case sx > 0 && sy > 0:
		return 0
	case sx < 0 && sy > 0:
		return math.Pi / 2
	case sx < 0:
		return math.Pi
	}
	return 1.5 * math.Pi
}

// ticket draws the golden ticket with its notches, its perforation and its shine.
func ticket(dc *gg.Context, x, y, w, h float64) {
	r, notch := 26.0, h*0.105
	outline := func(grow float64) {
		cy := y + h/2
		x, y, w, h, notch := x-grow, y-grow, w+2*grow, h+2*grow, notch-grow
		dc.NewSubPath()
		dc.DrawArc(x+r, y+r, r, math.Pi, 1.5*math.Pi)
		dc.DrawArc(x+w-r, y+r, r, 1.5*math.Pi, 2*math.Pi)
		dc.LineTo(x+w, cy-notch)
		dc.DrawArc(x+w, cy, notch, 1.5*math.Pi, 0.5*math.Pi)
		dc.DrawArc(x+w-r, y+h-r, r, 0, 0.5*math.Pi)
		dc.DrawArc(x+r, y+h-r, r, 0.5*math.Pi, math.Pi)
		dc.LineTo(x, cy+notch)
		dc.DrawArc(x, cy, notch, 0.5*math.Pi, -0.5*math.Pi)
		dc.ClosePath()
	}
	g := gg.NewLinearGradient(x, y, x+w, y+h)
	for i, c := range []string{"#f9dd8a", "#f0b93c", "#ffeeb4", "#f6c552", "#d9962a", "#f7d47c"} {
		g.AddColorStop([]float64{0, 0.24, 0.46, 0.62, 0.86, 1}[i], paint(c, 1))
	}
	outline(0)
	dc.SetFillStyle(g)
	dc.Fill()
	outline(-1.5)
	dc.SetLineWidth(2)
	dc.SetColor(paint("#fff7dc", 0.75))
	dc.Stroke()
	outline(-15)
	dc.SetLineWidth(1.6)
	dc.SetColor(paint("#8a5e0d", 0.55))
	dc.SetDash(2, 7)
	dc.SetLineCapRound()
	dc.Stroke()
	dc.SetDash()
	dc.SetLineCapButt()
}

// sparkle draws a four-pointed star of light.
func sparkle(dc *gg.Context, cx, cy, r float64) {
	g := gg.NewRadialGradient(cx, cy, 0, cx, cy, r*1.5)
	g.AddColorStop(0, paint("#fff4cf", 0.75))
	g.AddColorStop(1, paint("#fff4cf", 0))
	dc.SetFillStyle(g)
	dc.DrawCircle(cx, cy, r*1.5)
	dc.Fill()
	dc.SetColor(paint("#fffdf3", 0.96))
	dc.MoveTo(cx, cy-r)
	dc.QuadraticTo(cx, cy, cx+r, cy)
	dc.QuadraticTo(cx, cy, cx, cy+r)
	dc.QuadraticTo(cx, cy, cx-r, cy)
	dc.QuadraticTo(cx, cy, cx, cy-r)
	dc.Fill()
}
