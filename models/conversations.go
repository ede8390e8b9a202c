package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// InboundRetention is how long updates are kept: Telegram redelivers one for a day at most.
const InboundRetention = 48 * time.Hour

// MaxUnhandled is how many messages of one person wait for a flow; more are not accepted.
const MaxUnhandled = 50

// Routes of an update that goes to no flow. Flows' names are the other routes.
const (
	RouteNone  = "none"  // nothing listens to it
	RouteFlood = "flood" // the person has MaxUnhandled messages waiting
	RouteState = "state" // it only changed what is known about the person
)

// InboundMessage is an update that was received. Each counts once.
type InboundMessage struct {
	ConnectionID string `gorm:"primaryKey"`
	UpdateID     int64  `gorm:"primaryKey;autoIncrement:false"`
	TenantID     string
	UserID       int64
	Kind         message.Kind
	Album        string // of which it is a part; empty for none
	Route        string
	Seq          int64
	Payload      string // JSON; what is in it is the flow's and the adapter's matter
	ReceivedAt   Time
}

// TableName implements gorm's Tabler.
func (InboundMessage) TableName() string { return "inbound" }

// Conversation is one person's talk with one flow. LastSeq is the number of the last message that
// was received for it, HandledSeq that of the last one which the flow acted on.
type Conversation struct {
	ID           string
	TenantID     string
	ConnectionID string
	UserID       int64
	Flow         string
	Open         bool // its workflow runs
	LastSeq      int64
	HandledSeq   int64
	Turn         string // name of the flow's last turn
	Turned       string // its result, as JSON
	CreatedAt    Time   `gorm:"autoCreateTime:false"`
	UpdatedAt    Time   `gorm:"autoUpdateTime:false"`
}

// Incoming is an update as the inbox takes it.
type Incoming struct {
	ConnectionID string
	UpdateID     int64
	Person       Person
	Kind         message.Kind
	At           int64           // Telegram's time of it in seconds; 0 when it has none
	Source       string          // payload of a deep link
	State        SubscriberState // the person's state after the update
	Album        string          // of which it is a part; empty for none
	Payload      json.RawMessage
}

// Conversations is the repository of conversations and of the messages that come in for them.
type Conversations struct{ s *Store }

var errDuplicate = errors.New("the update was received before")

// Receive stores an update, all in one transaction: the person is met, route decides which flow
// it goes to (a flow's name, or one of the Route constants; it is not asked about the later parts of an album), it takes its place in that flow's
// conversation, and signal writes the outbox message for the flow. ok is false, and nothing changes,
// when the update was received before.
func (r *Conversations) Receive(ctx context.Context, in Incoming, route func(tx *Store, who *Subscriber) (string, error),
	signal func(tx *Store, m *InboundMessage) error) (ok bool, err error) {
	flood := false
	err = r.s.Tx(ctx, func(tx *Store) error {
		who, err := tx.Subscribers.Meet(ctx, in)
		if err != nil {
			return err
		}
		m := &InboundMessage{ConnectionID: in.ConnectionID, UpdateID: in.UpdateID, UserID: in.Person.ID, Kind: in.Kind,
			Album: in.Album, Payload: string(in.Payload), ReceivedAt: tx.now()}
		began, err := tx.Conversations.hasBegun(ctx, in)
		if err != nil {
			return err
		}
		if m.Route = RouteState; !began {
			if m.Route, err = route(tx, who); err != nil {
				return err
			}
		}
		if toFlow(m.Route) {
			if err := tx.Conversations.place(ctx, m); err != nil {
				return err
			}
		}
		result := tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "update_id"}}, DoNothing: true}).Create(m)
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return errDuplicate // what was done above is rolled back
		}
		if flood = m.Route == RouteFlood; m.Seq == 0 {
			return nil
		}
		return signal(tx, m)
	})
	if errors.Is(err, errDuplicate) {
		return false, nil
	}
	if err == nil && flood {
		r.s.pool.log.WarnContext(ctx, "a message was dropped: too many of this person wait to be answered",
			"connection", in.ConnectionID, "update", in.UpdateID, "waiting", MaxUnhandled)
	}
	return err == nil, err
}

