package promobot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// PostRequest asks for an image to be posted to a channel of the promo bot.
type PostRequest struct {
	Request promo.Request
	Channel int64  // Telegram's number; 0 is the only one there is
	Caption string // plain text
	Key     string // the request's own: the same key is the same post
	By      string // the name of who asks
}

// content is what is kept of a post, so that it can be sent, and sent again.
type content struct {
	Request promo.Request `json:"request"`
	Caption string        `json:"caption,omitempty"`
	Channel string        `json:"channel"`        // its title, for the person
	Text    string        `json:"text,omitempty"` // a plain message instead of an image
}

// Posted is a post as a person sees it.
type Posted struct {
	models.Delivery
	Channel string
}

// Queue accepts a post: everything that can be wrong with it is reported at once, the coupon included.
// The flow sends it.
func (s *Service) Queue(ctx context.Context, r PostRequest) (*Posted, error) {
	bot, channel, err := s.connections.UseChannel(ctx, models.PromoBot, models.RolePost, r.Channel)
	if err != nil {
		return nil, err
	}
	r.Caption = typed.Running(r.Caption)
	if n := message.Length(message.Escape(r.Caption)); n > message.MaxCaption {
		return nil, fault.InvalidField("caption", "too_long", "The caption has %d characters, Telegram takes %d", n, message.MaxCaption)
	}
	r.Request.Format = promo.FormatJPEG // Telegram makes one of any photo
	request, err := s.promo.Check(ctx, r.Request, promo.By{Source: "web", Name: r.By})
	if err != nil {
		return nil, err
	}
	post := models.ChannelPost{Kind: models.PostGenerator, SentBy: r.By, Text: message.Escape(r.Caption)}
	claim := models.DeliveryClaim{Key: "post." + r.Key, ConnectionID: bot.Connection.ID, ChatID: channel.ID, Method: "sendPhoto"}
	var d *models.Delivery
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if d, err = plan(ctx, tx, claim, content{Request: request, Caption: r.Caption, Channel: channel.Title}, post); err != nil {
			return err
		}
		return addDelivery(ctx, tx, d)
	})
	if err != nil {
		return nil, err
	}
	return &Posted{*d, channel.Title}, nil
}

// plan queues a delivery to a channel and adds the post that it carries, once for each key.
func plan(ctx context.Context, tx *models.Store, claim models.DeliveryClaim, c content, post models.ChannelPost) (*models.Delivery, error) {
	template, err := tx.Templates.Get(ctx, c.Request.Template)
	if err != nil {
		return nil, err
	}
	if post.About, err = json.Marshal(c.Request); err != nil {
		return nil, err
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, err
	}
	d, err := tx.Deliveries.Queue(ctx, claim, string(data))
	if err != nil {
		return nil, err
	}
	post.Channel, post.Template = c.Channel, template.Slug
	return d, tx.ChannelPosts.PlanDelivery(ctx, d, &post)
}

// addDelivery writes the outbox message that starts the flow of a post.
func addDelivery(ctx context.Context, tx *models.Store, d *models.Delivery) error {
	in := contract.Delivery{TenantID: d.TenantID, DeliveryID: d.ID, Version: d.Version}
	return tx.Outbox.Add(ctx, contract.OutboxDelivery, contract.DeliveryFlowID(in), in)
}

// QueueText accepts a plain message to a person, in the transaction of what it tells of. The flow sends it.
func QueueText(ctx context.Context, tx *models.Store, connection string, chat int64, key, text string) error {
	data, err := json.Marshal(content{Text: text})
	if err != nil {
		return err
	}
	d, err := tx.Deliveries.Queue(ctx, models.DeliveryClaim{Key: key, ConnectionID: connection, ChatID: chat, Method: "sendMessage"}, string(data))
	if err != nil {
		return err
	}
	return addDelivery(ctx, tx, d)
}

// Again sends a post again that failed, or that may not have arrived.
func (s *Service) Again(ctx context.Context, id string) (*Posted, error) {
	var d *models.Delivery
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		var err error
		if d, err = tx.Deliveries.Again(ctx, id); err != nil {
			return err
		}
		return addDelivery(ctx, tx, d)
	})
	if err != nil {
		return nil, err
	}
	return posted(d), nil
}

