package crosspromo

import (
	"context"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/models"
)

// Post makes and sends a slot's post of a day, or skips it with the reason. It may run any number of times; an error means that
// it must be called again.
func (s *Service) Post(ctx context.Context, in contract.ProgrammeSlot) error {
	date, err := time.Parse(time.DateOnly, in.Date)
	if err != nil {
		return fault.New(fault.Invalid, "date", "%q is no date", in.Date)
	}
	p, err := s.plan(ctx, date, programme.Slot(in.Slot))
	if err != nil || p == nil {
		return err
	}
	_, err = s.Send(ctx, p.ID)
	return err
}

// plan makes a slot's row when its time has come; nil when it has not, since somebody has changed it.
func (s *Service) plan(ctx context.Context, date time.Time, slot programme.Slot) (p *models.ChannelPost, err error) {
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		settings, _, err := tx.CrossPromo.Settings(ctx)
		if err != nil {
			return err
		}
		at, on := settings.At(date, slot)
		now := s.now()
		if !on || at.After(now) {
			p, err = tx.ChannelPosts.InSlot(ctx, prefix(models.Day(date))+string(slot))
			return err
		}
		p = s.row(slot, date, at)
		p.Until = models.NewTime(at.Add(programme.Latest))
		if why := s.whyNot(at, now); why != nil {
			p.State, p.Problem = models.PostSkipped, why
		}
		_, err = tx.ChannelPosts.PlanOnce(ctx, p)
		return err
	})
	return p, err
}

// whyNot says why a post of a time is skipped, whatever it would say.
func (s *Service) whyNot(at, now time.Time) *models.Note {
	if late := now.Sub(at); late > programme.Latest {
		return &models.Note{Code: "late", Message: fmt.Sprintf("Its turn came %s late: the program did not run at its time", late.Round(time.Minute))}
	}
	if closed := s.Closed(at); closed != "" {
		return &models.Note{Code: "market_closed", Message: "Gold does not trade on this day: " + closed}
	}
	return nil
}

// Closed says why gold does not trade on the day of a moment in UTC; empty when it does.
func (s *Service) Closed(at time.Time) string {
	return s.calendar.Closed(at.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)) // it trades then on each day on which it trades
}

// SendPost sends a post that has a flow of its own: a recap's, or one of cross-promotion.
func (s *Service) SendPost(ctx context.Context, in contract.ChannelPost) error {
	p, err := s.store.ChannelPosts.Get(ctx, in.PostID)
	switch {
	case err != nil:
		return err
	case p.Kind == models.PostRecap:
		return s.signals.SendRecap(ctx, in)
	}
	_, err = s.Send(ctx, in.PostID)
	return err
}

// Send sends a post of cross-promotion, once, and returns how it ended. It may run any number of times.
func (s *Service) Send(ctx context.Context, id string) (*models.ChannelPost, error) {
	a, err := s.author(ctx)
	if err != nil {
		return nil, err
	}
	return s.posts.Send(ctx, id, a)
}
