package render

import (
	"image"
	"math"
)

// paintShadow paints the shadow of letters and outline together, blurred as the canvas does:
// a Gaussian of standard deviation blur/2, made of three box blurs (the approximation that the
// SVG and CSS filter specifications give, feGaussianBlur).
func (p *painter) paintShadow(t *PlacedText, opacity float64, letters, outline coverage) {
	c := parseColor(t.Shadow.Color, opacity)
	if c.A == 0 {
		return
	}
	sigma := t.Shadow.Blur / 2 * float64(p.scale)
	reach := (int(math.Ceil(sigma*3)) + 4) / 4 * 4 // whole reduced pixels
	shape := letters.rect
	if outline.pix != nil {
		shape = shape.Union(outline.rect)
	}
	offset := image.Pt(int(math.Round(t.Shadow.X*float64(p.scale))), int(math.Round(t.Shadow.Y*float64(p.scale))))
	r := shape.Inset(-reach).Intersect(p.img.Rect.Sub(offset).Inset(-reach))
	if r.Empty() {
		return
	}
	fill := parseColor(t.Color, 1).A
	var line uint8
	if outline.pix != nil {
		line = parseColor(t.Stroke.Color, 1).A
	}
	if f := reduction(sigma); f > 1 {
		p.paintSoftShadow(r, offset, sigma, f, c, coverageAlpha{letters, fill}, coverageAlpha{outline, line})
		return
	}
	if sigma == 0 && outline.pix == nil && fill == 255 { // a hard shadow is the letters once more
		letters.rect = letters.rect.Add(offset)
		p.blend(letters, c)
		return
	}
	m := coverage{rect: r, pix: grow(&p.scratch.mask3, r.Dx()*r.Dy())}
	m.union(letters, fill)
	if outline.pix != nil {
		m.union(outline, line)
	}
	if sigma > 0 {
		p.scratch.blur(m.pix, r.Dx(), r.Dy(), sigma)
	}
	m.rect = m.rect.Add(offset)
	p.blend(m, c)
}

// union takes the larger coverage of each pixel.
func (m coverage) union(other coverage, alpha uint8) {
	r := m.rect.Intersect(other.rect)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		dst := m.row(y)[r.Min.X-m.rect.Min.X:]
		src := other.row(y)[r.Min.X-other.rect.Min.X:]
		for i, v := range src[:r.Dx()] {
			if alpha != 255 {
				v = uint8(div255(uint32(v) * uint32(alpha)))
			}
			if v > dst[i] {
				dst[i] = v
			}
		}
	}
}

// blur blurs w×h pixels in place.
func (s *scratch) blur(pix []byte, w, h int, sigma float64) {
	d := int(math.Floor(sigma*3*math.Sqrt(2*math.Pi)/4 + 0.5))
	if d < 2 {
		d = 2
	}
	a, b := pix, grow(&s.mask4, w*h)
	for _, box := range boxes(d) {
		for y := range h {
			boxRow(b[y*w:(y+1)*w], a[y*w:(y+1)*w], box[0], box[1])
		}
		a, b = b, a
	}
	for _, box := range boxes(d) {
		s.boxColumns(b, a, w, h, box[0], box[1])
		a, b = b, a
	}
	// six passes: the result is back in pix
}

// boxes gives the three boxes as (pixels before, pixels after) the centre.
func boxes(d int) [3][2]int {
	if d%2 == 1 {
		return [3][2]int{{d / 2, d / 2}, {d / 2, d / 2}, {d / 2, d / 2}}
	}
	return [3][2]int{{d / 2, d/2 - 1}, {d/2 - 1, d / 2}, {d / 2, d / 2}}
}

func boxRow(dst, src []byte, before, after int) {
	scale := reciprocal(before + after + 1)
	var sum uint32
	n := len(src)
	for _, v := range src[:min(after, n)] {
		sum += uint32(v)
	}
	for i := range dst {
		if i+after < n {
			sum += uint32(src[i+after])
		}
		dst[i] = uint8((sum*scale + 1<<23) >> 24)
		if i-before >= 0 {
			sum -= uint32(src[i-before])
		}
	}
}

func (s *scratch) boxColumns(dst, src []byte, w, h, before, after int) {
	scale := reciprocal(before + after + 1)
	sums := grow(&s.sums, w)
	for y := range min(after, h) {
		addRow(sums, src[y*w:(y+1)*w])
	}
	for y := range h {
		if y+after < h {
			addRow(sums, src[(y+after)*w:(y+after+1)*w])
		}
		row := dst[y*w : (y+1)*w]
		for x, sum := range sums[:len(row)] {
			row[x] = uint8((sum*scale + 1<<23) >> 24)
		}
		if y-before >= 0 {
			old := src[(y-before)*w : (y-before+1)*w]
			for x, v := range old[:len(sums)] {
				sums[x] -= uint32(v)
			}
		}
	}
}

func addRow(sums []uint32, row []byte) {
	row = row[:len(sums)]
	for x, v := range row {
		sums[x] += uint32(v)
	}
}

// reciprocal is 2^24/n, rounded down: 255·n·reciprocal(n) stays below 2^32.
func reciprocal(n int) uint32 { return uint32((1 << 24) / n) }
