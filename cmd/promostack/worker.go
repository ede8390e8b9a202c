package main

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/spf13/cobra"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/activities"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/service/accounts/owner"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/backtest"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/bulkrender"
	"github.com/promostack/promostack/workflows/channelpost"
	"github.com/promostack/promostack/workflows/conversation"
	"github.com/promostack/promostack/workflows/crosspromo"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/dispatch"
	"github.com/promostack/promostack/workflows/housekeeping"
	"github.com/promostack/promostack/workflows/hype"
	"github.com/promostack/promostack/workflows/marketfeed"
	"github.com/promostack/promostack/workflows/promochat"
	"github.com/promostack/promostack/workflows/signal"
	"github.com/promostack/promostack/workflows/templatepreview"
	"github.com/promostack/promostack/workflows/tenantremoval"
	"github.com/promostack/promostack/workflows/tenantsetup"
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
	d, err := openDoor(ctx, &http.Server{ReadHeaderTimeout: 5 * time.Second}, c.WorkerHTTPAddress, "WORKER_HTTP_ADDRESS")
	if err != nil {
		return err
	}
	stopTraces, err := startTraces(ctx, c, "worker")
	if err != nil {
		return err
	}
	defer stopTraces()
	a, err := openWhenReady(ctx, c, logger)
	if err != nil {
		return err
	}
	defer func() { _ = a.close() }()
	options := a.temporalOptions()
	if options.SealedSince, err = a.store.MigratedAt(ctx, sealsBegan); err != nil {
		return err
	}
	temporalClient, err := temporal.Dial(ctx, options)
	if err != nil {
		return err
	}
	defer temporalClient.Close()

	worker.SetStickyWorkflowCacheSize(temporal.CachedFlows)
	workerOptions := temporal.WorkerOptions(c.WorkerConcurrency)
	failed := make(chan error, 3)
	workerOptions.OnFatalError = func(err error) { failed <- err }
	w := worker.New(temporalClient, temporal.QueueFlows, workerOptions)
	for _, register := range []func(worker.WorkflowRegistry){templatepreview.Register, bulkrender.Register, dispatch.Register,
		housekeeping.Register, promochat.Register, botupdates.Register, delivery.Register, useraccount.Register, conversation.Register, marketfeed.Register, signal.Register, channelpost.Register, crosspromo.Register, hype.Register, backtest.Register, tenantsetup.Register, tenantremoval.Register} {
		register(w)
	}
	(&activities.Promo{Service: a.promo}).Register(w)
	(&activities.Housekeeping{Promo: a.promo, Inbox: a.inbox, Sending: a.sending, Journeys: a.journeys}).Register(w)
	(&activities.PromoBot{Service: a.promoBot}).Register(w)
	telegram := &activities.Telegram{Connections: a.connections, Inbox: a.inbox, Sending: a.sending}
	telegram.Register(w)
	(&activities.Conversation{Service: a.journeys}).Register(w)
	(&activities.Market{Feed: a.feed, Signals: a.signals}).Register(w)
	(&activities.Signals{Service: a.signals}).Register(w)
	(&activities.CrossPromo{Service: a.crossPromo}).Register(w)
	(&activities.Hype{Service: a.hype}).Register(w)
	(&activities.ChannelPosts{Service: a.posts}).Register(w)
	tests := &activities.Backtests{Service: a.backtests}
	tests.Register(w)
	timetable := newTimetable(a, temporalClient)
	owners := &activities.Tenants{Service: a.tenants, Timetable: timetable, Flows: temporal.Flows{Client: temporalClient, Namespace: c.TemporalNamespace}}
	owners.Register(w)
	box := newOutbox(a, temporalClient)
	account := &activities.Account{Service: newOwner(a), Client: temporalClient}
	account.Register(w)
	bulkOptions := temporal.BulkOptions()
	bulkOptions.OnFatalError = workerOptions.OnFatalError
	bulk := worker.New(temporalClient, temporal.QueueBulk, bulkOptions)
	(&activities.Bulk{Service: a.promo}).Register(bulk)
	tests.RegisterLong(bulk)
	owners.RegisterLong(bulk)
	connectionOptions := temporal.ConnectionOptions()
	connectionOptions.OnFatalError = workerOptions.OnFatalError
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
	defer beat(ctx, a, models.PartWorker, func(ctx context.Context) string { return temporalProblem(ctx, temporalClient) })()
	go box.Run(ctx)
	go timetable.Run(ctx)
	go reconcile(ctx, a, temporalClient)
	go fold(ctx, a)

	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case err := <-failed:
			cancel(err) // the supervisor starts a fresh one
		case <-ctx.Done():
		}
	}()
	err = d.serve(ctx, workerHealth(a, temporalClient))
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return errors.Join(err, cause)
	}
	return err
}

