package demo

import (
	"math"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// welcomeBonus is a gift on emerald green, with confetti.
func welcomeBonus() Design {
	return Design{
		Slug: "welcome-bonus",
		meta: render.Template{
			Name: "Welcome bonus", Category: "coupon",
			Description: "A gift for new customers: the amount, a line about it and the code.",
			Fields: []render.Field{
				required(textField("amount", "Amount", "$500", 12)),
				required(textField("headline", "Headline", "Your welcome bonus", 60)),
				textField("detail", "Detail", "For new accounts, until the end of the month", 70),
				couponField("WELCOME500"),
			},
		},
		paint: paintWelcomeBonus,
	}
}

func paintWelcomeBonus(a *art) []render.Layer {
	cx, cy := pick(a, 540.0, 540.0, 910.0), pick(a, 300.0, 600.0, 300.0)
	a.linear(105, "#03251d", "#05563f", "#0a8a5f", "#04382c")
	a.rays(cx, cy, 26, "#b9ffd9", 0.16)
	a.glow(cx, cy, a.w*0.55, a.w*0.55, "#c9ffdf", 0.50)
	a.glow(a.w*0.05, a.h, a.w*0.7, a.h*0.5, "#011a14", 0.7)
	a.commit()
	brand := pick(a, box(60, 54, 300, 66), box(290, 170, 500, 100), box(72, 50, 270, 58))
	a.draw(func(dc *gg.Context) {
		confetti(dc, a, brand)
		gift(dc, cx, cy, pick(a, 1.0, 1.45, 1.06))
	})
	chip := pick(a, box(250, 898, 580, 112), box(190, 1530, 700, 150), box(72, 488, 480, 84))
	a.shade(chip.X, chip.Y+10, chip.Width, chip.Height, 20, 26, "#011610", 0.6)
	a.draw(func(dc *gg.Context) {
		dc.SetColor(paint("#fdf6e3", 1))
		dc.DrawRoundedRectangle(chip.X, chip.Y, chip.Width, chip.Height, 20)
		dc.Fill()
		dc.SetColor(paint("#0b7a55", 0.8))
		dc.SetLineWidth(2)
		dc.SetDash(9, 7)
		dc.DrawRoundedRectangle(chip.X+10, chip.Y+10, chip.Width-20, chip.Height-20, 13)
		dc.Stroke()
		dc.SetDash()
	})
	left := pick(a, "center", "center", "left")
	return layers(
		logo(brand, pick(a, "left", "center", "left"), "middle"),
		field("amount", pick(a, box(80, 478, 920, 210), box(80, 850, 920, 290), box(72, 124, 520, 170)), "montserrat", 900, 50, pick(a, 220.0, 300.0, 170.0), "#ffe9a8").
			at(left, "middle").spaced(-0.02).shadow("#01160f99", 8, 24),
		field("headline", pick(a, box(90, 690, 900, 100), box(90, 1140, 900, 220), box(72, 290, 560, 90)), "montserrat", 800, 24, pick(a, 76.0, 100.0, 54.0), white).
			lines(pick(a, 1, 2, 2), 1.1).at(left, "middle").shadow("#01160f66", 3, 10),
		field("detail", pick(a, box(120, 796, 840, 72), box(110, 1370, 860, 120), box(72, 388, 560, 76)), "inter", 500, 18, pick(a, 36.0, 46.0, 28.0), "#c9f5de").
			lines(pick(a, 1, 2, 2), 1.25).at(left, "middle"),
		field("code", box(chip.X+36, chip.Y+12, chip.Width-72, chip.Height-24), "jetbrains-mono", 800, 20, chip.Height*0.52, "#075c40").upper().spaced(0.04),
	)
}

func confetti(dc *gg.Context, a *art, brand render.Box) {
	colors := []string{"#ffd75e", "#ff7d6b", "#8fe3ff", "#ffffff", "#b9ff9e"}
	i := 0
	scatter(21, pick(a, 90, 140, 80), func(u, v, s float64) {
		i++
		// The part with the words stays free.
		x, y := u*a.w, v*pick(a, 0.44, 0.42, 1.0)*a.h
		if a.size == "wide" {
			x = (0.56 + 0.44*u) * a.w
		}
		if away := 24.0; x > brand.X-away && x < brand.X+brand.Width+away && y > brand.Y-away && y < brand.Y+brand.Height+away {
			return // and so does the logo
		}
		dc.Push()
		dc.RotateAbout(s*2*math.Pi, x, y)
		dc.SetColor(paint(colors[i%len(colors)], 0.35+0.5*s))
		if i%3 == 0 {
			dc.DrawCircle(x, y, 4+4*s)
		} else {
			dc.DrawRoundedRectangle(x-9, y-4, 12+10*s, 7, 2)
		}
		dc.Fill()
		dc.Pop()
	})
}

// gift draws a present with a ribbon, k times 300 pixels wide, its middle at (cx, cy).
func gift(dc *gg.Context, cx, cy, k float64) {
	side := func(x, y, w, h, r float64, from, to string) {
		g := gg.NewLinearGradient(cx+x*k, 0, cx+(x+w)*k, 0)
		g.AddColorStop(0, paint(from, 1))
		g.AddColorStop(1, paint(to, 1))
		dc.SetFillStyle(g)
		dc.DrawRoundedRectangle(cx+x*k, cy+y*k, w*k, h*k, r*k)
		dc.Fill()
	}
	g := gg.NewRadialGradient(cx, cy+152*k, 0, cx, cy+152*k, 190*k)
	g.AddColorStop(0, paint("#011a12", 0.55))
	g.AddColorStop(1, paint("#011a12", 0))
	dc.Push()
	dc.ScaleAbout(1, 0.16, cx, cy+152*k)
	dc.SetFillStyle(g)
	dc.DrawCircle(cx, cy+152*k, 190*k)
	dc.Fill()
	dc.Pop()
	side(-128, -36, 256, 184, 12, "#ffffff", "#dfeee6")
	side(-24, -36, 48, 184, 0, "#ffcf4d", "#e9a020")
	side(-150, -92, 300, 68, 12, "#ffffff", "#e9f4ee")
	side(-28, -92, 56, 68, 0, "#ffd965", "#f0ac2c")
	dc.SetColor(paint("#0a3d2d", 0.16))
	dc.DrawRectangle(cx-128*k, cy-24*k, 256*k, 10*k)
	dc.Fill()
	// The bow: two loops and a knot.
	for _, s := range []float64{-1, 1} {
		dc.MoveTo(cx, cy-92*k)
		dc.CubicTo(cx+s*40*k, cy-190*k, cx+s*150*k, cy-190*k, cx+s*128*k, cy-118*k)
		dc.CubicTo(cx+s*112*k, cy-84*k, cx+s*40*k, cy-84*k, cx, cy-92*k)
		dc.SetColor(paint("#ffc93d", 1))
		dc.Fill()
		dc.MoveTo(cx+s*20*k, cy-104*k)
		dc.CubicTo(cx+s*50*k, cy-152*k, cx+s*112*k, cy-156*k, cx+s*100*k, cy-118*k)
		dc.CubicTo(cx+s*90*k, cy-100*k, cx+s*50*k, cy-98*k, cx+s*20*k, cy-104*k)
		dc.SetColor(paint("#c47f10", 0.75))
		dc.Fill()
	}
	side(-26, -122, 52, 40, 14, "#ffe489", "#f3b232")
}
