package writing

import (
	"context"

	"github.com/promostack/promostack/models"
)

// Now is how AI-written messages are for a tenant.
type Now struct {
	Settings *models.AISettings
	Usage    *models.AIUsage // of today in UTC
	Provider Provider
}

// Provider is the language model, and how it was the last time.
type Provider struct {
	Model     string // empty without a provider
	Simulated bool
	State     models.AIState // Off without a provider
	Problem   *models.Note
	AskedAt   models.Time
}

// Off is the state of a provider that is not configured.
const Off models.AIState = "off"

// Now reads settings, today's usage and the provider's state.
func (s *Service) Now(ctx context.Context) (*Now, error) {
	settings, err := s.store.AI.Settings(ctx)
	if err != nil {
		return nil, err
	}
	return s.with(ctx, settings)
}

// Change is what of the settings is to be changed; nil leaves it.
type Change struct {
	Enabled     *bool
	DailyBudget *int
	Voice       *string
}

// Set changes the tenant's settings when they have the version that is expected.
func (s *Service) Set(ctx context.Context, expect int64, c Change) (*Now, error) {
	settings, err := s.store.AI.Change(ctx, expect, func(row *models.AISettings) error {
		if c.Enabled != nil {
			row.Enabled = *c.Enabled
		}
		if c.DailyBudget != nil {
			row.DailyBudget = *c.DailyBudget
		}
		if c.Voice != nil {
			row.Voice = CleanVoice(*c.Voice)
		}
		return models.CheckAISettings(row)
	})
	if err != nil {
		return nil, err
	}
	return s.with(ctx, settings)
}

func (s *Service) with(ctx context.Context, settings *models.AISettings) (*Now, error) {
	usage, err := s.store.AI.Usage(ctx, models.Day(s.now()))
	if err != nil {
		return nil, err
	}
	provider, err := s.Provider(ctx)
	if err != nil {
		return nil, err
	}
	return &Now{settings, usage, provider}, nil
}

// Provider tells how the language model was at its last call, whoever made it. It asks nobody: a call costs money.
func (s *Service) Provider(ctx context.Context) (Provider, error) {
	if s.provider == nil {
		return Provider{State: Off}, nil
	}
	row, err := s.store.AI.Provider(ctx, s.name)
	if err != nil {
		return Provider{}, err
	}
	return Provider{s.provider.Model(), s.name == Simulated, row.State, row.Problem, row.AskedAt}, nil
}
