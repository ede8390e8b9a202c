package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
)

// errUnguarded is the cause of every refusal of the guard.
var errUnguarded = errors.New("statement refused by the tenant guard")

// refuse makes the guard's error. It is a defect of the program, so people see "internal".
func refuse(format string, args ...any) error {
	return fault.New(fault.Internal, "tenant_guard", "The statement was refused to keep tenants apart").
		WithCause(&guardError{fault.New(fault.Internal, "", format, args...).Message})
}

type guardError struct{ why string }

func (e *guardError) Error() string { return e.why }
func (e *guardError) Unwrap() error { return errUnguarded }

// passport is what the guard hands to the pool with a statement that it checked.
type passport struct {
	platform bool   // explicitly for all tenants: nothing to compare
	tenant   string // the one tenant whose rows the statement may touch
	marks    int    // how many of the guard's conditions the outer statement must carry
	joins    int    // how many joins the guard scoped
	cancel   context.CancelFunc
	outer    context.Context // the statement's context before the guard
}

type passportKey struct{}

// tenantMark is the guard's bound value. The pool counts them, so that a condition that was built
// away, or a sub-query that never met the guard, is noticed before the database sees it.
type tenantMark string

// Value implements driver.Valuer, for gorm's logger.
func (m tenantMark) Value() (driver.Value, error) { return string(m), nil }

// querier is what a pool and a transaction have in common.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// pool stands between gorm and database/sql. It sends reads outside transactions to the readers,
// refuses what the guard did not see, and turns driver errors into faults.
type pool struct {
	write, read *sql.DB // the same on PostgreSQL
	probe       string  // what ping asks
	log         *slog.Logger
	slow        time.Duration
	full        atomic.Bool // the last write found the disk full
}

// transaction is the pool's counterpart within BEGIN and COMMIT.
type transaction struct {
	pool *pool
	tx   *sql.Tx
}

func (p *pool) choose(query string) querier {
	if strings.HasPrefix(query, "SELECT ") || strings.HasPrefix(query, "WITH ") {
		return p.read
	}
	return p.write
}

// BeginTx implements gorm.ConnPoolBeginner.
func (p *pool) BeginTx(ctx context.Context, opts *sql.TxOptions) (gorm.ConnPool, error) {
	tx, err := p.write.BeginTx(ctx, opts)
	if err != nil {
		return nil, translate(err)
	}
	return &transaction{pool: p, tx: tx}, nil
}

// ExecContext implements gorm.ConnPool.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return p.exec(ctx, p.write, query, args)
}

// QueryContext implements gorm.ConnPool.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return p.query(ctx, p.choose(query), query, args)
}

// QueryRowContext implements gorm.ConnPool.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return p.queryRow(ctx, p.choose(query), query, args)
}

// PrepareContext implements gorm.ConnPool. Prepared statements would pass the checks by.
func (p *pool) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, refuse("prepared statements are not allowed")
}

// GetDBConn implements gorm.GetDBConnector, so that nobody gets the bare pool through gorm.
func (p *pool) GetDBConn() (*sql.DB, error) { return nil, refuse("the bare pool is not handed out") }

// ExecContext implements gorm.ConnPool.
func (t *transaction) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.pool.exec(ctx, t.tx, query, args)
}

// QueryContext implements gorm.ConnPool.
func (t *transaction) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.pool.query(ctx, t.tx, query, args)
}

// QueryRowContext implements gorm.ConnPool.
func (t *transaction) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	return t.pool.queryRow(ctx, t.tx, query, args)
}

// PrepareContext implements gorm.ConnPool.
func (t *transaction) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, refuse("prepared statements are not allowed")
}

// Commit implements gorm.TxCommitter.
func (t *transaction) Commit() error { return t.pool.written(t.tx.Commit(), true) }

// Rollback implements gorm.TxCommitter.
func (t *transaction) Rollback() error {
	if err := t.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return translate(err)
	}
	return nil
}

func (p *pool) exec(ctx context.Context, q querier, query string, args []any) (sql.Result, error) {
	args, err := check(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer p.watch(ctx, query, time.Now())
	result, err := q.ExecContext(ctx, query, args...)
	return result, p.written(err, q == querier(p.write))
}

// written translates the error of a write, and notes whether the disk is full. Only what is committed shows
// that it is not.
func (p *pool) written(err error, committed bool) error {
	switch {
	case err == nil && committed:
		p.full.Store(false)
	case full(err):
		p.full.Store(true)
	}
	return translate(err)
}

func (p *pool) query(ctx context.Context, q querier, query string, args []any) (*sql.Rows, error) {
	args, err := check(ctx, query, args)
	if err != nil {
		return nil, err
	}
	defer p.watch(ctx, query, time.Now())
	rows, err := q.QueryContext(ctx, query, args...)
	return rows, p.written(err, false)
}

// queryRow can't return an error; a cancelled context makes the driver return one when the row is
// scanned, before anything reaches the database.
func (p *pool) queryRow(ctx context.Context, q querier, query string, args []any) *sql.Row {
	args, err := check(ctx, query, args)
	if err != nil {
		cancelled, cancel := context.WithCancelCause(ctx)
		cancel(err)
		return q.QueryRowContext(cancelled, "SELECT 1")
	}
	return q.QueryRowContext(ctx, query, args...)
}

// watch logs slow statements: the text with its placeholders, never the values.
func (p *pool) watch(ctx context.Context, query string, start time.Time) {
	if took := time.Since(start); took >= p.slow {
		p.log.WarnContext(ctx, "slow statement", "sql", query, "ms", took.Milliseconds())
	}
}

// check compares a statement with its passport and returns the arguments without the marks.
func check(ctx context.Context, query string, args []any) ([]any, error) {
	if rawsql.Allowed(ctx) {
		return args, nil
	}
	pass, ok := ctx.Value(passportKey{}).(*passport)
	if !ok {
		return nil, refuse("the statement did not come through a repository")
	}
	bare := make([]any, len(args))
	marks := 0
	for i, arg := range args {
		bare[i] = arg
		if mark, ok := arg.(tenantMark); ok {
			bare[i] = string(mark)
			if !pass.platform && string(mark) != pass.tenant {
				return nil, refuse("the statement mixes tenants")
			}
			marks++
		}
	}
	if pass.platform {
		return bare, nil
	}
	s, err := inspect(query)
	if err != nil {
		return nil, refuse("%s", err)
	}
	froms := s.selects
	switch s.verb {
	case "SELECT", "DELETE":
		froms++
	case "INSERT", "UPDATE":
	default:
		return nil, refuse("%s is not allowed", s.verb)
	}
	switch {
	case marks != pass.marks+s.selects:
		return nil, refuse("%d of %d selections carry the tenant", marks, pass.marks+s.selects)
	case s.joins != pass.joins:
		return nil, refuse("%d of %d joins were scoped", pass.joins, s.joins)
	case s.froms != froms:
		return nil, refuse("there are %d tables to read where %d were scoped", s.froms, froms)
	}
	return bare, nil
}
