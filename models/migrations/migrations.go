// Package migrations holds the database's history: one list, a file for each of the two databases.
// A file that was released never changes; mistakes are corrected by the next one.
package migrations

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"
)

//go:embed *.sql
var files embed.FS

// Migration is one step of the schema, for one database.
type Migration struct {
	Name     string // YYYYMMDDHHMM_name
	SQL      string
	Checksum string // SHA-256 of SQL, in hex
}

var namePattern = regexp.MustCompile(`^\d{12}_[a-z0-9_]+$`)

// For returns the list for a dialect ("sqlite" or "postgres") in order.
func For(dialect string) ([]Migration, error) { return load(files, dialect) }

func load(fsys fs.FS, dialect string) ([]Migration, error) {
	names, err := fs.Glob(fsys, "*."+dialect+".sql")
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no migrations for %q (%w)", dialect, err)
	}
	sort.Strings(names)
	list := make([]Migration, 0, len(names))
	for _, file := range names {
		name := strings.TrimSuffix(file, "."+dialect+".sql")
		if !namePattern.MatchString(name) {
			return nil, fmt.Errorf("migration %s is not named YYYYMMDDHHMM_name", file)
		}
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("read migration %s: %w", file, err)
		}
		sum := sha256.Sum256(text)
		list = append(list, Migration{Name: name, SQL: string(text), Checksum: hex.EncodeToString(sum[:])})
	}
	return list, nil
}
