// Package imagefile decodes the pictures that people bring, so that they look as in a browser: colours
// in sRGB by the embedded profile, upright by EXIF, the first frame of an animation, and small damage
// harms nothing. It is a pure engine: bytes in, pixels out.
package imagefile

import (
	"fmt"
	"image"

	"github.com/promostack/promostack/internal/base/fault"
)

// Limits bounds what is decoded; they are checked before a pixel is.
type Limits struct {
	MaxPixels int // width × height
	MaxSide   int // pixels
}

// DefaultLimits are 40 million pixels and 12,000 pixels on a side.
func DefaultLimits() Limits { return Limits{MaxPixels: 40_000_000, MaxSide: 12_000} }

// source is what a file says of itself, before a pixel is decoded.
type source struct {
	format        string
	width, height int     // pixels of the canvas, before it is turned
	perPixel      float64 // bytes that the decoder takes for a pixel, the result left out
	profile       []byte  // ICC; may be empty
	orientation   int     // EXIF's, 1 to 8; what is missing or damaged is 1

	// decode makes the picture, or the first frame of an animation. at is where on the canvas its
	// upper left corner lies.
	decode func() (img image.Image, at image.Point, err error)
}

// format is one kind of picture that is taken.
type format struct {
	is   func(data []byte) bool
	open func(data []byte) (*source, error)
}

// formats are tried in order. The list is explicit, so that no import elsewhere adds a decoder.
var formats = []format{{isJPEG, openJPEG}, {isPNG, openPNG}, {isGIF, openGIF}, {isWebP, openWebP}}

// open finds a picture's format and reads its header; the size is checked.
func open(data []byte, limits Limits) (*source, error) {
	for _, f := range formats {
		if !f.is(data) {
			continue
		}
		s, err := f.open(data)
		if err != nil {
			return nil, damaged(err)
		}
		return s, limits.check(s.width, s.height)
	}
	return nil, fault.New(fault.Unsupported, "image_unsupported", "This isn't a picture that can be used").
		WithRemedy("Use a JPEG, PNG, WebP or GIF file")
}

// Decode decodes a stranger's picture: JPEG, PNG, WebP or GIF, of an animation the first frame. The
// size is read and checked first. It returns the pixels in sRGB, upright, and the format's name.
// Errors are fault.Unsupported, fault.Malformed or fault.TooLarge.
func Decode(data []byte, limits Limits) (*image.RGBA, string, error) {
	s, err := open(data, limits)
	if err != nil {
		return nil, "", err
	}
	img, at, err := s.decode()
	if err != nil {
		return nil, "", damaged(err)
	}
	// A frame may be smaller than its canvas, never larger; trust nothing.
	if err := limits.check(img.Bounds().Dx(), img.Bounds().Dy()); err != nil {
		return nil, "", err
	}
	straight := inSRGB(img, s.profile)
	straight = onCanvas(straight, at, s.width, s.height)
	return turn(premultiply(straight), s.orientation), s.format, nil
}

// Size reads a picture's size in pixels, upright, and its format's name from its header. Errors are those
// of Decode.
func Size(data []byte, limits Limits) (size image.Point, format string, err error) {
	s, err := open(data, limits)
	if err != nil {
		return image.Point{}, "", err
	}
	if s.orientation >= 5 {
		return image.Pt(s.height, s.width), s.format, nil
	}
	return image.Pt(s.width, s.height), s.format, nil
}

func damaged(err error) error {
	return fault.New(fault.Malformed, "image_malformed", "The picture is damaged").
		WithRemedy("Save it again with an image program, and try once more").WithCause(err)
}

func (l Limits) check(width, height int) error {
	if width < 1 || height < 1 {
		return damaged(fmt.Errorf("%d × %d pixels", width, height))
	}
	if width > l.MaxSide || height > l.MaxSide || width*height > l.MaxPixels {
		return fault.New(fault.TooLarge, "image_too_large", "The picture has %d × %d pixels; at most %d on a side and %d million in all are allowed",
			width, height, l.MaxSide, l.MaxPixels/1_000_000).WithRemedy("Make it smaller and try again")
	}
	return nil
}
