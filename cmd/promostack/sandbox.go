package main

import (
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/config"
	"github.com/promostack/promostack/internal/fault"
	"github.com/promostack/promostack/internal/sandbox"
)

func sandboxCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sandbox",
		Short: "Simulate outside services that have no credentials",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			env, err := config.Environ()
			if err != nil {
				return err
			}
			c, err := config.Parse(env)
			if err != nil {
				return err
			}
			startLogging(c, "sandbox")
			if !c.Sandbox {
				return fault.New(fault.Forbidden, "sandbox_off", "The sandbox is switched off").
					WithRemedy("Set SANDBOX=on, on a machine that is not in production")
			}
			return serve(cmd.Context(), newSandbox(c), c.SandboxAddress, "SANDBOX_ADDRESS")
		},
	}
}

func newSandbox(c *config.Config) *http.Server {
	return &http.Server{
		Handler:           sandbox.New(sandbox.Options{CRMKey: c.FunderProAPIKey, CRMProductID: c.FunderProProductID, Clock: time.Now}),
		ReadHeaderTimeout: 5 * time.Second,
	}
}
