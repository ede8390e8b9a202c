package backtest

import (
	"math"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// Report is what came of a backtest.
type Report struct {
	Figures Figures  `json:"figures"`
	Trades  []Trade  `json:"trades"`
	Signals []Signal `json:"signals"`
	// Equity is the account at the last close of each day in UTC.
	Equity []Point `json:"equity"`
}

// Figures sum a backtest up. Those that nothing can be said about are null. Yearly figures are those of
// backtesting.py: from the account's daily changes, compounded, without a risk-free rate.
type Figures struct {
	Trades int `json:"trades"`
	Wins   int `json:"wins"`
	Draws  int `json:"draws"`
	Losses int `json:"losses"`
	// Open is how many trades were still open when the history ended: they are closed at its last price.
	Open int `json:"left_open"`
	// Missed is how many signals were no trade: the next open lay beyond their levels, or the market closed before it.
	Missed int `json:"missed"`
	// WinRate is the share of trades that won, 0 to 1.
	WinRate *float64 `json:"win_rate"`
	// ProfitFactor is what trades have won by what trades have lost: in R, or of trades without a stop
	// in percent of the entry.
	ProfitFactor *float64 `json:"profit_factor"`
	// ExpectancyR is the mean result of a trade in R; null without a stop.
	ExpectancyR *float64 `json:"expectancy_r"`
	Pips        pip.Pips `json:"pips"`
	R           *pip.R   `json:"r"`
	// FinalEquity is in the quote currency.
	FinalEquity        float64               `json:"final_equity"`
	ReturnPercent      float64               `json:"return_percent"`
	MaxDrawdownPercent float64               `json:"max_drawdown_percent"`
	ExposurePercent    float64               `json:"exposure_percent"`
	LongestLosing      int                   `json:"longest_losing_streak"`
	Sharpe             *float64              `json:"sharpe"`
	Sortino            *float64              `json:"sortino"`
	Calmar             *float64              `json:"calmar"`
	ExitReasons        map[position.Kind]int `json:"exit_reasons"`
}

// Trade is a signal that was opened.
type Trade struct {
	OpenedAt time.Time     `json:"opened_at"`
	ClosedAt time.Time     `json:"closed_at"`
	Side     position.Side `json:"side"`
	Entry    pip.Price     `json:"entry"`
	// Exit is the mean of the parts' exits, each weighed by its share.
	Exit pip.Price `json:"exit"`
	Pips pip.Pips  `json:"pips"`
	// R is null without a stop.
	R *pip.R `json:"r"`
	// Reason is how the last part was closed.
	Reason position.Kind `json:"reason"`
	// TargetsHit is how many targets were hit before.
	TargetsHit int                  `json:"targets_hit"`
	Milestones []position.Milestone `json:"milestones"`

	result pip.R
	gain   pip.Price
	change float64 // R, or the gain by the entry without a stop
}

// Signal is a decision that the rules let through.
type Signal struct {
	At      time.Time     `json:"at"` // the begin of the candle at whose close it was decided
	Side    position.Side `json:"side"`
	Entry   pip.Price     `json:"entry"` // that candle's close; it is opened at the next one's open
	Stop    *pip.Price    `json:"stop"`
	Targets []pip.Price   `json:"targets"`
}

// Point is the account at a time.
type Point struct {
	at     int64
	equity Money

	At     time.Time `json:"at"`
	Equity float64   `json:"equity"` // in the quote currency
}

func unix(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func newSignal(c *candle.Candle, side position.Side, d strategy.Decision) Signal {
	s := Signal{At: c.At(), Side: side, Entry: c.Close, Targets: []pip.Price{}}
	if d.Stop != 0 {
		s.Stop = &d.Stop
	}
	for _, level := range d.Targets {
		if level == 0 {
			break
		}
		s.Targets = append(s.Targets, level)
	}
	return s
}

func newTrade(p *position.Position, milestones []position.Milestone, size pip.Size) Trade {
	last := milestones[len(milestones)-1]
	t := Trade{
		OpenedAt: unix(p.Opened), ClosedAt: unix(last.At), Side: p.Plan.Side, Entry: p.Entry,
		Pips: p.Result(size, 0), Reason: last.Kind, TargetsHit: p.Hit,
		Milestones: append([]position.Milestone(nil), milestones...),
		gain:       size.Distance(p.Result(size, 0)),
	}
	t.Exit = p.Entry + t.gain*p.Plan.Side.Sign()
	if p.Plan.Stop != 0 {
		t.result = p.R(0)
		t.R = &t.result
	}
	return t
}

// Report closes what is open at the last price and sums everything up. The run ends with it.
func (r *Run) Report() *Report {
	last := len(r.series.Candles) - 1
	if r.open {
		r.left++
		r.leave(position.EndOfData, r.series.Candles[last].Time, r.exit(last).Close)
	}
	f := NewFigures()
	f.Missed, f.Open = r.missed, r.left
	report := &Report{Trades: r.trades, Signals: r.signals, Equity: r.equity}
	if report.Trades == nil {
		report.Trades = []Trade{}
	}
	if report.Signals == nil {
		report.Signals = []Signal{}
	}
	for i := range report.Equity {
		p := &report.Equity[i]
		p.At, p.Equity = unix(p.at), p.equity.float()
	}
	f.count(report.Trades, r.allIn)
	f.FinalEquity = r.cash.float()
	f.ReturnPercent = (f.FinalEquity/r.settings.Cash.float() - 1) * 100
	f.MaxDrawdownPercent = r.worst * 100
	f.ExposurePercent = float64(r.held) / float64(len(r.series.Candles)) * 100
	f.yearly(report.Equity, r.worst, r.daysOfYear())
	report.Figures = f
	return report
}

func (m Money) float() float64 { return float64(m) / float64(Dollar) }

// NewFigures are those of no trades.
func NewFigures() Figures { return Figures{ExitReasons: map[position.Kind]int{}} }

// count sums the trades up.
func (f *Figures) count(trades []Trade, allIn bool) {
	f.Trades = len(trades)
	var won, lost float64
	var sum pip.R
	losing := 0
	for i := range trades {
		t := &trades[i]
		f.ExitReasons[t.Reason]++
		f.Pips += t.Pips
		sum += t.result
		switch {
		case t.Pips > 0:
			f.Wins++
			won += t.change
		case t.Pips < 0:
			f.Losses++
			lost -= t.change
		default:
			f.Draws++
		}
		if t.Pips < 0 {
			losing++
		} else {
			losing = 0
		}
		f.LongestLosing = max(f.LongestLosing, losing)
	}
	if f.Trades == 0 {
		return
	}
	f.WinRate = number(float64(f.Wins) / float64(f.Trades))
	f.ProfitFactor = number(won / lost)
	if !allIn {
		f.R = &sum
		f.ExpectancyR = number(sum.Float() / float64(f.Trades))
	}
}

// daysOfYear is how many days of a year the market trades on: all of them when more than 60 % of the
// candles that there would be on weekends are there, else 252, as backtesting.py has it.
func (r *Run) daysOfYear() float64 {
	if float64(r.weekend)/float64(len(r.series.Candles)) > 2.0/7*0.6 {
		return 365
	}
	return 252
}

// yearly works the yearly figures out from the daily equity. With g the geometric mean of the daily
// changes, v their variance and N the days of a year, as in backtesting.py (and in
// https://dx.doi.org/10.2139/ssrn.3054517): return (1+g)^N − 1; volatility
// √((v+(1+g)²)^N − (1+g)^(2N)); Sharpe is return by volatility, Sortino return by √(mean of the squared
// negative changes) · √N, Calmar return by the largest drawdown.
func (f *Figures) yearly(equity []Point, worst, days float64) {
	n := float64(len(equity) - 1)
	if n < 1 {
		return
	}
	var logs, mean, below float64
	changes := make([]float64, 0, len(equity)-1)
	for i := 1; i < len(equity); i++ {
		if equity[i-1].Equity <= 0 || equity[i].Equity <= 0 { // ruined: there is no yearly return
			return
		}
		change := equity[i].Equity/equity[i-1].Equity - 1
		changes = append(changes, change)
		logs += math.Log1p(change)
		mean += change / n
		below += min(change, 0) * min(change, 0) / n
	}
	growth := math.Exp(logs / n)
	yearly := math.Pow(growth, days) - 1
	f.Sortino = number(yearly / (math.Sqrt(below) * math.Sqrt(days)))
	f.Calmar = number(yearly / worst)
	if n < 2 {
		return
	}
	var variance float64
	for _, change := range changes {
		variance += (change - mean) * (change - mean) / (n - 1)
	}
	f.Sharpe = number(yearly / math.Sqrt(math.Pow(variance+growth*growth, days)-math.Pow(growth, 2*days)))
}

// number is a figure that can be written; nil for one that is not finite, such as a division by nothing.
func number(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}
