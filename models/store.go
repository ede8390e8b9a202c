// Package models is the data: rows, repositories by aggregate, the tenant guard and migrations.
// It is the only door to gorm, and works alike on SQLite and PostgreSQL.
//
// The tenant comes from the context (internal/base/tenant). A statement on a tenant's table without a
// tenant fails; Platform is the explicit way out. Tables of the platform itself (tenants,
// login attempts) are reached by their repositories alone, which call Platform for that one table.
package models

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// Options are the settings of Open; the zero value is right for most.
type Options struct {
	Logger        *slog.Logger     // slow statements; nil discards
	Clock         func() time.Time // nil is time.Now
	MaxConns      int              // PostgreSQL connections, or SQLite readers; 0 is 10
	SlowStatement time.Duration    // log statements that take longer; 0 is 250 ms
}

// Store is the database. It is safe for concurrent use.
type Store struct {
	Tenants     *Tenants
	Templates   *Templates
	Uploads     *Uploads
	Coupons     *Coupons
	Idempotency *Idempotency
	Logins      *Logins
	SessionEnds *SessionEnds
	Outbox      *Outbox
	Events      *Events
	Bulk        *Bulk
	Schedules   *Schedules

	Connections   *Connections
	Subscribers   *Subscribers
	Conversations *Conversations
	Deliveries    *Deliveries
	Generations   *Generations
	Accounts      *Accounts
	Posters       *Posters
	Processes     *Processes

	Journeys *Journeys
	Sessions *JourneySessions
	Figures  *JourneyFigures
	Tallies  *Tallies

	Candles *Candles
	Feeds   *Feeds
	News    *News
	AI      *AI

	Signals      *Signals
	Strategies   *Strategies
	Records      *Records
	ChannelPosts *ChannelPosts
	SignalAsks   *SignalAsks
	Recaps       *Recaps
	CrossPromo   *CrossPromo
	Hype         *Hype
	PostLinks    *PostLinks
	Members      *ChannelMembers
	Backtests    *Backtests

	db     *gorm.DB
	pool   *pool
	clock  func() time.Time
	outbox *delivery    // shared by the store and its transactions
	after  *afterCommit // of the transaction; nil outside of one
}

// Open connects to the database that dsn names: "postgres://…", "sqlite:///absolute/file.db",
// "sqlite:relative/file.db" or a plain file path. It changes nothing in it (see Migrate). The
// error is fault.Invalid for a DSN that can't be read, fault.Unavailable when nothing answers.
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Clock == nil {
		opts.Clock = time.Now
	}
	if opts.MaxConns <= 0 {
		opts.MaxConns = 10
	}
	if opts.SlowStatement <= 0 {
		opts.SlowStatement = 250 * time.Millisecond
	}
	conns, err := connect(dsn, opts.MaxConns)
	if err != nil {
		return nil, err
	}
	pool := &pool{write: conns.write, read: conns.read, probe: conns.probe, log: opts.Logger, slow: opts.SlowStatement}
	ping, cancel := context.WithTimeout(ctx, statementTimeout)
	defer cancel()
	if err := pool.ping(ping); err != nil {
		return nil, errors.Join(err, pool.close())
	}
	db, err := gorm.Open(conns.dialector, &gorm.Config{
		Logger:                   logger.Discard, // the pool logs, without values
		NowFunc:                  func() time.Time { return opts.Clock().UTC() },
		SkipDefaultTransaction:   true, // a single statement is a transaction already
		DisableNestedTransaction: true, // savepoints are raw statements
		DisableAutomaticPing:     true,
	})
	if err == nil {
		db.ConnPool, db.Statement.ConnPool = pool, pool
		err = db.Use(guard{})
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open database: %w", translate(err)), pool.close())
	}
	return newStore(Store{db: db, pool: pool, clock: opts.Clock, outbox: &delivery{}}), nil
}

