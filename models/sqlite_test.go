package models_test

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/libtnb/sqlite"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

// writerEnv tells a copy of this test binary to be the other process.
const writerEnv = "PROMOSTACK_TEST_WRITER"

// Several processes write to one SQLite file. Without BEGIN IMMEDIATE, transactions that read
// before they write fail with SQLITE_BUSY at once, whatever the busy_timeout is.
func TestSQLiteProcessesWriteAtOnce(t *testing.T) {
	const processes, workers, rounds = 3, 2, 40
	if path := os.Getenv(writerEnv); path != "" {
		writeMany(t, path, workers, rounds)
		return
	}
	path := testkit.SQLite(t)
	s := testkit.Store(t, path, models.Options{})
	ctx, _ := testkit.Tenant(t, s, "a")
	_, err := s.Templates.Create(ctx, input("counter", "Counter"))
	require.NoError(t, err)
	var children []*exec.Cmd
	for range processes {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestSQLiteProcessesWriteAtOnce$", "-test.count=1")
		cmd.Env = append(os.Environ(), writerEnv+"="+path)
		require.NoError(t, cmd.Start())
		children = append(children, cmd)
	}
	for _, cmd := range children {
		require.NoError(t, cmd.Wait(), "a writer met an error")
	}
	record, err := s.Templates.Get(ctx, "counter")
	require.NoError(t, err)
	require.Equal(t, int64(1+processes*workers*rounds), record.Version, "no change was lost")
}

func writeMany(t *testing.T, path string, workers, rounds int) {
	s, err := models.Open(context.Background(), path, models.Options{})
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	first, err := s.Tenants.First(context.Background())
	require.NoError(t, err)
	ctx := tenant.With(context.Background(), first.ID)
	errs := make([]error, workers)
	var wait sync.WaitGroup
	for i := range workers {
		wait.Go(func() {
			for range rounds {
				err := s.Tx(ctx, func(tx *models.Store) error {
					t, err := tx.Templates.Get(ctx, "counter")
					if err != nil {
						return err
					}
					other := !t.VisibleWeb
					_, err = tx.Templates.SetVisibility(ctx, "counter", models.AnyVersion, &other, nil)
					return err
				})
				if err != nil {
					errs[i] = err
					return
				}
			}
		})
	}
	wait.Wait()
	require.NoError(t, errors.Join(errs...))
}

// A writer that keeps the file for longer than the busy timeout makes the database unavailable,
// and readers don't notice.
func TestSQLiteThatStaysLockedIsAway(t *testing.T) {
	t.Parallel() // it waits for the whole busy timeout
	path := testkit.SQLite(t)
	s := testkit.Store(t, path, models.Options{})
	ctx, _ := testkit.Tenant(t, s, "a")
	other, err := sql.Open(sqlite.DriverName, "file:"+path+"?_txlock=immediate")
	require.NoError(t, err)
	defer func() { require.NoError(t, other.Close()) }()
	tx, err := other.Begin()
	require.NoError(t, err)
	requireCode(t, s.Uploads.Create(ctx, &models.Upload{}), fault.Unavailable, "database_unavailable")
	_, err = s.Tenants.Current(ctx)
	require.NoError(t, err)
	require.NoError(t, tx.Rollback())
	require.NoError(t, s.Uploads.Create(ctx, &models.Upload{}))
}

// The reader's connections can't write, whatever a statement looks like.
func TestSQLiteReadersOnlyRead(t *testing.T) {
	s := testkit.Store(t, testkit.SQLite(t), models.Options{})
	require.ErrorContains(t, models.WriteThroughReader(s), "readonly")
}

func TestSQLiteFilesAreTheOwnersAlone(t *testing.T) {
	path := testkit.SQLite(t)
	testkit.Store(t, path, models.Options{})
	for _, suffix := range []string{"", "-wal", "-shm"} {
		info, err := os.Stat(path + suffix)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), suffix)
	}
	_, err := models.Open(context.Background(), t.TempDir(), models.Options{})
	requireCode(t, err, fault.Invalid, "database_file")
}
