package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/sandbox"
	"github.com/promostack/promostack/internal/sandbox/ai"
	"github.com/promostack/promostack/internal/sandbox/market"
	"github.com/promostack/promostack/internal/sandbox/mtproto"
	"github.com/promostack/promostack/internal/sandbox/news"
	"github.com/promostack/promostack/internal/sandbox/telegram"
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
			bots, err := telegram.Open(cmd.Context(), telegram.Options{File: c.SandboxData, Bots: simulatedBots(c), Channels: goldChannels(), Logger: slog.Default()})
			if err != nil {
				return noSandboxData(c, err)
			}
			defer func() { _ = bots.Close() }()
			gold, err := market.Open(cmd.Context(), market.Options{File: c.SandboxData})
			if err != nil {
				return noSandboxData(c, err)
			}
			defer func() { _ = gold.Close() }()
			wire, err := news.Open(cmd.Context(), news.Options{File: c.SandboxData})
			if err != nil {
				return noSandboxData(c, err)
			}
			defer func() { _ = wire.Close() }()
			parts := []sandbox.Part{bots, gold, wire}
			if c.AISimulated() { // a key of a real model does not belong here
				parts = append(parts, ai.New(ai.Options{Key: c.OpenAIAPIKey}))
			}
			if c.TelegramMTProtoAddress != "" {
				accounts, err := serveMTProto(cmd.Context(), c)
				if err != nil {
					return err
				}
				parts = append(parts, accounts)
			}
			server := newSandbox(c, parts...)
			// Long requests end when the process is to stop, so that it does not wait for them.
			server.BaseContext = func(net.Listener) context.Context { return cmd.Context() }
			handler := server.Handler
			d, err := openDoor(cmd.Context(), server, c.SandboxAddress, "SANDBOX_ADDRESS")
			if err != nil {
				return err
			}
			return d.serve(cmd.Context(), handler)
		},
	}
}

func noSandboxData(c *config.Config, err error) error {
	return fault.New(fault.Unavailable, "sandbox_data", "The sandbox's database %s can't be opened", c.SandboxData).
		WithRemedy("Set SANDBOX_DATA to a file in a folder that can be written").WithCause(err)
}

// serveMTProto starts the simulated Telegram of user accounts, which ends with ctx.
func serveMTProto(ctx context.Context, c *config.Config) (*mtproto.Simulator, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.TelegramMTProtoAddress)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "cannot_listen", "The sandbox can't listen on TELEGRAM_MTPROTO_ADDRESS").WithCause(err)
	}
	folder := filepath.Dir(c.TelegramMTProtoKey)
	simulator, err := mtproto.New(mtproto.Options{Folder: folder, Logger: slog.Default()})
	if err != nil {
		return nil, errors.Join(fault.New(fault.Unavailable, "sandbox_data", "The simulated Telegram can't keep its state in %s", folder).
			WithRemedy("Set TELEGRAM_MTPROTO_KEY to a file in a folder that can be written").WithCause(err), listener.Close())
	}
	go func() {
		if err := simulator.Serve(ctx, listener); err != nil {
			slog.Error("the simulated Telegram of user accounts ended", "error", err)
		}
	}()
	return simulator, nil
}

func newSandbox(c *config.Config, parts ...sandbox.Part) *http.Server {
	return &http.Server{
		Handler:           sandbox.New(sandbox.Options{CRMKey: c.FunderProAPIKey, CRMProductID: c.FunderProProductID, Clock: time.Now, Parts: parts}),
		ReadHeaderTimeout: 5 * time.Second,
	}
}

// simulatedBots are the bots of the settings, under the names that people know. The token of a bot
// that lives at Telegram does not belong here.
func simulatedBots(c *config.Config) []telegram.Bot {
	var out []telegram.Bot
	for _, b := range []telegram.Bot{
		{Token: c.TelegramBotToken.Reveal(), Username: promoBotName, FirstName: "PromoStack"},
		{Token: c.ForexBotToken.Reveal(), Username: signalBotName, FirstName: "PromoStack Signals"},
	} {
		if b.Token != "" && c.TelegramAPIURL != config.TelegramURL {
			out = append(out, b)
		}
	}
	return out
}

// Names of the bots of the settings, and of the channels of the demo's signal bot.
const (
	promoBotName  = "promostack_bot"
	signalBotName = "promostack_signals_bot"
	sandboxVIP    = "sandbox_gold_vip"
	sandboxFree   = "sandbox_gold_free"
)

func goldChannels() []telegram.Channel {
	return []telegram.Channel{{Title: "Gold VIP", Username: sandboxVIP, Members: 184}, {Title: "Gold FREE", Username: sandboxFree, Members: 2310}}
}
