package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/activities"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/service/accounts/owner"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/bulkrender"
	"github.com/promostack/promostack/workflows/conversation"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/dispatch"
	"github.com/promostack/promostack/workflows/housekeeping"
	"github.com/promostack/promostack/workflows/promochat"
	"github.com/promostack/promostack/workflows/templatepreview"
	"github.com/promostack/promostack/workflows/useraccount"
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
	temporalClient, err := temporal.Dial(ctx, a.temporalOptions())
	if err != nil {
		return err
	}
	defer temporalClient.Close()

	worker.SetStickyWorkflowCacheSize(temporal.CachedFlows)
	options := temporal.WorkerOptions(c.WorkerConcurrency)
	failed := make(chan error, 3)
	options.OnFatalError = func(err error) { failed <- err }
	w := worker.New(temporalClient, temporal.QueueFlows, options)
	for _, register := range []func(worker.WorkflowRegistry){templatepreview.Register, bulkrender.Register, dispatch.Register,
		housekeeping.Register, promochat.Register, botupdates.Register, delivery.Register, useraccount.Register, conversation.Register} {
		register(w)
	}
	(&activities.Promo{Service: a.promo}).Register(w)
	(&activities.Housekeeping{Promo: a.promo, Inbox: a.inbox, Sending: a.sending, Journeys: a.journeys}).Register(w)
	(&activities.PromoBot{Service: a.promoBot}).Register(w)
	telegram := &activities.Telegram{Connections: a.connections, Inbox: a.inbox, Sending: a.sending}
	telegram.Register(w)
	(&activities.Conversation{Service: a.journeys}).Register(w)
	box := newOutbox(a, temporalClient)
	account := &activities.Account{Service: newOwner(a), Client: temporalClient}
	account.Register(w)
	bulkOptions := temporal.BulkOptions()
	bulkOptions.OnFatalError = options.OnFatalError
	bulk := worker.New(temporalClient, temporal.QueueBulk, bulkOptions)
	(&activities.Bulk{Service: a.promo}).Register(bulk)
	connectionOptions := temporal.ConnectionOptions()
	connectionOptions.OnFatalError = options.OnFatalError
	connections := worker.New(temporalClient, temporal.QueueConnections, connectionOptions)
	telegram.RegisterLong(connections)
	account.RegisterLong(connections)
	for _, one := range []worker.Worker{w, bulk, connections} {
		if err := one.Start(); err != nil {
			return temporal.Away(c.TemporalAddress, err)
		}
		defer one.Stop()
	}
	if _, err := a.promo.RequeuePreviews(models.Platform(ctx), func() {}); err != nil {
		logger.Warn("previews not queued again", "error", err)
	}
	if err := seedBots(ctx, a); err != nil {
		logger.Warn("a bot of the settings is not connected", "error", err)
	}
	if err := a.connections.EnsureUpdates(models.Platform(ctx)); err != nil {
		logger.Warn("bots' updates not checked again", "error", err)
	}
	if err := a.accounts.EnsureOwners(models.Platform(ctx)); err != nil {
		logger.Warn("user accounts not checked again", "error", err)
	}
	go box.Run(ctx)
	go newTimetable(a, temporalClient).Run(ctx)
	go signalOverdue(ctx, a)

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

// overdueEvery is how often conversations are looked for that should have gone on.
const overdueEvery = 5 * time.Minute

// signalOverdue signals conversations whose flow is gone, until ctx ends.
func signalOverdue(ctx context.Context, a *app) {
	tick := time.NewTicker(overdueEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if n, err := a.journeys.SignalOverdue(models.Platform(ctx)); err != nil || n > 0 {
			a.logger.Warn("conversations that should have gone on were signalled", "count", n, "error", err)
		}
	}
}

// newOwner holds user accounts in this process.
func newOwner(a *app) *owner.Service {
	return owner.New(owner.Options{Store: a.store, Ring: a.ring, Telegram: owner.Telegram{
		AppID: a.config.TelegramAppID, AppHash: a.config.TelegramAppHash, Version: version,
		Address: a.config.TelegramMTProtoAddress, KeyFile: a.config.TelegramMTProtoKey,
	}, Inbox: a.inbox, Journeys: a.journeys})
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
