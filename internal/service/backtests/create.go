package backtests

import (
	"context"
	"encoding/json"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/service/marketfeed"
	"github.com/promostack/promostack/models"
)

const (
	// decided is how many candles there are to be at least on which a strategy decides: two trading days.
	decided = 200
	// mostCandles is about fourteen years of gold.
	mostCandles = 350_000
	mostSpread  = 10 * pip.Units
)

// Request asks for a backtest. What is left out is what the tenant has set for the strategy and its signals, and the whole
// stored history.
type Request struct {
	Strategy    string
	Params      json.RawMessage
	Protections *protection.Rules
	Spread      *pip.Price
	From, To    time.Time
	By          string // the person who asks
}

// Create queues a backtest. The error names the fields that are wrong.
func (s *Service) Create(ctx context.Context, in Request) (*models.Backtest, error) {
	if s.feed == nil {
		return nil, fault.New(fault.Conflict, "market_off", "There is no market data to run over").
			WithRemedy("Set TWELVE_DATA_API_KEY and start the program again")
	}
	plan, err := s.plan(ctx, in)
	if err != nil {
		return nil, err
	}
	row := &models.Backtest{Strategy: plan.Kind.Name, Settings: plan.Settings, Market: s.feed.Market.Provider, Symbol: s.feed.Market.Symbol, CreatedBy: in.By}
	if row.Params, err = json.Marshal(plan.Params); err != nil {
		return nil, err
	}
	if err := s.measure(ctx, plan, in, row); err != nil {
		return nil, err
	}
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if err := tx.Backtests.Create(ctx, row); err != nil {
			return err
		}
		return wake(ctx, tx)
	})
	return row, err
}

// plan makes what is asked for whole, and checks it.
func (s *Service) plan(ctx context.Context, in Request) (*backtest.Plan, error) {
	kind, ok := strategy.Find(in.Strategy)
	if !ok || kind.WithoutStop {
		return nil, fault.InvalidField("strategy", "unknown", "There is no strategy %q", fault.Shorten(in.Strategy))
	}
	own, err := s.own(ctx, kind)
	if err != nil {
		return nil, err
	}
	terms, _, err := s.store.Strategies.Settings(ctx, models.DefaultSignalSettings())
	if err != nil {
		return nil, err
	}
	settings := backtest.Defaults()
	settings.Rules, settings.PipSize, settings.Spread, settings.Protections = rulesOf(&terms), terms.PipSize, terms.Spread, own.Protections
	if in.Protections != nil {
		settings.Protections = *in.Protections
	}
	if in.Spread != nil {
		settings.Spread = *in.Spread
	}
	if settings.Spread < 0 || settings.Spread > mostSpread || settings.Spread%2 != 0 {
		return nil, fault.InvalidField("spread", "out_of_range", "Must be 0 to 10 dollars, with at most four decimals")
	}
	if err := settings.Check(); err != nil {
		return nil, err
	}
	params := in.Params
	if params == nil {
		params = own.Params
	}
	return backtest.NewPlan(kind, params, settings)
}

// rulesOf are the rules of signals as a backtest takes them: steps that are told change no trade.
func rulesOf(terms *models.SignalSettings) position.Rules {
	rules := terms.Rules
	rules.ProgressEvery = 0
	return rules
}

// own is a strategy as the tenant has it.
func (s *Service) own(ctx context.Context, kind *strategy.Kind) (models.StrategySettings, error) {
	row, err := s.store.Strategies.Get(ctx, kind.Name)
	if fault.Is(err, fault.NotFound) {
		return models.NewStrategySettings(kind.Name), nil
	}
	if err != nil {
		return models.StrategySettings{}, err
	}
	return *row, nil
}

// measure sets over which candles it runs: those that are there now, so that one that is begun anew runs over the same.
func (s *Service) measure(ctx context.Context, plan *backtest.Plan, in Request, row *models.Backtest) error {
	if !in.From.IsZero() && !in.To.IsZero() && !in.From.Before(in.To) {
		return fault.InvalidField("to", "out_of_order", "Must be after the first day")
	}
	last, err := s.store.Candles.Last(ctx, s.feed.Market, marketfeed.Bar)
	if err != nil {
		return err
	}
	until := last.Add(time.Duration(marketfeed.Bar))
	if !in.To.IsZero() && in.To.Before(until) {
		until = in.To
	}
	first, err := s.store.Candles.Between(ctx, s.feed.Market, marketfeed.Bar, in.From, until, 1)
	if err != nil {
		return err
	}
	if len(first) == 0 {
		return s.nothing(ctx, in, last)
	}
	n, err := s.store.Candles.Count(ctx, s.feed.Market, marketfeed.Bar, in.From, until)
	if err != nil {
		return err
	}
	if least := plan.WarmUp + decided; n < least {
		return fault.InvalidField("from", "too_few_candles", "This period has %d candles, and %s needs %d: %d until it decides for the first time, and %d to decide on. Take a longer period",
			n, plan.Kind.Title, least, plan.WarmUp, decided)
	}
	if n > mostCandles {
		return fault.InvalidField("from", "too_many_candles", "This period has %d candles, and one backtest goes over at most %d. Take a shorter one", n, mostCandles)
	}
	row.FromTime, row.ToTime = first[0].Time, until.Unix()
	row.Candles, row.Total = n, n+plan.CheckSteps(n)
	return nil
}

// nothing says that a period has no candles.
func (s *Service) nothing(ctx context.Context, in Request, last time.Time) error {
	if last.IsZero() {
		return fault.New(fault.Conflict, "no_candles", "The market's history has not begun yet").WithRemedy("Wait until the feed has brought the first candles")
	}
	first, err := s.store.Candles.Between(ctx, s.feed.Market, marketfeed.Bar, time.Time{}, time.Time{}, 1)
	if err != nil {
		return err
	}
	field := "from"
	if !in.To.IsZero() && !in.To.After(first[0].At()) {
		field = "to"
	}
	return fault.InvalidField(field, "no_candles", "There are no candles in this period: the history goes from %s to %s", first[0].At().Format("2 Jan 2006"), last.Format("2 Jan 2006"))
}
