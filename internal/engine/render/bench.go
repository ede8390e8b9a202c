package render

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
	measure := func(encode func(img *Picture) error) (float64, error) {
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
	result := BenchResult{Rounds: max(1, rounds)}
	var err error
	if result.DrawMS, err = measure(func(*Picture) error { return nil }); err != nil {
		return result, err
	}
	if result.JPEGMS, err = measure(func(img *Picture) error { return img.EncodeJPEG(io.Discard, BenchQuality) }); err != nil {
		return result, err
	}
	result.PNGMS, err = measure(func(img *Picture) error { return img.EncodePNG(io.Discard) })
	return result, err
}

// BenchThroughput renders that many scenes to JPEG, on as many goroutines as there are processors
// to use, keeps nothing of them, and returns how many were made in a second. It is what a job of
// many images can reach at most. scene gives the picture of number n, from 0; now is the clock.
func BenchThroughput(ctx context.Context, e *Engine, images int, scene func(n int) Scene, now func() time.Time) (float64, error) {
	draw := func(ctx context.Context, out *bytes.Buffer, n int) error {
		img, _, err := e.Draw(ctx, scene(n))
		if err != nil {
			return fmt.Errorf("draw number %d: %w", n, err)
		}
		defer img.Release()
		out.Reset()
		return img.EncodeJPEG(out, BenchQuality)
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
