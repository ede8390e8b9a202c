package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/api/admin"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/service/sealed"
	"github.com/promostack/promostack/models"
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
		show("✓", "Settings", "complete", "")
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
		bad := 0
		if err := a.store.CheckSchema(ctx); err != nil {
			bad++
			show("✗", "Schema", fault.From(err).Message, fault.From(err).Remedy)
		}
		if bad == 0 {
			bad += showKeys(ctx, a, show)
		}
		if s.dir != nil && !s.running && bad == 0 {
			return nil // the other services run only with it
		}
		temporalClient, err := a.lazyTemporal()
		if err != nil {
			return err
		}
		defer temporalClient.Close()
		services := &admin.Services{Config: s.config, Store: a.store, Objects: a.objects, Temporal: temporalClient, CRM: a.crm}
		for _, c := range services.All(ctx) {
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
