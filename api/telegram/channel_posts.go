package telegram

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/service/signals"
	"github.com/promostack/promostack/models"
)

// ChannelPosts serves /api/v1/channel-posts: whatever goes to a tenant's channels.
type ChannelPosts struct {
	Store    *models.Store
	Service  *channelposts.Service
	Signals  *signals.Service
	PromoBot *promobot.Service
	Promo    *promo.Service
}

type channelPostOut struct {
	ID         string             `json:"id" openapi:"format=uuid"`
	Kind       models.PostKind    `json:"kind" openapi:"enum=signal|milestone|edit|cancel|recap|generator|promo_chat|news|forward|teaser|brag|result|full|hype"`
	State      models.PostState   `json:"state" openapi:"enum=planned|sent|failed|unknown|skipped|deleting|deleted" doc:"unknown: it may have arrived, and a person decides."`
	SignalID   string             `json:"signal_id" doc:"The signal that it tells of; empty for none."`
	Role       models.ChannelRole `json:"role" openapi:"enum=post|vip|free" doc:"Of the channel."`
	Channel    string             `json:"channel" doc:"The channel's title; empty where nobody knows it."`
	ChatID     int64              `json:"chat_id" doc:"0 until it was tried."`
	Text       string             `json:"text" doc:"Telegram's HTML; empty until it is written, and for a picture alone."`
	Plain      string             `json:"plain" doc:"The text without its markup."`
	Source     string             `json:"source" openapi:"enum=|ai|template"`
	Reason     string             `json:"reason" doc:"Why the model's text was not taken."`
	SentBy     string             `json:"sent_by" doc:"The person who asked for it; empty for what is sent without one."`
	Template   string             `json:"template" doc:"The short name of its picture's template."`
	PictureURL string             `json:"picture_url" doc:"Where its picture is, for a while; empty for none."`
	MessageID  int64              `json:"message_id"`
	MessageURL string             `json:"message_url" doc:"Where Telegram shows it; empty where that is not known."`
	Resent     bool               `json:"resent" doc:"It was sent again after it may have arrived."`
	Attempt    int                `json:"attempt" doc:"How often a person had it sent again."`
	Problem    *httpx.Note        `json:"problem" doc:"Why it was not sent, or not deleted."`
	DecidedBy  string             `json:"decided_by" doc:"The person who said how it ended, or deleted it."`
	Deletable  bool               `json:"deletable"`
	Planned    models.Time        `json:"planned_at" openapi:"notnull"`
	SentAt     models.Time        `json:"sent_at"`
	DeletedAt  models.Time        `json:"deleted_at"`
	CreatedAt  models.Time        `json:"created_at" openapi:"notnull" doc:"By which the list is ordered."`
	Version    int64              `json:"version"`
}

// filter reads what a list is narrowed to.
func filter(c *gin.Context) (f models.ChannelPostFilter, err error) {
	if f.Kinds, err = httpx.Words(c, "kind", models.PostKinds); err != nil {
		return f, err
	}
	if f.States, err = httpx.Words(c, "state", models.PostStates); err != nil {
		return f, err
	}
	if f.From, err = httpx.Moment(c, "from"); err != nil {
		return f, err
	}
	if f.To, err = httpx.Moment(c, "to"); err != nil {
		return f, err
	}
	switch channel := c.Query("channel"); models.ChannelRole(channel) {
	case "":
	case models.RolePost, models.RoleVIP, models.RoleFree:
		f.Role = models.ChannelRole(channel)
	default:
		if f.ChatID, err = strconv.ParseInt(channel, 10, 64); err != nil || f.ChatID == 0 {
			return f, fault.InvalidField("channel", "unknown", "must be post, vip or free, or a channel's number")
		}
	}
	f.After = c.Query("after")
	f.Limit, err = httpx.Limit(c)
	return f, err
}

// List answers the tenant's posts, the newest first.
func (h *ChannelPosts) List(c *gin.Context) error {
	f, err := filter(c)
	if err != nil {
		return err
	}
	ctx := c.Request.Context()
	page, err := h.Store.ChannelPosts.List(ctx, f)
	if err != nil {
		return err
	}
	known, err := h.channels(ctx)
	return httpx.ReplyPage(c, page, err, func(p *models.ChannelPost) channelPostOut { return h.out(p, known) })
}

// Get answers one post.
func (h *ChannelPosts) Get(c *gin.Context) error {
	p, err := h.Store.ChannelPosts.Get(c.Request.Context(), c.Param("post"))
	return h.reply(c, http.StatusOK, p, err)
}

