// Package telegram simulates Telegram's Bot API with its limits, its error texts and its ways to
// deliver updates, and the people and channels that a bot meets there. Bots use it under
// /sandbox/telegram; /sandbox/api/telegram plays the people, orders faults and tells every call.
// All state is in one SQLite file: a call and what it changed are one transaction, written before
// the answer, so that the log is the truth whatever is killed.
package telegram

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Path is where the simulated Bot API is; Control where people and faults are made.
const (
	Path    = "/sandbox/telegram"
	Control = "/sandbox/api/telegram"
)

// Options are what the simulation needs to know.
type Options struct {
	File string // the database; empty keeps everything in memory
	Bots []Bot  // bots that exist from the start, under their names
	// Channels are there from the start of a new database, besides the one that always is, with all bots as administrators.
	Channels []Channel
	Clock    func() time.Time // nil is time.Now
	Logger   *slog.Logger     // nil discards
	// RetryAfter is how long the first repetition of a refused webhook waits; each further one
	// waits twice as long. Zero is half a second, which a person has the patience to watch.
	RetryAfter time.Duration
}

// Channel is a channel to play with.
type Channel struct {
	Title, Username string
	Members         int
}

// Bot is a bot with a name of its own. One whose token is merely used is named after its id.
type Bot struct {
	Token, Username, FirstName string
}

// Service is the simulation. It is safe for concurrent use.
type Service struct {
	db      *sql.DB
	clock   func() time.Time
	log     *slog.Logger
	retry   time.Duration
	methods map[string]method
	names   map[string]string
	hub     *hub
	waiters *waiters
	limits  *limits
	pollers *pollers
	client  *http.Client
	stop    context.CancelFunc
	ended   <-chan struct{}
	crowds  chan struct{} // something for crowds to do
	done    sync.WaitGroup
}

// Open opens the database, adds what a first visit needs, and starts to deliver webhooks and to
// play crowds, until Close.
func Open(ctx context.Context, o Options) (*Service, error) {
	db, err := open(ctx, o.File)
	if err != nil {
		return nil, err
	}
	s := &Service{
		db: db, clock: o.Clock, log: o.Logger, retry: o.RetryAfter,
		hub: newHub(), waiters: newWaiters(), limits: newLimits(), pollers: newPollers(),
		crowds: make(chan struct{}, 1),
		// A redirect is no 2xx and counts as refused, as with the real service.
		client: &http.Client{Timeout: webhookPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
	}
	s.methods, s.names = methods()
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.retry == 0 {
		s.retry = 500 * time.Millisecond
	}
	if err := s.do(ctx, func(t *tx) error { return s.furnish(t, o.Bots, o.Channels) }); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	ctx, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.ended = ctx.Done()
	for _, loop := range []func(context.Context){s.deliver, s.play, s.prune} {
		s.done.Go(func() { loop(ctx) })
	}
	return s, nil
}

// Close ends the deliveries and closes the database. Requests that still wait are answered.
func (s *Service) Close() error {
	s.stop()
	s.pollers.endAll()
	s.done.Wait()
	return s.db.Close()
}

// Routes adds the Bot API and its control, all behind the guard.
func (s *Service) Routes(mux *http.ServeMux, guard func(http.Handler) http.Handler) {
	mux.Handle(Path+"/", guard(http.HandlerFunc(s.serve)))
	s.control(mux, guard)
}

// furnish makes the named bots and, in a new database, two people and channels to play with.
func (s *Service) furnish(t *tx, bots []Bot, more []Channel) error {
	for _, b := range bots {
		if err := nameBot(t, b); err != nil {
			return err
		}
	}
	var people int
	if _, err := t.get("SELECT count(*) FROM users", nil, &people); err != nil || people > 0 {
		return err
	}
	for _, p := range []user{
		{ID: firstUser, FirstName: "Ada", LastName: "Lovelace", Username: "ada_sandbox", LanguageCode: "en"},
		{ID: firstUser + 1, FirstName: "Blaise", LastName: "Pascal", Username: "blaise_sandbox", LanguageCode: "fr"},
	} {
		if err := addUser(t, p, 0); err != nil {
			return err
		}
	}
	channels := append([]Channel{{Title: "Sandbox Channel", Username: "sandbox_channel", Members: 1250}}, more...)
	for i, known := range channels {
		c := channel{ID: firstChannel - int64(i), Type: "channel", Title: known.Title, Username: known.Username, Members: known.Members}
		if err := addChannel(t, c); err != nil {
			return err
		}
		if err := t.exec("INSERT INTO memberships (channel, bot, status, can_post) SELECT ?, id, 'administrator', 1 FROM bots", c.ID); err != nil {
			return err
		}
	}
	return nil
}

// keptCalls and keptUpdates bound the file: the newest calls, and updates as long as Telegram.
const (
	keptCalls   = 200_000
	keptUpdates = 24 * time.Hour
	pruneEvery  = 5 * time.Minute
)

// prune forgets what the real service would have forgotten, and the oldest calls.
func (s *Service) prune(ctx context.Context) {
	tick := time.NewTicker(pruneEvery)
	defer tick.Stop()
	for {
		now := s.clock()
		err := s.do(ctx, func(t *tx) error {
			return errors.Join(
				t.exec("DELETE FROM updates WHERE at < ?", now.Add(-keptUpdates).UnixMicro()),
				t.exec("DELETE FROM callbacks WHERE at < ?", now.Add(-keptUpdates).UnixMicro()),
				t.exec("DELETE FROM calls WHERE id <= (SELECT max(id) FROM calls) - ?", keptCalls))
		})
		if err != nil && ctx.Err() == nil {
			s.log.Warn("sandbox not pruned", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
