package main

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/internal/test/bench"
	"github.com/promostack/promostack/temporal"
)

func benchCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "bench", Short: "Measure speed on this machine"}
	cmd.AddCommand(benchRenderCommand(), benchBulkCommand(), benchJourneysCommand(), benchScaleCommand(), benchBacktestCommand())
	return cmd
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
			fonts, emoji, err := loadAssets()
			if err != nil {
				return err
			}
			f, err := bench.Render(cmd.Context(), render.NewEngine(fonts, emoji), size, scale, renders)
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

func benchBulkCommand() *cobra.Command {
	var asJSON bool
	f := bench.BulkFigures{Template: "gold-coupon"}
	cmd := &cobra.Command{
		Use:   "bulk",
		Short: "Measure a bulk job beside the bare renderer",
		Long: "Starts everything on free ports with a data folder of its own, which is removed, posts a CSV of coupons, and\n" +
			"measures from the job's start to its ZIP. Then renders the same images with the renderer alone, in one\n" +
			"process on all cores: that is what could be reached at most.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.Lines < 1 || f.Lines > 10000 {
				return fault.New(fault.Invalid, "arguments", "--lines wants a number from 1 to 10000")
			}
			if err := benchUp(cmd.Context(), upFlags{workers: f.Workers}, "", f.Bulk); err != nil {
				return err
			}
			fonts, emoji, err := loadAssets()
			if err != nil {
				return err
			}
			if err := f.Alone(cmd.Context(), render.NewEngine(fonts, emoji)); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(f)
			}
			cmd.Printf("%d images of %s %s, %d worker(s), %d cores\n  dry run  %6.1f s\n  images   %6.1f s, %.0f a second\n  bare     %.0f a second, ratio %.2f\n",
				f.Lines, f.Template, f.Size, f.Workers, f.Cores, f.DryRunSeconds, f.RenderSeconds, f.PerSecond, f.Bare, f.Ratio)
			for name, mib := range f.PeakMiB {
				cmd.Printf("  %-10s %5.1f s of processor, at most %.0f MiB\n", name, f.CPUSeconds[name], mib)
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&f.Lines, "lines", 2000, "lines of the CSV")
	cmd.Flags().BoolVar(&f.Distinct, "distinct", false, "lines that have no value in common; else all have one coupon")
	cmd.Flags().IntVar(&f.Workers, "workers", 1, "worker processes")
	cmd.Flags().StringVar(&f.Size, "size", "square", "size of the template")
	return cmd
}

func benchJourneysCommand() *cobra.Command {
	var asJSON bool
	var f bench.JourneysFigures
	cmd := &cobra.Command{
		Use:   "journeys",
		Short: "Measure conversations: latency, steps beside a bare flow, memory of sleepers",
		Long: "Starts everything on free ports with a data folder of its own, which is removed, with simulated people:\n" +
			"  latency   one message at a time, from the moment it is written to the call that answers it\n" +
			"  steps     many conversations at once through delays of a second, beside bare flows with the same number of\n" +
			"            timers and local activities on the same engine (messages are left out: a bot's rate bounds them)\n" +
			"  sleepers  people who wait for one moment, their memory, and whether all go on when it has come",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.Sleepers.People < 0 || f.Sleepers.People > 20000 || f.Latency.Messages < 1 || f.Steps.Conversations < 1 || f.Steps.Each < 1 || f.Steps.Each > 200 {
				return fault.New(fault.Invalid, "arguments", "--messages and --conversations want at least 1, --steps 1 to 200, --sleepers 0 to 20000")
			}
			if err := benchUp(cmd.Context(), upFlags{workers: f.Workers, noDemo: true}, "", f.Journeys); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(f)
			}
			cmd.Printf("message in to call out  median %.1f ms, p99 %.1f ms (beginning a conversation: %.1f, %.1f)\n", f.Latency.ReplyMedianMS, f.Latency.ReplyP99MS, f.Latency.EnterMedianMS, f.Latency.EnterP99MS)
			cmd.Printf("steps                   %.0f a second, bare %.0f, ratio %.2f; %.1f events a step, bare %.1f\n", f.Steps.PerSecond, f.Steps.Bare, f.Steps.Ratio, f.Steps.EventsPerStep, f.Steps.BareEvents)
			cmd.Printf("sleepers                %d, %.0f MiB, %d woken within %.1f s\n", f.Sleepers.People, f.Sleepers.TotalMiB, f.Sleepers.Woken, f.Sleepers.WakeSeconds)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&f.Workers, "workers", 1, "worker processes")
	cmd.Flags().IntVar(&f.Latency.Messages, "messages", 200, "messages of the latency")
	cmd.Flags().IntVar(&f.Steps.Conversations, "conversations", 200, "conversations at a time")
	cmd.Flags().IntVar(&f.Steps.Each, "steps", 20, "steps of each of them")
	cmd.Flags().IntVar(&f.Sleepers.People, "sleepers", 10000, "people who sleep; 0 leaves this out")
	return cmd
}

