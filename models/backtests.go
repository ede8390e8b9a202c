package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/backtest"
)

// BacktestState is how far a backtest is.
type BacktestState string

// States of a backtest, in the order in which it goes through them.
const (
	BacktestQueued    BacktestState = "queued"
	BacktestRunning   BacktestState = "running"
	BacktestFinished  BacktestState = "finished"
	BacktestFailed    BacktestState = "failed"
	BacktestCancelled BacktestState = "cancelled"
)

// Over reports whether nothing more happens to it.
func (s BacktestState) Over() bool { return s != BacktestQueued && s != BacktestRunning }

var waitingBacktests = []BacktestState{BacktestQueued, BacktestRunning}

const (
	// KeptBacktests is how many of its backtests a tenant finds again, the newest ones.
	KeptBacktests = 200
	// MostWaitingBacktests is how many of a tenant's backtests may wait for their turn.
	MostWaitingBacktests = 20
)

// Backtest is a strategy that is run over the market's history, with everything that counts for it.
type Backtest struct {
	ID         string
	TenantID   string
	Strategy   string
	Params     json.RawMessage   `gorm:"serializer:json"` // all of them
	Settings   backtest.Settings `gorm:"serializer:json"`
	Market     string
	Symbol     string
	FromTime   int64 // the first candle begins then or later, Unix seconds of the market
	ToTime     int64 // and the last one before
	State      BacktestState
	Candles    int
	Done       int // candles that were gone through, some of them for the checks
	Total      int
	Attempts   int // of workers to run it
	SHA256     string
	Figures    *backtest.Figures `gorm:"serializer:json"` // once it is finished
	Checks     *BacktestChecks   `gorm:"serializer:json"`
	Problem    *Note             `gorm:"serializer:json"` // why it failed
	CreatedBy  string
	Version    int64
	CreatedAt  Time `gorm:"autoCreateTime:false"`
	UpdatedAt  Time `gorm:"autoUpdateTime:false"`
	StartedAt  Time // by the last worker
	FinishedAt Time
}

// BacktestChecks say how far a backtest can be trusted.
type BacktestChecks struct {
	LookAhead   string           `json:"look_ahead"` // what is wrong; empty for nothing
	WarmUp      string           `json:"warm_up"`
	OutOfSample backtest.Figures `json:"out_of_sample"`
	OutOfFrom   int64            `json:"out_of_from"` // when that part of the history begins
}

// Right reports whether both checks have passed.
func (c *BacktestChecks) Right() bool { return c.LookAhead == "" && c.WarmUp == "" }

// Rate returns the candles a second since a worker began, or 0 when it is unknown.
func (b *Backtest) Rate(now time.Time) float64 {
	took := now.Sub(b.StartedAt.Time)
	if b.State != BacktestRunning || b.Done == 0 || took <= 0 {
		return 0
	}
	return float64(b.Done) / took.Seconds()
}

// BacktestReport is what a finished backtest found, the newest trades when there are more than are kept.
type BacktestReport struct {
	backtest.Report
	LeftOut int `json:"left_out"` // trades that are not kept
}

type backtestReportRow struct {
	BacktestID string `gorm:"primaryKey"`
	TenantID   string
	Report     BacktestReport `gorm:"serializer:json"`
}

// TableName implements gorm's Tabler.
func (backtestReportRow) TableName() string { return "backtest_reports" }

// Backtests is the repository of backtests.
type Backtests struct{ s *Store }

var errNoBacktest = fault.New(fault.NotFound, "backtest_not_found", "There is no such backtest")

// Create queues a backtest, and forgets the oldest ones that are over. Too many that wait are fault.Conflict
// "backtests_waiting". Write the outbox message for the tenant's flow in the same Tx.
func (r *Backtests) Create(ctx context.Context, row *Backtest) error {
	row.ID, row.State, row.Version, row.CreatedAt, row.UpdatedAt = NewID(), BacktestQueued, 1, r.s.now(), r.s.now()
	return r.s.Tx(ctx, func(tx *Store) error {
		var waiting int64
		if err := tx.in(ctx).Model(&Backtest{}).Where("state IN ?", waitingBacktests).Count(&waiting).Error; err != nil {
			return err
		}
		if waiting >= MostWaitingBacktests {
			return fault.New(fault.Conflict, "backtests_waiting", "%d backtests wait for their turn already", waiting).
				WithRemedy("Wait until one has finished, or cancel one")
		}
		if err := tx.in(ctx).Create(row).Error; err != nil {
			return err
		}
		if err := tx.Backtests.forgetOld(ctx); err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicBacktest, row.ID, row.Version)
	})
}

// forgetOld removes those that are over and not among the newest.
func (r *Backtests) forgetOld(ctx context.Context) error {
	var old []string
	err := r.s.in(ctx).Model(&Backtest{}).Order("created_at DESC, id DESC").Offset(KeptBacktests).Limit(MaxPage).Pluck("id", &old).Error
	if err != nil || len(old) == 0 {
		return err
	}
	return r.s.in(ctx).Where("id IN ? AND state NOT IN ?", old, waitingBacktests).Delete(&Backtest{}).Error
}

// Get returns one backtest, or fault.NotFound "backtest_not_found".
func (r *Backtests) Get(ctx context.Context, id string) (*Backtest, error) {
	var row Backtest
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoBacktest.Code, errNoBacktest.Message)
	}
	return &row, nil
}

