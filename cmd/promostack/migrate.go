package main

import (
	"context"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/models"
)

func migrateCommand() *cobra.Command {
	var showStatus, restore bool
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the database's schema up to date",
		Args:  cobra.NoArgs,
	}
	data := dataFlag(cmd)
	cmd.Flags().BoolVar(&showStatus, "status", false, "only list the migrations and whether they are applied")
	cmd.Flags().BoolVar(&restore, "restore-templates", false, "make the rows of all templates and logos again from their backups in the object store")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		return withApp(cmd, *data, func(ctx context.Context, s *settings, a *app) error {
			if showStatus {
				return printStatus(cmd, a.store)
			}
			applied, err := a.store.Migrate(ctx)
			if err != nil {
				return err
			}
			for _, name := range applied {
				cmd.Println("applied", name)
			}
			if len(applied) == 0 {
				cmd.Println("The schema is up to date")
			}
			if !restore {
				return nil
			}
			if err := s.startServices(ctx); err != nil {
				return err
			}
			n, err := a.promo.RestoreTemplates(models.Platform(ctx))
			if err == nil {
				cmd.Printf("%d template versions read from their backups\n", n)
			}
			return err
		})
	}
	return cmd
}

func printStatus(cmd *cobra.Command, store *models.Store) error {
	list, err := store.MigrationStatus(cmd.Context())
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(cmd.OutOrStdout(), 0, 4, 2, ' ', 0)
	for _, m := range list {
		state := "pending"
		if m.Applied {
			state = "applied " + m.AppliedAt.Format("2 Jan 2006, 15:04 UTC")
		}
		if m.Problem != "" {
			state += " (" + m.Problem + ")"
		}
		if _, err := w.Write([]byte(m.Name + "\t" + state + "\n")); err != nil {
			return err
		}
	}
	return w.Flush()
}
