package render

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
)

// A wide blur has nothing fine in it, so it is made on a picture that is reduced by a factor, and
// brought back with linear interpolation: 16 times less work for the soft shadows of headlines.

// reduction is the factor for a standard deviation; at least two reduced pixels remain of it.
func reduction(sigma float64) int {
	switch {
	case sigma >= 8:
		return 4
	case sigma >= 4:
		return 2
	}
	return 1
}

// coverageAlpha is a mask with the opacity of its colour.
type coverageAlpha struct {
	coverage
	alpha uint8
}

// paintSoftShadow reduces the masks by f, blurs, and paints the enlarged result.
func (p *painter) paintSoftShadow(r image.Rectangle, offset image.Point, sigma float64, f int, c color.NRGBA, masks ...coverageAlpha) {
	w, h := (r.Dx()+f-1)/f, (r.Dy()+f-1)/f
	small := grow(&p.scratch.mask3, w*h)
	for _, m := range masks {
		if m.pix != nil {
			reduce(small, w, r, m, f, &p.scratch.sums)
		}
	}
	// Reducing (a box of f) and enlarging (a triangle of f) add f²/12 + f²/6 to the variance.
	rest := math.Sqrt(sigma*sigma-float64(f*f)/4) / float64(f)
	p.scratch.blur(small, w, h, rest)

	out := r.Add(offset).Intersect(p.img.Rect)
	if out.Empty() {
		return
	}
	p.touch(out)
	for i, v := range small { // the colour's opacity, once here and not for every pixel below
		a := div255(uint32(v) * uint32(c.A))
		small[i] = uint8(a &^ (1 - min(1, a>>1))) // what is a 255th at most is nothing
	}
	c.A = 255
	row := grow(&p.scratch.mask4, (w+2)+(w+1)*f)
	between, wide := row[:w+2], row[w+2:]
	for y := out.Min.Y; y < out.Max.Y; y++ {
		enlargeRow(wide, between, small, w, h, y-offset.Y-r.Min.Y, f)
		at := p.img.PixOffset(out.Min.X, y)
		from := out.Min.X - offset.X - r.Min.X + f/2
		blendRow(p.img.Pix[at:at+4*out.Dx()], wide[from:from+out.Dx()], c)
	}
}

// reduce averages f×f pixels of a mask into the small picture, keeping what is larger.
func reduce(small []byte, w int, r image.Rectangle, m coverageAlpha, f int, memory *[]uint32) {
	part := r.Intersect(m.rect)
	if part.Empty() {
		return
	}
	x0, x1 := part.Min.X-r.Min.X, part.Max.X-r.Min.X
	shift := 2 * (f / 2) // f² is 4 or 16: a shift of 2 or 4
	for y := (part.Min.Y - r.Min.Y) / f * f; y < part.Max.Y-r.Min.Y; y += f {
		sums := grow(memory, w)
		for i := range f {
			py := r.Min.Y + y + i
			if py < part.Min.Y || py >= part.Max.Y {
				continue
			}
			line := m.row(py)[part.Min.X-m.rect.Min.X:][:x1-x0]
			at, left := x0/f, f-x0%f
			for f == 4 && left == 4 && len(line) >= 8 { // nothing or all of a block, most of the time
				if v := binary.LittleEndian.Uint64(line); v != 0 {
					even, odd := v&0x00FF00FF00FF00FF, v>>8&0x00FF00FF00FF00FF
					sum := even + odd
					sum += sum >> 16
					sums[at] += uint32(sum & 0xFFFF)
					sums[at+1] += uint32(sum >> 32 & 0xFFFF)
				}
				line, at = line[8:], at+2
			}
			for _, v := range line {
				sums[at] += uint32(v)
				if left--; left == 0 {
					at, left = at+1, f
				}
			}
		}
		dst := small[y/f*w : (y/f+1)*w]
		for x := x0 / f; x <= (x1-1)/f; x++ {
			v := sums[x] >> shift
			if m.alpha != 255 {
				v = div255(v * uint32(m.alpha))
			}
			dst[x] = max(dst[x], uint8(v))
		}
	}
}

// enlargeRow interpolates row y of the large picture. The middle of reduced pixel i is at
// f·i + (f−1)/2, so the row that it writes begins half a reduced pixel before the picture does.
func enlargeRow(wide, between, small []byte, w, h, y, f int) {
	v := 2*y + 1 - f
	top := floorDiv(v, 2*f)
	weight := int32(v - top*2*f)
	a := small[max(0, min(h-1, top))*w:][:w]
	b := small[max(0, min(h-1, top+1))*w:][:w]
	total := int32(2 * f)
	shift := 2 + f/4 // of the division by 2f, 4 or 8
	inner := between[1 : w+1]
	for x := range inner {
		inner[x] = uint8((int32(a[x])*(total-weight) + int32(b[x])*weight + total/2) >> shift)
	}
	between[0], between[w+1] = inner[0], inner[w-1]
	if f == 4 {
		for x, l := range between[:w+1] {
			enlarge4(wide[4*x:4*x+4], int32(l), int32(between[x+1]))
		}
		return
	}
	for x, l := range between[:w+1] {
		d := int32(between[x+1]) - int32(l)
		base := 4*int32(l) + 2
		wide[2*x], wide[2*x+1] = uint8((base+d)>>2), uint8((base+3*d)>>2)
	}
}

func enlarge4(wide []byte, l, r int32) {
	d := r - l
	base := 8*l + 4
	v := uint32(base+d)>>3 | uint32(base+3*d)>>3<<8 | uint32(base+5*d)>>3<<16 | uint32(base+7*d)>>3<<24
	binary.LittleEndian.PutUint32(wide, v)
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
