package render

import (
	"encoding/binary"
	"image"
	"image/color"
	"math"
	"runtime"
	"strconv"
	"sync"
)

// painter paints one layout.
type painter struct {
	engine  *Engine
	img     *image.RGBA
	scale   int
	scene   *Scene
	scratch *scratch
	dirty   []image.Rectangle
}

func (p *painter) paint(l *Placed) {
	switch {
	case l.Text != nil:
		p.paintText(l)
	case l.QR != nil:
		p.paintQR(l)
	case l.Shape != nil:
		p.paintShape(l)
	case l.Type == LayerLogo:
		p.paintSlot(l, p.scene.Logo, p.scene.LogoKey)
	case l.Type == LayerImage:
		p.paintSlot(l, p.scene.Images[l.Field], p.scene.ImageKeys[l.Field])
	}
}

// touch notes that the pixels in r differ from the background.
func (p *painter) touch(r image.Rectangle) {
	if r = r.Intersect(p.img.Rect); !r.Empty() {
		p.dirty = append(p.dirty, r)
	}
}

// parseColor reads #rrggbb or #rrggbbaa, and multiplies the opacity in.
func parseColor(s string, opacity float64) color.NRGBA {
	c := color.NRGBA{A: 255}
	v, err := strconv.ParseUint(s[min(1, len(s)):], 16, 64)
	if err == nil && len(s) == 9 {
		c.A = uint8(v)
		v >>= 8
	}
	c.R, c.G, c.B = uint8(v>>16), uint8(v>>8), uint8(v)
	c.A = uint8(math.Round(float64(c.A) * opacity))
	return c
}

// coverage is a mask over a rectangle of the picture; 255 is fully covered.
type coverage struct {
	rect image.Rectangle
	pix  []byte
}

func (m coverage) row(y int) []byte {
	w := m.rect.Dx()
	at := (y - m.rect.Min.Y) * w
	return m.pix[at : at+w]
}

// blend paints a colour through a mask.
func (p *painter) blend(m coverage, c color.NRGBA) {
	r := m.rect.Intersect(p.img.Rect)
	if r.Empty() || c.A == 0 {
		return
	}
	p.touch(r)
	rows(r, func(_, from, to int) {
		for y := from; y < to; y++ {
			row := m.row(y)[r.Min.X-m.rect.Min.X:]
			at := p.img.PixOffset(r.Min.X, y)
			blendRow(p.img.Pix[at:at+4*r.Dx()], row, c)
		}
	})
}

// splitPixels is from how many pixels on two goroutines are faster than one.
const splitPixels = 1 << 16

// rows calls f for the rows of a rectangle, for a large one in two halves side by side. The first
// argument is the half's number.
func rows(r image.Rectangle, f func(half, from, to int)) {
	if r.Dx()*r.Dy() < splitPixels || runtime.GOMAXPROCS(0) == 1 {
		f(0, r.Min.Y, r.Max.Y)
		return
	}
	middle := (r.Min.Y + r.Max.Y) / 2
	var wg sync.WaitGroup
	wg.Go(func() { f(1, middle, r.Max.Y) })
	f(0, r.Min.Y, middle)
	wg.Wait()
}

// blendRow paints a colour on a row of pixels through a mask. All four channels are worked on at
// once; weights are 0…256, so the result is within 1/255 of the exact one. Runs of nothing, which
// are most of a text's rectangle, are skipped eight pixels at a time.
func blendRow(dst, mask []byte, c color.NRGBA) {
	lanes := laneColor(c)
	mask = mask[:len(dst)/4]
	for len(mask) >= 8 {
		if binary.LittleEndian.Uint64(mask) != 0 {
			blend8((*[32]byte)(dst), *(*[8]byte)(mask), lanes, uint32(c.A))
		}
		mask, dst = mask[8:], dst[32:]
	}
	if len(mask) > 0 {
		var m [8]byte
		var d [32]byte
		copy(m[:], mask)
		copy(d[:], dst)
		blend8(&d, m, lanes, uint32(c.A))
		copy(dst, d[:len(dst)])
	}
}

// laneColor spreads an opaque colour over 16 bits per channel, in the order of blend1.
func laneColor(c color.NRGBA) uint64 {
	return uint64(c.R) | uint64(c.B)<<16 | uint64(c.G)<<32 | uint64(255)<<48
}

// blend8 has no branches inside its loop: the processor guesses wrong at every edge of a letter.
func blend8(dst *[32]byte, mask [8]byte, lanes uint64, alpha uint32) {
	if alpha != 255 {
		for i, v := range mask {
			mask[i] = uint8(div255(uint32(v) * alpha))
		}
	}
	for i, v := range mask {
		blend1((*[4]byte)(dst[4*i:]), uint64(v), lanes)
	}
}

// blend1 mixes a colour into one pixel with a weight of 0 to 255.
func blend1(d *[4]byte, m, lanes uint64) {
	const half, low8 = 0x0080_0080_0080_0080, 0x00FF_00FF_00FF_00FF
	m += m >> 7
	old := binary.LittleEndian.Uint32(d[:])
	spread := uint64(old&0xFF00FF) | uint64(old>>8&0xFF00FF)<<32
	mixed := (lanes*m + spread*(256-m) + half) >> 8 & low8
	binary.LittleEndian.PutUint32(d[:], uint32(mixed)|uint32(mixed>>24))
}

// div255 divides by 255, rounded, for values up to 255².
func div255(v uint32) uint32 {
	v += 128
	return (v + v>>8) >> 8
}

func (p *painter) fillRect(r image.Rectangle, c color.NRGBA) {
	r = r.Intersect(p.img.Rect)
	if r.Empty() || c.A == 0 {
		return
	}
	p.touch(r)
	mask := grow(&p.scratch.mask, r.Dx())
	for i := range mask {
		mask[i] = 255
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := p.img.PixOffset(r.Min.X, y)
		blendRow(p.img.Pix[at:at+4*r.Dx()], mask, c)
	}
}

// device brings a box to whole device pixels: its corner is rounded, and so is its size.
func device(b Box, scale int) image.Rectangle {
	s := float64(scale)
	x, y := int(floorInt(float64(b.X*s)+0.5)), int(floorInt(float64(b.Y*s)+0.5))
	w, h := int(floorInt(float64(b.Width*s)+0.5)), int(floorInt(float64(b.Height*s)+0.5))
	return image.Rect(x, y, x+max(1, w), y+max(1, h))
}

func (p *painter) paintShape(l *Placed) {
	dst := device(l.Shape.Box, p.scale)
	clip := dst.Intersect(p.img.Rect)
	if clip.Empty() {
		return
	}
	c := parseColor(l.Shape.Color, l.Opacity)
	radius := min(int(math.Round(float64(l.Shape.Radius*float64(p.scale)))), dst.Dx()/2, dst.Dy()/2)
	if radius < 1 {
		p.fillRect(clip, c)
		return
	}
	p.blend(coverage{rect: clip, pix: p.roundMask(dst, clip, radius)}, c)
}

func (p *painter) paintQR(l *Placed) {
	qr := l.QR
	p.fillRect(device(qr.Box, p.scale), parseColor(qr.Background, l.Opacity))
	dark := parseColor(qr.Color, l.Opacity)
	side := qr.Module * p.scale
	for y, row := range qr.Rows {
		for x := 0; x < len(row); x++ {
			from := x
			for x < len(row) && row[x] == '1' {
				x++
			}
			if x > from {
				left, top := qr.X*p.scale+from*side, qr.Y*p.scale+y*side
				p.fillRect(image.Rect(left, top, left+(x-from)*side, top+side), dark)
			}
		}
	}
}
