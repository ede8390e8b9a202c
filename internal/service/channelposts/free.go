package channelposts

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/models"
)

// startHype starts the hype flows of the day whose call to action has reached the FREE channel. Call it in the transaction
// that finds that out, however often that happens: a flow's run of a date is one. What is found out on a later day starts
// nothing.
func (s *Service) startHype(ctx context.Context, tx *models.Store, p *models.ChannelPost) error {
	if p.Kind != models.PostTeaser || p.State != models.PostSent || p.Manual { // one by hand leaves the day's to the planned one
		return nil
	}
	now, day := s.now(), p.PlannedAt.UTC()
	date := models.Day(day)
	if models.Day(now.Add(-programme.Latest)) > date {
		return nil
	}
	flows, err := tx.Hype.Flows(ctx)
	if err != nil {
		return err
	}
	for i := range flows {
		f := &flows[i]
		if !f.Enabled || !slices.Contains(f.Terms.Days, day.Weekday()) {
			continue
		}
		in := contract.HypeRun{TenantID: p.TenantID, FlowID: f.ID, Date: date, At: now}
		if err := tx.Outbox.Add(ctx, contract.OutboxHype, contract.HypeID(in), in); err != nil {
			return err
		}
	}
	return nil
}

// countWithin is how long the answer is waited for how many members a channel has.
const countWithin = 5 * time.Second

// countMembers keeps how many members a channel has, once a day. Nothing depends on it: what goes wrong is logged.
func (s *Service) countMembers(ctx context.Context, connection string, chat int64) {
	ctx, cancel := context.WithTimeout(ctx, countWithin)
	defer cancel()
	day := models.Day(s.now())
	known, err := s.store.Members.Known(ctx, chat, day)
	if err == nil && !known {
		var n int64
		if n, err = s.connections.CountMembers(ctx, connection, chat); err == nil {
			err = s.store.Members.Put(ctx, chat, day, n)
		}
	}
	if err != nil {
		slog.WarnContext(ctx, "the members of a channel were not counted", "chat", chat, "error", err)
	}
}

// Said is how a post ended, for operators.
func Said(p *models.ChannelPost) string {
	text := string(p.State)
	if p.Manual {
		text += ", by hand"
	}
	if !p.SentAt.IsZero() {
		text += " at " + p.SentAt.Format("15:04:05")
	}
	if p.Source != "" {
		text += ", written by " + p.Source
		if p.Reason != "" {
			text += " (" + p.Reason + ")"
		}
	}
	if p.Problem != nil {
		text += ": " + p.Problem.Message
	}
	return text
}
