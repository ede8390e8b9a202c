package models

import (
	"context"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/track"
)

// Record is the end of a tenant's record of signals (F11): what the next entry is put after.
type Record struct {
	TenantID string `gorm:"primaryKey"`
	Seq      int64  // of the last entry
	Signals  int64  // the highest number of a signal
	Head     string
	At       int64    // of the last entry, Unix seconds of the market
	PipSize  pip.Size // that counts for signals which are opened now
	Ending   bool     // it ends as soon as no signal is live
	Ended    bool
}

// RecordEntry is one entry: its text is what is hashed.
type RecordEntry struct {
	TenantID string `gorm:"primaryKey"`
	Seq      int64  `gorm:"primaryKey;autoIncrement:false"`
	Signal   int64
	Kind     track.Kind
	Text     string
	Hash     string
}

// Records is the repository of records.
type Records struct{ s *Store }

// Get returns the end of the tenant's record; ok is false where there is none.
func (r *Records) Get(ctx context.Context) (row Record, ok bool, err error) {
	var rows []Record
	if err := r.s.in(ctx).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return Record{}, false, err
	}
	return rows[0], true, nil
}

// End lets the tenant's record end as soon as no signal is live. One that has not begun is fault.Conflict "no_record".
func (r *Records) End(ctx context.Context) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		switch end, begun, err := tx.Records.Get(ctx); {
		case err != nil || end.Ending:
			return err
		case !begun || end.Seq == 0:
			return fault.New(fault.Conflict, "no_record", "There is no record to end yet: it begins with the first signal that is told")
		}
		if err := tx.in(ctx).Model(&Record{}).Where("seq > 0").Update("ending", true).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicRecord, "", 0)
	})
}

// Ending returns the records of all tenants that are to end and have not. The context must be the platform's.
func (r *Records) Ending(ctx context.Context) ([]Record, error) {
	var rows []Record
	return rows, r.s.working(ctx).Where("ending = ? AND ended = ?", true, false).Order("tenant_id").Find(&rows).Error
}

// Append lets fn make the next entries, with the end of the record locked: nobody else appends until the transaction ends.
// A record without entries has the head track.Origin. Call it within a transaction.
func (r *Records) Append(ctx context.Context, fn func(end *Record) ([]RecordEntry, error)) error {
	fresh := &Record{Head: track.Origin}
	if err := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}}, DoNothing: true}).Create(fresh).Error; err != nil {
		return err
	}
	var end Record
	if err := r.s.in(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&end).Error; err != nil {
		return err
	}
	entries, err := fn(&end)
	if err != nil || len(entries) == 0 {
		return err
	}
	if err := r.s.in(ctx).Create(&entries).Error; err != nil {
		return err
	}
	if err := r.s.in(ctx).Select("*").Omit("tenant_id").Where("seq <= ?", end.Seq).Updates(&end).Error; err != nil {
		return err
	}
	return r.s.Events.Add(ctx, TopicRecord, "", end.Seq)
}

// Entries returns entries after a number, in order.
func (r *Records) Entries(ctx context.Context, after int64, limit int) ([]RecordEntry, error) {
	var rows []RecordEntry
	return rows, r.s.in(ctx).Where("seq > ?", after).Order("seq").Limit(limit).Find(&rows).Error
}

// OfSignal returns a signal's entries, in order.
func (r *Records) OfSignal(ctx context.Context, number int64) ([]RecordEntry, error) {
	var rows []RecordEntry
	return rows, r.s.in(ctx).Where("signal = ?", number).Order("seq").Find(&rows).Error
}
