package fastjpeg

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// painted is a smooth picture with noise and hard edges; noise is 0 to 255.
func painted(w, h, noise int, seed uint64) *image.RGBA {
	r := rand.New(rand.NewPCG(seed, 1))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			n := 0
			if noise > 0 {
				n = r.IntN(noise)
			}
			v := 128 + 80*math.Sin(float64(x)/17)*math.Cos(float64(y)/23)
			if (x/40+y/30)%5 == 0 {
				v = 250
			}
			c := func(k float64) uint8 { return uint8(max(0, min(255, v*k+float64(n)))) }
			img.SetRGBA(x, y, color.RGBA{c(1), c(0.7), c(0.4), 255})
		}
	}
	return img
}

// psnr compares two pictures in decibels; above 35 a person sees no difference.
func psnr(t *testing.T, a, b image.Image) float64 {
	t.Helper()
	require.Equal(t, a.Bounds().Size(), b.Bounds().Size())
	var sum float64
	s := a.Bounds().Size()
	for y := range s.Y {
		for x := range s.X {
			r0, g0, b0, _ := a.At(x, y).RGBA()
			r1, g1, b1, _ := b.At(x, y).RGBA()
			for _, d := range []float64{float64(r0>>8) - float64(r1>>8), float64(g0>>8) - float64(g1>>8), float64(b0>>8) - float64(b1>>8)} {
				sum += d * d
			}
		}
	}
	return 10 * math.Log10(255*255*float64(3*s.X*s.Y)/max(sum, 1e-9))
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(data))
	require.NoError(t, err)
	return img
}

// The decoded picture is as close to the original as what the standard library writes.
func TestAsGoodAsTheStandardEncoder(t *testing.T) {
	for _, c := range []struct{ w, h, noise, quality int }{
		{64, 64, 0, 90}, {1, 1, 0, 90}, {17, 33, 20, 75}, {200, 100, 60, 90}, {160, 160, 255, 100}, {333, 217, 10, 50}, {40, 40, 5, 1}, {15, 400, 9, 94},
	} {
		img := painted(c.w, c.h, c.noise, 7)
		var mine, std bytes.Buffer
		require.NoError(t, Encode(&mine, img, c.quality, nil, nil))
		require.NoError(t, jpeg.Encode(&std, img, &jpeg.Options{Quality: c.quality}))
		got, want := decode(t, mine.Bytes()), decode(t, std.Bytes())
		require.GreaterOrEqual(t, psnr(t, img, got), psnr(t, img, want)-0.3, "%+v", c)
		require.Greater(t, psnr(t, want, got), 34.0, "%+v", c)
		require.Less(t, float64(mine.Len()), float64(std.Len())*1.05+200+4*float64(c.h), "%+v", c)
	}
}

// With a plan the file is the same, byte for byte, as without: the cached parts are what coding
// them anew would give.
func TestPlanGivesTheSameBytes(t *testing.T) {
	bg := painted(300, 270, 30, 3)
	plan := NewPlan(bg.Pix, 300, 270, 90)
	r := rand.New(rand.NewPCG(5, 6))
	for range 40 {
		img := image.NewRGBA(bg.Rect)
		copy(img.Pix, bg.Pix)
		var dirty []image.Rectangle
		for range r.IntN(4) {
			x, y := r.IntN(310), r.IntN(280)
			rect := image.Rect(x, y, x+1+r.IntN(90), y+1+r.IntN(50))
			dirty = append(dirty, rect)
			if r.IntN(3) == 0 {
				continue // a rectangle in which nothing changed
			}
			in := rect.Intersect(img.Rect)
			for y := in.Min.Y; y < in.Max.Y; y++ {
				for x := in.Min.X; x < in.Max.X; x++ {
					img.SetRGBA(x, y, color.RGBA{uint8(r.IntN(256)), uint8(x), uint8(y), 255})
				}
			}
		}
		var with, without bytes.Buffer
		require.NoError(t, Encode(&with, img, 90, plan, dirty))
		require.NoError(t, Encode(&without, img, 90, nil, nil))
		require.Equal(t, without.Bytes(), with.Bytes())
		decode(t, with.Bytes())
	}
}

// A plan of another size or quality is not used.
func TestPlanMustFit(t *testing.T) {
	bg, img := painted(64, 64, 0, 1), painted(80, 64, 0, 2)
	plan := NewPlan(bg.Pix, 64, 64, 90)
	var got, want bytes.Buffer
	require.NoError(t, Encode(&got, img, 90, plan, nil))
	require.NoError(t, Encode(&want, img, 90, nil, nil))
	require.Equal(t, want.Bytes(), got.Bytes())
	require.Error(t, Encode(&got, image.NewRGBA(image.Rect(0, 0, 0, 5)), 90, nil, nil))
	require.Error(t, Encode(&got, image.NewRGBA(image.Rect(0, 0, 70000, 1)), 90, nil, nil))
}

func BenchmarkEncodeAll(b *testing.B) {
	img := painted(1080, 1080, 12, 4)
	b.ReportAllocs()
	for b.Loop() {
		var out bytes.Buffer
		require.NoError(b, Encode(&out, img, 90, nil, nil))
	}
}
