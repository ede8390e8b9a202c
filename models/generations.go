package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// Outcomes of generations.
const (
	Made              = "made"
	CouponInvalid     = "coupon_invalid"
	CouponUnavailable = "coupon_unavailable"
	GenerationFailed  = "failed"
)

// Generation is one making of images: where it was asked for, by whom, from which template, and how
// it ended.
type Generation struct {
	ID         string
	TenantID   string
	Source     string // "web", "api", "bot", "bulk", "link", "cli"
	Actor      string // a subscriber's id, or empty
	TemplateID string
	VersionID  string
	Outcome    string
	Images     int
	TookUS     int64 `gorm:"column:took_us"` // microseconds of rendering; 0 when it was in the cache
	CreatedAt  Time  `gorm:"autoCreateTime:false"`
}

// Generations is the repository of generations.
type Generations struct{ s *Store }

// Record notes a generation, and makes its time. One whose id is there already stays as it is.
func (r *Generations) Record(ctx context.Context, g *Generation) error {
	g.CreatedAt = r.s.now()
	return r.s.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(g).Error
}

// Since returns the tenant's generations after a moment, in order of time.
func (r *Generations) Since(ctx context.Context, moment time.Time, limit int) ([]Generation, error) {
	var rows []Generation
	return rows, r.s.in(ctx).Where("created_at >= ?", NewTime(moment)).Order("created_at, id").Limit(limit).Find(&rows).Error
}
