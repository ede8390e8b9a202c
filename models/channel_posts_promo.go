package models

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

// Kinds of posts that the promo bot sends. A delivery carries each, and is its subject.
const (
	PostGenerator PostKind = "generator"  // an image from the generator
	PostPromoChat PostKind = "promo_chat" // an image that somebody made in a chat with the bot
)

var promoKinds = []PostKind{PostGenerator, PostPromoChat}

// ByPromoBot reports whether a delivery carries posts of the kind: they are sent by its flow.
func (k PostKind) ByPromoBot() bool { return k == PostGenerator || k == PostPromoChat }

// PlanDelivery adds the post that a queued delivery carries, once. Call it in the transaction that queues it.
func (r *ChannelPosts) PlanDelivery(ctx context.Context, d *Delivery, p *ChannelPost) error {
	if _, err := r.ofDelivery(ctx, d.ID); !fault.Is(err, fault.NotFound) {
		return err
	}
	p.Subject, p.Role, p.ConnectionID, p.ChatID = d.ID, RolePost, d.ConnectionID, d.ChatID
	return r.Plan(ctx, p)
}

// ofDelivery returns the id of the post that a delivery carries, or fault.NotFound "post_not_found".
func (r *ChannelPosts) ofDelivery(ctx context.Context, delivery string) (string, error) {
	var ids []string
	err := r.s.in(ctx).Model(&ChannelPost{}).Where("subject = ? AND kind IN ?", delivery, promoKinds).Limit(1).Pluck("id", &ids).Error
	if err == nil && len(ids) == 0 {
		err = errNoPost
	}
	if err != nil {
		return "", err
	}
	return ids[0], nil
}

// Drawn records the object that keeps the picture of a delivery's post.
func (r *ChannelPosts) Drawn(ctx context.Context, delivery, picture string) error {
	id, err := r.ofDelivery(ctx, delivery)
	if err != nil {
		return err
	}
	_, err = r.Change(ctx, id, func(_ *Store, p *ChannelPost) error {
		if picture == "" || p.Picture == picture {
			return ErrUnchanged
		}
		p.Picture = picture
		return nil
	})
	return err
}

// follow makes the post of a delivery, if it carries one, say how far the delivery is. Call it in the transaction that
// changes the delivery.
func (r *ChannelPosts) follow(ctx context.Context, d *Delivery) error {
	id, err := r.ofDelivery(ctx, d.ID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = r.Change(ctx, id, func(_ *Store, p *ChannelPost) error {
		p.ConnectionID, p.ChatID, p.MessageID, p.Problem, p.SentAt = d.ConnectionID, d.ChatID, d.MessageID, d.Problem, d.SentAt
		p.Resent = p.Resent || d.Resent
		switch d.State {
		case DeliverySent:
			p.State = PostSent
		case DeliveryFailed:
			p.State = PostFailed
		case DeliveryUnknown:
			p.State = PostUnknown
		default: // a person has it sent again
			p.State, p.DecidedBy = PostPlanned, ""
			p.Attempt++
		}
		return nil
	})
	return err
}

// disconnected ends the posts that waited for a connection that is gone, as their deliveries are.
func (r *ChannelPosts) disconnected(ctx context.Context, connection string) error {
	var ids []string
	err := r.s.in(ctx).Model(&ChannelPost{}).Where("connection_id = ? AND kind IN ? AND state = ?", connection, promoKinds, PostPlanned).Order("id").Pluck("id", &ids).Error
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := r.Change(ctx, id, func(_ *Store, p *ChannelPost) error {
			p.State, p.Problem = PostFailed, &Note{Code: "connection_missing", Message: "The bot was disconnected before it was sent", Remedy: "Connect it again and make the post anew"}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

// settle writes what a person found out about a delivery whose end is unknown. It reports false for one that is not kept
// any more; one whose end is known is errSettled.
func (r *Deliveries) settle(ctx context.Context, id string, arrived bool, by string) (bool, error) {
	var d Delivery
	err := r.s.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&d).Error
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if d.State != DeliveryUnknown {
		return false, errSettled
	}
	if d.State, d.Problem = DeliveryFailed, notArrived(by); arrived {
		d.State, d.Problem, d.SentAt = DeliverySent, nil, d.UpdatedAt
	}
	return true, r.finish(ctx, &d)
}
