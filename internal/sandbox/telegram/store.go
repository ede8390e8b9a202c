package telegram

import (
	"context"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/promostack/promostack/internal/sandbox/sqlite"
)

// schemas are the versions of the database, each built on the one before. The file notes in
// user_version how many it has.
//
//go:embed schema.sql
var firstSchema string

func schemas() []string {
	return []string{firstSchema, `
		ALTER TABLE bots ADD COLUMN per_group INTEGER NOT NULL DEFAULT 20;
		CREATE INDEX updates_order ON updates (bot, seq);`, `
		CREATE TABLE lines (
		  user INTEGER NOT NULL,
		  bot INTEGER NOT NULL,
		  position INTEGER NOT NULL,
		  after TEXT NOT NULL,
		  press TEXT NOT NULL,
		  say TEXT NOT NULL,
		  block INTEGER NOT NULL,
		  PRIMARY KEY (user, bot, position)
		);`}
}

// open opens the file and brings its schema up to date.
func open(ctx context.Context, path string) (*sql.DB, error) {
	db, err := sqlite.Open(ctx, path)
	if err != nil {
		return nil, err
	}
	if err := migrate(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	var have int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&have); err != nil {
		return err
	}
	all := schemas()
	if have > len(all) {
		return fmt.Errorf("the sandbox's database is of a newer program (version %d, this one knows %d)", have, len(all))
	}
	for _, schema := range all[have:] {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA user_version = %d", len(all))); err != nil {
		return err
	}
	return tx.Commit()
}

// tx is a transaction with short names for what all parts do. The first error is kept, so that a
// row of statements needs one check.
type tx struct {
	ctx context.Context
	*sql.Tx
	changes   []event // sent to the open streams after the commit
	signalled map[int64]bool
}

func (t *tx) exec(query string, args ...any) error {
	_, err := t.ExecContext(t.ctx, query, args...)
	return err
}

// insert returns the new row's number.
func (t *tx) insert(query string, args ...any) (int64, error) {
	result, err := t.ExecContext(t.ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return result.LastInsertId()
}

// get reads one row; false means that there is none.
func (t *tx) get(query string, args []any, into ...any) (bool, error) {
	err := t.QueryRowContext(t.ctx, query, args...).Scan(into...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// each calls row for each row, with a function that scans it.
func (t *tx) each(query string, args []any, row func(scan func(...any) error) error) error {
	rows, err := t.QueryContext(t.ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// do runs work in a transaction and afterwards tells those who watch what it changed.
func (s *Service) do(ctx context.Context, work func(*tx) error) error {
	// A caller that hangs up must not undo what was decided: the real service doesn't notice either.
	ctx = context.WithoutCancel(ctx)
	raw, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	t := &tx{ctx: ctx, Tx: raw}
	if err := work(t); err != nil {
		return errors.Join(err, raw.Rollback())
	}
	if err := raw.Commit(); err != nil {
		return err
	}
	s.hub.publish(t.changes)
	for bot := range t.signalled {
		s.waiters.signal(bot)
	}
	return nil
}

// asJSON is for values that can't fail: texts, numbers, lists and maps.
func asJSON(value any) string {
	b, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(b)
}
