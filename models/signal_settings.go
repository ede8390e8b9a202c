package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/protection"
)

// SignalSettings are what a tenant wants of its gold signals.
type SignalSettings struct {
	Approval       bool           `json:"approval"`        // somebody has to say yes before a signal goes out
	ApproveMinutes int            `json:"approve_minutes"` // in the market's time
	Rules          position.Rules `json:"rules"`
	PipSize        pip.Size       `json:"pip_size"`
	Lots           pip.Lots       `json:"lots"`   // by which money is counted
	Spread         pip.Price      `json:"spread"` // between bid and ask: the feed has one price
	Card           string         `json:"card"`   // slug of the template of the picture; empty sends none
	Language       string         `json:"language"`
	Disclaimer     string         `json:"disclaimer"`
	// Recaps come in this zone, at these times of its day ("21:15"); empty for none. A weekly one comes on WeeklyDay.
	TimeZone  string       `json:"time_zone"`
	DailyAt   string       `json:"daily_at"`
	WeeklyDay time.Weekday `json:"weekly_day"`
	WeeklyAt  string       `json:"weekly_at"`
	RecapCard string       `json:"recap_card"` // slug of the template of the picture; empty sends none
}

// Templates of the pictures that a new tenant has.
const (
	DefaultSignalCard = "signal-card"
	DefaultRecapCard  = "weekly-results"
)

// DefaultSignalSettings are the settings before the first change.
func DefaultSignalSettings() SignalSettings {
	return SignalSettings{
		ApproveMinutes: 15, Rules: position.DefaultRules(), PipSize: pip.Default, Lots: 10, Spread: 3 * pip.Units / 10,
		Card: DefaultSignalCard, Language: "en", TimeZone: "UTC", DailyAt: "22:15", WeeklyDay: time.Friday, WeeklyAt: "22:30", RecapCard: DefaultRecapCard,
		Disclaimer: "Trading gold carries a high risk of loss. Signals are no financial advice; past results promise nothing.",
	}
}

type signalSettingsRow struct {
	TenantID  string         `gorm:"primaryKey"`
	Settings  SignalSettings `gorm:"serializer:json"`
	Version   int64
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// TableName implements gorm's Tabler.
func (signalSettingsRow) TableName() string { return "signal_settings" }

// StrategyMode says what a strategy's signals are for.
type StrategyMode string

// Modes of strategies.
const (
	StrategyOff      StrategyMode = "off"
	StrategyPractice StrategyMode = "practice" // its signals are followed and told to nobody
	StrategyLive     StrategyMode = "live"
)

// HeldBack is why a strategy's last signal was not made.
type HeldBack struct {
	Bar    int64  `json:"bar"`
	Reason string `json:"reason"`
	Until  int64  `json:"until,omitempty"` // of the market's time
}

// StrategySettings is a strategy as a tenant has it.
type StrategySettings struct {
	TenantID    string `gorm:"primaryKey"`
	Strategy    string `gorm:"primaryKey"`
	Mode        StrategyMode
	Params      json.RawMessage  `gorm:"serializer:json"`
	Protections protection.Rules `gorm:"serializer:json"`
	Guard       protection.State `gorm:"serializer:json"`
	MaxOpen     int              // signals at the same time
	LastBar     int64            // the newest one that was decided on, Unix seconds
	Held        *HeldBack        `gorm:"serializer:json"`
	Since       Time             // when it was switched on or off, got other parameters or protections, or another market
	Market      string           // the provider of the market on which it decides since then; empty before its feed has told
	MarketSince int64            // Since in that market's time, Unix seconds
	Unproven    []string         `gorm:"serializer:json"` // what it had not shown when it was taken live, in words
	Version     int64
	UpdatedAt   Time `gorm:"autoUpdateTime:false"`
}

// TableName implements gorm's Tabler.
func (StrategySettings) TableName() string { return "strategy_settings" }

// Begin notes that a strategy makes its signals in a new way from a moment of ours on, which is one of a market's. What it
// remembers of another market has another clock, and goes.
func (r *StrategySettings) Begin(now Time, market string, at int64) {
	if r.Market != market && (r.Market != "" || r.LastBar > at) {
		r.LastBar, r.Guard, r.Held = 0, protection.State{}, nil
	}
	r.Since, r.Market, r.MarketSince = now, market, at
}

// NewStrategySettings is a strategy as a tenant gets it: off, with its own parameters.
func NewStrategySettings(name string) StrategySettings {
	return StrategySettings{Strategy: name, Mode: StrategyOff, Params: []byte("{}"), Protections: protection.Default(), MaxOpen: 1}
}

// Strategies is the repository of what tenants set for signals and their strategies.
type Strategies struct{ s *Store }

// Settings returns the tenant's settings and their version; before the first change they are what they would be otherwise,
// in the version 1.
func (r *Strategies) Settings(ctx context.Context, otherwise SignalSettings) (SignalSettings, int64, error) {
	var rows []signalSettingsRow
	if err := r.s.in(ctx).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return otherwise, 1, err
	}
	return rows[0].Settings, rows[0].Version, nil
}

