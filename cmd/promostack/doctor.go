package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/api/admin"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sealed"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
)

func doctorCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Check every setting and every service, and say how to fix what is wrong",
		Args:  cobra.NoArgs,
	}
	data := dataFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		ctx := cmd.Context()
		s, err := findSettings(cmd, *data)
		if err != nil {
			return err
		}
		defer s.close()
		show := func(mark, label, detail, remedy string) {
			cmd.Printf("%s %-14s %s\n", mark, label, detail)
			if remedy != "" {
				cmd.Printf("  %-14s → %s\n", "", remedy)
			}
		}
		bad := showSettings(s, show)
		if s.dir != nil && !s.running {
			show("•", "Supervisor", "PromoStack is not running on "+s.dir.Path(), "Start it with `make up`; its services run only with it")
		}
		a, err := openApp(ctx, s.config, quiet())
		if err != nil {
			f := fault.From(err)
			show("✗", "Start", f.Error(), "")
			return fault.New(fault.Unavailable, "unhealthy", "PromoStack can't start with these settings").WithCause(err)
		}
		defer func() { _ = a.close() }()
		temporalClient, err := a.lazyTemporal()
		if err != nil {
			return err
		}
		defer temporalClient.Close()
		schema := a.store.CheckSchema(ctx)
		switch {
		case schema == nil:
			_ = a.store.Processes.Probe(ctx) // the database's own line tells what it finds
			bad += showKeys(ctx, a, show)
			bad += showConnections(ctx, a, temporal.Flows{Client: temporalClient}, show)
		case !fault.Is(schema, fault.Unavailable): // which the database's own line tells
			bad++
			show("✗", "Schema", fault.From(schema).Message, fault.From(schema).Remedy)
		}
		services := &admin.Services{Config: s.config, Store: a.store, Objects: a.objects, Temporal: temporalClient, CRM: a.crm, Feed: a.feed, News: a.news, Writing: a.writing}
		checks := []admin.Check{}
		if s.dir != nil && !s.running {
			checks = append(checks, services.Database(ctx)) // the other services run only with it
		} else {
			checks = services.All(ctx)
		}
		checks = slices.DeleteFunc(checks, func(c admin.Check) bool {
			// Connections were named one by one above; without a schema none of these is to be read.
			return c.Name == "connections" || (c.Name == "workers" || c.Name == "market" || c.Name == "news" || c.Name == "ai") && schema != nil
		})
		for _, c := range checks {
			mark := map[admin.State]string{admin.OK: "✓", admin.Degraded: "•", admin.Down: "✗"}[c.State]
			if c.State == admin.Down {
				bad++
			}
			detail := c.Detail
			if c.Address != "" {
				detail += " (" + strings.TrimPrefix(c.Address, "http://") + ")"
			}
			if c.Simulated {
				detail += ", simulated"
			}
			show(mark, c.Label, detail, c.Remedy)
		}
		if bad > 0 {
			return fault.New(fault.Conflict, "unhealthy", "%d things need attention", bad)
		}
		cmd.Println("All is well")
		return nil
	}
	return cmd
}

// showSettings tells what is wrong or risky about the settings, and counts what is wrong.
func showSettings(s *settings, show func(mark, label, detail, remedy string)) (wrong int) {
	found := s.config.Findings(s.env)
	for _, f := range found {
		mark := "•"
		if f.Wrong {
			mark = "✗"
			wrong++
		}
		show(mark, "Setting", f.Setting+" "+f.Message, f.Remedy)
	}
	if len(found) == 0 {
		show("✓", "Settings", "complete", "")
	}
	return wrong
}

// showKeys tells which sealed rows are of an earlier key, and counts those that no key opens.
func showKeys(ctx context.Context, a *app, show func(mark, label, detail, remedy string)) int {
	report, err := sealed.Look(models.Platform(ctx), a.store, a.ring)
	switch {
	case err != nil:
		show("✗", "Sealed rows", fault.From(err).Message, fault.From(err).Remedy)
		return 1
	case len(report.Unreadable) > 0:
		show("✗", "Sealed rows", "no key opens: "+strings.Join(report.Unreadable, "; "),
			"Put the key that sealed them into SECRET_KEY_PREVIOUS, or enter the credentials again on Connections")
	case len(report.Old) > 0:
		show("•", "Sealed rows", "of an earlier key: "+strings.Join(report.Old, "; "),
			"Run `promostack reseal`; docs/operations.md says when SECRET_KEY_PREVIOUS can go")
	default:
		show("✓", "Sealed rows", strconv.Itoa(report.Rows)+", all of the present key", "")
	}
	return len(report.Unreadable)
}

// showConnections names the connections that do not work, with what to do, and counts them.
func showConnections(ctx context.Context, a *app, flows connections.Flows, show func(mark, label, detail, remedy string)) int {
	list, err := a.store.Connections.Every(models.Platform(ctx))
	if err != nil {
		show("✗", "Connections", fault.From(err).Message, fault.From(err).Remedy)
		return 1
	}
	connections.MarkUnwatched(ctx, flows, list, time.Now())
	broken := 0
	for _, c := range list {
		if c.State != models.ConnectionBroken || c.Problem == nil {
			continue
		}
		broken++
		name := connections.Title(c.Kind)
		if c.Username != "" {
			name += " @" + c.Username
		}
		if t, err := a.store.Tenants.ByID(models.Platform(ctx), c.TenantID); err == nil {
			name += " of " + t.Slug
		}
		show("✗", "Connection", name+": "+c.Problem.Message, c.Problem.Remedy)
	}
	if broken == 0 && len(list) > 0 {
		show("✓", "Connections", strconv.Itoa(len(list))+", none broken", "")
	}
	return broken
}
