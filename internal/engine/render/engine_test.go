package render_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"sync"
	"testing"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/test/vectors"
	"github.com/rivo/uniseg"
	"github.com/stretchr/testify/require"
)

// What the encoders write from their caches decodes to what a copy of the picture, which they know
// nothing about, decodes to; PNG gives the very pixels.
func TestEncodedFromCachesIsTheSame(t *testing.T) {
	e := newEngine(t)
	logo := demo.Logo()
	for _, d := range demo.Catalog() {
		meta, backgrounds := d.Draw()
		for _, kind := range []string{"short", "emoji"} {
			img, _, err := e.Draw(context.Background(), render.Scene{Template: &meta, Size: "wide", Values: vectors.Values(meta, kind),
				Background: backgrounds["wide.png"], Logo: logo, Images: map[string]image.Image{"photo": logo, "portrait": logo}})
			require.NoError(t, err)
			clone := image.NewRGBA(img.Rect)
			copy(clone.Pix, img.Pix)
			var known, whole bytes.Buffer
			require.NoError(t, img.EncodeJPEG(&known, 90))
			require.NoError(t, render.EncodeJPEG(&whole, clone, 90))
			require.Equal(t, whole.Bytes(), known.Bytes(), "%s %s", meta.Slug, kind)
			_, err = jpeg.Decode(&known)
			require.NoError(t, err)
			known.Reset()
			require.NoError(t, img.EncodePNG(&known))
			got, err := png.Decode(&known)
			require.NoError(t, err)
			require.Equal(t, clone.Pix, rgba(got).Pix)
			img.Release()
		}
	}
}

func rgba(img image.Image) *image.RGBA {
	out := image.NewRGBA(img.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, img.At(x, y))
		}
	}
	return out
}

// Many at once get the pictures that one alone gets.
func TestDrawIsSafeForConcurrentUse(t *testing.T) {
	e, scene := newEngine(t), couponScene(t)
	draw := func(n int) []byte {
		img, _, err := e.Draw(context.Background(), scene(n))
		if err != nil {
			return []byte(err.Error())
		}
		defer img.Release()
		return bytes.Clone(img.Pix)
	}
	want := [4][]byte{}
	for i := range want {
		want[i] = draw(i)
	}
	var wg sync.WaitGroup
	got := make([]bool, 24)
	for i := range got {
		wg.Go(func() { got[i] = bytes.Equal(want[i%4], draw(i%4)) })
	}
	wg.Wait()
	for i, same := range got {
		require.True(t, same, "round %d", i)
	}
}

func TestDrawRefuses(t *testing.T) {
	e, scene := newEngine(t), couponScene(t)
	s := scene(1)
	s.Scale = 3
	_, _, err := e.Draw(context.Background(), s)
	require.True(t, fault.Is(err, fault.Invalid))
	s = scene(1)
	s.Size = "tiny"
	_, _, err = e.Draw(context.Background(), s)
	require.True(t, fault.Is(err, fault.NotFound))
	s = scene(1)
	s.Values["code"] = ""
	_, _, err = e.Draw(context.Background(), s)
	require.Equal(t, "values.code", fault.From(err).Fields[0].Name)
	ended, cancel := context.WithCancel(context.Background())
	cancel()
	_, _, err = e.Draw(ended, scene(1))
	require.ErrorIs(t, err, context.Canceled)
}

// Allocations stay bounded: none grows with the picture's pixels.
func TestDrawAllocatesLittle(t *testing.T) {
	e, scene := newEngine(t), couponScene(t)
	s := scene(1)
	round := func() {
		img, _, err := e.Draw(context.Background(), s)
		require.NoError(t, err)
		img.Release()
	}
	round()
	require.Less(t, testing.AllocsPerRun(20, round), 400.0)
}

// A background of twice the size gives the same picture as one that was halved before.
func TestBackgroundAtTwiceTheSize(t *testing.T) {
	e, scene := newEngine(t), couponScene(t)
	s := scene(1)
	small := s.Background.(*image.RGBA)
	large := image.NewRGBA(image.Rect(0, 0, 2160, 2160))
	for y := range 2160 {
		for x := range 2160 {
			large.SetRGBA(x, y, small.RGBAAt(x/2, y/2))
		}
	}
	first, _, err := e.Draw(context.Background(), s)
	require.NoError(t, err)
	s.Background = large
	second, _, err := e.Draw(context.Background(), s)
	require.NoError(t, err)
	require.Equal(t, first.Pix, second.Pix)
	s.Scale = 2
	third, layout, err := e.Draw(context.Background(), s)
	require.NoError(t, err)
	require.Equal(t, image.Rect(0, 0, 2160, 2160), third.Rect)
	require.Equal(t, 1080, layout.Width)
}

