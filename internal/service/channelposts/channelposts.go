// Package channelposts is everything that goes to a tenant's channels (P12): each post is a row with its kind, channel,
// times and outcome, sent once by the signal bot.
package channelposts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/models"
)

// Service is safe for concurrent use.
type Service struct {
	store       *models.Store
	connections *connections.Service
	sending     *sending.Service
	now         func() time.Time
}

// New returns a service. now is the clock.
func New(store *models.Store, c *connections.Service, sender *sending.Service, now func() time.Time) *Service {
	return &Service{store: store, connections: c, sending: sender, now: now}
}

// Content is what a post says.
type Content struct {
	Text string // Telegram's HTML
	// Buttons stand under it.
	Buttons message.Keyboard
	// Forward is a message that is forwarded instead of a text.
	Forward *sending.Source
	Source  string // SourceAI or SourceTemplate; empty for a text that is neither
	Reason  string // why it is not the model's
	// Skip says why there is nothing to be sent after all.
	Skip *models.Note
}

// Sources of texts.
const (
	SourceAI       = "ai"
	SourceTemplate = "template"
)

// Author makes a post when its turn has come.
type Author interface {
	// Write makes the text. It is kept: a further attempt sends the same.
	Write(ctx context.Context, p *models.ChannelPost) (Content, error)
	// Files are the pictures of the post; nil for none.
	Files(ctx context.Context, p *models.ChannelPost) ([]sending.Upload, error)
}

// Stopper is an Author whose posts a person can stop while they wait, for instance by switching off what they are of. It is
// asked in the transaction that claims the delivery: what has gone out, or may have, it does not concern.
type Stopper interface {
	// Stopped says why a post does not go out any more; nil lets it.
	Stopped(ctx context.Context, tx *models.Store, p *models.ChannelPost) (*models.Note, error)
}

// Editor is an Author that has the last word when its text is kept, in that transaction: what must not be said twice is
// compared there with what others have said meanwhile.
type Editor interface {
	Edit(ctx context.Context, tx *models.Store, p *models.ChannelPost, c Content) (Content, error)
}

// errNotYet says that an earlier post to the channel was not sent yet: what happened is read in the order in which it
// happened, also after a pause.
var errNotYet = fault.New(fault.Unavailable, "post_not_yet", "An earlier post to the channel was not sent yet").WithRetryAfter(time.Second)

// Send sends a planned post, once, and returns how it ended. An error means that it must be called again, after its
// RetryAfter; what can't be sent as it is, is an outcome. It may run any number of times.
func (s *Service) Send(ctx context.Context, id string, author Author) (*models.ChannelPost, error) {
	p, err := s.store.ChannelPosts.Get(ctx, id)
	if err != nil || p.State != models.PostPlanned || p.Kind.ByPromoBot() {
		return p, err
	}
	if wait := p.PlannedAt.Sub(s.now()); p.Slot != "" && wait > 0 { // what is told with a delay
		return nil, fault.New(fault.Unavailable, "post_planned", "The time of the post has not come").WithRetryAfter(wait)
	}
	effect, skip, err := s.effect(ctx, p)
	if err != nil {
		return s.refuse(ctx, p, err)
	}
	if skip != nil {
		return s.end(ctx, id, func(p *models.ChannelPost) { p.State, p.Problem = models.PostSkipped, skip })
	}
	if p.Text == "" || p.Kind == models.PostSignal { // what was an order a while ago may be none any more
		content, err := author.Write(ctx, p)
		if err != nil {
			return s.refuse(ctx, p, err)
		}
		if content.Skip != nil {
			return s.end(ctx, id, func(p *models.ChannelPost) { p.State, p.Problem = models.PostSkipped, content.Skip })
		}
		if p, err = s.keep(ctx, id, author, content); err != nil || p.State != models.PostPlanned {
			return p, err
		}
	}
	effect.Message.Text, effect.Message.Buttons = p.Text, p.Buttons
	if p.ForwardMessage != 0 {
		effect.Forward = &sending.Source{Chat: p.ForwardChat, Message: p.ForwardMessage}
	}
	if effect.Files, err = author.Files(ctx, p); err != nil {
		return s.refuse(ctx, p, err)
	}
	open := &gate{post: p, author: author, now: s.now}
	effect.Gate = open
	out, err := s.sending.Send(ctx, effect)
	switch {
	case err != nil:
		return s.refuse(ctx, p, err)
	case out.Stopped:
		return s.end(ctx, id, func(p *models.ChannelPost) { p.State, p.Problem = models.PostSkipped, open.why })
	}
	p, err = s.end(ctx, id, func(p *models.ChannelPost) {
		p.ChatID, p.ConnectionID, p.Resent, p.Problem = cmp.Or(out.Sent.Chat, effect.Chat), effect.ConnectionID, p.Resent || out.Resent, out.Problem
		p.Picture = kept(effect.Files)
		switch out.State {
		case models.DeliverySent:
			p.State, p.MessageID, p.SentAt, p.Problem = models.PostSent, out.Sent.MessageID, models.NewTime(s.now()), nil
		case models.DeliveryUnknown:
			p.State = models.PostUnknown
		default:
			p.State = models.PostFailed
		}
	})
	if err == nil && p.State == models.PostSent && p.Role == models.RoleFree {
		s.countMembers(ctx, p.ConnectionID, p.ChatID)
	}
	return p, err
}

