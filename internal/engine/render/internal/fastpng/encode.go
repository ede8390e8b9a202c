// Package fastpng writes PNG files of pictures that are a known background with something drawn on
// it. The rows are compressed in bands that know nothing of each other (each ends with a flush to a
// byte's border, RFC 1951 section 3.2.4), so the bands of the background that are untouched are
// reused as they are, and the others are compressed side by side.
package fastpng

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"hash/adler32"
	"hash/crc32"
	"image"
	"io"
	"runtime"
	"sync"
)

// bandRows is the height of a band: lower means less to do again, higher means smaller files.
const bandRows = 24

// level is the fastest of the standard library's; the filter below does most of the work.
const level = flate.BestSpeed

// band is a compressed band with the checksum of what it holds.
type band struct {
	data []byte
	sum  uint32 // Adler-32 of the filtered bytes
	size int    // how many those are
}

// Plan is a background in compressed form. It is made once and safe for concurrent use.
type Plan struct {
	w, h  int
	pix   []byte
	bands []band
}

// NewPlan compresses a background of w×h pixels in RGBA (4·w bytes per row), opaque. The pixels
// are kept and must not change.
func NewPlan(pix []byte, w, h int) *Plan {
	p := &Plan{w: w, h: h, pix: pix, bands: make([]band, bandCount(h))}
	parallel(len(p.bands), func(from, to int) {
		s := getSqueezer()
		defer squeezers.Put(s)
		for i := from; i < to; i++ {
			b := s.squeeze(pix, 4*w, w, i*bandRows, min((i+1)*bandRows, h), false)
			b.data = bytes.Clone(b.data)
			p.bands[i] = b
		}
	})
	return p
}

// Bytes says how much memory the plan takes, without the pixels.
func (p *Plan) Bytes() int {
	n := 0
	for _, b := range p.bands {
		n += len(b.data)
	}
	return n
}

func bandCount(h int) int { return (h + bandRows - 1) / bandRows }

// Encode writes a picture. With a plan of the same size, and the rectangles outside of which the
// picture equals the plan's background, only the bands that differ are compressed; plan may be nil.
func Encode(w io.Writer, img *image.RGBA, plan *Plan, dirty []image.Rectangle) error {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	if width < 1 || height < 1 {
		return fmt.Errorf("a PNG file can't hold %d × %d pixels", width, height)
	}
	if plan != nil && (plan.w != width || plan.h != height || img.Stride != 4*width) {
		plan = nil
	}
	alpha := plan == nil && !img.Opaque()
	bands := make([]band, bandCount(height))
	var todo []int
	for i := range bands {
		if plan != nil && !plan.differs(img, i, dirty) {
			bands[i] = plan.bands[i]
			continue
		}
		todo = append(todo, i)
	}
	parallel(len(todo), func(from, to int) {
		s := getSqueezer()
		defer squeezers.Put(s)
		for _, i := range todo[from:to] {
			b := s.squeeze(img.Pix, img.Stride, width, i*bandRows, min((i+1)*bandRows, height), alpha)
			b.data = bytes.Clone(b.data)
			bands[i] = b
		}
	})
	return write(w, width, height, alpha, bands)
}

func (p *Plan) differs(img *image.RGBA, i int, dirty []image.Rectangle) bool {
	rows := image.Rect(0, i*bandRows, p.w, min((i+1)*bandRows, p.h))
	for _, r := range dirty {
		r = r.Sub(img.Rect.Min).Intersect(rows)
		for y := r.Min.Y; y < r.Max.Y && !r.Empty(); y++ {
			from, to := 4*(y*p.w+r.Min.X), 4*(y*p.w+r.Max.X)
			if !bytes.Equal(img.Pix[from:to], p.pix[from:to]) {
				return true
			}
		}
	}
	return false
}

// squeezer filters and compresses bands; it is kept for its memory.
type squeezer struct {
	raw []byte
	out bytes.Buffer
	z   *flate.Writer
}

var squeezers sync.Pool

func getSqueezer() *squeezer {
	if s, ok := squeezers.Get().(*squeezer); ok {
		return s
	}
	s := &squeezer{}
	s.z, _ = flate.NewWriter(&s.out, level) // fails for a wrong level only
	return s
}

