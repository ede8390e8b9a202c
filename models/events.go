package models

import (
	"context"
	"time"
)

// Topic is the kind of thing that an event is about.
type Topic string

// Topics of events.
const (
	TopicAI           Topic = "ai"      // the subject is "settings" or "usage"
	TopicAccount      Topic = "account" // a user account's sign-in; the subject is its connection
	TopicBacktest     Topic = "backtest"
	TopicBulk         Topic = "bulk"
	TopicConnection   Topic = "connection"
	TopicCoupon       Topic = "coupon"     // checks of codes; the subject is empty
	TopicCrossPromo   Topic = "crosspromo" // its settings; the subject is empty
	TopicHype         Topic = "hype"       // a prompt or a flow of the hype bot
	TopicPoster       Topic = "poster"
	TopicPost         Topic = "post"   // to a channel
	TopicRecord       Topic = "record" // of a tenant's signals
	TopicSignal       Topic = "signal"
	TopicStrategy     Topic = "strategy"     // or the settings of signals; then the subject is empty
	TopicConversation Topic = "conversation" // the subject is its session
	TopicDelivery     Topic = "delivery"
	TopicJourney      Topic = "journey"
	TopicMarket       Topic = "market" // the subject is the symbol; every tenant gets it
	TopicSubscriber   Topic = "subscriber"
	TopicTemplate     Topic = "template"
	TopicTenant       Topic = "tenant" // the tenant itself: it is ready, or it is going
)

// Event says that something changed, for the browsers that show it: what and its version, never
// its content. Events are written in the change's own transaction and kept for a day.
type Event struct {
	Seq       int64 `gorm:"primaryKey;autoIncrement"`
	TenantID  string
	Topic     Topic
	Subject   string // id of what changed
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// EventRetention is how long a browser that was away can catch up.
const EventRetention = 24 * time.Hour

// Events is the repository of events.
type Events struct{ s *Store }

// Add records a change; call it within the change's Tx.
func (r *Events) Add(ctx context.Context, topic Topic, subject string, version int64) error {
	return r.s.in(ctx).Create(&newEvent{Topic: topic, Subject: subject, Version: version, CreatedAt: r.s.now()}).Error
}

// newEvent is an event without its number, which nobody asks for: to return it costs as much as to write the row.
type newEvent struct {
	TenantID  string
	Topic     Topic
	Subject   string
	Version   int64
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// TableName implements gorm's Tabler.
func (newEvent) TableName() string { return "events" }

// Since returns the events of all tenants that were written after a moment, in order of their
// numbers. The numbers are given before the commit, so a reader goes back a few seconds with each
// look and skips what it knows. The context must be the platform's.
func (r *Events) Since(ctx context.Context, moment time.Time, limit int) ([]Event, error) {
	var list []Event
	return list, r.s.in(ctx).Where("created_at >= ?", NewTime(moment)).Order("created_at, seq").Limit(limit).Find(&list).Error
}

// After returns the tenant's events for a browser that has seen those up to seq: from a little
// before it, since a lower number may have been committed later. ok is false when seq is not known
// any more, or more than limit events have passed: then everything is to be read again.
func (r *Events) After(ctx context.Context, seq int64, overlap time.Duration, limit int) (list []Event, ok bool, err error) {
	var last []Event
	if err := r.s.in(ctx).Where("seq = ?", seq).Find(&last).Error; err != nil || len(last) == 0 {
		return nil, false, err
	}
	from := NewTime(last[0].CreatedAt.Add(-overlap))
	err = r.s.in(ctx).Where("created_at >= ? AND seq <> ?", from, seq).Order("created_at, seq").Limit(limit + 1).Find(&list).Error
	if err != nil || len(list) > limit {
		return nil, false, err
	}
	return list, true, nil
}

// DeleteBefore forgets events of all tenants that are older than a moment. The context must be the
// platform's.
func (r *Events) DeleteBefore(ctx context.Context, moment time.Time) (int64, error) {
	result := r.s.in(ctx).Where("created_at < ?", NewTime(moment)).Delete(&Event{})
	return result.RowsAffected, result.Error
}
