package bench

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"math"
	"mime/multipart"
	"net/http"
	"runtime"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/engine/render"
)

// BulkFigures say what a bulk job took on this machine.
type BulkFigures struct {
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

// valuesOf are those of line n. With distinct nothing is the same in neighbouring lines; else all
// have one code.
func valuesOf(n int, distinct bool) map[string]string {
	codes := []string{"GOLD35", "WELCOME50", "WELCOME500", "SAVE100"} // the simulated CRM knows them
	if !distinct {
		codes = codes[:1]
	}
	return map[string]string{"headline": fmt.Sprintf("Save %d%%", 10+n%90), "code": codes[n%len(codes)], "valid_until": fmt.Sprintf("%d Dec 2026", 1+n%31)}
}

// Bulk measures a bulk job from its start to its archive.
func (f *BulkFigures) Bulk(ctx context.Context, p Program) error {
	f.Cores = runtime.GOMAXPROCS(0)
	api, err := p.signIn(ctx)
	if err != nil {
		return err
	}
	for ready := false; !ready; {
		var t struct{ Previews struct{ State string } }
		if err := api.call(ctx, http.MethodGet, "/api/v1/templates/"+f.Template, nil, &t); err != nil {
			return err
		}
		if ready = t.Previews.State == "ready"; !ready {
			if err := wait.For(ctx, 100*time.Millisecond); err != nil {
				return err
			}
		}
	}
	form, contentType, err := f.form()
	if err != nil {
		return err
	}
	begun := time.Now()
	var job bulkJob
	if err := call(ctx, api.http, http.MethodPost, api.base+"/api/v1/promos/bulk", map[string]string{"Content-Type": contentType}, form, &job); err != nil {
		return err
	}
	if err := job.follow(ctx, api, "ready"); err != nil {
		return err
	}
	f.DryRunSeconds = time.Since(begun).Seconds()
	before := p.Children.Usage()
	if err := api.call(ctx, http.MethodPost, "/api/v1/promos/bulk/"+job.ID+"/start", nil, &job); err != nil {
		return err
	}
	if err := job.follow(ctx, api, "done"); err != nil {
		return err
	}
	f.CPUSeconds, f.PeakMiB = map[string]float64{}, map[string]float64{}
	for name, used := range p.Children.Usage() {
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

// Alone measures the renderer alone with the same images, and compares.
func (f *BulkFigures) Alone(ctx context.Context, engine *render.Engine) error {
	scene, err := goldCoupon(f.Size, 1)
	if err != nil {
		return err
	}
	f.Bare, err = throughput(ctx, engine, f.Lines, func(n int) render.Scene {
		s := scene
		s.Values = valuesOf(n, f.Distinct)
		return s
	}, time.Now)
	f.Ratio = math.Round(100*f.PerSecond/f.Bare) / 100
	return err
}

func (f *BulkFigures) form() (form []byte, contentType string, err error) {
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
		values := valuesOf(n, f.Distinct)
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

type bulkJob struct {
	ID         string    `json:"id"`
	State      string    `json:"state"`
	Done       int       `json:"done"`
	StartedAt  time.Time `json:"started_at"`
	FinishedAt time.Time `json:"finished_at"`
	Archive    struct {
		Bytes int64 `json:"bytes"`
	} `json:"archive"`
}

// follow asks until the job is in a state, seldom enough to cost nothing.
func (job *bulkJob) follow(ctx context.Context, api *api, state string) error {
	for job.State != state {
		switch job.State {
		case "failed", "cancelled", "expired":
			return fault.New(fault.Internal, "bench_failed", "the job is %s", job.State)
		}
		if err := wait.For(ctx, 100*time.Millisecond); err != nil {
			return err
		}
		if err := api.call(ctx, http.MethodGet, "/api/v1/promos/bulk/"+job.ID, nil, job); err != nil {
			return err
		}
	}
	return nil
}
