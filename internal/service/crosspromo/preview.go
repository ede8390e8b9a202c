package crosspromo

import (
	"context"

	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/models"
)

// Preview is a slot's post as it would go out now.
type Preview struct {
	channelposts.Content
	// Forwarded is the text of the message that is forwarded.
	Forwarded string
}

// Preview makes a slot's post without sending it. What a model writes counts against the day's budget.
func (s *Service) Preview(ctx context.Context, slot programme.Slot) (*Preview, error) {
	a, err := s.author(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	at, on := a.settings.At(now, slot)
	if !on || at.Before(now) {
		at = now
	}
	content, err := a.Write(ctx, &models.ChannelPost{Kind: kinds[slot], PlannedAt: models.NewTime(at)})
	if err != nil {
		return nil, err
	}
	out := &Preview{Content: content}
	if content.Forward != nil {
		p, err := s.store.CrossPromo.ForwardableRecap(ctx, at.Add(-recapAge))
		if err != nil {
			return nil, err
		}
		if p != nil {
			out.Forwarded = p.Text
		}
	}
	return out, nil
}
