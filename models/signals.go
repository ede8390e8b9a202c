package models

import (
	"context"
	"encoding/json"
	"errors"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/wording"
)

// SignalState is how far a signal is.
type SignalState string

// States of a signal.
const (
	SignalProposed  SignalState = "proposed" // it waits for somebody's yes
	SignalWaiting   SignalState = "waiting"  // for the price at which it is opened
	SignalOpen      SignalState = "open"
	SignalClosed    SignalState = "closed"
	SignalRejected  SignalState = "rejected"
	SignalLapsed    SignalState = "lapsed"    // nobody said anything in time
	SignalCancelled SignalState = "cancelled" // withdrawn, or the market did not let it open; Reason says why
)

// LiveSignals are the states in which something can still happen to a signal.
var LiveSignals = []SignalState{SignalProposed, SignalWaiting, SignalOpen}

// Live reports whether something can still happen.
func (s SignalState) Live() bool {
	return s == SignalProposed || s == SignalWaiting || s == SignalOpen
}

// SignalTerms count for a signal from its beginning, whatever the tenant sets later.
type SignalTerms struct {
	PipSize pip.Size  `json:"pip_size"`
	Lots    pip.Lots  `json:"lots"`
	Spread  pip.Price `json:"spread"` // between bid and ask
}

// Signal is a trade that a strategy proposed. Times of the market are Unix seconds; 0 is none.
type Signal struct {
	ID           string
	TenantID     string
	Number       int64 // in the record; 0 before its first entry there
	Strategy     string
	Params       json.RawMessage `gorm:"serializer:json"`
	Practice     bool            // it is followed and told to nobody
	Market       string
	Symbol       string
	Bar          int64 // the begin of the bar on whose close it was decided
	State        SignalState
	Reason       string
	Side         position.Side
	Plan         position.Plan      `gorm:"serializer:json"`
	Position     *position.Position `gorm:"serializer:json"` // once it is open
	Terms        SignalTerms        `gorm:"serializer:json"`
	ReadyAt      int64              // from when on it may be opened
	ApproveUntil int64
	WatchLow     pip.Price // at or below which price of the market something happens to it
	WatchHigh    pip.Price // and at or above
	ExpiresAt    int64
	Cursor       int64 // the begin of the last minute that counted
	OpenedAt     int64
	ClosedAt     int64
	Pips         pip.Pips // once it is closed
	R            pip.R
	Money        int64 // cents
	Chat         string
	MessageID    int64
	DecidedBy    string
	Ordered      *SignalOrder `gorm:"serializer:json"` // what a person wants done with it while it is open
	Version      int64
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
}

// SignalOrder is what a person wants done with an open signal from the next minute on.
type SignalOrder struct {
	From    int64         `json:"from"` // the begin of the first minute in which it counts
	By      string        `json:"by"`
	Close   bool          `json:"close,omitempty"`
	Ends    bool          `json:"ends,omitempty"`    // of Close: with the record, and nobody chose the signal
	Levels  *SignalLevels `json:"levels,omitempty"`  // to change to
	Refused string        `json:"refused,omitempty"` // why it could not be done when its minute came
}

// Waits reports whether there is something to be done yet.
func (o *SignalOrder) Waits() bool { return o != nil && o.Refused == "" }

// Outcome is what a closed signal has brought.
func (s *Signal) Outcome() wording.Outcome {
	return wording.Outcome{Number: s.Number, Side: s.Side, Pips: s.Pips, R: s.R, Money: s.Money, Lots: s.Terms.Lots, Hit: s.Position.Hit}
}

// Simulated reports whether its market is made up.
func (s *Signal) Simulated() bool { return s.Market == SimulatedMarket }

// SignalMilestone is something that happened to a signal. Seq is 1 for the first.
type SignalMilestone struct {
	TenantID string `gorm:"primaryKey"`
	SignalID string `gorm:"primaryKey"`
	Seq      int    `gorm:"primaryKey;autoIncrement:false"`
	At       int64
	Kind     string
	Data     SignalEvent `gorm:"serializer:json"`
}

