package journeys

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models"
)

// totalsLife is how old the figures may be that stand in the answer to an edit: a draft that is saved
// again and again is not counted over its whole history each time.
const totalsLife = 5 * time.Second

// counted are a journey's figures, and when they were counted.
type counted struct {
	models.JourneyTotals
	at time.Time
}

// totals counts journeys. Those that were counted within life are not counted again; 0 counts all.
func (s *Service) totals(ctx context.Context, ids []string, life time.Duration) (map[string]models.JourneyTotals, error) {
	owner, _ := tenant.From(ctx)
	now := s.now()
	out := make(map[string]models.JourneyTotals, len(ids))
	unknown := make([]string, 0, len(ids))
	for _, id := range ids {
		if c, ok := s.counted.Get(owner + "/" + id); ok && life > 0 && now.Sub(c.at).Abs() < life {
			out[id] = c.JourneyTotals
		} else {
			unknown = append(unknown, id)
		}
	}
	fresh, err := s.store.Figures.Totals(ctx, unknown)
	if err != nil {
		return nil, err
	}
	for _, id := range unknown {
		out[id] = fresh[id]
		s.counted.Add(owner+"/"+id, counted{fresh[id], now})
	}
	return out, nil
}
