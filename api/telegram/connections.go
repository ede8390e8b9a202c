// Package telegram is the API of connections, subscribers, posts and webhooks.
package telegram

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// Connections serves /api/v1/connections.
type Connections struct {
	Store   *models.Store
	Service *connections.Service
	Flows   connections.Flows
	Now     func() time.Time
}

type connectionOut struct {
	ID          string                 `json:"id" openapi:"format=uuid"`
	Kind        models.ConnectionKind  `json:"kind" openapi:"enum=promo_bot|signal_bot|user_account"`
	Username    string                 `json:"username" doc:"Without @; empty until Telegram has told it."`
	DisplayName string                 `json:"display_name"`
	State       models.ConnectionState `json:"state" openapi:"enum=untested|working|broken|signed_out"`
	Problem     *httpx.Note            `json:"problem" doc:"Why it is broken, and what to do."`
	Channels    []channelOut           `json:"channels"`
	Checks      []connectionCheck      `json:"checks" doc:"How the last test went."`
	CheckedAt   models.Time            `json:"checked_at"`
	LastSeenAt  models.Time            `json:"last_seen_at" doc:"When Telegram was last heard from."`
	CreatedAt   models.Time            `json:"created_at" openapi:"notnull"`
	Version     int64                  `json:"version" doc:"The row's version, which is its ETag."`
}

type channelOut struct {
	Role     models.ChannelRole `json:"role" openapi:"enum=post|vip|free"`
	Chat     string             `json:"chat" doc:"As it was given: a name with @ before it, or the number of a private channel."`
	ID       int64              `json:"id" doc:"Telegram's number; 0 until it was tested."`
	Title    string             `json:"title"`
	Username string             `json:"username"`
}

type connectionCheck struct {
	Name    string `json:"name" doc:"token, updates, or channel:role:chat."`
	OK      bool   `json:"ok"`
	Message string `json:"message"`
	Remedy  string `json:"remedy" doc:"What to do; empty when it is well."`
}

func connectionOf(c *models.Connection) connectionOut {
	out := connectionOut{ID: c.ID, Kind: c.Kind, Username: c.Username, DisplayName: c.DisplayName, State: c.State, Problem: httpx.NoteOf(c.Problem),
		Channels: make([]channelOut, len(c.Channels)), Checks: make([]connectionCheck, len(c.Checks)),
		CheckedAt: c.CheckedAt, LastSeenAt: c.LastSeenAt, CreatedAt: c.CreatedAt, Version: c.Version}
	for i, channel := range c.Channels {
		out.Channels[i] = channelOut(channel)
	}
	for i, check := range c.Checks {
		out.Checks[i] = connectionCheck(check)
	}
	return out
}

// connectionIn is what a person says of a bot. A token is never shown again.
type connectionIn struct {
	Kind     models.ConnectionKind `json:"kind"`
	Token    string                `json:"token"`
	Channels []channelIn           `json:"channels"`
	// Simulated is asked for where Telegram is simulated and the token looks like a real bot's.
	Simulated bool `json:"simulated" doc:"You know that Telegram is simulated here."`
}

type channelIn struct {
	Role models.ChannelRole `json:"role"`
	Chat string             `json:"chat"`
}

func (in connectionIn) bot() connections.Settings {
	b := connections.Settings{Token: secrets.Text(in.Token), Simulated: in.Simulated}
	if in.Channels == nil {
		return b
	}
	b.Channels = []models.Channel{}
	for _, c := range in.Channels {
		b.Channels = append(b.Channels, models.Channel{Role: c.Role, Chat: c.Chat})
	}
	return b
}

func reply(c *gin.Context, status int, row *models.Connection, err error) error {
	if err != nil {
		return err
	}
	httpx.ETag(c, row.Version)
	return httpx.Reply(c, status, connectionOf(row))
}

// List answers the tenant's connections: at most one of each kind, so there are no pages.
func (h *Connections) List(c *gin.Context) error {
	rows, err := h.Store.Connections.List(c.Request.Context())
	if err != nil {
		return err
	}
	connections.MarkUnwatched(c.Request.Context(), h.Flows, rows, h.Now())
	items := make([]connectionOut, len(rows))
	for i := range rows {
		items[i] = connectionOf(&rows[i])
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, ""))
}

// Get answers one connection.
func (h *Connections) Get(c *gin.Context) error {
	row, err := h.Store.Connections.Get(c.Request.Context(), c.Param("connection"))
	if err != nil {
		return err
	}
	rows := []models.Connection{*row}
	connections.MarkUnwatched(c.Request.Context(), h.Flows, rows, h.Now())
	return reply(c, http.StatusOK, &rows[0], nil)
}

// Create connects a bot and tests it.
func (h *Connections) Create(c *gin.Context) error {
	var in connectionIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	row, err := h.Service.Connect(c.Request.Context(), in.Kind, in.bot())
	if err == nil {
		c.Header("Location", "/api/v1/connections/"+row.ID)
	}
	return reply(c, http.StatusCreated, row, err)
}

// Patch changes a bot's token or its channels, and tests it.
func (h *Connections) Patch(c *gin.Context) error {
	var in connectionIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	if in.Kind != "" {
		return fault.InvalidField("kind", "fixed", "A connection keeps its kind").WithRemedy("Remove it and add another")
	}
	row, err := h.Service.Replace(c.Request.Context(), c.Param("connection"), httpx.Expected(c), in.bot())
	return reply(c, http.StatusOK, row, err)
}

// Delete removes a connection with its subscribers and conversations.
func (h *Connections) Delete(c *gin.Context) error {
	if err := h.Service.Remove(c.Request.Context(), c.Param("connection"), httpx.Expected(c)); err != nil {
		return err
	}
	c.Status(http.StatusNoContent)
	return nil
}

// Test asks Telegram whether the connection works. What it finds is the answer, not an error.
func (h *Connections) Test(c *gin.Context) error {
	row, err := h.Service.Test(c.Request.Context(), c.Param("connection"))
	return reply(c, http.StatusOK, row, err)
}
