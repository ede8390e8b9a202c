package telegram

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/inbox"
)

// Hook is where Telegram brings updates.
type Hook struct {
	Inbox *inbox.Service
}

// Receive takes an update in. Telegram repeats what is not answered with 2xx, so it says 200 once
// the update is in the inbox and not before; one that can't be read, or is too large, would only come
// again and hold back what comes after it, so it is noted in the log and answered with 200 too.
func (h *Hook) Receive(c *gin.Context) error {
	body, err := io.ReadAll(io.LimitReader(c.Request.Body, message.MaxUpdate+1))
	if err != nil {
		return fault.New(fault.Malformed, "body_broken", "The update is incomplete").WithCause(err)
	}
	secret := secrets.Text(c.GetHeader("X-Telegram-Bot-Api-Secret-Token"))
	if err := h.Inbox.Hook(c.Request.Context(), c.Param("hook"), secret, body); err != nil {
		return err
	}
	c.Status(http.StatusOK)
	return nil
}
