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
	now := s.Now()
	out := make(map[string]models.JourneyTotals, len(ids))
	unknown := make([]string, 0, len(ids))
	s.mu.Lock()
	for _, id := range ids {
		if c, ok := s.counted[owner+"/"+id]; ok && life > 0 && now.Sub(c.at).Abs() < life {
			out[id] = c.JourneyTotals
		} else {
			unknown = append(unknown, id)
		}
	}
	s.mu.Unlock()
	fresh, err := s.Store.Figures.Totals(ctx, unknown)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.counted)+len(unknown) > keptVersions {
		clear(s.counted)
	}
	for _, id := range unknown {
		out[id] = fresh[id]
		s.counted[owner+"/"+id] = counted{fresh[id], now}
	}
	return out, nil
}
