package models

import (
	"context"
	"time"
)

// LoginAttempt is one attempt at the admin password. The table is the platform's.
type LoginAttempt struct {
	ID string
	IP string `gorm:"column:ip"`
	OK bool   `gorm:"column:ok"`
	At Time
}

func (LoginAttempt) platformOwned() {}

// Logins is the repository of login attempts.
type Logins struct{ s *Store }

// Record stores an attempt and returns its id. An attempt is recorded as failed before it is judged, so that many
// at once can't outrun the count; Succeed corrects it.
func (r *Logins) Record(ctx context.Context, ip string) (string, error) {
	attempt := LoginAttempt{ID: NewID(), IP: ip, At: r.s.now()}
	return attempt.ID, r.s.in(Platform(ctx)).Create(&attempt).Error
}

// Succeed records that an attempt had the right password.
func (r *Logins) Succeed(ctx context.Context, id string) error {
	return r.s.in(Platform(ctx)).Model(&LoginAttempt{}).Where("id = ?", id).Update("ok", true).Error
}

// CountFailed counts the failed attempts of one address since a moment.
func (r *Logins) CountFailed(ctx context.Context, ip string, since time.Time) (int64, error) {
	var n int64
	err := r.s.in(Platform(ctx)).Model(&LoginAttempt{}).
		Where("ip = ? AND ok = ? AND at >= ?", ip, false, NewTime(since)).Count(&n).Error
	return n, err
}

// DeleteBefore forgets the attempts before a moment and returns how many there were.
func (r *Logins) DeleteBefore(ctx context.Context, t time.Time) (int64, error) {
	result := r.s.in(Platform(ctx)).Where("at < ?", NewTime(t)).Delete(&LoginAttempt{})
	return result.RowsAffected, result.Error
}
