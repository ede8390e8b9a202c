package market

import (
	"net/http"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/sandbox/control"
)

// Limits of a script.
const (
	maxScript   = 8 << 20 // bytes: some weeks
	maxProblems = 20      // that are named
)

// scriptCandle is a minute of a script.
type scriptCandle struct {
	Open  string `json:"open"`
	High  string `json:"high"`
	Low   string `json:"low"`
	Close string `json:"close"`
}

// orderScript plays candles to the letter in the minutes of trading from a time on, each walked along as
// those of the generator are: {"from": "2026-01-02T13:30:00Z", "candles": [{"open","high","low","close"}]}, or
// "prices": ["2650", "2651.5"], of which each is the close of a minute that opens at the one before.
// A later script overwrites an earlier one.
func (s *Service) orderScript(r *http.Request) (any, error) {
	in, err := control.Bind[struct {
		From    string         `json:"from"`
		Candles []scriptCandle `json:"candles"`
		Prices  []string       `json:"prices"`
	}](r)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	var problems fault.Fields
	from, err := time.Parse(time.RFC3339, in.From)
	switch {
	case err != nil || !from.Truncate(time.Minute).Equal(from):
		problems.Add("from", "malformed", "Must be a whole minute such as 2026-01-02T13:30:00Z")
	case from.Unix() < s.generator.next && !from.After(now):
		problems.Add("from", "invalid", "The market's time is %s: a script begins with a minute after it", now.Format(time.RFC3339))
	case from.After(s.last()):
		problems.Add("from", "invalid", "The market's clock stops at %s", s.last().Format(time.RFC3339))
	}
	var script []candle.Candle
	switch {
	case (len(in.Candles) == 0) == (len(in.Prices) == 0):
		problems.Add("candles", "required", "Give either candles or prices")
	case len(in.Candles) > 0:
		script = readCandles(in.Candles, &problems)
	default:
		script = readPrices(in.Prices, &problems)
	}
	if err := problems.Err("script_invalid", "The script can't be played"); err != nil {
		return nil, err
	}
	minute := from.Unix()
	for i := range script {
		minute = s.tradingMinute(minute)
		script[i].Time = minute
		minute += 60
	}
	if err := s.saveScript(r.Context(), script); err != nil {
		return nil, err
	}
	for _, c := range script {
		s.script[c.Time] = c.Prices
	}
	return struct {
		From time.Time `json:"from"`
		To   time.Time `json:"to"` // the end of the last minute
		State
	}{script[0].At(), time.Unix(minute, 0).UTC(), s.state()}, nil
}

func readCandles(in []scriptCandle, problems *fault.Fields) []candle.Candle {
	out := make([]candle.Candle, len(in))
	for i, c := range in {
		name := "candles[" + strconv.Itoa(i) + "]"
		if len(*problems) > maxProblems {
			break
		}
		sound := true
		for _, p := range []struct {
			name, text string
			into       *pip.Price
		}{{".open", c.Open, &out[i].Open}, {".high", c.High, &out[i].High}, {".low", c.Low, &out[i].Low}, {".close", c.Close, &out[i].Close}} {
			var err error
			if *p.into, err = pip.ParsePrice(p.text); err != nil {
				problems.Add(name+p.name, "malformed", "%s", err)
				sound = false
			}
		}
		if err := out[i].Check(); sound && err != nil {
			problems.Add(name, "invalid", "%s", err)
		}
	}
	return out
}

func readPrices(in []string, problems *fault.Fields) []candle.Candle {
	out := make([]candle.Candle, len(in))
	for i, text := range in {
		p, err := pip.ParsePrice(text)
		if err != nil && len(*problems) <= maxProblems {
			problems.Add("prices["+strconv.Itoa(i)+"]", "malformed", "%s", err)
		}
		open := p
		if i > 0 {
			open = out[i-1].Close
		}
		out[i].Prices = candle.Prices{Open: open, High: max(open, p), Low: min(open, p), Close: p}
	}
	return out
}
