package models

import (
	"encoding/base64"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/fault"
	"gorm.io/gorm"
)

// Page is one page of a list. Next is the cursor of the one after it, empty on the last.
type Page[T any] struct {
	Items []T
	Next  string
}

// Limits of a page: what a caller gets without asking, and at most.
const (
	DefaultPage = 50
	MaxPage     = 200
)

func pageSize(limit int) int {
	if limit <= 0 {
		return DefaultPage
	}
	return min(limit, MaxPage)
}

// cursor is where a page ended in a list that runs from new to old: a moment and, among rows of
// the same moment, an id.
type cursor struct {
	at Time
	id string
}

func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.at.UTC().Format(timeLayout) + " " + c.id))
}

func parseCursor(text string) (cursor, error) {
	bad := fault.InvalidField("after", "bad_cursor", "The cursor is not one that a list returned")
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) > 200 {
		return cursor{}, bad
	}
	at, id, ok := strings.Cut(string(raw), " ")
	moment, err := time.Parse(timeLayout, at)
	if !ok || id == "" || err != nil {
		return cursor{}, bad
	}
	return cursor{Time{moment.UTC()}, id}, nil
}

// newestFirst orders by a time column and the id and starts after the cursor. It asks for one row
// more than the page holds, which tells whether there is a next page.
func newestFirst(db *gorm.DB, column, after string, limit int) (*gorm.DB, error) {
	db = db.Order(column + " DESC, id DESC").Limit(pageSize(limit) + 1)
	if after == "" {
		return db, nil
	}
	c, err := parseCursor(after)
	if err != nil {
		return nil, err
	}
	return db.Where("("+column+" < ? OR ("+column+" = ? AND id < ?))", c.at, c.at, c.id), nil
}

// cut makes a page of the rows that newestFirst brought.
func cut[T any](rows []T, limit int, at func(T) cursor) Page[T] {
	size := pageSize(limit)
	if len(rows) <= size {
		return Page[T]{Items: rows}
	}
	return Page[T]{Items: rows[:size], Next: at(rows[size-1]).String()}
}

// likePattern finds text anywhere, with LIKE's own signs taken as they are.
func likePattern(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
