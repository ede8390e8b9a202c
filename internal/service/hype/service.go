// Package hype is the hype bot (X4): after a day's call to action its flows send messages to the FREE channel, which a model
// writes or the program. Each message is a post with a slot of its own, so that it goes out once whatever restarts; the flow of
// a run only waits.
package hype

import (
	"context"
	"net/url"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/crosspromo"
	"github.com/promostack/promostack/internal/service/writing"
	"github.com/promostack/promostack/models"
)

// Options are what the service is made from.
type Options struct {
	Store     *models.Store
	Posts     *channelposts.Service
	Promotion *crosspromo.Service
	Writing   *writing.Service // nil: all texts are the written ones
	PublicURL *url.URL         // under which links are followed
	Now       func() time.Time
}

// Service is safe for concurrent use.
type Service struct {
	store     *models.Store
	posts     *channelposts.Service
	promotion *crosspromo.Service
	writing   *writing.Service
	publicURL *url.URL
	now       func() time.Time
}

// New returns a service.
func New(o Options) *Service {
	return &Service{store: o.Store, posts: o.Posts, promotion: o.Promotion, writing: o.Writing, publicURL: o.PublicURL, now: o.Now}
}

// Prompt is what a person says of a prompt.
type Prompt struct{ Name, Angle, Style string }

// write checks a prompt and puts it into a row.
func (p Prompt) write(row *models.HypePrompt) error {
	row.Name, row.Angle, row.Style = writing.CleanVoice(p.Name), writing.CleanVoice(p.Angle), writing.CleanVoice(p.Style)
	return row.Check()
}

// CreatePrompt adds a prompt.
func (s *Service) CreatePrompt(ctx context.Context, in Prompt) (*models.HypePrompt, error) {
	row := &models.HypePrompt{}
	if err := in.write(row); err != nil {
		return nil, err
	}
	return row, s.store.Hype.CreatePrompt(ctx, row)
}

// ChangePrompt changes a prompt. It counts from the next message on.
func (s *Service) ChangePrompt(ctx context.Context, id string, expect int64, in Prompt) (*models.HypePrompt, error) {
	return s.store.Hype.ChangePrompt(ctx, id, expect, in.write)
}

// Flow is what a person says of a flow.
type Flow struct {
	Name    string
	Enabled bool
	models.HypeTerms
}

// NewFlow is a flow before anybody has said anything of it.
func NewFlow() Flow {
	return Flow{HypeTerms: models.HypeTerms{Messages: 3, Interval: 30, Delay: 10,
		Days: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}}}
}

// write checks a flow and puts it into a row.
func (f Flow) write(row *models.HypeFlow) error {
	days := slices.Clone(f.Days)
	slices.Sort(days)
	f.Days = slices.Compact(days)
	row.Name, row.Enabled, row.Terms = writing.CleanVoice(f.Name), f.Enabled, f.HypeTerms
	return row.Check()
}

// CreateFlow adds a flow.
func (s *Service) CreateFlow(ctx context.Context, in Flow) (*models.HypeFlow, error) {
	row := &models.HypeFlow{}
	if err := in.write(row); err != nil {
		return nil, err
	}
	return row, s.store.Hype.CreateFlow(ctx, row)
}

// ChangeFlow changes a flow. A run that is under way ends when it is switched off; everything else counts from its next
// message on.
func (s *Service) ChangeFlow(ctx context.Context, id string, expect int64, in Flow) (*models.HypeFlow, error) {
	return s.store.Hype.ChangeFlow(ctx, id, expect, in.write)
}

// RunNow starts a flow at once, whatever the day is, beside the run of the day. The same request is the same run. by
// names the person.
func (s *Service) RunNow(ctx context.Context, id, request, by string) (contract.HypeRun, error) {
	owner, _ := tenant.From(ctx)
	in := contract.HypeRun{TenantID: owner, FlowID: id, Date: models.Day(s.now()), At: s.now(), Request: request, By: by}
	return in, s.store.Tx(ctx, func(tx *models.Store) error {
		flow, err := tx.Hype.Flow(ctx, id)
		if err != nil {
			return err
		}
		if !flow.Enabled {
			return fault.New(fault.Conflict, "flow_off", "The flow is switched off").WithRemedy("Switch it on, or look at the preview")
		}
		return tx.Outbox.Add(ctx, contract.OutboxHype, contract.HypeID(in), in)
	})
}

// SeedDemo gives a tenant that has no prompt yet two of them, and a flow.
func (s *Service) SeedDemo(ctx context.Context) error {
	have, err := s.store.Hype.Prompts(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		flow := NewFlow()
		flow.Name, flow.Enabled = "After the call to action", true
		for _, p := range []Prompt{
			{"Discipline", "What it is like to trade gold with a plan, a stop and no hurry", "Calm and dry, like a colleague at the next desk"},
			{"The record", "That wins and losses stand in a record which everybody may check", "Matter-of-fact, with a wink"},
		} {
			row := &models.HypePrompt{}
			if err := p.write(row); err != nil {
				return err
			}
			if err := tx.Hype.CreatePrompt(ctx, row); err != nil {
				return err
			}
			flow.Prompts = append(flow.Prompts, row.ID)
		}
		row := &models.HypeFlow{}
		if err := flow.write(row); err != nil {
			return err
		}
		return tx.Hype.CreateFlow(ctx, row)
	})
}
