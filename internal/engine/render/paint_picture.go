package render

import (
	"encoding/json"
	"image"
	"image/draw"
	"math"
	"reflect"
	"slices"
	"sync/atomic"

	"golang.org/x/image/vector"

	"github.com/promostack/promostack/internal/base/bytecache"
)

// background is a background at the size of a picture, with what the encoders cache about it.
type background struct {
	pix    []byte
	w, h   int
	encode encoded

	layers  []painted
	covered atomic.Bool // a picture was to be painted below one of the layers: they can't be here
}

// painted is a layer that is part of a background: which one, and where it is.
type painted struct {
	at    int
	dirty []image.Rectangle
}

// emojiID is the identity of an emoji's picture, apart from those of content hashes.
type emojiID string

type scaledKey struct {
	id   any
	w, h int
	crop image.Rectangle
	clip image.Rectangle
}

// backgroundKey says what a background was made of: the picture, the size, the logo, and the layers
// that are the same in every picture of the template.
type backgroundKey struct {
	id, logo any
	w, h     int
	layers   string
}

// foundation marks the layers that are painted once, on the background. Without shared values they
// are those, from below, that depend on no value: logo and fixed texts. With them they are all that
// show the same in all pictures, wherever they lie; a shared picture needs a key, so that another
// one is never taken for it.
func foundation(layout *Layout, s *Scene) []bool {
	below := make([]bool, len(layout.Layers))
	for i, l := range layout.Layers {
		switch {
		case l.Field != "":
			below[i] = slices.Contains(s.Shared, l.Field) && (l.Type != LayerImage || s.ImageKeys[l.Field] != "")
		case len(s.Shared) > 0:
			below[i] = true
		default:
			below[i] = i == 0 || below[i-1]
		}
	}
	return below
}

// background returns the scene's background at w×h with the layers on it that are marked, white
// behind what is transparent.
func (e *Engine) background(s *Scene, layout *Layout, below []bool, w, h int) *background {
	key := backgroundKey{w: w, h: h}
	var held, heldLogo int
	key.id, held = identity(s.Background, s.BackgroundKey)
	if slices.Contains(below, true) {
		key.logo, heldLogo = identity(s.Logo, s.LogoKey)
		key.layers = layersKey(s, layout, below)
		if key.layers == "" {
			key.id = new(byte) // never; and then nothing is shared
		}
	}
	return made(e.cache, key, func() (*background, int) {
		dst := image.NewRGBA(image.Rect(0, 0, w, h))
		draw.Draw(dst, dst.Rect, image.White, image.Point{}, draw.Src)
		if s.Background != nil {
			scaled := scaleTo(s.Background, s.Background.Bounds(), w, h)
			draw.Draw(dst, dst.Rect, scaled, image.Point{}, draw.Over)
		}
		bg := &background{pix: dst.Pix, w: w, h: h}
		p := &painter{engine: e, img: dst, scale: w / layout.Width, scene: s, scratch: e.getScratch()}
		for i := range layout.Layers {
			if below[i] {
				p.dirty = nil
				p.paint(&layout.Layers[i])
				bg.layers = append(bg.layers, painted{i, p.dirty})
			}
		}
		e.putScratch(p.scratch)
		return bg, held + heldLogo + len(dst.Pix)*5/2 // the encoded forms that are made later count in
	})
}

// made keeps what make gives, which can't fail.
func made[V any](c *bytecache.Cache[any, any], key any, make func() (V, int)) V {
	v, _ := c.Make(key, func() (any, int, error) {
		value, bytes := make()
		return value, bytes, nil
	})
	return v.(V)
}

// identity is what a picture is cached by: its content hash when given, else its pointer. An entry
// that has a pointer as its key keeps the whole picture alive, so those bytes are counted with it.
// Values that aren't comparable have no identity, and are scaled each time.
func identity(img image.Image, key string) (id any, held int) {
	switch {
	case key != "":
		return key, 0
	case img == nil:
		return nil, 0
	case reflect.TypeOf(img).Comparable():
		const most = 1 << 15 // some pictures have no end
		b := img.Bounds()
		return img, 4 * min(b.Dx(), most) * min(b.Dy(), most)
	}
	return new(byte), 0
}

// layersKey says all that the marked layers show, but for the logo.
func layersKey(s *Scene, layout *Layout, below []bool) string {
	type marked struct {
		At      int
		Layer   *Placed
		Picture string `json:",omitempty"`
	}
	var list []marked
	for i := range layout.Layers {
		if l := &layout.Layers[i]; below[i] {
			list = append(list, marked{i, l, s.ImageKeys[l.Field]})
		}
	}
	data, err := json.Marshal(list)
	if err != nil {
		return ""
	}
	return string(data)
}

// covers tells whether one of the background's layers that belongs above layer i meets what was
// painted for it.
func (b *background) covers(i int, dirty []image.Rectangle) bool {
	for _, layer := range b.layers {
		if layer.at < i {
			continue
		}
		for _, above := range layer.dirty {
			for _, r := range dirty {
				if r.Overlaps(above) {
					return true
				}
			}
		}
	}
	return false
}

