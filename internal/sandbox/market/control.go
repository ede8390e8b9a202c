package market

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Kind is a way in which the simulated Twelve Data fails.
type Kind string

// The kinds of outages.
const (
	MinuteLimit   Kind = "429_minute" // the credits of the minute are used up
	DayLimit      Kind = "429_day"
	BadKey        Kind = "401"
	NoData        Kind = "400_no_data"
	Page          Kind = "html"            // a web page under 200
	Truncated     Kind = "truncated"       // half of the right answer
	ErrorUnder200 Kind = "error_under_200" // an internal error
	Timeout       Kind = "timeout"         // no answer until the caller gives up
	Internal      Kind = "500"
)

var kinds = []Kind{MinuteLimit, DayLimit, BadKey, NoData, Page, Truncated, ErrorUnder200, Timeout, Internal}

// Outage is how each call of Twelve Data fails, until Ends in real time; zero is until it is ended.
type Outage struct {
	Kind Kind      `json:"kind"`
	Ends time.Time `json:"ends,omitzero"`
}

// State is what the controls show of the market.
type State struct {
	Synthetic bool           `json:"synthetic"` // always true: no price is real
	Symbol    string         `json:"symbol"`
	Now       time.Time      `json:"now"`   // the market's time
	Speed     float64        `json:"speed"` // of its time, even while it is paused
	Paused    bool           `json:"paused"`
	Price     pip.Price      `json:"price"`
	Open      bool           `json:"open"`
	Closed    string         `json:"closed,omitempty"` // why it is closed
	NextOpen  time.Time      `json:"next_open"`
	NextClose time.Time      `json:"next_close"`
	Began     time.Time      `json:"began"` // the begin of the history
	Ends      time.Time      `json:"ends"`  // where the market's clock stops
	Seed      string         `json:"seed"`
	Outage    *Outage        `json:"outage"`
	Calls     map[string]int `json:"calls"` // since the start of the sandbox: by endpoint, and those that were "refused"
}

// controls adds the routes that steer the market.
func (s *Service) controls(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	for pattern, answer := range map[string]control.Func{
		"GET " + Control:                s.readState,
		"GET " + Clock:                  s.readClock,
		"POST " + Clock:                 s.setClock,
		"POST " + Control + "/jump":     s.orderJump,
		"POST " + Control + "/gap":      s.orderGap,
		"POST " + Control + "/script":   s.orderScript,
		"POST " + Control + "/outage":   s.orderOutage,
		"DELETE " + Control + "/outage": s.endOutage,
		Control + "/":                   control.NotFound,
	} {
		limit := int64(control.MaxBody)
		if strings.HasSuffix(pattern, "/script") {
			limit = maxScript
		}
		mux.Handle(pattern, guard(control.Handler(limit, answer)))
	}
}

func (s *Service) readState(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.state(), nil
}

// state is the market now. The caller holds the lock.
func (s *Service) state() State {
	now := s.now()
	out := State{
		Synthetic: true, Symbol: Symbol, Now: now, Speed: s.saved.clock.speed, Paused: s.saved.clock.paused,
		Closed: s.calendar.Closed(now), NextOpen: s.calendar.NextOpen(now), NextClose: s.calendar.NextClose(now),
		Began: s.saved.began, Ends: s.last(), Seed: strconv.FormatUint(s.saved.seed, 10), Calls: map[string]int{},
	}
	out.Open = out.Closed == ""
	out.Price, _, _ = s.price(now)
	if s.failing() {
		outage := s.saved.outage
		out.Outage = &outage
	}
	for name, n := range s.calls {
		out.Calls[name] = n
	}
	return out
}

// readClock tells the market's time to clients that live in it; a paused one has the speed 0.
func (s *Service) readClock(*http.Request) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	speed := s.saved.clock.speed
	if s.saved.clock.paused {
		speed = 0
	}
	return map[string]any{"now": s.now(), "speed": speed}, nil
}

