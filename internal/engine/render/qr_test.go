package render

import (
	"strings"
	"testing"

	"github.com/boombuler/barcode/qr"
	"github.com/stretchr/testify/require"
)

// A QR code equals that of another library but for the choice of the mask: one of the eight masks
// must give its matrix, module for module.
func TestQRMatchesAnotherEncoder(t *testing.T) {
	for _, n := range []int{1, 10, 26, 60, 90, 150, 300, 700, 1500, 2331} {
		text := strings.Repeat("https://promostack.example/offer?code=gold35&x=", 60)[:n]
		want, err := qr.Encode(text, qr.M, qr.Unicode)
		require.NoError(t, err)
		got := newQR(text)
		require.NotNil(t, got)
		require.Equal(t, want.Bounds().Dx(), got.size, "side of %d bytes", n)
		mine := got.rows()
		matched := false
		for mask := range 8 {
			q := redraw(text, mask)
			same := true
			for y := 0; y < q.size && same; y++ {
				for x := 0; x < q.size && same; x++ {
					r, _, _, _ := want.At(x, y).RGBA()
					same = q.dark[y][x] == (r == 0)
				}
			}
			matched = matched || same
		}
		require.True(t, matched, "no mask gives the other library's matrix for %d bytes", n)
		require.Len(t, mine, got.size)
	}
	require.Nil(t, newQR(strings.Repeat("x", maxQRBytes+1)))
}

func redraw(text string, mask int) *qrCode {
	q := newQR(text)
	q.dark, q.function = grid(q.size), grid(q.size)
	q.drawFunction()
	q.drawCodewords(qrInterleave(qrData([]byte(text), q.version), q.version))
	q.drawFormat(mask)
	q.applyMask(mask)
	return q
}
