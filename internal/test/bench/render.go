package bench

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
)

// RenderFigures say what was rendered, with the medians.
type RenderFigures struct {
	Template string `json:"template"`
	Size     string `json:"size"`
	Scale    int    `json:"scale"`
	renderResult
}

// renderResult holds medians of whole renders in milliseconds: layout and drawing alone, and with
// the encoding to each format.
type renderResult struct {
	DrawMS float64 `json:"draw_ms"`
	JPEGMS float64 `json:"jpeg_ms"`
	PNGMS  float64 `json:"png_ms"`
	Rounds int     `json:"rounds"`
}

// quality is the JPEG quality that is measured with.
const quality = 90

// renders measures whole renders: `rounds` of each kind after three that warm up what is made once
// per template. scene gives the picture of round n; it should have other values in each, so that
// nothing but the background is known. now is the clock.
func renders(ctx context.Context, e *render.Engine, rounds int, scene func(n int) render.Scene, now func() time.Time) (renderResult, error) {
	const warmUp = 3
	measure := func(encode func(img *render.Picture) error) (float64, error) {
		var spent []float64
		for n := range warmUp + max(1, rounds) {
			s := scene(n)
			start := now()
			img, _, err := e.Draw(ctx, s)
			if err != nil {
				return 0, fmt.Errorf("draw round %d: %w", n, err)
			}
			if err := encode(img); err != nil {
				return 0, fmt.Errorf("encode round %d: %w", n, err)
			}
			if n >= warmUp {
				spent = append(spent, float64(now().Sub(start).Microseconds())/1000)
			}
			img.Release()
		}
		slices.Sort(spent)
		return spent[len(spent)/2], nil
	}
	result := renderResult{Rounds: max(1, rounds)}
	var err error
	if result.DrawMS, err = measure(func(*render.Picture) error { return nil }); err != nil {
		return result, err
	}
	if result.JPEGMS, err = measure(func(img *render.Picture) error { return img.EncodeJPEG(io.Discard, quality) }); err != nil {
		return result, err
	}
	result.PNGMS, err = measure(func(img *render.Picture) error { return img.EncodePNG(io.Discard) })
	return result, err
}

// throughput renders that many scenes to JPEG, on as many goroutines as there are processors
// to use, keeps nothing of them, and returns how many were made in a second. It is what a job of
// many images can reach at most. scene gives the picture of number n, from 0; now is the clock.
func throughput(ctx context.Context, e *render.Engine, images int, scene func(n int) render.Scene, now func() time.Time) (float64, error) {
	draw := func(ctx context.Context, out *bytes.Buffer, n int) error {
		img, _, err := e.Draw(ctx, scene(n))
		if err != nil {
			return fmt.Errorf("draw number %d: %w", n, err)
		}
		defer img.Release()
		out.Reset()
		return img.EncodeJPEG(out, quality)
	}
	if err := draw(ctx, &bytes.Buffer{}, 0); err != nil { // makes what is made once per template
		return 0, err
	}
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	begun := now()
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			var out bytes.Buffer
			for n := int(next.Add(1)) - 1; n < images; n = int(next.Add(1)) - 1 {
				if err := draw(ctx, &out, n); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err := group.Wait()
	return float64(images) / now().Sub(begun).Seconds(), err
}

// Render measures renders of gold-coupon with its three texts and a logo, other values each time.
func Render(ctx context.Context, engine *render.Engine, size string, scale, rounds int) (*RenderFigures, error) {
	scene, err := goldCoupon(size, scale)
	if err != nil {
		return nil, err
	}
	result, err := renders(ctx, engine, rounds, func(n int) render.Scene {
		scene.Values = map[string]string{"headline": fmt.Sprintf("Save %d%%", 10+n%90), "code": fmt.Sprintf("GOLD%d", n), "valid_until": "31 Dec 2026"}
		return scene
	}, time.Now)
	return &RenderFigures{scene.Template.Slug, size, scale, result}, err
}

func goldCoupon(size string, scale int) (render.Scene, error) {
	for _, d := range demo.Catalog() {
		if d.Meta().Slug != "gold-coupon" {
			continue
		}
		meta, backgrounds := d.Draw()
		s, ok := meta.Size(size)
		if !ok {
			return render.Scene{}, fault.InvalidField("--size", "unknown", "gold-coupon has no size %q", size)
		}
		return render.Scene{
			Template: &meta, Size: size, Scale: scale, Background: backgrounds[s.Background], BackgroundKey: "bench",
			Logo: demo.Logo(), LogoKey: "bench-logo",
		}, nil
	}
	return render.Scene{}, fault.New(fault.Internal, "no_gold_coupon", "The demo has no gold-coupon")
}
