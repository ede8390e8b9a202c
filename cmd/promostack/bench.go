package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"runtime"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/fault"
	"github.com/promostack/promostack/internal/promo"
	"github.com/promostack/promostack/internal/render"
)

func benchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "Measure speed on this machine"}
	cmd.AddCommand(benchRenderCommand())
	return cmd
}

// renderFigures are medians in milliseconds, each of one thread making a whole image: layout and
// drawing, then that and encoding.
type renderFigures struct {
	Template string  `json:"template"`
	Size     string  `json:"size"`
	Scale    int     `json:"scale"`
	Renders  int     `json:"renders"`
	Draw     float64 `json:"draw_ms"`
	JPEG     float64 `json:"jpeg_ms"`
	PNG      float64 `json:"png_ms"`
	Allocs   uint64  `json:"draw_allocs"`
	Bytes    uint64  `json:"draw_alloc_bytes"`
}

func benchRenderCommand() *cobra.Command {
	var asJSON bool
	var renders, scale int
	var size string
	cmd := &cobra.Command{
		Use:   "render",
		Short: "Measure renders of gold-coupon: drawing, JPEG, PNG",
		Long: "Renders gold-coupon with its three texts and a logo, other values each time, on one thread, and prints medians:\n" +
			"draw_ms (layout and drawing), jpeg_ms and png_ms (a whole render each: layout, drawing and encoding).\n" +
			"Fonts and the template are parsed once, as in the API and the workers.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if renders < 1 || scale < 1 || scale > 2 {
				return fault.New(fault.Invalid, "arguments", "--renders wants at least 1, --scale 1 or 2")
			}
			f, err := benchRender(cmd.Context(), size, scale, renders)
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(f)
			}
			cmd.Printf("%s %s %d×, median of %d renders\n  draw  %7.2f ms, %d allocations, %d bytes\n  JPEG  %7.2f ms\n  PNG   %7.2f ms\n",
				f.Template, f.Size, f.Scale, f.Renders, f.Draw, f.Allocs, f.Bytes, f.JPEG, f.PNG)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&renders, "renders", 200, "number of renders of each kind")
	cmd.Flags().IntVar(&scale, "scale", 1, "1 or 2")
	cmd.Flags().StringVar(&size, "size", "square", "size of the template")
	return cmd
}

func benchRender(ctx context.Context, size string, scale, renders int) (*renderFigures, error) {
	fonts, emoji, err := loadAssets()
	if err != nil {
		return nil, err
	}
	scene, err := benchScene(size, scale)
	if err != nil {
		return nil, err
	}
	engine := render.NewEngine(fonts, emoji)
	f := &renderFigures{Template: scene.Template.Slug, Size: size, Scale: scale, Renders: renders}
	var out bytes.Buffer
	one := func(i int, encode func(img *image.RGBA) error) error {
		scene.Values = map[string]string{"headline": fmt.Sprintf("Save %d%%", 10+i%90), "code": fmt.Sprintf("GOLD%d", i), "valid_until": "31 Dec 2026"}
		img, _, err := engine.Draw(ctx, scene)
		if err != nil {
			return err
		}
		defer engine.Release(img)
		out.Reset()
		return encode(img)
	}
	kinds := []struct {
		into   *float64
		encode func(img *image.RGBA) error
	}{
		{&f.Draw, func(*image.RGBA) error { return nil }},
		{&f.JPEG, func(img *image.RGBA) error { return engine.EncodeJPEG(&out, img, promo.JPEGQuality) }},
		{&f.PNG, func(img *image.RGBA) error { return engine.EncodePNG(&out, img) }},
	}
	for _, k := range kinds {
		if err := one(0, k.encode); err != nil { // fills the caches that a running process has
			return nil, err
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		took := make([]time.Duration, renders)
		for i := range took {
			begun := time.Now()
			if err := one(i+1, k.encode); err != nil {
				return nil, err
			}
			took[i] = time.Since(begun)
		}
		runtime.ReadMemStats(&after)
		if k.into == &f.Draw {
			f.Allocs = (after.Mallocs - before.Mallocs) / uint64(renders)
			f.Bytes = (after.TotalAlloc - before.TotalAlloc) / uint64(renders)
		}
		slices.Sort(took)
		*k.into = float64(took[renders/2].Microseconds()) / 1000
	}
	return f, nil
}

func benchScene(size string, scale int) (render.Scene, error) {
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
