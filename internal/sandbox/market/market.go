// Package market simulates a market of gold with the wire format of Twelve Data. Its prices are made by
// this program and say nothing about the real ones. They follow from a seed: a candle for each minute in
// which gold trades, from eight weeks before the first start on.
//
// The market has a clock of its own: its time is an anchor plus what passed since, times a speed. It
// begins with the real time, or with the next opening when gold is not traded then, so that there is a
// market to look at on weekends too. The Date of an answer with data is the market's time.
//
// What a person or a test orders (speed, jumps, gaps, scripts, outages) is in the sandbox's database
// before it is answered, so that a sandbox that was killed goes on as if it had run. An order changes no
// minute that has begun.
//
// Keys that begin with "limited" have the credits of Twelve Data's free plan, 8 a minute and 800 a day
// of the real time, whatever the market's is; those that were used are forgotten with a restart. All
// other keys have no limit.
package market

import (
	"context"
	"database/sql"
	"errors"
	"math"
	"net/http"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/calendar"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/sandbox/sqlite"
)

// Path is where the simulated Twelve Data is; Control where the market is steered, and Clock where it
// tells its time.
const (
	Path    = "/sandbox/twelvedata"
	Control = "/sandbox/api/market"
	Clock   = Control + "/clock"
)

// Symbol is the one that is traded.
const Symbol = "XAU/USD"

const (
	history  = 8 * 7 * 24 * time.Hour   // before the first start
	lifetime = 5 * 365 * 24 * time.Hour // after it the market's clock stops
	maxSpeed = 100_000                  // seconds of the market in one of ours
)

// Options are what the simulation needs to know.
type Options struct {
	File     string             // the sandbox's database; empty keeps nothing
	Seed     uint64             // of a new market; one that is in the file keeps its own
	Calendar *calendar.Calendar // gold's hours; nil makes one
	Clock    func() time.Time   // the real time; nil is time.Now
}

// Service is the simulated market. It is safe for concurrent use.
type Service struct {
	db       *sql.DB
	calendar *calendar.Calendar
	wall     func() time.Time

	mu        sync.Mutex
	saved     saved
	moves     map[int64]move          // by the minute that they change
	script    map[int64]candle.Prices // by minute
	generator *generator
	offset    pip.Price       // of the market from what the generator makes
	shown     time.Time       // the latest time of the market that was shown
	minutes   []candle.Candle // all that have begun; the last one whole, though it may still go on
	credits   map[string]*credits
	calls     map[string]int
}

// move changes the price: at the open of a minute, or in it.
type move struct{ gap, jump pip.Price }

// saved is what the database holds of the market beside its moves and its script.
type saved struct {
	seed   uint64
	began  time.Time // the begin of its history
	clock  clock
	outage Outage
}

// clock is the market's time as a function of the real one.
type clock struct {
	anchor, since time.Time
	speed         float64
	paused        bool
}

// at is the market's time at a real time, never after the last one.
func (c clock) at(wall, last time.Time) time.Time {
	if c.paused || wall.Before(c.since) {
		return c.anchor
	}
	passed := math.Min(float64(wall.Sub(c.since))*c.speed, float64(last.Sub(c.anchor)))
	return c.anchor.Add(time.Duration(passed))
}

// Open opens the market of a database, or begins a new one there.
func Open(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Calendar == nil {
		var err error
		if o.Calendar, err = calendar.New(nil); err != nil {
			return nil, err
		}
	}
	db, err := sqlite.Open(ctx, o.File)
	if err != nil {
		return nil, err
	}
	s := &Service{db: db, calendar: o.Calendar, wall: o.Clock, credits: map[string]*credits{}, calls: map[string]int{}}
	if err := s.load(ctx, o.Seed); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s.generator = newGenerator(s.calendar, s.saved.seed, s.saved.began)
	return s, nil
}

// Close closes the database.
func (s *Service) Close() error { return s.db.Close() }

