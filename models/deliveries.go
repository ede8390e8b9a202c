package models

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// DeliveryState is the progress of an outgoing call.
type DeliveryState string

// The states of a delivery, in their order. What a dead claim means: nothing was written, it is
// sent. What a dead sending means: the call may have gone out or not.
const (
	DeliveryQueued  DeliveryState = "queued" // requested by a person, not started
	DeliveryClaimed DeliveryState = "claimed"
	DeliverySending DeliveryState = "sending" // committed before the call is written
	DeliverySent    DeliveryState = "sent"
	DeliveryFailed  DeliveryState = "failed"
	DeliveryUnknown DeliveryState = "unknown" // it may have gone out; a person decides
)

// DeliveryLease is how long a process may hold a delivery. It is longer than a call's time limit
// and shorter than an activity's.
const DeliveryLease = 20 * time.Second

// Delivery is one outgoing effect over a connection. Key is made by the flow, so that the same
// effect is the same row however often it is attempted.
type Delivery struct {
	ID           string
	TenantID     string
	Key          string
	ConnectionID string
	ChatID       int64
	Method       string // Telegram's, for instance "sendPhoto"
	State        DeliveryState
	Attempt      int
	Claim        string // who holds it: compared with every change
	LeaseUntil   Time
	Resent       bool
	RandomID     int64
	MessageID    int64
	Result       string
	Content      string // JSON, for those that a person may send again
	Problem      *Note  `gorm:"serializer:json"`
	Version      int64
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
	SentAt       Time
}

// DeliveryClaim says what is about to be sent.
type DeliveryClaim struct {
	Key          string
	ConnectionID string
	ChatID       int64
	Method       string
	// Resend says what happens to a call that was in flight when its process died: true makes it
	// once more and marks it, false leaves it unknown.
	Resend bool
	Exact  bool // the service knows the call by its random id, so making it again is harmless
}

// Deliveries is the repository of deliveries and of the rates that they keep.
type Deliveries struct{ s *Store }

var errNoDelivery = fault.New(fault.NotFound, "delivery_not_found", "There is no such delivery")

// Queue writes a delivery that a person asked for, with what is to be sent. A key that exists
// already is returned as it is.
func (r *Deliveries) Queue(ctx context.Context, in DeliveryClaim, content string) (*Delivery, error) {
	row := r.fresh(in)
	row.State, row.Content = DeliveryQueued, content
	result := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "key"}}, DoNothing: true}).Create(row)
	if result.Error != nil {
		return nil, result.Error
	}
	if result.RowsAffected == 0 {
		return r.ByKey(ctx, in.Key)
	}
	return row, r.s.Events.Add(ctx, TopicDelivery, row.ID, row.Version)
}

func (r *Deliveries) fresh(in DeliveryClaim) *Delivery {
	var b [8]byte
	_, _ = rand.Read(b[:])
	now := r.s.now()
	return &Delivery{ID: NewID(), Key: in.Key, ConnectionID: in.ConnectionID, ChatID: in.ChatID, Method: in.Method,
		RandomID: int64(binary.LittleEndian.Uint64(b[:]) >> 1), Version: 1, CreatedAt: now, UpdatedAt: now}
}

// Claim takes a delivery for a lease. A row that is sent, failed or unknown comes back as it is and
// is not to be sent. One that somebody else holds is fault.Conflict "delivery_held" with the time
// after which it is free. Call it in a Tx together with Reserve and Sending when nothing has to be
// waited for.
func (r *Deliveries) Claim(ctx context.Context, in DeliveryClaim) (*Delivery, error) {
	var row Delivery
	err := r.s.Tx(ctx, func(tx *Store) error {
		fresh := tx.Deliveries.fresh(in)
		now := tx.now()
		fresh.State, fresh.Attempt, fresh.Claim, fresh.LeaseUntil = DeliveryClaimed, 1, NewID(), NewTime(now.Add(DeliveryLease))
		result := tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "key"}}, DoNothing: true}).Create(fresh)
		if result.Error != nil || result.RowsAffected == 1 {
			row = *fresh
			return result.Error
		}
		if err := tx.in(ctx).Where("key = ?", in.Key).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return err
		}
		if row.Done() {
			return nil
		}
		if held := row.LeaseUntil.Sub(now.Time); row.State != DeliveryQueued && held > 0 {
			return fault.New(fault.Conflict, "delivery_held", "Another process is sending this").WithRetryAfter(held + 50*time.Millisecond)
		}
		if row.State == DeliverySending && !in.Exact {
			if !in.Resend || row.Resent {
				row.State, row.Problem, row.LeaseUntil = DeliveryUnknown, noteAmbiguous(), Time{}
				return tx.Deliveries.finish(ctx, &row)
			}
			row.Resent = true
		}
		old := row.Claim
		row.State, row.Claim, row.LeaseUntil = DeliveryClaimed, NewID(), NewTime(now.Add(DeliveryLease))
		row.ConnectionID, row.ChatID, row.Method = in.ConnectionID, in.ChatID, in.Method
		row.Attempt++
		return tx.Deliveries.save(ctx, &row, old)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

func noteAmbiguous() *Note {
	return &Note{Code: "telegram_ambiguous", Message: "The connection broke during the call to Telegram, so it may or may not have arrived",
		Remedy: "Look in the chat, and send it again if it is not there"}
}

// Done reports whether a delivery has ended.
func (d *Delivery) Done() bool {
	return d.State == DeliverySent || d.State == DeliveryFailed || d.State == DeliveryUnknown
}

// Sending moves a claimed delivery to sending; the call is written after the commit. A claim that
// was taken over is fault.Conflict "delivery_lost".
func (r *Deliveries) Sending(ctx context.Context, d *Delivery) error {
	d.State, d.LeaseUntil = DeliverySending, NewTime(r.s.clock().Add(DeliveryLease))
	return r.save(ctx, d, d.Claim)
}

