package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strings"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"modernc.org/sqlite"
)

const (
	// keptStatements is how many statements a connection to SQLite keeps; the program writes fewer different ones
	// from day to day.
	keptStatements = 128
	// longestKept is the longest text of a statement that is kept: those for many rows are as different as the numbers
	// of rows.
	longestKept = 4096
)

// openSQLite opens a pool whose connections keep their statements prepared. SQLite compiles a statement together with
// the triggers that it sets off, which takes up to ten times as long as to run it.
func openSQLite(address string) (*sql.DB, error) {
	connector, err := sqlite.NewConnector(address)
	if err != nil {
		return nil, err
	}
	return sql.OpenDB(keeper{connector}), nil
}

type keeper struct{ driver.Connector }

// Connect implements driver.Connector.
func (k keeper) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := k.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	bare, ok := conn.(sqliteConn)
	if !ok {
		return conn, nil
	}
	kept, err := simplelru.NewLRU[string, sqliteStmt](keptStatements, nil)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return &keepingConn{bare, kept}, nil
}

// sqliteConn is what the driver's connections do.
type sqliteConn interface {
	driver.Conn
	driver.ConnBeginTx
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.Pinger
	driver.SessionResetter
	driver.Validator
}

type sqliteStmt interface {
	driver.Stmt
	driver.StmtExecContext
	driver.StmtQueryContext
}

// keepingConn keeps statements that ran once for the next time. One that is running is not among them, so the same text
// may run within its rows.
type keepingConn struct {
	sqliteConn
	kept *simplelru.LRU[string, sqliteStmt]
}

// Unwrap gives the driver its own connection.
func (c *keepingConn) Unwrap() driver.Conn { return c.sqliteConn }

// Close implements driver.Conn.
func (c *keepingConn) Close() error {
	var failed []error
	for _, stmt := range c.kept.Values() {
		failed = append(failed, stmt.Close())
	}
	c.kept.Purge()
	return errors.Join(append(failed, c.sqliteConn.Close())...)
}

// ExecContext implements driver.ExecerContext.
func (c *keepingConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.sqliteConn.ExecContext(ctx, query, args)
	}
	defer c.keep(query, stmt)
	return stmt.ExecContext(ctx, args)
}

// QueryContext implements driver.QueryerContext.
func (c *keepingConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	stmt, err := c.take(ctx, query)
	if err != nil {
		return nil, err
	}
	if stmt == nil {
		return c.sqliteConn.QueryContext(ctx, query, args)
	}
	rows, err := stmt.QueryContext(ctx, args)
	if err != nil {
		c.keep(query, stmt)
		return nil, err
	}
	return &keptRows{rows, func() { c.keep(query, stmt) }}, nil
}

// take returns a statement that nobody else runs, or nil for one that is not worth keeping.
func (c *keepingConn) take(ctx context.Context, query string) (sqliteStmt, error) {
	if stmt, ok := c.kept.Peek(query); ok {
		c.kept.Remove(query)
		return stmt, nil
	}
	verb, _, _ := strings.Cut(query, " ")
	switch verb {
	case "SELECT", "WITH", "INSERT", "UPDATE", "DELETE":
	default:
		return nil, nil
	}
	if len(query) > longestKept {
		return nil, nil
	}
	prepared, err := c.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	stmt, ok := prepared.(sqliteStmt)
	if !ok {
		return nil, prepared.Close()
	}
	return stmt, nil
}

// keep takes a statement back.
func (c *keepingConn) keep(query string, stmt sqliteStmt) {
	if c.kept.Contains(query) {
		_ = stmt.Close() // it reports the error of its last run, which its caller has seen
		return
	}
	if c.kept.Len() == keptStatements {
		if _, oldest, ok := c.kept.RemoveOldest(); ok {
			_ = oldest.Close()
		}
	}
	c.kept.Add(query, stmt)
}

// keptRows give their statement back when they are closed.
type keptRows struct {
	driver.Rows
	done func()
}

// Close implements driver.Rows.
func (r *keptRows) Close() error {
	err := r.Rows.Close()
	if r.done != nil {
		r.done()
		r.done = nil
	}
	return err
}
