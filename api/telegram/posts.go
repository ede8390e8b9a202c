package telegram

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/models"
)

// Posts serves /api/v1/promos/posts: images that go to a channel of the promo bot.
type Posts struct {
	Service *promobot.Service
}

type postIn struct {
	Image   promo.Request `json:"image"`
	Channel int64         `json:"channel"`
	Caption string        `json:"caption"`
}

type postOut struct {
	ID        string      `json:"id" openapi:"format=uuid"`
	Channel   string      `json:"channel" doc:"The channel's title."`
	ChatID    int64       `json:"chat_id"`
	State     string      `json:"state" openapi:"enum=queued|sending|sent|failed|unknown" doc:"unknown: the connection broke while it was sent; look into the channel."`
	MessageID int64       `json:"message_id" doc:"In the channel, once it is sent."`
	Resent    bool        `json:"resent" doc:"It was sent again after it may have arrived."`
	Problem   *httpx.Note `json:"problem"`
	CreatedAt models.Time `json:"created_at" openapi:"notnull"`
	SentAt    models.Time `json:"sent_at"`
	Version   int64       `json:"version"`
}

func postOf(p *promobot.Posted) postOut {
	state := p.State
	if state == models.DeliveryClaimed { // that a process holds it, or waits for its turn, says nothing to a person
		state = models.DeliveryQueued
	}
	return postOut{ID: p.ID, Channel: p.Channel, ChatID: p.ChatID, State: string(state), MessageID: p.MessageID, Resent: p.Resent,
		Problem: httpx.NoteOf(p.Problem), CreatedAt: p.CreatedAt, SentAt: p.SentAt, Version: p.Version}
}

// Create takes a post on; the flow sends it.
func (h *Posts) Create(c *gin.Context) error {
	var in postIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	p, err := h.Service.Queue(c.Request.Context(), promobot.PostRequest{Request: in.Image, Channel: in.Channel, Caption: in.Caption,
		Key: models.NewID(), By: access.From(c).Person.Name})
	if err == nil {
		c.Header("Location", "/api/v1/promos/posts/"+p.ID)
	}
	return h.reply(c, http.StatusAccepted, p, err)
}

func (h *Posts) reply(c *gin.Context, status int, p *promobot.Posted, err error) error {
	if err != nil {
		return err
	}
	return httpx.Reply(c, status, postOf(p))
}

// Get answers how far a post is.
func (h *Posts) Get(c *gin.Context) error {
	p, err := h.Service.Post(c.Request.Context(), c.Param("post"))
	return h.reply(c, http.StatusOK, p, err)
}

// Again sends a post again that failed, or that may not have arrived.
func (h *Posts) Again(c *gin.Context) error {
	p, err := h.Service.Again(c.Request.Context(), c.Param("post"))
	return h.reply(c, http.StatusAccepted, p, err)
}
