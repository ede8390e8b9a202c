// Package marketfeed keeps the market's candles and price (F1): one feed a symbol for all tenants, within the credits of
// the provider's plan, without gaps, asleep while the market is closed.
package marketfeed

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/market"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/models"
)

// Options are what the feed is made from.
type Options struct {
	Store    *models.Store
	Provider market.Provider
	// Name is models.TwelveData or models.SimulatedMarket.
	Name     string
	Calendar *calendar.Calendar
	Now      func() time.Time
}

// Service is the feed.
type Service struct {
	store    *models.Store
	provider market.Provider
	Market   models.Market
	calendar *calendar.Calendar
	now      func() time.Time
}

// New makes the feed of gold.
func New(o Options) *Service {
	return &Service{store: o.Store, provider: o.Provider, Market: models.Market{Provider: o.Name, Symbol: market.Gold}, calendar: o.Calendar, now: o.Now}
}

// Simulated reports whether the prices are made up.
func (s *Service) Simulated() bool { return s.Market.Provider == models.SimulatedMarket }

// Bar is how long the candles are by which strategies decide.
const Bar = candle.M15

const (
	bar    = time.Duration(Bar)
	minute = time.Minute

	// historyOfMinutes is how far back minutes are fetched when there are none: in one answer, but for a simulated market,
	// whose last days are lived through once more.
	historyOfMinutes          = 72 * time.Hour
	historyOfSimulatedMinutes = 14 * 24 * time.Hour
	// keepMinutes is how long minutes are kept: charts and open signals look no further back. Bars are kept for good.
	keepMinutes = 60 * 24 * time.Hour
	// settle is how long after a bar's close the provider may need until it has it.
	settle = 3 * time.Second
	// waitForBar is how long a bar that the provider doesn't have yet is asked for again.
	waitForBar = 3 * time.Minute
	// barsOfDay are in the 23 hours that gold trades on a day.
	barsOfDay = 92
	// spare credits of a day are for bars that the provider has later than at their close.
	spare = barsOfDay
	// late is how much older than a look the newest price may be.
	late = 5 * time.Minute
	// mended is how far back missing candles are asked for again, with the new ones: bars, and minutes.
	mendedBars    = 24 * time.Hour
	mendedMinutes = 3 * time.Hour
	// longest and shortest pause between two looks, whatever the market says. A simulated market may be moved on by hand
	// at any moment, and costs nothing.
	longest          = 15 * time.Minute
	longestSimulated = 15 * time.Second
	shortest         = time.Second
)

// look is one look under way.
type look struct {
	*Service
	feed   *models.MarketFeed
	budget market.Budget
	now    time.Time // the market's
	fresh  bool      // something new came
	was    models.FeedState
}

// Look asks the provider for what is new and stores it. What goes wrong at the provider is no error of the look: the
// feed's state says it, with what to do, and the next look comes when it makes sense.
func (s *Service) Look(ctx context.Context) (contract.MarketLook, error) {
	feed, err := s.store.Feeds.Get(ctx, s.Market)
	if err != nil {
		return contract.MarketLook{}, err
	}
	l := &look{Service: s, feed: feed, was: feed.State}
	if err := json.Unmarshal(feed.Budget, &l.budget); err != nil {
		return contract.MarketLook{}, fmt.Errorf("the feed's budget: %w", err)
	}
	if s.Simulated() {
		l.budget.PerMinute, l.budget.PerDay = 1_000_000, 1_000_000
	}
	pause, err := l.run(ctx)
	if err != nil {
		return contract.MarketLook{}, err
	}
	return l.finish(ctx, pause)
}

// run fetches bars and minutes, and returns how long to wait in our time. Its errors are the database's.
func (l *look) run(ctx context.Context) (time.Duration, error) {
	now, speed, err := l.provider.Clock(ctx)
	if err != nil {
		return l.trouble(err), nil
	}
	l.now, l.feed.Speed, l.feed.MarketTime = now, speed, models.NewTime(now)
	var trouble error
	for _, fetch := range []func(context.Context) error{l.bars, l.minutes} { // one that fails keeps the other from nothing
		switch err := fetch(ctx); {
		case errors.Is(err, errProvider):
			trouble = cmp.Or(trouble, err)
		case err != nil:
			return 0, err
		}
	}
	if trouble != nil {
		return l.trouble(trouble), nil
	}
	l.feed.Problem = nil
	if why := l.calendar.Closed(now); why != "" {
		opens := l.calendar.NextOpen(now)
		l.feed.State = models.FeedClosed
		l.feed.Problem = &models.Note{Code: "market_closed", Message: "The market is closed: " + why, Remedy: "It opens on " + opens.Format("2 Jan 2006, 15:04") + " UTC"}
		return l.until(opens.Add(settle)), nil
	}
	if l.behind() {
		l.feed.State = models.FeedWaiting
		l.feed.Problem = &models.Note{Code: "market_late", Message: "The provider has no prices of the last minutes", Remedy: "It is asked again by itself; what is missing is filled in"}
		if l.fresh {
			return shortest, nil // there is more to fetch
		}
		return l.until(now.Add(l.pace())), nil
	}
	l.feed.State = models.FeedLive
	next := now.Add(l.pace())
	if closes := candleEnd(now, bar).Add(settle); closes.Before(next) {
		next = closes
	}
	return l.until(next), nil
}

