package forex

import (
	"encoding/json"
	"math"
	"time"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/models"
)

type backtestOut struct {
	ID          string               `json:"id" openapi:"format=uuid"`
	Strategy    string               `json:"strategy"`
	Title       string               `json:"title" doc:"The strategy's."`
	Params      []backtestParamOut   `json:"params"`
	Terms       backtestTermsOut     `json:"terms"`
	Symbol      string               `json:"symbol"`
	Simulated   bool                 `json:"simulated" doc:"Its market is made up."`
	From        time.Time            `json:"from" doc:"The first candle begins then or later."`
	To          time.Time            `json:"to" doc:"The last candle begins before."`
	Candles     int                  `json:"candles" doc:"Of fifteen minutes each."`
	State       models.BacktestState `json:"state" openapi:"enum=queued|running|finished|failed|cancelled"`
	Done        int                  `json:"done" doc:"Candles that were gone through: once for the result, several times for the checks."`
	Total       int                  `json:"total"`
	Rate        *float64             `json:"rate" doc:"Candles a second, while it runs."`
	SecondsLeft *int                 `json:"seconds_left"`
	SHA256      string               `json:"sha256" doc:"Of the candles as the file that the command reads; empty until it is finished."`
	Figures     *backtestFiguresOut  `json:"figures" doc:"Once it is finished."`
	Checks      *backtestChecksOut   `json:"checks"`
	Problem     *httpx.Note          `json:"problem" doc:"Why it failed."`
	CreatedBy   string               `json:"created_by"`
	CreatedAt   models.Time          `json:"created_at" openapi:"notnull"`
	StartedAt   models.Time          `json:"started_at"`
	FinishedAt  models.Time          `json:"finished_at"`
	Version     int64                `json:"version"`
}

type backtestParamOut struct {
	Name    string  `json:"name"`
	Title   string  `json:"title"`
	Value   float64 `json:"value"`
	Default float64 `json:"default"`
}

// backtestTermsOut are the settings that counted.
type backtestTermsOut struct {
	Spread      pip.Price         `json:"spread" doc:"Between bid and ask, in dollars."`
	PipSize     pip.Size          `json:"pip_size"`
	Cash        float64           `json:"cash" doc:"In dollars, at the beginning."`
	RiskPercent float64           `json:"risk_percent" doc:"Of the account that the stop of a trade loses."`
	Shares      []pip.Pips        `json:"shares" doc:"Percent of the trade that the targets close."`
	StopRule    position.StopRule `json:"stop_rule" openapi:"enum=breakeven|moving_target|moving_2_target|fixed"`
	Expire      int64             `json:"expire_minutes"`
	Protections protectionsOut    `json:"protections"`
}

// backtestFiguresOut sum trades up. What nothing can be said about is null.
type backtestFiguresOut struct {
	Trades       int                   `json:"trades"`
	Wins         int                   `json:"wins"`
	Draws        int                   `json:"draws"`
	Losses       int                   `json:"losses"`
	Open         int                   `json:"left_open" doc:"Closed at the last price when the history ended."`
	Missed       int                   `json:"missed" doc:"Signals that were no trade, because the next open was beyond their levels or the market closed before."`
	WinPercent   *float64              `json:"win_percent"`
	ProfitFactor *float64              `json:"profit_factor" doc:"What trades have won by what trades have lost, in R."`
	ExpectancyR  *float64              `json:"expectancy_r" doc:"The mean result of a trade in R."`
	Pips         pip.Pips              `json:"pips"`
	R            *pip.R                `json:"r"`
	FinalEquity  float64               `json:"final_equity" doc:"In dollars."`
	Return       float64               `json:"return_percent"`
	MaxDrawdown  float64               `json:"max_drawdown_percent"`
	Exposure     float64               `json:"exposure_percent" doc:"Of the candles in which a trade was open."`
	Losing       int                   `json:"longest_losing_streak"`
	Sharpe       *float64              `json:"sharpe"`
	Sortino      *float64              `json:"sortino"`
	Calmar       *float64              `json:"calmar"`
	ExitReasons  map[position.Kind]int `json:"exit_reasons" doc:"Trades by how their last part was closed: target, stop, breakeven, stop_in_profit, expired or end_of_data."`
}

type backtestChecksOut struct {
	LookAhead   backtestCheckOut       `json:"look_ahead" doc:"It decides the same whether or not it could know what comes later."`
	WarmUp      backtestCheckOut       `json:"warm_up" doc:"After its warm-up it decides the same wherever the history begins."`
	OutOfSample backtestOutOfSampleOut `json:"out_of_sample" doc:"The trades of the last 30 percent of the history."`
}

type backtestCheckOut struct {
	Passed  bool   `json:"passed"`
	Problem string `json:"problem"`
}

type backtestOutOfSampleOut struct {
	From         time.Time `json:"from"`
	Trades       int       `json:"trades"`
	WinPercent   *float64  `json:"win_percent"`
	ProfitFactor *float64  `json:"profit_factor"`
	ExpectancyR  *float64  `json:"expectancy_r"`
	Pips         pip.Pips  `json:"pips"`
}

type backtestDetail struct {
	backtestOut
	Trades  []backtestTradeOut  `json:"trades" doc:"In the order in which they were closed, the newest 5000."`
	LeftOut int                 `json:"trades_left_out" doc:"Older ones, which only the figures count."`
	Equity  []backtestEquityOut `json:"equity" doc:"The account at the last close of each day in UTC."`
}

