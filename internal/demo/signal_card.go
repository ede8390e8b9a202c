package demo

import (
	"strconv"

	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// signalCard is the picture of a gold signal: the pair and the side, the entry large, the stop and the targets below.
func signalCard() Design {
	return Design{
		Slug: "signal-card",
		meta: render.Template{
			Name: "Signal card", Category: "results",
			Description: "A gold signal: the side, the entry, the stop and three targets.",
			Fields: []render.Field{
				required(textField("symbol", "Symbol", "XAUUSD", 12)),
				required(textField("side", "Side", "BUY", 8)),
				required(textField("entry", "Entry", "2650.00", 12)),
				required(textField("stop", "Stop", "2645.00", 12)),
				textField("target_1", "First target", "2655.00", 12),
				textField("target_2", "Second target", "2660.00", 12),
				textField("target_3", "Third target", "2665.00", 12),
			},
		},
		paint: paintSignalCard,
	}
}

func paintSignalCard(a *art) []render.Layer {
	a.linear(105, "#060b20", "#0d1b45", "#0a1638")
	a.glow(a.w*0.9, a.h*0.08, a.w*0.8, a.h*0.6, "#e0a93b", 0.34)
	a.glow(a.w*0.05, a.h*0.95, a.w*0.7, a.h*0.5, "#2450c8", 0.32)
	a.commit()
	m := pick(a, 80.0, 80.0, 64.0)
	rows := signalRows(a)
	a.draw(func(dc *gg.Context) { frame(dc, a, pick(a, 30.0, 36.0, 22.0)) })
	width := a.w - 2*m
	out := layers(
		logo(pick(a, box(640, 78, 360, 76), box(80, 190, 420, 92), box(860, 56, 276, 56)), pick(a, "right", "left", "right"), "middle"),
		field("symbol", pick(a, box(m, 76, 520, 84), box(m, 330, 920, 110), box(m, 54, 560, 62)), "montserrat", 800, 24, pick(a, 68.0, 92.0, 52.0), white).at("left", "middle"),
		field("side", pick(a, box(m, 172, width, 150), box(m, 450, width, 200), box(m, 128, 500, 118)), "montserrat", 900, 40, pick(a, 150.0, 190.0, 112.0), "#f7d27a").
			at("left", "middle").shadow("#02061499", 4, 20),
		fixed("entry_caption", "Entry", pick(a, box(m, 344, width, 50), box(m, 690, width, 60), box(m, 268, 500, 36)), "inter", 600, pick(a, 36.0, 44.0, 26.0), "#a9b9e4").at("left", "middle"),
		field("entry", pick(a, box(m, 392, width, 130), box(m, 750, width, 170), box(m, 304, 500, 110)), "montserrat", 800, 40, pick(a, 116.0, 150.0, 92.0), white).at("left", "middle"),
	)
	for i, r := range rows {
		name, caption, edge := "target_"+strconv.Itoa(i), "TP"+strconv.Itoa(i), "#8d7c55"
		if i == 0 {
			name, caption, edge = "stop", "Stop", "#8d5260"
		}
		half := r.Width / 2
		out = append(out,
			panel(name+"_edge", name, r, edge, 20),
			panel(name+"_row", name, box(r.X+1.5, r.Y+1.5, r.Width-3, r.Height-3), "#12244f", 19),
			fixed(name+"_caption", caption, box(r.X+28, r.Y, half-40, r.Height), "inter", 600, r.Height*0.36, "#a9b9e4").at("left", "middle").when(name).Layer,
			field(name, box(r.X+half-30, r.Y, half, r.Height), "montserrat", 800, 18, r.Height*0.46, white).at("right", "middle").Layer)
	}
	return out
}

// signalRows are the boxes of the stop and the three targets.
func signalRows(a *art) [4]render.Box {
	m, gap := pick(a, 80.0, 80.0, 64.0), pick(a, 20.0, 26.0, 16.0)
	x, y := pick(a, m, m, 600.0), pick(a, 560.0, 980.0, 152.0)
	w, h := pick(a, a.w-2*m, a.w-2*m, a.w-600-m), pick(a, 96.0, 140.0, 92.0)
	var out [4]render.Box
	for i := range out {
		out[i] = box(x, y+float64(i)*(h+gap), w, h)
	}
	return out
}