// sealsBegan is the migration of the release that began to seal the calls of flows.
const sealsBegan = "202611291600_doors"

// reconcileEvery is how often what should run is compared with the database.
const reconcileEvery = 5 * time.Minute

// reconcile brings back what should run and does not, until ctx ends: the flows that watch bots, the owners of
// user accounts, the market's feed, and conversations that should have gone on. Somebody may have ended them by hand.
func reconcile(ctx context.Context, a *app, temporalClient client.Client) {
	tick := time.NewTicker(reconcileEvery)
	defer tick.Stop()
	startFeed := marketfeed.SignalWithStart // the settings of a fresh process may be others: it looks at once
	for {
		if err := a.connections.EnsureUpdates(models.Platform(ctx)); err != nil {
			a.logger.Warn("bots' updates not checked again", "error", err)
		}
		if err := a.accounts.EnsureOwners(models.Platform(ctx)); err != nil {
			a.logger.Warn("user accounts not checked again", "error", err)
		}
		if a.feed != nil {
			if err := startFeed(ctx, temporalClient, contract.MarketFeed{Provider: a.feed.Market.Provider, Symbol: a.feed.Market.Symbol}); err != nil {
				a.logger.Warn("the market's feed not checked again", "error", err)
			} else {
				startFeed = marketfeed.Start
			}
		}
		if err := a.tenants.Reconcile(models.Platform(ctx)); err != nil {
			a.logger.Warn("tenants that are new or going not checked again", "error", err)
		}
		if err := a.signals.Reconcile(ctx); err != nil {
			a.logger.Warn("signals not checked again", "error", err)
		}
		if err := a.crossPromo.Reconcile(ctx); err != nil {
			a.logger.Warn("the days' programmes not checked again", "error", err)
		}
		if err := a.posts.Reconcile(ctx); err != nil {
			a.logger.Warn("deletions of posts not checked again", "error", err)
		}
		if err := a.backtests.Reconcile(ctx); err != nil {
			a.logger.Warn("backtests not checked again", "error", err)
		}
		if n, err := a.journeys.SignalOverdue(models.Platform(ctx)); err != nil || n > 0 {
			a.logger.Warn("conversations that should have gone on were signalled", "count", n, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// foldEvery is how often changes of counts are folded into them: reading few of them besides costs next to nothing.
const foldEvery = 5 * time.Second

func fold(ctx context.Context, a *app) {
	tick := time.NewTicker(foldEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := a.store.Tallies.Fold(ctx); err != nil && ctx.Err() == nil {
			a.logger.Warn("counts not folded", "error", err)
		}
	}
}

// temporalProblem is empty while Temporal answers.
func temporalProblem(ctx context.Context, c client.Client) string {
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	if _, err := c.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return "Temporal does not answer"
	}
	return ""
}

// newOwner holds user accounts in this process.
func newOwner(a *app) *owner.Service {
	return owner.New(owner.Options{Store: a.store, Ring: a.ring, Telegram: owner.Telegram{
		AppID: a.config.TelegramAppID, AppHash: a.config.TelegramAppHash, Version: version,
		Address: a.config.TelegramMTProtoAddress, KeyFile: a.config.TelegramMTProtoKey,
	}, Inbox: a.inbox, Journeys: a.journeys})
}

// workerHealth answers health checks and metrics of a worker. It is ready while it reaches its database and Temporal.
func workerHealth(a *app, temporalClient client.Client) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyWithin)
		defer cancel()
		problem := temporalProblem(ctx, temporalClient)
		if err := a.store.Ping(ctx); err != nil {
			problem = fault.From(err).Message
		}
		if problem != "" {
			http.Error(w, problem, http.StatusServiceUnavailable)
		}
	})
	figures := metrics.New("worker", version)
	figures.Watch(standing(a))
	exporter := figures.Handler()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !metrics.Allows(r, a.config.MetricsToken) {
			http.Error(w, "This needs the metrics token as a bearer token", http.StatusUnauthorized)
			return
		}
		exporter.ServeHTTP(w, r)
	})
	return mux
}