// behind says whether the newest price is older than it may be at an open market.
func (l *look) behind() bool {
	opened, _ := l.calendar.Session(l.now)
	since := l.feed.PriceAt.Time
	if since.Before(opened) {
		since = opened
	}
	return l.now.Sub(since) > late+l.pace()
}

// errProvider marks what went wrong at the provider.
var errProvider = errors.New("the provider of the market")

// bars fetches the bars that have closed since the last look.
func (l *look) bars(ctx context.Context) error {
	due := l.lastBar()
	last, err := l.store.Candles.Last(ctx, l.Market, Bar)
	if err != nil {
		return err
	}
	waited := l.now.Sub(due.Add(bar)) > waitForBar
	if !last.Before(due) || l.feed.AskedBar == due.Unix() && waited {
		return nil
	}
	from := time.Time{} // as many as there are in one answer
	if !last.IsZero() {
		if from, err = l.missing(ctx, Bar, last, mendedBars); err != nil {
			return err
		}
	}
	candles, err := l.fetch(ctx, Bar, from)
	if err != nil {
		return err
	}
	l.feed.AskedBar = due.Unix()
	return l.add(ctx, Bar, candles)
}

// minutes fetches the minutes since the last look. The last one's close is the price.
func (l *look) minutes(ctx context.Context) error {
	last, err := l.store.Candles.Last(ctx, l.Market, candle.M1)
	if err != nil {
		return err
	}
	from := last.Add(minute)
	if last.IsZero() {
		back := historyOfMinutes
		if l.Simulated() {
			back = historyOfSimulatedMinutes
		}
		from = candleEnd(l.now, minute).Add(-back)
	}
	due := l.lastMinute()
	if !l.tradedSince(from) || l.feed.AskedMinute == due && l.calendar.Closed(l.now) != "" {
		return nil
	}
	if !last.IsZero() {
		if from, err = l.missing(ctx, candle.M1, last, mendedMinutes); err != nil {
			return err
		}
	}
	candles, err := l.fetch(ctx, candle.M1, from)
	if err != nil {
		return err
	}
	l.feed.AskedMinute = due
	if err := l.add(ctx, candle.M1, candles); err != nil {
		return err
	}
	if n := len(candles); n > 0 {
		l.feed.ToldUntil = min(l.feed.ToldUntil, candles[0].Time-candle.M1.Seconds()) // signals hear of what came late, too
		c := candles[n-1]
		l.feed.Price, l.feed.PriceAt = c.Close, models.NewTime(c.At().Add(minute))
	}
	return nil
}

// missing is where the first candle begins that is not there: a hole that the provider may have filled meanwhile, or what
// comes after the last one. The answer from there on costs the same.
func (l *look) missing(ctx context.Context, of candle.Timeframe, last time.Time, back time.Duration) (time.Time, error) {
	from := time.Unix(of.Start(last.Add(-back).Unix()), 0).UTC()
	there, err := l.store.Candles.Between(ctx, l.Market, of, from, time.Time{}, int(back/time.Duration(of))+1)
	if err != nil || len(there) == 0 {
		return last.Add(time.Duration(of)), err
	}
	if gaps := candle.Gaps(there, of, there[0].At(), last, l.calendar.Open); len(gaps) > 0 {
		return gaps[0].From, nil
	}
	return last.Add(time.Duration(of)), nil
}

// lastMinute is when the newest minute begins that has closed while the market was open, in Unix seconds.
func (l *look) lastMinute() int64 {
	if l.calendar.Closed(l.now) == "" {
		return candleEnd(l.now, minute).Add(-2 * minute).Unix()
	}
	return l.lastBar().Unix() // once for each time that it closes
}

// fetch asks for closed candles from a time on, or the newest ones, for one credit.
func (l *look) fetch(ctx context.Context, of candle.Timeframe, from time.Time) ([]candle.Candle, error) {
	if err := l.budget.Reserve(l.clock(), 1); err != nil {
		return nil, errors.Join(errProvider, err)
	}
	query := market.Query{Symbol: l.Market.Symbol, Timeframe: of, From: from, Count: market.MaxCandles}
	if !from.IsZero() {
		query.Count = min(int(l.now.Sub(from)/time.Duration(of))+1, market.MaxCandles)
	}
	candles, forming, err := l.provider.Candles(ctx, query)
	if err != nil {
		f := fault.From(err)
		l.budget.Refused(l.clock(), f.Code)
		if f.Code == market.Away { // nobody was reached who could count it
			l.budget.GiveBack(1)
		}
		return nil, errors.Join(errProvider, err)
	}
	if of == candle.M1 {
		l.feed.FormingAt, l.feed.FormingOpen = 0, 0
		if forming != nil && l.calendar.Open(forming.At()) {
			l.feed.FormingAt, l.feed.FormingOpen = forming.Time, forming.Open
		}
	}
	open := candles[:0]
	for _, c := range candles {
		if l.calendar.Open(c.At()) { // providers send bars of weekends
			open = append(open, c)
		}
	}
	return open, nil
}

