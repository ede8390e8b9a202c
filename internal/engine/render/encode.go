package render

import (
	"image"
	"io"
	"sync"

	"github.com/promostack/promostack/internal/engine/render/internal/fastjpeg"
	"github.com/promostack/promostack/internal/engine/render/internal/fastpng"
)

// encoded is what is kept of a background in encoded form; each is made when first asked for.
type encoded struct {
	mu   sync.Mutex
	jpeg *fastjpeg.Plan
	// quality is the one that jpeg was made with: one per background is kept, since a program
	// renders with one quality.
	quality int
	png     *fastpng.Plan
}

// EncodeJPEG writes a picture as a JPEG file of quality 1 to 100. For a picture of Draw only what
// differs from its background is coded; a picture from elsewhere, or a copy, is coded as a whole.
// A picture of Draw must not be painted on before: copy it first.
func (e *Engine) EncodeJPEG(w io.Writer, img *image.RGBA, quality int) error {
	d := e.recall(img)
	if d == nil {
		return fastjpeg.Encode(w, img, quality, nil, nil)
	}
	return fastjpeg.Encode(w, img, quality, d.background.jpegPlan(quality), d.dirty)
}

// EncodePNG writes a picture as a PNG file, without loss. What holds for EncodeJPEG holds here.
func (e *Engine) EncodePNG(w io.Writer, img *image.RGBA) error {
	d := e.recall(img)
	if d == nil {
		return fastpng.Encode(w, img, nil, nil)
	}
	return fastpng.Encode(w, img, d.background.pngPlan(), d.dirty)
}

func (b *background) jpegPlan(quality int) *fastjpeg.Plan {
	b.encode.mu.Lock()
	defer b.encode.mu.Unlock()
	if b.encode.jpeg == nil || b.encode.quality != quality {
		b.encode.jpeg, b.encode.quality = fastjpeg.NewPlan(b.pix, b.w, b.h, quality), quality
	}
	return b.encode.jpeg
}

func (b *background) pngPlan() *fastpng.Plan {
	b.encode.mu.Lock()
	defer b.encode.mu.Unlock()
	if b.encode.png == nil {
		b.encode.png = fastpng.NewPlan(b.pix, b.w, b.h)
	}
	return b.encode.png
}