func TestFitRect(t *testing.T) {
	box := render.Box{X: 10, Y: 20, Width: 100, Height: 50}
	for _, c := range []struct {
		fit, align, valign string
		w, h, scale        int
		dst, part          image.Rectangle
	}{
		{"contain", "center", "middle", 50, 50, 1, image.Rect(35, 20, 85, 70), image.Rect(0, 0, 50, 50)},
		{"contain", "left", "top", 400, 100, 1, image.Rect(10, 20, 110, 45), image.Rect(0, 0, 400, 100)},
		{"contain", "right", "bottom", 400, 100, 2, image.Rect(20, 90, 220, 140), image.Rect(0, 0, 400, 100)},
		{"cover", "center", "middle", 100, 100, 1, image.Rect(10, 20, 110, 70), image.Rect(0, 25, 100, 75)},
		{"cover", "right", "top", 400, 100, 1, image.Rect(10, 20, 110, 70), image.Rect(200, 0, 400, 100)},
		{"contain", "center", "middle", 100_000, 1, 1, image.Rect(10, 44, 110, 45), image.Rect(0, 0, 100_000, 1)},
		{"cover", "center", "middle", 0, 5, 1, image.Rectangle{}, image.Rectangle{}},
	} {
		dst, part := render.FitRect(box, c.w, c.h, c.fit, c.align, c.valign, c.scale)
		require.Equal(t, c.dst, dst, "%+v", c)
		require.Equal(t, c.part, part, "%+v", c)
	}
}

// Every emoji that has a picture is one grapheme cluster, here as in the browser, and is drawn.
func TestEmojiAreGraphemes(t *testing.T) {
	e := newEngine(t)
	meta := vectors.Difficult().Template
	for _, text := range []string{"👩‍👩‍👧‍👦", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👍🏿", "1️⃣", "🇩🇪", "❤️", "🧑🏽‍🤝‍🧑🏻", "⭐"} {
		require.Equal(t, 1, uniseg.GraphemeClusterCount(text), text)
		layout, err := e.Layout(&meta, "one", map[string]string{"text": text})
		require.NoError(t, err, text)
		require.Len(t, layout.Layers[0].Text.Emoji, 1, text)
	}
}

func tooLong(l *render.Layout) bool {
	return slices.ContainsFunc(l.Warnings, func(w render.Warning) bool { return w.Code == render.WarningFit })
}

// The size that is found is the largest: at the next quarter pixel the text no longer fits.
func TestFitIsMaximal(t *testing.T) {
	e := newEngine(t)
	group := vectors.Difficult()
	tried := 0
	for _, c := range group.Cases {
		layout, err := e.Layout(&group.Template, c.Size, c.Values)
		if err != nil || tooLong(layout) {
			continue
		}
		for i, l := range layout.Layers {
			if l.Text == nil {
				continue
			}
			larger := group.Template
			larger.Sizes = []render.Size{larger.Sizes[0]}
			source := &larger.Sizes[0]
			source.Layers = append([]render.Layer(nil), source.Layers[i])
			if l.Text.Size+0.25 > source.Layers[0].MaxSize {
				continue
			}
			source.Layers[0].MinSize = l.Text.Size + 0.25
			again, err := e.Layout(&larger, c.Size, c.Values)
			require.NoError(t, err)
			if !tooLong(again) { // greedy wrapping is not monotonic: three sizes are looked at, no more
				require.Greater(t, again.Layers[0].Text.Size, l.Text.Size+0.75, "%s %s", c.Name, l.ID)
			}
			tried++
		}
	}
	require.Greater(t, tried, 100)
}

// A shadow is a soft dark spot below the letters and nowhere else.
func TestShadowsAreSoft(t *testing.T) {
	e := newEngine(t)
	for _, blur := range []float64{0, 3, 6, 10, 30} {
		meta := vectors.All()[0].Template
		size := render.Size{Name: "s", Label: "S", Width: 300, Height: 200, Layers: []render.Layer{{ID: "a", Type: render.LayerText, Text: "I", Font: "inter", Weight: 900,
			Box: render.Box{X: 100, Y: 20, Width: 100, Height: 160}, MinSize: 100, MaxSize: 100, Align: "center", VAlign: "middle", Color: "#ffffff",
			Shadow: &render.Shadow{Color: "#000000", Blur: blur}}}}
		meta.Fields, meta.Sizes = nil, []render.Size{size}
		img, _, err := e.Draw(context.Background(), render.Scene{Template: &meta, Size: "s"})
		require.NoError(t, err)
		require.Equal(t, color.RGBA{255, 255, 255, 255}, img.RGBAAt(5, 5))
		require.Equal(t, color.RGBA{255, 255, 255, 255}, img.RGBAAt(150, 100), "the letter is on top")
		last := 0
		for x := 165; x < 300; x++ { // outwards it gets lighter, never darker; 1/255 is rounding
			now := int(img.RGBAAt(x, 100).R)
			require.GreaterOrEqual(t, now+1, last, "blur %g at %d", blur, x)
			last = max(last, now)
		}
		require.Equal(t, 255, last)
		img.Release()
	}
}