// setClock changes speed, pause and time: {"speed": 60}, {"paused": true}, {"to": "2026-01-02T13:30:00Z"}, or
// any of them together. Time goes forward alone.
func (s *Service) setClock(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		Speed  *float64 `json:"speed"`
		Paused *bool    `json:"paused"`
		To     string   `json:"to"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.saved
	next.clock.since = s.realTime()
	now := s.now()
	next.clock.anchor = now.Truncate(time.Microsecond)
	var problems fault.Fields
	if in.Speed == nil && in.Paused == nil && in.To == "" {
		problems.Add("speed", "required", "Give a speed, paused or a time to go to")
	}
	if in.Speed != nil {
		if next.clock.speed = *in.Speed; next.clock.speed <= 0 || next.clock.speed > maxSpeed {
			problems.Add("speed", "invalid", "Must be above 0 and at most %d; to stop the clock, pause it", maxSpeed)
		}
	}
	if in.Paused != nil {
		next.clock.paused = *in.Paused
	}
	if in.To != "" {
		to, err := time.Parse(time.RFC3339, in.To)
		if next.clock.anchor = to.UTC().Truncate(time.Microsecond); err != nil {
			problems.Add("to", "malformed", "Must be a time such as 2026-01-02T13:30:00Z")
		} else if to.Before(now) || to.After(s.last()) {
			problems.Add("to", "invalid", "The market's time is %s and goes on until %s", now.Format(time.RFC3339), s.last().Format(time.RFC3339))
		}
	}
	if err := problems.Err("clock_invalid", "The market's clock can't be set like that"); err != nil {
		return nil, err
	}
	if err := s.save(r.Context(), next); err != nil {
		return nil, err
	}
	s.saved = next
	return s.state(), nil
}

// orderJump moves the price within the next minute of trading: {"amount": "-12.50"} dollars.
func (s *Service) orderJump(r *http.Request) (any, error) {
	return s.order(r, func(m *move, amount pip.Price) { m.jump += amount })
}

// orderGap moves the open of the next minute of trading away from the close before it.
func (s *Service) orderGap(r *http.Request) (any, error) {
	return s.order(r, func(m *move, amount pip.Price) { m.gap += amount })
}

// Prices to which orders may move the market.
const (
	leastPrice = 500 * pip.Units
	mostPrice  = 50_000 * pip.Units
)

func (s *Service) order(r *http.Request, change func(*move, pip.Price)) (any, error) {
	in, err := control.Bind[struct {
		Amount string `json:"amount"`
	}](r)
	if err != nil {
		return nil, err
	}
	unsigned, negative := strings.CutPrefix(in.Amount, "-")
	amount, err := pip.ParsePrice(unsigned)
	if err != nil {
		return nil, fault.InvalidField("amount", "malformed", "Must be dollars such as 12.50 or -12.50, not 0")
	}
	if negative {
		amount = -amount
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now()
	minute := s.freeMinute()
	m := s.moves[minute]
	change(&m, amount)
	if price := s.minutes[len(s.minutes)-1].Close + m.gap + m.jump; price < leastPrice || price > mostPrice {
		return nil, fault.InvalidField("amount", "invalid", "The price would be %s: it must stay from %s to %s", price, leastPrice, mostPrice)
	}
	if err := s.saveMove(r.Context(), minute, m); err != nil {
		return nil, err
	}
	s.moves[minute] = m
	return struct {
		At time.Time `json:"at"` // the minute that is changed
		State
	}{time.Unix(minute, 0).UTC(), s.state()}, nil
}

// freeMinute is the next minute of trading that has not begun and has no script. The caller holds the
// lock, and the minutes that have begun are made.
func (s *Service) freeMinute() int64 {
	minute := s.generator.next
	for {
		if _, scripted := s.script[minute]; !scripted {
			return minute
		}
		minute = s.tradingMinute(minute + 60)
	}
}

// tradingMinute is the first one in which gold trades that begins at a moment or after it.
func (s *Service) tradingMinute(unix int64) int64 {
	at := time.Unix(unix, 0)
	if !s.calendar.Open(at) {
		return s.calendar.NextOpen(at).Unix()
	}
	return unix
}

// orderOutage makes every call fail: {"kind": "html", "seconds": 30} of real time; without seconds until
// it is ended.
func (s *Service) orderOutage(r *http.Request) (any, error) {
	kind, ends, err := control.BindOutage(r, kinds, s.realTime())
	if err != nil {
		return nil, err
	}
	return s.setOutage(r, Outage{Kind: kind, Ends: ends})
}

func (s *Service) endOutage(r *http.Request) (any, error) { return s.setOutage(r, Outage{}) }

func (s *Service) setOutage(r *http.Request, outage Outage) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.saved
	next.outage = outage
	if err := s.save(r.Context(), next); err != nil {
		return nil, err
	}
	s.saved = next
	return s.state(), nil
}

// failing reports whether there is an outage now. The caller holds the lock.
func (s *Service) failing() bool {
	o := s.saved.outage
	return o.Kind != "" && (o.Ends.IsZero() || s.realTime().Before(o.Ends))
}

// outage is the kind of the one that there is now; empty for none.
func (s *Service) outage() Kind {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.failing() {
		return ""
	}
	return s.saved.outage.Kind
}

func (s *Service) count(what string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[what]++
}
