package models

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm/clause"
)

// Accounts is the repository of user accounts: who owns one now, its sign-in, session, peers and
// place in Telegram's updates. What only the owner may write goes through Owned.
type Accounts struct{ s *Store }

// AccountLease says who owns an account. Its statements are in rawsql, by the database's clock.
type AccountLease struct {
	ConnectionID string `gorm:"primaryKey"`
	TenantID     string
	Owner        string
	Fence        int64
	Expires      int64
}

// AccountSession is the key by which Telegram knows an account.
type AccountSession struct {
	ConnectionID string `gorm:"primaryKey"`
	TenantID     string
	Sealed       string `json:"-"`
	SignedIn     bool
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
}

// AccountPeer is the access hash by which one account reaches a person or a channel.
type AccountPeer struct {
	ConnectionID string `gorm:"primaryKey"`
	Kind         string `gorm:"primaryKey"`
	PeerID       int64  `gorm:"primaryKey;autoIncrement:false"`
	TenantID     string
	AccessHash   int64
}

// AccountState is the position up to which an account's updates were received.
type AccountState struct {
	ConnectionID string `gorm:"primaryKey"`
	TenantID     string
	Pts          int64
	Qts          int64
	Date         int64
	Seq          int64
}

// AccountChannel is AccountState for one channel.
type AccountChannel struct {
	ConnectionID string `gorm:"primaryKey"`
	ChannelID    int64  `gorm:"primaryKey;autoIncrement:false"`
	TenantID     string
	Pts          int64
}

// Acquire makes owner the owner of an account for a time and returns its fence, higher than all
// before. ok is false while somebody else is: wait tells when to ask again.
func (r *Accounts) Acquire(ctx context.Context, connection, owner string, length time.Duration) (fence int64, wait time.Duration, ok bool, err error) {
	l, err := r.lease(ctx, connection)
	if err != nil {
		return 0, 0, false, err
	}
	if _, err := r.s.Connections.Get(ctx, connection); err != nil {
		return 0, 0, false, err
	}
	l.Owner, l.Length = owner, length.Microseconds()
	fence, us, ok, err := rawsql.AcquireLease(r.s.in(ctx), l)
	return fence, time.Duration(us) * time.Microsecond, ok, translate(err)
}

func errLeaseLost() error {
	return fault.New(fault.Conflict, "account_lease_lost", "Another process owns this account now")
}

// Renew makes a lease last for a time from now. One that ran out or was taken over is
// fault.Conflict "account_lease_lost".
func (r *Accounts) Renew(ctx context.Context, connection string, fence int64, length time.Duration) error {
	l, err := r.lease(ctx, connection)
	if err != nil {
		return err
	}
	l.Fence, l.Length = fence, length.Microseconds()
	ok, err := rawsql.RenewLease(r.s.in(ctx), l)
	if err == nil && !ok {
		return errLeaseLost()
	}
	return translate(err)
}

// Release gives a lease back, so that the next owner need not wait for its end.
func (r *Accounts) Release(ctx context.Context, connection string, fence int64) error {
	l, err := r.lease(ctx, connection)
	if err != nil {
		return err
	}
	l.Fence = fence
	return translate(rawsql.ReleaseLease(r.s.in(ctx), l))
}

// CheckFence returns nil when the fence is the running owner's, and keeps it so until the Tx ends;
// else fault.Conflict "account_lease_lost". Call it within a Tx.
func (r *Accounts) CheckFence(ctx context.Context, connection string, fence int64) error {
	l, err := r.lease(ctx, connection)
	if err != nil {
		return err
	}
	l.Fence = fence
	ok, err := rawsql.HoldLease(r.s.in(ctx), l)
	if err == nil && !ok {
		return errLeaseLost()
	}
	return translate(err)
}

// Fence returns the fence of the owner that runs now, or 0.
func (r *Accounts) Fence(ctx context.Context, connection string) (int64, error) {
	l, err := r.lease(ctx, connection)
	if err != nil {
		return 0, err
	}
	fence, err := rawsql.LeaseFence(r.s.in(ctx), l)
	return fence, translate(err)
}

// lease names the row. The statements bypass the tenant guard, so the tenant is read here.
func (r *Accounts) lease(ctx context.Context, connection string) (rawsql.Lease, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return rawsql.Lease{}, fault.New(fault.Internal, "tenant_missing", "An account without a tenant in its context")
	}
	return rawsql.Lease{Tenant: id, Connection: connection, Now: r.s.clock().UnixMicro()}, nil
}

