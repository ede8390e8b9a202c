package models

import (
	"context"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm/clause"
)

// SendRate is a GCRA bucket of a connection (ChatID 0) or of one of its chats. TAT, the theoretical
// arrival time, is when the next send is due if all slots are used (ITU-T I.371); microseconds.
type SendRate struct {
	ConnectionID string `gorm:"primaryKey"`
	ChatID       int64  `gorm:"primaryKey;autoIncrement:false"`
	TenantID     string
	TAT          int64 `gorm:"column:tat"`
	PausedUntil  int64
}

// Rate says how often something may be sent.
type Rate struct {
	Interval time.Duration // between two sends
	Overdraw int           // slots by which a send may come early
}

// Reserve takes the next count slots of a connection's rate, or of one of its chats when chat is
// not 0, in one atomic statement that holds for all processes. wait is how long the first slot lies
// ahead. ok is false, and nothing is taken, when that is longer than ahead.
func (r *Deliveries) Reserve(ctx context.Context, connection string, chat int64, rate Rate, count int, ahead time.Duration) (wait time.Duration, ok bool, err error) {
	s, err := r.slots(ctx, connection, chat)
	if err != nil {
		return 0, false, err
	}
	s.Interval, s.Count = rate.Interval.Microseconds(), int64(count)
	s.Overdraw, s.Ahead = int64(rate.Overdraw)*s.Interval, ahead.Microseconds()
	us, ok, err := rawsql.ReserveSlots(r.s.in(ctx), s)
	return time.Duration(us) * time.Microsecond, ok, translate(err)
}

// Pause parks a connection, or one of its chats: nothing is reserved until the pause ends.
func (r *Deliveries) Pause(ctx context.Context, connection string, chat int64, length time.Duration) error {
	s, err := r.slots(ctx, connection, chat)
	if err != nil {
		return err
	}
	return translate(rawsql.PauseRate(r.s.in(ctx), s, length.Microseconds()))
}

// slots names the bucket. The statement bypasses the tenant guard, so the tenant is read here.
func (r *Deliveries) slots(ctx context.Context, connection string, chat int64) (rawsql.Slots, error) {
	id, ok := tenant.From(ctx)
	if !ok {
		return rawsql.Slots{}, fault.New(fault.Internal, "tenant_missing", "A rate without a tenant in its context")
	}
	return rawsql.Slots{Tenant: id, Connection: connection, Chat: chat, Now: r.s.clock().UnixMicro()}, nil
}

// PausedUntil returns until when Telegram told a connection to be silent, or the zero time.
func (r *Deliveries) PausedUntil(ctx context.Context, connection string) (Time, error) {
	var rows []SendRate
	err := r.s.in(ctx).Where("connection_id = ? AND chat_id = 0", connection).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 || rows[0].PausedUntil <= r.s.clock().UnixMicro() {
		return Time{}, err
	}
	return NewTime(time.UnixMicro(rows[0].PausedUntil)), nil
}

// TelegramFile is a file that a bot uploaded: the same content goes out by its id from then on. An
// id belongs to one bot.
type TelegramFile struct {
	ConnectionID string `gorm:"primaryKey"`
	Content      string `gorm:"primaryKey"` // a hash of what is in it and how it is sent
	TenantID     string
	FileID       string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
}

// File returns the id under which a connection has uploaded a content, or "".
func (r *Deliveries) File(ctx context.Context, connection, content string) (string, error) {
	var rows []TelegramFile
	err := r.s.in(ctx).Where("connection_id = ? AND content = ?", connection, content).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return "", err
	}
	return rows[0].FileID, nil
}

// KeepFile stores the id of an upload.
func (r *Deliveries) KeepFile(ctx context.Context, connection, content, id string) error {
	return r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "content"}},
		DoUpdates: clause.AssignmentColumns([]string{"file_id", "created_at"})}).
		Create(&TelegramFile{ConnectionID: connection, Content: content, FileID: id, CreatedAt: r.s.now()}).Error
}

// DropFile forgets an id that Telegram does not know any more.
func (r *Deliveries) DropFile(ctx context.Context, connection, content string) error {
	return r.s.in(ctx).Where("connection_id = ? AND content = ?", connection, content).Delete(&TelegramFile{}).Error
}

// Migrate follows a chat that Telegram moved: in the connection's channels, and in what waits to be
// sent there.
func (r *Deliveries) Migrate(ctx context.Context, connection string, from, to int64) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		c, err := tx.Connections.Get(ctx, connection)
		if err != nil {
			return err
		}
		for i := range c.Channels {
			if c.Channels[i].ID != from {
				continue
			}
			_, err := tx.Connections.Change(ctx, connection, AnyVersion, func(c *Connection) error {
				for i := range c.Channels {
					if c.Channels[i].ID != from {
						continue
					}
					c.Channels[i].ID = to
					if c.Channels[i].Chat == strconv.FormatInt(from, 10) {
						c.Channels[i].Chat = strconv.FormatInt(to, 10)
					}
				}
				return nil
			})
			if err != nil {
				return err
			}
			break
		}
		return tx.in(ctx).Model(&Delivery{}).Where("connection_id = ? AND chat_id = ? AND state IN ?", connection, from,
			[]DeliveryState{DeliveryQueued, DeliveryClaimed}).Updates(map[string]any{"chat_id": to}).Error
	})
}