// Save stores the tenant's settings and returns their version. expect is the version that a person saw, or AnyVersion.
func (r *Strategies) Save(ctx context.Context, in SignalSettings, expect int64) (version int64, err error) {
	err = r.s.Tx(ctx, func(tx *Store) error {
		var rows []signalSettingsRow
		if err := tx.in(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if version = 1; len(rows) > 0 {
			version = rows[0].Version
		}
		if expect != AnyVersion && expect != version {
			return versionChanged()
		}
		version++
		row := &signalSettingsRow{Settings: in, Version: version, UpdatedAt: tx.now()}
		err := tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}}, DoUpdates: clause.AssignmentColumns([]string{"settings", "version", "updated_at"})}).Create(row).Error
		if err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicStrategy, "", version)
	})
	return version, err
}

// List returns the tenant's strategies, by name.
func (r *Strategies) List(ctx context.Context) ([]StrategySettings, error) {
	var rows []StrategySettings
	return rows, r.s.in(ctx).Order("strategy").Find(&rows).Error
}

// Running returns the strategies of all tenants that make signals. The context must be the platform's.
func (r *Strategies) Running(ctx context.Context) ([]StrategySettings, error) {
	var rows []StrategySettings
	return rows, r.s.working(ctx).Where("mode <> ?", StrategyOff).Order("tenant_id, strategy").Find(&rows).Error
}

// Elsewhere returns the strategies of all tenants that make signals and have not begun on a market. The context must be the
// platform's.
func (r *Strategies) Elsewhere(ctx context.Context, market string) ([]StrategySettings, error) {
	var rows []StrategySettings
	return rows, r.s.working(ctx).Where("mode <> ? AND market <> ?", StrategyOff, market).Order("tenant_id, strategy").Find(&rows).Error
}

var errNoStrategy = fault.New(fault.NotFound, "strategy_not_found", "There is no such strategy")

// Get returns a strategy of the tenant, or fault.NotFound "strategy_not_found".
func (r *Strategies) Get(ctx context.Context, strategy string) (*StrategySettings, error) {
	var row StrategySettings
	if err := r.s.in(ctx).Where("strategy = ?", strategy).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoStrategy.Code, errNoStrategy.Message)
	}
	return &row, nil
}

// Equip adds strategies that the tenant does not have yet.
func (r *Strategies) Equip(ctx context.Context, rows []StrategySettings) error {
	for i := range rows {
		rows[i].Version, rows[i].Since, rows[i].UpdatedAt = 1, r.s.now(), r.s.now()
	}
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "strategy"}}, DoNothing: true}).Create(&rows).Error
}

// Change lets fn change a strategy under a lock, within a transaction that fn gets too. What a person changes gets the
// next version; what the market changes alone (LastBar, Held, Guard) keeps it. fn's ErrUnchanged writes nothing.
func (r *Strategies) Change(ctx context.Context, strategy string, expect int64, fn func(tx *Store, row *StrategySettings) error) (*StrategySettings, error) {
	var row StrategySettings
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("strategy = ?", strategy).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoStrategy.Code, errNoStrategy.Message)
		}
		if expect != AnyVersion && expect != row.Version {
			return versionChanged()
		}
		if err := fn(tx, &row); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		if expect != AnyVersion {
			row.Version++
		}
		row.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("*").Omit("tenant_id", "strategy").Where("strategy = ?", strategy).Updates(&row).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicStrategy, strategy, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// Tenants returns the ids of all tenants that have strategies. The context must be the platform's.
func (r *Strategies) Tenants(ctx context.Context) ([]string, error) {
	var ids []string
	return ids, r.s.working(ctx).Model(&StrategySettings{}).Distinct("tenant_id").Order("tenant_id").Pluck("tenant_id", &ids).Error
}
