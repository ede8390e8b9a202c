// Package fastjpeg writes baseline JPEG files (4:2:0) of pictures that are a known background with
// something drawn on it. The background is transformed and coded once; of a picture only the
// blocks that differ are worked on. A restart marker after every row of blocks makes the coded
// bytes of untouched rows reusable as they are (ITU-T T.81, B.2.4.4 and F.1.1.5.2).
package fastjpeg

import (
	"bytes"
	"fmt"
	"image"
	"io"
	"runtime"
	"sync"
)

// side is the width and height of an MCU in pixels: four blocks of brightness, two of colour.
const side = 16

// mcu is the coefficients of one MCU.
type mcu [6]block

// Plan is a background in coded form. It is made once and safe for concurrent use.
type Plan struct {
	w, h    int
	quality int
	pix     []byte
	mcus    []mcu
	rows    [][]byte // coded rows of MCUs
}

// maxSide is the largest picture that the format can hold.
const maxSide = 65535

// NewPlan codes a background of w×h pixels in RGBA (4·w bytes per row), opaque. The pixels are kept
// and must not change.
func NewPlan(pix []byte, w, h, quality int) *Plan {
	p := &Plan{w: w, h: h, quality: quality, pix: pix}
	across, down := mcus(w), mcus(h)
	p.mcus = make([]mcu, across*down)
	p.rows = make([][]byte, down)
	c := newCoder(quality)
	parallel(down, func(from, to int) {
		var bw bitWriter
		for y := from; y < to; y++ {
			row := p.mcus[y*across : (y+1)*across]
			for x := range row {
				c.transform(&row[x], pix, 4*w, w, h, x, y)
			}
			bw.out = bw.out[:0]
			writeRow(&bw, func(x int) *mcu { return &row[x] }, across)
			p.rows[y] = bytes.Clone(bw.out)
		}
	})
	return p
}

// Bytes says how much memory the plan takes, without the pixels.
func (p *Plan) Bytes() int {
	n := len(p.mcus) * (6 * 136)
	for _, r := range p.rows {
		n += len(r)
	}
	return n
}

func mcus(n int) int { return (n + side - 1) / side }

// Encode writes a picture. With a plan of the same size and quality, and the rectangles outside of
// which the picture equals the plan's background, only those are worked on; plan may be nil.
func Encode(w io.Writer, img *image.RGBA, quality int, plan *Plan, dirty []image.Rectangle) error {
	width, height := img.Rect.Dx(), img.Rect.Dy()
	if width < 1 || height < 1 || width > maxSide || height > maxSide {
		return fmt.Errorf("a JPEG file can't hold %d × %d pixels", width, height)
	}
	if plan != nil && (plan.w != width || plan.h != height || plan.quality != quality || img.Stride != 4*width) {
		plan = nil
	}
	c := newCoder(quality)
	e := &encoding{coder: c, img: img, plan: plan, across: mcus(width), down: mcus(height)}
	e.rows = make([][]byte, e.down)
	e.touched = make([]bool, e.across*e.down)
	e.mark(dirty)
	parallel(e.down, e.run)

	defer e.release()
	out := header(width, height, c.quant, e.across)
	for i, row := range e.rows {
		out = append(out, row...)
		if i+1 < e.down {
			out = append(out, 0xFF, 0xD0+byte(i%8))
		}
		if len(out) > 1<<16 {
			if _, err := w.Write(out); err != nil {
				return fmt.Errorf("write the JPEG file: %w", err)
			}
			out = out[:0]
		}
	}
	if _, err := w.Write(append(out, 0xFF, 0xD9)); err != nil {
		return fmt.Errorf("write the JPEG file: %w", err)
	}
	return nil
}

// encoding is one picture on its way.
type encoding struct {
	*coder
	img          *image.RGBA
	plan         *Plan
	across, down int
	touched      []bool
	rows         [][]byte
	mu           sync.Mutex
	writers      []*bitWriter
}

// mark notes the MCUs that may differ; all of them when there is no plan.
func (e *encoding) mark(dirty []image.Rectangle) {
	if e.plan == nil {
		for i := range e.touched {
			e.touched[i] = true
		}
		return
	}
	for _, r := range dirty {
		r = r.Sub(e.img.Rect.Min).Intersect(image.Rect(0, 0, e.plan.w, e.plan.h))
		if r.Empty() {
			continue
		}
		for y := r.Min.Y / side; y <= (r.Max.Y-1)/side; y++ {
			for x := r.Min.X / side; x <= (r.Max.X-1)/side; x++ {
				e.touched[y*e.across+x] = true
			}
		}
	}
}