// SignalEvent is a milestone, or an edit of the levels, with the position after it.
type SignalEvent struct {
	Milestone *position.Milestone `json:"milestone,omitempty"`
	Old       *SignalLevels       `json:"old,omitempty"` // of an edit
	New       *SignalLevels       `json:"new,omitempty"`
	By        string              `json:"by,omitempty"`
	Position  position.Position   `json:"position"`
}

// SignalLevels are a signal's stop and the targets that were not hit yet.
type SignalLevels struct {
	Stop    pip.Price         `json:"stop"`
	Targets []position.Target `json:"targets"`
}

// EditedLevels is the kind of a SignalMilestone that is an edit of the levels.
const EditedLevels = "edited"

// Signals is the repository of signals.
type Signals struct{ s *Store }

var errNoSignal = fault.New(fault.NotFound, "signal_not_found", "There is no such signal")

// Create adds a signal. One of the same strategy and bar is fault.Conflict "signal_exists".
func (r *Signals) Create(ctx context.Context, row *Signal) error {
	row.ID, row.Version, row.CreatedAt, row.UpdatedAt = NewID(), 1, r.s.now(), r.s.now()
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Create(row).Error; err != nil {
			return taken(err, "signal_exists", "The strategy has a signal of this bar already")
		}
		return tx.Events.Add(ctx, TopicSignal, row.ID, row.Version)
	})
}

// Get returns one signal, or fault.NotFound "signal_not_found".
func (r *Signals) Get(ctx context.Context, id string) (*Signal, error) {
	var row Signal
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSignal.Code, errNoSignal.Message)
	}
	return &row, nil
}

// Change lets fn change a signal under a lock, within a transaction that fn gets too, and writes it with the next version
// and an event. expect is the version that a person saw, or AnyVersion; fn's ErrUnchanged writes nothing.
func (r *Signals) Change(ctx context.Context, id string, expect int64, fn func(tx *Store, row *Signal) error) (*Signal, error) {
	var row Signal
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoSignal.Code, errNoSignal.Message)
		}
		if expect != AnyVersion && expect != row.Version {
			return versionChanged()
		}
		if err := fn(tx, &row); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		row.Version++
		row.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("*").Omit("id", "tenant_id", "strategy", "bar", "created_at").Where("id = ?", id).Updates(&row).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicSignal, id, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// SignalFilter narrows a list. The zero value lists everything but practice.
type SignalFilter struct {
	States   []SignalState
	Strategy string
	Practice bool
	After    string
	Limit    int
}

// List returns the tenant's signals, the newest first.
func (r *Signals) List(ctx context.Context, f SignalFilter) (Page[Signal], error) {
	const list = "signals"
	db, err := newestFirst(r.s.in(ctx), list, "created_at", f.After, f.Limit)
	if err != nil {
		return Page[Signal]{}, err
	}
	db = db.Where("practice = ?", f.Practice)
	if len(f.States) > 0 {
		db = db.Where("state IN ?", f.States)
	}
	if f.Strategy != "" {
		db = db.Where("strategy = ?", f.Strategy)
	}
	var rows []Signal
	if err := db.Find(&rows).Error; err != nil {
		return Page[Signal]{}, err
	}
	return cut(rows, list, f.Limit, func(s Signal) place { return place{s.CreatedAt, s.ID} }), nil
}

// CountLive is how many of a strategy's signals on a market are not over.
func (r *Signals) CountLive(ctx context.Context, strategy string, m Market) (int64, error) {
	var n int64
	return n, r.s.in(ctx).Model(&Signal{}).Where("strategy = ? AND market = ? AND symbol = ? AND state IN ?", strategy, m.Provider, m.Symbol, LiveSignals).Count(&n).Error
}

// Stranded returns the signals of all tenants that are not over and on another market than this one. The context must be
// the platform's.
func (r *Signals) Stranded(ctx context.Context, m Market) ([]Signal, error) {
	var rows []Signal
	return rows, r.s.working(ctx).Select("id", "tenant_id").Where("state IN ? AND NOT (market = ? AND symbol = ?)", LiveSignals, m.Provider, m.Symbol).Order("id").Find(&rows).Error
}

