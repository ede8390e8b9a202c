package promobot

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// post posts an image to a channel of the bot. It goes out once for each press of a button that a
// person sees end; after a lost answer it is up to the person to press again.
func (s *Service) post(ctx context.Context, chat contract.Chat, key string, e promochat.Effect) (contract.ChatDone, error) {
	done, err := s.tryPost(ctx, chat, key, e)
	if err == nil && done.Outcome.Result != promochat.OK && done.Outcome.Result != promochat.Unknown {
		err = s.withdraw(ctx, key, done.Outcome.Message)
	}
	done.Outcome.Image, done.Outcome.Channel, done.Away = e.Image, e.Channel, false
	return done, err
}

// withdraw ends what an earlier attempt has planned, since it can't be posted any more.
func (s *Service) withdraw(ctx context.Context, key, why string) error {
	d, err := s.store.Deliveries.ByKey(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err == nil {
		_, err = s.FailPost(ctx, d.ID, fault.New(fault.Conflict, "post_refused", "%s", why))
	}
	return err
}

func (s *Service) tryPost(ctx context.Context, chat contract.Chat, key string, e promochat.Effect) (contract.ChatDone, error) {
	if out, ok, err := s.sending.Ended(ctx, key); err != nil || ok {
		return s.said(out, err)
	}
	if may, err := s.store.Posters.May(ctx, chat.ConnectionID, chat.UserID); err != nil {
		return contract.ChatDone{}, err
	} else if !may {
		return refusal(fault.New(fault.Forbidden, "posting_not_allowed", promochat.MayNotPost))
	}
	bot, channel, err := s.connections.UseChannel(ctx, models.PromoBot, models.RolePost, e.Channel)
	if err != nil {
		return refusal(err)
	}
	if bot.Connection.ID != chat.ConnectionID {
		return refusal(fault.New(fault.Conflict, "connection_missing", "This bot is not connected any more"))
	}
	r, by := request(e.Job), s.by(ctx, chat, key)
	img, err := s.promo.RenderFor(ctx, r, by)
	if err != nil {
		return unmade(err)
	}
	claim := models.DeliveryClaim{Key: key, ConnectionID: chat.ConnectionID, ChatID: e.Channel, Method: "sendPhoto"}
	post := models.ChannelPost{Kind: models.PostPromoChat, SentBy: by.Name, Actor: by.Actor}
	var d *models.Delivery
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		d, err = plan(ctx, tx, claim, content{Request: r, Channel: channel.Title}, post)
		return err
	})
	if err == nil {
		err = s.keep(ctx, d.ID, img)
	}
	if err == nil {
		_, err = s.deliver(ctx, d.ID, sending.Effect{Key: key, ConnectionID: chat.ConnectionID, Chat: e.Channel, Class: sending.Post,
			Files: []sending.Upload{picture(img)}})
	}
	if err != nil {
		return refusal(err)
	}
	out, _, err := s.sending.Ended(ctx, key)
	return s.said(out, err)
}

// nameOf names a subscriber.
func nameOf(who *models.Subscriber) string {
	return text.Clean(who.FirstName + " " + who.LastName)
}
