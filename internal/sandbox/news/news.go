// Package news simulates news with the wire format of Alpha Vantage. It is made by this program, follows from the date
// alone, and says so: its source is the "Simulated Wire", and its addresses lead to pages of the sandbox. On most days
// some of it is about gold.
//
// What a person or a test orders (other news, outages) is in the sandbox's database before it is answered, so that a
// sandbox that was killed goes on as if it had run.
package news

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/sandbox/sqlite"
)

// Path is where the simulated Alpha Vantage is; Control where it gets its orders.
const (
	Path    = "/sandbox/news"
	Control = "/sandbox/api/news"
)

// articles is where the pages of the news are.
const articles = Path + "/articles/"

// Options are what the simulation needs to know.
type Options struct {
	File  string           // the sandbox's database; empty keeps nothing
	Clock func() time.Time // nil is time.Now
}

// Item is a piece of news.
type Item struct {
	ID          string    `json:"id"`
	Title       string    `json:"title"`
	Summary     string    `json:"summary"`
	Source      string    `json:"source"`
	PublishedAt time.Time `json:"published_at"`
	Topics      []string  `json:"topics"`
	Tickers     []string  `json:"tickers"`
}

// Service is the simulated provider. It is safe for concurrent use.
type Service struct {
	db    *sql.DB
	clock func() time.Time

	mu    sync.Mutex
	saved saved
	calls map[string]int
}

// saved is what the database holds.
type saved struct {
	Ordered *[]Item `json:"ordered"` // in place of the program's own; nil is those
	Outage  Outage  `json:"outage"`
}

const schema = `CREATE TABLE IF NOT EXISTS news (id INTEGER PRIMARY KEY CHECK (id = 1), saved TEXT NOT NULL)`

// Open opens the news of a database.
func Open(ctx context.Context, o Options) (*Service, error) {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	db, err := sqlite.Open(ctx, o.File)
	if err != nil {
		return nil, err
	}
	s := &Service{db: db, clock: o.Clock, calls: map[string]int{}}
	if err := s.load(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return s, nil
}

// Close closes the database.
func (s *Service) Close() error { return s.db.Close() }

func (s *Service) load(ctx context.Context) error {
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	var text string
	err := s.db.QueryRowContext(ctx, "SELECT saved FROM news").Scan(&text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return json.Unmarshal([]byte(text), &s.saved)
}

// save changes what is kept. What a caller who hangs up has ordered is written all the same. The caller holds the lock.
func (s *Service) save(ctx context.Context, next saved) error {
	text, err := json.Marshal(next)
	if err != nil {
		return err
	}
	if _, err := s.db.ExecContext(context.WithoutCancel(ctx), "INSERT OR REPLACE INTO news (id, saved) VALUES (1, ?)", string(text)); err != nil {
		return err
	}
	s.saved = next
	return nil
}

func (s *Service) now() time.Time { return s.clock().UTC() }

// between is the news that was published from a moment on until now, at another one at the latest, the newest first.
func (s *Service) between(from, to time.Time) []Item {
	now := s.now()
	if to.IsZero() || to.After(now) {
		to = now
	}
	s.mu.Lock()
	ordered := s.saved.Ordered
	s.mu.Unlock()
	var all []Item
	if ordered != nil {
		all = slices.Clone(*ordered)
	} else {
		if oldest := to.Add(-longest); from.Before(oldest) {
			from = oldest
		}
		for day := from.Truncate(24 * time.Hour); !day.After(to); day = day.Add(24 * time.Hour) {
			all = append(all, made(day)...)
		}
	}
	all = slices.DeleteFunc(all, func(i Item) bool { return i.PublishedAt.Before(from) || i.PublishedAt.After(to) })
	slices.SortStableFunc(all, func(a, b Item) int { return b.PublishedAt.Compare(a.PublishedAt) })
	return all
}

// longest is how far back there is news of the program's own.
const longest = 30 * 24 * time.Hour

// idOf names news that somebody ordered.
func idOf(i Item) string {
	sum := sha256.Sum256([]byte(i.Title + "\n" + i.PublishedAt.Format(time.RFC3339Nano)))
	return "ordered-" + hex.EncodeToString(sum[:6])
}

// find finds news by its name.
func (s *Service) find(id string) (Item, bool) {
	named := func(i Item) bool { return i.ID == id }
	s.mu.Lock()
	ordered := s.saved.Ordered
	s.mu.Unlock()
	if ordered != nil {
		if at := slices.IndexFunc(*ordered, named); at >= 0 {
			return (*ordered)[at], true
		}
	}
	if len(id) < len(time.DateOnly) {
		return Item{}, false
	}
	day, err := time.Parse(time.DateOnly, id[:len(time.DateOnly)])
	if err != nil {
		return Item{}, false
	}
	own := made(day)
	if at := slices.IndexFunc(own, named); at >= 0 {
		return own[at], true
	}
	return Item{}, false
}

// Routes adds the simulated Alpha Vantage and its controls, all behind the guard.
func (s *Service) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	mux.Handle("GET "+Path+"/query", guard(http.HandlerFunc(s.serve)))
	mux.Handle("GET "+articles+"{id}", opened(guard(http.HandlerFunc(s.page))))
	mux.Handle(Path+"/", guard(http.NotFoundHandler()))
	s.controls(mux, guard)
}
