package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/promostack/promostack/internal/base/fault"
)

// Poster is somebody who may post to the channels of a promo bot from a chat with it: at first an
// invitation, whose link the person opens.
type Poster struct {
	ID           string
	TenantID     string
	ConnectionID string
	Token        *string `json:"-"` // of the link; nil once it was opened
	UserID       int64   // Telegram's; 0 until then
	FirstName    string
	LastName     string
	Username     string
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	ExpiresAt    Time // the link does
	LinkedAt     Time
}

// MaxPosters is how many people may post by one bot, invitations included.
const MaxPosters = 50

// Posters is the repository of those who may post.
type Posters struct{ s *Store }

// Invite adds an invitation whose link counts once and for as long as life. Those that nobody opened in
// time go. Too many are fault.Conflict "too_many_posters".
func (r *Posters) Invite(ctx context.Context, connection string, life time.Duration) (*Poster, error) {
	now, token := r.s.now(), NewToken()
	row := &Poster{ID: NewID(), ConnectionID: connection, Token: &token, CreatedAt: now, ExpiresAt: NewTime(now.Add(life))}
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("user_id = 0 AND expires_at <= ?", now).Delete(&Poster{}).Error; err != nil {
			return err
		}
		var count int64
		if err := tx.in(ctx).Model(&Poster{}).Where("connection_id = ?", connection).Count(&count).Error; err != nil {
			return err
		}
		if count >= MaxPosters {
			return fault.New(fault.Conflict, "too_many_posters", "There are as many people as one bot can have").WithRemedy("Remove somebody first")
		}
		if err := tx.in(ctx).Create(row).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicPoster, row.ID, 0)
	})
	return row, err
}

// Link gives an invitation to the person who opened its link. It reports false when the link was opened
// before, is too old, or belongs to another bot.
func (r *Posters) Link(ctx context.Context, connection, token string, p Person) (bool, error) {
	var row Poster
	now := r.s.now()
	err := r.s.Tx(ctx, func(tx *Store) error {
		open := func(db *gorm.DB) *gorm.DB {
			return db.Where("connection_id = ? AND token = ? AND expires_at > ?", connection, token, now)
		}
		if err := open(tx.in(ctx)).Take(&row).Error; err != nil {
			return notFound(err, errNoPoster.Code, errNoPoster.Message)
		}
		may, err := tx.Posters.May(ctx, connection, p.ID)
		if err != nil {
			return err
		}
		var result *gorm.DB
		if may { // a second link for the same person is used up
			result = open(tx.in(ctx)).Delete(&Poster{})
		} else {
			result = open(tx.in(ctx).Model(&Poster{})).Updates(map[string]any{"token": nil, "user_id": p.ID,
				"first_name": p.FirstName, "last_name": p.LastName, "username": p.Username, "linked_at": now})
		}
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 { // somebody else opened it at the same moment
			return errNoPoster
		}
		return tx.Events.Add(ctx, TopicPoster, row.ID, 0)
	})
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// May reports whether a person may post by a connection.
func (r *Posters) May(ctx context.Context, connection string, user int64) (bool, error) {
	var count int64
	err := r.s.in(ctx).Model(&Poster{}).Where("connection_id = ? AND user_id = ? AND user_id <> 0", connection, user).Count(&count).Error
	return count > 0, err
}

// List returns a connection's people and its invitations that still count, the oldest first.
func (r *Posters) List(ctx context.Context, connection string) ([]Poster, error) {
	var rows []Poster
	err := r.s.in(ctx).Where("connection_id = ? AND (user_id <> 0 OR expires_at > ?)", connection, r.s.now()).Order("id").Find(&rows).Error
	return rows, err
}

var errNoPoster = fault.New(fault.NotFound, "poster_not_found", "There is no such person here")

// Remove takes the right to post away, or an invitation back.
func (r *Posters) Remove(ctx context.Context, connection, id string) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		result := tx.in(ctx).Where("id = ? AND connection_id = ?", id, connection).Delete(&Poster{})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return errNoPoster
		}
		return tx.Events.Add(ctx, TopicPoster, id, 0)
	})
}
