package signals

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/base/zone"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/protection"
	"github.com/promostack/promostack/internal/engine/forex/strategy"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/models"
)

const (
	// maxDisclaimer leaves room in a picture's caption for the signal itself.
	maxDisclaimer = 400
	// mostApproveMinutes is a day.
	mostApproveMinutes          = 24 * 60
	mostLots           pip.Lots = 100 * 100 // hundredths
	mostSpread                  = 10 * pip.Units
	mostOpen                    = 5
)

// Defaults are the settings before the first change.
func Defaults() models.SignalSettings { return models.DefaultSignalSettings() }

// Settings returns the tenant's settings with their version.
func (s *Service) Settings(ctx context.Context) (models.SignalSettings, int64, error) {
	return s.store.Strategies.Settings(ctx, Defaults())
}

// SaveSettings stores settings that are right. A new pip size is an entry of the record.
func (s *Service) SaveSettings(ctx context.Context, in models.SignalSettings, expect int64) (version int64, err error) {
	in.Disclaimer, in.Card, in.RecapCard = text.Running(in.Disclaimer), text.Clean(in.Card), text.Clean(in.RecapCard)
	in.DailyAt, in.WeeklyAt = text.Clean(in.DailyAt), text.Clean(in.WeeklyAt)
	if err := s.checkSettings(ctx, &in); err != nil {
		return 0, err
	}
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		if version, err = tx.Strategies.Save(ctx, in, expect); err != nil {
			return err
		}
		return s.resize(ctx, tx, in.PipSize)
	})
	return version, err
}

func (s *Service) checkSettings(ctx context.Context, in *models.SignalSettings) error {
	if err := in.Rules.Check(); err != nil {
		return err
	}
	var wrong fault.Fields
	if in.ApproveMinutes < 1 || in.ApproveMinutes > mostApproveMinutes {
		wrong.Add("approve_minutes", "out_of_range", "Must be 1 to %d minutes", mostApproveMinutes)
	}
	if _, err := pip.NewSize(pip.Price(in.PipSize)); err != nil {
		wrong.Add("pip_size", "pip_size", "%s", fault.From(err).Message)
	}
	if in.Lots <= 0 || in.Lots > mostLots {
		wrong.Add("lots", "out_of_range", "Must be above 0 and at most 100 lots")
	}
	if in.Spread < 0 || in.Spread > mostSpread || in.Spread%2 != 0 {
		wrong.Add("spread", "out_of_range", "Must be 0 to 10 dollars, with at most four decimals")
	}
	if !slices.Contains(wording.Languages(), in.Language) {
		wrong.Add("language", "unknown", "Must be one of en, de, es, fr, it, pt, ru and tr")
	}
	if utf8.RuneCountInString(in.Disclaimer) > maxDisclaimer {
		wrong.Add("disclaimer", "too_long", "Must have at most %d characters", maxDisclaimer)
	}
	for name, slug := range map[string]string{"card": in.Card, "recap_card": in.RecapCard} {
		if slug == "" {
			continue
		}
		if t, err := s.store.Templates.Get(ctx, slug); err != nil || t.Published == nil {
			wrong.Add(name, "unknown", "There is no published template %q", fault.Shorten(slug))
		}
	}
	if loc, ok := zone.Load(in.TimeZone); ok {
		in.TimeZone = loc.String()
	} else {
		wrong.Add("time_zone", "unknown", "Must be a time zone such as Europe/Berlin, UTC or UTC+3")
	}
	for name, at := range map[string]string{"daily_at": in.DailyAt, "weekly_at": in.WeeklyAt} {
		if _, err := time.Parse("15:04", at); at != "" && err != nil {
			wrong.Add(name, "malformed", "Must be a time such as 21:15, or empty for none")
		}
	}
	if in.WeeklyDay < time.Sunday || in.WeeklyDay > time.Saturday {
		wrong.Add("weekly_day", "out_of_range", "Must be 0 for Sunday to 6 for Saturday")
	}
	return wrong.Err("signal_settings", "The settings have mistakes")
}

// Strategies returns the tenant's strategies in the order in which they are shown, each with its kind.
func (s *Service) Strategies(ctx context.Context) ([]models.StrategySettings, error) {
	rows, err := s.store.Strategies.List(ctx)
	if err != nil {
		return nil, err
	}
	var fresh, out []models.StrategySettings
	for _, kind := range strategy.All() {
		if kind.WithoutStop {
			continue
		}
		i := slices.IndexFunc(rows, func(r models.StrategySettings) bool { return r.Strategy == kind.Name })
		if i < 0 {
			fresh = append(fresh, NewStrategy(kind.Name))
			continue
		}
		out = append(out, rows[i])
	}
	if len(fresh) == 0 {
		return out, nil
	}
	if err := s.store.Strategies.Equip(ctx, fresh); err != nil {
		return nil, err
	}
	return s.Strategies(ctx)
}

// NewStrategy is a strategy as a tenant gets it: off, with its own parameters.
func NewStrategy(name string) models.StrategySettings {
	return models.NewStrategySettings(name)
}

// StrategyChange is what a person changes of a strategy; nil leaves it.
type StrategyChange struct {
	Mode        *models.StrategyMode
	Params      []byte // JSON
	Protections *protection.Rules
	MaxOpen     *int
	// Anyway takes it live although it has not shown all that the gate asks for: what is missing is kept beside it.
	Anyway bool

	market string // on which it begins, and that market's time
	at     int64
}

