package demo

import (
	"image"
	"math"

	"github.com/fogleman/gg"
)

// Logo draws the demo tenant's logo: a rising mark and its name, light on transparent, 960 × 200.
// The letters are drawn as strokes, so that the drawing needs no fonts.
func Logo() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 960, 200))
	dc := gg.NewContextForRGBA(img)
	g := gg.NewLinearGradient(0, 200, 200, 0)
	g.AddColorStop(0, paint("#e09c27", 1))
	g.AddColorStop(0.55, paint("#f8cd61", 1))
	g.AddColorStop(1, paint("#fff1c4", 1))
	dc.SetStrokeStyle(g)
	dc.SetLineWidth(13)
	dc.DrawCircle(100, 100, 85)
	dc.Stroke()
	dc.SetFillStyle(g)
	for i, h := range []float64{40, 68, 98} {
		dc.DrawRoundedRectangle(55+33*float64(i), 148-h, 23, h, 5)
	}
	dc.Fill()

	dc.SetColor(paint(white, 1))
	dc.SetLineWidth(19)
	dc.SetLineCapButt()
	dc.SetLineJoinRound()
	const top, bottom = 56.0, 146.0
	x := 240.0
	letterA := func() {
		dc.MoveTo(x, bottom)
		dc.LineTo(x+44, top+4)
		dc.LineTo(x+88, bottom)
		dc.Stroke()
		dc.DrawLine(x+20, 122, x+68, 122)
		dc.Stroke()
		x += 122
	}
	letterU := func() {
		dc.MoveTo(x, top)
		dc.LineTo(x, bottom-42)
		dc.DrawArc(x+36, bottom-44, 36, math.Pi, 0)
		dc.LineTo(x+72, top)
		dc.Stroke()
		x += 116
	}
	letterR := func() {
		dc.MoveTo(x, bottom)
		dc.LineTo(x, top+9)
		dc.LineTo(x+36, top+9)
		dc.DrawArc(x+36, top+34, 25, -math.Pi/2, math.Pi/2)
		dc.LineTo(x, top+59)
		dc.Stroke()
		dc.DrawLine(x+36, top+59, x+64, bottom)
		dc.Stroke()
		x += 106
	}
	letterM := func() {
		dc.MoveTo(x, bottom)
		dc.LineTo(x, top+10)
		dc.LineTo(x+46, bottom-24)
		dc.LineTo(x+92, top+10)
		dc.LineTo(x+92, bottom)
		dc.Stroke()
	}
	letterA()
	x += 4
	letterU()
	letterR()
	letterU()
	letterM()
	return img
}
