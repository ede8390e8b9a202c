package market

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/candle"
)

// schema is beside the tables of the sandbox's other parts. Prices are in 10⁻⁵ dollars, times in
// microseconds since 1970, minutes in seconds.
const schema = `
CREATE TABLE IF NOT EXISTS market (
	id INTEGER PRIMARY KEY CHECK (id = 1),
	seed INTEGER NOT NULL, began INTEGER NOT NULL,
	anchor INTEGER NOT NULL, since INTEGER NOT NULL, speed REAL NOT NULL, paused INTEGER NOT NULL,
	outage TEXT NOT NULL, outage_ends INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS market_moves (minute INTEGER PRIMARY KEY, gap INTEGER NOT NULL, jump INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS market_script (
	minute INTEGER PRIMARY KEY, open INTEGER NOT NULL, high INTEGER NOT NULL, low INTEGER NOT NULL, close INTEGER NOT NULL
);`

// load reads the market, or begins a new one with a seed.
func (s *Service) load(ctx context.Context, seed uint64) error {
	if _, err := s.db.ExecContext(ctx, schema); err != nil {
		return err
	}
	var kept, began, anchor, since, ends int64
	v := &s.saved
	err := s.db.QueryRowContext(ctx, "SELECT seed, began, anchor, since, speed, paused, outage, outage_ends FROM market").
		Scan(&kept, &began, &anchor, &since, &v.clock.speed, &v.clock.paused, &v.outage.Kind, &ends)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		s.saved = s.begin(seed)
		if err := s.save(ctx, s.saved); err != nil {
			return err
		}
	case err != nil:
		return err
	default:
		v.seed, v.began = uint64(kept), fromMicros(began)
		v.clock.anchor, v.clock.since, v.outage.Ends = fromMicros(anchor), fromMicros(since), fromMicros(ends)
	}
	s.moves, s.script = map[int64]move{}, map[int64]candle.Prices{}
	var minute int64
	var m move
	if err := s.each(ctx, "SELECT minute, gap, jump FROM market_moves", []any{&minute, &m.gap, &m.jump}, func() { s.moves[minute] = m }); err != nil {
		return err
	}
	var p candle.Prices
	return s.each(ctx, "SELECT minute, open, high, low, close FROM market_script", []any{&minute, &p.Open, &p.High, &p.Low, &p.Close}, func() { s.script[minute] = p })
}

// each reads all rows of a query into the same places.
func (s *Service) each(ctx context.Context, query string, into []any, row func()) error {
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		row()
	}
	return rows.Err()
}

// save writes the market's one row. What a caller who hangs up has ordered is written all the same.
func (s *Service) save(ctx context.Context, v saved) error {
	_, err := s.db.ExecContext(context.WithoutCancel(ctx), `INSERT OR REPLACE INTO market (id, seed, began, anchor, since, speed, paused, outage, outage_ends)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?)`, int64(v.seed), v.began.UnixMicro(), v.clock.anchor.UnixMicro(), v.clock.since.UnixMicro(),
		v.clock.speed, v.clock.paused, v.outage.Kind, micros(v.outage.Ends))
	return err
}

// saveMove writes what changes a minute.
func (s *Service) saveMove(ctx context.Context, minute int64, m move) error {
	_, err := s.db.ExecContext(context.WithoutCancel(ctx), "INSERT OR REPLACE INTO market_moves (minute, gap, jump) VALUES (?, ?, ?)", minute, int64(m.gap), int64(m.jump))
	return err
}

// saveScript writes scripted minutes, all or none.
func (s *Service) saveScript(ctx context.Context, minutes []candle.Candle) error {
	ctx = context.WithoutCancel(ctx)
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	statement, err := tx.PrepareContext(ctx, "INSERT OR REPLACE INTO market_script (minute, open, high, low, close) VALUES (?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	defer func() { _ = statement.Close() }()
	for _, m := range minutes {
		if _, err := statement.ExecContext(ctx, m.Time, int64(m.Open), int64(m.High), int64(m.Low), int64(m.Close)); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// micros is a time in the database; none is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMicro(n).UTC()
}
