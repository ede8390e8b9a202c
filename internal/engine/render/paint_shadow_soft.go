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
	memory := grow(&p.scratch.mask4, 2*(w+2))
	lanes := laneColor(c)
	left := r.Min.X + offset.X - f/2 // where the first run of f pixels begins
	rows(out, func(half, top, bottom int) {
		between := memory[half*(w+2) : (half+1)*(w+2)]
		for y := top; y < bottom; y++ {
			betweenRows(between, small, w, h, y-offset.Y-r.Min.Y, f)
			line := p.img.Pix[p.img.PixOffset(0, y):][:4*p.img.Rect.Dx()]
			if f == 4 {
				shadowRow4(line, left, between, lanes)
			} else {
				shadowRow2(line, left, between, lanes)
			}
		}
	})
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

// betweenRows interpolates between two rows of the small picture for row y of the large one, and
// repeats the first and the last pixel. The middle of reduced pixel i is at f·i + (f−1)/2, so the
// pixels between two of them begin half a reduced pixel before the picture does.
func betweenRows(between, small []byte, w, h, y, f int) {
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
}

// shadowRow4 paints runs of four pixels with coverages in between those of two reduced pixels:
// in eighths 7:1, 5:3, 3:5 and 1:7, all four at once in lanes of 16 bits.
func shadowRow4(line []byte, left int, between []byte, lanes uint64) {
	for i := 0; i+1 < len(between); i++ {
		l, r := uint64(between[i]), uint64(between[i+1])
		if l|r == 0 {
			continue
		}
		m := (l*0x0001_0003_0005_0007 + r*0x0007_0005_0003_0001 + 0x0004_0004_0004_0004) >> 3
		at := 4 * (left + 4*i)
		if at >= 0 && at+16 <= len(line) {
			d := (*[16]byte)(line[at:])
			blend1((*[4]byte)(d[0:4]), m&0xFF, lanes)
			blend1((*[4]byte)(d[4:8]), m>>16&0xFF, lanes)
			blend1((*[4]byte)(d[8:12]), m>>32&0xFF, lanes)
			blend1((*[4]byte)(d[12:16]), m>>48&0xFF, lanes)
			continue
		}
		for k := range 4 { // at the picture's edge
			if x := at + 4*k; x >= 0 && x+4 <= len(line) {
				blend1((*[4]byte)(line[x:]), m>>(16*k)&0xFF, lanes)
			}
		}
	}
}

// shadowRow2 is the same for runs of two pixels, 3:1 and 1:3.
func shadowRow2(line []byte, left int, between []byte, lanes uint64) {
	for i := 0; i+1 < len(between); i++ {
		l, r := uint64(between[i]), uint64(between[i+1])
		if l|r == 0 {
			continue
		}
		at := 4 * (left + 2*i)
		if at >= 0 && at+4 <= len(line) {
			blend1((*[4]byte)(line[at:]), (3*l+r+2)>>2, lanes)
		}
		if at >= -4 && at+8 <= len(line) {
			blend1((*[4]byte)(line[at+4:]), (l+3*r+2)>>2, lanes)
		}
	}
}

func floorDiv(a, b int) int {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}
