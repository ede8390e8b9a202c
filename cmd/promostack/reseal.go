package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/sealed"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/handlers"
	"github.com/promostack/promostack/workflows/useraccount"
)

func resealCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reseal",
		Short: "Reseal credentials that an earlier SECRET_KEY sealed",
		Long: "Reseal credentials that an earlier SECRET_KEY sealed. To change the key: set SECRET_KEY to the new one and\n" +
			"SECRET_KEY_PREVIOUS to the old one, restart, run this, then remove SECRET_KEY_PREVIOUS and restart.",
		Args: cobra.NoArgs,
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		s, err := findSettings(cmd, *data)
		if err != nil {
			return err
		}
		defer s.close()
		a, err := openApp(cmd.Context(), s.config, quiet())
		if err != nil {
			return err
		}
		defer func() { _ = a.close() }()
		n, err := sealed.Renew(models.Platform(cmd.Context()), a.store, a.ring)
		if err != nil {
			return err
		}
		cmd.Printf("%d resealed\n", n)
		temporalClient, err := a.lazyTemporal()
		if err != nil {
			return err
		}
		defer temporalClient.Close()
		if n, err = beginAnew(cmd.Context(), a, temporalClient); err != nil {
			return fault.New(fault.Unavailable, "flows_not_renewed", "The flows of connections still hold what the earlier key sealed").
				WithRemedy("Run this again when Temporal answers").WithCause(err)
		}
		cmd.Printf("%d flows of connections restarted\n", n)
		if n, err = conversationsAnew(cmd.Context(), a, temporalClient); err != nil {
			return fault.New(fault.Unavailable, "flows_not_renewed", "Conversations still hold what the earlier key sealed").
				WithRemedy("Run this again when Temporal answers").WithCause(err)
		}
		cmd.Printf("%d conversations restarted\n", n)
		return nil
	}
	return cmd
}

// beginAnew ends the flows that run for as long as a connection exists, and starts them again: what
// they were started with is sealed in their histories. It returns how many.
func beginAnew(ctx context.Context, a *app, temporalClient client.Client) (int, error) {
	list, err := a.store.Connections.Every(models.Platform(ctx))
	if err != nil {
		return 0, err
	}
	n := 0
	for _, c := range list {
		in := contract.Connection{TenantID: c.TenantID, ConnectionID: c.ID}
		id, begin := contract.UpdatesID(c.TenantID, c.ID), botupdates.SignalWithStart
		if c.Kind == models.UserAccount {
			id, begin = contract.AccountID(c.TenantID, c.ID), useraccount.SignalWithStart
		}
		ctx := tenant.With(ctx, c.TenantID)
		err := temporalClient.TerminateWorkflow(ctx, id, "", "restarted under another key")
		if missing, ok := errors.AsType[*serviceerror.NotFound](err); ok && missing != nil {
			continue // it does not run
		}
		if err == nil {
			err = begin(ctx, temporalClient, in)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// conversationsAnew does the same with the flows of people in journeys, who may sleep for longer than anybody
// keeps a key: where they are stands in the database.
func conversationsAnew(ctx context.Context, a *app, temporalClient client.Client) (int, error) {
	signals, n := handlers.Conversations(temporalClient), 0
	for _, flow := range inbox.SleepingFlows() {
		m, err := anew(ctx, a, temporalClient, flow, signals[flow])
		if n += m; err != nil {
			return n, err
		}
	}
	return n, nil
}

func anew(ctx context.Context, a *app, temporalClient client.Client, flow string, signal handlers.Conversation) (n int, err error) {
	for after := ""; ; {
		list, err := a.store.Conversations.Open(models.Platform(ctx), flow, after, models.MaxPage)
		if err != nil || len(list) == 0 {
			return n, err
		}
		for _, c := range list {
			after = c.ID
			ctx := tenant.With(ctx, c.TenantID)
			err := temporalClient.TerminateWorkflow(ctx, contract.ChatID(flow, c.TenantID, c.ConnectionID, c.UserID), "", "restarted under another key")
			if missing, ok := errors.AsType[*serviceerror.NotFound](err); err != nil && (!ok || missing == nil) {
				return n, err
			}
			if err := signal(ctx, contract.ChatMessage{TenantID: c.TenantID, ConnectionID: c.ConnectionID, UserID: c.UserID}); err != nil {
				return n, err
			}
			n++
		}
	}
}
