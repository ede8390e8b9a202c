package fastpng

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func noise(w, h int, opaque bool) *image.RGBA {
	r := rand.New(rand.NewPCG(9, uint64(w)))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.NRGBA{uint8(x + r.IntN(3)), uint8(y), uint8(r.IntN(8)), 255}
			if !opaque {
				c.A = uint8(r.IntN(256))
			}
			img.Set(x, y, c)
		}
	}
	return img
}

func TestDecodesToTheSamePixels(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {5, 24}, {7, 25}, {300, 100}, {64, 200}} {
		img := noise(size[0], size[1], true)
		var out bytes.Buffer
		require.NoError(t, Encode(&out, img, nil, nil))
		got, err := png.Decode(&out)
		require.NoError(t, err)
		for y := range size[1] {
			for x := range size[0] {
				require.Equal(t, img.RGBAAt(x, y), color.RGBAModel.Convert(got.At(x, y)))
			}
		}
	}
	require.Error(t, Encode(&bytes.Buffer{}, image.NewRGBA(image.Rectangle{}), nil, nil))
}

func TestKeepsOpacity(t *testing.T) {
	img := noise(40, 60, false)
	var mine, std bytes.Buffer
	require.NoError(t, Encode(&mine, img, nil, nil))
	require.NoError(t, png.Encode(&std, img))
	got, err := png.Decode(&mine)
	require.NoError(t, err)
	for y := range 60 {
		for x := range 40 {
			a, b := color.RGBAModel.Convert(got.At(x, y)).(color.RGBA), img.RGBAAt(x, y)
			require.Equal(t, b.A, a.A)
			require.InDelta(t, b.R, a.R, 1)
			require.InDelta(t, b.G, a.G, 1)
		}
	}
}

// With a plan the file is the same, byte for byte, as without.
func TestPlanGivesTheSameBytes(t *testing.T) {
	bg := noise(120, 250, true)
	plan := NewPlan(bg.Pix, 120, 250)
	require.Positive(t, plan.Bytes())
	r := rand.New(rand.NewPCG(1, 2))
	for range 30 {
		img := image.NewRGBA(bg.Rect)
		copy(img.Pix, bg.Pix)
		x, y := r.IntN(120), r.IntN(250)
		rect := image.Rect(x, y, x+r.IntN(50), y+r.IntN(50))
		for py := rect.Min.Y; py < min(250, rect.Max.Y); py++ {
			for px := rect.Min.X; px < min(120, rect.Max.X); px++ {
				img.SetRGBA(px, py, color.RGBA{uint8(px * py), 1, 2, 255})
			}
		}
		var with, without bytes.Buffer
		require.NoError(t, Encode(&with, img, plan, []image.Rectangle{rect}))
		require.NoError(t, Encode(&without, img, nil, nil))
		require.Equal(t, without.Bytes(), with.Bytes())
	}
}