// keyOf names the delivery of a post.
func keyOf(p *models.ChannelPost) string {
	if p.Attempt == 0 {
		return "channelpost." + p.ID
	}
	return fmt.Sprintf("channelpost.%s.%d", p.ID, p.Attempt)
}

// classOf says what becomes of a post whose answer was lost: a milestone is sent once more and marked, since it must not be
// missing; of what readers act upon, or take for a new one, a person decides.
func classOf(kind models.PostKind) sending.Class {
	if kind == models.PostMilestone {
		return sending.Reply
	}
	return sending.Post
}

// effect is the call without its text, or why there is none.
func (s *Service) effect(ctx context.Context, p *models.ChannelPost) (e sending.Effect, skip *models.Note, err error) {
	bot, channel, err := s.connections.UseChannel(ctx, models.SignalBot, p.Role, 0)
	if f := fault.From(err); err != nil && (f.Code == "channel_missing" || f.Code == "connection_missing") {
		return e, &models.Note{Code: f.Code, Message: f.Message, Remedy: f.Remedy}, nil
	}
	if err != nil {
		return e, nil, waits(err)
	}
	e = sending.Effect{Key: keyOf(p), ConnectionID: bot.Connection.ID, Chat: channel.ID, Class: classOf(p.Kind)}
	earlier, err := s.store.ChannelPosts.Earlier(ctx, p)
	if err != nil {
		return e, nil, err
	}
	if earlier {
		return e, nil, errNotYet
	}
	if p.ReplyTo == "" {
		return e, nil, nil
	}
	answered, err := s.store.ChannelPosts.Get(ctx, p.ReplyTo)
	if err != nil {
		return e, nil, err
	}
	switch answered.State {
	case models.PostPlanned:
		return e, nil, errNotYet
	case models.PostSent:
		if answered.ChatID == channel.ID {
			e.Message.ReplyTo = answered.MessageID
		}
	case models.PostFailed, models.PostSkipped:
		return e, &models.Note{Code: "not_announced", Message: "The message that it would answer was not sent"}, nil
	}
	return e, nil, nil
}

// waitForConnection is how long a post waits until it is tried again over a connection that does not work.
const waitForConnection = time.Minute

// waits makes a connection's fault one that is tried again: nothing is lost to what a person can mend.
func waits(err error) error {
	f := fault.From(err)
	if f.Retryable() || errors.Is(err, context.Canceled) {
		return err
	}
	return fault.New(fault.Unavailable, f.Code, "%s", f.Message).WithRemedy("%s", f.Remedy).WithRetryAfter(waitForConnection)
}