func benchScaleCommand() *cobra.Command {
	var asJSON bool
	var database string
	var f bench.ScaleFigures
	cmd := &cobra.Command{
		Use:   "scale",
		Short: "Measure pages, counts, searches and exports over full tables",
		Long: "Starts everything on free ports with a data folder of its own, which is removed, fills one tenant with people,\n" +
			"finished conversations and the steps that they visited, and times every list, count, figure, search and export\n" +
			"of these through the API. --database names an empty PostgreSQL database to fill instead of SQLite's.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.People < 1 || f.Conversations < 1 || f.Conversations > f.People || f.Visits < f.Conversations || f.Visits > 5*f.Conversations {
				return fault.New(fault.Invalid, "arguments", "--people and --conversations want at least 1, with no more conversations than people, and --visits one to five times the conversations")
			}
			say := func(format string, args ...any) { cmd.PrintErrf(format+"\n", args...) }
			err := benchUp(cmd.Context(), upFlags{workers: 1, noDemo: true}, database, func(ctx context.Context, p bench.Program) error {
				return f.Scale(ctx, p, say)
			})
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(f)
			}
			cmd.Printf("%d people, %d conversations, %d visits on %s\n  slowest  %s, median %.1f ms\n  export   %d people in %.1f s; the API took %.0f MiB before and %.0f at most\n",
				f.People, f.Conversations, f.Visits, f.Database, f.Slowest, f.Requests[f.Slowest].MedianMS, f.Export.People, f.Export.Seconds, f.Export.BeforeMiB, f.Export.PeakMiB)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().StringVar(&database, "database", "", "an empty PostgreSQL database, as postgres://…")
	cmd.Flags().IntVar(&f.People, "people", 300000, "subscribers")
	cmd.Flags().IntVar(&f.Conversations, "conversations", 200000, "finished conversations")
	cmd.Flags().IntVar(&f.Visits, "visits", 1000000, "steps that were visited")
	return cmd
}

func benchBacktestCommand() *cobra.Command {
	var asJSON bool
	var f bench.BacktestFigures
	cmd := &cobra.Command{
		Use:   "backtest",
		Short: "Measure indicators and backtests over candles",
		Long: "Runs each indicator and a whole backtest of each strategy over candles of a random market, on one thread, and\n" +
			"prints how many candles a second they take, at the median of five rounds; then how fast a CSV file is read.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if f.Candles < 10_000 || f.Candles > 10_000_000 {
				return fault.New(fault.Invalid, "arguments", "--candles wants 10000 to 10000000")
			}
			if err := f.Backtest(time.Now); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(f)
			}
			cmd.Printf("%d candles; a second:\n", f.Candles)
			for _, by := range []map[string]bench.Pace{f.Indicators, f.Strategies} {
				for _, name := range slices.Sorted(maps.Keys(by)) {
					cmd.Printf("  %-20s %6.1f million\n", name, by[name].PerSecond/1e6)
				}
			}
			cmd.Printf("  reading CSV          %6.0f MB\n", f.CSVMegabytes)
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.Flags().IntVar(&f.Candles, "candles", 500_000, "candles of the market")
	return cmd
}

// benchUp runs everything on free ports with a data folder of its own, which is removed, and measures. database is
// used instead of the folder's when it is not empty.
func benchUp(ctx context.Context, flags upFlags, database string, measure func(context.Context, bench.Program) error) error {
	data, err := os.MkdirTemp("", "promostack-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(data) }()
	flags.data = data
	u := &up{upFlags: flags, out: io.Discard, alone: true, database: database}
	for _, address := range []*string{&u.addresses.HTTP, &u.addresses.Temporal, &u.addresses.TemporalUI, &u.addresses.S3} {
		if *address, err = supervise.FreeAddress(); err != nil {
			return err
		}
	}
	return u.run(ctx, func(ctx context.Context) error {
		ring, err := newRing(u.config)
		if err != nil {
			return err
		}
		return measure(ctx, bench.Program{
			Database: u.config.DatabaseURL.Reveal(), API: "http://" + u.addresses.HTTP, Password: u.config.AdminPassword.Reveal(), Sandbox: "http://" + u.config.SandboxAddress,
			Temporal:    temporal.Options{Address: u.config.TemporalAddress, Namespace: u.config.TemporalNamespace, Ring: ring, Logger: quiet()},
			Concurrency: u.config.WorkerConcurrency, Children: u.children,
		})
	})
}