// Sent records Telegram's answer.
func (r *Deliveries) Sent(ctx context.Context, d *Delivery, messageID int64, result string) error {
	d.State, d.MessageID, d.Result, d.Problem, d.SentAt, d.LeaseUntil = DeliverySent, messageID, result, nil, r.s.now(), Time{}
	return r.finish(ctx, d)
}

// Failed records that it will not be sent, and why.
func (r *Deliveries) Failed(ctx context.Context, d *Delivery, problem Note) error {
	d.State, d.Problem, d.LeaseUntil = DeliveryFailed, &problem, Time{}
	return r.finish(ctx, d)
}

// Unknown records that nobody can tell whether it was sent.
func (r *Deliveries) Unknown(ctx context.Context, d *Delivery) error {
	d.State, d.Problem, d.LeaseUntil = DeliveryUnknown, noteAmbiguous(), Time{}
	return r.finish(ctx, d)
}

// Release gives a delivery back: nothing was written, or it was certainly not accepted. The next attempt claims it.
func (r *Deliveries) Release(ctx context.Context, d *Delivery, problem *Note) error {
	d.State, d.LeaseUntil, d.Problem = DeliveryClaimed, Time{}, problem
	return r.save(ctx, d, d.Claim)
}

// Ambiguous records that a call's answer did not come: the next claim decides as after a crash.
func (r *Deliveries) Ambiguous(ctx context.Context, d *Delivery) error {
	d.State, d.LeaseUntil = DeliverySending, Time{}
	return r.save(ctx, d, d.Claim)
}

// finish writes an outcome with the event that shows it to those who asked for it, and with the post that it is about.
func (r *Deliveries) finish(ctx context.Context, d *Delivery) error {
	if d.Content == "" {
		return r.save(ctx, d, d.Claim)
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.Deliveries.save(ctx, d, d.Claim); err != nil {
			return err
		}
		return tx.Deliveries.tell(ctx, d)
	})
}

// tell shows how far a delivery is that a person asked for.
func (r *Deliveries) tell(ctx context.Context, d *Delivery) error {
	if err := r.s.ChannelPosts.follow(ctx, d); err != nil {
		return err
	}
	return r.s.Events.Add(ctx, TopicDelivery, d.ID, d.Version)
}

func (r *Deliveries) save(ctx context.Context, d *Delivery, claim string) error {
	d.Version++
	d.UpdatedAt = r.s.now()
	result := r.s.in(ctx).Select("connection_id", "chat_id", "method", "state", "attempt", "claim", "lease_until", "resent",
		"message_id", "result", "problem", "version", "updated_at", "sent_at").Where("id = ? AND claim = ?", d.ID, claim).Updates(d)
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.Conflict, "delivery_lost", "Another process took this over")
	}
	return result.Error
}

// Get returns one delivery, or fault.NotFound "delivery_not_found".
func (r *Deliveries) Get(ctx context.Context, id string) (*Delivery, error) {
	return r.one(ctx, "id = ?", id)
}

// ByKey returns one delivery, or fault.NotFound "delivery_not_found".
func (r *Deliveries) ByKey(ctx context.Context, key string) (*Delivery, error) {
	return r.one(ctx, "key = ?", key)
}

func (r *Deliveries) one(ctx context.Context, where, value string) (*Delivery, error) {
	var d Delivery
	if err := r.s.in(ctx).Where(where, value).Take(&d).Error; err != nil {
		return nil, notFound(err, errNoDelivery.Code, errNoDelivery.Message)
	}
	return &d, nil
}

// Again opens a delivery that failed or is unknown, since a person asked for it.
func (r *Deliveries) Again(ctx context.Context, id string) (*Delivery, error) {
	var d Delivery
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&d).Error; err != nil {
			return notFound(err, errNoDelivery.Code, errNoDelivery.Message)
		}
		if d.Content == "" || d.State != DeliveryFailed && d.State != DeliveryUnknown {
			return fault.New(fault.Conflict, "delivery_state", "Only what failed, or may have failed, can be sent again")
		}
		old := d.Claim
		d.Resent = d.State == DeliveryUnknown
		d.State, d.Claim, d.Problem, d.LeaseUntil = DeliveryQueued, NewID(), nil, Time{}
		if err := tx.Deliveries.save(ctx, &d, old); err != nil {
			return err
		}
		return tx.Deliveries.tell(ctx, &d)
	})
	if err != nil {
		return nil, err
	}
	return &d, nil
}

// DeleteBefore forgets the tenant's ended deliveries that are older than a moment, and calls beat
// before each transaction.
func (r *Deliveries) DeleteBefore(ctx context.Context, moment time.Time, beat func()) (int64, error) {
	const each = 1000
	for deleted := int64(0); ; {
		beat()
		var ids []string
		err := r.s.in(ctx).Model(&Delivery{}).Where("created_at < ? AND state IN ?", NewTime(moment),
			[]DeliveryState{DeliverySent, DeliveryFailed, DeliveryUnknown}).Order("created_at").Limit(each).Pluck("id", &ids).Error
		if err != nil || len(ids) == 0 {
			return deleted, err
		}
		result := r.s.in(ctx).Where("id IN ?", ids).Delete(&Delivery{})
		if result.Error != nil {
			return deleted, result.Error
		}
		deleted += result.RowsAffected
	}
}

// OfChat returns the tenant's deliveries to a chat, the oldest first.
func (r *Deliveries) OfChat(ctx context.Context, chat int64) ([]Delivery, error) {
	var rows []Delivery
	return rows, r.s.in(ctx).Where("chat_id = ?", chat).Order("created_at, id").Find(&rows).Error
}
