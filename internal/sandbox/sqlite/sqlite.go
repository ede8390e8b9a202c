// Package sqlite opens the sandbox's own database.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// Open opens a file, which several parts of the sandbox may share, each with tables of its own. Without
// a path everything is in memory and the caller's alone. One connection serves all of a part: each
// statement is short, and an order of writes is what simulated services promise anyway.
func Open(ctx context.Context, path string) (*sql.DB, error) {
	address := "file::memory:"
	if path != "" {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, err
		}
		// SQLite would make the file readable for everybody; the files beside it take its mode.
		file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := file.Close(); err != nil {
			return nil, err
		}
		address = (&url.URL{Scheme: "file", Path: absolute}).String()
	}
	query := url.Values{"_pragma": {"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(NORMAL)", "foreign_keys(1)", "temp_store(MEMORY)", "trusted_schema(0)"}}
	db, err := sql.Open("sqlite", address+"?"+query.Encode()+"&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	db.SetConnMaxLifetime(0)
	if err := db.PingContext(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}
