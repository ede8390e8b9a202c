package imagefile

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/stretchr/testify/require"
)

// corner is 24×16, red but for its top left quarter, which is blue.
func corner() *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, 24, 16))
	for y := range 16 {
		for x := range 24 {
			img.SetRGBA(x, y, color.RGBA{220, 20, 20, 255})
			if x < 12 && y < 8 {
				img.SetRGBA(x, y, color.RGBA{20, 20, 220, 255})
			}
		}
	}
	return img
}

func isBlue(c color.RGBA) bool { return c.B > 150 && c.R < 100 }

// withOrientation puts an EXIF segment behind the start of a JPEG file.
func withOrientation(file []byte, order binary.AppendByteOrder, mark string, orientation uint16) []byte {
	tiff := append([]byte(mark), order.AppendUint16(nil, 42)...)
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = order.AppendUint16(tiff, orientation)
	tiff = append(tiff, 0, 0, 0, 0, 0, 0)
	body := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return append(append(out, body...), file[2:]...)
}

func encodedCorner(t testing.TB) (jpegFile, pngFile, gifFile []byte) {
	t.Helper()
	var j, p, g bytes.Buffer
	require.NoError(t, jpeg.Encode(&j, corner(), nil))
	require.NoError(t, png.Encode(&p, corner()))
	require.NoError(t, gif.Encode(&g, corner(), nil))
	return j.Bytes(), p.Bytes(), g.Bytes()
}

func TestDecodeFormats(t *testing.T) {
	j, p, g := encodedCorner(t)
	for format, data := range map[string][]byte{"jpeg": j, "png": p, "gif": g} {
		img, got, err := Decode(data, DefaultLimits())
		require.NoError(t, err)
		require.Equal(t, format, got)
		require.Equal(t, image.Rect(0, 0, 24, 16), img.Rect)
		require.True(t, isBlue(img.RGBAAt(2, 2)))
		require.False(t, isBlue(img.RGBAAt(20, 2)))
	}
}

// Where the blue corner lands for each orientation: (right, bottom), and whether the sides swap.
func TestDecodeTurnsPhotos(t *testing.T) {
	j, _, _ := encodedCorner(t)
	for o, want := range map[uint16]struct{ right, bottom, swap bool }{
		0: {}, 1: {}, 2: {right: true}, 3: {right: true, bottom: true}, 4: {bottom: true},
		5: {swap: true}, 6: {right: true, swap: true}, 7: {right: true, bottom: true, swap: true}, 8: {bottom: true, swap: true}, 9: {},
	} {
		for mark, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
			img, _, err := Decode(withOrientation(j, order, mark, o), DefaultLimits())
			require.NoError(t, err)
			w, h := 24, 16
			if want.swap {
				w, h = h, w
			}
			require.Equal(t, image.Rect(0, 0, w, h), img.Rect, "orientation %d", o)
			x, y := 2, 2
			if want.right {
				x = w - 3
			}
			if want.bottom {
				y = h - 3
			}
			require.True(t, isBlue(img.RGBAAt(x, y)), "orientation %d %s", o, mark)
			require.False(t, isBlue(img.RGBAAt(w-1-x, h-1-y)))
		}
	}
}

// hugePNG says that it is w×h and holds nothing: decoding it would take 3.6 GB.
func hugePNG(w, h uint32) []byte {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), w)
	head = append(binary.BigEndian.AppendUint32(head, h), 8, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n"), 0, 0, 0, 13)
	out = append(out, head...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(head))
}

func TestDecodeRefusesBeforeDecoding(t *testing.T) {
	for _, size := range [][2]uint32{{30_000, 30_000}, {12_001, 1}, {1, 12_001}, {8_000, 8_000}} {
		allocated := testing.AllocsPerRun(1, func() {
			_, _, err := Decode(hugePNG(size[0], size[1]), DefaultLimits())
			require.True(t, fault.Is(err, fault.TooLarge), "%v: %v", size, err)
		})
		require.Less(t, allocated, 200.0)
	}
}

func TestDecodeDamaged(t *testing.T) {
	j, p, g := encodedCorner(t)
	for _, data := range [][]byte{j[:len(j)/2], p[:45], g[:20], {0xFF, 0xD8}, []byte("\x89PNG\r\n\x1a\n"), []byte("GIF89a"), []byte("RIFF\x00\x00\x00\x00WEBP"), hugePNG(0, 5)} {
		_, _, err := Decode(data, DefaultLimits())
		require.True(t, fault.Is(err, fault.Malformed), "%q: %v", data[:2], err)
	}
	for _, data := range [][]byte{nil, []byte("BM"), []byte("<svg/>")} {
		_, _, err := Decode(data, DefaultLimits())
		require.True(t, fault.Is(err, fault.Unsupported))
	}
}
