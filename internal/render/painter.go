package render

import (
	"image"
	"image/color"
	"math"
	"strconv"
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
	case l.Type == LayerLogo:
		p.paintSlot(l, p.scene.Logo, p.scene.LogoKey)
	case l.Type == LayerImage:
		p.paintSlot(l, p.scene.Images[l.Field], "")
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
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.row(y)[r.Min.X-m.rect.Min.X:]
		at := p.img.PixOffset(r.Min.X, y)
		blendRow(p.img.Pix[at:at+4*r.Dx()], row, c)
	}
}

func blendRow(dst, mask []byte, c color.NRGBA) {
	alpha, cr, cg, cb := uint32(c.A), uint32(c.R), uint32(c.G), uint32(c.B)
	mask = mask[:len(dst)/4]
	for i, m := range mask {
		if m == 0 {
			continue
		}
		d := dst[4*i : 4*i+4 : 4*i+4]
		a := uint32(m)
		if alpha != 255 {
			a = div255(a * alpha)
		}
		if a == 255 {
			d[0], d[1], d[2], d[3] = uint8(cr), uint8(cg), uint8(cb), 255
			continue
		}
		n := 255 - a
		d[0] = uint8(div255(cr*a + uint32(d[0])*n))
		d[1] = uint8(div255(cg*a + uint32(d[1])*n))
		d[2] = uint8(div255(cb*a + uint32(d[2])*n))
		d[3] = uint8(div255(255*a + uint32(d[3])*n))
	}
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