var writers = sync.Pool{New: func() any { return &bitWriter{} }}

// run codes the rows from…to. Their bytes stay in the writer's memory until release.
func (e *encoding) run(from, to int) {
	w, _ := writers.Get().(*bitWriter)
	w.out = w.out[:0]
	e.mu.Lock()
	e.writers = append(e.writers, w)
	e.mu.Unlock()
	ends := make([]int, 0, to-from)
	row := make([]*mcu, e.across)
	fresh := make([]mcu, e.across)
	for y := from; y < to; y++ {
		if !e.prepare(y, row, fresh) {
			e.rows[y] = e.plan.rows[y]
			ends = append(ends, len(w.out))
			continue
		}
		writeRow(w, func(x int) *mcu { return row[x] }, e.across)
		ends = append(ends, len(w.out))
	}
	start := 0
	for i, end := range ends { // only now, because appending may have moved the memory
		if end > start {
			e.rows[from+i] = w.out[start:end]
		}
		start = end
	}
}

// prepare finds the MCUs of a row; false when all of them are the background's.
func (e *encoding) prepare(y int, row []*mcu, fresh []mcu) bool {
	pix, stride := e.img.Pix, e.img.Stride
	w, h := e.img.Rect.Dx(), e.img.Rect.Dy()
	changed := false
	for x := range row {
		i := y*e.across + x
		if !e.touched[i] || e.plan != nil && e.same(x, y) {
			row[x] = &e.plan.mcus[i]
			continue
		}
		e.transform(&fresh[x], pix, stride, w, h, x, y)
		row[x] = &fresh[x]
		changed = true
	}
	return changed
}

// same tells whether an MCU's pixels are the background's after all: a shadow's rectangle has many
// such, and comparing is thirty times cheaper than transforming.
func (e *encoding) same(x, y int) bool {
	p := e.plan
	left, right := 4*x*side, min(4*(x+1)*side, 4*p.w)
	for py := y * side; py < min((y+1)*side, p.h); py++ {
		at := py * 4 * p.w
		if !bytes.Equal(e.img.Pix[at+left:at+right], p.pix[at+left:at+right]) {
			return false
		}
	}
	return true
}

func (e *encoding) release() {
	for _, w := range e.writers {
		writers.Put(w)
	}
}

// writeRow codes a row of MCUs from a fresh state, as after a restart marker.
func writeRow(w *bitWriter, at func(x int) *mcu, across int) {
	var y, cb, cr int32
	w.acc, w.count = 0, 0
	for x := range across {
		m := at(x)
		for i := range 4 {
			y = w.write(&m[i], y, &huffman[0], &huffman[1])
		}
		cb = w.write(&m[4], cb, &huffman[2], &huffman[3])
		cr = w.write(&m[5], cr, &huffman[2], &huffman[3])
	}
	w.align()
}

// parallel splits n rows over the processors, at most four.
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

func header(w, h int, quant [2][64]uint8, interval int) []byte {
	out := make([]byte, 0, 1<<17)
	out = append(out, 0xFF, 0xD8, 0xFF, 0xE0, 0, 16, 'J', 'F', 'I', 'F', 0, 1, 1, 0, 0, 1, 0, 1, 0, 0)
	for i, table := range quant {
		out = append(out, 0xFF, 0xDB, 0, 67, byte(i))
		out = append(out, table[:]...)
	}
	out = append(out, 0xFF, 0xC0, 0, 17, 8, byte(h>>8), byte(h), byte(w>>8), byte(w), 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1)
	for i, spec := range huffmanSpecs {
		length := 2 + 1 + 16 + len(spec.value)
		out = append(out, 0xFF, 0xC4, byte(length>>8), byte(length), []byte{0x00, 0x10, 0x01, 0x11}[i])
		out = append(out, spec.count[:]...)
		out = append(out, spec.value...)
	}
	out = append(out, 0xFF, 0xDD, 0, 4, byte(interval>>8), byte(interval))
	return append(out, 0xFF, 0xDA, 0, 12, 3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0)
}
