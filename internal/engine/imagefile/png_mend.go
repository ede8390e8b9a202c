package imagefile

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"image"
	"image/png"
	"io"
)

// mended decodes a file whose pixels are damaged or cut off: what comes before the damage is shown, and
// nothing below. It needs a whole row at least.
func (f *pngFile) mended(damage error) (image.Image, error) {
	packed := f.packed()
	size, row := f.unpackedSize()
	z, err := zlib.NewReader(packed)
	if err != nil || size == 0 {
		return nil, damage
	}
	first := make([]byte, row)
	if _, err := io.ReadFull(z, first); err != nil {
		return nil, damage
	}
	rows := io.LimitReader(io.MultiReader(bytes.NewReader(first), &untilDamage{from: z}), size)
	in, out := io.Pipe()
	defer func() { _ = in.Close() }() // ends the writer below, should the decoder stop early
	go func() { _ = out.CloseWithError(f.write(out, rows)) }()
	return png.Decode(in)
}

// packed reads the bodies of the chunks of pixels, whatever their checksums say.
func (f *pngFile) packed() io.Reader {
	_, parts := f.shown()
	var bodies []io.Reader
	for _, part := range parts {
		if string(part[4:8]) == "IDAT" {
			bodies = append(bodies, bytes.NewReader(part[8:len(part)-4]))
		}
	}
	return io.MultiReader(bodies...)
}

// write writes the file with other pixels, which are not compressed.
func (f *pngFile) write(w io.Writer, rows io.Reader) error {
	header, parts := f.shown()
	list := [][]byte{[]byte(pngSignature), header}
	for _, part := range parts {
		if string(part[4:8]) != "IDAT" {
			list = append(list, part)
		}
	}
	if _, err := w.Write(bytes.Join(list, nil)); err != nil {
		return err
	}
	z, err := zlib.NewWriterLevel(chunkWriter{w}, zlib.NoCompression)
	if err != nil {
		return err
	}
	if _, err := io.Copy(z, rows); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	_, err = w.Write(sealChunk("IEND", nil))
	return err
}

// unpackedSize is how many bytes the rows of the picture take, each with its filter's number, and those of
// its first row.
func (f *pngFile) unpackedSize() (size, firstRow int64) {
	header, _ := f.shown()
	body := header[8 : len(header)-4]
	width, height := int64(pngNumber(body)), int64(pngNumber(body[4:]))
	channels := map[byte]int64{pngGray: 1, pngRGB: 3, pngPalette: 1, 4: 2, 6: 4}[body[9]]
	row := func(width int64) int64 { return 1 + (width*channels*int64(body[8])+7)/8 }
	if body[12] == 0 {
		return height * row(width), row(width)
	}
	// Adam7: where the passes begin, and their steps.
	for _, p := range [7][4]int64{{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}} {
		w, h := (width-p[0]+p[2]-1)/p[2], (height-p[1]+p[3]-1)/p[3]
		if w > 0 && h > 0 {
			size += h * row(w)
			if firstRow == 0 {
				firstRow = row(w)
			}
		}
	}
	return size, firstRow
}

// untilDamage reads what comes before an error or the end, and zeros from there on.
type untilDamage struct {
	from  io.Reader
	ended bool
}

func (u *untilDamage) Read(p []byte) (int, error) {
	if !u.ended {
		n, err := u.from.Read(p)
		u.ended = err != nil
		if n > 0 {
			return n, nil
		}
	}
	if !u.ended {
		return 0, nil
	}
	clear(p)
	return len(p), nil
}

// chunkWriter makes each write a chunk of pixels.
type chunkWriter struct{ to io.Writer }

func (c chunkWriter) Write(p []byte) (int, error) {
	if _, err := c.to.Write(sealChunk("IDAT", p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// cutChunk takes the beginning of a chunk of pixels that is cut off.
func cutChunk(data []byte) ([]byte, error) {
	const head = 8
	if len(data) <= head || string(data[4:head]) != "IDAT" || binary.BigEndian.Uint32(data) < uint32(len(data)-head) {
		return nil, errors.New("no pixels")
	}
	return sealChunk("IDAT", data[head:]), nil
}
