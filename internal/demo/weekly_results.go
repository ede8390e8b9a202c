package demo

import (
	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// weeklyResults is a recap of trades: one large figure over a rising line, three small ones below.
func weeklyResults() Design {
	return Design{
		Slug: "weekly-results",
		meta: render.Template{
			Name: "Weekly results", Category: "results",
			Description: "The week's result as one figure, with three more below it.",
			Fields: []render.Field{
				required(textField("title", "Title", "Weekly recap", 40)),
				textField("period", "Period", "16 – 20 November 2026", 40),
				required(textField("result", "Result", "+418 pips", 16)),
				textField("trades", "Trades", "12", 8),
				textField("win_rate", "Win rate", "83%", 8),
				textField("best", "Best trade", "+126", 8),
				textField("note", "Small print", "Past results don't promise future ones.", 120),
			},
		},
		paint: paintWeeklyResults,
	}
}

func paintWeeklyResults(a *art) []render.Layer {
	a.linear(100, "#050b1e", "#0b1a3d", "#0a2547")
	a.glow(a.w*0.85, a.h*0.2, a.w*0.8, a.h*0.6, "#14b88a", 0.30)
	a.glow(a.w*0.1, a.h*0.9, a.w*0.7, a.h*0.5, "#2450c8", 0.35)
	a.commit()
	top, bottom := pick(a, 400.0, 800.0, 120.0), pick(a, 770.0, 1360.0, 440.0)
	a.draw(func(dc *gg.Context) {
		for y := top; y <= bottom+1; y += (bottom - top) / 5 {
			dc.SetColor(paint("#9fb6ea", 0.10))
			dc.SetLineWidth(1.5)
			dc.DrawLine(0, y, a.w, y)
			dc.Stroke()
		}
		chart(dc, a, top, bottom)
	})
	cards := cardRow(a)
	m := pick(a, 80.0, 80.0, 64.0)
	out := layers(
		logo(pick(a, box(680, 72, 320, 70), box(80, 220, 420, 92), box(876, 48, 260, 56)), pick(a, "right", "left", "right"), "middle"),
		field("title", pick(a, box(m, 64, 580, 90), box(m, 350, 920, 130), box(m, 40, 600, 72)), "montserrat", 800, 24, pick(a, 68.0, 96.0, 52.0), white).at("left", "middle"),
		field("period", pick(a, box(m, 156, 700, 56), box(m, 486, 920, 70), box(m, 112, 600, 44)), "inter", 500, 18, pick(a, 36.0, 46.0, 27.0), "#a9b9e4").at("left", "middle"),
		field("result", pick(a, box(m, 236, 920, 230), box(m, 590, 920, 280), box(m, 160, 700, 160)), "montserrat", 900, 40, pick(a, 180.0, 210.0, 120.0), "#4ff0b4").
			at("left", "middle").spaced(-0.02).shadow("#02100c99", 6, 26),
		field("note", pick(a, box(m, 1004, 920, 46), box(m, 1716, 920, 90), box(m, 584, 1072, 34)), "inter", 400, 13, pick(a, 25.0, 30.0, 18.0), "#8fa2d3").lines(pick(a, 1, 2, 1), 1.25),
	)
	for i, f := range []struct{ name, caption string }{{"trades", "Trades"}, {"win_rate", "Win rate"}, {"best", "Best trade"}} {
		c := cards[i]
		out = append(out,
			panel(f.name+"_edge", f.name, c, "#3a549c", 22),
			panel(f.name+"_card", f.name, box(c.X+1.5, c.Y+1.5, c.Width-3, c.Height-3), "#11224c", 21),
			field(f.name, box(c.X+16, c.Y+c.Height*0.12, c.Width-32, c.Height*0.5), "montserrat", 800, 20, c.Height*0.42, white).Layer,
			fixed(f.name+"_caption", f.caption, box(c.X+16, c.Y+c.Height*0.62, c.Width-32, c.Height*0.24), "inter", 600, c.Height*0.15, "#a9b9e4").when(f.name).Layer)
	}
	return out
}

func cardRow(a *art) [3]render.Box {
	m, gap := pick(a, 80.0, 80.0, 64.0), pick(a, 24.0, 24.0, 20.0)
	y, h := pick(a, 800.0, 1410.0, 452.0), pick(a, 176.0, 230.0, 124.0)
	w := (a.w - 2*m - 2*gap) / 3
	var out [3]render.Box
	for i := range out {
		out[i] = box(m+float64(i)*(w+gap), y, w, h)
	}
	return out
}

// chart draws the rising line with light below it.
func chart(dc *gg.Context, a *art, top, bottom float64) {
	points := []float64{0.06, 0.11, 0.08, 0.14, 0.19, 0.15, 0.22, 0.20, 0.27, 0.33, 0.30, 0.38, 0.50, 0.47, 0.66, 0.74, 0.98}
	at := func(i int) (float64, float64) {
		return -20 + (a.w+40)*float64(i)/float64(len(points)-1), bottom - (bottom-top)*points[i]
	}
	curve := func() {
		x, y := at(0)
		dc.MoveTo(x, y)
		for i := 1; i < len(points); i++ {
			px, py := at(i - 1)
			x, y := at(i)
			dc.CubicTo((px+x)/2, py, (px+x)/2, y, x, y)
		}
	}
	g := gg.NewLinearGradient(0, top, 0, bottom)
	g.AddColorStop(0, paint("#2ee6a6", 0.34))
	g.AddColorStop(1, paint("#2ee6a6", 0))
	curve()
	dc.LineTo(a.w+20, bottom)
	dc.LineTo(-20, bottom)
	dc.ClosePath()
	dc.SetFillStyle(g)
	dc.Fill()
	for _, pass := range []struct{ width, alpha float64 }{{14, 0.10}, {8, 0.16}, {4, 0.85}} {
		curve()
		dc.SetLineWidth(pass.width)
		dc.SetColor(paint("#39f0b0", pass.alpha))
		dc.Stroke()
	}
	x, y := at(len(points) - 3)
	for _, dot := range []struct{ r, alpha float64 }{{26, 0.14}, {16, 0.28}, {8, 1}} {
		dc.SetColor(paint("#7dffd0", dot.alpha))
		dc.DrawCircle(x, y, dot.r)
		dc.Fill()
	}
}