// hasBegun tells that another part of the update's album came before: several parts of one sending are one
// message. The person's row is locked, so no two parts are the first.
func (r *Conversations) hasBegun(ctx context.Context, in Incoming) (bool, error) {
	if in.Album == "" {
		return false, nil
	}
	var n int64
	err := r.s.in(ctx).Model(&InboundMessage{}).
		Where("connection_id = ? AND user_id = ? AND album = ? AND album <> ''", in.ConnectionID, in.Person.ID, in.Album).Limit(1).Count(&n).Error
	return n > 0, err
}

func toFlow(route string) bool {
	return route != RouteNone && route != RouteFlood && route != RouteState
}

// place gives a message the next number of its conversation, which is open from now on.
func (r *Conversations) place(ctx context.Context, m *InboundMessage) error {
	now := r.s.now()
	row, err := r.Lock(ctx, m.ConnectionID, m.UserID, m.Route)
	if fault.Is(err, fault.NotFound) {
		fresh := &Conversation{ID: NewID(), ConnectionID: m.ConnectionID, UserID: m.UserID, Flow: m.Route, CreatedAt: now, UpdatedAt: now}
		err = r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "user_id"}, {Name: "flow"}}, DoNothing: true}).
			Create(fresh).Error
		if err == nil {
			row, err = r.Lock(ctx, m.ConnectionID, m.UserID, m.Route)
		}
	}
	if err != nil {
		return err
	}
	if row.LastSeq-row.HandledSeq >= MaxUnhandled {
		m.Route = RouteFlood
		return nil
	}
	m.Seq = row.LastSeq + 1
	return r.s.in(ctx).Model(&Conversation{}).Where("id = ?", row.ID).
		Updates(map[string]any{"last_seq": m.Seq, "open": true, "updated_at": now}).Error
}

// Command puts a row that a person of the team has written into a conversation's queue; call it in a Tx.
// A conversation with MaxUnhandled rows that wait takes none: fault.Conflict "conversation_busy".
func (r *Conversations) Command(ctx context.Context, m *InboundMessage) error {
	m.ReceivedAt = r.s.now()
	if err := r.place(ctx, m); err != nil {
		return err
	}
	if m.Seq == 0 {
		return fault.New(fault.Conflict, "conversation_busy", "Too many messages are waiting in this conversation").WithRemedy("Try again in a moment")
	}
	return r.s.in(ctx).Create(m).Error
}

// Pass hands a message of a conversation to another flow, where it takes the next place; call it in a Tx.
// ok is false when too many messages wait for that flow.
func (r *Conversations) Pass(ctx context.Context, m *InboundMessage, flow string) (ok bool, err error) {
	m.Route, m.Seq = flow, 0
	if err := r.place(ctx, m); err != nil {
		return false, err
	}
	err = r.s.in(ctx).Model(&InboundMessage{}).Where("connection_id = ? AND update_id = ?", m.ConnectionID, m.UpdateID).
		Updates(map[string]any{"route": m.Route, "seq": m.Seq}).Error
	return m.Seq > 0, err
}

// Open returns up to limit conversations of all tenants with a flow that are open, after an id. The
// context must be the platform's.
func (r *Conversations) Open(ctx context.Context, flow, after string, limit int) ([]Conversation, error) {
	var rows []Conversation
	return rows, r.s.in(ctx).Where("flow = ? AND open = ? AND id > ?", flow, true, after).Order("id").Limit(limit).Find(&rows).Error
}

// Next returns the messages of a conversation after seq, in order.
func (r *Conversations) Next(ctx context.Context, connection string, user int64, flow string, seq int64, limit int) ([]InboundMessage, error) {
	var rows []InboundMessage
	return rows, r.s.in(ctx).Where("connection_id = ? AND user_id = ? AND route = ? AND seq > ?", connection, user, flow, seq).
		Order("seq").Limit(limit).Find(&rows).Error
}

