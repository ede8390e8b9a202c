package imagefile

import (
	"bytes"
	"compress/lzw"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"io"
)

// Parts of a GIF file.
const (
	gifHead        = 13 // bytes: signature, screen, flags
	gifExtension   = 0x21
	gifGraphic     = 0xf9 // an extension: what is transparent
	gifDescriptor  = 0x2c
	gifHasColours  = 0x80
	gifIsInterlace = 0x40
)

// mendGIF decodes the first frame of a file that is damaged or cut off within it: the rows that are there,
// and nothing below. It needs a whole row at least.
func mendGIF(data []byte, canvas image.Rectangle, damage error) (*image.NRGBA, image.Point, error) {
	r := &gifReader{data: data[min(gifHead, len(data)):], canvas: canvas}
	var colours []byte
	if len(data) >= gifHead && data[10]&gifHasColours != 0 {
		colours = r.take(3 << (data[10]&7 + 1))
	}
	transparent := -1
	for {
		switch kind := r.take(1); {
		case len(kind) == 0:
			return nil, image.Point{}, damage
		case kind[0] == gifExtension:
			label := r.take(1)
			body, _ := io.ReadAll(r.blocks())
			if len(label) == 1 && label[0] == gifGraphic && len(body) >= 4 && body[0]&1 != 0 {
				transparent = int(body[3])
			}
		case kind[0] == gifDescriptor:
			img, at, err := r.frame(colours, transparent)
			if err != nil {
				err = errors.Join(damage, err)
			}
			return img, at, err
		default:
			return nil, image.Point{}, damage
		}
	}
}

// gifReader takes the parts of a file one by one.
type gifReader struct {
	data   []byte
	canvas image.Rectangle
}

// take returns the next n bytes, or fewer at the end.
func (r *gifReader) take(n int) []byte {
	n = min(n, len(r.data))
	out := r.data[:n]
	r.data = r.data[n:]
	return out
}

// blocks reads what is divided into blocks of at most 255 bytes.
func (r *gifReader) blocks() io.Reader {
	var parts []io.Reader
	for {
		size := r.take(1)
		if len(size) == 0 || size[0] == 0 {
			return io.MultiReader(parts...)
		}
		parts = append(parts, bytes.NewReader(r.take(int(size[0]))))
	}
}

func (r *gifReader) frame(colours []byte, transparent int) (*image.NRGBA, image.Point, error) {
	head := r.take(9)
	if len(head) < 9 {
		return nil, image.Point{}, errors.New("the frame is missing")
	}
	number := func(at int) int { return int(binary.LittleEndian.Uint16(head[at:])) }
	w, h, flags := number(4), number(6), head[8]
	at := image.Pt(number(0), number(2))
	box := image.Rect(0, 0, w, h)
	if flags&gifHasColours != 0 {
		colours = r.take(3 << (flags&7 + 1))
	}
	width := r.take(1)
	if len(width) == 0 || width[0] < 2 || width[0] > 8 || box.Empty() || !box.Add(at).In(r.canvas) {
		return nil, image.Point{}, errors.New("the pixels are missing")
	}
	row := make([]byte, w)
	z := lzw.NewReader(r.blocks(), lzw.LSB, int(width[0]))
	var out *image.NRGBA
	for _, y := range gifRows(h, flags&gifIsInterlace != 0) {
		if _, err := io.ReadFull(z, row); err != nil {
			break
		}
		if out == nil {
			out = image.NewNRGBA(box)
		}
		for x, v := range row {
			if c := 3 * int(v); int(v) != transparent && c+3 <= len(colours) {
				out.SetNRGBA(x, y, color.NRGBA{colours[c], colours[c+1], colours[c+2], 0xff})
			}
		}
	}
	if out == nil {
		return nil, image.Point{}, errors.New("not one row is whole")
	}
	return out, at, nil
}

// gifRows are the rows in the order in which they are written.
func gifRows(height int, interlaced bool) []int {
	out := make([]int, 0, height)
	passes := [][2]int{{0, 1}}
	if interlaced {
		passes = [][2]int{{0, 8}, {4, 8}, {2, 4}, {1, 2}}
	}
	for _, p := range passes {
		for y := p[0]; y < height; y += p[1] {
			out = append(out, y)
		}
	}
	return out
}