// PostAgain is Again for the post that a delivery carries.
func (s *Service) PostAgain(ctx context.Context, p *models.ChannelPost) (*models.ChannelPost, error) {
	_, err := s.Again(ctx, p.Subject)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, fault.New(fault.Conflict, "post_state", "What it was made from is not kept any more").WithRemedy("Make the post anew in the generator")
	case fault.Is(err, fault.Conflict):
		return nil, fault.New(fault.Conflict, "post_state", "Only what failed, or may have failed, can be sent again")
	case err != nil:
		return nil, err
	}
	return s.store.ChannelPosts.Get(ctx, p.ID)
}

// Post returns a post, or fault.NotFound "delivery_not_found".
func (s *Service) Post(ctx context.Context, id string) (*Posted, error) {
	d, err := s.store.Deliveries.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if d.Content == "" {
		return nil, fault.New(fault.NotFound, "delivery_not_found", "There is no such post")
	}
	return posted(d), nil
}

func posted(d *models.Delivery) *Posted {
	var c content
	_ = json.Unmarshal([]byte(d.Content), &c) // this package wrote it
	return &Posted{*d, c.Channel}
}

// SendPost carries a post out. It may run any number of times.
func (s *Service) SendPost(ctx context.Context, id string) (contract.Delivered, error) {
	d, err := s.store.Deliveries.Get(ctx, id)
	if fault.Is(err, fault.NotFound) {
		return contract.Delivered{State: "gone"}, nil
	}
	if err != nil || d.Done() {
		return contract.Delivered{State: stateOf(d)}, err
	}
	var c content
	if err := json.Unmarshal([]byte(d.Content), &c); err != nil {
		return contract.Delivered{}, fmt.Errorf("content of post %s: %w", id, err)
	}
	effect := sending.Effect{Key: d.Key, ConnectionID: d.ConnectionID, Chat: d.ChatID, Class: sending.Post, Message: message.Message{Text: message.Escape(c.Caption)}}
	if c.Text != "" {
		effect.Class, effect.Message.Text = sending.Reply, message.Escape(c.Text)
		return s.deliver(ctx, id, effect)
	}
	img, err := s.promo.RenderFor(ctx, c.Request, promo.By{Source: "web", Key: "post." + id})
	if err != nil {
		if f := fault.From(err); !f.Retryable() && !errors.Is(err, context.Canceled) {
			return s.FailPost(ctx, id, f)
		}
		return contract.Delivered{}, err
	}
	effect.Files = []sending.Upload{picture(img)}
	if err := s.keep(ctx, id, img); err != nil {
		return contract.Delivered{}, err
	}
	return s.deliver(ctx, id, effect)
}

// keep keeps the picture of a post as it goes out.
func (s *Service) keep(ctx context.Context, id string, img *promo.Image) error {
	err := s.store.ChannelPosts.Drawn(ctx, id, s.promo.KeepPosted(ctx, img))
	if fault.Is(err, fault.NotFound) { // it is no channel's
		return nil
	}
	return err
}

// deliver sends what a post has become.
func (s *Service) deliver(ctx context.Context, id string, effect sending.Effect) (contract.Delivered, error) {
	out, err := s.sending.Send(ctx, effect)
	if err != nil {
		if f := fault.From(err); !f.Retryable() && !errors.Is(err, context.Canceled) {
			return s.FailPost(ctx, id, f)
		}
		return contract.Delivered{}, err
	}
	return contract.Delivered{State: string(out.State)}, nil
}

func stateOf(d *models.Delivery) string {
	if d == nil {
		return ""
	}
	return string(d.State)
}

// FailPost records why a post can't be sent, unless it has ended.
func (s *Service) FailPost(ctx context.Context, id string, why *fault.Error) (contract.Delivered, error) {
	d, err := s.store.Deliveries.Get(ctx, id)
	if err != nil || d.Done() {
		return contract.Delivered{State: stateOf(d)}, err
	}
	claimed, err := s.store.Deliveries.Claim(ctx, models.DeliveryClaim{Key: d.Key, ConnectionID: d.ConnectionID, ChatID: d.ChatID, Method: d.Method})
	if err != nil || claimed.Done() {
		return contract.Delivered{State: stateOf(claimed)}, err
	}
	err = s.store.Deliveries.Failed(ctx, claimed, models.Note{Code: why.Code, Message: why.Message, Remedy: why.Remedy})
	return contract.Delivered{State: string(models.DeliveryFailed)}, err
}
