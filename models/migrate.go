package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models/migrations"
)

// migrationLock is the advisory lock on PostgreSQL that lets one process migrate at a time:
// "promosta" in ASCII.
const migrationLock = 0x70726f6d6f737461

// MigrationStatus is one line of the database's history.
type MigrationStatus struct {
	Name      string
	Applied   bool
	AppliedAt Time
	Problem   string // why this one stops Migrate; empty when nothing is wrong
}

// applied is what the database knows about a migration.
type applied struct {
	checksum string
	at       Time
}

// Migrate brings the schema up to date and returns the names of the migrations that it ran, in
// order. Each is one transaction. Several processes may call it at once. It refuses a database
// that a newer program changed, or one whose migrations are not the ones of this program.
func (s *Store) Migrate(ctx context.Context) ([]string, error) {
	list, err := migrations.For(s.Dialect())
	if err != nil {
		return nil, err
	}
	return s.migrate(ctx, list)
}

func (s *Store) migrate(ctx context.Context, list []migrations.Migration) ([]string, error) {
	var ran []string
	for _, m := range list {
		did, err := s.migrateOne(ctx, list, m)
		if err != nil {
			return ran, err
		}
		if did {
			ran = append(ran, m.Name)
		}
	}
	return ran, nil
}

// migrateOne runs one migration unless it has been applied; the history is read again under the
// lock, since another process may have been faster.
func (s *Store) migrateOne(ctx context.Context, list []migrations.Migration, m migrations.Migration) (did bool, err error) {
	tx, err := s.pool.write.BeginTx(ctx, nil) // on SQLite this takes the write lock
	if err != nil {
		return false, translate(err)
	}
	defer func() {
		if rollback := tx.Rollback(); rollback != nil && !errors.Is(rollback, sql.ErrTxDone) {
			err = errors.Join(err, rollback)
		}
	}()
	create := `CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)`
	insert := `INSERT INTO schema_migrations (name, checksum, applied_at) VALUES (?, ?, ?)`
	if s.Dialect() == "postgres" {
		if _, err := tx.ExecContext(ctx, "SELECT pg_advisory_xact_lock($1)", int64(migrationLock)); err != nil {
			return false, translate(err)
		}
		create = strings.Replace(create, "applied_at TEXT", "applied_at TIMESTAMPTZ", 1)
		insert = strings.Replace(insert, "?, ?, ?", "$1, $2, $3", 1)
	}
	if _, err := tx.ExecContext(ctx, create); err != nil {
		return false, translate(err)
	}
	done, err := history(ctx, tx)
	if err != nil {
		return false, err
	}
	if err := compare(list, done); err != nil {
		return false, err
	}
	if _, there := done[m.Name]; there {
		return false, nil
	}
	if _, err := tx.ExecContext(ctx, m.SQL); err != nil {
		return false, fmt.Errorf("migration %s: %w", m.Name, translate(err))
	}
	if values, more := inProgram[m.Name]; more {
		if err := values(ctx, migrating{tx, s.Dialect() == "postgres"}); err != nil {
			return false, fmt.Errorf("migration %s: %w", m.Name, err)
		}
	}
	if _, err := tx.ExecContext(ctx, insert, m.Name, m.Checksum, s.now()); err != nil {
		return false, fmt.Errorf("note migration %s: %w", m.Name, translate(err))
	}
	return true, translate(tx.Commit())
}

// history reads which migrations the database has.
func history(ctx context.Context, q querier) (map[string]applied, error) {
	rows, err := q.QueryContext(ctx, "SELECT name, checksum, applied_at FROM schema_migrations")
	if err != nil {
		return nil, translate(err)
	}
	defer func() { _ = rows.Close() }()
	done := map[string]applied{}
	for rows.Next() {
		var name string
		var a applied
		if err := rows.Scan(&name, &a.checksum, &a.at); err != nil {
			return nil, translate(err)
		}
		done[name] = a
	}
	return done, translate(rows.Err())
}

// compare refuses a history that is not this program's.
func compare(list []migrations.Migration, done map[string]applied) error {
	for _, line := range status(list, done) {
		if line.Problem != "" {
			return mismatch(line)
		}
	}
	return nil
}

func mismatch(line MigrationStatus) error {
	return fault.New(fault.Conflict, "schema_mismatch", "The database's schema does not match this program: %s %s", line.Name, line.Problem).
		WithRemedy("Run the version of the program that the database belongs to, or restore a backup")
}

// status puts the program's list and the database's history side by side.
func status(list []migrations.Migration, done map[string]applied) []MigrationStatus {
	lines := make([]MigrationStatus, 0, len(list))
	known := map[string]bool{}
	lastApplied := -1
	for i, m := range list {
		if _, ok := done[m.Name]; ok {
			lastApplied = i
		}
	}
	for i, m := range list {
		known[m.Name] = true
		a, ok := done[m.Name]
		line := MigrationStatus{Name: m.Name, Applied: ok, AppliedAt: a.at}
		switch {
		case ok && a.checksum != m.Checksum:
			line.Problem = "was changed after it was applied"
		case !ok && i < lastApplied:
			line.Problem = "was skipped: later ones are applied already"
		}
		lines = append(lines, line)
	}
	for name, a := range done {
		if !known[name] {
			lines = append(lines, MigrationStatus{Name: name, Applied: true, AppliedAt: a.at, Problem: "is not known to this program"})
		}
	}
	return lines
}

// MigrationStatus lists the migrations of this program and those that only the database knows.
func (s *Store) MigrationStatus(ctx context.Context) ([]MigrationStatus, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	list, err := migrations.For(s.Dialect())
	if err != nil {
		return nil, err
	}
	there := "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
	if s.Dialect() == "postgres" {
		there = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_migrations'"
	}
	var n int
	if err := s.pool.read.QueryRowContext(ctx, there).Scan(&n); err != nil {
		return nil, translate(err)
	}
	done := map[string]applied{}
	if n > 0 {
		if done, err = history(ctx, s.pool.read); err != nil {
			return nil, err
		}
	}
	return status(list, done), nil
}

// MigratedAt tells when a migration was applied.
func (s *Store) MigratedAt(ctx context.Context, name string) (time.Time, error) {
	lines, err := s.MigrationStatus(ctx)
	i := slices.IndexFunc(lines, func(m MigrationStatus) bool { return m.Name == name && m.Applied })
	if err == nil && i < 0 {
		err = fault.New(fault.Internal, "migration_missing", "The migration %s was not applied", name)
	}
	if err != nil {
		return time.Time{}, err
	}
	return lines[i].AppliedAt.Time, nil
}

// CheckSchema returns nil when the schema is this program's. Processes that don't migrate
// themselves (api, worker in production) call it at the start.
func (s *Store) CheckSchema(ctx context.Context) error {
	lines, err := s.MigrationStatus(ctx)
	if err != nil {
		return err
	}
	for _, line := range lines {
		if line.Problem != "" {
			return mismatch(line)
		}
		if !line.Applied {
			return fault.New(fault.Conflict, "schema_behind", "The database's schema lacks %s", line.Name).WithRemedy("Run: promostack migrate; for a new installation, promostack setup")
		}
	}
	return nil
}

// cutName takes YYYYMMDDHHMM_name apart.
func cutName(migration string) (number, name string, ok bool) { return strings.Cut(migration, "_") }
