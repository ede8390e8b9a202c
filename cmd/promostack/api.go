package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/api"
	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/web"
)

func apiCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "api",
		Short: "Serve the API and the dashboard",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx := cmd.Context()
			c, err := config.Load()
			if err != nil {
				return err
			}
			logger := startLogging(c, "api")
			d, err := openDoor(ctx, api.HTTPServer(logger), c.HTTPAddress, "HTTP_ADDRESS")
			if err != nil {
				return err
			}
			stopTraces, err := startTraces(ctx, c, "api")
			if err != nil {
				return err
			}
			defer stopTraces()
			a, err := openWhenReady(ctx, c, logger)
			if err != nil {
				return err
			}
			defer func() { _ = a.close() }()
			temporalClient, err := a.lazyTemporal()
			if err != nil {
				return err
			}
			defer temporalClient.Close()
			newOutbox(a, temporalClient)
			dashboard := web.Handler(web.Options{Assets: assets.UI(), ImageOrigins: imageOrigins(c)})
			figures := metrics.New("api", version)
			figures.Watch(standing(a))
			server := api.New(api.Options{
				Config: c, Ring: a.ring, Store: a.store, Objects: a.objects, Fonts: a.fonts, Emoji: a.emoji, Promo: a.promo, CRM: a.crm, Connections: a.connections, Inbox: a.inbox, PromoBot: a.promoBot, Posts: a.posts, Accounts: a.accounts, Feed: a.feed, News: a.news, Signals: a.signals, CrossPromo: a.crossPromo, Hype: a.hype, Backtests: a.backtests, Writing: a.writing, Journeys: a.journeys,
				Temporal: temporalClient, Flows: temporal.Flows{Client: temporalClient, Namespace: c.TemporalNamespace}, Tenants: a.tenants,
				Metrics: figures, Dashboard: dashboard, Pages: dashboard, Version: version, Now: time.Now,
			})
			go server.Sweep(ctx)
			defer beat(ctx, a, models.PartAPI, func(context.Context) string { return "" })()
			return d.serve(ctx, server.Handler())
		},
	}
}

// imageOrigins are the foreign origins from which the dashboard shows pictures.
func imageOrigins(c *config.Config) []string {
	if c.SpacesCDNURL == "" {
		return nil
	}
	return []string{c.SpacesCDNURL}
}
