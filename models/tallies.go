package models

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Tally is a count, or a change of one that has not been folded into it yet. Triggers write the changes in
// the transactions of what they count (the migration "tallies").
type Tally struct {
	ID       int64
	TenantID string
	Subject  string // the journey; empty for the tenant
	Version  string // of the journey; empty for all
	Part     string // partStep and the step, partLink and the step and the address; empty for the whole
	Measure  string
	Day      string // in UTC, as 2006-01-02; empty where days don't matter
	N        int64
	Folded   bool
}

// TableName implements gorm's Tabler.
func (Tally) TableName() string { return "tallies" }

const (
	partStep = "step:"
	partLink = "link:"
	// measureSession and measureSubscribers begin the names of counts by state.
	measureSession     = "session:"
	measureSubscribers = "subscribers:"
)

// Tallies is the repository of counts.
type Tallies struct{ s *Store }

// foldAtOnce is how many changes one transaction folds.
const foldAtOnce = 1000

// Fold adds the changes of all tenants' counts to the counts, and returns how many changes there were. What is
// read stays the same.
func (r *Tallies) Fold(ctx context.Context) (int, error) {
	sum := 0
	for {
		n, err := r.foldSome(Platform(ctx))
		if sum += n; err != nil || n < foldAtOnce {
			return sum, err
		}
	}
}

func (r *Tallies) foldSome(ctx context.Context) (n int, err error) {
	err = r.s.Tx(ctx, func(tx *Store) error {
		oldest := tx.in(ctx).Model(&Tally{}).Select("id").Where("NOT folded").Order("id").Limit(foldAtOnce)
		if tx.Dialect() == "postgres" { // on SQLite one transaction writes at a time
			oldest = oldest.Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"})
		}
		var changes []Tally
		if err := tx.in(ctx).Clauses(clause.Returning{}).Where("id IN (?)", oldest).Delete(&changes).Error; err != nil {
			return err
		}
		if n = len(changes); n == 0 {
			return nil
		}
		sums := map[Tally]int64{}
		for _, c := range changes {
			by := c.N
			c.ID, c.N, c.Folded = 0, 0, true
			sums[c] += by
		}
		// In one order, so that two processes never wait for each other's rows.
		rows := slices.SortedFunc(maps.Keys(sums), func(a, b Tally) int {
			return cmp.Or(cmp.Compare(a.TenantID, b.TenantID), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Version, b.Version),
				cmp.Compare(a.Part, b.Part), cmp.Compare(a.Measure, b.Measure), cmp.Compare(a.Day, b.Day))
		})
		for i := range rows {
			rows[i].N = sums[rows[i]]
		}
		err := tx.in(ctx).Clauses(clause.OnConflict{
			Columns:     []clause.Column{{Name: "tenant_id"}, {Name: "subject"}, {Name: "version"}, {Name: "part"}, {Name: "measure"}, {Name: "day"}},
			TargetWhere: clause.Where{Exprs: []clause.Expression{clause.Expr{SQL: "folded"}}},
			DoUpdates:   clause.Assignments(map[string]any{"n": gorm.Expr("tallies.n + excluded.n")}),
		}).CreateInBatches(&rows, 200).Error
		if err != nil {
			return err
		}
		return tx.in(ctx).Where("folded AND n = 0").Delete(&Tally{}).Error
	})
	return n, err
}

// Mend compares the tenant's counts with what they count and puts them right. It returns how many were wrong,
// which is none unless somebody changed the database by hand.
func (r *Tallies) Mend(ctx context.Context) (int, error) {
	wrong, err := rawsql.ReportTallyErrors(r.s.in(ctx))
	if err != nil || len(wrong) == 0 {
		return 0, err
	}
	changes := make([]Tally, len(wrong))
	for i, w := range wrong {
		changes[i] = Tally{Subject: w.Subject, Version: w.Version, Part: w.Part, Measure: w.Measure, Day: w.Day, N: w.Missing}
	}
	return len(wrong), r.s.Tx(ctx, func(tx *Store) error { return tx.in(ctx).CreateInBatches(&changes, 200).Error })
}

// tallySum is a count over the versions and days that were asked for.
type tallySum struct {
	Subject string
	Part    string
	Measure string
	N       int64
}

// of starts the reading of a journey's counts, of one version or, when it is empty, of each.
func (r *Tallies) of(ctx context.Context, journey, version string) *gorm.DB {
	db := r.s.in(ctx).Model(&Tally{}).Where("subject = ?", journey)
	if version != "" {
		db = db.Where("version = ?", version)
	}
	return db
}

// sums reads counts.
func (r *Tallies) sums(db *gorm.DB) ([]tallySum, error) {
	var rows []tallySum
	return rows, db.Select("subject, part, measure, CAST(sum(n) AS BIGINT) AS n").Group("subject, part, measure").Order("part").Find(&rows).Error
}
