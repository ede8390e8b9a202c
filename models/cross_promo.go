package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/programme"
)

// CrossPromoSettings are what a tenant wants to go from its VIP channel to its FREE channel (X1, X2).
type CrossPromoSettings struct {
	programme.Programme
	Teaser  CallToAction     `json:"teaser"`
	Losing  programme.Losing `json:"losing"` // what is said of a day that lost
	Results ResultRules      `json:"results"`
}

// CallToAction leads readers of the FREE channel to the VIP channel. Empty texts are the program's own.
type CallToAction struct {
	Text   string `json:"text"` // Telegram's HTML; empty lets the program write one
	Button string `json:"button"`
	Link   string `json:"link"` // empty for a post without a button
}

// ResultRules are which results of the VIP channel are told in the FREE channel.
type ResultRules struct {
	Targets      bool `json:"targets"`       // each target that was hit
	FullSignals  bool `json:"full_signals"`  // each signal with all its levels, after it was opened
	DailyBest    bool `json:"daily_best"`    // the day's best closed signal, with the brag
	DelayMinutes int  `json:"delay_minutes"` // of targets and full signals
	DailyMost    int  `json:"daily_most"`    // of targets and full signals in a day of UTC
}

// DefaultCrossPromo are the settings before the first change.
func DefaultCrossPromo() CrossPromoSettings {
	return CrossPromoSettings{Programme: programme.Default(), Losing: programme.SoftenLosing, Results: ResultRules{DelayMinutes: 30, DailyMost: 5}}
}

type crossPromoRow struct {
	TenantID  string             `gorm:"primaryKey"`
	Settings  CrossPromoSettings `gorm:"serializer:json"`
	Version   int64
	UpdatedAt Time `gorm:"autoUpdateTime:false"`
}

// TableName implements gorm's Tabler.
func (crossPromoRow) TableName() string { return "cross_promo_settings" }

// CrossPromo is the repository of cross-promotion.
type CrossPromo struct{ s *Store }

// Settings returns the tenant's settings and their version; before the first change they are the defaults, in the version 1.
func (r *CrossPromo) Settings(ctx context.Context) (CrossPromoSettings, int64, error) {
	var rows []crossPromoRow
	if err := r.s.in(ctx).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return DefaultCrossPromo(), 1, err
	}
	return rows[0].Settings, rows[0].Version, nil
}

// Lock returns the tenant's settings and their version, and lets nobody else change them, or count by them, until the
// transaction ends.
func (r *CrossPromo) Lock(ctx context.Context) (settings CrossPromoSettings, version int64, err error) {
	first := &crossPromoRow{Settings: DefaultCrossPromo(), Version: 1, UpdatedAt: r.s.now()}
	if err := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}}, DoNothing: true}).Create(first).Error; err != nil {
		return settings, 0, err
	}
	var row crossPromoRow
	err = r.s.in(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	return row.Settings, row.Version, err
}

// Save stores the tenant's settings and returns them as they were before, and their new version. expect is the version that a
// person saw, or AnyVersion. Call it within a transaction.
func (r *CrossPromo) Save(ctx context.Context, in CrossPromoSettings, expect int64) (before CrossPromoSettings, version int64, err error) {
	if before, version, err = r.Lock(ctx); err != nil {
		return before, 0, err
	}
	if expect != AnyVersion && expect != version {
		return before, 0, versionChanged()
	}
	version++
	row := &crossPromoRow{Settings: in, Version: version, UpdatedAt: r.s.now()}
	err = r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}}, DoUpdates: clause.AssignmentColumns([]string{"settings", "version", "updated_at"})}).Create(row).Error
	if err != nil {
		return before, 0, err
	}
	return before, version, r.s.Events.Add(ctx, TopicCrossPromo, "", version)
}

// On returns the settings of all tenants whose programme is on. The context must be the platform's.
func (r *CrossPromo) On(ctx context.Context) (map[string]CrossPromoSettings, error) {
	var rows []crossPromoRow
	if err := r.s.working(ctx).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := map[string]CrossPromoSettings{}
	for _, row := range rows {
		if row.Settings.On {
			out[row.TenantID] = row.Settings
		}
	}
	return out, nil
}

// ForwardableRecap is the post of the newest weekly recap that reached the VIP channel of now since a moment; nil for none.
func (r *CrossPromo) ForwardableRecap(ctx context.Context, since time.Time) (*ChannelPost, error) {
	bot, err := r.s.Connections.ByKind(ctx, SignalBot)
	if err != nil {
		if fault.Is(err, fault.NotFound) {
			err = nil
		}
		return nil, err
	}
	vip := bot.Channel(RoleVIP)
	if vip == nil {
		return nil, nil
	}
	weekly := r.s.in(ctx).Model(&Recap{}).Select("post_id").Where("kind = ?", RecapWeekly)
	var rows []ChannelPost
	err = r.s.in(ctx).Where("id IN (?) AND state = ? AND message_id > 0 AND chat_id = ? AND sent_at >= ?", weekly, PostSent, vip.ID, NewTime(since)).Order("sent_at DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}
