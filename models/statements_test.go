package models_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

func openKeeping(t *testing.T) *sql.DB {
	t.Helper()
	db, err := models.OpenSQLite("file:" + filepath.Join(t.TempDir(), "kept.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(t.Context(), "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); INSERT INTO things VALUES (1, 'a'), (2, 'b'), (3, 'c')")
	require.NoError(t, err)
	return db
}

// A statement may run again while its own rows are read, on the same connection.
func TestAKeptStatementRunsWithinItsRows(t *testing.T) {
	db := openKeeping(t)
	tx, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	const query = "SELECT id FROM things WHERE id > ? ORDER BY id"
	pairs := func() (out []string) {
		rows, err := tx.QueryContext(t.Context(), query, 0)
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var outer, inner int
			require.NoError(t, rows.Scan(&outer))
			err := tx.QueryRowContext(t.Context(), query, outer).Scan(&inner)
			if outer == 3 {
				require.ErrorIs(t, err, sql.ErrNoRows)
				continue
			}
			require.NoError(t, err)
			out = append(out, fmt.Sprint(outer, inner))
		}
		require.NoError(t, rows.Err())
		return out
	}
	for range 3 {
		require.Equal(t, []string{"1 2", "2 3"}, pairs())
	}
}

// More statements than are kept, and those of many rows, run all the same.
func TestMoreStatementsThanAreKept(t *testing.T) {
	db := openKeeping(t)
	for range 2 {
		for n := range 2 * models.KeptStatements {
			var got int
			require.NoError(t, db.QueryRowContext(t.Context(), fmt.Sprintf("SELECT id + %d FROM things WHERE name = ?", n), "b").Scan(&got))
			require.Equal(t, n+2, got)
		}
	}
}

// A statement is as good as new after an error, after its caller has gone, and when the table has changed.
func TestAKeptStatementAfterErrorsAndChanges(t *testing.T) {
	db := openKeeping(t)
	const insert = "INSERT INTO things (name) VALUES (?) RETURNING id"
	var id int
	require.Error(t, db.QueryRowContext(t.Context(), insert, "a").Scan(&id), "the name is taken")
	require.NoError(t, db.QueryRowContext(t.Context(), insert, "d").Scan(&id))
	require.Equal(t, 4, id)

	const endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) SELECT max(x) FROM n"
	gone, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		var got int64
		ended <- db.QueryRowContext(gone, endless, int64(1)<<60).Scan(&got)
	}()
	leave()
	require.ErrorIs(t, <-ended, context.Canceled)
	var got int64
	require.NoError(t, db.QueryRowContext(t.Context(), endless, 5).Scan(&got))
	require.EqualValues(t, 5, got)

	columns := func() []string {
		rows, err := db.QueryContext(t.Context(), "SELECT * FROM things WHERE id = ?", 1)
		require.NoError(t, err)
		defer func() { _ = rows.Close() }()
		names, err := rows.Columns()
		require.NoError(t, err)
		require.True(t, rows.Next())
		require.NoError(t, rows.Err())
		return names
	}
	require.Equal(t, []string{"id", "name"}, columns())
	_, err := db.ExecContext(t.Context(), "ALTER TABLE things ADD COLUMN size INTEGER")
	require.NoError(t, err)
	require.Equal(t, []string{"id", "name", "size"}, columns())
}
