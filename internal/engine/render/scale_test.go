package render

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"testing"

	"github.com/stretchr/testify/require"
)

// waves is a smooth picture that differs everywhere.
func waves(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{uint8(x * 255 / w), uint8(y * 255 / h), uint8((x + y) * 255 / (w + h)), 255})
		}
	}
	return img
}

// What is scaled for a clip alone is what the whole scaled picture has there.
func TestScaleClipIsPartOfTheWhole(t *testing.T) {
	for _, c := range []struct {
		name       string
		srcW, srcH int
		w, h       int
		clip       image.Rectangle
		within     int
	}{
		{"same size", 100, 80, 100, 80, image.Rect(30, 20, 70, 60), 0},
		{"half", 200, 160, 100, 80, image.Rect(30, 20, 70, 60), 0},
		{"larger", 40, 30, 400, 300, image.Rect(111, 0, 231, 97), 1},
		{"larger at the end", 40, 30, 410, 301, image.Rect(300, 200, 410, 301), 1},
		{"smaller", 300, 200, 110, 70, image.Rect(25, 13, 90, 70), 4},
		{"one pixel", 1, 1, 500, 500, image.Rect(100, 100, 164, 164), 0},
	} {
		src := waves(c.srcW+10, c.srcH+10)
		part := image.Rect(5, 5, c.srcW+5, c.srcH+5)
		whole := scaleTo(src, part, c.w, c.h)
		for _, img := range []image.Image{src, opaqueImage{src}} {
			got := scaleClip(img, part, c.w, c.h, c.clip)
			want := image.NewRGBA(got.Rect)
			draw.Draw(want, want.Rect, whole, c.clip.Min, draw.Src)
			for i := range want.Pix {
				require.InDelta(t, want.Pix[i], got.Pix[i], float64(c.within), "%s at %d", c.name, i)
			}
		}
	}
}

// opaqueImage hides the kind of a picture.
type opaqueImage struct{ image.Image }

// A box that reaches far off the picture costs what is seen of it.
func TestHugeBoxesCostLittle(t *testing.T) {
	template, err := ParseTemplate([]byte(smallTemplate))
	require.NoError(t, err)
	shared := testEngine(t)
	photo := &template.Sizes[0].Layers[2]
	photo.Box, photo.Radius = Box{X: -4000, Y: -4000, Width: 8000, Height: 8000}, 4000
	for _, source := range []*image.RGBA{waves(3, 3), waves(640, 480), waves(1, 2000)} {
		for _, fit := range []string{"cover", "contain"} {
			photo.Fit = fit
			e := NewEngine(shared.fonts, shared.emoji)
			img, _, err := e.Draw(context.Background(), Scene{Template: template, Size: "square", Scale: 2,
				Values: map[string]string{"headline": "Hi", "photo": "upload"},
				Images: map[string]image.Image{"photo": source}, ImageKeys: map[string]string{"photo": "x"}})
			require.NoError(t, err)
			require.Less(t, e.cache.Bytes(), 4<<20)
			require.Less(t, cap(e.getScratch().mask), 1<<20)
			img.Release()
		}
	}
}

// The seen part of round corners is the same as when all of them are made.
func TestRoundMaskOfAPart(t *testing.T) {
	p := &painter{scratch: &scratch{}}
	dst, clip := image.Rect(-30, -20, 90, 70), image.Rect(0, 0, 64, 64)
	whole := append([]byte(nil), p.roundMask(dst, dst, 45)...)
	part := p.roundMask(dst, clip, 45)
	for y := range clip.Dy() {
		for x := range clip.Dx() {
			require.InDelta(t, whole[(y+20)*dst.Dx()+x+30], part[y*clip.Dx()+x], 2, "%d %d", x, y)
		}
	}
}