// squeeze compresses rows y0 to y1. The bytes of the result are valid until the next call.
func (s *squeezer) squeeze(pix []byte, stride, w, y0, y1 int, alpha bool) band {
	channels := 3
	if alpha {
		channels = 4
	}
	size := (y1 - y0) * (1 + channels*w)
	if cap(s.raw) < size {
		s.raw = make([]byte, size)
	}
	raw := s.raw[:size]
	for y := y0; y < y1; y++ {
		out := raw[(y-y0)*(1+channels*w):][:1+channels*w]
		row := pix[y*stride:][:4*w]
		switch {
		case alpha:
			straight(out, row)
		case y == y0: // a band's first row may not look at the row above it
			subRow(out, row)
		default:
			upRow(out, row, pix[(y-1)*stride:][:4*w])
		}
	}
	s.out.Reset()
	s.z.Reset(&s.out)
	// Writing to a bytes.Buffer never fails.
	_, _ = s.z.Write(raw)
	_ = s.z.Flush()
	return band{data: s.out.Bytes(), sum: adler32.Checksum(raw), size: size}
}

// subRow filters a row by the pixel at its left (PNG filter 1).
func subRow(out, row []byte) {
	out[0] = 1
	out = out[1:]
	var r, g, b byte
	for len(row) >= 4 && len(out) >= 3 {
		out[0], out[1], out[2] = row[0]-r, row[1]-g, row[2]-b
		r, g, b = row[0], row[1], row[2]
		row, out = row[4:], out[3:]
	}
}

// upRow filters a row by the one above it (PNG filter 2).
func upRow(out, row, above []byte) {
	out[0] = 2
	out = out[1:]
	for len(row) >= 4 && len(above) >= 4 && len(out) >= 3 {
		out[0], out[1], out[2] = row[0]-above[0], row[1]-above[1], row[2]-above[2]
		row, above, out = row[4:], above[4:], out[3:]
	}
}

// straight writes a row with its opacity, unfiltered; PNG wants colours that aren't premultiplied.
func straight(out, row []byte) {
	out[0] = 0
	out = out[1:]
	for i := 0; i+3 < len(row); i += 4 {
		a := uint32(row[i+3])
		for j := range 3 {
			v := uint32(row[i+j])
			if a != 0 && a != 255 {
				v = min(255, (v*255+a/2)/a)
			}
			out[i+j] = byte(v)
		}
		out[i+3] = byte(a)
	}
}

func write(w io.Writer, width, height int, alpha bool, bands []band) error {
	colour := byte(2)
	if alpha {
		colour = 6
	}
	total, sum := 2, uint32(1)
	for _, b := range bands {
		total += len(b.data)
		sum = combine(sum, b.sum, b.size)
	}
	out := make([]byte, 0, total+128)
	out = append(out, "\x89PNG\r\n\x1a\n"...)
	head := make([]byte, 13)
	binary.BigEndian.PutUint32(head, uint32(width))
	binary.BigEndian.PutUint32(head[4:], uint32(height))
	head[8], head[9] = 8, colour
	out = chunk(out, "IHDR", head)

	body := make([]byte, 0, total+16)
	body = append(body, 0x78, 0x01)
	for _, b := range bands {
		body = append(body, b.data...)
	}
	body = append(body, 1, 0, 0, 0xFF, 0xFF) // an empty last block
	body = binary.BigEndian.AppendUint32(body, sum)
	out = chunk(out, "IDAT", body)
	if _, err := w.Write(chunk(out, "IEND", nil)); err != nil {
		return fmt.Errorf("write the PNG file: %w", err)
	}
	return nil
}

func chunk(out []byte, kind string, data []byte) []byte {
	out = binary.BigEndian.AppendUint32(out, uint32(len(data)))
	from := len(out)
	out = append(out, kind...)
	out = append(out, data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[from:]))
}

// combine gives the Adler-32 of two runs of bytes from those of each (as zlib's adler32_combine).
func combine(first, second uint32, size int) uint32 {
	const base = 65521
	n := uint64(size) % base
	a1, b1 := uint64(first&0xFFFF), uint64(first>>16)
	a2, b2 := uint64(second&0xFFFF), uint64(second>>16)
	a := (a1 + a2 + base - 1) % base
	b := (b1 + b2 + n*a1 + base - n) % base
	return uint32(b<<16 | a)
}

// parallel splits n bands over the processors, at most four.
func parallel(n int, f func(from, to int)) {
	workers := min(4, runtime.GOMAXPROCS(0), n)
	if workers <= 1 {
		f(0, n)
		return
	}
	var wg sync.WaitGroup
	for i := range workers {
		wg.Go(func() { f(i*n/workers, (i+1)*n/workers) })
	}
	wg.Wait()
}
