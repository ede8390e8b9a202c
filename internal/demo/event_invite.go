package demo

import (
	"github.com/fogleman/gg"
	"github.com/promostack/promostack/internal/engine/render"
)

// eventInvite invites to a live session; a QR code on a white card leads to the registration.
func eventInvite() Design {
	return Design{
		Slug: "event-invite",
		meta: render.Template{
			Name: "Event invite", Category: "event",
			Description: "A live session or meet-up, with a QR code that leads to the registration.",
			Fields: []render.Field{
				textField("kind", "Kind of event", "Live webinar", 30),
				required(textField("title", "Title", "Trading gold in the news", 70)),
				required(textField("when", "When", "Thu 3 December, 18:00 UTC", 50)),
				textField("speaker", "Speaker or place", "with Lena Hartmann", 60),
				{Name: "link", Label: "Registration address", Kind: render.KindURL, MaxLength: 200, Sample: "https://example.com/live"},
			},
		},
		paint: paintEventInvite,
	}
}

func paintEventInvite(a *art) []render.Layer {
	cx, cy := pick(a, 930.0, 980.0, 1010.0), pick(a, 160.0, 260.0, 120.0)
	a.linear(130, "#1a0b3d", "#2b1170", "#43209e", "#150a38")
	a.glow(cx, cy, a.w*0.8, a.w*0.8, "#ff5fa8", 0.62)
	a.glow(a.w*0.02, a.h*0.75, a.w*0.7, a.w*0.7, "#1fb7ff", 0.40)
	a.commit()
	a.draw(func(dc *gg.Context) {
		for i := range 11 {
			dc.SetLineWidth(1.6)
			dc.SetColor(paint("#ffd9f0", 0.30-0.024*float64(i)))
			dc.DrawCircle(cx, cy, 70+float64(i*i)*7+float64(i)*34)
			dc.Stroke()
		}
		scatter(3, 26, func(u, v, s float64) {
			dc.SetColor(paint("#ffffff", 0.12+0.4*s*s))
			dc.DrawCircle(u*a.w, v*a.h, 1.2+2*s)
			dc.Fill()
		})
	})
	card := pick(a, box(730, 730, 270, 270), box(340, 1290, 400, 400), box(856, 284, 272, 272))
	kind := pick(a, box(80, 252, 300, 62), box(80, 420, 380, 78), box(72, 132, 250, 50))
	m := kind.X
	dot := kind.Height * 0.13
	qr := render.Layer{ID: "qr", Type: render.LayerQR, Field: "link", Color: "#1a0b3d", Background: white,
		Box: box(card.X+12, card.Y+12, card.Width-24, card.Height-24)}
	return layers(
		logo(pick(a, box(m, 76, 340, 74), box(m, 210, 460, 100), box(m, 46, 260, 56)), "left", "middle"),
		panel("kind_face", "kind", kind, "#ff6ab0", kind.Height/2),
		panel("kind_dot", "kind", box(kind.X+kind.Height*0.55-dot, kind.Y+kind.Height/2-dot, 2*dot, 2*dot), white, dot),
		field("kind", box(kind.X+kind.Height*0.86, kind.Y+4, kind.Width-kind.Height*1.3, kind.Height-8), "montserrat", 700, 14, kind.Height*0.44, white).at("left", "middle"),
		field("title", pick(a, box(m, 342, 920, 340), box(m, 530, 920, 430), box(m, 200, 740, 210)), "montserrat", 800, 34, pick(a, 112.0, 124.0, 76.0), white).
			lines(pick(a, 3, 4, 3), 1.08).at("left", "top").shadow("#0a032280", 4, 16),
		field("when", pick(a, box(m, 776, 620, 70), box(m, 1000, 920, 90), box(m, 434, 740, 54)), "montserrat", 700, 20, pick(a, 46.0, 62.0, 38.0), "#ffd166").at("left", "middle"),
		field("speaker", pick(a, box(m, 858, 620, 110), box(m, 1096, 920, 90), box(m, 496, 740, 50)), "inter", 500, 18, pick(a, 40.0, 50.0, 32.0), "#d9ccff").
			lines(pick(a, 2, 1, 1), 1.25).at("left", pick(a, "top", "middle", "middle")),
		panel("card_shade", "link", box(card.X-4, card.Y+10, card.Width+8, card.Height+4), "#0a032266", 28),
		panel("card", "link", card, white, 26),
		qr,
		fixed("scan", "Scan to register", box(card.X-60, card.Y+card.Height+pick(a, 12.0, 20.0, 12.0), card.Width+120, pick(a, 36.0, 52.0, 32.0)), "inter", 600, pick(a, 25.0, 34.0, 21.0), "#d9ccff").when("link"),
	)
}