// Handled records up to which message a flow has acted.
func (r *Conversations) Handled(ctx context.Context, connection string, user int64, flow string, seq int64) error {
	return r.s.in(ctx).Model(&Conversation{}).Where("connection_id = ? AND user_id = ? AND flow = ? AND handled_seq < ?", connection, user, flow, seq).
		Updates(map[string]any{"handled_seq": seq, "updated_at": r.s.now()}).Error
}

// Close ends a conversation that has acted on everything up to seen. ok is false when another
// message was received in the meantime: then the flow goes on. A conversation that is gone is closed.
func (r *Conversations) Close(ctx context.Context, connection string, user int64, flow string, seen int64) (ok bool, err error) {
	where := func(db *gorm.DB) *gorm.DB {
		return db.Model(&Conversation{}).Where("connection_id = ? AND user_id = ? AND flow = ?", connection, user, flow)
	}
	result := where(r.s.in(ctx)).Where("last_seq <= ?", seen).
		Updates(map[string]any{"open": false, "handled_seq": seen, "updated_at": r.s.now()})
	if result.Error != nil || result.RowsAffected == 1 {
		return result.Error == nil, result.Error
	}
	var left int64
	err = where(r.s.in(ctx)).Count(&left).Error
	return left == 0, err
}

// DeleteBefore forgets the tenant's updates that were received before a given time, but for those that a flow
// has not acted on yet, and calls beat before each transaction.
func (r *Conversations) DeleteBefore(ctx context.Context, moment time.Time, beat func()) (int64, error) {
	const each = 500
	for deleted := int64(0); ; {
		beat()
		var rows []InboundMessage
		err := r.s.in(ctx).Select("connection_id", "update_id").Where("received_at < ?", NewTime(moment)).
			Where("NOT EXISTS (?)", r.s.in(ctx).Model(&Conversation{}).Select("id").
				Where("conversations.connection_id = inbound.connection_id AND conversations.user_id = inbound.user_id "+
					"AND conversations.flow = inbound.route AND conversations.handled_seq < inbound.seq")).
			Order("received_at").Limit(each).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return deleted, err
		}
		byConnection := map[string][]int64{}
		for _, row := range rows {
			byConnection[row.ConnectionID] = append(byConnection[row.ConnectionID], row.UpdateID)
		}
		for connection, ids := range byConnection {
			result := r.s.in(ctx).Where("connection_id = ? AND update_id IN ?", connection, ids).Delete(&InboundMessage{})
			if result.Error != nil {
				return deleted, result.Error
			}
			deleted += result.RowsAffected
		}
	}
}

// Find returns a person's conversation with a flow, or fault.NotFound "conversation_not_found".
func (r *Conversations) Find(ctx context.Context, connection string, user int64, flow string) (*Conversation, error) {
	var row Conversation
	if err := r.s.in(ctx).Where("connection_id = ? AND user_id = ? AND flow = ?", connection, user, flow).Take(&row).Error; err != nil {
		return nil, notFound(err, "conversation_not_found", "There is no such conversation")
	}
	return &row, nil
}

// Turn records a conversation's last turn, its name and result, and up to which message the flow
// has acted. The row is locked since the turn began.
func (r *Conversations) Turn(ctx context.Context, c *Conversation, turn string, result any) error {
	data, err := json.Marshal(result)
	if err != nil {
		return err
	}
	return r.s.in(ctx).Model(&Conversation{}).Where("id = ?", c.ID).
		Updates(map[string]any{"turn": turn, "turned": string(data), "handled_seq": c.HandledSeq, "updated_at": r.s.now()}).Error
}

// Lock returns a person's conversation with a flow, locked until the Tx ends, or fault.NotFound
// "conversation_not_found".
func (r *Conversations) Lock(ctx context.Context, connection string, user int64, flow string) (*Conversation, error) {
	var row Conversation
	err := r.s.in(ctx).Where("connection_id = ? AND user_id = ? AND flow = ?", connection, user, flow).
		Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if err != nil {
		return nil, notFound(err, "conversation_not_found", "There is no such conversation")
	}
	return &row, nil
}
