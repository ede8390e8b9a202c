package backtest

import (
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
)

// Plan is a strategy with its parameters, and what a backtest of it takes as given.
type Plan struct {
	Kind     *strategy.Kind
	Params   strategy.Values // all of them
	WarmUp   int             // candles before the first one on which it decides
	Settings Settings
}

// NewPlan reads a strategy's parameters as JSON. The error is that of strategy.Kind.New.
func NewPlan(kind *strategy.Kind, params json.RawMessage, settings Settings) (*Plan, error) {
	_, values, warmUp, err := kind.New(params)
	if err != nil {
		return nil, err
	}
	if kind.WithoutStop {
		settings.Cash = Money(values.Number("cash") * float64(Dollar))
	}
	return &Plan{Kind: kind, Params: values, WarmUp: warmUp, Settings: settings}, nil
}

// fresh makes the strategy, which has seen nothing yet.
func (p *Plan) fresh() (strategy.Strategy, error) {
	params, err := json.Marshal(p.Params)
	if err != nil {
		return nil, err
	}
	s, _, _, err := p.Kind.New(params)
	return s, err
}

// Begin begins the backtest over a history.
func (p *Plan) Begin(series candle.Series) (*Run, error) {
	s, err := p.fresh()
	if err != nil {
		return nil, err
	}
	return New(series, s, p.Kind.WithoutStop, p.Settings)
}

// Result is a backtest as it is told, with all that it depends on.
type Result struct {
	Strategy string          `json:"strategy"`
	Params   strategy.Values `json:"params"`
	Data     Data            `json:"data"`
	*Report
}

// Data says what a backtest ran over. SHA256 is that of the file of candles; of stored ones, of the file
// that candle.WriteCSV makes of them.
type Data struct {
	Candles int       `json:"candles"`
	From    time.Time `json:"from"`
	To      time.Time `json:"to"` // the begin of the last candle
	SHA256  string    `json:"sha256"`
}

// Result ends a run that has gone over its whole history.
func (p *Plan) Result(r *Run, sha256 string) *Result {
	candles := r.series.Candles
	return &Result{Strategy: p.Kind.Name, Params: p.Params, Report: r.Report(),
		Data: Data{Candles: len(candles), From: candles[0].At(), To: candles[len(candles)-1].At(), SHA256: sha256}}
}

// InSample is the first part of a history, in percent, by which parameters may have been chosen. What a
// strategy does after it is its test.
const InSample = 70

// OutOfSample are the figures of the trades that were opened after the part of the history by which
// parameters may have been chosen, and when it ends. Those of the account are not among them.
func (r *Result) OutOfSample(candles []candle.Candle, allIn bool) (Figures, time.Time) {
	_, rest := candle.Series{Candles: candles}.Split(InSample)
	begin := rest.Candles[0].At()
	var trades []Trade
	for i := range r.Trades {
		if !r.Trades[i].OpenedAt.Before(begin) {
			trades = append(trades, r.Trades[i])
		}
	}
	f := NewFigures()
	f.count(trades, allIn)
	return f, begin
}
