package render

import (
	"context"
	"errors"
	"image"
	"sync"

	"github.com/promostack/promostack/internal/base/bytecache"
	"github.com/promostack/promostack/internal/base/fault"
)

// Engine lays out and draws. It holds the fonts and caches of what is the same in every picture:
// scaled backgrounds, logos and emoji. It is safe for concurrent use.
type Engine struct {
	fonts *FontSet
	emoji *Emoji
	cache *bytecache.Cache[any, any]

	buffers sync.Pool // *[]byte, pixels of finished pictures
	scratch sync.Pool // *scratch
}

// cacheBytes bounds what an engine keeps of scaled pictures and encoded backgrounds.
const cacheBytes = 256 << 20

// NewEngine makes an engine; one per process is enough.
func NewEngine(fonts *FontSet, emoji *Emoji) *Engine {
	return &Engine{fonts: fonts, emoji: emoji, cache: bytecache.New[any, any](cacheBytes)}
}

// Scene is all that one picture needs.
//
// The engine caches scaled versions of Background, Logo and Images by their identity: the pointer,
// or the key (a content hash) when one is given. So pass the same decoded picture again, or better
// give a key: then the cache keeps only what is scaled, not the whole picture. Never change a
// picture that was passed in.
type Scene struct {
	Template *Template
	Size     string
	Values   map[string]string

	Background    image.Image            // 1× or 2×; nil for white
	BackgroundKey string                 // content hash; may be empty
	Images        map[string]image.Image // by field name; one that is missing draws nothing
	ImageKeys     map[string]string      // content hashes by field name; may be empty
	Logo          image.Image            // nil for none
	LogoKey       string                 // content hash; may be empty

	Scale int // 1 or 2; 0 counts as 1

	// Shared names fields whose values many pictures of the template have in common. What they show
	// is painted once and kept with the background, where it can be: the pictures are the same to
	// the byte.
	Shared []string
}

// Picture is what Draw paints. It knows which background it has and where it differs from that, so
// that only this is encoded: don't paint on it, copy it first.
type Picture struct {
	*image.RGBA
	engine     *Engine
	background *background
	dirty      []image.Rectangle
}

// Draw lays out the scene and paints it. The picture comes from a pool: give it back with its
// Release when it is encoded. Errors are those of Layout, fault.Invalid for a wrong scale, and the
// context's.
func (e *Engine) Draw(ctx context.Context, s Scene) (*Picture, *Layout, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	scale := max(1, s.Scale)
	if s.Scale < 0 || scale > 2 {
		return nil, nil, fault.InvalidField("scale", "out_of_range", "The scale is 1 or 2")
	}
	if s.Template == nil {
		return nil, nil, fault.New(fault.Internal, "no_template", "There is no template to draw")
	}
	layout, err := e.Layout(s.Template, s.Size, s.Values)
	if err != nil {
		return nil, nil, err
	}
	w, h := layout.Width*scale, layout.Height*scale
	below := foundation(layout, &s)
	bg := e.background(&s, layout, below, w, h)
	if !bg.covered.Load() {
		img, err := e.paintAll(ctx, &s, layout, below, bg)
		if !errors.Is(err, errCovered) {
			return img, layout, err
		}
		bg.covered.Store(true)
	}
	below = foundation(layout, &Scene{})
	img, err := e.paintAll(ctx, &s, layout, below, e.background(&s, layout, below, w, h))
	return img, layout, err
}

// errCovered says that a layer would have to be painted below one that is on the background.
var errCovered = errors.New("a shared layer lies over one that is not")

// paintAll paints the layers that are not part of the background, on a copy of it.
func (e *Engine) paintAll(ctx context.Context, s *Scene, layout *Layout, below []bool, bg *background) (*Picture, error) {
	picture := &Picture{RGBA: e.newImage(bg.w, bg.h), engine: e, background: bg}
	copy(picture.Pix, bg.pix)
	p := &painter{engine: e, img: picture.RGBA, scale: bg.w / layout.Width, scene: s, scratch: e.getScratch()}
	defer e.putScratch(p.scratch)
	for i := range layout.Layers {
		if below[i] {
			continue
		}
		err := ctx.Err()
		if before := len(p.dirty); err == nil {
			p.paint(&layout.Layers[i])
			if bg.covers(i, p.dirty[before:]) {
				err = errCovered
			}
		}
		if err != nil {
			picture.Release()
			return nil, err
		}
	}
	picture.dirty = p.dirty
	return picture, nil
}

func (e *Engine) newImage(w, h int) *image.RGBA {
	n := 4 * w * h
	pix, _ := e.buffers.Get().(*[]byte)
	if pix == nil || cap(*pix) < n {
		fresh := make([]byte, n)
		pix = &fresh
	}
	return &image.RGBA{Pix: (*pix)[:n], Stride: 4 * w, Rect: image.Rect(0, 0, w, h)}
}

// Release gives the picture's memory back; it must not be used afterwards. A second call does nothing.
func (p *Picture) Release() {
	if p == nil || p.RGBA == nil {
		return
	}
	pix := p.Pix
	p.RGBA = nil
	p.engine.buffers.Put(&pix)
}

// scratch is the working memory of one picture being painted.
type scratch struct {
	mask, mask2, mask3, mask4 []byte
	distance                  []float32
	sums                      []uint32
	near                      []int32
	raster                    rasterizer
}

// scratchPixels bounds the working memory that is kept for the next picture.
const scratchPixels = 1 << 23

func (e *Engine) putScratch(s *scratch) {
	if max(cap(s.distance), cap(s.near), cap(s.mask), cap(s.mask2), cap(s.mask3), cap(s.mask4)) <= scratchPixels {
		e.scratch.Put(s)
	}
}

func (e *Engine) getScratch() *scratch {
	if s, ok := e.scratch.Get().(*scratch); ok {
		return s
	}
	return &scratch{}
}

// grow returns n zeroed bytes in the given slice's memory.
func grow[T byte | float32 | uint32 | int32](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n+n/4)
	}
	out := (*s)[:n]
	clear(out)
	return out
}