// newStore gives a store, whose own fields are set, its repositories.
func newStore(base Store) *Store {
	s := &base
	s.Tenants = &Tenants{s}
	s.Templates = &Templates{s}
	s.Uploads = &Uploads{s}
	s.Coupons = &Coupons{s}
	s.Idempotency = &Idempotency{s}
	s.Logins, s.SessionEnds = &Logins{s}, &SessionEnds{s}
	s.Outbox = &Outbox{s}
	s.Events = &Events{s}
	s.Bulk = &Bulk{s}
	s.Schedules = &Schedules{s}
	s.Connections = &Connections{s}
	s.Subscribers = &Subscribers{s}
	s.Conversations = &Conversations{s}
	s.Deliveries = &Deliveries{s}
	s.Generations = &Generations{s}
	s.Accounts = &Accounts{s}
	s.Posters = &Posters{s}
	s.Candles = &Candles{s}
	s.Feeds = &Feeds{s}
	s.News = &News{s}
	s.Signals, s.Strategies, s.Records = &Signals{s}, &Strategies{s}, &Records{s}
	s.ChannelPosts, s.SignalAsks, s.Recaps = &ChannelPosts{s}, &SignalAsks{s}, &Recaps{s}
	s.CrossPromo, s.Hype = &CrossPromo{s}, &Hype{s}
	s.PostLinks, s.Members = &PostLinks{s}, &ChannelMembers{s}
	s.AI = &AI{s}
	s.Backtests = &Backtests{s}
	s.Processes = &Processes{s}
	s.Journeys = &Journeys{s}
	s.Sessions = &JourneySessions{s}
	s.Figures, s.Tallies = &JourneyFigures{s}, &Tallies{s}
	return s
}

// Platform returns a context that sees every tenant's rows. It is for sweeps, migrations and the
// platform's own tables; each call is a place to review.
func Platform(ctx context.Context) context.Context { return tenant.Platform(ctx) }

// NewID returns a new UUIDv7 as text. Ids that one process makes rise in order.
func NewID() string { return uuid.Must(uuid.NewV7()).String() }

const base62 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

// NewToken returns the 12 random characters of base62 that public links, callback data and deep links
// carry.
func NewToken() string {
	out := make([]byte, 0, 12)
	var b [1]byte
	for len(out) < cap(out) {
		_, _ = rand.Read(b[:])
		if n := int(b[0] >> 2); n < len(base62) { // 6 bits: the two values past the end are drawn again
			out = append(out, base62[n])
		}
	}
	return string(out)
}

// Tx runs fn in one transaction: committed when fn returns nil, else rolled back. Within fn use tx
// alone: SQLite has one writer connection, and the outer store would wait for it. Calls may nest;
// the inner one joins the outer transaction. Keep the network out, and at most 1,000 rows in. What fn
// gave to AfterCommit happens before Tx returns.
func (s *Store) Tx(ctx context.Context, fn func(tx *Store) error) error {
	after := s.after
	if after == nil {
		after = &afterCommit{}
	}
	err := s.transaction(ctx, after, fn)
	if err == nil && s.after == nil {
		for _, step := range after.steps {
			step(ctx)
		}
	}
	return err
}

func (s *Store) transaction(ctx context.Context, after *afterCommit, fn func(tx *Store) error) error {
	ctx, cancel := limited(ctx)
	defer cancel()
	return translate(s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		return fn(newStore(Store{db: db, pool: s.pool, clock: s.clock, outbox: s.outbox, after: after}))
	}))
}

// afterCommit is what a transaction leaves for the time after its commit.
type afterCommit struct {
	steps    []func(ctx context.Context)
	messages []OutboxMessage
}

// AfterCommit keeps a step for the time after the transaction's commit; it does not happen when the
// transaction is undone. The steps get the context of the outermost Tx. It is for what may fail without
// harm, since the change holds whatever comes of it. Call it on the store that Tx gives.
func (s *Store) AfterCommit(step func(ctx context.Context)) {
	s.after.steps = append(s.after.steps, step)
}

// limited gives work that has no deadline the statement's.
func limited(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, statementTimeout)
}

// Ping checks that the database answers, and that its disk was not full when something was last written. The
// error is fault.Unavailable.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.ping(ctx); err != nil {
		return err
	}
	if s.pool.full.Load() {
		return databaseFull(nil)
	}
	return nil
}

// Close ends all connections.
func (s *Store) Close() error { return s.pool.close() }

// Dialect is "sqlite" or "postgres".
func (s *Store) Dialect() string { return s.db.Name() }

// Describe says in a few words what the database is, for the system page: "SQLite 3.54.1, schema
// 202611220001".
func (s *Store) Describe(ctx context.Context) (string, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	version, err := rawsql.ServerVersion(s.db.WithContext(ctx))
	if err != nil {
		return "", translate(err)
	}
	status, err := s.MigrationStatus(ctx)
	if err != nil {
		return "", err
	}
	name, schema := "SQLite", "empty"
	if s.Dialect() == "postgres" {
		name = "PostgreSQL"
	}
	for _, m := range status {
		if m.Applied {
			schema, _, _ = cutName(m.Name)
		}
	}
	return fmt.Sprintf("%s %s, schema %s", name, version, schema), nil
}

// in returns a session for the context's tenant.
func (s *Store) in(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }

// now is the time that goes into a row.
func (s *Store) now() Time { return NewTime(s.clock()) }
