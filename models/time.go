package models

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// timeLayout has a fixed width, so that text order is time order on SQLite; PostgreSQL reads the
// same text as a timestamptz.
const timeLayout = "2006-01-02T15:04:05.000000Z"

// Time is the one column type for moments: UTC, whole microseconds. The zero Time is NULL in the
// database and null in JSON.
type Time struct{ time.Time }

// NewTime cuts a moment to what both databases keep.
func NewTime(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{t.UTC().Truncate(time.Microsecond)}
}

// Value implements driver.Valuer.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return nil, nil
	}
	utc := t.UTC()
	if y := utc.Year(); y < 1 || y > 9999 {
		return nil, fmt.Errorf("the year %d can't be stored", y)
	}
	return utc.Truncate(time.Microsecond).Format(timeLayout), nil
}

// Scan implements sql.Scanner.
func (t *Time) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*t = Time{}
	case time.Time:
		*t = NewTime(v)
	case string:
		parsed, err := time.Parse(timeLayout, v)
		if err != nil {
			return fmt.Errorf("a time column holds something that is not a time: %w", err)
		}
		*t = Time{parsed.UTC()}
	case []byte:
		return t.Scan(string(v))
	default:
		return fmt.Errorf("a time column holds a %T", value)
	}
	return nil
}

// MarshalJSON writes RFC 3339 in UTC, or null.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	return t.UTC().MarshalJSON()
}

// UnmarshalJSON reads RFC 3339, or null.
func (t *Time) UnmarshalJSON(data []byte) error {
	var inner time.Time
	if err := inner.UnmarshalJSON(data); err != nil {
		return err
	}
	*t = NewTime(inner)
	return nil
}
