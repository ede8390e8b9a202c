package imagefile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"io"

	"golang.org/x/image/webp"
)

func isWebP(data []byte) bool {
	return len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP"
}

// webpFile is a WebP file's canvas, the pixels of its picture or of its first frame, and what it says
// of them. Animations and stills have the same parts.
type webpFile struct {
	width, height int // of the canvas; 0 for that of the frame
	at            image.Point
	alpha         []byte // chunks' bodies
	lossy         []byte
	lossless      []byte
	profile       []byte
	exif          []byte
}

func openWebP(data []byte) (*source, error) {
	f := &webpFile{}
	f.read(data[12:], false)
	frame, err := f.frameSize()
	if err != nil {
		return nil, err
	}
	if f.width == 0 {
		f.width, f.height = frame.X, frame.Y
	}
	if !(image.Rectangle{Max: frame}).Add(f.at).In(image.Rect(0, 0, f.width, f.height)) {
		return nil, errors.New("a frame lies outside of the picture")
	}
	s := &source{format: "webp", width: f.width, height: f.height, perPixel: f.perPixel(frame), profile: f.profile, orientation: exifOrientation(f.exif)}
	s.decode = func() (image.Image, image.Point, error) {
		img, err := webp.Decode(f.reader(frame))
		if err != nil {
			return nil, image.Point{}, err
		}
		return fullRange(img), f.at, nil
	}
	return s, nil
}

// read takes the chunks that count, of the file or inside its first frame. The length in the file's head is
// not needed, so that it may be wrong.
func (f *webpFile) read(data []byte, inside bool) {
	for len(data) >= 8 {
		kind := string(data[:4])
		length := int(min(uint64(binary.LittleEndian.Uint32(data[4:])), uint64(len(data)-8)))
		body := data[8 : 8+length]
		data = data[min(8+length+length&1, len(data)):]
		pixels := f.lossy != nil || f.lossless != nil
		switch {
		case kind == "VP8X" && length >= 10:
			f.width, f.height = 1+uint24(body[4:]), 1+uint24(body[7:])
		case kind == "ICCP" && f.profile == nil:
			f.profile = body
		case kind == "EXIF" && f.exif == nil:
			f.exif = body
		case pixels:
		case kind == "ANMF" && length > 16 && !inside:
			f.at = image.Pt(2*uint24(body), 2*uint24(body[3:]))
			f.read(body[16:], true)
		case kind == "ALPH":
			f.alpha = body
		case kind == "VP8 ":
			f.lossy = body
		case kind == "VP8L":
			f.lossless = body
		}
	}
}

func uint24(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// frameSize reads the size from the pixels' own header, which is the one that is decoded by.
func (f *webpFile) frameSize() (image.Point, error) {
	const lossyHead, losslessHead, side = 10, 5, 1<<14 - 1
	switch {
	case len(f.lossy) >= lossyHead:
		w, h := binary.LittleEndian.Uint16(f.lossy[6:]), binary.LittleEndian.Uint16(f.lossy[8:])
		return image.Pt(int(w)&side, int(h)&side), nil
	case len(f.lossless) >= losslessHead:
		bits := binary.LittleEndian.Uint32(f.lossless[1:])
		return image.Pt(int(bits)&side+1, int(bits>>14)&side+1), nil
	}
	return image.Point{}, errors.New("there are no pixels")
}

// reader reads a still picture of the frame.
func (f *webpFile) reader(frame image.Point) io.Reader {
	readers := []io.Reader{bytes.NewReader([]byte("RIFF\xfe\xff\xff\xffWEBP"))}
	add := func(kind string, body []byte) {
		head := binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(body)))
		readers = append(readers, bytes.NewReader(head), bytes.NewReader(body))
		if len(body)%2 != 0 {
			readers = append(readers, bytes.NewReader([]byte{0}))
		}
	}
	if f.lossless != nil {
		add("VP8L", f.lossless)
		return io.MultiReader(readers...)
	}
	if f.alpha != nil {
		const alphaFlag = 1 << 4
		w, h := frame.X-1, frame.Y-1
		add("VP8X", []byte{alphaFlag, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
		add("ALPH", f.alpha)
	}
	add("VP8 ", f.lossy)
	return io.MultiReader(readers...)
}

// perPixel are the bytes of a pixel in x/image/webp: of a lossless one the pixels and copies for its
// transforms, of a lossy one brightness and a half of colour, and alpha as if it were lossless.
func (f *webpFile) perPixel(frame image.Point) float64 {
	const lossless, lossy, alpha = 4 * 4, 2.5, 4*4 + 1
	bytes := 0.0
	switch {
	case f.lossless != nil:
		bytes = lossless
	case f.alpha != nil:
		bytes = lossy + alpha
	default:
		bytes = lossy
	}
	if frame != image.Pt(f.width, f.height) { // a frame, put on its canvas
		bytes += 4
	}
	return bytes
}
