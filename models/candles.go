package models

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Market is where prices come from: a symbol at a provider. The simulated market is a provider of its own, so that its
// candles never stand among real ones.
type Market struct {
	Provider string
	Symbol   string
}

// Providers of markets.
const (
	TwelveData      = "twelvedata"
	SimulatedMarket = "simulated"
)

// Candles is the repository of the market's history. It is the platform's: one for all tenants.
type Candles struct{ s *Store }

type candleRow struct {
	Market  string `gorm:"primaryKey"`
	Symbol  string `gorm:"primaryKey"`
	Seconds int64  `gorm:"primaryKey;autoIncrement:false"`
	At      int64  `gorm:"primaryKey;autoIncrement:false"`
	Open    pip.Price
	High    pip.Price
	Low     pip.Price
	Close   pip.Price
}

// TableName implements gorm's Tabler.
func (candleRow) TableName() string { return "candles" }

func (candleRow) platformOwned() {}

// candlesAtOnce is how many are written in one statement.
const candlesAtOnce = 500

// Add stores closed candles. One that is there already stays as it is: what was closed does not change.
func (r *Candles) Add(ctx context.Context, m Market, of candle.Timeframe, candles []candle.Candle) error {
	for part := range slices.Chunk(candles, candlesAtOnce) {
		rows := make([]candleRow, len(part))
		for i, c := range part {
			rows[i] = candleRow{m.Provider, m.Symbol, of.Seconds(), c.Time, c.Open, c.High, c.Low, c.Close}
		}
		if err := r.s.in(Platform(ctx)).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
	}
	return nil
}

func (r *Candles) of(ctx context.Context, m Market, of candle.Timeframe) *gorm.DB {
	return r.s.in(Platform(ctx)).Where("market = ? AND symbol = ? AND seconds = ?", m.Provider, m.Symbol, of.Seconds())
}

// Between returns the candles from a time on until before another one, the oldest first, at most limit. A zero time is
// no bound.
func (r *Candles) Between(ctx context.Context, m Market, of candle.Timeframe, from, to time.Time, limit int) ([]candle.Candle, error) {
	var rows []candleRow
	if err := r.between(ctx, m, of, from, to).Order("at").Limit(limit).Find(&rows).Error; err != nil {
		return nil, err
	}
	return candlesOf(rows), nil
}

func (r *Candles) between(ctx context.Context, m Market, of candle.Timeframe, from, to time.Time) *gorm.DB {
	query := r.of(ctx, m, of)
	if !from.IsZero() {
		query = query.Where("at >= ?", from.Unix())
	}
	if !to.IsZero() {
		query = query.Where("at < ?", to.Unix())
	}
	return query
}

// Newest returns the last n candles before a time, the oldest first. A zero time is no bound.
func (r *Candles) Newest(ctx context.Context, m Market, of candle.Timeframe, before time.Time, n int) ([]candle.Candle, error) {
	query := r.of(ctx, m, of)
	if !before.IsZero() {
		query = query.Where("at < ?", before.Unix())
	}
	var rows []candleRow
	if err := query.Order("at DESC").Limit(n).Find(&rows).Error; err != nil {
		return nil, err
	}
	slices.Reverse(rows)
	return candlesOf(rows), nil
}

// Last is when the newest candle begins; the zero time without any.
func (r *Candles) Last(ctx context.Context, m Market, of candle.Timeframe) (time.Time, error) {
	newest, err := r.Newest(ctx, m, of, time.Time{}, 1)
	if err != nil || len(newest) == 0 {
		return time.Time{}, err
	}
	return newest[0].At(), nil
}

// Count is how many candles there are from a time on until before another one. A zero time is no bound.
func (r *Candles) Count(ctx context.Context, m Market, of candle.Timeframe, from, to time.Time) (int, error) {
	query := r.between(ctx, m, of, from, to)
	var n int64
	err := query.Model(&candleRow{}).Count(&n).Error
	return int(n), err
}

// Forget removes candles that began before a time, at most limit, and returns how many there were.
func (r *Candles) Forget(ctx context.Context, m Market, of candle.Timeframe, before time.Time, limit int) (int64, error) {
	old, err := r.Between(ctx, m, of, time.Time{}, before, limit)
	if err != nil || len(old) == 0 {
		return 0, err
	}
	result := r.of(ctx, m, of).Where("at <= ?", old[len(old)-1].Time).Delete(&candleRow{})
	return result.RowsAffected, result.Error
}

func candlesOf(rows []candleRow) []candle.Candle {
	candles := make([]candle.Candle, len(rows))
	for i, row := range rows {
		candles[i] = candle.Candle{Time: row.At, Prices: candle.Prices{Open: row.Open, High: row.High, Low: row.Low, Close: row.Close}}
	}
	return candles
}

// FeedState is how a feed is.
type FeedState string

// States of a feed.
const (
	FeedStarting FeedState = "starting" // nothing was asked yet
	FeedLive     FeedState = "live"
	FeedClosed   FeedState = "closed"  // the market is; Problem says why
	FeedWaiting  FeedState = "waiting" // it mends itself: a limit, an outage
	FeedBroken   FeedState = "broken"  // a person has to mend it: the key, the plan
)

// MarketFeed is the feed of one market. The table is the platform's.
type MarketFeed struct {
	Market      string `gorm:"primaryKey"`
	Symbol      string `gorm:"primaryKey"`
	State       FeedState
	Problem     *Note           `gorm:"serializer:json"`
	Price       pip.Price       // the last one; 0 before the first
	PriceAt     Time            // in the market's time
	MarketTime  Time            // at the last look
	Speed       float64         // seconds of the market in a second: 1 but for a simulated one
	AskedBar    int64           // when the newest bar begins that was asked for, whether it came or not
	AskedMinute int64           // and the newest minute
	ToldUntil   int64           // the begin of the newest minute that signals were told of
	FormingAt   int64           // the begin of the minute that was under way at the last look; 0 for none
	FormingOpen pip.Price       // and its first price
	Budget      json.RawMessage `gorm:"serializer:json"`
	LookedAt    Time
	NextLook    Time
	Version     int64
}

func (MarketFeed) platformOwned() {}

// Feeds is the repository of feeds.
type Feeds struct{ s *Store }

// Get returns the feed of a market; one that never looked is starting.
func (r *Feeds) Get(ctx context.Context, m Market) (*MarketFeed, error) {
	var rows []MarketFeed
	if err := r.s.in(Platform(ctx)).Where("market = ? AND symbol = ?", m.Provider, m.Symbol).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &MarketFeed{Market: m.Provider, Symbol: m.Symbol, State: FeedStarting, Speed: 1, Budget: json.RawMessage("{}")}, nil
	}
	return &rows[0], nil
}

// Put stores a feed as it is now. There is one writer: the flow of the feed.
func (r *Feeds) Put(ctx context.Context, f *MarketFeed) error {
	f.Version++
	return r.s.in(Platform(ctx)).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "market"}, {Name: "symbol"}}, UpdateAll: true}).Create(f).Error
}

// Told records up to which minute the signals were told of a market.
func (r *Feeds) Told(ctx context.Context, m Market, until int64) error {
	return r.s.in(Platform(ctx)).Model(&MarketFeed{}).Where("market = ? AND symbol = ?", m.Provider, m.Symbol).
		Updates(map[string]any{"told_until": until}).Error
}
