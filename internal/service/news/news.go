// Package news keeps the news about gold (X1): fetched once for all tenants, by one process at a time, within the calls of
// the provider's plan.
package news

import (
	"context"
	"log/slog"
	"time"

	adapter "github.com/promostack/promostack/internal/adapter/news"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/models"
)

// Provider is a source of news; internal/adapter/news has it.
type Provider interface {
	News(ctx context.Context, q adapter.Query) ([]headlines.Item, error)
}

// Options are what the service is made from.
type Options struct {
	Store    *models.Store
	Provider Provider
	// Name is models.AlphaVantage or models.SimulatedNews.
	Name    string
	Between time.Duration // two calls of one look; 0 is what Alpha Vantage's free plan asks for
	Now     func() time.Time
}

// Service is the day's news. It is safe for concurrent use, by several processes too.
type Service struct {
	store    *models.Store
	provider Provider
	name     string
	between  time.Duration
	now      func() time.Time
}

// New makes the service.
func New(o Options) *Service {
	s := &Service{store: o.Store, provider: o.Provider, name: o.Name, between: o.Between, now: o.Now}
	if s.between == 0 && !s.Simulated() {
		s.between = 1500 * time.Millisecond // it allows one call a second
	}
	return s
}

// Simulated reports whether the news is made up.
func (s *Service) Simulated() bool { return s.name == models.SimulatedNews }

// Codes of notes. A note beside news has the code of the provider's problem.
const (
	NoNews      = "no_news"          // the provider answers, and has nothing about gold
	Unavailable = "news_unavailable" // the provider does not answer, and nothing is stored
)

const (
	// freshFor is how long an answer is used before the provider is asked again. Simulated news may be changed by hand at any
	// moment, and costs nothing.
	freshFor = 30 * time.Minute
	keepFor  = 14 * 24 * time.Hour
	// askWithin is how long asking may take. Who asks has the provider for longer, so that no two ask at a time.
	askWithin = 30 * time.Second
	askerFor  = 40 * time.Second
	// lookAgain is how often somebody looks who waits for another one's answer.
	lookAgain = 200 * time.Millisecond
	// brokenFor is how long a provider that a person has to mend is left alone.
	brokenFor = time.Minute
	// atOnce is how many items a call asks for: more than are published in a day under either question.
	atOnce = 500
	// manyCalls is the budget of a provider that costs nothing.
	manyCalls = 1_000_000
)

// questions are asked one after the other; a query for both would find only what is under both.
var questions = []adapter.Query{{Topic: adapter.Monetary, Limit: atOnce}, {Ticker: adapter.USDollar, Limit: atOnce}}

// Morning returns the news about gold of the 24 hours until now, which is the real time, not a simulated market's. The
// provider is asked when it has not answered for half an hour; who comes meanwhile waits for the answer, so that this takes
// up to a minute. When the provider refuses, the news is what is stored, and the note says why. Without any news the note's
// code is NoNews or Unavailable. The error is the database's, or the caller's own end.
func (s *Service) Morning(ctx context.Context, now time.Time) ([]headlines.Item, *models.Note, error) {
	problem, err := s.refresh(ctx)
	if err != nil {
		return nil, nil, err
	}
	stored, err := s.store.News.Since(ctx, s.name, now.Add(-headlines.Window))
	if err != nil {
		return nil, nil, err
	}
	items := headlines.Gold(stored, now)
	switch {
	case len(items) > 0:
		return items, problem, nil
	case problem != nil:
		return nil, &models.Note{Code: Unavailable, Message: "There is no stored news, and no new one: " + problem.Message, Remedy: problem.Remedy}, nil
	}
	return nil, &models.Note{Code: NoNews, Message: "There is no news about gold of the last 24 hours"}, nil
}

// refresh asks the provider when it is time to. The note is its problem; nil when it answered the last time.
func (s *Service) refresh(ctx context.Context) (*models.Note, error) {
	begun := models.NewTime(s.now())
	isDue := func(f *models.NewsFeed) bool {
		_, due := s.standing(f, begun)
		return due
	}
	for {
		feed, err := s.store.News.Feed(ctx, s.name)
		if err != nil {
			return nil, err
		}
		if problem, due := s.standing(feed, begun); !due {
			return problem, nil
		}
		if now := s.now(); !now.Before(feed.AskerUntil.Time) {
			asker := models.NewID()
			_, ok, err := s.store.News.Claim(ctx, s.name, asker, now, now.Add(askerFor), isDue)
			if err != nil {
				return nil, err
			}
			if ok {
				return s.ask(ctx, asker)
			}
		}
		if err := wait.For(ctx, lookAgain); err != nil {
			return nil, err
		}
	}
}

// standing is the problem of a provider that is not due to be asked by somebody who came at a moment. What became of asking
// since then holds for everybody who waited.
func (s *Service) standing(f *models.NewsFeed, begun models.Time) (problem *models.Note, due bool) {
	now := s.now()
	switch {
	case !f.AskedAt.Before(begun.Time):
		return f.Problem, false
	case s.Simulated():
		return nil, true
	case now.Sub(f.FetchedAt.Time) < freshFor, now.Before(f.PausedUntil.Time):
		return f.Problem, false
	case f.AskedOn(models.Day(now)) >= s.perDay():
		return note(s.usedUp()), false
	}
	return nil, true
}

