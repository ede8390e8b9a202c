package models

import (
	"context"
	"time"
)

// SessionEnd ends sessions before their time: one, or all of a person's but one. The table is the platform's.
type SessionEnd struct {
	ID          string
	SessionID   string // empty is all of the person's
	PersonID    string
	KeptSession string // that goes on when all others end
	At          Time
	ExpiresAt   Time // no session lives longer that it ends
}

func (SessionEnd) platformOwned() {}

// Ends reports whether it ends a session that was opened at a moment.
func (e *SessionEnd) Ends(session, person string, opened time.Time) bool {
	if e.SessionID != "" {
		return e.SessionID == session
	}
	return e.PersonID == person && e.KeptSession != session && !opened.After(e.At.Time)
}

// SessionEnds is the repository of sessions that have ended.
type SessionEnds struct{ s *Store }

// Add records an end, which is kept for as long as a session may live.
func (r *SessionEnds) Add(ctx context.Context, e SessionEnd, life time.Duration) error {
	e.ID, e.At, e.ExpiresAt = NewID(), r.s.now(), NewTime(r.s.clock().Add(life))
	return r.s.in(Platform(ctx)).Create(&e).Error
}

// List returns all ends that still count.
func (r *SessionEnds) List(ctx context.Context) ([]SessionEnd, error) {
	var list []SessionEnd
	err := r.s.in(Platform(ctx)).Where("expires_at > ?", r.s.now()).Find(&list).Error
	return list, err
}

// Forget removes those that don't count any more.
func (r *SessionEnds) Forget(ctx context.Context) (int64, error) {
	result := r.s.in(Platform(ctx)).Where("expires_at <= ?", r.s.now()).Delete(&SessionEnd{})
	return result.RowsAffected, result.Error
}
