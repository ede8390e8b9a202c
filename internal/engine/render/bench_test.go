package render_test

import (
	"context"
	"fmt"
	"io"
	"syscall"
	"testing"

	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/stretchr/testify/require"
)

// couponScene is gold-coupon, square, with three fitted texts and a logo; each n has other texts,
// so that nothing of a picture but its background is known beforehand.
func couponScene(t testing.TB) func(n int) render.Scene {
	t.Helper()
	meta, backgrounds := demo.Catalog()[0].Draw()
	logo := demo.Logo()
	require.Equal(t, "gold-coupon", meta.Slug)
	return func(n int) render.Scene {
		return render.Scene{Template: &meta, Size: "square", Background: backgrounds["square.png"], Logo: logo,
			Values: map[string]string{"headline": fmt.Sprintf("Save %d%% on your first challenge", n%90+10),
				"code": fmt.Sprintf("GOLD%d", n%1000), "valid_until": fmt.Sprintf("%d December 2026", n%31+1)}}
	}
}

func BenchmarkLayout(b *testing.B) {
	e, scene := newEngine(b), couponScene(b)
	n := 0
	for b.Loop() {
		n++
		s := scene(n)
		_, err := e.Layout(s.Template, s.Size, s.Values)
		require.NoError(b, err)
	}
}

// cpuTime reports the processor time of each round beside the clock's: on a machine that does other
// work too, it is the figure to trust.
func cpuTime(b *testing.B) func() {
	var from syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &from))
	return func() {
		var to syscall.Rusage
		require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &to))
		spent := to.Utime.Nano() + to.Stime.Nano() - from.Utime.Nano() - from.Stime.Nano()
		b.ReportMetric(float64(spent)/1e6/float64(b.N), "cpu-ms/op")
	}
}

func BenchmarkDraw(b *testing.B) {
	e, scene := newEngine(b), couponScene(b)
	warm(b, e, scene)
	b.ReportAllocs()
	defer cpuTime(b)()
	n := 0
	for b.Loop() {
		n++
		img, _, err := e.Draw(context.Background(), scene(n))
		require.NoError(b, err)
		img.Release()
	}
}

func BenchmarkJPEG(b *testing.B) {
	benchmarkWhole(b, func(p *render.Picture, w io.Writer) error { return p.EncodeJPEG(w, 90) })
}

func BenchmarkPNG(b *testing.B) {
	benchmarkWhole(b, func(p *render.Picture, w io.Writer) error { return p.EncodePNG(w) })
}

func benchmarkWhole(b *testing.B, encode func(p *render.Picture, w io.Writer) error) {
	e, scene := newEngine(b), couponScene(b)
	warm(b, e, scene)
	b.ReportAllocs()
	defer cpuTime(b)()
	n := 0
	for b.Loop() {
		n++
		img, _, err := e.Draw(context.Background(), scene(n))
		require.NoError(b, err)
		require.NoError(b, encode(img, io.Discard))
		img.Release()
	}
}

// warm draws and encodes once, so that what is made once per template is there.
func warm(b *testing.B, e *render.Engine, scene func(n int) render.Scene) {
	b.Helper()
	img, _, err := e.Draw(context.Background(), scene(0))
	require.NoError(b, err)
	require.NoError(b, img.EncodeJPEG(io.Discard, 90))
	require.NoError(b, img.EncodePNG(io.Discard))
	img.Release()
}
