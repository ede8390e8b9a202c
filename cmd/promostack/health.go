package main

import (
	"net"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
)

func healthCommand() *cobra.Command {
	var worker bool
	cmd := &cobra.Command{
		Use:   "health",
		Short: "Ask the API or the worker of this machine whether it is ready, for the health check of a container",
		Args:  cobra.NoArgs,
	}
	cmd.Flags().BoolVar(&worker, "worker", false, "ask the worker instead of the API")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		env, err := config.Environ()
		if err != nil {
			return err
		}
		c, err := config.Parse(env)
		if err != nil {
			return err
		}
		setting, address := "HTTP_ADDRESS", c.HTTPAddress
		if worker {
			setting, address = "WORKER_HTTP_ADDRESS", c.WorkerHTTPAddress
		}
		host, port, err := net.SplitHostPort(address)
		if err != nil || port == "0" {
			return fault.InvalidField(setting, "no_port", "must name a port, so that it can be asked")
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			address = net.JoinHostPort("127.0.0.1", port)
		}
		return answers(address, "/readyz", readyWithin)(cmd.Context())
	}
	return cmd
}
