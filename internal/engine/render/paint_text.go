package render

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/vector"
)

type rasterizer struct{ v vector.Rasterizer }

// paintText paints, from below: the shadow of letters and outline, the outline, the letters, the
// emoji. Emoji have neither outline nor shadow.
func (p *painter) paintText(l *Placed) {
	t := l.Text
	fill := parseColor(t.Color, l.Opacity)
	bounds := p.inkBounds(t)
	if !bounds.Empty() {
		letters := p.maskLetters(t, bounds)
		var outline coverage
		if t.Stroke != nil {
			outline = p.maskOutline(t, bounds)
		}
		if t.Shadow != nil {
			p.paintShadow(t, l.Opacity, letters, outline)
		}
		if t.Stroke != nil {
			p.blend(outline, parseColor(t.Stroke.Color, l.Opacity))
		}
		p.blend(letters, fill)
	}
	for _, e := range t.Emoji {
		p.paintEmoji(e, l.Opacity)
	}
}

// margin is how far outline and shadow reach beyond the letters, in device pixels.
func (p *painter) margin(t *PlacedText) int {
	m := 1.0
	if t.Stroke != nil {
		m += t.Stroke.Width * float64(p.scale)
	}
	if t.Shadow != nil {
		m += (t.Shadow.Blur*1.5 + math.Max(math.Abs(t.Shadow.X), math.Abs(t.Shadow.Y))) * float64(p.scale)
	}
	return int(m) + 2
}

// inkBounds is the smallest rectangle around the letters that can be seen.
func (p *painter) inkBounds(t *PlacedText) image.Rectangle {
	var b bounds
	first := true
	s := float32(p.scale)
	for i := range t.Glyphs {
		g := &t.Glyphs[i]
		if len(g.glyph.segments) == 0 {
			continue
		}
		k := float32(t.Size) * s / float32(t.faces[g.Font].unitsPerEm)
		x, y := float32(g.X)*s, float32(g.Y)*s
		gb := bounds{x + g.glyph.bounds.minX*k, y + g.glyph.bounds.minY*k, x + g.glyph.bounds.maxX*k, y + g.glyph.bounds.maxY*k}
		if first {
			b, first = gb, false
			continue
		}
		b = bounds{min(b.minX, gb.minX), min(b.minY, gb.minY), max(b.maxX, gb.maxX), max(b.maxY, gb.maxY)}
	}
	if first {
		return image.Rectangle{}
	}
	r := image.Rect(int(math.Floor(float64(b.minX))), int(math.Floor(float64(b.minY))),
		int(math.Ceil(float64(b.maxX))), int(math.Ceil(float64(b.maxY))))
	return r.Intersect(p.img.Rect.Inset(-p.margin(t)))
}

// maskLetters rasterises the outlines of all letters of a text.
func (p *painter) maskLetters(t *PlacedText, r image.Rectangle) coverage {
	m := coverage{rect: r, pix: grow(&p.scratch.mask, r.Dx()*r.Dy())}
	v := &p.scratch.raster.v
	dst := &image.Alpha{Pix: m.pix, Stride: r.Dx(), Rect: image.Rect(0, 0, r.Dx(), r.Dy())}
	s := float32(p.scale)
	bottom := math.MinInt
	for from := 0; from < len(t.Glyphs); {
		to := from // one pass per line: a line's rectangle is smaller than the whole
		for to < len(t.Glyphs) && t.Glyphs[to].Y == t.Glyphs[from].Y {
			to++
		}
		line := p.lineBounds(t, t.Glyphs[from:to]).Intersect(r)
		if !line.Empty() {
			v.Reset(line.Dx(), line.Dy())
			v.DrawOp = draw.Src // on memory that nobody has drawn on, the faster way
			if line.Min.Y < bottom {
				v.DrawOp = draw.Over
			}
			bottom = max(bottom, line.Max.Y)
			for i := from; i < to; i++ {
				g := &t.Glyphs[i]
				k := float32(t.Size) * s / float32(t.faces[g.Font].unitsPerEm) / 64
				addOutline(v, g.glyph.segments, k, float32(g.X)*s-float32(line.Min.X), float32(g.Y)*s-float32(line.Min.Y))
			}
			v.Draw(dst, line.Sub(r.Min), image.Opaque, image.Point{})
		}
		from = to
	}
	return m
}

func (p *painter) lineBounds(t *PlacedText, glyphs []PlacedGlyph) image.Rectangle {
	line := *t
	line.Glyphs = glyphs
	return p.inkBounds(&line)
}

func addOutline(v *vector.Rasterizer, segments sfnt.Segments, k, x, y float32) {
	open := false
	for i := range segments {
		a := &segments[i].Args
		switch segments[i].Op {
		case sfnt.SegmentOpMoveTo:
			if open {
				v.ClosePath()
			}
			open = true
			v.MoveTo(x+float32(a[0].X)*k, y+float32(a[0].Y)*k)
		case sfnt.SegmentOpLineTo:
			v.LineTo(x+float32(a[0].X)*k, y+float32(a[0].Y)*k)
		case sfnt.SegmentOpQuadTo:
			v.QuadTo(x+float32(a[0].X)*k, y+float32(a[0].Y)*k, x+float32(a[1].X)*k, y+float32(a[1].Y)*k)
		case sfnt.SegmentOpCubeTo:
			v.CubeTo(x+float32(a[0].X)*k, y+float32(a[0].Y)*k, x+float32(a[1].X)*k, y+float32(a[1].Y)*k, x+float32(a[2].X)*k, y+float32(a[2].Y)*k)
		}
	}
	if open {
		v.ClosePath()
	}
}