// refuse ends a post that can't be sent as it is, or not before it is too late; everything else is tried again.
func (s *Service) refuse(ctx context.Context, p *models.ChannelPost, err error) (*models.ChannelPost, error) {
	f := fault.From(err)
	switch {
	case ctx.Err() != nil, errors.Is(err, context.Canceled):
		return nil, err
	case f.Code == "delivery_held" || f.Code == "delivery_lost": // another process sends it right now, and knows how it ends
		return nil, fault.New(fault.Unavailable, f.Code, "%s", f.Message).WithRetryAfter(max(f.RetryAfter, time.Second))
	case fault.Is(err, fault.Internal) && (p.Until.IsZero() || s.now().Before(p.Until.Time)):
		return nil, err
	case !f.Retryable():
		return s.end(ctx, p.ID, func(p *models.ChannelPost) { p.State, p.Problem = models.PostFailed, connections.NoteOf(f) })
	case !p.Until.IsZero() && s.now().Add(f.RetryAfter).After(p.Until.Time):
		return s.end(ctx, p.ID, func(p *models.ChannelPost) { p.State, p.Problem = models.PostSkipped, tooLate(connections.NoteOf(f)) })
	}
	if !p.Until.IsZero() && f.Code != errNotYet.Code {
		if err := s.waitsFor(ctx, p, f); err != nil {
			return nil, err
		}
	}
	return nil, err
}

// waitsFor notes in a post what it waits for, so that a person sees it.
func (s *Service) waitsFor(ctx context.Context, p *models.ChannelPost, f *fault.Error) error {
	_, err := s.store.ChannelPosts.Change(ctx, p.ID, func(_ *models.Store, row *models.ChannelPost) error {
		if row.State != p.State || row.Problem != nil && row.Problem.Code == f.Code {
			return models.ErrUnchanged
		}
		row.Problem = connections.NoteOf(f)
		return nil
	})
	return err
}

// tooLate says that a post was not sent in time, and what stood in its way.
func tooLate(because *models.Note) *models.Note {
	note := &models.Note{Code: "late", Message: "It could not be sent in time"}
	if because != nil {
		note.Message += ": " + because.Message
		note.Remedy = because.Remedy
	}
	return note
}

// gate lets a post out until it is too late, or somebody has stopped it. It is asked as the delivery is claimed.
type gate struct {
	post   *models.ChannelPost
	author Author
	now    func() time.Time
	why    *models.Note // it is closed
}

// MaySend implements sending.Gate.
func (g *gate) MaySend(ctx context.Context, tx *models.Store) (ok bool, err error) {
	if g.why = nil; !g.post.Until.IsZero() && g.now().After(g.post.Until.Time) {
		g.why = tooLate(g.post.Problem)
	} else if stopper, stops := g.author.(Stopper); stops && g.post.Attempt == 0 { // what a person wants again is wanted
		g.why, err = stopper.Stopped(ctx, tx, g.post)
	}
	return g.why == nil, err
}

func (s *Service) keep(ctx context.Context, id string, author Author, c Content) (*models.ChannelPost, error) {
	return s.store.ChannelPosts.Change(ctx, id, func(tx *models.Store, p *models.ChannelPost) (err error) {
		if p.State != models.PostPlanned || p.Text != "" && p.Kind != models.PostSignal || p.Text == c.Text && c.Forward == nil {
			return models.ErrUnchanged
		}
		if editor, ok := author.(Editor); ok {
			if c, err = editor.Edit(ctx, tx, p, c); err != nil {
				return err
			}
			if c.Skip != nil {
				p.State, p.Problem = models.PostSkipped, c.Skip
				return nil
			}
		}
		p.Text, p.Buttons, p.Source, p.Reason = c.Text, c.Buttons, c.Source, c.Reason
		if c.Forward != nil {
			p.ForwardChat, p.ForwardMessage = c.Forward.Chat, c.Forward.Message
		}
		return nil
	})
}

// end writes how a post ended, unless it has ended before.
func (s *Service) end(ctx context.Context, id string, change func(p *models.ChannelPost)) (*models.ChannelPost, error) {
	return s.store.ChannelPosts.Change(ctx, id, func(tx *models.Store, p *models.ChannelPost) error {
		if p.State != models.PostPlanned {
			return models.ErrUnchanged
		}
		change(p)
		return s.startHype(ctx, tx, p)
	})
}
