package imagefile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/color/palette"
	"image/gif"
	"image/png"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// plainJPEG is a picture of one colour in a few thousand bytes: each block has the shortest code. factors are
// the components' subsampling.
func plainJPEG(width, height int, progressive bool, factors ...byte) []byte {
	count := byte(len(factors))
	out := segment([]byte{0xff, 0xd8}, 0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, min(count, 3)%3)...)
	out = segment(out, 0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	frame := binary.BigEndian.AppendUint16([]byte{8}, uint16(height))
	frame = append(binary.BigEndian.AppendUint16(frame, uint16(width)), count)
	scan, samples, across, down := []byte{count}, 0, 1, 1
	for i, f := range factors {
		frame, scan = append(frame, byte(i+1), f, 0), append(scan, byte(i+1), 0)
		samples, across, down = samples+int(f>>4)*int(f&15), max(across, int(f>>4)), max(down, int(f&15))
	}
	marker, last, bits := byte(0xc0), byte(63), 2
	if progressive {
		marker, last, bits = 0xc2, 0, 1
	}
	out = segment(out, marker, frame...)
	for class := range byte(2) {
		table := append([]byte{class << 4, 1}, make([]byte, 15)...)
		out = segment(out, 0xc4, append(table, 0)...)
	}
	out = segment(out, 0xda, append(scan, 0, last, 0)...)
	units := ((width + 8*across - 1) / (8 * across)) * ((height + 8*down - 1) / (8 * down)) * samples
	out = append(out, make([]byte, (units*bits+7)/8)...)
	return append(out, 0xff, 0xd9)
}

// What a decoder is said to take is what it takes, for each format and form.
func TestMemory(t *testing.T) {
	const w, h = 1600, 1200
	size := image.Rect(0, 0, w, h)
	paletted := image.NewPaletted(size, palette.WebSafe)
	files := map[string][]byte{
		"jpeg, gray":                         plainJPEG(w, h, false, 0x11),
		"jpeg, colour, 4:4:4":                plainJPEG(w, h, false, 0x11, 0x11, 0x11),
		"jpeg, colour, 4:2:0":                plainJPEG(w, h, false, 0x22, 0x11, 0x11),
		"jpeg, progressive, gray":            plainJPEG(w, h, true, 0x11),
		"jpeg, progressive, colour, 4:4:4":   plainJPEG(w, h, true, 0x11, 0x11, 0x11),
		"jpeg, progressive, colour, 4:2:0":   plainJPEG(w, h, true, 0x22, 0x11, 0x11),
		"jpeg, CMYK":                         plainJPEG(w, h, false, 0x11, 0x11, 0x11, 0x11),
		"jpeg, progressive, CMYK":            plainJPEG(w, h, true, 0x11, 0x11, 0x11, 0x11),
		"jpeg, progressive, CMYK, subsample": plainJPEG(w, h, true, 0x22, 0x11, 0x11, 0x22),
		"jpeg, turned":                       withOrientation(plainJPEG(w, h, false, 0x22, 0x11, 0x11), binary.BigEndian, "MM", 6),
	}
	ink := plainJPEG(w, h, false, 0x11, 0x11, 0x11, 0x11)
	files["jpeg, CMYK, with a profile"] = slices.Concat(segment(ink[:2:2], markAPP2, append([]byte("ICC_PROFILE\x00\x01\x01"), inkProfile()...)...), ink[2:])
	files["jpeg, cut off"] = ink[:len(ink)*3/4]
	for name, file := range caseFiles(t) {
		files[name] = file
	}
	for name, img := range map[string]image.Image{
		"png, gray": image.NewGray(size), "png, gray of 16 bits": image.NewGray16(size), "png, opaque": opaque(size),
		"png": image.NewNRGBA(size), "png of 16 bits": image.NewNRGBA64(size), "png, paletted": paletted,
	} {
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, img))
		files[name] = b.Bytes()
	}
	var g bytes.Buffer
	require.NoError(t, gif.Encode(&g, paletted, nil))
	files["gif"] = g.Bytes()
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			said, err := Memory(data, DefaultLimits())
			require.NoError(t, err)
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			img, _, err := Decode(data, DefaultLimits())
			runtime.ReadMemStats(&after)
			require.NoError(t, err)
			require.NotNil(t, img)
			took := int64(after.TotalAlloc - before.TotalAlloc)
			const small = 1 << 20
			if name == "jpeg, cut off" { // attempts follow each other
				require.LessOrEqual(t, took/4, said+small)
				return
			}
			require.LessOrEqual(t, took, said+small)
			require.Greater(t, took, (said-profileMemory)/3, "it is no wild guess")
		})
	}
}

func opaque(size image.Rectangle) image.Image {
	img := image.NewRGBA(size)
	for i := range img.Pix {
		img.Pix[i] = 0xff
	}
	img.Set(1, 1, color.RGBA{R: 1, A: 0xff})
	return img
}
