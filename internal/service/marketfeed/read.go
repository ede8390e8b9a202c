package marketfeed

import (
	"context"
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/adapter/market"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/models"
)

// Now is how the market and its feed are.
type Now struct {
	Feed              *models.MarketFeed
	DayOpen           pip.Price // the first price of the trading day; 0 without one
	FirstBar, LastBar time.Time // zero without bars
	Gaps              int       // of the last days, in which the market was open

	MinuteCredits, DayCredits, PerDay int // what is left of the provider's plan, and what a day has
}

// TimeOf is the market's time at a moment of ours, as far as its feed knows.
func TimeOf(feed *models.MarketFeed, at time.Time) time.Time {
	if feed.MarketTime.IsZero() {
		return at
	}
	return feed.MarketTime.Add(time.Duration(float64(at.Sub(feed.LookedAt.Time)) * feed.Speed))
}

// gapsOf is over how long gaps are counted.
const gapsOf = 30 * 24 * time.Hour

// silentAfter is how long after the time of its next look a feed is not what its row says any more: its flow does not
// run, or no worker does.
const silentAfter = 2 * time.Minute

// State reads how the feed is; one that went silent is broken.
func (s *Service) State(ctx context.Context) (*models.MarketFeed, error) {
	feed, err := s.store.Feeds.Get(ctx, s.Market)
	if err != nil {
		return nil, err
	}
	if late := s.now().Sub(feed.NextLook.Time); feed.State != models.FeedStarting && late > silentAfter {
		feed.State = models.FeedBroken
		feed.Problem = &models.Note{Code: "feed_silent", Message: "The feed has not looked at the market since " + feed.LookedAt.Format("2 Jan, 15:04") + " UTC",
			Remedy: "See on the system page whether a worker runs; a feed that was ended starts again within five minutes"}
	}
	return feed, nil
}

// Now reads how the market and its feed are.
func (s *Service) Now(ctx context.Context) (*Now, error) {
	feed, err := s.State(ctx)
	if err != nil {
		return nil, err
	}
	out := &Now{Feed: feed}
	var budget market.Budget
	if err := json.Unmarshal(feed.Budget, &budget); err != nil {
		return nil, err
	}
	out.MinuteCredits, out.DayCredits = budget.Left(s.now())
	_, out.PerDay = budget.Plan()
	if feed.MarketTime.IsZero() {
		return out, nil
	}
	bars, err := s.store.Candles.Between(ctx, s.Market, Bar, feed.MarketTime.Add(-gapsOf), time.Time{}, int(gapsOf/bar)+1)
	if err != nil || len(bars) == 0 {
		return out, err
	}
	first, err := s.store.Candles.Between(ctx, s.Market, Bar, time.Time{}, time.Time{}, 1)
	if err != nil {
		return nil, err
	}
	last := bars[len(bars)-1].At()
	out.FirstBar, out.LastBar = first[0].At(), last
	out.Gaps = len(candle.Gaps(bars, Bar, bars[0].At(), last, s.calendar.Open))
	day, _ := s.calendar.Session(last)
	if today := (candle.Series{Candles: bars}).Between(day, time.Time{}).Candles; len(today) > 0 {
		out.DayOpen = today[0].Open
	}
	return out, nil
}

// Candles returns the market's history, the oldest first: from a time on until before another one, or the newest ones
// when from is zero. Longer ones than a bar are put together.
func (s *Service) Candles(ctx context.Context, of candle.Timeframe, from, to time.Time, limit int) ([]candle.Candle, error) {
	stored, rows := of, limit
	from, to = roundUp(from, of), roundUp(to, of) // a longer candle is whole or not there
	if of != candle.M1 && of != Bar {
		stored, rows = Bar, (limit+1)*int(of.Seconds()/Bar.Seconds())
	}
	var candles []candle.Candle
	var err error
	if from.IsZero() {
		candles, err = s.store.Candles.Newest(ctx, s.Market, stored, to, rows)
	} else {
		candles, err = s.store.Candles.Between(ctx, s.Market, stored, from, to, rows)
	}
	if err != nil || stored == of {
		return candles, err
	}
	longer := candle.Resample(candles, of)
	cut := len(candles) == rows // there are more: what stands at the end may be a part
	switch {
	case from.IsZero() && cut:
		longer = longer[1:]
	case cut:
		longer = longer[:len(longer)-1]
	}
	if from.IsZero() {
		return longer[max(0, len(longer)-limit):], nil
	}
	return longer[:min(limit, len(longer))], nil
}

// roundUp is the next begin of a candle at a time or after it; the zero time stays.
func roundUp(at time.Time, of candle.Timeframe) time.Time {
	if at.IsZero() {
		return at
	}
	return time.Unix(of.Start(at.Unix()+of.Seconds()-1), 0).UTC()
}
