package models_test

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"
)

// R5, T6: whatever table there is, of a tenant that is removed nothing is left in it, and nothing of another one is
// touched. A removal that was cut off goes on.
func TestNothingOfATenantIsLeft(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		s := testkit.Store(t, dsn, models.Options{})
		_, going := testkit.Tenant(t, s, "going")
		_, other := testkit.Tenant(t, s, "other")
		const many = 3
		for _, owner := range []*models.Tenant{going, other} {
			fillEveryTable(t, dsn, owner.ID, many)
		}
		had, err := s.Tenants.Rows(t.Context(), going.ID)
		require.NoError(t, err)
		require.Greater(t, len(had), 40, "the tables of a tenant")
		others, err := s.Tenants.Rows(t.Context(), other.ID)
		require.NoError(t, err)

		_, err = s.Tenants.RemoveRows(t.Context(), going.ID, func() {})
		requireCode(t, err, fault.Conflict, "tenant_not_going")
		moved, err := s.Tenants.Move(t.Context(), going.ID, models.TenantActive, models.TenantGoing)
		require.NoError(t, err)
		require.True(t, moved)
		list, err := s.Tenants.Working(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 1)
		first, err := s.Tenants.First(t.Context())
		require.NoError(t, err)
		require.Equal(t, other.ID, first.ID)

		cut, cancel := context.WithCancel(t.Context())
		beats := 0
		_, err = s.Tenants.RemoveRows(cut, going.ID, func() {
			if beats++; beats == 20 {
				cancel()
			}
		})
		require.ErrorIs(t, err, context.Canceled)
		left, err := s.Tenants.Rows(t.Context(), going.ID)
		require.NoError(t, err)
		require.NotEmpty(t, left, "it was cut off in the middle")

		_, err = s.Tenants.RemoveRows(t.Context(), going.ID, func() {})
		require.NoError(t, err)
		left, err = s.Tenants.Rows(t.Context(), going.ID)
		require.NoError(t, err)
		require.Empty(t, left)
		_, err = s.Tenants.ByID(t.Context(), going.ID)
		requireCode(t, err, fault.NotFound, "tenant_not_found")
		after, err := s.Tenants.Rows(t.Context(), other.ID)
		require.NoError(t, err)
		require.Equal(t, others, after, "another tenant's rows")

		n, err := s.Tenants.RemoveRows(t.Context(), going.ID, func() {})
		require.NoError(t, err, "once more does no harm")
		require.Zero(t, n)
	})
}

// fillEveryTable writes rows of a tenant into every table with a column tenant_id, whatever else they say: what
// they refer to need not be there, and checks of single values are off.
func fillEveryTable(t *testing.T, dsn, owner string, rows int) {
	t.Helper()
	driver, tables, columns, mark := "sqlite", `SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'tenant_id'`,
		`SELECT name, lower(type) FROM pragma_table_info($1) WHERE "notnull" = 1 AND dflt_value IS NULL OR pk > 0`, "?"
	postgres := strings.HasPrefix(dsn, "postgres")
	if postgres {
		driver, mark = "pgx", "$%d"
		tables = `SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND column_name = 'tenant_id'
			AND table_name IN (SELECT relname FROM pg_class WHERE relkind = 'r')`
		columns = `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1
			AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'`
	}
	db, err := sql.Open(driver, dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer func() { _ = conn.Close() }()
	exec := func(text string, args ...any) {
		t.Helper()
		_, err := conn.ExecContext(t.Context(), text, args...)
		require.NoError(t, err, text)
	}
	pairs := func(text string, args ...any) (out [][2]string) {
		t.Helper()
		found, err := conn.QueryContext(t.Context(), text, args...)
		require.NoError(t, err)
		defer func() { _ = found.Close() }()
		for found.Next() {
			var one [2]string
			require.NoError(t, found.Scan(&one[0], &one[1]))
			out = append(out, one)
		}
		require.NoError(t, found.Err())
		return out
	}
	if postgres {
		exec("SET session_replication_role = replica") // no references
		for _, c := range pairs(`SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'c' AND connamespace = current_schema()::regnamespace`) {
			exec("ALTER TABLE " + c[0] + " DROP CONSTRAINT " + c[1])
		}
	} else {
		exec("PRAGMA foreign_keys = off")
		exec("PRAGMA ignore_check_constraints = on")
	}
	number := 0
	for _, table := range pairs(strings.Replace(tables, "SELECT ", "SELECT DISTINCT '', ", 1)) {
		var names, marks []string
		list := pairs(columns, table[1])
		for i, c := range list {
			names = append(names, c[0])
			if postgres {
				marks = append(marks, fmt.Sprintf(mark, i+1))
			} else {
				marks = append(marks, mark)
			}
		}
		if !strings.Contains(strings.Join(names, ","), "tenant_id") {
			names = append(names, "tenant_id")
			marks = append(marks, "'"+owner+"'")
		}
		for range rows {
			var args []any
			for _, c := range list {
				number++
				args = append(args, anyValue(c[0], c[1], owner, number))
			}
			exec("INSERT INTO "+table[1]+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+") ON CONFLICT DO NOTHING", args...) // one row a tenant is all that some tables have
		}
	}
}

// anyValue is a value of a column's type; numbers make keys different.
func anyValue(column, kind, owner string, number int) any {
	switch {
	case column == "tenant_id":
		return owner
	case strings.Contains(kind, "timestamp"):
		return "2026-11-30T12:00:00Z"
	case strings.Contains(kind, "json"):
		return "{}"
	case strings.Contains(kind, "bool"):
		return false
	case strings.Contains(kind, "int"):
		return number
	case kind == "date":
		return "2026-11-30"
	}
	return fmt.Sprintf("%s-%d", owner, number)
}
