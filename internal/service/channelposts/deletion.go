package channelposts

import (
	"context"
	"errors"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// kept is the object that keeps the picture of a post.
func kept(files []sending.Upload) string {
	if len(files) == 0 {
		return ""
	}
	return files[0].Kept
}

// Settle records what a person found out about a post whose end is unknown.
func (s *Service) Settle(ctx context.Context, id string, arrived bool, by string) (p *models.ChannelPost, err error) {
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if p, err = tx.ChannelPosts.Settle(ctx, id, arrived, by); err != nil {
			return err
		}
		return s.startHype(ctx, tx, p)
	})
	return p, err
}

// Delete has a post deleted from its channel, since a person wants it. The flow does so, and tells in the post what Telegram says.
func (s *Service) Delete(ctx context.Context, id, by string) (*models.ChannelPost, error) {
	return s.store.ChannelPosts.Change(ctx, id, func(tx *models.Store, p *models.ChannelPost) error {
		if p.State == models.PostDeleting || p.State == models.PostDeleted {
			return models.ErrUnchanged
		}
		if err := p.Deletable(); err != nil {
			return err
		}
		p.State, p.Problem, p.DecidedBy = models.PostDeleting, nil, by
		return addDeletion(ctx, tx, p)
	})
}

// addDeletion writes the outbox message that starts the flow of a deletion.
func addDeletion(ctx context.Context, tx *models.Store, p *models.ChannelPost) error {
	in := contract.ChannelPost{TenantID: p.TenantID, PostID: p.ID}
	return tx.Outbox.Add(ctx, contract.OutboxChannelPostDeletion, contract.ChannelPostDeletionID(in), in)
}

// Reconcile starts the flows of deletions that have not ended: one that was ended by hand starts again.
func (s *Service) Reconcile(ctx context.Context) error {
	rows, err := s.store.ChannelPosts.Deleting(models.Platform(ctx))
	if err != nil {
		return err
	}
	for i := range rows {
		if err := addDeletion(tenant.With(ctx, rows[i].TenantID), s.store, &rows[i]); err != nil {
			return err
		}
	}
	return nil
}

// Remove deletes the message of a post. It may run any number of times; an error means that it must be called again, after
// its RetryAfter. What Telegram refuses leaves the post as one that was sent, with the reason.
func (s *Service) Remove(ctx context.Context, in contract.ChannelPost) error {
	p, err := s.store.ChannelPosts.Get(ctx, in.PostID)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil || p.State != models.PostDeleting {
		return err
	}
	_, err = s.sending.Change(ctx, p.ConnectionID, p.ChatID, botapi.Delete(p.ChatID, p.MessageID))
	f := fault.From(err)
	switch {
	case fault.Is(err, fault.NotFound) && f.Code == "connection_not_found":
		f = fault.New(fault.NotFound, "connection_missing", "The bot that sent it is not connected any more").WithRemedy("Delete it in Telegram")
	case err != nil && (ctx.Err() != nil || errors.Is(err, context.Canceled) || fault.Is(err, fault.Internal)):
		return err
	case err != nil && f.Retryable():
		return connections.FirstOf(err, s.waitsFor(ctx, p, f))
	}
	_, err = s.store.ChannelPosts.Change(ctx, p.ID, func(_ *models.Store, p *models.ChannelPost) error {
		switch {
		case p.State != models.PostDeleting:
			return models.ErrUnchanged
		case f != nil:
			p.State, p.Problem = models.PostSent, connections.NoteOf(f)
		default:
			p.State, p.DeletedAt, p.Problem = models.PostDeleted, models.NewTime(s.now()), nil
		}
		return nil
	})
	return err
}