// Again sends a post again that failed, or that may not have arrived.
func (h *ChannelPosts) Again(c *gin.Context) error {
	ctx := c.Request.Context()
	p, err := h.Store.ChannelPosts.Get(ctx, c.Param("post"))
	switch {
	case err != nil:
	case p.Kind.ByPromoBot():
		p, err = h.PromoBot.PostAgain(ctx, p)
	default:
		p, err = h.Signals.Again(ctx, p.ID)
	}
	return h.reply(c, http.StatusAccepted, p, err)
}

type settleIn struct {
	Arrived *bool `json:"arrived" openapi:"notnull" doc:"Whether it stands in the channel."`
}

// Settle records what a person found out about a post whose end is unknown.
func (h *ChannelPosts) Settle(c *gin.Context) error {
	var in settleIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	if in.Arrived == nil {
		return fault.InvalidField("arrived", "required", "must say whether the post stands in the channel")
	}
	p, err := h.Service.Settle(c.Request.Context(), c.Param("post"), *in.Arrived, access.From(c).Person.Name)
	return h.reply(c, http.StatusOK, p, err)
}

// Delete has a post deleted from its channel; the flow does so.
func (h *ChannelPosts) Delete(c *gin.Context) error {
	p, err := h.Service.Delete(c.Request.Context(), c.Param("post"), access.From(c).Person.Name)
	return h.reply(c, http.StatusAccepted, p, err)
}

func (h *ChannelPosts) reply(c *gin.Context, status int, p *models.ChannelPost, err error) error {
	if err != nil {
		return err
	}
	known, err := h.channels(c.Request.Context())
	if err != nil {
		return err
	}
	return httpx.Reply(c, status, h.out(p, known))
}

// channels are those of the tenant's bots.
func (h *ChannelPosts) channels(ctx context.Context) (all []models.Channel, err error) {
	list, err := h.Store.Connections.List(ctx)
	for _, c := range list {
		all = append(all, c.Channels...)
	}
	return all, err
}

// channelOf is the channel of a post as it is connected now; the zero value when it is not.
func channelOf(p *models.ChannelPost, all []models.Channel) models.Channel {
	i := slices.IndexFunc(all, func(c models.Channel) bool { return p.ChatID != 0 && c.ID == p.ChatID })
	if i < 0 && p.ChatID == 0 {
		i = slices.IndexFunc(all, func(c models.Channel) bool { return c.Role == p.Role })
	}
	if i < 0 {
		return models.Channel{}
	}
	return all[i]
}

func (h *ChannelPosts) out(p *models.ChannelPost, known []models.Channel) channelPostOut {
	channel := channelOf(p, known)
	out := channelPostOut{ID: p.ID, Kind: p.Kind, State: p.State, Role: p.Role, Channel: p.Channel, ChatID: p.ChatID, Text: p.Text, Plain: message.Plain(p.Text),
		Source: p.Source, Reason: p.Reason, SentBy: p.SentBy, Template: p.Template, PictureURL: h.picture(p), MessageID: p.MessageID, MessageURL: messageURL(p, channel),
		Resent: p.Resent, Attempt: p.Attempt, Problem: httpx.NoteOf(p.Problem), DecidedBy: p.DecidedBy, Deletable: p.Deletable() == nil,
		Planned: p.PlannedAt, SentAt: p.SentAt, DeletedAt: p.DeletedAt, CreatedAt: p.CreatedAt, Version: p.Version}
	if out.Channel == "" {
		out.Channel = channel.Title
	}
	if p.Kind.InRecord() {
		out.SignalID = p.Subject
	}
	return out
}

// supergroup is what the numbers of channels begin with; links leave it out.
const supergroup = "-100"

// messageURL is where Telegram shows a post: to everybody in a public channel, else to its members.
func messageURL(p *models.ChannelPost, channel models.Channel) string {
	if p.MessageID == 0 || p.State == models.PostDeleted {
		return ""
	}
	if channel.Username != "" && channel.ID == p.ChatID {
		return fmt.Sprintf("https://t.me/%s/%d", url.PathEscape(channel.Username), p.MessageID)
	}
	if number, ok := strings.CutPrefix(strconv.FormatInt(p.ChatID, 10), supergroup); ok {
		return fmt.Sprintf("https://t.me/c/%s/%d", number, p.MessageID)
	}
	return ""
}

// picture is where a post's picture is: what went out, or, where that was not kept, what its request gives now.
func (h *ChannelPosts) picture(p *models.ChannelPost) string {
	if p.Picture != "" {
		return h.Promo.PostedURL(p.Picture)
	}
	var r promo.Request
	if !p.Kind.ByPromoBot() || json.Unmarshal(p.About, &r) != nil || r.Template == "" {
		return ""
	}
	address, _ := h.Promo.RenderURL(p.TenantID, r)
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return at.RequestURI() // each host of the program answers there
}
