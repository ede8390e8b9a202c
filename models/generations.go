package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

// GenerationOutcome is how a generation ended.
type GenerationOutcome string

// Outcomes of generations.
const (
	Made              GenerationOutcome = "made"
	CouponInvalid     GenerationOutcome = "coupon_invalid"
	CouponUnavailable GenerationOutcome = "coupon_unavailable"
	GenerationFailed  GenerationOutcome = "failed"
)

// Generation is one render of images: where it was requested, by whom, from which template, and how
// it ended.
type Generation struct {
	ID         string
	TenantID   string
	Source     string // "web", "api", "bot", "bulk", "link", "cli"
	Actor      string // a subscriber's id, or empty
	TemplateID string
	VersionID  string
	Outcome    GenerationOutcome
	Images     int
	TookUS     int64 `gorm:"column:took_us"` // microseconds of rendering; 0 when it was in the cache
	CreatedAt  Time  `gorm:"autoCreateTime:false"`
}

// Generations is the repository of generations.
type Generations struct{ s *Store }

// Record stores a generation, and sets its time. An existing id stays as it is.
func (r *Generations) Record(ctx context.Context, g *Generation) error {
	g.CreatedAt = r.s.now()
	return r.s.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(g).Error
}

// Since returns the tenant's generations after a moment, in order of time.
func (r *Generations) Since(ctx context.Context, moment time.Time, limit int) ([]Generation, error) {
	var rows []Generation
	return rows, r.s.in(ctx).Where("created_at >= ?", NewTime(moment)).Order("created_at, id").Limit(limit).Find(&rows).Error
}