// Owned runs fn in one transaction in which the fence holds.
func (r *Accounts) Owned(ctx context.Context, connection string, fence int64, fn func(tx *Store) error) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.Accounts.CheckFence(ctx, connection, fence); err != nil {
			return err
		}
		return fn(tx)
	})
}

// Session returns the account's session, or nil.
func (r *Accounts) Session(ctx context.Context, connection string) (*AccountSession, error) {
	var rows []AccountSession
	if err := r.s.in(ctx).Where("connection_id = ?", connection).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// SaveSession stores a session; call it in Owned. It is signed in if the one before was.
func (r *Accounts) SaveSession(ctx context.Context, connection, sealed string) error {
	row := &AccountSession{ConnectionID: connection, Sealed: sealed, UpdatedAt: r.s.now()}
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"sealed", "updated_at"})}).Create(row).Error
}

// SignedIn records that Telegram accepted the stored session; call it in Owned.
func (r *Accounts) SignedIn(ctx context.Context, connection string) error {
	result := r.s.in(ctx).Model(&AccountSession{}).Where("connection_id = ?", connection).Updates(map[string]any{"signed_in": true, "updated_at": r.s.now()})
	if result.Error == nil && result.RowsAffected == 0 {
		return fault.New(fault.Internal, "account_session_missing", "There is no session to note as signed in")
	}
	return result.Error
}

// DropSession forgets a session with all that belongs to it; call it in Owned.
func (r *Accounts) DropSession(ctx context.Context, connection string) error {
	for _, model := range []any{&AccountSession{}, &AccountState{}, &AccountChannel{}, &AccountPeer{}} {
		if err := r.s.in(ctx).Where("connection_id = ?", connection).Delete(model).Error; err != nil {
			return err
		}
	}
	return nil
}

// Sessions returns the sessions of all tenants' accounts that are signed in, for the start of a
// process. The context must be the platform's.
func (r *Accounts) Sessions(ctx context.Context) ([]AccountSession, error) {
	var rows []AccountSession
	return rows, r.s.working(ctx).Where("signed_in = ?", true).Order("connection_id").Find(&rows).Error
}

// Reseal replaces a sealed session if it is still the one that was read.
func (r *Accounts) Reseal(ctx context.Context, connection, old, sealed string) (bool, error) {
	result := r.s.in(ctx).Model(&AccountSession{}).Where("connection_id = ? AND sealed = ?", connection, old).Updates(map[string]any{"sealed": sealed})
	return result.RowsAffected == 1, result.Error
}

// Peer returns the access hash of a peer. ok is false when the account never met it.
func (r *Accounts) Peer(ctx context.Context, connection, kind string, id int64) (hash int64, ok bool, err error) {
	var rows []AccountPeer
	err = r.s.in(ctx).Where("connection_id = ? AND kind = ? AND peer_id = ?", connection, kind, id).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return 0, false, err
	}
	return rows[0].AccessHash, true, nil
}

// SavePeer stores the access hash of a peer; call it in Owned.
func (r *Accounts) SavePeer(ctx context.Context, connection, kind string, id, hash int64) error {
	row := &AccountPeer{ConnectionID: connection, Kind: kind, PeerID: id, AccessHash: hash}
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "kind"}, {Name: "peer_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"access_hash"})}).Create(row).Error
}

// State returns the account's place in the updates, or nil before the first.
func (r *Accounts) State(ctx context.Context, connection string) (*AccountState, error) {
	var rows []AccountState
	if err := r.s.in(ctx).Where("connection_id = ?", connection).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// SaveState stores the account's place in the updates; call it in Owned.
func (r *Accounts) SaveState(ctx context.Context, state AccountState) error {
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"pts", "qts", "date", "seq"})}).Create(&state).Error
}

// Channels returns the account's place in each channel that it reads.
func (r *Accounts) Channels(ctx context.Context, connection string) ([]AccountChannel, error) {
	var rows []AccountChannel
	return rows, r.s.in(ctx).Where("connection_id = ?", connection).Order("channel_id").Find(&rows).Error
}

// SaveChannel stores the account's place in a channel; call it in Owned.
func (r *Accounts) SaveChannel(ctx context.Context, connection string, channel, pts int64) error {
	row := &AccountChannel{ConnectionID: connection, ChannelID: channel, Pts: pts}
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "channel_id"}},
		DoUpdates: clause.AssignmentColumns([]string{"pts"})}).Create(row).Error
}
