package models

import (
	"context"

	"github.com/promostack/promostack/internal/engine/forex/wording"
)

// RecapKind is how long a time a recap is of.
type RecapKind string

// Kinds of recaps.
const (
	RecapDaily  RecapKind = "daily"
	RecapWeekly RecapKind = "weekly"
)

// Recap is what signals have brought in a day or a week.
type Recap struct {
	ID        string
	TenantID  string
	Kind      RecapKind
	Day       string // in the tenant's zone, YYYY-MM-DD
	Begins    int64  // of the market's time, Unix seconds
	Ends      int64
	Facts     wording.Recap `gorm:"serializer:json"`
	Head      string        // of the record
	PostID    string
	CreatedAt Time `gorm:"autoCreateTime:false"`
}

// Recaps is the repository of recaps.
type Recaps struct{ s *Store }

// Create adds a recap. One of the same kind and day is fault.Conflict "recap_exists".
func (r *Recaps) Create(ctx context.Context, row *Recap) error {
	row.CreatedAt = r.s.now()
	return taken(r.s.in(ctx).Create(row).Error, "recap_exists", "There is a recap of that day already")
}

// Last returns the newest recap of a kind; nil without any.
func (r *Recaps) Last(ctx context.Context, kind RecapKind) (*Recap, error) {
	var rows []Recap
	if err := r.s.in(ctx).Where("kind = ?", kind).Order("day DESC").Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// EndedAfter returns the recaps of a kind that ended after a moment of the market, the oldest first.
func (r *Recaps) EndedAfter(ctx context.Context, kind RecapKind, moment int64) ([]Recap, error) {
	var rows []Recap
	err := r.s.in(ctx).Where("kind = ? AND ends > ?", kind, moment).Order("ends").Find(&rows).Error
	return rows, err
}

// Get returns one recap, or fault.NotFound "recap_not_found".
func (r *Recaps) Get(ctx context.Context, id string) (*Recap, error) {
	var row Recap
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, "recap_not_found", "There is no such recap")
	}
	return &row, nil
}

// List returns the tenant's recaps, the newest first.
func (r *Recaps) List(ctx context.Context, after string, limit int) (Page[Recap], error) {
	const list = "recaps"
	db, err := newestFirst(r.s.in(ctx), list, "created_at", after, limit)
	if err != nil {
		return Page[Recap]{}, err
	}
	var rows []Recap
	if err := db.Find(&rows).Error; err != nil {
		return Page[Recap]{}, err
	}
	return cut(rows, list, limit, func(x Recap) place { return place{x.CreatedAt, x.ID} }), nil
}
