package render

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/gif"
	"image/jpeg"
	"image/png"

	"github.com/promostack/promostack/internal/base/fault"
	"golang.org/x/image/webp"
)

// UploadLimits bounds what is decoded; they are checked before a pixel is.
type UploadLimits struct {
	MaxPixels int // width × height
	MaxSide   int // pixels
}

// DefaultUploadLimits are 40 million pixels and 12,000 pixels on a side.
func DefaultUploadLimits() UploadLimits { return UploadLimits{MaxPixels: 40_000_000, MaxSide: 12_000} }

// format is one kind of picture that is taken.
type format struct {
	name   string
	is     func(data []byte) bool
	config func(data []byte) (image.Config, error)
	decode func(data []byte) (image.Image, error)
}

func prefixed(magic string) func([]byte) bool {
	return func(data []byte) bool { return bytes.HasPrefix(data, []byte(magic)) }
}

// formats are tried in order. The list is explicit, so that no import elsewhere adds a decoder.
func formats() []format {
	read := func(b []byte) *bytes.Reader { return bytes.NewReader(b) }
	return []format{
		{"jpeg", prefixed("\xFF\xD8"),
			func(b []byte) (image.Config, error) { return jpeg.DecodeConfig(read(b)) },
			func(b []byte) (image.Image, error) { return jpeg.Decode(read(b)) }},
		{"png", prefixed("\x89PNG\r\n\x1a\n"),
			func(b []byte) (image.Config, error) { return png.DecodeConfig(read(b)) },
			func(b []byte) (image.Image, error) { return png.Decode(read(b)) }},
		{"gif", prefixed("GIF8"),
			func(b []byte) (image.Config, error) { return gif.DecodeConfig(read(b)) },
			func(b []byte) (image.Image, error) { return gif.Decode(read(b)) }}, // the first frame
		{"webp", func(b []byte) bool { return len(b) >= 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" },
			func(b []byte) (image.Config, error) { return webp.DecodeConfig(read(b)) },
			func(b []byte) (image.Image, error) { return webp.Decode(read(b)) }},
	}
}

// DecodeUpload decodes a stranger's picture: JPEG, PNG, WebP or the first frame of a GIF. The size
// is read and checked first; a photo is turned as its EXIF orientation says. It returns the pixels
// and the format's name. Errors are fault.Unsupported, fault.Malformed or fault.TooLarge.
func DecodeUpload(data []byte, limits UploadLimits) (*image.RGBA, string, error) {
	f, _, err := headerOf(data, limits)
	if err != nil {
		return nil, "", err
	}
	img, err := f.decode(data)
	if err != nil {
		return nil, "", brokenUpload(err)
	}
	// A GIF's first frame may be smaller than its screen, never larger; trust nothing.
	if err := limits.check(img.Bounds().Dx(), img.Bounds().Dy()); err != nil {
		return nil, "", err
	}
	rgba := toRGBA(img)
	if f.name == "jpeg" {
		rgba = orient(rgba, exifOrientation(data))
	}
	return rgba, f.name, nil
}

// headerOf finds a picture's format and reads its size, which it checks.
func headerOf(data []byte, limits UploadLimits) (format, image.Config, error) {
	for _, f := range formats() {
		if !f.is(data) {
			continue
		}
		config, err := f.config(data)
		if err != nil {
			return format{}, image.Config{}, brokenUpload(err)
		}
		return f, config, limits.check(config.Width, config.Height)
	}
	return format{}, image.Config{}, fault.New(fault.Unsupported, "image_unsupported", "This isn't a picture that can be used").
		WithRemedy("Use a JPEG, PNG, WebP or GIF file")
}

func brokenUpload(err error) error {
	return fault.New(fault.Malformed, "image_malformed", "The picture is damaged").
		WithRemedy("Save it again with an image program, and try once more").WithCause(err)
}

func (l UploadLimits) check(width, height int) error {
	if width < 1 || height < 1 {
		return brokenUpload(fmt.Errorf("%d × %d pixels", width, height))
	}
	if width > l.MaxSide || height > l.MaxSide || width*height > l.MaxPixels {
		return fault.New(fault.TooLarge, "image_too_large", "The picture has %d × %d pixels; at most %d on a side and %d million in all are allowed",
			width, height, l.MaxSide, l.MaxPixels/1_000_000).WithRemedy("Make it smaller and try again")
	}
	return nil
}

func toRGBA(img image.Image) *image.RGBA {
	b := img.Bounds()
	if rgba, ok := img.(*image.RGBA); ok && b.Min == (image.Point{}) {
		return rgba
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, img, b.Min, draw.Src)
	return out
}

// orient turns and mirrors pixels as EXIF orientation 1 to 8 says.
func orient(src *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	dw, dh := w, h
	if orientation >= 5 {
		dw, dh = h, w
	}
	dst := image.NewRGBA(image.Rect(0, 0, dw, dh))
	for y := range h {
		for x := range w {
			dx, dy := x, y
			switch orientation {
			case 2:
				dx = w - 1 - x
			case 3:
				dx, dy = w-1-x, h-1-y
			case 4:
				dy = h - 1 - y
			case 5:
				dx, dy = y, x
			case 6:
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8:
				dx, dy = y, w-1-x
			}
			copy(dst.Pix[dst.PixOffset(dx, dy):][:4], src.Pix[src.PixOffset(x, y):][:4])
		}
	}
	return dst
}