// marketNow is the market of now and its time, Unix seconds; empty while nobody knows it.
func (s *Service) marketNow(ctx context.Context) (market string, at int64, err error) {
	if s.feed == nil {
		return "", 0, nil
	}
	feed, err := s.store.Feeds.Get(ctx, s.feed.Market)
	if err != nil || feed.MarketTime.IsZero() {
		return "", 0, err
	}
	return s.feed.Market.Provider, s.marketTime(feed), nil
}

// ChangeStrategy changes a strategy of the tenant. One that goes live, or on with other parameters or protections, has to have
// passed its gate: fault.Conflict "not_proven" says what is missing, unless the change is wanted anyway.
func (s *Service) ChangeStrategy(ctx context.Context, name string, expect int64, in StrategyChange) (*models.StrategySettings, error) {
	kind, ok := strategy.Find(name)
	if !ok || kind.WithoutStop {
		return nil, fault.New(fault.NotFound, "strategy_not_found", "There is no such strategy")
	}
	if _, err := s.Strategies(ctx); err != nil { // it has its row from now on
		return nil, err
	}
	now, err := s.store.Strategies.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	market, at, err := s.marketNow(ctx)
	if err != nil {
		return nil, err
	}
	in.market, in.at = market, at
	missing, err := s.missing(ctx, kind, *now, in)
	if err != nil {
		return nil, err
	}
	return s.store.Strategies.Change(ctx, name, expect, func(tx *models.Store, row *models.StrategySettings) error {
		if in.Mode != nil && *in.Mode == models.StrategyLive {
			if err := notEnded(ctx, tx); err != nil {
				return err
			}
		}
		begins, err := s.alter(kind, row, in)
		switch {
		case err != nil:
			return err
		case !begins:
			return nil
		case len(missing) > 0 && !in.Anyway:
			return fault.New(fault.Conflict, "not_proven", "%s has not shown enough to go live: %s", kind.Title, strings.Join(missing, "; ")).
				WithRemedy("Let it practise and run a backtest, or confirm that it goes live anyway")
		}
		row.Unproven = missing
		return nil
	})
}

// missing is what the gate misses of a strategy that would make live signals in a new way after the change.
func (s *Service) missing(ctx context.Context, kind *strategy.Kind, row models.StrategySettings, in StrategyChange) ([]string, error) {
	begins, err := s.alter(kind, &row, in)
	if err != nil || !begins {
		return nil, err
	}
	gate, err := s.backtests.GateOf(ctx, kind, &row)
	if err != nil {
		return nil, err
	}
	return gate.Missing, nil
}

// alter makes the change, and says whether the strategy makes live signals in a new way from now on.
func (s *Service) alter(kind *strategy.Kind, row *models.StrategySettings, in StrategyChange) (begins bool, err error) {
	before := *row
	anew := false
	if in.Params != nil {
		if anew, err = differ(kind, row.Params, in.Params); err != nil {
			return false, err
		}
		row.Params = in.Params
	}
	if in.Protections != nil {
		if err := in.Protections.Check(); err != nil {
			return false, err
		}
		anew = anew || row.Protections != *in.Protections
		row.Protections = *in.Protections
	}
	if in.MaxOpen != nil {
		if *in.MaxOpen < 1 || *in.MaxOpen > mostOpen {
			return false, fault.InvalidField("max_open", "out_of_range", "Must be 1 to %d", mostOpen)
		}
		row.MaxOpen = *in.MaxOpen
	}
	if in.Mode != nil && *in.Mode != row.Mode {
		switch *in.Mode {
		case models.StrategyOff, models.StrategyPractice, models.StrategyLive:
		default:
			return false, fault.InvalidField("mode", "unknown", "Must be off, practice or live")
		}
		row.Mode, row.Held, row.Unproven = *in.Mode, nil, nil
		anew = anew || before.Mode == models.StrategyOff || row.Mode == models.StrategyOff
	}
	if anew {
		row.Begin(models.NewTime(s.now()), in.market, in.at)
	}
	return row.Mode == models.StrategyLive && (anew || before.Mode != models.StrategyLive), nil
}

// differ reports whether parameters are other ones than before.
func differ(kind *strategy.Kind, before, after []byte) (bool, error) {
	_, now, _, err := kind.New(before)
	if err != nil {
		return false, err
	}
	_, wanted, _, err := kind.New(after)
	return !reflect.DeepEqual(now, wanted), err
}

// demoParams let strategies of the demo decide often and hold long, so that a newcomer nearly always finds a signal open.
var demoParams = map[string]string{
	"breakout":       `{"channel": 6, "narrow": 20, "lively": 0.5, "trend": 20, "stop_min": 3, "stop_max": 6}`,
	"momentum":       `{"adx_min": 0, "rsi_min": 50, "overbought": 95, "stop_min": 3, "stop_max": 6}`,
	"trend-pullback": `{"rsi_dip": 55, "adx_min": 10, "memory": 20, "stop_min": 3, "stop_max": 6}`,
}

// SeedDemo makes the strategies of a tenant live that has none yet.
func (s *Service) SeedDemo(ctx context.Context) error {
	have, err := s.store.Strategies.List(ctx)
	if err != nil || len(have) > 0 {
		return err
	}
	var rows []models.StrategySettings
	for _, kind := range strategy.All() {
		if kind.WithoutStop {
			continue
		}
		row := NewStrategy(kind.Name)
		row.Mode = models.StrategyLive
		if params, ok := demoParams[kind.Name]; ok {
			row.Params = []byte(params)
		}
		rows = append(rows, row)
	}
	return s.store.Strategies.Equip(ctx, rows)
}
