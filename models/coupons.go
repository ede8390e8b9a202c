package models

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/text"
)

// CouponCheck is one answer of the CRM about a code, for the coupons page.
type CouponCheck struct {
	ID        string
	TenantID  string
	Code      string
	Outcome   string // "valid", "invalid", "unavailable"
	Reason    string // "expired", "unknown", …; empty when valid
	Source    string // where it was asked: "web", "try", "api", "cli", "bot", "bulk", "signal"
	Actor     string // the subscriber who asked, or empty
	AskedBy   string // the person's name, or empty
	CheckedAt Time
}

// CouponSources are all sources of checks that are recorded.
var CouponSources = []string{"web", "try", "api", "cli", "bot", "bulk", "signal"}

// CouponFilter narrows the list of checks. The zero value lists everything.
type CouponFilter struct {
	Code     string // what codes begin with, in any case
	Outcomes []string
	Sources  []string
	From     time.Time
	After    string
	Limit    int
}

// Coupons is the repository of coupon checks.
type Coupons struct{ s *Store }

// Record stores a check. It makes the id and sets the tenant and, when there is none, the time.
func (r *Coupons) Record(ctx context.Context, c *CouponCheck) error {
	if c.ID == "" {
		c.ID = NewID()
	}
	return r.RecordOnce(ctx, []CouponCheck{*c})
}

// RecordOnce stores checks whose ids their callers made; an existing one stays as it is.
// It sets the tenant and, where there is none, the time. Browsers that show the list hear of it.
func (r *Coupons) RecordOnce(ctx context.Context, checks []CouponCheck) error {
	if len(checks) == 0 {
		return nil
	}
	for i := range checks {
		if checks[i].CheckedAt.IsZero() {
			checks[i].CheckedAt = r.s.now()
		}
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).CreateInBatches(checks, maxRowsInStatement).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicCoupon, "", 0)
	})
}

// List returns the tenant's checks, the newest first.
func (r *Coupons) List(ctx context.Context, f CouponFilter) (Page[CouponCheck], error) {
	const list = "coupon_checks"
	db, err := newestFirst(r.s.in(ctx), list, "checked_at", f.After, f.Limit)
	if err != nil {
		return Page[CouponCheck]{}, err
	}
	if f.Code != "" {
		db = db.Where("upper(code) LIKE ? ESCAPE '!'", strings.TrimPrefix(likePattern(text.Code(f.Code)), "%"))
	}
	if len(f.Outcomes) > 0 {
		db = db.Where("outcome IN ?", f.Outcomes)
	}
	if len(f.Sources) > 0 {
		db = db.Where("source IN ?", f.Sources)
	}
	if !f.From.IsZero() {
		db = db.Where("checked_at >= ?", NewTime(f.From))
	}
	var rows []CouponCheck
	if err := db.Find(&rows).Error; err != nil {
		return Page[CouponCheck]{}, err
	}
	return cut(rows, list, f.Limit, func(c CouponCheck) place { return place{c.CheckedAt, c.ID} }), nil
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
