package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm"
	"modernc.org/sqlite"
)

// retryAfter is how long a caller is told to wait while the database is away.
const retryAfter = 2 * time.Second

// SQLite's primary result codes; the rest of a code is detail.
const (
	sqliteBusy       = 5
	sqliteLocked     = 6
	sqliteInterrupt  = 9
	sqliteIOErr      = 10
	sqliteFull       = 13
	sqliteCantOpen   = 14
	sqliteConstraint = 19

	sqliteConstraintPrimaryKey = sqliteConstraint | 6<<8
	sqliteConstraintUnique     = sqliteConstraint | 8<<8
)

// ErrUnchanged is what the function of a Change returns when it finds nothing to change: the row keeps its version.
var ErrUnchanged = errors.New("nothing changes")

// translate is the one mapping from what drivers and gorm say to faults: the database is away,
// a unique value is taken, there is no such row. What it doesn't know stays as it is and answers
// as an internal error; so does a call that its caller cancelled.
func translate(err error) error {
	if err == nil || errors.Is(err, context.Canceled) {
		return err
	}
	if _, ok := errors.AsType[*fault.Error](err); ok {
		return err
	}
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound), errors.Is(err, sql.ErrNoRows):
		return fault.New(fault.NotFound, "not_found", "There is no such record").WithCause(err)
	case uniqueViolation(err):
		return fault.New(fault.Conflict, "already_exists", "There is already a record with that value").WithCause(err)
	case full(err):
		return databaseFull(err)
	case away(err):
		return unavailable(err)
	}
	return err
}

// CodeFull is the code of the fault of a database whose disk is full: it answers, but takes no writes.
const CodeFull = "database_full"

func databaseFull(cause error) error {
	return fault.New(fault.Unavailable, CodeFull, "The database's disk is full").
		WithRemedy("Free space on the disk that holds the database (of `promostack up`, the data folder); what waits then goes on by itself").
		WithRetryAfter(retryAfter).WithCause(cause)
}

// full reports whether an error means that the disk of the database is full.
func full(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()&0xff == sqliteFull
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "53100"
	}
	return errors.Is(err, syscall.ENOSPC)
}

func unavailable(cause error) error {
	return fault.New(fault.Unavailable, "database_unavailable", "The database is not available now").
		WithRemedy("Wait a moment and try again; if it persists, check DATABASE_URL and that the database runs").
		WithRetryAfter(retryAfter).WithCause(cause)
}

// away reports whether an error means that the database can't be used now, and may be later.
func away(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		switch e.Code() & 0xff {
		case sqliteBusy, sqliteLocked, sqliteInterrupt, sqliteIOErr, sqliteCantOpen:
			return true
		}
		return false
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(e.Code, "08"), // connection exception
			strings.HasPrefix(e.Code, "53"),      // insufficient resources
			strings.HasPrefix(e.Code, "57"),      // operator intervention: shutting down, starting up, cancelled
			strings.HasPrefix(e.Code, "58"),      // system error
			strings.HasPrefix(e.Code, "28"),      // the password is refused: an operator changes it
			e.Code == "3D000",                    // the database does not exist (yet)
			e.Code == "55P03",                    // lock not available
			e.Code == "40001", e.Code == "40P01", // serialization failure, deadlock
			e.Code == "25P03", // this process froze in the middle of a transaction, which was ended
			e.Code == "25006": // read-only after a failover
			return true
		}
		return false
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return true
	}
	for _, known := range []error{
		context.DeadlineExceeded, driver.ErrBadConn, sql.ErrConnDone, net.ErrClosed,
		io.EOF, io.ErrUnexpectedEOF, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE,
	} {
		if errors.Is(err, known) {
			return true
		}
	}
	text := err.Error()
	return strings.Contains(text, "sql: database is closed") || strings.Contains(text, "conn closed")
}

// uniqueViolation tells that a value that must be unique is there already.
func uniqueViolation(err error) bool {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqliteConstraintUnique || e.Code() == sqliteConstraintPrimaryKey
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		return e.Code == "23505"
	}
	return errors.Is(err, gorm.ErrDuplicatedKey)
}

// notFound gives a missing row its own code and message, and leaves other errors alone.
func notFound(err error, code, message string) error {
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, code, "%s", message)
	}
	return err
}

// taken gives a value that is taken its own code and message, and leaves other errors alone.
func taken(err error, code, message string) error {
	if fault.Is(err, fault.Conflict) {
		return fault.New(fault.Conflict, code, "%s", message)
	}
	return err
}

// versionChanged is the answer to a write that names another version of the row than the stored.
func versionChanged() error {
	return fault.New(fault.Precondition, "version_changed", "Somebody changed this in the meantime").
		WithRemedy("Load it again and repeat your change")
}
