package models

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// OutboxMessage says that a flow must be started or signalled because of a change. It is written in
// the change's own transaction, so neither exists without the other.
type OutboxMessage struct {
	ID        string
	TenantID  string
	Kind      string // names the handler
	Target    string // what it is for, a workflow's id; those of one target keep their order
	Payload   string // JSON
	Attempts  int
	Problem   string // why the last attempt failed
	DueAt     Time   // not attempted before; a claim moves it ahead, so that it is a lease too
	CreatedAt Time   `gorm:"autoCreateTime:false"`
	Held      bool   `gorm:"-"` // whoever wrote it has claimed it too
}

// TableName implements gorm's Tabler.
func (OutboxMessage) TableName() string { return "outbox" }

// Outbox is the repository of outbox messages.
type Outbox struct{ s *Store }

// delivery is how messages are delivered right after their commit.
type delivery struct {
	inline func(ctx context.Context, list []OutboxMessage)
}

// DeliverInline sets the hook that delivers the messages of each transaction right after its commit.
// Without it they wait for somebody's sweep. Call it before the store is used.
func (r *Outbox) DeliverInline(hook func(ctx context.Context, list []OutboxMessage)) {
	r.s.outbox.inline = hook
}

// Add writes a message; call it within the change's Tx. It is delivered right after the commit.
func (r *Outbox) Add(ctx context.Context, kind string, target string, payload any) error {
	return r.s.Tx(ctx, func(tx *Store) error { return tx.Outbox.add(ctx, kind, target, payload, 0) })
}

// AddHeld is Add for a message that is written as claimed for the lease, which spares a claim, if none
// waits for the same target. Call it with what the target stands for locked.
func (r *Outbox) AddHeld(ctx context.Context, kind string, target string, payload any, lease time.Duration) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var waiting []OutboxMessage
		if err := tx.in(ctx).Select("id", "tenant_id").Where("target = ?", target).Limit(1).Find(&waiting).Error; err != nil {
			return err
		}
		if len(waiting) > 0 || tx.outbox.inline == nil {
			lease = 0
		}
		return tx.Outbox.add(ctx, kind, target, payload, lease)
	})
}

// add writes a message, held for a lease that is not 0.
func (r *Outbox) add(ctx context.Context, kind string, target string, payload any, lease time.Duration) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("payload of %s: %w", kind, err)
	}
	now := r.s.now()
	m := OutboxMessage{ID: NewID(), Kind: kind, Target: target, Payload: string(data), DueAt: now, CreatedAt: now}
	if lease > 0 {
		m.Held, m.Attempts, m.DueAt = true, 1, NewTime(now.Add(lease))
	}
	if err := r.s.in(ctx).Create(&m).Error; err != nil || r.s.outbox.inline == nil {
		return err
	}
	after := r.s.after
	if after.messages = append(after.messages, m); len(after.messages) == 1 {
		r.s.AfterCommit(func(ctx context.Context) { r.s.outbox.inline(ctx, after.messages) })
	}
	return nil
}

// Claim takes up to limit due messages of all tenants, in order, and holds them for the lease:
// nobody else gets them until it is over. Of each target only the first is taken, and none of a tenant that is
// going. The context must be the platform's.
func (r *Outbox) Claim(ctx context.Context, lease time.Duration, limit int) ([]OutboxMessage, error) {
	return r.claim(ctx, lease, limit, func(db *gorm.DB) *gorm.DB { return db })
}

// ClaimOne takes one message, or returns nil when an earlier one waits for the same target,
// somebody else holds it, or it is done.
func (r *Outbox) ClaimOne(ctx context.Context, id string, lease time.Duration) (*OutboxMessage, error) {
	rows, err := r.claim(ctx, lease, 1, func(db *gorm.DB) *gorm.DB { return db.Where("id = ?", id) })
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

func (r *Outbox) claim(ctx context.Context, lease time.Duration, limit int, which func(*gorm.DB) *gorm.DB) ([]OutboxMessage, error) {
	ctx = Platform(ctx) // an earlier row of the same target is the same tenant's
	now := r.s.now()
	var rows []OutboxMessage
	err := r.s.Tx(ctx, func(tx *Store) error {
		// PostgreSQL's processes skip each other's rows; on SQLite one writes at a time.
		err := which(tx.in(ctx)).Where("due_at <= ? AND "+ofWorking, now).
			Where("NOT EXISTS (SELECT 1 FROM outbox earlier WHERE earlier.target = outbox.target AND earlier.id < outbox.id)").
			Order("id").Limit(limit).Clauses(clause.Locking{Strength: "UPDATE", Options: "SKIP LOCKED"}).Find(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		ids := make([]string, len(rows))
		for i := range rows {
			ids[i] = rows[i].ID
			rows[i].Attempts++
		}
		return tx.in(ctx).Model(&OutboxMessage{}).Where("id IN ?", ids).
			Updates(map[string]any{"due_at": NewTime(now.Add(lease)), "attempts": gorm.Expr("attempts + 1")}).Error
	})
	return rows, err
}

// Done removes a message that was delivered.
func (r *Outbox) Done(ctx context.Context, id string) error {
	return r.s.in(Platform(ctx)).Where("id = ?", id).Delete(&OutboxMessage{}).Error
}

// Failed records why an attempt failed and when the next one is due.
func (r *Outbox) Failed(ctx context.Context, id, problem string, wait time.Duration) error {
	return r.s.in(Platform(ctx)).Model(&OutboxMessage{}).Where("id = ?", id).
		Updates(map[string]any{"problem": problem, "due_at": NewTime(r.s.clock().Add(wait))}).Error
}

// Waiting counts the messages of all tenants and returns the age of the oldest.
func (r *Outbox) Waiting(ctx context.Context) (count int64, oldest time.Duration, err error) {
	ctx = Platform(ctx)
	if err := r.s.in(ctx).Model(&OutboxMessage{}).Count(&count).Error; err != nil || count == 0 {
		return 0, 0, err
	}
	var first OutboxMessage
	if err := r.s.in(ctx).Order("created_at, id").Take(&first).Error; err != nil {
		return 0, 0, err
	}
	return count, r.s.clock().Sub(first.CreatedAt.Time), nil
}