func (l *look) add(ctx context.Context, of candle.Timeframe, candles []candle.Candle) error {
	l.fresh = l.fresh || len(candles) > 0
	return l.store.Candles.Add(ctx, l.Market, of, candles)
}

// lastBar is when the newest bar begins that has closed while the market was open.
func (l *look) lastBar() time.Time {
	at := candleEnd(l.now, bar).Add(-2 * bar)
	for !l.calendar.Open(at) {
		at = at.Add(-bar)
	}
	return at
}

// tradedSince says whether a minute from a time on has closed while the market was open.
func (l *look) tradedSince(from time.Time) bool {
	opens := from
	if !l.calendar.Open(from) {
		opens = l.calendar.NextOpen(from)
	}
	return !opens.Add(minute).After(l.now)
}

// candleEnd is when the candle ends that a moment falls into.
func candleEnd(at time.Time, length time.Duration) time.Time { return at.Truncate(length).Add(length) }

// pace is how long the market's time between two looks is at an open market.
func (l *look) pace() time.Duration {
	if l.Simulated() {
		return minute
	}
	_, perDay := l.budget.Plan()
	looks := (perDay - barsOfDay - spare) / barsOfDay // within a bar: the last one is at its close
	return max(5*time.Second, bar/time.Duration(max(looks, 1)))
}

// until is how long it takes in our time until the market's time has come.
func (l *look) until(at time.Time) time.Duration {
	if l.feed.Speed <= 0 { // a simulated market that is paused
		return longestSimulated
	}
	return time.Duration(float64(at.Sub(l.now)) / l.feed.Speed)
}

// trouble notes what is wrong at the provider, and says when to look again.
func (l *look) trouble(err error) time.Duration {
	f := fault.From(err)
	again := f.RetryAfter
	if was := l.feed.Problem; was != nil && was.Code == f.Code { // still: each time twice as long
		again = max(again, 2*l.feed.NextLook.Sub(l.feed.LookedAt.Time))
	} else {
		slog.Warn("the market's provider", "code", f.Code, "error", err)
	}
	l.feed.Problem = &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}
	if f.RetryAfter > 0 {
		l.feed.State = models.FeedWaiting
		return again
	}
	l.feed.State = models.FeedBroken
	return longest
}

// finish stores the feed, tells the dashboards, and removes minutes that nobody looks at any more.
func (l *look) finish(ctx context.Context, pause time.Duration) (contract.MarketLook, error) {
	most := longest
	if l.Simulated() {
		most = longestSimulated
	}
	pause = min(max(pause, shortest), most)
	var err error
	if l.feed.Budget, err = json.Marshal(l.budget); err != nil {
		return contract.MarketLook{}, err
	}
	now := l.clock()
	l.feed.LookedAt, l.feed.NextLook = models.NewTime(now), models.NewTime(now.Add(pause))
	if l.feed.MarketTime.IsZero() {
		l.feed.MarketTime = l.feed.LookedAt
	}
	err = l.store.Tx(models.Platform(ctx), func(tx *models.Store) error {
		if err := tx.Feeds.Put(ctx, l.feed); err != nil || !l.fresh && l.feed.State == l.was {
			return err
		}
		tenants, err := tx.Tenants.Working(models.Platform(ctx))
		if err != nil {
			return err
		}
		for _, owner := range tenants {
			if err := tx.Events.Add(tenant.With(ctx, owner.ID), models.TopicMarket, l.Market.Symbol, l.feed.Version); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return contract.MarketLook{}, err
	}
	if l.fresh {
		if _, err := l.store.Candles.Forget(ctx, l.Market, candle.M1, l.now.Add(-keepMinutes), 1000); err != nil {
			return contract.MarketLook{}, err
		}
	}
	return contract.MarketLook{Again: pause, Said: l.said()}, nil
}

func (l *look) said() string {
	said := string(l.feed.State)
	if l.feed.Problem != nil {
		said += ": " + l.feed.Problem.Message
	}
	if l.feed.Price > 0 {
		said += fmt.Sprintf(". %s at %s UTC", l.feed.Price, l.feed.PriceAt.Format("2 Jan 15:04"))
	}
	return said
}

func (l *look) clock() time.Time { return l.Service.now() }