// usedUp says, as the provider does, that the day's calls are.
func (s *Service) usedUp() *fault.Error {
	now := s.now().UTC()
	return fault.New(fault.RateLimited, adapter.DayLimit, "Today's %d calls of the news provider are used up", s.perDay()).
		WithRemedy("They are renewed at 00:00 UTC").WithRetryAfter(now.Truncate(24 * time.Hour).Add(24 * time.Hour).Sub(now))
}

func (s *Service) perDay() int {
	if s.Simulated() {
		return manyCalls
	}
	return adapter.FreePerDay
}

func note(f *fault.Error) *models.Note {
	return &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}
}

// answers are what came of asking.
type answers struct {
	items    []headlines.Item
	answered bool         // at least one question
	trouble  *fault.Error // with another one; nil for none
	unused   int          // calls that were booked and reached nobody
}

// ask asks the provider and stores what it says. The error is the database's, or the caller's own end.
func (s *Service) ask(ctx context.Context, asker string) (*models.Note, error) {
	got, err := s.fetch(ctx)
	// What came is kept though the caller may be gone, and others may ask.
	kept, cancel := context.WithTimeout(models.Platform(context.WithoutCancel(ctx)), 5*time.Second)
	defer cancel()
	if err != nil || ctx.Err() != nil && !got.answered {
		if settled := s.store.News.Settle(kept, s.name, asker, func(*models.NewsFeed) {}); settled != nil {
			slog.WarnContext(ctx, "the news provider is left claimed for a while", "error", settled)
		}
		if err == nil {
			err = ctx.Err()
		}
		return nil, err
	}
	if got.trouble != nil {
		slog.WarnContext(ctx, "the news provider", "code", got.trouble.Code, "error", got.trouble)
	}
	var problem *models.Note
	err = s.store.Tx(kept, func(tx *models.Store) error {
		now := s.now()
		if got.answered {
			if s.Simulated() { // what was taken out of the sandbox is gone
				if err := tx.News.Clear(kept, s.name); err != nil {
					return err
				}
			}
			if err := tx.News.Store(kept, s.name, got.items, now); err != nil {
				return err
			}
			if _, err := tx.News.Forget(kept, now.Add(-keepFor)); err != nil {
				return err
			}
		}
		return tx.News.Settle(kept, s.name, asker, func(f *models.NewsFeed) {
			s.settle(f, got, now)
			problem = f.Problem
		})
	})
	return problem, err
}

// settle writes what came of asking into the provider's row.
func (s *Service) settle(f *models.NewsFeed, got answers, now time.Time) {
	f.State, f.Problem, f.AskedAt, f.PausedUntil = models.NewsWorking, nil, models.NewTime(now), models.Time{}
	f.Asked = max(0, f.Asked-got.unused)
	if got.trouble != nil && got.trouble.Code == adapter.DayLimit && !s.Simulated() {
		f.Asked = max(f.Asked, s.perDay()) // somebody else uses the key, too
	}
	if got.answered {
		f.FetchedAt = f.AskedAt
		return
	}
	f.State, f.Problem = models.NewsWaiting, note(got.trouble)
	pause := got.trouble.RetryAfter
	if pause <= 0 {
		f.State, pause = models.NewsBroken, brokenFor
	}
	f.PausedUntil = models.NewTime(now.Add(pause))
}

// fetch asks all questions, until the provider refuses one. The error is the database's.
func (s *Service) fetch(ctx context.Context) (answers, error) {
	var got answers
	ctx, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	from := s.now().Add(-headlines.Window)
	for i, q := range questions {
		if i > 0 && s.between > 0 {
			if err := wait.For(ctx, s.between); err != nil {
				return got, nil // the first answer counts
			}
		}
		ok, err := s.store.News.Book(ctx, s.name, models.Day(s.now()), s.perDay())
		if err != nil {
			return got, err
		}
		if !ok {
			got.trouble = s.usedUp()
			return got, nil
		}
		q.From = from
		items, err := s.provider.News(ctx, q)
		if err != nil {
			got.trouble = fault.From(err)
			if got.trouble.Code == adapter.Away { // nobody was reached who could count it
				got.unused++
			}
			return got, nil
		}
		got.items, got.answered = append(got.items, items...), true
	}
	return got, nil
}

// State is how the provider of news is.
type State struct {
	Provider     string
	Simulated    bool
	State        models.NewsState
	Problem      *models.Note
	AskedAt      models.Time // the last time
	FetchedAt    models.Time // the last time that it answered
	Left, PerDay int         // calls of today
}

// State tells how the provider was at its last call, whoever made it. It asks nobody: there are few calls a day.
func (s *Service) State(ctx context.Context) (*State, error) {
	f, err := s.store.News.Feed(ctx, s.name)
	if err != nil {
		return nil, err
	}
	left := max(0, s.perDay()-f.AskedOn(models.Day(s.now())))
	return &State{s.name, s.Simulated(), f.State, f.Problem, f.AskedAt, f.FetchedAt, left, s.perDay()}, nil
}
