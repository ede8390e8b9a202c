package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/render"
)

// bulkFigures say what a bulk job took on this machine.
type bulkFigures struct {
	Lines         int     `json:"lines"`
	Template      string  `json:"template"`
	Size          string  `json:"size"`
	Distinct      bool    `json:"distinct"` // no value is the same in all lines
	Workers       int     `json:"workers"`  // processes
	Cores         int     `json:"cores"`
	DryRunSeconds float64 `json:"dry_run_s"`
	RenderSeconds float64 `json:"render_s"` // from the job's start to its archive
	PerSecond     float64 `json:"images_per_second"`
	Bare          float64 `json:"bare_images_per_second"` // the renderer alone, in one process
	Ratio         float64 `json:"ratio"`
	ArchiveBytes  int64   `json:"archive_bytes"`
	// By process, while the images were made, and since its start.
	CPUSeconds map[string]float64 `json:"cpu_s"`
	PeakMiB    map[string]float64 `json:"peak_mib"`
}

func benchBulkCommand() *cobra.Command {
	var asJSON bool
	f := bulkFigures{Template: "gold-coupon"}
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
			if err := benchBulk(cmd.Context(), &f); err != nil {
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

// benchValues are those of line n. With distinct nothing is the same in neighbouring lines; else all
// have one code.
func benchValues(n int, distinct bool) map[string]string {
	codes := []string{"GOLD35", "WELCOME50", "WELCOME500", "SAVE100"} // the simulated CRM knows them
	if !distinct {
		codes = codes[:1]
	}
	return map[string]string{"headline": fmt.Sprintf("Save %d%%", 10+n%90), "code": codes[n%len(codes)], "valid_until": fmt.Sprintf("%d Dec 2026", 1+n%31)}
}

func benchBulk(ctx context.Context, f *bulkFigures) error {
	f.Cores = runtime.GOMAXPROCS(0)
	u, clean, err := benchUp(f.Workers, false)
	if err != nil {
		return err
	}
	defer clean()
	if err := u.run(ctx, func(ctx context.Context) error { return f.measure(ctx, u) }); err != nil {
		return err
	}
	fonts, emoji, err := loadAssets()
	if err != nil {
		return err
	}
	scene, err := benchScene(f.Size, 1)
	if err != nil {
		return err
	}
	f.Bare, err = render.BenchThroughput(ctx, render.NewEngine(fonts, emoji), f.Lines, func(n int) render.Scene {
		s := scene
		s.Values = benchValues(n, f.Distinct)
		return s
	}, time.Now)
	f.Ratio = math.Round(100*f.PerSecond/f.Bare) / 100
	return err
}

// measure sends the job to the API as a browser would, and follows it.
func (f *bulkFigures) measure(ctx context.Context, u *up) error {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	api := &benchAPI{base: "http://" + u.addresses.HTTP, http: &http.Client{Jar: jar, Timeout: time.Minute}}
	password, err := json.Marshal(map[string]string{"password": u.config.AdminPassword.Reveal()})
	if err != nil {
		return err
	}
	if err := api.call(ctx, http.MethodPost, "/api/v1/admin/session", "application/json", password, nil); err != nil {
		return err
	}
	for ready := false; !ready; {
		var t struct{ Previews struct{ State string } }
		if err := api.call(ctx, http.MethodGet, "/api/v1/templates/"+f.Template, "", nil, &t); err != nil {
			return err
		}
		if ready = t.Previews.State == "ready"; !ready {
			if err := pause(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		}
	}
	form, contentType, err := f.form()
	if err != nil {
		return err
	}
	begun := time.Now()
	var job benchJob
	if err := api.call(ctx, http.MethodPost, "/api/v1/promos/bulk", contentType, form, &job); err != nil {
		return err
	}
	if err := api.follow(ctx, &job, "ready"); err != nil {
		return err
	}
	f.DryRunSeconds = time.Since(begun).Seconds()
	before := u.children.Usage()
	if err := api.call(ctx, http.MethodPost, "/api/v1/promos/bulk/"+job.ID+"/start", "", nil, &job); err != nil {
		return err
	}
	if err := api.follow(ctx, &job, "done"); err != nil {
		return err
	}
	f.CPUSeconds, f.PeakMiB = map[string]float64{}, map[string]float64{}
	for name, used := range u.children.Usage() {
		f.CPUSeconds[name] = math.Round(100*(used.CPU-before[name].CPU).Seconds()) / 100
		f.PeakMiB[name] = math.Round(float64(used.Peak) / (1 << 20))
	}
	if job.Done != f.Lines {
		return fault.New(fault.Internal, "bench_incomplete", "%d of %d images were made", job.Done, f.Lines)
	}
	f.RenderSeconds = job.FinishedAt.Sub(job.StartedAt).Seconds()
	f.PerSecond = math.Round(10*float64(job.Done)/f.RenderSeconds) / 10
	f.ArchiveBytes = job.Archive.Bytes
	return nil
}

func (f *bulkFigures) form() (form []byte, contentType string, err error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	if err := errors.Join(w.WriteField("template", f.Template), w.WriteField("size", f.Size)); err != nil {
		return nil, "", err
	}
	part, err := w.CreateFormFile("file", "bench.csv")
	if err != nil {
		return nil, "", err
	}
	columns := []string{"headline", "code", "valid_until"}
	sheet := csv.NewWriter(part)
	rows := [][]string{columns}
	for n := range f.Lines {
		values := benchValues(n, f.Distinct)
		row := make([]string, len(columns))
		for i, name := range columns {
			row[i] = values[name]
		}
		rows = append(rows, row)
	}
	if err := errors.Join(sheet.WriteAll(rows), w.Close()); err != nil {
		return nil, "", err
	}
	return b.Bytes(), w.FormDataContentType(), nil
}

type benchJob struct {
	ID         string    `json:"id"`
	State      string    `json:"state"`
	Done       int       `json:"done"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at"`
	Archive    struct {
		Bytes int64 `json:"bytes"`
	} `json:"archive"`
}

type benchAPI struct {
	base string
	http *http.Client
}

func (a *benchAPI) call(ctx context.Context, method, path, contentType string, body []byte, out any) error {
	return benchCall(ctx, a.http, method, a.base+path, contentType, body, out)
}

// follow asks until the job is in a state, seldom enough to cost nothing.
func (a *benchAPI) follow(ctx context.Context, job *benchJob, state string) error {
	for job.State != state {
		switch job.State {
		case "failed", "cancelled", "expired":
			return fault.New(fault.Internal, "bench_failed", "the job is %s", job.State)
		}
		if err := pause(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		if err := a.call(ctx, http.MethodGet, "/api/v1/promos/bulk/"+job.ID, "", nil, job); err != nil {
			return err
		}
	}
	return nil
}
