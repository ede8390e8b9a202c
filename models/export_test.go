package models

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/promostack/promostack/models/migrations"
	"gorm.io/gorm"
)

// DB hands the guarded gorm session to the tests that attack it.
func DB(s *Store, ctx context.Context) *gorm.DB { return s.in(ctx) }

// MigrateList runs another list of migrations than the program's.
func MigrateList(ctx context.Context, s *Store, list []migrations.Migration) ([]string, error) {
	return s.migrate(ctx, list)
}

// FoldAnew runs what the migration "folded" does beside its SQL.
func FoldAnew(ctx context.Context, s *Store) error {
	tx, err := s.pool.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := foldAnew(ctx, migrating{tx, s.Dialect() == "postgres"}); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// KeptStatements is how many statements a connection to SQLite keeps.
const KeptStatements = keptStatements

// The inner parts that have tests of their own.
var (
	Translate    = translate
	ErrUnguarded = errUnguarded
	SQLitePath   = sqlitePath
	OpenSQLite   = openSQLite
	Inspect      = func(sql string) error { _, err := inspect(sql); return err }
)

// ReadCursor reads a cursor of a list as newestFirst does, and tells what would be asked of the
// database and the cursor that is made of it.
func ReadCursor(list, text string) (at Time, id, again string, err error) {
	p, err := parsePlace(list, text)
	return p.at, p.id, cursor{list, p.String()}.String(), err
}

// WriteThroughReader tries to write with a reader's connection.
func WriteThroughReader(s *Store) error {
	_, err := s.pool.read.ExecContext(context.Background(), "DELETE FROM tenants")
	return err
}

// FillDisk lets a SQLite file grow no more, as a full disk does, until free is called.
func (s *Store) FillDisk(t *testing.T) (free func()) {
	t.Helper()
	let := func(pages int) {
		if _, err := s.pool.write.ExecContext(t.Context(), "PRAGMA max_page_count = "+strconv.Itoa(pages)); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := s.pool.write.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	let(pages)
	return func() { let(1 << 30) }
}
