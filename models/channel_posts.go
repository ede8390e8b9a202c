package models

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm/clause"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
)

// PostKind is what a post to a channel is.
type PostKind string

// Kinds of posts.
const (
	PostSignal    PostKind = "signal"
	PostMilestone PostKind = "milestone"
	PostEdit      PostKind = "edit"   // the levels of a signal were corrected
	PostCancel    PostKind = "cancel" // a signal was withdrawn
	PostRecap     PostKind = "recap"

	// Of cross-promotion, in the FREE channel.
	PostNews    PostKind = "news"
	PostForward PostKind = "forward" // the weekly recap of the VIP channel
	PostTeaser  PostKind = "teaser"  // with the call to action
	PostBrag    PostKind = "brag"    // what the day has brought
	PostResult  PostKind = "result"  // a target that was hit
	PostFull    PostKind = "full"    // a signal with all its levels, late

	PostHype PostKind = "hype" // of the hype bot, in the FREE channel
)

// PostState is how far a post is.
type PostState string

// States of a post.
const (
	PostPlanned PostState = "planned"
	PostSent    PostState = "sent"
	PostFailed  PostState = "failed"
	PostUnknown PostState = "unknown" // it may have arrived: a person decides
	PostSkipped PostState = "skipped" // Problem says why
)

// ChannelPost is a message to a channel, with how it ended.
type ChannelPost struct {
	ID           string
	TenantID     string
	Kind         PostKind
	Subject      string // what it is about: a signal's id
	Seq          int    // among those of its subject, in the order in which they are to be read; 1 is the first
	ConnectionID string
	Role         ChannelRole
	ChatID       int64
	Channel      string          // its title
	ReplyTo      string          // the post that it answers
	About        json.RawMessage `gorm:"serializer:json"` // what its text is made from
	Text         string          // once it is written
	Source       string          // ai or template
	Reason       string          // why it is not the model's
	State        PostState
	MessageID    int64
	Resent       bool
	Attempt      int              // how often a person had it sent again
	Buttons      message.Keyboard `gorm:"serializer:json"`
	// ForwardMessage of ForwardChat is forwarded instead of a text; 0 for a text.
	ForwardChat, ForwardMessage int64
	Slot                        string // what there is one of: empty, or unique among the tenant's posts
	Manual                      bool   // a person asked for it
	Until                       Time   // when it is too late to send it; zero for never
	SentBy                      string // the name of who asked for it; empty for what the program sends by itself
	Actor                       string // the subscriber who did so from a chat
	Template                    string // the slug of its picture's
	Picture                     string // the object that keeps what was sent
	DecidedBy                   string // who said how it ended, or deleted it
	Problem                     *Note  `gorm:"serializer:json"`
	HappenedAt                  Time   // what it tells, in our time
	PlannedAt                   Time
	SentAt                      Time
	DeletedAt                   Time // from the channel
	Version                     int64
	CreatedAt                   Time `gorm:"autoCreateTime:false"`
	UpdatedAt                   Time `gorm:"autoUpdateTime:false"`
}

// Event is the number of what a post about a signal tells among all that happened to it; 0 where it tells of the signal itself.
func (p *ChannelPost) Event() int {
	var about SignalMilestone
	if p.Kind != PostMilestone && p.Kind != PostEdit || json.Unmarshal(p.About, &about) != nil {
		return 0
	}
	return about.Seq
}

// ChannelPosts is the repository of posts.
type ChannelPosts struct{ s *Store }

var errNoPost = fault.New(fault.NotFound, "post_not_found", "There is no such post")

// Plan adds a post after those of its subject, to be sent unless it has another state. Call it in the transaction that locks the subject.
func (r *ChannelPosts) Plan(ctx context.Context, p *ChannelPost) error {
	_, err := r.plan(ctx, p)
	return err
}

