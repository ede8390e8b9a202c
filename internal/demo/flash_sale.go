package demo

import (
	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// flashSale is loud: a bolt of lightning on hot red, with the discount as large as it goes.
func flashSale() Design {
	return Design{
		Slug: "flash-sale",
		meta: render.Template{
			Name: "Flash sale", Category: "sale",
			Description: "A short sale with one big figure. For the last hours of an offer.",
			Fields: []render.Field{
				required(textField("headline", "Headline", "Flash sale", 28)),
				required(textField("discount", "Discount", "−50%", 10)),
				textField("detail", "What it's for", "On every account, today only", 60),
				textField("button", "Button", "Shop now", 16),
			},
		},
		paint: paintFlashSale,
	}
}

func paintFlashSale(a *art) []render.Layer {
	a.linear(120, "#ff7a18", "#f9324b", "#c2125f", "#5b0f6b")
	a.glow(a.w*0.15, a.h*0.08, a.w*0.8, a.h*0.6, "#ffd257", 0.62)
	a.glow(a.w*0.9, a.h*0.95, a.w*0.7, a.h*0.6, "#2b0a52", 0.75)
	a.commit()
	a.draw(func(dc *gg.Context) {
		stripes(dc, a)
		// The bolt, twice: a wide pale one far behind, and a bright one.
		bx, by := pick(a, 560.0, 540.0, 830.0), pick(a, 20.0, 120.0, -60.0)
		k := pick(a, 1.02, 1.5, 0.74)
		bolt(dc, bx+30*k, by+26*k, k*1.06, "#3d0634", 0.28)
		bolt(dc, bx, by, k, "#ffe14d", 0.24)
	})
	pill := pick(a, box(330, 900, 420, 104), box(290, 1560, 500, 128), box(72, 490, 300, 78))
	left := pick(a, "center", "center", "left")
	return layers(
		logo(pick(a, box(340, 66, 400, 80), box(290, 230, 500, 100), box(72, 48, 260, 56)), left, "middle"),
		field("headline", pick(a, box(80, 176, 920, 170), box(80, 420, 920, 220), box(72, 118, 520, 100)), "oswald", 700, 36, pick(a, 128.0, 160.0, 80.0), white).
			at(left, "middle").upper().spaced(0.03).shadow("#4a063a80", 4, 14),
		field("discount", pick(a, box(60, 330, 960, 410), box(60, 640, 960, 540), box(560, 96, 600, 436)), "montserrat", 900, 60, pick(a, 420.0, 400.0, 300.0), "#fff3b0").
			spaced(-0.03).shadow("#3d063466", 12, 30),
		field("detail", pick(a, box(120, 752, 840, 110), box(110, 1220, 860, 240), box(72, 240, 470, 200)), "montserrat", 600, 22, pick(a, 52.0, 78.0, 52.0), white).
			lines(pick(a, 2, 3, 3), 1.2).at(left, "middle"),
		panel("button_shade", "button", box(pill.X, pill.Y+8, pill.Width, pill.Height), "#32042f59", pill.Height/2),
		panel("button_face", "button", pill, "#ffe14d", pill.Height/2),
		field("button", box(pill.X+30, pill.Y+6, pill.Width-60, pill.Height-12), "montserrat", 800, 18, pill.Height*0.42, "#5b0f3f").upper().spaced(0.06),
	)
}

// stripes lays diagonal bands of light across a corner.
func stripes(dc *gg.Context, a *art) {
	for i := range 9 {
		x := float64(i) * a.w * 0.17
		dc.SetColor(paint("#ffffff", 0.035+0.008*float64(i%3)))
		dc.MoveTo(x, 0)
		dc.LineTo(x+a.w*0.06, 0)
		dc.LineTo(x+a.w*0.06-a.h*0.55, a.h)
		dc.LineTo(x-a.h*0.55, a.h)
		dc.ClosePath()
		dc.Fill()
	}
}

func bolt(dc *gg.Context, x, y, k float64, color string, alpha float64) {
	dc.SetColor(paint(color, alpha))
	for i, p := range [][2]float64{{120, 0}, {-230, 560}, {-20, 560}, {-170, 1060}, {300, 400}, {70, 400}, {330, 0}} {
		if i == 0 {
			dc.MoveTo(x+p[0]*k, y+p[1]*k)
			continue
		}
		dc.LineTo(x+p[0]*k, y+p[1]*k)
	}
	dc.ClosePath()
	dc.Fill()
}
