package demo

import (
	"image"
	"image/color"
	"math"

	"github.com/fogleman/gg"
)

// art is one background being drawn. Light (gradients, glows) is added up in floating point and
// brought to eight bits once, with an ordered dither that hides the bands; shapes follow with gg.
// In a dry run nothing is drawn, only the layers are computed.
type art struct {
	size string
	w, h float64
	dry  bool
	img  *image.RGBA
	dc   *gg.Context
	base []float32 // RGB, 0…255
}

func newArt(size string, w, h int, dry bool) *art {
	a := &art{size: size, w: float64(w), h: float64(h), dry: dry}
	if !dry {
		a.img = image.NewRGBA(image.Rect(0, 0, w, h))
		a.dc = gg.NewContextForRGBA(a.img)
		a.base = make([]float32, 3*w*h)
	}
	return a
}

// pick chooses a value by size: square, story or wide.
func pick[T any](a *art, square, story, wide T) T {
	switch a.size {
	case "story":
		return story
	case "wide":
		return wide
	}
	return square
}

// rgb reads #rrggbb.
func rgb(hex string) [3]float32 {
	var v [3]float32
	for i := range v {
		v[i] = float32(digit(hex[1+2*i])<<4 | digit(hex[2+2*i]))
	}
	return v
}

func digit(c byte) int {
	if c >= 'a' {
		return int(c-'a') + 10
	}
	return int(c - '0')
}

// paint is a colour with opacity for gg.
func paint(hex string, alpha float64) color.NRGBA {
	v := rgb(hex)
	return color.NRGBA{uint8(v[0]), uint8(v[1]), uint8(v[2]), uint8(math.Round(alpha * 255))}
}

