package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// CouponCheck is one answer of the CRM about a code, for the coupons page.
type CouponCheck struct {
	ID        string
	TenantID  string
	Code      string
	Outcome   string // "valid", "invalid", "unavailable"
	Reason    string // "expired", "unknown", …; empty when valid
	Source    string // where it was asked: "web", "api", "cli", "bot"
	CheckedAt Time
}

// Coupons is the repository of coupon checks.
type Coupons struct{ s *Store }

// Record stores a check. It makes the id and sets the tenant and, when there is none, the time.
func (r *Coupons) Record(ctx context.Context, c *CouponCheck) error {
	if c.ID == "" {
		c.ID = NewID()
	}
	if c.CheckedAt.IsZero() {
		c.CheckedAt = r.s.now()
	}
	return r.s.in(ctx).Create(c).Error
}

// RecordOnce stores checks whose ids their callers made; an existing one stays as it is.
// It sets the tenant and, where there is none, the time.
func (r *Coupons) RecordOnce(ctx context.Context, checks []CouponCheck) error {
	if len(checks) == 0 {
		return nil
	}
	for i := range checks {
		if checks[i].CheckedAt.IsZero() {
			checks[i].CheckedAt = r.s.now()
		}
	}
	return r.s.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(checks, maxRowsInStatement).Error
}

// Recent returns the tenant's checks, the newest first.
func (r *Coupons) Recent(ctx context.Context, after string, limit int) (Page[CouponCheck], error) {
	db, err := newestFirst(r.s.in(ctx), "coupon_checks", "checked_at", after, limit)
	if err != nil {
		return Page[CouponCheck]{}, err
	}
	var rows []CouponCheck
	if err := db.Find(&rows).Error; err != nil {
		return Page[CouponCheck]{}, err
	}
	return cut(rows, "coupon_checks", limit, func(c CouponCheck) place { return place{c.CheckedAt, c.ID} }), nil
}

// DeleteBefore forgets checks of the tenant that are older than a moment, and returns how many
// there were. It calls beat before each transaction.
func (r *Coupons) DeleteBefore(ctx context.Context, moment time.Time, beat func()) (int64, error) {
	const each = 1000 // in one transaction
	for deleted := int64(0); ; {
		beat()
		var ids []string
		err := r.s.in(ctx).Model(&CouponCheck{}).Where("checked_at < ?", NewTime(moment)).Order("checked_at").Limit(each).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return deleted, err
		}
		result := r.s.in(ctx).Where("id IN ?", ids).Delete(&CouponCheck{})
		if result.Error != nil {
			return deleted, result.Error
		}
		deleted += result.RowsAffected
	}
}
