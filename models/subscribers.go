package models

import (
	"context"
	"gorm.io/gorm"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tagname"
	"gorm.io/gorm/clause"
)

// SubscriberState reports whether a person may be written to.
type SubscriberState string

// The states of a subscriber.
const (
	SubscriberActive       SubscriberState = "active"
	SubscriberBlocked      SubscriberState = "blocked"      // they blocked the bot
	SubscriberUnsubscribed SubscriberState = "unsubscribed" // they asked for no more broadcasts
)

// Subscriber is a person who wrote to a connection. The chat with a person has the person's id.
type Subscriber struct {
	ID           string
	TenantID     string
	ConnectionID string
	UserID       int64
	FirstName    string
	LastName     string
	Username     string
	Language     string
	SearchText   string   `json:"-"`
	Source       string   // payload of the deep link that brought them; the first one stays
	Tags         []string `gorm:"serializer:json"`
	State        SubscriberState
	StateAt      int64 `json:"-"`
	StateUpdate  int64 `json:"-"`
	Version      int64
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
	LastSeenAt   Time
	BlockedAt    Time
}

// Person is what an update says about its sender.
type Person struct {
	ID        int64  `json:"id"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Language  string `json:"language,omitempty"`
}

// SubscriberFilter narrows a list. The zero value lists everybody.
type SubscriberFilter struct {
	Query        string // text in the name or the username; one or two letters begin a word of them
	State        string
	Tag          string
	Source       string
	ConnectionID string
	After        string
	Limit        int
	// Steady lists by the first sight, which never changes, so that nobody is missed by pages that are
	// read one after the other.
	Steady bool
}

// SubscriberSettings is how long people are kept who were not seen.
type SubscriberSettings struct {
	TenantID      string `gorm:"primaryKey"`
	RetentionDays int    // 0 keeps them
	Version       int64
	UpdatedAt     Time `gorm:"autoUpdateTime:false"`
}

// Subscribers is the repository of subscribers.
type Subscribers struct{ s *Store }

var errNoSubscriber = fault.New(fault.NotFound, "subscriber_not_found", "There is no such subscriber")

// Get returns one subscriber, or fault.NotFound "subscriber_not_found".
func (r *Subscribers) Get(ctx context.Context, id string) (*Subscriber, error) {
	var row Subscriber
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSubscriber.Code, errNoSubscriber.Message)
	}
	return &row, nil
}

// ByIDs returns subscribers by their ids.
func (r *Subscribers) ByIDs(ctx context.Context, ids []string) (map[string]Subscriber, error) {
	var rows []Subscriber
	err := r.s.in(ctx).Where("id IN ?", ids).Find(&rows).Error
	out := make(map[string]Subscriber, len(rows))
	for _, row := range rows {
		out[row.ID] = row
	}
	return out, err
}

// ByUser returns a connection's subscriber by Telegram's id, or fault.NotFound.
func (r *Subscribers) ByUser(ctx context.Context, connection string, user int64) (*Subscriber, error) {
	var row Subscriber
	if err := r.s.in(ctx).Where("connection_id = ? AND user_id = ?", connection, user).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSubscriber.Code, errNoSubscriber.Message)
	}
	return &row, nil
}

// Lock returns a connection's subscriber with the row locked until the Tx ends, or fault.NotFound.
func (r *Subscribers) Lock(ctx context.Context, connection string, user int64) (*Subscriber, error) {
	var row Subscriber
	err := r.s.in(ctx).Where("connection_id = ? AND user_id = ?", connection, user).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error
	if err != nil {
		return nil, notFound(err, errNoSubscriber.Code, errNoSubscriber.Message)
	}
	return &row, nil
}

// List returns the tenant's subscribers, those seen last first.
func (r *Subscribers) List(ctx context.Context, f SubscriberFilter) (Page[Subscriber], error) {
	none := Page[Subscriber]{}
	list, column := "subscribers", "last_seen_at"
	if f.Steady {
		list, column = "subscribers by first sight", "created_at"
	}
	switch SubscriberState(f.State) {
	case "", SubscriberActive, SubscriberBlocked, SubscriberUnsubscribed:
	default:
		return none, fault.InvalidField("state", "bad_state", "The state is active, blocked or unsubscribed")
	}
	p := searchPeople(f.Query, f.Tag)
	l := peopleList{name: list, column: column, after: f.After, limit: f.Limit, person: "id", matching: p.among, filter: func(db *gorm.DB) *gorm.DB {
		for column, value := range map[string]string{"state": f.State, "source": f.Source, "connection_id": f.ConnectionID} {
			if value != "" {
				db = db.Where(column+" = ?", value)
			}
		}
		return db
	}}
	rows, err := find[Subscriber](ctx, r.s, p, l)
	if err != nil {
		return none, err
	}
	return cut(rows, list, f.Limit, func(s Subscriber) place {
		if f.Steady {
			return place{s.CreatedAt, s.ID}
		}
		return place{s.LastSeenAt, s.ID}
	}), nil
}

// Count returns how many subscribers the tenant has in each state.
func (r *Subscribers) Count(ctx context.Context) (map[SubscriberState]int64, error) {
	rows, err := r.s.Tallies.sums(r.s.in(ctx).Model(&Tally{}).Where("subject = ?", "").Where("measure LIKE ?", measureSubscribers+"%"))
	out := map[SubscriberState]int64{}
	for _, row := range rows {
		out[SubscriberState(strings.TrimPrefix(row.Measure, measureSubscribers))] = row.N
	}
	return out, err
}

// Limits of a subscriber's tags.
const (
	MaxTags      = 20
	MaxTagLength = tagname.MaxLength
)

// SetTags replaces a subscriber's tags, which are trimmed, folded to lower case and put in order; nil leaves them.
func (r *Subscribers) SetTags(ctx context.Context, id string, expect int64, list []string) (*Subscriber, error) {
	if list == nil {
		return r.change(ctx, id, expect, func(*Subscriber) {})
	}
	clean := []string{}
	for _, text := range list {
		t, ok := tagname.Clean(text)
		switch {
		case t == "":
			continue
		case !ok:
			return nil, fault.InvalidField("tags", "bad_tag", "A tag has at most %d characters, without quotes and line breaks", MaxTagLength)
		case !slices.Contains(clean, t):
			clean = append(clean, t)
		}
	}
	if len(clean) > MaxTags {
		return nil, fault.InvalidField("tags", "too_many_tags", "A person has at most %d tags", MaxTags)
	}
	slices.Sort(clean)
	return r.change(ctx, id, expect, func(s *Subscriber) { s.Tags = clean })
}

// ChangeTags adds and removes tags of a subscriber, folded as SetTags does. Those that can't be kept, and
// those that make more than MaxTags, are left out.
func (r *Subscribers) ChangeTags(ctx context.Context, id string, add, remove []string) (*Subscriber, error) {
	return r.change(ctx, id, AnyVersion, func(s *Subscriber) {
		gone := tagname.List(remove)
		kept := slices.DeleteFunc(slices.Clone(s.Tags), func(t string) bool { return slices.Contains(gone, t) })
		for _, t := range tagname.List(add) {
			if !slices.Contains(kept, t) && len(kept) < MaxTags {
				kept = append(kept, t)
			}
		}
		slices.Sort(kept)
		s.Tags = kept
	})
}

func (r *Subscribers) change(ctx context.Context, id string, expect int64, fn func(s *Subscriber)) (*Subscriber, error) {
	var row Subscriber
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoSubscriber.Code, errNoSubscriber.Message)
		}
		if expect != AnyVersion && row.Version != expect {
			return versionChanged()
		}
		was := row
		fn(&row)
		if slices.Equal(was.Tags, row.Tags) && was.State == row.State && was.StateAt == row.StateAt && was.BlockedAt == row.BlockedAt {
			return nil
		}
		row.Version++
		row.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("tags", "state", "state_at", "blocked_at", "version", "updated_at").Where("id = ?", id).Updates(&row).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicSubscriber, id, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// Meet records that a person was heard from, within the inbox transaction: it makes the row or brings
// it up to date. The source counts for the first time only. What an update makes of a person's
// state counts if it is newer than what made it what it is: updates may come late, or twice.
func (r *Subscribers) Meet(ctx context.Context, in Incoming) (*Subscriber, error) {
	now := r.s.now()
	p := in.Person
	var row Subscriber
	err := r.s.in(ctx).Where("connection_id = ? AND user_id = ?", in.ConnectionID, p.ID).Clauses(clause.Locking{Strength: "UPDATE"}).Limit(1).Find(&row).Error
	if err != nil {
		return nil, err
	}
	fresh := row.ID == ""
	before := row
	row.FirstName, row.LastName, row.Username, row.Language = p.FirstName, p.LastName, p.Username, p.Language
	row.SearchText = personText(p.FirstName, p.LastName, p.Username)
	row.LastSeenAt = now
	row.become(in, fresh, now)
	if row.Source == "" {
		row.Source = in.Source
	}
	if fresh {
		row.ID, row.ConnectionID, row.UserID, row.Tags, row.Version = NewID(), in.ConnectionID, p.ID, []string{}, 1
		row.CreatedAt, row.UpdatedAt = now, now
		result := r.s.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "connection_id"}, {Name: "user_id"}}, DoNothing: true}).Create(&row)
		if result.Error != nil {
			return nil, result.Error
		}
		if result.RowsAffected == 0 {
			return r.Meet(ctx, in) // another process met them at the same moment
		}
		return &row, r.s.Events.Add(ctx, TopicSubscriber, row.ID, row.Version)
	}
	changed := before.State != row.State || before.SearchText != row.SearchText || before.Language != row.Language || before.Source != row.Source
	if changed {
		row.Version++
		row.UpdatedAt = now
	} else if before.StateAt == row.StateAt && now.Sub(before.LastSeenAt.Time) < time.Second {
		return &row, nil // a burst of messages is one sign of life
	}
	err = r.s.in(ctx).Select("first_name", "last_name", "username", "language", "search_text", "source", "state", "state_at", "state_update",
		"version", "updated_at", "last_seen_at", "blocked_at").Where("id = ?", row.ID).Updates(&row).Error
	if err != nil || !changed {
		return &row, err
	}
	return &row, r.s.Events.Add(ctx, TopicSubscriber, row.ID, row.Version)
}

// become makes a person what an update says, if it is the newest that says so. One without a time,
// a pressed button, says nothing.
func (s *Subscriber) become(in Incoming, fresh bool, now Time) {
	newer := in.At > s.StateAt || in.At == s.StateAt && in.UpdateID > s.StateUpdate
	if !fresh && (in.At == 0 || !newer) {
		return
	}
	s.StateAt, s.StateUpdate = in.At, in.UpdateID
	switch {
	case in.State == SubscriberBlocked && s.State != SubscriberBlocked:
		s.State, s.BlockedAt = SubscriberBlocked, now
	case in.State == SubscriberActive && s.State != SubscriberUnsubscribed:
		s.State, s.BlockedAt = SubscriberActive, Time{}
	}
}

// Blocked records that a send was refused since the person blocked the bot.
func (r *Subscribers) Blocked(ctx context.Context, connection string, user int64) error {
	row, err := r.ByUser(ctx, connection, user)
	if fault.Is(err, fault.NotFound) {
		return nil // a group or a channel
	}
	if err != nil || row.State == SubscriberBlocked {
		return err
	}
	now := r.s.now()
	_, err = r.change(ctx, row.ID, AnyVersion, func(s *Subscriber) {
		s.State, s.BlockedAt = SubscriberBlocked, now // its own clock says nothing about Telegram's
	})
	return err
}

// Erase removes one person with everything that is kept about them: messages, conversations, deliveries.
func (r *Subscribers) Erase(ctx context.Context, id string) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var row Subscriber // locked first, as by those who store messages
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoSubscriber.Code, errNoSubscriber.Message)
		}
		person := func(model any, column string) error {
			return tx.in(ctx).Where("connection_id = ? AND "+column+" = ?", row.ConnectionID, row.UserID).Delete(model).Error
		}
		for _, step := range []error{
			person(&InboundMessage{}, "user_id"), person(&Conversation{}, "user_id"),
			person(&Delivery{}, "chat_id"), person(&SendRate{}, "chat_id"), person(&AccountPeer{}, "peer_id"), person(&Poster{}, "user_id"),
			tx.in(ctx).Model(&Generation{}).Where("actor = ?", row.ID).Updates(map[string]any{"actor": ""}).Error,
			tx.in(ctx).Model(&CouponCheck{}).Where("actor = ? AND actor <> ''", row.ID).Updates(map[string]any{"actor": "", "asked_by": ""}).Error,
			tx.in(ctx).Model(&ChannelPost{}).Where("actor = ? AND actor <> ''", row.ID).Updates(map[string]any{"actor": "", "sent_by": ""}).Error,
			tx.in(ctx).Where("id = ?", id).Delete(&Subscriber{}).Error,
		} {
			if step != nil {
				return step
			}
		}
		return tx.Events.Add(ctx, TopicSubscriber, id, 0)
	})
}

// Unseen returns up to limit subscribers of the tenant who were not seen since a moment. Who is in a
// journey now is not among them: it may still have a long way to go.
func (r *Subscribers) Unseen(ctx context.Context, since time.Time, limit int) ([]string, error) {
	var ids []string
	inside := r.s.in(ctx).Model(&JourneySession{}).Select("subscriber_id").Where("status = ?", SessionRunning)
	return ids, r.s.in(ctx).Model(&Subscriber{}).Where("last_seen_at < ? AND id NOT IN (?)", NewTime(since), inside).Order("last_seen_at").Limit(limit).Pluck("id", &ids).Error
}

// Settings returns the tenant's settings; without any, people are kept.
func (r *Subscribers) Settings(ctx context.Context) (*SubscriberSettings, error) {
	var rows []SubscriberSettings
	if err := r.s.in(ctx).Where("retention_days >= 0").Limit(1).Find(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return &SubscriberSettings{Version: 1}, nil
	}
	return &rows[0], nil
}

// SetRetention changes how many days people are kept who were not seen; 0 keeps them.
func (r *Subscribers) SetRetention(ctx context.Context, expect int64, days int) (*SubscriberSettings, error) {
	if days < 0 || days > 3650 || days > 0 && days < 30 {
		return nil, fault.InvalidField("retention_days", "out_of_range", "Choose 0 to keep people, or 30 to 3650 days")
	}
	var out *SubscriberSettings
	err := r.s.Tx(ctx, func(tx *Store) error {
		old, err := tx.Subscribers.Settings(ctx)
		if err != nil {
			return err
		}
		if expect != AnyVersion && old.Version != expect {
			return versionChanged()
		}
		out = &SubscriberSettings{RetentionDays: days, Version: old.Version + 1, UpdatedAt: tx.now()}
		return tx.in(ctx).Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "tenant_id"}},
			DoUpdates: clause.AssignmentColumns([]string{"retention_days", "version", "updated_at"})}).Create(out).Error
	})
	return out, err
}
