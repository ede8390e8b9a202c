package signals

import (
	"context"

	"github.com/promostack/promostack/internal/engine/forex/performance"
	"github.com/promostack/promostack/models"
)

// resultsAtOnce is how many results one statement reads.
const resultsAtOnce = 1000

// Results calls each with the closed signals that a filter lets through, in the order in which they were closed.
func (s *Service) Results(ctx context.Context, f models.ResultFilter, each func(*models.Signal) error) error {
	f.Limit = resultsAtOnce
	for {
		rows, err := s.store.Signals.Results(ctx, f)
		if err != nil {
			return err
		}
		for i := range rows {
			if err := each(&rows[i]); err != nil {
				return err
			}
		}
		if len(rows) < f.Limit {
			return nil
		}
		last := &rows[len(rows)-1]
		f.AfterClosed, f.AfterID = last.ClosedAt, last.ID
	}
}

// Performance sums the closed signals up that a filter lets through.
func (s *Service) Performance(ctx context.Context, f models.ResultFilter) (performance.Report, error) {
	var sum performance.Sum
	err := s.Results(ctx, f, func(row *models.Signal) error {
		sum.Add(performance.Closed{Opened: row.OpenedAt, Closed: row.ClosedAt, Strategy: row.Strategy, Pips: row.Pips, R: row.R})
		return nil
	})
	return sum.Report(), err
}

// ResultMarkets tells on which kinds of markets signals were closed.
func (s *Service) ResultMarkets(ctx context.Context) (genuine, simulated bool, err error) {
	for _, kind := range []struct {
		simulated bool
		found     *bool
	}{{false, &genuine}, {true, &simulated}} {
		rows, err := s.store.Signals.Results(ctx, models.ResultFilter{Simulated: kind.simulated, Limit: 1})
		if err != nil {
			return false, false, err
		}
		*kind.found = len(rows) > 0
	}
	return genuine, simulated, nil
}
