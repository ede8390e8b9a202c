// Package testkit is what the tests of all rooms share: throw-away databases and object stores,
// free addresses and a poller in place of sleeps. What a test needs and the machine lacks fails
// the test with the name of the package to install; nothing is ever skipped.
package testkit

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/host/supervise"
	"github.com/promostack/promostack/models"
)

// Root returns the folder of the repository: the one that holds the go.mod of the main module.
func Root(t testing.TB) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			t.Fatal("testkit: there is no go.mod above the test's folder")
		}
		dir = parent
	}
}

// FreeAddr returns a loopback address that nothing listened on a moment ago, each only once.
func FreeAddr(t testing.TB) string {
	t.Helper()
	address, err := supervise.FreeAddress()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	return address
}

// Eventually asks cond until it holds, and fails the test when it still doesn't after the given time. What says in the
// failure what was waited for. The pauses grow from 10 ms to a quarter of a second: what is slow is not slowed further by
// those who ask, and no limit of the API is met.
func Eventually(t testing.TB, within time.Duration, what string, cond func() bool) {
	t.Helper()
	const longest = 250 * time.Millisecond
	deadline := time.NewTimer(within)
	defer deadline.Stop()
	for pause := 10 * time.Millisecond; !cond(); pause = min(pause*3/2, longest) {
		select {
		case <-deadline.C:
			t.Fatalf("not within %s: %s", within, what)
		case <-time.After(pause):
		}
	}
}

// SQLite returns the path of a database file that does not exist yet, in a folder that the test
// removes.
func SQLite(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "test.db")
}

// Databases runs a test on SQLite and on PostgreSQL, each with a fresh, migrated store.
func Databases(t *testing.T, test func(t *testing.T, store *models.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, Store(t, SQLite(t), models.Options{})) })
	t.Run("postgres", func(t *testing.T) { test(t, Store(t, migratedPostgres(t), models.Options{})) })
}

// DSNs runs a test on SQLite and on PostgreSQL, each with the address of an empty database.
func DSNs(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Store opens a database, brings it to the newest migration and closes it with the test. A SQLite
// file that is not there yet begins as a copy of one that was migrated before.
func Store(t testing.TB, dsn string, opts models.Options) *models.Store {
	t.Helper()
	if _, err := os.Stat(dsn); os.IsNotExist(err) && filepath.IsAbs(dsn) {
		file, err := migratedSQLite()
		if err != nil {
			t.Fatalf("testkit: %v", err)
		}
		if err := os.WriteFile(dsn, file, 0o600); err != nil {
			t.Fatalf("testkit: %v", err)
		}
	}
	store, err := models.Open(context.Background(), dsn, opts)
	if err != nil {
		t.Fatalf("testkit: open %s: %v", dsn, err)
	}
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Errorf("testkit: close the store: %v", err)
		}
	})
	if _, err := store.Migrate(context.Background()); err != nil {
		t.Fatalf("testkit: migrate: %v", err)
	}
	return store
}

// migratedSQLite is a migrated database as a file's bytes. The migrations run once in a test
// binary: they are half of the time of the tests that each begin with a fresh database.
var migratedSQLite = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "promostack-sqlite-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	path := filepath.Join(folder, "migrated.db")
	if err := migrate(path); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// migrate brings an empty database to the newest migration.
func migrate(dsn string) error {
	store, err := models.Open(context.Background(), dsn, models.Options{})
	if err != nil {
		return fmt.Errorf("open %s: %w", dsn, err)
	}
	_, err = store.Migrate(context.Background())
	return errors.Join(err, store.Close())
}
