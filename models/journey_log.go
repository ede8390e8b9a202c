package models

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/engine/journey"
)

// MaxLogText is how many characters of a text the log keeps.
const MaxLogText = 1000

// LogEntry is one line of a person's log.
type LogEntry struct {
	ID           string
	TenantID     string
	SubscriberID string
	SessionID    string
	JourneyID    string
	StepID       string
	What         journey.NoteKind
	Text         string
	Reasons      []journey.Reason `gorm:"serializer:json"`
	At           Time
}

// TableName implements gorm's Tabler.
func (LogEntry) TableName() string { return "journey_log" }

// Log adds lines in their order.
func (r *JourneySessions) Log(ctx context.Context, lines []LogEntry) error {
	if len(lines) == 0 {
		return nil
	}
	now := r.s.now()
	for i := range lines {
		l := &lines[i]
		l.ID, l.At = NewID(), now
		if text := []rune(l.Text); len(text) > MaxLogText {
			l.Text = string(text[:MaxLogText-1]) + "…"
		}
		if l.Reasons == nil {
			l.Reasons = []journey.Reason{}
		}
	}
	return r.s.in(ctx).Create(&lines).Error
}

// LogOf returns the log of a session, or of a person when session is empty, the newest first.
func (r *JourneySessions) LogOf(ctx context.Context, session, subscriber, after string, limit int) (Page[LogEntry], error) {
	list, column, id := "log_of_conversation", "session_id = ?", session
	if session == "" {
		list, column, id = "log_of_person", "subscriber_id = ?", subscriber
	}
	db, err := newestFirst(r.s.in(ctx), list, "at", after, limit)
	if err != nil {
		return Page[LogEntry]{}, err
	}
	var rows []LogEntry
	if err := db.Where(column, id).Find(&rows).Error; err != nil {
		return Page[LogEntry]{}, err
	}
	return cut(rows, list, limit, func(l LogEntry) place { return place{l.At, l.ID} }), nil
}

// DeleteLogBefore forgets the tenant's lines that are older than a moment, and calls beat before each
// transaction.
func (r *JourneySessions) DeleteLogBefore(ctx context.Context, moment time.Time, beat func()) (int64, error) {
	const each = 1000
	for deleted := int64(0); ; {
		beat()
		var ids []string
		err := r.s.in(ctx).Model(&LogEntry{}).Where("at < ?", NewTime(moment)).Order("at").Limit(each).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return deleted, err
		}
		result := r.s.in(ctx).Where("id IN ?", ids).Delete(&LogEntry{})
		if result.Error != nil {
			return deleted, result.Error
		}
		deleted += result.RowsAffected
	}
}