// FitRect says where a picture of the given size lands in a box, in device pixels, and which part
// of the picture (in its own pixels) is seen there. The browser's painter has the same function.
func FitRect(box Box, width, height int, fit, align, valign string, scale int) (dst image.Rectangle, part image.Rectangle) {
	slot := device(box, scale)
	whole := image.Rect(0, 0, width, height)
	if width < 1 || height < 1 {
		return image.Rectangle{}, image.Rectangle{}
	}
	kx, ky := float64(slot.Dx())/float64(width), float64(slot.Dy())/float64(height)
	if fit == "cover" {
		k := math.Max(kx, ky)
		w := min(width, max(1, int(math.Floor(float64(slot.Dx())/k+0.5))))
		h := min(height, max(1, int(math.Floor(float64(slot.Dy())/k+0.5))))
		x, y := shift(align, width-w), shift(valign, height-h)
		return slot, image.Rect(x, y, x+w, y+h)
	}
	k := math.Min(kx, ky)
	w := min(slot.Dx(), max(1, int(math.Floor(float64(width)*k+0.5))))
	h := min(slot.Dy(), max(1, int(math.Floor(float64(height)*k+0.5))))
	x, y := slot.Min.X+shift(align, slot.Dx()-w), slot.Min.Y+shift(valign, slot.Dy()-h)
	return image.Rect(x, y, x+w, y+h), whole
}

func shift(align string, room int) int {
	switch align {
	case "left", "top":
		return 0
	case "right", "bottom":
		return room
	}
	return room / 2
}

func (p *painter) paintSlot(l *Placed, img image.Image, key string) {
	if img == nil {
		return
	}
	s := l.Slot
	b := img.Bounds()
	dst, part := FitRect(s.Box, b.Dx(), b.Dy(), s.Fit, s.Align, s.VAlign, p.scale)
	if dst.Empty() {
		return
	}
	clip := dst.Intersect(p.img.Rect)
	if clip.Empty() {
		return
	}
	id, held := identity(img, key)
	scaled := p.scaled(id, held, img, part.Add(b.Min), dst, clip)
	radius := int(math.Round(s.Radius * float64(p.scale)))
	var mask []byte
	if radius > 0 {
		mask = p.roundMask(dst, clip, min(radius, dst.Dx()/2, dst.Dy()/2))
	}
	p.drawPicture(scaled, clip.Min, mask, l.Opacity)
}

// scaled returns what is seen through clip of a picture's part that is scaled to dst.
func (p *painter) scaled(id any, held int, img image.Image, part, dst, clip image.Rectangle) *image.RGBA {
	clip = clip.Sub(dst.Min)
	key := scaledKey{id: id, w: dst.Dx(), h: dst.Dy(), crop: part, clip: clip}
	return made(p.engine.cache, key, func() (*image.RGBA, int) {
		out := scaleClip(img, part, dst.Dx(), dst.Dy(), clip)
		return out, held + len(out.Pix)
	})
}

func (p *painter) paintEmoji(e PlacedEmoji, opacity float64) {
	side := e.Side * p.scale
	dst := image.Rect(0, 0, side, side).Add(image.Pt(e.X*p.scale, e.Y*p.scale))
	clip := dst.Intersect(p.img.Rect)
	if clip.Empty() {
		return
	}
	img, err := p.engine.emoji.image(e.Key)
	if err != nil {
		return // the layout names only emoji that are there
	}
	p.drawPicture(p.scaled(emojiID(e.Key), 0, img, img.Bounds(), dst, clip), clip.Min, nil, opacity)
}

// roundMask covers the part in clip of a rectangle with round corners.
func (p *painter) roundMask(dst, clip image.Rectangle, radius int) []byte {
	w, h := clip.Dx(), clip.Dy()
	mask := grow(&p.scratch.mask, w*h)
	v := &p.scratch.raster.v
	v.Reset(w, h)
	at := dst.Min.Sub(clip.Min)
	addRoundRect(v, float32(at.X), float32(at.Y), float32(dst.Dx()), float32(dst.Dy()), float32(radius))
	v.Draw(&image.Alpha{Pix: mask, Stride: w, Rect: image.Rect(0, 0, w, h)}, image.Rect(0, 0, w, h), image.Opaque, image.Point{})
	return mask
}

func addRoundRect(v *vector.Rasterizer, x, y, w, h, r float32) {
	const k = 0.5522848 // a quarter circle as a cubic
	c := r * (1 - k)
	w, h = x+w, y+h
	v.MoveTo(x+r, y)
	v.LineTo(w-r, y)
	v.CubeTo(w-c, y, w, y+c, w, y+r)
	v.LineTo(w, h-r)
	v.CubeTo(w, h-c, w-c, h, w-r, h)
	v.LineTo(x+r, h)
	v.CubeTo(x+c, h, x, h-c, x, h-r)
	v.LineTo(x, y+r)
	v.CubeTo(x, y+c, x+c, y, x+r, y)
	v.ClosePath()
}

// drawPicture lays a premultiplied picture over the painting, through a mask when there is one.
func (p *painter) drawPicture(src *image.RGBA, at image.Point, mask []byte, opacity float64) {
	r := src.Rect.Add(at).Intersect(p.img.Rect)
	if r.Empty() {
		return
	}
	p.touch(r)
	alpha := uint32(math.Round(255 * opacity))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		from := src.PixOffset(r.Min.X-at.X, y-at.Y)
		s := src.Pix[from : from+4*r.Dx()]
		to := p.img.PixOffset(r.Min.X, y)
		d := p.img.Pix[to : to+4*r.Dx()]
		var m []byte
		if mask != nil {
			m = mask[(y-at.Y)*src.Rect.Dx()+r.Min.X-at.X:][:r.Dx()]
		}
		overRow(d, s, m, alpha)
	}
}

func overRow(d, s, mask []byte, alpha uint32) {
	for i := 0; i+3 < len(d); i += 4 {
		k := alpha
		if mask != nil {
			k = div255(k * uint32(mask[i/4]))
		}
		a := div255(uint32(s[i+3]) * k)
		switch a {
		case 0:
			continue
		case 255:
			copy(d[i:i+4], s[i:i+4])
			continue
		}
		n := 255 - a
		for j := i; j < i+4; j++ {
			d[j] = uint8(min(255, div255(uint32(s[j])*k)+div255(uint32(d[j])*n)))
		}
	}
}