// plan is Plan; planned is false where its slot was taken.
func (r *ChannelPosts) plan(ctx context.Context, p *ChannelPost) (planned bool, err error) {
	var before []ChannelPost
	if err := r.s.in(ctx).Where("subject = ?", p.Subject).Order("seq DESC").Limit(1).Find(&before).Error; err != nil {
		return false, err
	}
	last := 0
	if len(before) > 0 {
		last = before[0].Seq
	}
	p.ID, p.Seq, p.Version, p.CreatedAt, p.UpdatedAt = NewID(), last+1, 1, r.s.now(), r.s.now()
	if p.State == "" {
		p.State = PostPlanned
	}
	if p.PlannedAt.IsZero() {
		p.PlannedAt = p.CreatedAt
	}
	if p.HappenedAt.IsZero() {
		p.HappenedAt = p.PlannedAt
	}
	// Posts go to a channel in the order of what they tell. A subject's own order is never against that, whatever clocks
	// say: each would wait for the other.
	if len(before) > 0 && !p.HappenedAt.After(before[0].HappenedAt.Time) {
		p.HappenedAt = NewTime(before[0].HappenedAt.Add(time.Microsecond))
	}
	insert := r.s.in(ctx)
	if p.Slot != "" {
		insert = insert.Clauses(clause.OnConflict{DoNothing: true})
	}
	created := insert.Create(p)
	if created.Error != nil || created.RowsAffected == 0 {
		return false, created.Error
	}
	return true, r.s.Events.Add(ctx, TopicPost, p.ID, p.Version)
}

// PlanOnce is Plan for what there is one of, by its Slot. ok is false when there is one already, which p becomes.
func (r *ChannelPosts) PlanOnce(ctx context.Context, p *ChannelPost) (ok bool, err error) {
	if ok, err = r.plan(ctx, p); ok || err != nil {
		return ok, err
	}
	there, err := r.InSlot(ctx, p.Slot)
	if err == nil && there == nil {
		err = fault.New(fault.Unavailable, "slot_taken", "Somebody else plans this post right now")
	}
	if err == nil {
		*p = *there
	}
	return false, err
}

// InSlot returns what there is in a slot, or nil.
func (r *ChannelPosts) InSlot(ctx context.Context, slot string) (*ChannelPost, error) {
	var rows []ChannelPost
	if err := r.s.in(ctx).Where("slot = ?", slot).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// InSlots returns what there is in slots whose names begin alike, by their names. prefix has neither % nor _.
func (r *ChannelPosts) InSlots(ctx context.Context, prefix string) (map[string]ChannelPost, error) {
	var rows []ChannelPost
	if err := r.s.in(ctx).Where("slot LIKE ?", prefix+"%").Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]ChannelPost, len(rows))
	for _, p := range rows {
		out[p.Slot] = p
	}
	return out, nil
}

// Unskip forgets that what a slot would have was skipped for a reason, so that it can be planned again.
func (r *ChannelPosts) Unskip(ctx context.Context, slot, reason string) error {
	p, err := r.InSlot(ctx, slot)
	if err != nil || p == nil || p.State != PostSkipped || p.Problem == nil || p.Problem.Code != reason {
		return err
	}
	if err := r.s.in(ctx).Where("id = ? AND state = ?", p.ID, PostSkipped).Delete(&ChannelPost{}).Error; err != nil {
		return err
	}
	return r.s.Events.Add(ctx, TopicPost, p.ID, p.Version+1)
}

// Newest returns the posts of a kind that were planned from a moment on until before another one, the newest first.
func (r *ChannelPosts) Newest(ctx context.Context, kind PostKind, from, to Time) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.in(ctx).Where("kind = ? AND planned_at >= ? AND planned_at < ?", kind, from, to).Order("planned_at DESC, id DESC").Find(&rows).Error
}

// PlannedBetween returns the posts of some kinds whose time lies in [from, to), in the order of their times.
func (r *ChannelPosts) PlannedBetween(ctx context.Context, kinds []PostKind, from, to time.Time, limit int) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.in(ctx).Where("kind IN ? AND planned_at >= ? AND planned_at < ?", kinds, NewTime(from), NewTime(to)).Order("planned_at, id").Limit(limit).Find(&rows).Error
}

// CountPlanned is how many posts of some kinds were planned for a day that begins at a moment, and not skipped.
func (r *ChannelPosts) CountPlanned(ctx context.Context, kinds []PostKind, day Time) (int64, error) {
	var n int64
	err := r.s.in(ctx).Model(&ChannelPost{}).Where("kind IN ? AND planned_at >= ? AND planned_at < ? AND state <> ?", kinds, day, NewTime(day.AddDate(0, 0, 1)), PostSkipped).Count(&n).Error
	return n, err
}

