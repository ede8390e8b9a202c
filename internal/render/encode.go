package render

import (
	"image"
	"image/jpeg"
	"image/png"
	"io"
)

// encoded is what is kept of a background in encoded form.
type encoded struct{}

// EncodeJPEG writes a picture that Draw made.
func (e *Engine) EncodeJPEG(w io.Writer, img *image.RGBA, quality int) error {
	return jpeg.Encode(w, img, &jpeg.Options{Quality: quality})
}

// EncodePNG writes a picture that Draw made.
func (e *Engine) EncodePNG(w io.Writer, img *image.RGBA) error {
	return (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(w, img)
}
