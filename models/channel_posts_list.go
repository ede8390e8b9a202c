package models

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
)

// PostKinds are all kinds of posts.
var PostKinds = []PostKind{PostSignal, PostMilestone, PostEdit, PostCancel, PostRecap, PostGenerator, PostPromoChat, PostNews, PostForward, PostTeaser, PostBrag, PostResult, PostFull, PostHype}

// States of a post that a person takes back.
const (
	PostDeleting PostState = "deleting" // it still stands in the channel
	PostDeleted  PostState = "deleted"
)

// PostStates are all states of posts.
var PostStates = []PostState{PostPlanned, PostSent, PostFailed, PostUnknown, PostSkipped, PostDeleting, PostDeleted}

// InRecord reports whether a kind of posts tells what stands in the public record: such a post stays where it is.
func (k PostKind) InRecord() bool {
	return k == PostSignal || k == PostMilestone || k == PostEdit || k == PostCancel
}

// Deletable returns why a post can't be deleted from its channel, or nil.
func (p *ChannelPost) Deletable() error {
	switch {
	case p.Kind.InRecord():
		return fault.New(fault.Conflict, "post_in_record", "What was told of a signal stays: it stands in the record")
	case p.State != PostSent:
		return fault.New(fault.Conflict, "post_state", "Only what was sent can be deleted")
	case p.MessageID == 0:
		return fault.New(fault.Conflict, "post_place", "Nobody knows where in the channel it stands").WithRemedy("Delete it in Telegram")
	}
	return nil
}

// ChannelPostFilter narrows a list. The zero value lists everything.
type ChannelPostFilter struct {
	Kinds    []PostKind
	States   []PostState
	Role     ChannelRole
	ChatID   int64
	From, To time.Time // when they were planned first; To is not in it
	After    string
	Limit    int
}

// List returns the tenant's posts, the newest first.
func (r *ChannelPosts) List(ctx context.Context, f ChannelPostFilter) (Page[ChannelPost], error) {
	const list = "channel_posts"
	db, err := newestFirst(r.s.in(ctx), list, "created_at", f.After, f.Limit)
	if err != nil {
		return Page[ChannelPost]{}, err
	}
	if len(f.Kinds) > 0 {
		db = db.Where("kind IN ?", f.Kinds)
	}
	if len(f.States) > 0 {
		db = db.Where("state IN ?", f.States)
	}
	if f.Role != "" {
		db = db.Where("role = ?", f.Role)
	}
	if f.ChatID != 0 {
		db = db.Where("chat_id = ?", f.ChatID)
	}
	if !f.From.IsZero() {
		db = db.Where("created_at >= ?", NewTime(f.From))
	}
	if !f.To.IsZero() {
		db = db.Where("created_at < ?", NewTime(f.To))
	}
	var rows []ChannelPost
	if err := db.Find(&rows).Error; err != nil {
		return Page[ChannelPost]{}, err
	}
	return cut(rows, list, f.Limit, func(p ChannelPost) place { return place{p.CreatedAt, p.ID} }), nil
}

// Deleting returns the posts of all tenants that are to be deleted from their channels. The context must be the platform's.
func (r *ChannelPosts) Deleting(ctx context.Context) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.working(ctx).Select("id", "tenant_id").Where("state = ?", PostDeleting).Order("id").Find(&rows).Error
}

// errSettled refuses a decision that nobody has to make (any more).
var errSettled = fault.New(fault.Conflict, "post_state", "It is known how this post ended")

// Settle records what a person found out about a post whose end is unknown: whether it arrived.
func (r *ChannelPosts) Settle(ctx context.Context, id string, arrived bool, by string) (p *ChannelPost, err error) {
	err = r.s.Tx(ctx, func(tx *Store) error {
		before, err := tx.ChannelPosts.Get(ctx, id)
		if err == nil && before.State != PostUnknown {
			err = errSettled
		}
		if err != nil {
			return err
		}
		settled := before.Kind.ByPromoBot()
		if settled { // its delivery is locked first, as by those who send it
			if settled, err = tx.Deliveries.settle(ctx, before.Subject, arrived, by); err != nil {
				return err
			}
		}
		p, err = tx.ChannelPosts.Change(ctx, id, func(_ *Store, p *ChannelPost) error {
			if !settled && p.State != PostUnknown {
				return errSettled
			}
			if !settled && arrived {
				p.State, p.SentAt, p.Problem = PostSent, p.UpdatedAt, nil
			} else if !settled {
				p.State, p.Problem = PostFailed, notArrived(by)
			}
			p.DecidedBy = by
			return nil
		})
		return err
	})
	return p, err
}

func notArrived(by string) *Note {
	return &Note{Code: "not_arrived", Message: by + " found that it did not arrive", Remedy: "Send it again"}
}