// Again opens a post that failed or is unknown, since a person asked for it. Its text is written anew.
func (r *ChannelPosts) Again(ctx context.Context, id string) (*ChannelPost, error) {
	return r.Change(ctx, id, func(_ *Store, p *ChannelPost) error {
		if p.State != PostFailed && p.State != PostUnknown {
			return fault.New(fault.Conflict, "post_state", "Only what failed, or may have failed, can be sent again")
		}
		p.Resent = p.Resent || p.State == PostUnknown
		p.State, p.Problem, p.Text, p.Source, p.Reason = PostPlanned, nil, "", "", ""
		p.Until, p.ForwardChat, p.ForwardMessage = Time{}, 0, 0
		p.Attempt++
		return nil
	})
}

// Get returns one post, or fault.NotFound "post_not_found".
func (r *ChannelPosts) Get(ctx context.Context, id string) (*ChannelPost, error) {
	var p ChannelPost
	if err := r.s.in(ctx).Where("id = ?", id).Take(&p).Error; err != nil {
		return nil, notFound(err, errNoPost.Code, errNoPost.Message)
	}
	return &p, nil
}

// ByID returns posts by their ids.
func (r *ChannelPosts) ByID(ctx context.Context, ids []string) (map[string]ChannelPost, error) {
	var rows []ChannelPost
	if err := r.s.in(ctx).Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return nil, err
	}
	out := make(map[string]ChannelPost, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, nil
}

// Of returns the posts of a subject, in order.
func (r *ChannelPosts) Of(ctx context.Context, subject string) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.in(ctx).Where("subject = ?", subject).Order("seq").Find(&rows).Error
}

// Waiting returns the ids of a subject's posts that were not sent yet, in order.
func (r *ChannelPosts) Waiting(ctx context.Context, subject string) ([]string, error) {
	var ids []string
	return ids, r.s.in(ctx).Model(&ChannelPost{}).Where("subject = ? AND state = ?", subject, PostPlanned).Order("seq").Pluck("id", &ids).Error
}

// Earlier reports whether a post to the same channel that tells of something earlier was not sent yet.
func (r *ChannelPosts) Earlier(ctx context.Context, p *ChannelPost) (bool, error) {
	var ids []string
	now := r.s.now()
	err := r.s.in(ctx).Model(&ChannelPost{}).Where("state = ? AND role = ? AND planned_at <= ? AND (until IS NULL OR until >= ?)", PostPlanned, p.Role, now, now).
		Where("(happened_at, id) < (?, ?)", p.HappenedAt, p.ID).Limit(1).Pluck("id", &ids).Error
	return len(ids) > 0, err
}

// strayAfter is how long after its time a post of a day's programme is nobody's any more: its flow has sent it, or has ended.
const strayAfter = time.Hour

// Stray returns the posts of all tenants that wait and belong neither to a signal nor to a day's programme, whose flows would
// send them. A hype message is among them, since the flow of its day never begins again. The context must be the platform's.
func (r *ChannelPosts) Stray(ctx context.Context) ([]ChannelPost, error) {
	var rows []ChannelPost
	return rows, r.s.working(ctx).Select("id", "tenant_id").
		Where("state = ? AND (kind IN ? OR manual = ? OR slot <> '' AND planned_at < ?)", PostPlanned, []PostKind{PostRecap, PostResult, PostFull, PostHype}, true, NewTime(r.s.now().Add(-strayAfter))).Order("id").Find(&rows).Error
}

// Change lets fn change a post under a lock, within a transaction that fn gets too, and writes it with the next version
// and an event. fn's ErrUnchanged writes nothing.
func (r *ChannelPosts) Change(ctx context.Context, id string, fn func(tx *Store, p *ChannelPost) error) (*ChannelPost, error) {
	var p ChannelPost
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&p).Error; err != nil {
			return notFound(err, errNoPost.Code, errNoPost.Message)
		}
		if err := fn(tx, &p); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		p.Version++
		p.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("*").Omit("id", "tenant_id", "kind", "subject", "seq", "created_at").Where("id = ?", id).Updates(&p).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicPost, id, p.Version)
	})
	if err != nil {
		return nil, err
	}
	return &p, nil
}
