package telegram

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file of an earlier program keeps what is in it and gets what is new.
func TestAFileOfAnEarlierProgram(t *testing.T) {
	file := filepath.Join(t.TempDir(), "old.db")
	db, err := sql.Open("sqlite", file)
	require.NoError(t, err)
	_, err = db.Exec(firstSchema + `PRAGMA user_version = 1;
		INSERT INTO bots (id, token_hash, username, first_name, next_update, per_second, per_chat) VALUES (7, 'x', 'old_bot', 'Old', 5, 3, 1);`)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	s, err := Open(context.Background(), Options{File: file})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	require.NoError(t, s.do(context.Background(), func(on *tx) error {
		b, err := findBot(on, 7)
		require.NoError(t, err)
		require.Equal(t, 3.0, b.perSecond)
		require.Equal(t, usualPerGroup, b.perGroup)
		return nil
	}))
}
