package imagefile

import (
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/stretchr/testify/require"
)

// Whatever an upload holds, it is a picture within the limits or a shown fault.
func FuzzDecode(f *testing.F) {
	j, p, g := encodedCorner(f)
	for _, data := range [][]byte{j, p, g, hugePNG(30_000, 30_000), hugePNG(10, 10), []byte("RIFF\x1a\x00\x00\x00WEBPVP8L"), j[:40]} {
		f.Add(data)
	}
	for _, file := range caseFiles(f) {
		f.Add(file)
	}
	limits := Limits{MaxPixels: 1 << 16, MaxSide: 1 << 10}
	f.Fuzz(func(t *testing.T, data []byte) {
		img, format, err := Decode(data, limits)
		if err != nil {
			var shown *fault.Error
			require.ErrorAs(t, err, &shown)
			require.NotEqual(t, fault.Internal, shown.Kind, "%v", err)
			return
		}
		require.NotEmpty(t, format)
		require.LessOrEqual(t, img.Rect.Dx()*img.Rect.Dy(), limits.MaxPixels)
		require.NotEmpty(t, img.Pix)
	})
}

// Whatever a profile holds, reading it harms nothing.
func FuzzProfile(f *testing.F) {
	wide, err := open(testFile(f, "05-wide-gamut-profile.jpg"), DefaultLimits())
	require.NoError(f, err)
	f.Add(wide.profile, 3)
	f.Add(inkProfile(), 4)
	f.Add([]byte("acsp"), 1)
	f.Fuzz(func(t *testing.T, profile []byte, channels int) {
		if gridPoints[channels] == 0 {
			return
		}
		if table, err := newTable(profile, channels, map[int]int{1: 256, 3: 3, 4: 2}); err == nil && table != nil {
			table.at(make([]uint8, table.channels))
		}
	})
}