type backtestTradeOut struct {
	OpenedAt time.Time     `json:"opened_at"`
	ClosedAt time.Time     `json:"closed_at"`
	Side     position.Side `json:"side" openapi:"enum=buy|sell"`
	Entry    pip.Price     `json:"entry"`
	Exit     pip.Price     `json:"exit" doc:"The mean of its parts."`
	Pips     pip.Pips      `json:"pips"`
	R        *pip.R        `json:"r"`
	Reason   position.Kind `json:"reason" openapi:"enum=target|stop|breakeven|stop_in_profit|expired|end_of_data|signal" doc:"How its last part was closed."`
	Targets  int           `json:"targets_hit"`
}

type backtestEquityOut struct {
	At     time.Time `json:"at"`
	Equity float64   `json:"equity" doc:"In dollars."`
}

func (h *Backtests) out(b *models.Backtest) backtestOut {
	out := backtestOut{ID: b.ID, Strategy: b.Strategy, Title: b.Strategy, Params: []backtestParamOut{}, Terms: termsOf(b), Symbol: b.Symbol, Simulated: b.Market == models.SimulatedMarket,
		From: time.Unix(b.FromTime, 0).UTC(), To: time.Unix(b.ToTime, 0).UTC(), Candles: b.Candles, State: b.State, Done: b.Done, Total: b.Total, SHA256: b.SHA256,
		Problem: httpx.NoteOf(b.Problem), CreatedBy: b.CreatedBy, CreatedAt: b.CreatedAt, StartedAt: b.StartedAt, FinishedAt: b.FinishedAt, Version: b.Version}
	var values strategy.Values
	if kind, ok := strategy.Find(b.Strategy); ok && json.Unmarshal(b.Params, &values) == nil {
		out.Title = kind.Title
		for _, p := range kind.Params {
			value, known := values[p.Name].(float64)
			otherwise, _ := p.Default.(float64)
			if known {
				out.Params = append(out.Params, backtestParamOut{p.Name, p.Title, value, otherwise})
			}
		}
	}
	if rate := b.Rate(h.Now()); rate > 0 {
		left := int(math.Ceil(float64(b.Total-b.Done) / rate))
		rate = math.Round(rate)
		out.Rate, out.SecondsLeft = &rate, &left
	}
	if b.Figures != nil {
		figures := figuresOf(b.Figures)
		out.Figures = &figures
	}
	if k := b.Checks; k != nil {
		f := figuresOf(&k.OutOfSample)
		out.Checks = &backtestChecksOut{backtestCheckOut{k.LookAhead == "", k.LookAhead}, backtestCheckOut{k.WarmUp == "", k.WarmUp},
			backtestOutOfSampleOut{time.Unix(k.OutOfFrom, 0).UTC(), f.Trades, f.WinPercent, f.ProfitFactor, f.ExpectancyR, f.Pips}}
	}
	return out
}

func termsOf(b *models.Backtest) backtestTermsOut {
	s, p := &b.Settings, &b.Settings.Protections
	out := backtestTermsOut{Spread: s.Spread, PipSize: s.PipSize, Cash: float64(s.Cash) / float64(backtest.Dollar), RiskPercent: float64(s.Risk) / 100,
		Shares: make([]pip.Pips, len(s.Rules.Shares)), StopRule: s.Rules.StopRule, Expire: s.Rules.ExpireAfter / secondsOfMinute,
		Protections: protectionsOut{p.Cooldown / secondsOfMinute, p.Stops, p.Window / secondsOfMinute, p.Pause / secondsOfMinute, p.DailyLoss}}
	for i, share := range s.Rules.Shares {
		out.Shares[i] = pip.Pips(share) * percent
	}
	return out
}

// rounded has so many decimals as a person reads.
func rounded(x *float64, unit float64) *float64 {
	if x == nil {
		return nil
	}
	y := math.Round(*x*unit*1000) / 1000
	return &y
}

func figuresOf(f *backtest.Figures) backtestFiguresOut {
	two := func(x float64) float64 { return math.Round(x*100) / 100 }
	return backtestFiguresOut{Trades: f.Trades, Wins: f.Wins, Draws: f.Draws, Losses: f.Losses, Open: f.Open, Missed: f.Missed,
		WinPercent: rounded(f.WinRate, 100), ProfitFactor: rounded(f.ProfitFactor, 1), ExpectancyR: rounded(f.ExpectancyR, 1), Pips: f.Pips, R: f.R,
		FinalEquity: cents(f.FinalEquity), Return: two(f.ReturnPercent), MaxDrawdown: two(f.MaxDrawdownPercent), Exposure: two(f.ExposurePercent),
		Losing: f.LongestLosing, Sharpe: rounded(f.Sharpe, 1), Sortino: rounded(f.Sortino, 1), Calmar: rounded(f.Calmar, 1), ExitReasons: f.ExitReasons}
}

func tradeOf(t *backtest.Trade) backtestTradeOut {
	return backtestTradeOut{OpenedAt: t.OpenedAt, ClosedAt: t.ClosedAt, Side: t.Side, Entry: t.Entry, Exit: t.Exit, Pips: t.Pips, R: t.R, Reason: t.Reason, Targets: t.TargetsHit}
}
