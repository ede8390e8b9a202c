package connections

import (
	"context"
	"log/slog"
	"net"
	"net/netip"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// HookPath is the path of every webhook; the connection's own part follows.
const HookPath = "/telegram/hook/"

// mode tells how updates are received here.
func (s *Service) mode() contract.UpdatesMode {
	if s.updates == contract.UpdatesWebhook || s.updates == contract.UpdatesPolling {
		return s.updates
	}
	if s.publicURL.Scheme != "https" || local(s.publicURL.Hostname()) {
		return contract.UpdatesPolling
	}
	return contract.UpdatesWebhook
}

// local recognises a host that Telegram can't reach.
func local(host string) bool {
	if host == "localhost" || net.ParseIP(host) == nil && len(host) > 10 && host[len(host)-10:] == ".localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && (ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast())
}

func (s *Service) hookURL(c *models.Connection) string {
	return s.publicURL.JoinPath(HookPath, c.Hook).String()
}

// PrepareUpdates tells Telegram how to deliver a bot's updates, if it doesn't know, and returns how.
func (s *Service) PrepareUpdates(ctx context.Context, id string) (contract.UpdatesMode, error) {
	s.Forget(id) // a person has changed it, or time has passed
	bot, err := s.Bot(ctx, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return contract.UpdatesGone, nil
	case fault.Is(err, fault.Conflict): // no credentials, or they can't be opened
		return contract.UpdatesOff, nil
	case err != nil:
		return "", err
	case Refused(&bot.Connection) != nil, bot.Connection.Kind == models.UserAccount:
		return contract.UpdatesOff, nil
	}
	hook, err := s.api.Webhook(ctx, bot.Token())
	if err == nil {
		if s.mode() == contract.UpdatesWebhook {
			err = s.register(ctx, bot, hook)
		} else if hook.URL != "" {
			err = s.api.DeleteWebhook(ctx, bot.Token())
		}
	}
	if botapi.CodeOf(err) == botapi.Unauthorized {
		s.MarkBroken(ctx, bot, fault.From(err))
		return contract.UpdatesOff, nil
	}
	if err != nil {
		return "", err
	}
	return s.mode(), nil
}

// register tells Telegram where to deliver the updates. Its present settings are compared: another program
// may have changed them, and a new token comes with a new secret.
func (s *Service) register(ctx context.Context, bot *Bot, now botapi.Webhook) error {
	address := s.hookURL(&bot.Connection)
	if now.URL == address && bot.Connection.Registered == address {
		return nil
	}
	if err := s.api.SetWebhook(ctx, bot.Token(), address, bot.Secret()); err != nil {
		return err
	}
	s.Forget(bot.Connection.ID)
	return s.store.Connections.SetRegistered(ctx, bot.Connection.ID, address)
}

// Silence takes back the webhooks of the context's tenant, so that Telegram brings its bots nothing more. A webhook that
// Telegram does not take back holds nothing up: nobody answers at its address.
func (s *Service) Silence(ctx context.Context) error {
	list, err := s.store.Connections.List(ctx)
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		if c.Kind == models.UserAccount || c.Registered == "" {
			continue
		}
		bot, err := s.BotOf(c)
		if err == nil {
			err = s.api.DeleteWebhook(ctx, bot.token())
		}
		s.Forget(c.ID)
		if err != nil {
			slog.WarnContext(ctx, "the webhook of a tenant that is removed stays registered", "connection", c.ID, "error", err)
		}
	}
	return nil
}

// Seen records that a connection was heard from.
func (s *Service) Seen(ctx context.Context, id string) {
	if err := s.store.Connections.Seen(ctx, id); err != nil {
		slog.WarnContext(ctx, "a sign of life was not recorded", "connection", id, "error", err)
	}
}
