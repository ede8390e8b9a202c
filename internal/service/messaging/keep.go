package messaging

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// deliveriesKept is how long it is kept what went out, to whom and how it ended.
const deliveriesKept = 400 * 24 * time.Hour

// ForgetMessages removes the tenant's messages that came in more than 48 hours ago, which Telegram
// can't repeat any more, and deliveries that ended long ago. It returns how many went.
func (s *Service) ForgetMessages(ctx context.Context, beat func()) (int, error) {
	in, err := s.Store.Conversations.DeleteBefore(ctx, s.Now().Add(-models.InboundRetention), beat)
	if err != nil {
		return int(in), err
	}
	out, err := s.Store.Deliveries.DeleteBefore(ctx, s.Now().Add(-deliveriesKept), beat)
	return int(in + out), err
}

// ErasePeople removes, with all that is kept of them, people who were not seen for as long as the
// tenant keeps them. It returns how many.
func (s *Service) ErasePeople(ctx context.Context, beat func()) (int, error) {
	settings, err := s.Store.Subscribers.Settings(ctx)
	if err != nil || settings.RetentionDays == 0 {
		return 0, err
	}
	since := s.Now().Add(-time.Duration(settings.RetentionDays) * 24 * time.Hour)
	for n := 0; ; {
		ids, err := s.Store.Subscribers.Unseen(ctx, since, models.DefaultPage)
		if err != nil || len(ids) == 0 {
			return n, err
		}
		for _, id := range ids {
			beat()
			if err := s.Erase(ctx, id); err != nil && !fault.Is(err, fault.NotFound) {
				return n, err
			}
			n++
		}
	}
}

// Erase removes one person with all that is kept of them; what the engine keeps of their
// conversations follows. One that is not there is fault.NotFound "subscriber_not_found".
func (s *Service) Erase(ctx context.Context, id string) error {
	owner, err := tenantOf(ctx)
	if err != nil {
		return err
	}
	var follow []*models.FollowUp
	err = s.Store.Tx(ctx, func(tx *models.Store) error {
		who, err := tx.Subscribers.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.Subscribers.Erase(ctx, id); err != nil {
			return err
		}
		chat := contract.Chat{TenantID: owner, ConnectionID: who.ConnectionID, UserID: who.UserID}
		// The targets are the flows', so that what comes in afterwards waits until this is done.
		for _, flow := range []string{contract.PromoChatID(owner, who.ConnectionID, who.UserID), contract.ConversationID(owner, who.ConnectionID, who.UserID)} {
			f, err := tx.Outbox.Add(ctx, contract.FollowUpErased, flow, contract.Erased{Chat: chat, Flow: flow})
			if err != nil {
				return err
			}
			follow = append(follow, f)
		}
		return nil
	})
	if err == nil {
		s.Try(ctx, follow...)
	}
	return err
}
