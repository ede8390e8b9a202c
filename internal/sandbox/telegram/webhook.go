package telegram

import (
	"encoding/json"
	"net/url"
	"regexp"
	"strings"

	"github.com/promostack/promostack/internal/host/config"
)

var secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,256}$`)

// setWebhook also accepts plain http on loopback, where no other machine listens.
func setWebhook(c *call) (any, error) {
	address := strings.TrimSpace(c.text("url"))
	if address == "" {
		return deleteWebhook(c)
	}
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return nil, bad("bad webhook: invalid HTTPS URL specified")
	case u.Scheme == "https":
		port := u.Port()
		if port != "" && port != "443" && port != "80" && port != "88" && port != "8443" && !config.LoopbackName(u.Hostname()) {
			return nil, bad("bad webhook: webhook can be set up only on ports 80, 88, 443 or 8443")
		}
	case u.Scheme != "http" || !config.LoopbackName(u.Hostname()):
		return nil, bad("bad webhook: an HTTPS URL must be provided for webhook")
	}
	if secret := c.text("secret_token"); secret != "" && !secretForm.MatchString(secret) {
		if len(secret) > 256 {
			return nil, bad("secret token is too long")
		}
		return nil, bad("secret token contains unallowed characters")
	}
	conns, ok := c.integer("max_connections")
	if !ok || conns < 1 || conns > 100 {
		conns = 40
	}
	if err := c.dropPending(); err != nil {
		return nil, err
	}
	if err := c.allow(); err != nil {
		return nil, err
	}
	if err := c.exec("UPDATE bots SET webhook = ?, secret = ?, connections = ?, error_at = 0, error_text = '' WHERE id = ?",
		address, c.text("secret_token"), conns, c.bot.ID); err != nil {
		return nil, err
	}
	c.s.pollers.end(c.bot.ID, conflict("terminated by setWebhook request"))
	c.signal(c.bot)
	if c.bot.webhook == address {
		return described{true, "Webhook is already set"}, nil
	}
	return described{true, "Webhook was set"}, nil
}

func (c *call) dropPending() error {
	if !c.flag("drop_pending_updates") {
		return nil
	}
	return c.exec("DELETE FROM updates WHERE bot = ?", c.bot.ID)
}

func deleteWebhook(c *call) (any, error) {
	if err := c.dropPending(); err != nil {
		return nil, err
	}
	if c.bot.webhook == "" {
		return described{true, "Webhook is already deleted"}, nil
	}
	return described{true, "Webhook was deleted"}, c.exec("UPDATE bots SET webhook = '', secret = '', error_at = 0, error_text = '' WHERE id = ?", c.bot.ID)
}

func getWebhookInfo(c *call) (any, error) {
	var pending, errorAt int64
	var errorText string
	if _, err := c.get("SELECT (SELECT count(*) FROM updates WHERE bot = ?), error_at, error_text FROM bots WHERE id = ?", []any{c.bot.ID, c.bot.ID}, &pending, &errorAt, &errorText); err != nil {
		return nil, err
	}
	out := map[string]any{"url": c.bot.webhook, "has_custom_certificate": false, "pending_update_count": pending}
	if c.bot.webhook != "" {
		out["max_connections"] = c.bot.conns
		if u, err := url.Parse(c.bot.webhook); err == nil && config.LoopbackName(u.Hostname()) {
			out["ip_address"] = "127.0.0.1"
		}
	}
	if errorAt > 0 {
		out["last_error_date"], out["last_error_message"] = errorAt, errorText
	}
	if c.bot.allowed != "" {
		out["allowed_updates"] = json.RawMessage(c.bot.allowed)
	}
	return out, nil
}
