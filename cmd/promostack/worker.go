package main

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/activities"
	"github.com/promostack/promostack/internal/config"
	"github.com/promostack/promostack/internal/metrics"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/templatepreview"
)

func workerCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "worker",
		Short: "Run flows and their activities",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := config.Load()
			if err != nil {
				return err
			}
			return runWorker(cmd.Context(), c)
		},
	}
}

func runWorker(ctx context.Context, c *config.Config) error {
	logger := startLogging(c, "worker")
	a, err := openWhenReady(ctx, c, logger)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	engine, err := temporal.Dial(ctx, a.temporalOptions())
	if err != nil {
		return err
	}
	defer engine.Close()

	options := temporal.WorkerOptions(c.WorkerConcurrency)
	failed := make(chan error, 1)
	options.OnFatalError = func(err error) { failed <- err }
	w := worker.New(engine, temporal.QueueFlows, options)
	templatepreview.Register(w)
	(&activities.Promo{Service: a.promo}).Register(w)
	if err := w.Start(); err != nil {
		return temporal.Away(c.TemporalAddress, err)
	}
	defer w.Stop()
	go sweepPreviews(ctx, a.store, engine)

	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case err := <-failed:
			cancel(err) // the supervisor starts a fresh one
		case <-ctx.Done():
		}
	}()
	err = serve(ctx, workerHealth(a), c.WorkerHTTPAddress, "WORKER_HTTP_ADDRESS")
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(err, cause)
	}
	return err
}

// workerHealth answers health checks and metrics of a worker.
func workerHealth(a *app) *http.Server {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		if err := a.store.Ping(r.Context()); err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /metrics", metrics.New("worker", version).Handler())
	return &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
}

const (
	sweepEvery = 5 * time.Second
	sweepAge   = 3 * time.Second
	sweepLimit = 100
)

// sweepPreviews starts the preview flow of published versions that have none running: the process
// that published may have died before it could start the flow, or Temporal may have been away.
func sweepPreviews(ctx context.Context, store *models.Store, engine client.Client) {
	age := time.Duration(0) // the first look takes all, so that a restart loses no time
	for {
		pending, err := store.Templates.PendingPreviews(models.Platform(ctx), time.Now().Add(-age), sweepLimit)
		for _, p := range pending {
			err = errors.Join(err, templatepreview.Start(ctx, engine, templatepreview.Input{
				TenantID: p.TenantID, TemplateID: p.TemplateID, VersionID: p.VersionID,
			}))
		}
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "sweep of previews", "error", err)
		}
		age = sweepAge
		select {
		case <-ctx.Done():
			return
		case <-time.After(sweepEvery):
		}
	}
}
