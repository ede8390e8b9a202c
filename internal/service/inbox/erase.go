package inbox

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// ForgetMessages removes the tenant's messages that arrived more than 48 hours ago, which Telegram
// can't deliver again. It returns how many were removed.
func (s *Service) ForgetMessages(ctx context.Context, beat func()) (int, error) {
	n, err := s.store.Conversations.DeleteBefore(ctx, s.now().Add(-models.InboundRetention), beat)
	return int(n), err
}

// ErasePeople removes, with everything that is kept about them, people who were not seen for as long as the
// tenant keeps them. It returns how many.
func (s *Service) ErasePeople(ctx context.Context, beat func()) (int, error) {
	settings, err := s.store.Subscribers.Settings(ctx)
	if err != nil || settings.RetentionDays == 0 {
		return 0, err
	}
	since := s.now().Add(-time.Duration(settings.RetentionDays) * 24 * time.Hour)
	for n := 0; ; {
		ids, err := s.store.Subscribers.Unseen(ctx, since, models.DefaultPage)
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

// Erase removes one person with everything that is kept about them; what Temporal keeps about their conversations goes
// too, a moment later. One that is not there is fault.NotFound "subscriber_not_found".
func (s *Service) Erase(ctx context.Context, id string) error {
	return s.store.Tx(ctx, func(tx *models.Store) error {
		who, err := tx.Subscribers.Get(ctx, id)
		if err != nil {
			return err
		}
		if err := tx.Subscribers.Erase(ctx, id); err != nil {
			return err
		}
		chat := contract.Chat{TenantID: who.TenantID, ConnectionID: who.ConnectionID, UserID: who.UserID}
		for _, f := range flows() {
			if f.name == "" { // it has no workflow
				continue
			}
			// The target is the workflow, so that what arrives afterwards waits until this is done.
			workflow := contract.ChatID(f.name, chat.TenantID, chat.ConnectionID, chat.UserID)
			if err := tx.Outbox.Add(ctx, contract.OutboxErased, workflow, contract.Erased{Chat: chat, Flow: workflow}); err != nil {
				return err
			}
		}
		return nil
	})
}
