package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/engine/forex/headlines"
)

// Providers of news. The simulated one is a provider of its own, so that its news never stands among real news.
const (
	AlphaVantage  = "alphavantage"
	SimulatedNews = "simulated"
)

// NewsState is how a provider of news is.
type NewsState string

// States of a provider.
const (
	NewsUntried NewsState = "untried" // nobody asked it yet
	NewsWorking NewsState = "working"
	NewsWaiting NewsState = "waiting" // it mends itself: a limit, an outage
	NewsBroken  NewsState = "broken"  // a person has to mend it: the key
)

// NewsFeed is how a provider was at its last call, and who asks it now. The table is the platform's.
type NewsFeed struct {
	Provider    string `gorm:"primaryKey"`
	State       NewsState
	Problem     *Note  `gorm:"serializer:json"`
	AskedAt     Time   // the last time
	FetchedAt   Time   // the last time that it answered
	PausedUntil Time   // before which nobody asks it
	Asker       string // who asks it now; empty for nobody
	AskerUntil  Time   // when another one may
	Day         string // of UTC, as 2006-01-02
	Asked       int    // calls of that day
}

func (NewsFeed) platformOwned() {}

// TableName implements gorm's Tabler.
func (NewsFeed) TableName() string { return "news_feed" }

// AskedOn is how many calls of a day are used. A clock that goes back gives none back.
func (f *NewsFeed) AskedOn(day string) int {
	if day > f.Day {
		return 0
	}
	return f.Asked
}

type newsRow struct {
	ID          string
	Provider    string
	URL         string
	Title       string
	Summary     string
	Source      string
	PublishedAt Time
	FetchedAt   Time
}

func (newsRow) platformOwned() {}

// TableName implements gorm's Tabler.
func (newsRow) TableName() string { return "news_items" }

// News is the repository of news and of their providers. It is the platform's: one for all tenants.
type News struct{ s *Store }

// newsAtOnce is how many items are written in one statement, maxNews how many are read.
const (
	newsAtOnce = 200
	maxNews    = 2000
)

// Store keeps news of a provider. What has an address that is there already stays as it is.
func (r *News) Store(ctx context.Context, provider string, items []headlines.Item, fetched time.Time) error {
	for part := range slices.Chunk(items, newsAtOnce) {
		rows := make([]newsRow, len(part))
		for i, item := range part {
			rows[i] = newsRow{NewID(), provider, item.URL, item.Title, item.Summary, item.Source, NewTime(item.PublishedAt), NewTime(fetched)}
		}
		if err := r.s.in(Platform(ctx)).Clauses(clause.OnConflict{DoNothing: true}).Create(&rows).Error; err != nil {
			return err
		}
	}
	return nil
}

// Since returns a provider's news that was published at a moment or later, the newest first.
func (r *News) Since(ctx context.Context, provider string, from time.Time) ([]headlines.Item, error) {
	var rows []newsRow
	if err := r.s.in(Platform(ctx)).Where("provider = ? AND published_at >= ?", provider, NewTime(from)).
		Order("published_at DESC, id").Limit(maxNews).Find(&rows).Error; err != nil {
		return nil, err
	}
	items := make([]headlines.Item, len(rows))
	for i, row := range rows {
		items[i] = headlines.Item{Title: row.Title, URL: row.URL, Source: row.Source, Summary: row.Summary, PublishedAt: row.PublishedAt.Time}
	}
	return items, nil
}

// Forget removes all providers' news that was published before a moment.
func (r *News) Forget(ctx context.Context, before time.Time) (int64, error) {
	result := r.s.in(Platform(ctx)).Where("published_at < ?", NewTime(before)).Delete(&newsRow{})
	return result.RowsAffected, result.Error
}

// Clear removes all news of a provider.
func (r *News) Clear(ctx context.Context, provider string) error {
	return r.s.in(Platform(ctx)).Where("provider = ?", provider).Delete(&newsRow{}).Error
}

// Feed returns how a provider is; one that nobody asked is untried.
func (r *News) Feed(ctx context.Context, provider string) (*NewsFeed, error) {
	var rows []NewsFeed
	if err := r.s.in(Platform(ctx)).Where("provider = ?", provider).Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &NewsFeed{Provider: provider, State: NewsUntried}, nil
	}
	return &rows[0], nil
}

// Claim makes somebody the one who asks a provider, when nobody is it at a moment and the provider is due to be asked.
// ok is false, and nothing changes, otherwise. It ends with Settle, or by itself at another moment.
func (r *News) Claim(ctx context.Context, provider, asker string, now, until time.Time, due func(*NewsFeed) bool) (feed *NewsFeed, ok bool, err error) {
	feed, err = r.change(ctx, provider, func(f *NewsFeed) bool {
		if ok = due(f) && !now.Before(f.AskerUntil.Time); ok {
			f.Asker, f.AskerUntil = asker, NewTime(until)
		}
		return ok
	})
	return feed, ok && err == nil, err
}

// Book takes one call of a day's budget; ok is false, and none is taken, when it is used up.
func (r *News) Book(ctx context.Context, provider, day string, budget int) (ok bool, err error) {
	_, err = r.change(ctx, provider, func(f *NewsFeed) bool {
		if ok = f.AskedOn(day) < budget; ok {
			f.Asked, f.Day = f.AskedOn(day)+1, max(f.Day, day)
		}
		return ok
	})
	return ok && err == nil, err
}

// Settle records what became of asking and lets others ask. Who is not the one who asks any more changes nothing.
func (r *News) Settle(ctx context.Context, provider, asker string, change func(*NewsFeed)) error {
	_, err := r.change(ctx, provider, func(f *NewsFeed) bool {
		if f.Asker != asker {
			return false
		}
		change(f)
		f.Asker, f.AskerUntil = "", Time{}
		return true
	})
	return err
}

// change changes a feed's row, which nobody else does meanwhile.
func (r *News) change(ctx context.Context, provider string, change func(*NewsFeed) bool) (*NewsFeed, error) {
	ctx = Platform(ctx)
	feed := &NewsFeed{}
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&NewsFeed{Provider: provider, State: NewsUntried}).Error; err != nil {
			return err
		}
		if err := tx.in(ctx).Where("provider = ?", provider).Clauses(clause.Locking{Strength: "UPDATE"}).Take(feed).Error; err != nil {
			return err
		}
		if !change(feed) {
			return nil
		}
		return tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "provider"}}, UpdateAll: true}).Create(feed).Error
	})
	return feed, err
}
