package crosspromo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/models"
)

// Entry is a slot of a day: its post, or when that comes.
type Entry struct {
	Slot programme.Slot
	At   time.Time           // when it comes, or came
	On   bool                // it comes on this day
	Post *models.ChannelPost // nil before its time
}

// kinds are the kinds of the slots' posts.
var kinds = map[programme.Slot]models.PostKind{
	programme.News: models.PostNews, programme.Recap: models.PostForward, programme.Teaser: models.PostTeaser, programme.Brag: models.PostBrag,
}

// prefix is how the names of all slots of a day begin.
func prefix(date string) string { return contract.FlowCrossPromo + "." + date + "." }

// row is the post of a slot, to be planned.
func (s *Service) row(slot programme.Slot, date, at time.Time) *models.ChannelPost {
	name := prefix(models.Day(date)) + string(slot)
	return &models.ChannelPost{Kind: kinds[slot], Subject: name, Slot: name, Role: models.RoleFree, PlannedAt: models.NewTime(at), HappenedAt: models.NewTime(at)}
}

// Day is the programme of a date, in the order of its times.
func (s *Service) Day(ctx context.Context, date time.Time) ([]Entry, error) {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := s.store.ChannelPosts.InSlots(ctx, prefix(models.Day(date)))
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, slot := range programme.Slots() {
		at, on := settings.At(date, slot)
		e := Entry{Slot: slot, At: at, On: on}
		if p, ok := posts[prefix(models.Day(date))+string(slot)]; ok {
			e.Post, e.At = &p, p.PlannedAt.Time
		}
		out = append(out, e)
	}
	for name, p := range posts { // what somebody asked for besides
		if p.Manual {
			slot, _, _ := strings.Cut(strings.TrimPrefix(name, prefix(models.Day(date))), ".")
			out = append(out, Entry{Slot: programme.Slot(slot), At: p.PlannedAt.Time, On: true, Post: &p})
		}
	}
	slices.SortStableFunc(out, func(a, b Entry) int { return a.At.Compare(b.At) })
	return out, nil
}

// mostOthers is how many other posts of a day are told.
const mostOthers = 100

// Others are what else the FREE channel gets on a date, besides the programme: results of VIP signals and hype, in the order of
// their times.
func (s *Service) Others(ctx context.Context, date time.Time) ([]models.ChannelPost, error) {
	return s.store.ChannelPosts.PlannedBetween(ctx, []models.PostKind{models.PostResult, models.PostFull, models.PostHype}, date, date.AddDate(0, 0, 1), mostOthers)
}

// Look says what of a day is due, and what comes next.
func (s *Service) Look(ctx context.Context, in contract.ScheduledRun) (contract.ProgrammeTurn, error) {
	date, err := time.Parse(time.DateOnly, in.Date)
	if err != nil {
		return contract.ProgrammeTurn{}, fault.New(fault.Invalid, "date", "%q is no date", in.Date)
	}
	day, err := s.Day(ctx, date)
	if err != nil {
		return contract.ProgrammeTurn{}, err
	}
	var turn contract.ProgrammeTurn
	var lines []string
	now := s.now()
	for _, e := range day {
		lines = append(lines, line(e))
		switch {
		case e.Post != nil && (e.Post.Manual || e.Post.State != models.PostPlanned), e.Post == nil && !e.On:
		case e.At.After(now):
			if turn.Next == "" {
				turn.Next, turn.At = string(e.Slot), e.At
			}
		default:
			turn.Due = append(turn.Due, string(e.Slot))
		}
	}
	turn.Said = strings.Join(lines, "\n\n")
	return turn, nil
}

// line is an entry for operators.
func line(e Entry) string {
	p := e.Post
	switch {
	case p == nil && !e.On:
		return string(e.Slot) + ": not on this day"
	case p == nil:
		return fmt.Sprintf("%s %s: comes", e.At.Format("15:04"), e.Slot)
	}
	return fmt.Sprintf("%s %s: %s", e.At.Format("15:04"), e.Slot, channelposts.Said(p))
}

// Skip leaves a slot of today out. by names the person.
func (s *Service) Skip(ctx context.Context, slot programme.Slot, by string) error {
	settings, _, err := s.Settings(ctx)
	if err != nil {
		return err
	}
	now := s.now()
	at, on := settings.At(now, slot)
	if !on {
		return fault.New(fault.Conflict, "slot_off", "There is no such post today")
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		p := s.row(slot, now, at)
		p.State, p.Problem = models.PostSkipped, &models.Note{Code: "by_hand", Message: "Skipped by " + by}
		planned, err := tx.ChannelPosts.PlanOnce(ctx, p)
		if err != nil {
			return err
		}
		if !planned {
			return fault.New(fault.Conflict, "slot_done", "Its turn has come already: it is %s", p.State).WithRemedy("Look at the timeline again")
		}
		owner, _ := tenant.From(ctx)
		return look(ctx, tx, owner, models.Day(now))
	})
}

// RunNow sends a slot's post at once, whatever the programme says; the planned one stays. The same request is the same post.
// by names the person.
func (s *Service) RunNow(ctx context.Context, slot programme.Slot, request, by string) (*models.ChannelPost, error) {
	now := s.now()
	p := s.row(slot, now, now)
	p.Manual, p.SentBy, p.Until = true, by, models.NewTime(now.Add(programme.Latest))
	p.Slot += ".manual." + request
	p.Subject = p.Slot
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		if _, err := tx.ChannelPosts.PlanOnce(ctx, p); err != nil {
			return err
		}
		return send(ctx, tx, p.ID)
	})
	return p, err
}

// send writes the outbox message that starts the flow of a post.
func send(ctx context.Context, tx *models.Store, post string) error {
	owner, _ := tenant.From(ctx)
	return tx.Outbox.Add(ctx, contract.OutboxChannelPost, contract.ChannelPostID(owner, post), contract.ChannelPost{TenantID: owner, PostID: post})
}
