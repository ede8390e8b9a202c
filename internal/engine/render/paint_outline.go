package render

import (
	"image"
	"math"

	"golang.org/x/image/font/sfnt"
)

// segment is a straight piece of a flattened outline, in font units.
type segment struct{ x0, y0, x1, y1 float32 }

// flatten turns an outline into straight pieces that stray at most tolerance from it.
func flatten(segments sfnt.Segments, tolerance float32) []segment {
	var out []segment
	var start, at [2]float32
	line := func(x, y float32) {
		if x != at[0] || y != at[1] {
			out = append(out, segment{at[0], at[1], x, y})
		}
		at = [2]float32{x, y}
	}
	point := func(s sfnt.Segment, i int) (float32, float32) {
		return float32(s.Args[i].X) / 64, float32(s.Args[i].Y) / 64
	}
	for _, s := range segments {
		x0, y0 := at[0], at[1]
		ax, ay := point(s, 0)
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			line(start[0], start[1])
			start, at = [2]float32{ax, ay}, [2]float32{ax, ay}
		case sfnt.SegmentOpLineTo:
			line(ax, ay)
		case sfnt.SegmentOpQuadTo:
			bx, by := point(s, 1)
			for i, n := 1, pieces(x0-2*ax+bx, y0-2*ay+by, tolerance); i <= n; i++ {
				t := float32(i) / float32(n)
				u := 1 - t
				line(u*u*x0+2*u*t*ax+t*t*bx, u*u*y0+2*u*t*ay+t*t*by)
			}
		case sfnt.SegmentOpCubeTo:
			bx, by := point(s, 1)
			cx, cy := point(s, 2)
			n := 2 * pieces(x0-ax-bx+cx, y0-ay-by+cy, tolerance)
			for i := 1; i <= n; i++ {
				t := float32(i) / float32(n)
				u := 1 - t
				line(u*u*u*x0+3*u*u*t*ax+3*u*t*t*bx+t*t*t*cx, u*u*u*y0+3*u*u*t*ay+3*u*t*t*by+t*t*t*cy)
			}
		}
	}
	line(start[0], start[1])
	return out
}

// pieces is how many straight pieces a curve with that second difference needs.
func pieces(dx, dy, tolerance float32) int {
	deviation := math.Hypot(float64(dx), float64(dy)) / 4
	return max(1, min(32, int(math.Ceil(math.Sqrt(deviation/float64(tolerance))))))
}

// preciseRadius is up to which width of an outline, in device pixels, the distance to every piece of
// the letters' edges is measured; its cost grows with the square of the width.
const preciseRadius = 8

// maskOutline covers all pixels that are no farther from a letter's edge than the stroke's width:
// the same as a canvas stroke of twice that width with round joins.
func (p *painter) maskOutline(t *PlacedText, ink image.Rectangle) coverage {
	radius := float32(t.Stroke.Width) * float32(p.scale)
	reach := int(radius) + 2
	r := ink.Inset(-reach)
	if radius > preciseRadius {
		return p.wideOutline(t, r, radius)
	}
	return p.narrowOutline(t, r, radius)
}

// pieces calls f for each straight piece of the letters' edges, in pixels from r's first one.
func (p *painter) pieces(t *PlacedText, r image.Rectangle, f func(segment)) {
	s := float32(p.scale)
	for i := range t.Glyphs {
		g := &t.Glyphs[i]
		k := float32(t.Size) * s / float32(t.faces[g.Font].unitsPerEm)
		x, y := float32(g.X)*s-float32(r.Min.X)-0.5, float32(g.Y)*s-float32(r.Min.Y)-0.5
		for _, e := range g.glyph.stroke() {
			f(segment{x + e.x0*k, y + e.y0*k, x + e.x1*k, y + e.y1*k})
		}
	}
}

// narrowOutline lets each piece of the outline lower the distance of the pixels near it; so
// overlapping pieces never count twice.
func (p *painter) narrowOutline(t *PlacedText, r image.Rectangle, radius float32) coverage {
	w := r.Dx()
	limit := (radius + 0.5) * (radius + 0.5)
	distance := grow(&p.scratch.distance, w*r.Dy()) // holds limit − d², so that zero is “far”
	p.pieces(t, r, func(piece segment) { nearSegment(distance, w, r.Dy(), piece, radius+0.5, limit) })
	m := coverage{rect: r, pix: grow(&p.scratch.mask2, w*r.Dy())}
	inner := max(0, radius-0.5)
	full := limit - inner*inner
	for i, v := range distance {
		switch {
		case v <= 0:
		case v >= full:
			m.pix[i] = 255
		default:
			c := radius + 0.5 - float32(math.Sqrt(float64(limit-v)))
			m.pix[i] = uint8(min(255, c*255+0.5))
		}
	}
	return m
}

// nearSegment lowers the distances of the pixels within reach of one piece.
func nearSegment(distance []float32, w, h int, e segment, reach, limit float32) {
	minX, maxX := max(0, int(min(e.x0, e.x1)-reach)), min(w-1, int(max(e.x0, e.x1)+reach)+1)
	minY, maxY := max(0, int(min(e.y0, e.y1)-reach)), min(h-1, int(max(e.y0, e.y1)+reach)+1)
	dx, dy := e.x1-e.x0, e.y1-e.y0
	inverse := float32(0)
	if l := dx*dx + dy*dy; l > 0 {
		inverse = 1 / l
	}
	for y := minY; y <= maxY; y++ {
		row := distance[y*w : (y+1)*w]
		py := float32(y) - e.y0
		for x := minX; x <= maxX; x++ {
			px := float32(x) - e.x0
			t := (px*dx + py*dy) * inverse
			t = max(0, min(1, t))
			ex, ey := px-t*dx, py-t*dy
			if v := limit - (ex*ex + ey*ey); v > row[x] {
				row[x] = v
			}
		}
	}
}
