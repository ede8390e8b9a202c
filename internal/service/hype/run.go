package hype

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/programme"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/models"
)

// about is what a message is made from. Its prompt may have been changed since, and counts as it is now.
type about struct {
	Flow   string `json:"flow"`
	Prompt string `json:"prompt"`
}

// slot names a message of a run.
func slot(in contract.HypeRun, message int) string {
	return in.Name() + "." + strconv.Itoa(message)
}

// running returns a flow that may send messages; nil for one that is switched off or gone.
func running(ctx context.Context, store *models.Store, id string) (*models.HypeFlow, error) {
	flow, err := store.Hype.Flow(ctx, id)
	switch {
	case fault.Is(err, fault.NotFound):
		return nil, nil
	case err != nil, !flow.Enabled:
		return nil, err
	}
	return flow, nil
}

// Look says which message of a run comes next, and when: the first one after the delay, each other one an interval after the
// one before it was planned.
func (s *Service) Look(ctx context.Context, in contract.HypeRun) (turn contract.HypeTurn, err error) {
	flow, err := running(ctx, s.store, in.FlowID)
	if err != nil {
		return turn, err
	}
	posts, err := s.store.ChannelPosts.InSlots(ctx, in.Name()+".")
	if err != nil {
		return turn, err
	}
	var terms models.HypeTerms
	lines := []string{"The flow is switched off, or gone"}
	if flow != nil {
		terms = flow.Terms
		lines = []string{fmt.Sprintf("“%s”: %d messages", flow.Name, terms.Messages)}
	}
	at := in.At
	if in.Request == "" {
		at = at.Add(time.Duration(terms.Delay) * time.Minute)
	}
	for n := 1; n <= models.MaxHypeMessages; n++ {
		p, planned := posts[slot(in, n)]
		if planned {
			at = p.PlannedAt.Time
			lines = append(lines, fmt.Sprintf("%s message %d: %s", at.Format("15:04"), n, channelposts.Said(&p)))
			if p.State != models.PostPlanned {
				at = at.Add(time.Duration(terms.Interval) * time.Minute)
				continue
			}
		} else if n > terms.Messages {
			break
		}
		turn.Message, turn.At = n, at
		break
	}
	turn.Said = strings.Join(lines, "\n\n")
	return turn, nil
}

// Post makes and sends a message of a run, or skips it with the reason. It may run any number of times; an error means that it
// must be called again.
func (s *Service) Post(ctx context.Context, in contract.HypeMessage) error {
	p, err := s.plan(ctx, in)
	if err != nil || p == nil {
		return err
	}
	_, err = s.Send(ctx, p.ID)
	return err
}

// plan makes the row of a message whose time has come; nil when the flow is not to send it any more.
func (s *Service) plan(ctx context.Context, in contract.HypeMessage) (p *models.ChannelPost, err error) {
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		flow, err := running(ctx, tx, in.FlowID)
		if err != nil {
			return err
		}
		name := slot(in.HypeRun, in.Message)
		if flow == nil || in.Message > flow.Terms.Messages {
			p, err = tx.ChannelPosts.InSlot(ctx, name)
			return err
		}
		what, err := json.Marshal(about{flow.ID, flow.Terms.Prompt(in.Message)})
		if err != nil {
			return err
		}
		due := models.NewTime(in.Due)
		p = &models.ChannelPost{Kind: models.PostHype, Subject: in.Name(), Slot: name, Role: models.RoleFree, Manual: in.Request != "", SentBy: in.By, About: what,
			PlannedAt: due, HappenedAt: due, Until: models.NewTime(in.Due.Add(programme.Latest))}
		if late := s.now().Sub(in.Due); late > programme.Latest {
			p.State, p.Problem = models.PostSkipped, &models.Note{Code: "late", Message: fmt.Sprintf("Its turn came %s late: the program did not run at its time", late.Round(time.Minute))}
		}
		_, err = tx.ChannelPosts.PlanOnce(ctx, p)
		return err
	})
	return p, err
}

// Send sends a message, once, and returns how it ended. It may run any number of times.
func (s *Service) Send(ctx context.Context, id string) (*models.ChannelPost, error) {
	a, err := s.author(ctx)
	if err != nil {
		return nil, err
	}
	return s.posts.Send(ctx, id, a)
}

// SendPost sends a post that has a flow of its own, whosever it is.
func (s *Service) SendPost(ctx context.Context, in contract.ChannelPost) error {
	p, err := s.store.ChannelPosts.Get(ctx, in.PostID)
	if err != nil {
		return err
	}
	if p.Kind != models.PostHype {
		return s.promotion.SendPost(ctx, in)
	}
	_, err = s.Send(ctx, in.PostID)
	return err
}
