package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
)

type idempotencyState string

// States of an idempotency key.
const (
	idempotencyRunning idempotencyState = "running"
	idempotencyDone    idempotencyState = "done"
)

// IdempotencyRequest says whose key it is, and to which write it belongs.
type IdempotencyRequest struct {
	PersonID string
	Key      string // the Idempotency-Key header
	Method   string
	Route    string // the route's pattern
}

// find narrows a statement down to the request's row.
func (in IdempotencyRequest) find(db *gorm.DB) *gorm.DB {
	return db.Where("person_id = ? AND method = ? AND route = ? AND key = ?", in.PersonID, in.Method, in.Route, in.Key)
}

// StoredAnswer is the first request's answer, repeated to the later ones.
type StoredAnswer struct {
	RequestHash string // of the request that was answered: another one with the same key is a mistake
	Status      int
	Headers     map[string]string
	Body        []byte
}

// IdempotencyKey is the row. The claim names the process's attempt, so that one that lost its lease
// can't finish what another one took over.
type IdempotencyKey struct {
	TenantID    string `gorm:"primaryKey"`
	PersonID    string `gorm:"primaryKey"`
	Method      string `gorm:"primaryKey"`
	Route       string `gorm:"primaryKey"`
	Key         string `gorm:"primaryKey"`
	RequestHash string
	Claim       string
	State       idempotencyState
	Status      int
	Headers     map[string]string `gorm:"serializer:json"`
	Body        []byte
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	LeaseUntil  Time
	ExpiresAt   Time
}

// Idempotency is the repository of idempotency keys.
type Idempotency struct{ s *Store }

// Begin claims a key. With a claim and no answer the work is the caller's: do it, then Finish or
// Abandon. With an answer, compare its RequestHash and send it. Begin comes before the request's
// body is read, so that a large one need not be held to be hashed. It fails with fault.Conflict
// "idempotency_in_progress" while another claim holds its lease. A claim whose lease is over is
// taken over; a key older than ttl is new again.
func (r *Idempotency) Begin(ctx context.Context, in IdempotencyRequest, lease, ttl time.Duration) (claim string, answer *StoredAnswer, err error) {
	now := r.s.now()
	fresh := IdempotencyKey{
		PersonID: in.PersonID, Method: in.Method, Route: in.Route, Key: in.Key,
		Claim: NewID(), State: idempotencyRunning, Headers: map[string]string{},
		CreatedAt: now, LeaseUntil: NewTime(now.Add(lease)), ExpiresAt: NewTime(now.Add(ttl)),
	}
	err = r.s.Tx(ctx, func(tx *Store) error {
		created := tx.in(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&fresh)
		if created.Error != nil || created.RowsAffected == 1 {
			claim = fresh.Claim
			return created.Error
		}
		var row IdempotencyKey
		if err := in.find(tx.in(ctx)).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return err
		}
		expired := !row.ExpiresAt.After(now.Time)
		switch {
		case !expired && row.State == idempotencyDone:
			answer = &StoredAnswer{RequestHash: row.RequestHash, Status: row.Status, Headers: row.Headers, Body: row.Body}
			return nil
		case !expired && row.LeaseUntil.After(now.Time):
			return fault.New(fault.Conflict, "idempotency_in_progress", "The same request is still being processed").WithRetryAfter(time.Second)
		}
		claim = fresh.Claim
		return in.find(tx.in(ctx)).Select("request_hash", "claim", "state", "status", "headers", "body", "created_at", "lease_until", "expires_at").
			Updates(&fresh).Error
	})
	if err != nil {
		return "", nil, err
	}
	return claim, answer, nil
}

// Finish stores the answer. A claim that was taken over in the meantime changes nothing.
func (r *Idempotency) Finish(ctx context.Context, in IdempotencyRequest, claim string, answer StoredAnswer) error {
	if answer.Headers == nil {
		answer.Headers = map[string]string{}
	}
	return in.find(r.s.in(ctx)).Where("claim = ?", claim).Select("request_hash", "state", "status", "headers", "body").
		Updates(&IdempotencyKey{RequestHash: answer.RequestHash, State: idempotencyDone, Status: answer.Status, Headers: answer.Headers, Body: answer.Body}).Error
}

// Abandon frees the key, after a failure that a retry may not meet again.
func (r *Idempotency) Abandon(ctx context.Context, in IdempotencyRequest, claim string) error {
	return in.find(r.s.in(ctx)).Where("claim = ? AND state = ?", claim, idempotencyRunning).Delete(&IdempotencyKey{}).Error
}

// DeleteExpired forgets the expired keys of all tenants, and returns how many there
// were. The context must be a platform's.
func (r *Idempotency) DeleteExpired(ctx context.Context) (int64, error) {
	result := r.s.in(ctx).Where("expires_at < ?", r.s.now()).Delete(&IdempotencyKey{})
	return result.RowsAffected, result.Error
}