// CountOpen is how many signals were open at a moment of the market, without practice.
func (r *Signals) CountOpen(ctx context.Context, at int64) (int64, error) {
	var n int64
	return n, r.s.in(ctx).Model(&Signal{}).Where("opened_at > 0 AND opened_at < ? AND (closed_at = 0 OR closed_at >= ?) AND practice = ?", at, at, false).Count(&n).Error
}

// meanOf is of how many signals a mean is made, the newest ones.
const meanOf = 1000

// MeanR is what a strategy's newest closed signals on a market have brought on average that were made since a moment of ours,
// and of how many that is, without practice.
func (r *Signals) MeanR(ctx context.Context, strategy string, m Market, since Time) (mean pip.R, n int, err error) {
	var results []pip.R
	err = r.s.in(ctx).Model(&Signal{}).Where("strategy = ? AND market = ? AND symbol = ? AND state = ? AND practice = ? AND created_at >= ?", strategy, m.Provider, m.Symbol, SignalClosed, false, since).
		Order("closed_at DESC").Limit(meanOf).Pluck("r", &results).Error
	if err != nil || len(results) == 0 {
		return 0, 0, err
	}
	for _, one := range results {
		mean += one
	}
	return mean / pip.R(len(results)), len(results), nil
}

// ClosedBetween returns the signals that were closed from a moment of the market on until before another one, in that
// order, without practice.
func (r *Signals) ClosedBetween(ctx context.Context, from, to int64, limit int) ([]Signal, error) {
	var rows []Signal
	err := r.s.in(ctx).Where("closed_at >= ? AND closed_at < ? AND closed_at > 0 AND practice = ?", from, to, false).Order("closed_at, id").Limit(limit).Find(&rows).Error
	return rows, err
}

// Crossing is what a market has done since the signals were told of it last.
type Crossing struct {
	Market
	Low, High pip.Price // of the minutes in between; 0 without any
	Minute    int64     // the begin of the newest minute that is known
	Now       int64     // the market's time
}

// Crossed returns the signals of all tenants to which something may have happened. The context must be the platform's.
func (r *Signals) Crossed(ctx context.Context, c Crossing) ([]Signal, error) {
	var rows []Signal
	err := r.s.working(ctx).Select("id", "tenant_id").Where("market = ? AND symbol = ?", c.Provider, c.Symbol).Where(
		r.s.in(ctx).Where("state = ? AND approve_until <= ?", SignalProposed, c.Now).
			Or("state = ? AND ready_at <= ?", SignalWaiting, c.Now).
			Or("state = ? AND (watch_low >= ? OR watch_high <= ? OR expires_at > 0 AND expires_at <= ?)", SignalOpen, c.Low, c.High, c.Minute)).
		Order("id").Find(&rows).Error
	return rows, err
}

// Unfinished returns the signals of all tenants whose flow has something to do: they are live, or a post of theirs waits.
// The context must be the platform's.
func (r *Signals) Unfinished(ctx context.Context) ([]Signal, error) {
	var rows []Signal
	waiting := r.s.in(ctx).Model(&ChannelPost{}).Select("subject").Where("state = ?", PostPlanned)
	return rows, r.s.working(ctx).Select("id", "tenant_id").Where(r.s.in(ctx).Where("state IN ?", LiveSignals).Or("id IN (?)", waiting)).Order("id").Find(&rows).Error
}

// AddMilestones writes what happened to a signal after what is known. Call it within Change.
func (r *Signals) AddMilestones(ctx context.Context, id string, events []SignalMilestone) error {
	last, err := lastSeq(r.s.in(ctx).Model(&SignalMilestone{}).Where("signal_id = ?", id))
	if err != nil {
		return err
	}
	for i := range events {
		events[i].SignalID, events[i].Seq = id, last+i+1
	}
	return r.s.in(ctx).Create(&events).Error
}

// Milestones returns what happened to signals, in order.
func (r *Signals) Milestones(ctx context.Context, ids ...string) ([]SignalMilestone, error) {
	var rows []SignalMilestone
	return rows, r.s.in(ctx).Where("signal_id IN ?", ids).Order("signal_id, seq").Find(&rows).Error
}

// lastSeq is the highest number among rows; 0 without any.
func lastSeq(rows *gorm.DB) (int, error) {
	var found []int
	if err := rows.Order("seq DESC").Limit(1).Pluck("seq", &found).Error; err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}
