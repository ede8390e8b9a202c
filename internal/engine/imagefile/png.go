package imagefile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"io"
)

const pngSignature = "\x89PNG\r\n\x1a\n"

func isPNG(data []byte) bool { return bytes.HasPrefix(data, []byte(pngSignature)) }

// Colour types of PNG.
const (
	pngGray    = 0
	pngRGB     = 2
	pngPalette = 3
)

// pngChunk is one chunk; raw is all of it, its checksum included.
type pngChunk struct {
	kind      string
	body, raw []byte
}

// nextChunk splits off the first chunk; ok is false where there is no whole one.
func nextChunk(data []byte) (c pngChunk, rest []byte, ok bool) {
	if len(data) < 12 {
		return c, nil, false
	}
	length := uint64(binary.BigEndian.Uint32(data))
	if length > uint64(len(data)-12) {
		return c, nil, false
	}
	end := 12 + int(length)
	return pngChunk{string(data[4:8]), data[8 : end-4], data[:end]}, data[end:], true
}

// pngNumber reads a number, which is less than 2^31.
func pngNumber(b []byte) int { return int(min(binary.BigEndian.Uint32(b), 1<<31-1)) }

// sealChunk makes a chunk with its checksum.
func sealChunk(kind string, body []byte) []byte {
	out := append(binary.BigEndian.AppendUint32(nil, uint32(len(body))), kind...)
	out = append(out, body...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// pngFile is a PNG file brought down to what its pixels need: nothing in a chunk that is left out
// harms it.
type pngFile struct {
	header  pngChunk
	parts   [][]byte // chunks before the pixels, and those with pixels
	profile []byte
	exif    []byte
	colour  pngColour

	animated bool
	first    *pngFrame // of an animation that its still picture is no part of
	started  bool      // a frame's header came before the pixels
	cut      bool      // the file ends within its pixels
}

// pngFrame is the first frame of an animation.
type pngFrame struct {
	box  image.Rectangle
	data [][]byte // chunks of pixels
	done bool
}

func openPNG(data []byte) (*source, error) {
	f, err := readPNG(data)
	if err != nil {
		return nil, err
	}
	config, err := png.DecodeConfig(f.reader()) // of the frame
	if err != nil {
		return nil, err
	}
	width, height := pngNumber(f.header.body), pngNumber(f.header.body[4:])
	s := &source{format: "png", width: width, height: height, perPixel: f.perPixel(config.ColorModel),
		profile: f.colourProfile(), orientation: exifOrientation(f.exif)}
	at := image.Point{}
	if f.first != nil {
		if !f.first.box.In(image.Rect(0, 0, width, height)) {
			return nil, errors.New("a frame lies outside of the picture")
		}
		at = f.first.box.Min
	}
	s.decode = func() (image.Image, image.Point, error) {
		img, err := png.Decode(f.reader())
		if err != nil {
			img, err = f.mended(err)
		}
		return img, at, err
	}
	return s, nil
}

// readPNG collects the chunks that count.
func readPNG(data []byte) (*pngFile, error) {
	f := &pngFile{}
	var ok bool
	rest := data[len(pngSignature):]
	if f.header, rest, ok = nextChunk(rest); !ok || f.header.kind != "IHDR" || len(f.header.body) != 13 {
		return nil, errors.New("the header is missing")
	}
	pixels := false
	for {
		c, after, ok := nextChunk(rest)
		if !ok {
			if part, err := cutChunk(rest); err == nil {
				f.parts, f.cut = append(f.parts, part), true
			}
			break
		}
		if c.kind == "IEND" {
			break
		}
		rest = after
		if c.kind == "IDAT" {
			pixels = true
		}
		f.take(c, pixels)
	}
	if f.first != nil && (f.started || len(f.first.data) == 0) {
		f.first = nil
	}
	return f, nil
}

// take keeps what counts of one chunk.
func (f *pngFile) take(c pngChunk, pixels bool) {
	colours := f.header.body[9]
	switch c.kind {
	case "PLTE":
		if colours == pngPalette {
			f.parts = append(f.parts, c.raw)
		}
	case "tRNS":
		if !pixels && (colours == pngPalette || colours == pngGray && len(c.body) == 2 || colours == pngRGB && len(c.body) == 6) {
			f.parts = append(f.parts, sealChunk("tRNS", c.body))
		}
	case "IDAT":
		f.parts = append(f.parts, c.raw)
	case "iCCP":
		if f.profile == nil {
			f.profile = inflateProfile(c.body)
		}
	case "sRGB", "gAMA", "cHRM", "cICP":
		f.takeColour(c)
	case "eXIf":
		f.exif = c.body
	case "acTL":
		f.animated = f.animated || !pixels
	case "fcTL":
		f.frame(c.body, pixels)
	case "fdAT":
		if f.first != nil && !f.first.done && len(c.body) > 4 {
			f.first.data = append(f.first.data, sealChunk("IDAT", c.body[4:]))
		}
	}
}

// frame takes a frame's header: its number, size, and place.
func (f *pngFile) frame(body []byte, pixels bool) {
	switch {
	case !f.animated || len(body) < 20:
	case !pixels: // the still picture is the first frame
		f.started = true
	case f.first == nil:
		x, y := pngNumber(body[12:]), pngNumber(body[16:])
		f.first = &pngFrame{box: image.Rect(x, y, x+pngNumber(body[4:]), y+pngNumber(body[8:]))}
	default:
		f.first.done = true
	}
}

// shown are the chunks of the picture that is shown, the first one its header.
func (f *pngFile) shown() (header []byte, parts [][]byte) {
	if f.first == nil {
		return f.header.raw, f.parts
	}
	body := binary.BigEndian.AppendUint32(nil, uint32(f.first.box.Dx()))
	body = binary.BigEndian.AppendUint32(body, uint32(f.first.box.Dy()))
	for _, part := range f.parts {
		if string(part[4:8]) != "IDAT" {
			parts = append(parts, part)
		}
	}
	return sealChunk("IHDR", append(body, f.header.body[8:]...)), append(parts, f.first.data...)
}

// reader reads the file that is left.
func (f *pngFile) reader() io.Reader {
	header, parts := f.shown()
	readers := []io.Reader{bytes.NewReader([]byte(pngSignature)), bytes.NewReader(header)}
	for _, part := range append(parts[:len(parts):len(parts)], sealChunk("IEND", nil)) {
		readers = append(readers, bytes.NewReader(part))
	}
	return io.MultiReader(readers...)
}

// inflateProfile reads an iCCP chunk: a name, a method, and the profile in zlib's form; nil when it is
// damaged or too large.
func inflateProfile(body []byte) []byte {
	_, packed, ok := bytes.Cut(body, []byte{0})
	if !ok || len(packed) < 1 {
		return nil
	}
	z, err := zlib.NewReader(bytes.NewReader(packed[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(z, maxProfile+1))
	if len(profile) > maxProfile || err != nil && !errors.Is(err, zlib.ErrChecksum) {
		return nil
	}
	return profile
}

// perPixel are the bytes of a pixel in image/png; an interlaced picture is put together from parts.
func (f *pngFile) perPixel(model color.Model) float64 {
	bytes := 0.0 // the decoder's picture is the one that is returned
	switch model {
	case color.GrayModel:
		bytes = 1
	case color.Gray16Model:
		bytes = 2
	case color.RGBA64Model, color.NRGBA64Model:
		bytes = 8
	default:
		if _, paletted := model.(color.Palette); paletted {
			bytes = 1
		}
	}
	if f.header.body[12] != 0 { // interlaced
		bytes += max(bytes, 4)
	}
	if f.first != nil { // a frame, put on its canvas
		bytes += 4
	}
	if f.cut { // tried, and mended
		bytes = 2*bytes + 4
	}
	return bytes
}
