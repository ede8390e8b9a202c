package models

import (
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/promostack/promostack/internal/base/fault"
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

// cursor is where a page ended. It carries its list's name, so that one of another list, where the
// same place means something else, is refused.
type cursor struct{ list, place string }

// String is the cursor as a caller gets it.
func (c cursor) String() string {
	return base64.RawURLEncoding.EncodeToString([]byte(c.list + " " + c.place))
}

// maxCursor is how long a cursor's text may be, in bytes; the longest that a list makes has half.
const maxCursor = 300

// placeIn reads a cursor of a list. Another list's is as invalid as one that nobody made.
func placeIn(list, text string) (string, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	place, ok := strings.CutPrefix(string(raw), list+" ")
	if err != nil || !ok || len(text) > maxCursor {
		return "", badCursor()
	}
	return place, nil
}

func badCursor() error {
	return fault.InvalidField("after", "bad_cursor", "The cursor is not one that this list returned")
}

// place is where a row stands in a list that runs from new to old: a moment and, among rows of the
// same moment, an id.
type place struct {
	at Time
	id string
}

func (p place) String() string { return p.at.UTC().Format(timeLayout) + " " + p.id }

func parsePlace(list, after string) (place, error) {
	text, err := placeIn(list, after)
	if err != nil {
		return place{}, err
	}
	at, id, ok := strings.Cut(text, " ")
	moment, err := time.Parse(timeLayout, at)
	if !ok || err != nil || moment.Year() < 1 || uuid.Validate(id) != nil {
		return place{}, badCursor() // nor would a database take it
	}
	return place{Time{moment.UTC()}, id}, nil
}

// newestFirst orders by a time column and the id and starts after the cursor. It asks for one row
// more than the page holds, which reports whether there is a next page. What is added in the meantime comes
// before the first page, so that the pages after it stay as they are.
func newestFirst(db *gorm.DB, list, column, after string, limit int) (*gorm.DB, error) {
	db = db.Order(column + " DESC, id DESC").Limit(pageSize(limit) + 1)
	if after == "" {
		return db, nil
	}
	p, err := parsePlace(list, after)
	if err != nil {
		return nil, err
	}
	return db.Where("("+column+", id) < (?, ?)", p.at, p.id), nil // with OR the database would begin at the newest each time
}

// cut makes a page of the rows, which hold one more than the page when there is a next one.
func cut[T any, P fmt.Stringer](rows []T, list string, limit int, at func(T) P) Page[T] {
	size := pageSize(limit)
	if len(rows) <= size {
		return Page[T]{Items: rows}
	}
	return Page[T]{Items: rows[:size], Next: cursor{list, at(rows[size-1]).String()}.String()}
}

// likePattern finds text anywhere, with LIKE's own wildcards taken literally.
func likePattern(text string) string {
	return "%" + strings.NewReplacer("!", "!!", "%", "!%", "_", "!_").Replace(text) + "%"
}
