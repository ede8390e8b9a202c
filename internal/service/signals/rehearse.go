package signals

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

// rehearse lets the demo live through the last days of its made-up market once, as if it had been there, so that a newcomer
// finds signals that are open and closed. The minutes that the first look has brought are gone through bar by bar.
func (s *Service) rehearse(ctx context.Context, feed *models.MarketFeed) error {
	minutes, err := s.store.Candles.Between(ctx, s.feed.Market, candle.M1, time.Time{}, time.Time{}, 2*mostMinutes)
	if err != nil || len(minutes) == 0 {
		return err
	}
	bars, err := s.store.Candles.Between(ctx, s.feed.Market, marketfeed.Bar, time.Time{}, time.Time{}, mostMinutes)
	if err != nil {
		return err
	}
	running, err := s.rehearsing(ctx)
	if err != nil || len(running) == 0 {
		return err
	}
	begun, next := minutes[0].Time, 0
	recapped := begun - begun%hour     // a recap may be late
	recap := func(until int64) error { // also while the market is closed
		for ; recapped+hour <= until; recapped += hour {
			past := *s
			past.asOf = time.Unix(recapped+hour, 0).UTC()
			if err := past.recaps(ctx, feed); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range bars {
		at := bars[i].Time
		if err := recap(at); err != nil {
			return err
		}
		past := *s
		past.asOf = time.Unix(at+bar, 0).UTC()
		crossing := models.Crossing{Market: s.feed.Market, Low: pip.MaxPrice, Now: at + bar}
		for ; next < len(minutes) && minutes[next].Time < at+bar; next++ {
			m := &minutes[next]
			crossing.Low, crossing.High, crossing.Minute = min(crossing.Low, m.Low), max(crossing.High, m.High), m.Time
		}
		if at >= begun {
			if err := past.advanceCrossed(ctx, crossing); err != nil {
				return err
			}
		}
		for _, r := range running {
			d := r.mind.OnCandle(&bars[i])
			if at < begun || i == len(bars)-1 || d.Action == strategy.None || !s.calendar.Open(past.asOf) {
				continue // the newest bar is the present's
			}
			if err := past.act(tenant.With(ctx, r.tenant), r.strategy, at, d); err != nil {
				return err
			}
		}
	}
	if err := recap(s.marketTime(feed)); err != nil {
		return err
	}
	feed.ToldUntil = minutes[len(minutes)-1].Time
	if err := s.store.Feeds.Told(ctx, s.feed.Market, feed.ToldUntil); err != nil {
		return err
	}
	return s.Reconcile(ctx)
}

const (
	// mostMinutes is more than a first look brings.
	mostMinutes = 10_000
	hour        = 60 * minute
)

// rehearsal is a strategy of the demo.
type rehearsal struct {
	tenant, strategy string
	mind             strategy.Strategy
}

func (s *Service) rehearsing(ctx context.Context) (out []rehearsal, err error) {
	rows, err := s.store.Strategies.Running(ctx)
	if err != nil {
		return nil, err
	}
	for i := range rows {
		owner, err := s.store.Tenants.ByID(ctx, rows[i].TenantID)
		if err != nil {
			return nil, err
		}
		kind, ok := strategy.Find(rows[i].Strategy)
		if owner.Kind != models.KindDemo || !ok {
			continue
		}
		mind, _, _, err := kind.New(rows[i].Params)
		if err != nil {
			return nil, err
		}
		out = append(out, rehearsal{rows[i].TenantID, rows[i].Strategy, mind})
	}
	return out, nil
}
