// Package rawsql is the one place for statements that bypass the tenant guard. Each is a named
// function with its text as a constant, so that the whole list can be read here. Nothing outside
// this package can switch the guard off: the permission is a context value under a private key.
package rawsql

import (
	"context"
	"fmt"

	"gorm.io/gorm"
)

type permission struct{}

// Allowed tells the guard that a statement comes from this package.
func Allowed(ctx context.Context) bool {
	ok, _ := ctx.Value(permission{}).(bool)
	return ok
}

// allow returns a session whose statements the guard lets through.
func allow(db *gorm.DB) *gorm.DB {
	return db.WithContext(context.WithValue(db.Statement.Context, permission{}, true))
}

// ServerVersion returns the database's own version, for instance "3.54.1" or "15.8". It touches no
// table.
func ServerVersion(db *gorm.DB) (string, error) {
	query := "SELECT sqlite_version()"
	if db.Name() == "postgres" {
		query = "SHOW server_version"
	}
	var version string
	if err := allow(db).Raw(query).Row().Scan(&version); err != nil {
		return "", fmt.Errorf("read the database's version: %w", err)
	}
	return version, nil
}