// begin is a new market: its history ends where gold trades.
func (s *Service) begin(seed uint64) saved {
	wall := s.realTime()
	now := wall
	if !s.calendar.Open(now) {
		now = s.calendar.NextOpen(now)
	}
	return saved{seed: seed, began: now.Add(-history).Truncate(time.Minute), clock: clock{anchor: now, since: wall, speed: 1}}
}

// realTime is as exact as what the database keeps.
func (s *Service) realTime() time.Time { return s.wall().UTC().Truncate(time.Microsecond) }

// last is where the market's clock stops.
func (s *Service) last() time.Time { return s.saved.began.Add(history + lifetime) }

// Now is the market's time.
func (s *Service) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

// now makes the minutes that have begun until the market's time, and returns it. The caller holds the
// lock.
func (s *Service) now() time.Time {
	now := s.saved.clock.at(s.realTime(), s.last())
	if now.Before(s.shown) { // the machine's clock went back
		now = s.shown
	}
	s.shown = now
	for s.generator.next <= now.Unix() {
		s.minutes = append(s.minutes, s.minute())
	}
	return now
}

// minute makes the next one: the generator's, moved as was ordered, or the script's. After a script the
// market goes on from where it led.
func (s *Service) minute() candle.Candle {
	c := s.generator.minute()
	if scripted, ok := s.script[c.Time]; ok {
		s.offset = scripted.Close - c.Close
		c.Prices = scripted
		return c
	}
	m := s.moves[c.Time]
	s.offset += m.gap
	for _, p := range []*pip.Price{&c.Open, &c.High, &c.Low, &c.Close} {
		*p = max(*p+s.offset, pip.Units/100)
	}
	s.offset += m.jump
	c.Close = max(c.Close+m.jump, pip.Units/100)
	c.High, c.Low = max(c.High, c.Close), min(c.Low, c.Close)
	return c
}

// price is the current one, and the minute that goes on, as far as it is; ok is false when none does.
// The caller holds the lock.
func (s *Service) price(now time.Time) (price pip.Price, forming candle.Candle, ok bool) {
	c := s.minutes[len(s.minutes)-1]
	after := now.Sub(c.At())
	if after >= time.Minute {
		return c.Close, candle.Candle{}, false
	}
	price, until := walk(c.Prices, after)
	return price, candle.Candle{Time: c.Time, Prices: until}, true
}

// candles are those of a timeframe that begin from a time until before another one, the oldest first; the
// newest one may go on. A zero time is no limit.
func (s *Service) candles(of candle.Timeframe, from, to time.Time) (now time.Time, out []candle.Candle) {
	s.mu.Lock()
	now = s.now()
	_, forming, goesOn := s.price(now)
	minutes := s.minutes // it only grows, so that what is there can be read without the lock
	s.mu.Unlock()
	if goesOn {
		minutes = minutes[:len(minutes)-1]
	}
	// Whole candles alone: from the first one that begins in time until the end of the last one.
	if !from.IsZero() {
		from = ceil(from, of)
	}
	if !to.IsZero() {
		to = ceil(to, of)
	}
	out = candle.Resample(candle.Series{Candles: minutes}.Between(from, to).Candles, of)
	inRange := !forming.At().Before(from) && (to.IsZero() || forming.At().Before(to))
	if !goesOn || !inRange {
		return now, out
	}
	start := of.Start(forming.Time)
	if last := len(out) - 1; last >= 0 && out[last].Time == start {
		out[last].Add(forming.Prices)
		return now, out
	}
	return now, append(out, candle.Candle{Time: start, Prices: forming.Prices})
}

// ceil is the first begin of a candle at or after a moment.
func ceil(t time.Time, of candle.Timeframe) time.Time {
	start := time.Unix(of.Start(t.Unix()), 0).UTC()
	if start.Before(t) {
		start = start.Add(time.Duration(of))
	}
	return start
}

// Routes adds the simulated Twelve Data and its controls, all behind the guard.
func (s *Service) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	mux.Handle(Path+"/", guard(http.HandlerFunc(s.serve)))
	s.controls(mux, guard)
}
