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

// EncodeJPEG writes the picture as a JPEG file of quality 1 to 100.
func (p *Picture) EncodeJPEG(w io.Writer, quality int) error {
	return fastjpeg.Encode(w, p.RGBA, quality, p.background.jpegPlan(quality), p.dirty)
}

// EncodePNG writes the picture as a PNG file, without loss.
func (p *Picture) EncodePNG(w io.Writer) error {
	return fastpng.Encode(w, p.RGBA, p.background.pngPlan(), p.dirty)
}

// EncodeJPEG writes any picture as a JPEG file of quality 1 to 100.
func EncodeJPEG(w io.Writer, img *image.RGBA, quality int) error {
	return fastjpeg.Encode(w, img, quality, nil, nil)
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
