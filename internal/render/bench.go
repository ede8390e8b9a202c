package render

import (
	"context"
	"fmt"
	"image"
	"io"
	"slices"
	"time"
)

// BenchResult holds medians of whole renders in milliseconds: layout and drawing alone, and with
// the encoding to each format.
type BenchResult struct {
	DrawMS float64 `json:"draw_ms"`
	JPEGMS float64 `json:"jpeg_ms"`
	PNGMS  float64 `json:"png_ms"`
	Rounds int     `json:"rounds"`
}

// BenchQuality is the JPEG quality that Bench measures with.
const BenchQuality = 90

// Bench measures whole renders: `rounds` of each kind after three that warm up what is made once
// per template. scene gives the picture of round n; it should have other values in each, so that
// nothing but the background is known. now is the clock.
func Bench(ctx context.Context, e *Engine, rounds int, scene func(n int) Scene, now func() time.Time) (BenchResult, error) {
	const warmUp = 3
	measure := func(encode func(img *image.RGBA) error) (float64, error) {
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
			e.Release(img)
		}
		slices.Sort(spent)
		return spent[len(spent)/2], nil
	}
	result := BenchResult{Rounds: max(1, rounds)}
	var err error
	if result.DrawMS, err = measure(func(*image.RGBA) error { return nil }); err != nil {
		return result, err
	}
	if result.JPEGMS, err = measure(func(img *image.RGBA) error { return e.EncodeJPEG(io.Discard, img, BenchQuality) }); err != nil {
		return result, err
	}
	result.PNGMS, err = measure(func(img *image.RGBA) error { return e.EncodePNG(io.Discard, img) })
	return result, err
}
