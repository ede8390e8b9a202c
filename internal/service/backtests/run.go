package backtests

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

const (
	// progressEvery is how often progress is written, and how late a cancelled one is noticed.
	progressEvery = 500 * time.Millisecond
	// candlesAtOnce is how many are read in one statement.
	candlesAtOnce = 20_000
	// mostAttempts is how many workers may die of one backtest.
	mostAttempts = 5
	// mostTrades is how many trades, and signals, of a backtest are kept.
	mostTrades = 5000
)

// Next says which of the tenant's backtests is to be run now.
func (s *Service) Next(ctx context.Context, _ contract.Backtests) (contract.BacktestTurn, error) {
	row, err := s.store.Backtests.Next(ctx)
	if err != nil {
		return contract.BacktestTurn{}, err
	}
	if row == nil {
		return contract.BacktestTurn{Said: "Nothing waits."}, nil
	}
	return contract.BacktestTurn{BacktestID: row.ID, Said: fmt.Sprintf("%s over %d candles.", row.Strategy, row.Candles)}, nil
}

// End closes a backtest that could not be run.
func (s *Service) End(ctx context.Context, in contract.BacktestEnd) error {
	var problem *models.Note
	if in.Code != "" {
		problem = &models.Note{Code: in.Code, Message: in.Message, Remedy: in.Remedy}
	}
	_, err := s.store.Backtests.End(ctx, in.BacktestID, problem)
	if fault.Is(err, fault.NotFound) { // its tenant is gone
		return nil
	}
	return err
}

// Run runs a backtest from its first candle. One that somebody has cancelled ends without an error. beat is called while it
// runs.
func (s *Service) Run(ctx context.Context, id string, beat func()) error {
	row, err := s.store.Backtests.Start(ctx, id)
	if err != nil {
		return err
	}
	if row.State.Over() {
		return nil
	}
	if row.Attempts > mostAttempts {
		return fault.New(fault.Conflict, "backtest_died", "The worker died %d times while it ran this backtest", mostAttempts).
			WithRemedy("Take a shorter period, or give the workers more memory")
	}
	kind, ok := strategy.Find(row.Strategy)
	if !ok {
		return fault.New(fault.NotFound, "strategy_not_found", "There is no strategy %q any more", row.Strategy)
	}
	plan, err := backtest.NewPlan(kind, row.Params, row.Settings)
	if err != nil {
		return err
	}
	candles, err := s.candles(ctx, row, beat)
	if err != nil {
		return err
	}
	w := &worker{s: s, ctx: ctx, row: row, beat: beat, written: s.now(), total: len(candles) + plan.CheckSteps(len(candles))}
	run, err := plan.Begin(candle.Series{Candles: candles})
	if err != nil {
		return err
	}
	if !run.Whole(w.step) {
		return w.err
	}
	sum := sha256.New()
	if err := candle.WriteCSV(sum, candles); err != nil {
		return err
	}
	result := plan.Result(run, hex.EncodeToString(sum.Sum(nil)))
	found, err := plan.Check(candles, w.step)
	if err != nil {
		return err
	}
	if w.stopped {
		return w.err
	}
	checks := &models.BacktestChecks{LookAhead: words(found.LookAhead), WarmUp: words(found.WarmUp)}
	var from time.Time
	checks.OutOfSample, from = result.OutOfSample(candles, kind.WithoutStop)
	checks.OutOfFrom = from.Unix()
	return s.store.Backtests.Finish(ctx, id, row.Attempts, reportOf(result), func(row *models.Backtest) {
		row.Figures, row.Checks, row.SHA256 = &result.Figures, checks, result.Data.SHA256
		row.Candles, row.Total = len(candles), w.total
	})
}

func words(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Message
}

// reportOf is what is kept of a result.
func reportOf(r *backtest.Result) *models.BacktestReport {
	out := &models.BacktestReport{Report: *r.Report, LeftOut: max(0, len(r.Trades)-mostTrades)}
	out.Trades = r.Trades[out.LeftOut:]
	out.Signals = r.Signals[max(0, len(r.Signals)-mostTrades):]
	return out
}

// candles reads the history that a backtest runs over.
func (s *Service) candles(ctx context.Context, row *models.Backtest, beat func()) ([]candle.Candle, error) {
	market := models.Market{Provider: row.Market, Symbol: row.Symbol}
	from, to := time.Unix(row.FromTime, 0), time.Unix(row.ToTime, 0)
	all := make([]candle.Candle, 0, row.Candles)
	for {
		part, err := s.store.Candles.Between(ctx, market, marketfeed.Bar, from, to, candlesAtOnce)
		if err != nil {
			return nil, err
		}
		beat()
		all = append(all, part...)
		if len(part) < candlesAtOnce {
			return all, nil
		}
		from = part[len(part)-1].At().Add(time.Second)
	}
}

// worker counts the candles that a run goes through, and writes how far it is.
type worker struct {
	s       *Service
	ctx     context.Context
	row     *models.Backtest
	beat    func()
	written time.Time
	done    int
	total   int
	stopped bool
	err     error
}

// step says whether to go on.
func (w *worker) step(candles int) bool {
	w.done += candles
	if w.stopped {
		return false
	}
	w.beat()
	now := w.s.now()
	if w.ctx.Err() == nil && now.Sub(w.written) < progressEvery {
		return true
	}
	w.written = now
	goOn, err := w.s.store.Backtests.Progress(w.ctx, w.row.ID, w.row.Attempts, w.done, w.total)
	w.err, w.stopped = err, err != nil || !goOn
	return !w.stopped
}
