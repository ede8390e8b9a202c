package models

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"
	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
)

const (
	connectTimeout = 2 * time.Second
	// idleInTransaction is after how long PostgreSQL ends a transaction whose process does nothing: one
	// that froze holds its locks no longer. Transactions here wait for nothing but the database.
	idleInTransaction = "5s"
)

// connections are the two pools (one pool twice on PostgreSQL) and gorm's dialect.
type connections struct {
	write, read *sql.DB
	dialector   gorm.Dialector
	probe       string // a query that touches the database itself
}

func connect(dsn string, maxConns int) (connections, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return connectPostgres(dsn, maxConns)
	}
	path, err := sqlitePath(dsn)
	if err != nil {
		return connections{}, err
	}
	return connectSQLite(path, maxConns)
}

func connectPostgres(dsn string, maxConns int) (connections, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		// The driver's own message may hold parts of the address, and so the password.
		return connections{}, fault.InvalidField("DATABASE_URL", "database_url_malformed", "DATABASE_URL is not a PostgreSQL address").
			WithRemedy("Write it as postgres://user:password@host:5432/database")
	}
	config.ConnectTimeout = connectTimeout
	if config.RuntimeParams["application_name"] == "" {
		config.RuntimeParams["application_name"] = "promostack"
	}
	// Not a parameter of the start, which poolers refuse. Behind one that shares connections by
	// transaction it must be set on the role instead (docs/operations.md).
	db := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SET idle_in_transaction_session_timeout = '"+idleInTransaction+"'")
		return err
	}))
	db.SetMaxOpenConns(maxConns)
	db.SetMaxIdleConns(maxConns)
	db.SetConnMaxIdleTime(5 * time.Minute)
	db.SetConnMaxLifetime(time.Hour) // a failover's old connections have to end some day
	return connections{write: db, read: db, dialector: postgres.New(postgres.Config{Conn: db}), probe: "SELECT 1"}, nil
}

// sqlitePath extracts the file's path from DATABASE_URL.
func sqlitePath(dsn string) (string, error) {
	malformed := fault.InvalidField("DATABASE_URL", "database_url_malformed", "DATABASE_URL names no database that this program knows").
		WithRemedy("Write it as postgres://user:password@host:5432/database, sqlite:///absolute/file.db or a file's path")
	rest, isURL := strings.CutPrefix(dsn, "sqlite:")
	switch {
	case isURL:
		rest = strings.TrimPrefix(rest, "//")
		path, err := url.PathUnescape(rest)
		if err != nil || path == "" || strings.Contains(path, "?") {
			return "", malformed
		}
		return path, nil
	case dsn == "" || strings.Contains(dsn, "://") || strings.HasPrefix(dsn, "file:") || strings.Contains(dsn, ":memory:"):
		return "", malformed
	}
	return dsn, nil
}

// closeToOthers takes the file from everybody but its owner, if it is there.
func closeToOthers(path string) error {
	if err := os.Chmod(path, 0o600); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// connectSQLite opens one writer and several readers on a file in WAL mode. Writers of other
// processes are waited for by busy_timeout; that works because every transaction starts as a
// writer (_txlock): one that began with a read and then wants to write gets SQLITE_BUSY at
// once.
func connectSQLite(path string, maxConns int) (connections, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return connections{}, err
	}
	if err := os.MkdirAll(filepath.Dir(absolute), 0o700); err != nil {
		return connections{}, fault.InvalidField("DATABASE_URL", "database_folder", "The folder of the database %s can't be created", absolute).WithCause(err)
	}
	// SQLite would make the file readable for everybody; the files beside it take its mode.
	file, err := os.OpenFile(absolute, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return connections{}, fault.InvalidField("DATABASE_URL", "database_file", "The database %s can't be opened", absolute).WithCause(err)
	}
	if err := errors.Join(file.Chmod(0o600), file.Close(), closeToOthers(absolute+"-wal"), closeToOthers(absolute+"-shm")); err != nil {
		return connections{}, fault.InvalidField("DATABASE_URL", "database_mode", "The database %s can't be closed to other users of this machine", absolute).
			WithRemedy("Run this as the user whom the file belongs to").WithCause(err)
	}
	query := url.Values{}
	query["_pragma"] = []string{
		"busy_timeout(5000)", // first: the next one may have to wait
		"journal_mode(WAL)",
		"synchronous(NORMAL)", // in WAL mode this is safe against a crash of the program
		"foreign_keys(1)",
		"temp_store(MEMORY)", // else each statement that may be undone halfway maps memory of its own
		"trusted_schema(0)",
	}
	address := (&url.URL{Scheme: "file", Path: absolute}).String()
	writer := url.Values{"_pragma": append(slices.Clone(query["_pragma"]),
		"wal_autocheckpoint(4000)", // 16 MiB: pages that change all the time are written back less often
		"cache_size(-16000)",       // KiB
	)}
	write, err := openSQLite(address + "?" + writer.Encode() + "&_txlock=immediate")
	if err != nil {
		return connections{}, err
	}
	write.SetMaxOpenConns(1)
	query["_pragma"] = append(query["_pragma"], "query_only(1)")
	read, err := openSQLite(address + "?" + query.Encode())
	if err != nil {
		return connections{}, errors.Join(err, write.Close())
	}
	read.SetMaxOpenConns(maxConns)
	read.SetMaxIdleConns(maxConns)
	return connections{write: write, read: read, dialector: sqlite.Dialector{Conn: write}, probe: "SELECT count(*) FROM sqlite_master"}, nil
}

// ping reads a page of the database, so that a lost file or a closed connection is noticed.
func (p *pool) ping(ctx context.Context) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	var one int
	if err := p.read.QueryRowContext(ctx, p.probe).Scan(&one); err != nil {
		if err = translate(err); !fault.Is(err, fault.Unavailable) && !errors.Is(err, context.Canceled) {
			return unavailable(err)
		}
		return err
	}
	return nil
}

func (p *pool) close() error {
	if p.read == p.write {
		return p.write.Close()
	}
	return errors.Join(p.read.Close(), p.write.Close())
}
