package render

import (
	"encoding/binary"
	"image"
	"image/color"
)

// UploadMemory is what DecodeUpload may allocate for a picture, in bytes, by its format and form: a progressive JPEG
// holds all its coefficients, at four bytes each, before there is a pixel. It reads the header alone. Errors
// are those of DecodeUpload.
func UploadMemory(data []byte, limits UploadLimits) (int64, error) {
	f, config, err := headerOf(data, limits)
	if err != nil {
		return 0, err
	}
	const rgba = 4 // the picture that is returned
	perPixel := float64(0)
	switch f.name {
	case "jpeg":
		perPixel = jpegBytes(data) + 2*rgba // turned by EXIF, or converted from another colour space
	case "png":
		perPixel = pngBytes(data, config) + rgba
	case "gif":
		perPixel = 1 + rgba
	case "webp":
		perPixel = 4*4 + rgba // of a lossless one: pixels, and copies for each of its transforms
	}
	const blocks = 64 // pixels by which a side may be rounded up
	return int64(perPixel * float64(config.Width+blocks) * float64(config.Height+blocks)), nil
}

// jpegBytes are the bytes of a pixel in image/jpeg: a sample for each component, by its subsampling, and four times
// as much in a progressive one. CMYK is copied twice more.
func jpegBytes(data []byte) float64 {
	const cmyk = 8
	worst := 4.0*(1+4) + cmyk
	for at := 2; at+9 < len(data); {
		if data[at] != 0xff {
			at++
			continue
		}
		marker := data[at+1]
		if marker == 0xff || marker == 0 || marker == 0x01 || marker >= 0xd0 && marker <= 0xd8 { // no length follows
			at++
			continue
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if marker < 0xc0 || marker > 0xc2 {
			at += 2 + length
			continue
		}
		count := int(data[at+9])
		if count < 1 || count > 4 || at+10+3*count > len(data) {
			return worst
		}
		samples, across, down := 0, 1, 1
		for i := range count {
			factors := data[at+11+3*i]
			h, v := int(factors>>4), int(factors&15)
			samples, across, down = samples+h*v, max(across, h), max(down, v)
		}
		bytes := float64(samples) / float64(across*down)
		if count == 1 {
			bytes = 1 // whatever its factors say
		}
		if marker == 0xc2 {
			bytes *= 1 + 4
		}
		if count == 4 {
			bytes += cmyk
		}
		return bytes
	}
	return worst
}

// pngBytes are the bytes of a pixel in image/png; an interlaced picture is put together from parts.
func pngBytes(data []byte, config image.Config) float64 {
	bytes := 4.0
	switch config.ColorModel {
	case color.GrayModel:
		bytes = 1
	case color.Gray16Model:
		bytes = 2
	case color.RGBA64Model, color.NRGBA64Model:
		bytes = 8
	default:
		if _, paletted := config.ColorModel.(color.Palette); paletted {
			bytes = 1
		}
	}
	const interlace = 28 // its place in the file
	if len(data) > interlace && data[interlace] != 0 {
		bytes *= 2
	}
	return bytes
}
