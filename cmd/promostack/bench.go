package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/supervise"
)

func benchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "Measure speed on this machine"}
	cmd.AddCommand(benchRenderCommand(), benchBulkCommand(), benchJourneysCommand())
	return cmd
}

// renderFigures say what was rendered beside the medians.
type renderFigures struct {
	Template string `json:"template"`
	Size     string `json:"size"`
	Scale    int    `json:"scale"`
	render.BenchResult
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
			cmd.Printf("%s %s %d×, medians of %d renders\n  draw  %6.2f ms\n  JPEG  %6.2f ms\n  PNG   %6.2f ms\n",
				f.Template, f.Size, f.Scale, f.Rounds, f.DrawMS, f.JPEGMS, f.PNGMS)
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
	result, err := render.Bench(ctx, render.NewEngine(fonts, emoji), renders, func(n int) render.Scene {
		scene.Values = map[string]string{"headline": fmt.Sprintf("Save %d%%", 10+n%90), "code": fmt.Sprintf("GOLD%d", n), "valid_until": "31 Dec 2026"}
		return scene
	}, time.Now)
	return &renderFigures{scene.Template.Slug, size, scale, result}, err
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

// benchUp is everything on free ports with a data folder of its own. clean removes the folder.
func benchUp(workers int, noDemo bool) (u *up, clean func(), err error) {
	data, err := os.MkdirTemp("", "promostack-bench-")
	if err != nil {
		return nil, nil, err
	}
	u = &up{upFlags: upFlags{data: data, workers: workers, noDemo: noDemo}, out: io.Discard, alone: true}
	for _, address := range []*string{&u.addresses.HTTP, &u.addresses.Temporal, &u.addresses.TemporalUI, &u.addresses.S3} {
		if *address, err = supervise.FreeAddress(); err != nil {
			return nil, nil, errors.Join(err, os.RemoveAll(data))
		}
	}
	return u, func() { _ = os.RemoveAll(data) }, nil
}

// pause waits, or ends with the context.
func pause(ctx context.Context, wait time.Duration) error {
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(wait):
		return nil
	}
}
