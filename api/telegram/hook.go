package telegram

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/fault"
	"github.com/promostack/promostack/internal/messaging"
	"github.com/promostack/promostack/internal/secrets"
	"github.com/promostack/promostack/internal/telegram/botapi"
)

// Hook is where Telegram brings updates.
type Hook struct {
	Service *messaging.Service
}

// Receive takes an update in. Telegram repeats what is not answered with 2xx, so it says 200 once
// the update is in the inbox and not before; one that can't be read would only come again, and is
// refused for good by a 200 too.
func (h *Hook) Receive(c *gin.Context) error {
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, botapi.MaxUpdate+1))
	if err != nil {
		return fault.New(fault.Malformed, "body_broken", "The update broke off").WithCause(err)
	}
	if len(body) > botapi.MaxUpdate {
		return fault.New(fault.TooLarge, "update_too_large", "An update has at most %d kB", botapi.MaxUpdate>>10)
	}
	secret := secrets.Text(c.GetHeader("X-Telegram-Bot-Api-Secret-Token"))
	if err := h.Service.Hook(c.Request.Context(), c.Param("hook"), secret, body); err != nil {
		return err
	}
	c.Status(http.StatusOK)
	return nil
}