// Report returns what a finished backtest found; nil for one that is not finished.
func (r *Backtests) Report(ctx context.Context, id string) (*BacktestReport, error) {
	var rows []backtestReportRow
	if err := r.s.in(ctx).Where("backtest_id = ?", id).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0].Report, nil
}

// BacktestFilter narrows a list. The zero value lists everything.
type BacktestFilter struct {
	State    BacktestState
	Strategy string
	After    string
	Limit    int
}

// List returns the tenant's backtests, the newest first.
func (r *Backtests) List(ctx context.Context, f BacktestFilter) (Page[Backtest], error) {
	const list = "backtests"
	db, err := newestFirst(r.s.in(ctx), list, "created_at", f.After, f.Limit)
	if err != nil {
		return Page[Backtest]{}, err
	}
	if f.State != "" {
		db = db.Where("state = ?", f.State)
	}
	if f.Strategy != "" {
		db = db.Where("strategy = ?", f.Strategy)
	}
	var rows []Backtest
	if err := db.Find(&rows).Error; err != nil {
		return Page[Backtest]{}, err
	}
	return cut(rows, list, f.Limit, func(b Backtest) place { return place{b.CreatedAt, b.ID} }), nil
}

// Next returns the backtest whose turn it is: the oldest one that is not over; nil for none.
func (r *Backtests) Next(ctx context.Context) (*Backtest, error) {
	var rows []Backtest
	err := r.s.in(ctx).Where("state IN ?", waitingBacktests).Order("created_at, id").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Waiting returns the tenants that have backtests which are not over. The context must be the platform's.
func (r *Backtests) Waiting(ctx context.Context) (tenants []string, err error) {
	return tenants, r.s.working(ctx).Model(&Backtest{}).Where("state IN ?", waitingBacktests).Distinct().Pluck("tenant_id", &tenants).Error
}

// Change lets fn change a backtest under a lock, within a transaction that fn gets too, and writes it with the next
// version and an event. fn's ErrUnchanged writes nothing.
func (r *Backtests) Change(ctx context.Context, id string, fn func(tx *Store, row *Backtest) error) (*Backtest, error) {
	var row Backtest
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoBacktest.Code, errNoBacktest.Message)
		}
		if err := fn(tx, &row); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		row.Version++
		row.UpdatedAt = tx.now()
		if row.State.Over() {
			row.FinishedAt = tx.now()
		}
		if err := tx.in(ctx).Select("*").Omit("id", "tenant_id", "created_at").Where("id = ?", id).Updates(&row).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicBacktest, id, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// Start records that a worker has begun to run it, from its first candle.
func (r *Backtests) Start(ctx context.Context, id string) (*Backtest, error) {
	return r.Change(ctx, id, func(tx *Store, row *Backtest) error {
		if row.State.Over() {
			return ErrUnchanged
		}
		row.State, row.StartedAt, row.Done = BacktestRunning, tx.now(), 0
		row.Attempts++
		return nil
	})
}

// Progress records how far a worker has come in its attempt, and says whether it is to go on: not when somebody has
// cancelled it, or another worker has taken it over.
func (r *Backtests) Progress(ctx context.Context, id string, attempt, done, total int) (goOn bool, err error) {
	_, err = r.Change(ctx, id, func(_ *Store, row *Backtest) error {
		if goOn = row.State == BacktestRunning && row.Attempts == attempt; !goOn {
			return ErrUnchanged
		}
		row.Done, row.Total = done, total
		return nil
	})
	return goOn, err
}

// Finish stores what a worker's attempt has found. One that is over stays as it is.
func (r *Backtests) Finish(ctx context.Context, id string, attempt int, report *BacktestReport, fn func(row *Backtest)) error {
	_, err := r.Change(ctx, id, func(tx *Store, row *Backtest) error {
		if row.State != BacktestRunning || row.Attempts != attempt {
			return ErrUnchanged
		}
		fn(row)
		row.State, row.Done = BacktestFinished, row.Total
		return tx.in(ctx).Create(&backtestReportRow{BacktestID: id, Report: *report}).Error
	})
	return err
}

// End closes one without a result: cancelled without a problem, else failed. One that is over stays as it is.
func (r *Backtests) End(ctx context.Context, id string, problem *Note) (*Backtest, error) {
	return r.Change(ctx, id, func(_ *Store, row *Backtest) error {
		if row.State.Over() {
			return ErrUnchanged
		}
		row.State, row.Problem = BacktestCancelled, problem
		if problem != nil {
			row.State = BacktestFailed
		}
		return nil
	})
}

// Delete removes one that is over. One that is not is fault.Conflict "backtest_state".
func (r *Backtests) Delete(ctx context.Context, id string) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		row, err := tx.Backtests.Get(ctx, id)
		if err != nil {
			return err
		}
		if !row.State.Over() {
			return fault.New(fault.Conflict, "backtest_state", "A backtest that is %s can't be deleted", row.State).WithRemedy("Cancel it first")
		}
		if err := tx.in(ctx).Where("id = ?", id).Delete(&Backtest{}).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicBacktest, id, row.Version+1)
	})
}

// Of returns the tenant's finished backtests of a strategy over a market, the newest first.
func (r *Backtests) Of(ctx context.Context, strategy string, m Market) ([]Backtest, error) {
	var rows []Backtest
	return rows, r.s.in(ctx).Where("strategy = ? AND market = ? AND symbol = ? AND state = ?", strategy, m.Provider, m.Symbol, BacktestFinished).
		Order("created_at DESC, id DESC").Limit(KeptBacktests).Find(&rows).Error
}
