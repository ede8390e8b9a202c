package crosspromo

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/models"
)

// resultOf is what a post about a VIP signal is made from.
type resultOf struct {
	Signal string   `json:"signal"`
	Target int      `json:"target,omitempty"`
	Pips   pip.Pips `json:"pips,omitempty"` // of the whole trade, were its rest closed at the target
}

// resultLate is how late a result still goes out.
const resultLate = 2 * time.Hour

// Promote plans what the FREE channel is told of something that happened to a VIP signal, if the tenant's rules want it. It
// may run any number of times.
func (s *Service) Promote(ctx context.Context, in contract.SignalResult) error {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	row, err := s.store.Signals.Get(ctx, in.SignalID)
	if err != nil {
		return err
	}
	p, err := s.resultPost(ctx, &settings, row, in.Seq)
	if err != nil || p == nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		if _, _, err := tx.CrossPromo.Lock(ctx); err != nil { // so that nobody else counts at the same time
			return err
		}
		today, err := tx.ChannelPosts.CountPlanned(ctx, []models.PostKind{models.PostResult, models.PostFull}, models.NewTime(p.PlannedAt.UTC().Truncate(24*time.Hour)))
		if err != nil {
			return err
		}
		if today >= int64(settings.Results.DailyMost) {
			p.State, p.Problem = models.PostSkipped, &models.Note{Code: "daily_most", Message: fmt.Sprintf("The day has its %d results already", settings.Results.DailyMost)}
		}
		planned, err := tx.ChannelPosts.PlanOnce(ctx, p)
		if err != nil || !planned || p.State != models.PostPlanned {
			return err
		}
		return send(ctx, tx, p.ID)
	})
}

// Handler carries out outbox messages of the kind contract.OutboxResult.
func (s *Service) Handler() outbox.Handler {
	return func(ctx context.Context, payload []byte) error {
		var in contract.SignalResult
		if err := json.Unmarshal(payload, &in); err != nil {
			return fmt.Errorf("payload of an outbox message: %w", err)
		}
		return s.Promote(ctx, in)
	}
}

// tells reports whether a tenant's rules want posts of a kind about VIP signals.
func tells(settings *models.CrossPromoSettings, kind models.PostKind) bool {
	rules := &settings.Results
	return settings.On && (kind == models.PostResult && rules.Targets || kind == models.PostFull && rules.FullSignals)
}

// resultPost is the post about an event of a signal; nil when no rule wants it.
func (s *Service) resultPost(ctx context.Context, settings *models.CrossPromoSettings, row *models.Signal, seq int) (*models.ChannelPost, error) {
	kind, of := models.PostFull, resultOf{Signal: row.ID}
	if seq > 0 {
		events, err := s.store.Signals.Milestones(ctx, row.ID)
		if err != nil || seq > len(events) {
			return nil, err
		}
		e := &events[seq-1].Data
		if e.Milestone == nil || e.Milestone.Kind != position.HitTarget {
			return nil, nil
		}
		kind, of.Target, of.Pips = models.PostResult, e.Milestone.Target, e.Position.Result(row.Terms.PipSize, e.Milestone.Price)
	}
	if !tells(settings, kind) {
		return nil, nil
	}
	about, err := json.Marshal(of)
	if err != nil {
		return nil, err
	}
	now := s.now()
	planned := now.Add(time.Duration(settings.Results.DelayMinutes) * time.Minute)
	slot := fmt.Sprintf("%s.%s.%d", contract.OutboxResult, row.ID, seq)
	return &models.ChannelPost{Kind: kind, Subject: slot, Slot: slot, Role: models.RoleFree, About: about, HappenedAt: models.NewTime(now),
		PlannedAt: models.NewTime(planned), Until: models.NewTime(planned.Add(resultLate))}, nil
}