// linear fills the base with a gradient between colours at even distances, along an angle in
// degrees (0 goes to the right, 90 downwards).
func (a *art) linear(degrees float64, colors ...string) {
	if a.dry {
		return
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	reach := math.Abs(cos)*a.w + math.Abs(sin)*a.h
	ramp := rampOf(colors)
	w, h := int(a.w), int(a.h)
	for y := range h {
		t := ((float64(y)-a.h/2)*sin - a.w/2*cos + reach/2) / reach
		step := cos / reach
		row := a.base[3*y*w : 3*(y+1)*w]
		for x := 0; x < len(row); x += 3 {
			c := &ramp[clampIndex(t*1023)]
			row[x], row[x+1], row[x+2] = c[0], c[1], c[2]
			t += step
		}
	}
}

func clampIndex(v float64) int { return max(0, min(1023, int(v))) }

func rampOf(colors []string) *[1024][3]float32 {
	var ramp [1024][3]float32
	for i := range ramp {
		t := float64(i) / 1023 * float64(len(colors)-1)
		k := min(int(t), len(colors)-2)
		f := float32(t - float64(k))
		from, to := rgb(colors[k]), rgb(colors[k+1])
		for j := range ramp[i] {
			ramp[i][j] = from[j] + (to[j]-from[j])*f
		}
	}
	return &ramp
}

// glow lays soft light of a colour over the base, strongest in the middle of an ellipse.
func (a *art) glow(cx, cy, rx, ry float64, hex string, strength float64) {
	if a.dry {
		return
	}
	c := rgb(hex)
	w := int(a.w)
	for y := max(0, int(cy-ry)); y < min(int(a.h), int(cy+ry)+1); y++ {
		dy := (float64(y) - cy) / ry
		for x := max(0, int(cx-rx)); x < min(w, int(cx+rx)+1); x++ {
			dx := (float64(x) - cx) / rx
			d := dx*dx + dy*dy
			if d >= 1 {
				continue
			}
			k := float32((1 - d) * (1 - d) * (1 - d) * strength)
			p := a.base[3*(y*w+x) : 3*(y*w+x)+3]
			for j := range p {
				p[j] += (c[j] - p[j]) * k
			}
		}
	}
}

// rays lays a fan of light beams over the base.
func (a *art) rays(cx, cy float64, count int, hex string, strength float64) {
	if a.dry {
		return
	}
	c := rgb(hex)
	w := int(a.w)
	reach := math.Hypot(a.w, a.h) * 0.75
	for y := range int(a.h) {
		for x := range w {
			dx, dy := float64(x)-cx, float64(y)-cy
			d := math.Hypot(dx, dy) / reach
			if d >= 1 {
				continue
			}
			turn := math.Atan2(dy, dx) * float64(count) / (2 * math.Pi)
			wave := math.Abs(turn-math.Floor(turn)-0.5) * 4 // 0…2
			k := float32(math.Max(0, math.Min(1, wave-0.5)) * (1 - d) * (1 - d) * strength)
			p := a.base[3*(y*w+x) : 3*(y*w+x)+3]
			for j := range p {
				p[j] += (c[j] - p[j]) * k
			}
		}
	}
}

// bayer is the 8×8 threshold matrix of an ordered dither.
var bayer = func() (m [64]float32) {
	for y := range 8 {
		for x := range 8 {
			v, mask := 0, 4
			for bit := 0; bit < 6; mask >>= 1 {
				v |= (x ^ y) / mask & 1 << (5 - bit)
				bit++
				v |= y / mask & 1 << (5 - bit)
				bit++
			}
			m[8*y+x] = (float32(v) + 0.5) / 64
		}
	}
	return m
}()

// commit brings the base to eight bits; shapes come after it.
func (a *art) commit() {
	if a.dry {
		return
	}
	w := int(a.w)
	for i := range w * int(a.h) {
		t := bayer[i/w%8*8+i%w%8]
		for j := range 3 {
			a.img.Pix[4*i+j] = uint8(max(0, min(255, a.base[3*i+j]+t)))
		}
		a.img.Pix[4*i+3] = 255
	}
}

// draw runs gg's commands, not in a dry run.
func (a *art) draw(f func(dc *gg.Context)) {
	if !a.dry {
		f(a.dc)
	}
}

// shade draws a soft shadow under a rounded rectangle: one blurred box, computed directly.
func (a *art) shade(x, y, w, h, radius, blur float64, hex string, strength float64) {
	if a.dry {
		return
	}
	c := rgb(hex)
	for py := max(0, int(y-blur)); py < min(int(a.h), int(y+h+blur)+1); py++ {
		for px := max(0, int(x-blur)); px < min(int(a.w), int(x+w+blur)+1); px++ {
			d := roundDistance(float64(px)+0.5-x-w/2, float64(py)+0.5-y-h/2, w/2, h/2, radius)
			t := math.Max(0, math.Min(1, (blur-d)/(2*blur)))
			k := t * t * (3 - 2*t) * strength
			if k <= 0.002 {
				continue
			}
			p := a.img.Pix[a.img.PixOffset(px, py):]
			for j := range 3 {
				v := float64(p[j])
				p[j] = uint8(v + (float64(c[j])-v)*k + 0.5)
			}
		}
	}
}

// roundDistance is the signed distance to a rounded rectangle around the origin.
func roundDistance(x, y, hw, hh, r float64) float64 {
	qx, qy := math.Abs(x)-hw+r, math.Abs(y)-hh+r
	return math.Min(math.Max(qx, qy), 0) + math.Hypot(math.Max(qx, 0), math.Max(qy, 0)) - r
}

// scatter calls f with count pseudo-random triples in 0…1, the same on every machine.
func scatter(seed uint64, count int, f func(u, v, w float64)) {
	next := func() float64 {
		seed += 0x9E3779B97F4A7C15
		z := seed
		z = (z ^ z>>30) * 0xBF58476D1CE4E5B9
		z = (z ^ z>>27) * 0x94D049BB133111EB
		return float64((z^z>>31)>>11) / (1 << 53)
	}
	for range count {
		u, v, w := next(), next(), next()
		f(u, v, w)
	}
}
