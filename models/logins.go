package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

// LoginAddress is an address from which somebody tried to sign in by password. The table is the platform's.
type LoginAddress struct {
	IP         string `gorm:"column:ip;primaryKey"`
	Failed     int    // wrong passwords since a moment
	Since      Time
	SignedInAt Time // the last time that the password was right; zero is never
}

func (LoginAddress) platformOwned() {}

// LoginLimits say how many wrong passwords are judged within a window.
type LoginLimits struct {
	Window  time.Duration
	Address int // of one address
	All     int // of all addresses together; only those that never signed in are refused
}

// Logins is the repository of sign-ins by password.
type Logins struct{ s *Store }

// Try judges a password for an address, and counts it when it is wrong: no two tries of one address are judged
// at the same time, so that many at once can't outrun the limit. A try that is refused counts for nothing.
func (r *Logins) Try(ctx context.Context, ip string, at time.Time, limits LoginLimits, judge func() bool) (right bool, err error) {
	ctx = Platform(ctx)
	err = r.s.Tx(ctx, func(tx *Store) error {
		now, began := NewTime(at), NewTime(at.Add(-limits.Window))
		row := LoginAddress{IP: ip, Since: now}
		if err := tx.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
		if err := tx.in(ctx).Where("ip = ?", ip).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return err
		}
		if row.Since.Before(began.Time) {
			row.Failed, row.Since = 0, now
		}
		if row.Failed >= limits.Address {
			return tooManyLogins("Too many wrong passwords from this address", row.Since.Add(limits.Window).Sub(now.Time))
		}
		if row.SignedInAt.IsZero() {
			var all []int
			if err := tx.in(ctx).Model(&LoginAddress{}).Where("since >= ? AND failed > 0", began).Pluck("failed", &all).Error; err != nil {
				return err
			}
			sum := 0
			for _, n := range all {
				sum += n
			}
			if sum >= limits.All {
				return tooManyLogins("Too many wrong passwords: only addresses that signed in before may do so now", limits.Window)
			}
		}
		switch right = judge(); {
		case right:
			row.SignedInAt = now
		case row.Failed == 0:
			row.Failed, row.Since = 1, now
		default:
			row.Failed++
		}
		return tx.in(ctx).Select("failed", "since", "signed_in_at").Where("ip = ?", ip).Updates(&row).Error
	})
	return right, err
}

func tooManyLogins(message string, wait time.Duration) error {
	wait = max(wait, time.Second).Round(time.Second)
	return fault.New(fault.RateLimited, "too_many_attempts", "%s", message).WithRemedy("Try again in %s", wait).WithRetryAfter(wait)
}

// Forget removes addresses that made no try since a moment and from which nobody signed in since another.
func (r *Logins) Forget(ctx context.Context, tried, signedIn time.Time) (int64, error) {
	result := r.s.in(Platform(ctx)).Where("since < ? AND (signed_in_at IS NULL OR signed_in_at < ?)", NewTime(tried), NewTime(signedIn)).Delete(&LoginAddress{})
	return result.RowsAffected, result.Error
}
