package models

import (
	"context"
	"errors"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// ConnectionKind is what a connection is. A tenant has at most one of each.
type ConnectionKind string

// The kinds of connections.
const (
	PromoBot    ConnectionKind = "promo_bot"
	SignalBot   ConnectionKind = "signal_bot"
	UserAccount ConnectionKind = "user_account"
)

// ChannelRole is what a connection does with a channel.
type ChannelRole string

// The roles of channels.
const (
	RolePost ChannelRole = "post" // the promo bot and the generator post images there
	RoleVIP  ChannelRole = "vip"  // the signal bot's paying readers
	RoleFree ChannelRole = "free" // the signal bot's other readers
)

// ConnectionState reports whether a connection can be used.
type ConnectionState string

// The states of a connection.
const (
	ConnectionUntested  ConnectionState = "untested" // saved, not tested yet
	ConnectionWorking   ConnectionState = "working"
	ConnectionBroken    ConnectionState = "broken"     // Problem says why and what to do
	ConnectionSignedOut ConnectionState = "signed_out" // a user account without a session
)

// Channel is where a connection posts. Chat is as a person wrote it, "@name" or "-100…"; the rest
// is what Telegram said when it was tested.
type Channel struct {
	Role     ChannelRole `json:"role"`
	Chat     string      `json:"chat"`
	ID       int64       `json:"id,omitempty"`
	Title    string      `json:"title,omitempty"`
	Username string      `json:"username,omitempty"`
}

// ConnectionCheck is one line of a connection's test.
type ConnectionCheck struct {
	Name    string `json:"name"` // "token", "updates", "channel:post:@name"
	OK      bool   `json:"ok"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Connection is a tenant's bot or user account. Sealed is opened by internal/service/connections alone.
type Connection struct {
	ID          string
	TenantID    string
	Kind        ConnectionKind
	Sealed      string `json:"-"`
	Hook        string `json:"-"`
	AccountID   int64
	Username    string
	DisplayName string
	Channels    []Channel         `gorm:"serializer:json"`
	Checks      []ConnectionCheck `gorm:"serializer:json"`
	State       ConnectionState
	Problem     *Note  `gorm:"serializer:json"`
	Registered  string `json:"-"`
	CheckedAt   Time
	LastSeenAt  Time
	Version     int64
	CreatedAt   Time `gorm:"autoCreateTime:false"`
	UpdatedAt   Time `gorm:"autoUpdateTime:false"`
}

// Channel returns the connection's first channel with a role, or nil.
func (c *Connection) Channel(role ChannelRole) *Channel {
	for i := range c.Channels {
		if c.Channels[i].Role == role {
			return &c.Channels[i]
		}
	}
	return nil
}

// Connections is the repository of connections.
type Connections struct{ s *Store }

// Create adds a connection. A second one of a kind is fault.Conflict "connection_exists", a bot
// that another connection has is "bot_taken".
func (r *Connections) Create(ctx context.Context, c *Connection) error {
	c.ID, c.Version, c.CreatedAt, c.UpdatedAt = NewID(), 1, r.s.now(), r.s.now()
	if c.Channels == nil {
		c.Channels = []Channel{}
	}
	if c.Checks == nil {
		c.Checks = []ConnectionCheck{}
	}
	return r.s.Tx(ctx, func(tx *Store) error {
		_, err := tx.Connections.ByKind(ctx, c.Kind)
		if err == nil {
			return errConnectionExists
		}
		if !fault.Is(err, fault.NotFound) {
			return err
		}
		if err := tx.in(ctx).Create(c).Error; err != nil {
			return connectionTaken(c, err)
		}
		return tx.Events.Add(ctx, TopicConnection, c.ID, c.Version)
	})
}

var errConnectionExists = fault.New(fault.Conflict, "connection_exists", "There is already a connection of that kind")

// connectionTaken tells which of the two rules a write broke. The tenant's own kinds were looked at
// before, so one that knows whose it is broke the other, but for two requests at the same moment.
func connectionTaken(c *Connection, err error) error {
	if c.AccountID == 0 {
		return taken(err, errConnectionExists.Code, errConnectionExists.Message)
	}
	return taken(err, "bot_taken", "This bot is connected already")
}

// List returns the tenant's connections, in the order of their kinds.
func (r *Connections) List(ctx context.Context) ([]Connection, error) {
	var rows []Connection
	return rows, r.s.in(ctx).Order("kind").Find(&rows).Error
}

var errNoConnection = fault.New(fault.NotFound, "connection_not_found", "There is no such connection")

// ByKind returns the tenant's connection of a kind, or fault.NotFound "connection_not_found".
func (r *Connections) ByKind(ctx context.Context, kind ConnectionKind) (*Connection, error) {
	return r.take(ctx, "kind = ?", kind)
}

// Get returns one connection, or fault.NotFound "connection_not_found".
func (r *Connections) Get(ctx context.Context, id string) (*Connection, error) {
	return r.take(ctx, "id = ?", id)
}

// ByHook returns the connection whose webhook ends with hook, of whichever tenant that is not going, or
// fault.NotFound. The caller proves itself by the webhook's secret afterwards.
func (r *Connections) ByHook(ctx context.Context, hook string) (*Connection, error) {
	return r.take(Platform(ctx), "hook = ? AND "+ofWorking, hook)
}

func (r *Connections) take(ctx context.Context, where string, value any) (*Connection, error) {
	var c Connection
	if err := r.s.in(ctx).Where(where, value).Take(&c).Error; err != nil {
		return nil, notFound(err, errNoConnection.Code, errNoConnection.Message)
	}
	return &c, nil
}

// Change lets fn change a connection under a lock and writes it with the next version and an event.
// expect is the version that a person saw, or AnyVersion.
func (r *Connections) Change(ctx context.Context, id string, expect int64, fn func(c *Connection) error) (*Connection, error) {
	var c Connection
	err := r.s.Tx(ctx, func(tx *Store) error {
		err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&c).Error
		if err != nil {
			return notFound(err, errNoConnection.Code, errNoConnection.Message)
		}
		if expect != AnyVersion && expect != c.Version {
			return versionChanged()
		}
		if err := fn(&c); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		c.Version++
		c.UpdatedAt = tx.now()
		err = tx.in(ctx).Select("*").Omit("id", "tenant_id", "kind", "last_seen_at", "registered", "created_at").Where("id = ?", id).Updates(&c).Error
		if err != nil {
			return connectionTaken(&c, err)
		}
		return tx.Events.Add(ctx, TopicConnection, id, c.Version)
	})
	if err != nil {
		return nil, err
	}
	return &c, nil
}

// Seen records that Telegram was heard from over a connection. It does not count as a change of the connection, and
// is written once a minute at most.
func (r *Connections) Seen(ctx context.Context, id string) error {
	now := r.s.now()
	return r.s.in(ctx).Model(&Connection{}).Where("id = ? AND (last_seen_at IS NULL OR last_seen_at < ?)", id, NewTime(now.Add(-time.Minute))).
		Updates(map[string]any{"last_seen_at": now}).Error
}

// SetRegistered records which webhook is registered with Telegram. It changes nothing that a person sees.
func (r *Connections) SetRegistered(ctx context.Context, id, address string) error {
	return r.s.in(ctx).Model(&Connection{}).Where("id = ?", id).Updates(map[string]any{"registered": address}).Error
}

// Delete removes a connection with everything that belongs to it: subscribers, conversations, deliveries.
func (r *Connections) Delete(ctx context.Context, id string, expect int64) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		db := tx.in(ctx).Where("id = ?", id)
		if expect != AnyVersion {
			db = db.Where("version = ?", expect)
		}
		result := db.Delete(&Connection{})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			if _, err := tx.Connections.Get(ctx, id); err != nil {
				return err
			}
			return versionChanged()
		}
		if err := tx.ChannelPosts.disconnected(ctx, id); err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicConnection, id, 0)
	})
}

// Every returns the connections of all tenants that are not going. The context must be the platform's.
func (r *Connections) Every(ctx context.Context) ([]Connection, error) {
	var rows []Connection
	return rows, r.s.working(ctx).Order("id").Find(&rows).Error
}

// Reseal replaces the sealed credentials if they are still those that were read.
func (r *Connections) Reseal(ctx context.Context, id, old, sealed string) (bool, error) {
	result := r.s.in(ctx).Model(&Connection{}).Where("id = ? AND sealed = ?", id, old).Updates(map[string]any{"sealed": sealed})
	return result.RowsAffected == 1, result.Error
}

// Seed marks something that is made from the environment at the first start.
type Seed struct {
	TenantID  string `gorm:"primaryKey"`
	Name      string `gorm:"primaryKey"`
	CreatedAt Time   `gorm:"autoCreateTime:false"`
}

// Seed reports whether name is to be made for the tenant now, which is true once: write what is made in
// the same Tx.
func (r *Connections) Seed(ctx context.Context, name string) (bool, error) {
	result := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}, {Name: "name"}}, DoNothing: true}).
		Create(&Seed{Name: name, CreatedAt: r.s.now()})
	return result.RowsAffected == 1, result.Error
}
