package imagefile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/draw"
	"image/png"
	"math/bits"
	"testing"

	"github.com/stretchr/testify/require"
)

// segment appends one segment of a JPEG file.
func segment(out []byte, marker byte, body ...byte) []byte {
	out = binary.BigEndian.AppendUint16(append(out, 0xff, marker), uint16(len(body)+2))
	return append(out, body...)
}

// bitWriter writes the entropy-coded bits of a JPEG file.
type bitWriter struct {
	out  []byte
	held uint64
	n    int
}

func (w *bitWriter) write(value uint64, count int) {
	w.held, w.n = w.held<<count|value, w.n+count
	for w.n >= 8 {
		b := byte(w.held >> (w.n - 8))
		if w.out = append(w.out, b); b == 0xff {
			w.out = append(w.out, 0)
		}
		w.n -= 8
	}
}

// blockJPEG is 8×8 pixels of one colour, as its samples: one for grey, three for RGB, or four for the
// inks as Adobe writes them, 255 for none. The profile may be nil.
func blockJPEG(profile []byte, samples ...uint8) []byte {
	count := byte(len(samples))
	out := segment([]byte{0xff, 0xd8}, 0xee, append([]byte("Adobe"), 0, 100, 0, 0, 0, 0, 0)...)
	const part = 60_000 // bytes of a profile in a segment
	for i := 0; i*part < len(profile); i++ {
		body := append([]byte("ICC_PROFILE\x00"), byte(i+1), byte((len(profile)+part-1)/part))
		out = segment(out, markAPP2, append(body, profile[i*part:min((i+1)*part, len(profile))]...)...)
	}
	out = segment(out, 0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	frame, scan := []byte{8, 0, 8, 0, 8, count}, []byte{count}
	for i := range count {
		frame, scan = append(frame, i+1, 0x11, 0), append(scan, i+1, 0)
	}
	out = segment(out, markSOF0, frame...)
	sizes := append([]byte{0, 0, 0, 0, 12}, make([]byte, 12)...) // twelve codes of four bits
	out = segment(out, 0xc4, append(sizes, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)...)
	out = segment(out, 0xc4, append(append([]byte{0x10, 1}, make([]byte, 15)...), 0)...)
	out = segment(out, markSOS, append(scan, 0, 63, 0)...)
	w := &bitWriter{}
	for _, v := range samples {
		diff := 8 * (int(v) - 128)
		category := bits.Len(uint(max(diff, -diff)))
		if diff < 0 {
			diff += 1<<category - 1
		}
		w.write(uint64(category), 4)
		w.write(uint64(diff), category)
		w.write(0, 1) // no other frequencies
	}
	w.write(0x7f, 7)
	return append(append(out, w.out...), 0xff, markEOI)
}

// inkProfile is a printing press's profile with a table of two values of each ink: paper is white, and
// each ink takes from the light what its complement says; black takes all.
func inkProfile() []byte {
	lut := append([]byte("mft1"), 0, 0, 0, 0, 4, 3, 2, 0)
	for i := range 9 {
		v := uint32(0)
		if i%4 == 0 {
			v = 1 << 16
		}
		lut = binary.BigEndian.AppendUint32(lut, v)
	}
	ramp := make([]byte, 256)
	for i := range ramp {
		ramp[i] = byte(i)
	}
	for range 4 {
		lut = append(lut, ramp...)
	}
	// Lab of sRGB's corners, by C, M, Y, as eight bits: L × 2.55, a and b + 128.
	corners := [8][3]byte{{255, 128, 128}, {249, 109, 221}, {154, 222, 67}, {138, 209, 198},
		{231, 77, 112}, {224, 49, 209}, {75, 196, 16}, {0, 128, 128}}
	for c := range 16 {
		lab := corners[c>>1]
		if c&1 != 0 { // black
			lab = [3]byte{0, 128, 128}
		}
		lut = append(lut, lab[:]...)
	}
	for range 3 {
		lut = append(lut, ramp...)
	}
	return profileOf("CMYK", "Lab ", iccTag{"A2B0", lut})
}

// animatedPNG has a still picture that is no part of the animation, and a frame of it.
func animatedPNG(t testing.TB, frame image.Image, still []byte) []byte {
	t.Helper()
	box := frame.Bounds()
	pixels := image.NewNRGBA(image.Rectangle{Max: box.Size()})
	draw.Draw(pixels, pixels.Rect, frame, box.Min, draw.Src)
	var b bytes.Buffer
	require.NoError(t, (&png.Encoder{}).Encode(&b, notOpaque{pixels}))
	numbers := func(list ...int) (out []byte) {
		for _, v := range list {
			out = binary.BigEndian.AppendUint32(out, uint32(v))
		}
		return out
	}
	header, rest, ok := nextChunk(still[len(pngSignature):])
	require.True(t, ok)
	out := append([]byte(pngSignature), header.raw...)
	out = append(out, sealChunk("acTL", numbers(1, 0))...)
	out = append(out, rest[:len(rest)-12]...)
	out = append(out, sealChunk("fcTL", append(numbers(0, box.Dx(), box.Dy(), box.Min.X, box.Min.Y), make([]byte, 6)...))...)
	for data := b.Bytes()[len(pngSignature):]; ; {
		c, next, ok := nextChunk(data)
		if !ok {
			break
		}
		if c.kind == "IDAT" {
			out = append(out, sealChunk("fdAT", append(numbers(1), c.body...))...)
		}
		data = next
	}
	return append(out, sealChunk("IEND", nil)...)
}

// notOpaque is a picture that is written with alpha whatever it holds.
type notOpaque struct{ *image.NRGBA }

func (notOpaque) Opaque() bool { return false }
