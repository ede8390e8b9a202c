package main

import (
	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/sealed"
	"github.com/promostack/promostack/models"
)

func resealCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "reseal",
		Short: "Seal credentials anew that an earlier SECRET_KEY sealed",
		Long: "Seal credentials anew that an earlier SECRET_KEY sealed. To change the key: set SECRET_KEY to the new one and\n" +
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
		cmd.Printf("%d sealed anew\n", n)
		return err
	}
	return cmd
}
