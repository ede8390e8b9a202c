package owner

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/mtproto"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/host/tracing"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// An account is a person's: it writes at a person's speed. Telegram publishes no limits for accounts, and
// bans those that write like a machine.
var (
	accountRate = models.Rate{Interval: 1500 * time.Millisecond, Overdraw: 3}
	chatRate    = models.Rate{Interval: 1050 * time.Millisecond, Overdraw: 1}
)

// waitHere is how long to wait for a slot here; what takes longer is delayed by the flow's timer.
const waitHere = 2 * time.Second

const seenEvery = time.Minute

// heard records that Telegram was heard from. It is called by the connection's goroutines.
func (h *hold) heard() {
	h.mu.Lock()
	due := time.Since(h.seen) > seenEvery
	if due {
		h.seen = time.Now()
	}
	h.mu.Unlock()
	if due {
		go func() {
			if err := h.s.store.Connections.Seen(h.ctx, h.l.connection); err != nil {
				slog.Debug("a sign of life from an account was not recorded", "error", err)
			}
		}()
	}
}

// updateID is a message's id combined with the account's: an account that signs in after another has
// ids of its own. Within one account they rise.
func updateID(account int64, message int) int64 {
	return account&0x7fffffff<<32 | int64(message)&0xffffffff
}

// Check implements inbox.Holder: the fence holds in the transaction that brings a message in.
func (h *hold) Check(ctx context.Context, tx *models.Store) error {
	return tx.Accounts.CheckFence(ctx, h.l.connection, h.l.fence)
}

// receive stores a private message in the inbox. A repeated one changes nothing.
func (h *hold) receive(ctx context.Context, m mtproto.Message) error {
	h.mu.Lock()
	account := h.account
	h.mu.Unlock()
	if m.From.Bot {
		return nil // bots are not subscribers
	}
	ctx, end := tracing.Root(ctx, "telegram account update")
	defer end(nil)
	u := message.Update{ID: updateID(account, m.ID), Kind: message.KindText, Date: m.Date.Unix(), Chat: m.From.ID, MessageID: int64(m.ID), Text: m.Text, Phone: m.Phone, Album: m.Album,
		From: message.Sender{ID: m.From.ID, FirstName: m.From.FirstName, LastName: m.From.LastName, Username: m.From.Username, Language: m.From.Language}}
	switch {
	case m.Phone != "":
		u.Kind = message.KindContact
	case m.Text == "":
		u.Kind = message.KindOther
	}
	c, err := h.s.store.Connections.Get(ctx, h.l.connection)
	if err == nil {
		err = h.s.inbox.Receive(ctx, c, u, h)
	}
	if err != nil && h.l.removed(ctx) != nil {
		return nil // nobody listens any more, but an error would end the client before it has signed out
	}
	return err
}

const codeSignedOut = "account_not_signed_in"

// limitAsked is how long after a refusal an account that Telegram has limited tries again.
const limitAsked = time.Hour

// FindFor is Find for a conversation's message: it waits for an account that nobody has signed in or that is
// limited, unless it is not to be sent any more. One that was sent before has ended, and its owner reports that.
func (s *Service) FindFor(ctx context.Context, connection string, in contract.TurnSend) (contract.AccountOwner, error) {
	fence, err := s.Find(ctx, connection)
	if fence != 0 || err != nil && codeOf(err) != codeSignedOut {
		return contract.AccountOwner{Fence: fence}, err
	}
	d, ended := s.store.Deliveries.ByKey(ctx, in.Key())
	if ended == nil && d.Done() {
		return contract.AccountOwner{}, nil
	}
	if ended != nil && !fault.Is(ended, fault.NotFound) {
		return contract.AccountOwner{}, ended
	}
	e, asked := s.journeys.Outgoing(ctx, in)
	if asked != nil || e == nil {
		return contract.AccountOwner{Skipped: asked == nil}, asked
	}
	return contract.AccountOwner{}, err // parked: Temporal asks again
}

// Find returns the fence of an account's owner, 0 while there is none. An account that can't
// send until somebody signs it in, or until a limit is over, is an error that says so, with the time after
// which to ask again.
func (s *Service) Find(ctx context.Context, connection string) (int64, error) {
	c, err := s.store.Connections.Get(ctx, connection)
	if err != nil {
		return 0, err
	}
	tryAgain := connections.Limited(c) && time.Since(c.UpdatedAt.Time) >= limitAsked
	if c.State != models.ConnectionWorking && !tryAgain {
		e := fault.New(fault.Conflict, codeSignedOut, "The user account is not signed in").WithRemedy("Open Connections and sign it in")
		if c.Problem != nil {
			e.Message, e.Remedy = c.Problem.Message, c.Problem.Remedy
		}
		return 0, e.WithRetryAfter(connections.ParkedPause(c, time.Now()))
	}
	return s.store.Accounts.Fence(ctx, connection)
}

// Send sends a private message from an account that this process owns. Called again with the same
// key it does not send again what was sent: Telegram knows each message by the random id of its row.
// An error means that the call must be repeated, after its RetryAfter if it has one; what
// Telegram refuses for good is a result.
func (s *Service) Send(ctx context.Context, in contract.AccountSend) (contract.AccountSent, error) {
	ctx, end := tracing.Span(ctx, "telegram account message")
	out, err := s.send(ctx, in)
	end(err)
	if err != nil {
		metrics.Sent(metrics.WayAccount, "waits")
	} else {
		metrics.Sent(metrics.WayAccount, string(out.State))
	}
	return out, err
}

func (s *Service) send(ctx context.Context, in contract.AccountSend) (contract.AccountSent, error) {
	s.mu.Lock()
	h := s.held[in.ConnectionID]
	s.mu.Unlock()
	if h == nil || h.l.fence != in.Fence {
		return contract.AccountSent{}, errLost.WithRetryAfter(time.Second)
	}
	client := h.connected()
	if client == nil || client.Err() != nil {
		return contract.AccountSent{}, fault.New(fault.Unavailable, "account_connecting", "The account is not connected to Telegram right now").
			WithRemedy("It is retried automatically").WithRetryAfter(time.Second)
	}
	out := mtproto.Outgoing{User: in.User, Text: in.Text, HTML: in.HTML}
	if in.Turn != nil {
		// What went out in an earlier attempt has ended, whatever has happened since.
		d, err := s.store.Deliveries.ByKey(ctx, in.Key)
		if err == nil && d.Done() {
			return sentOf(d), nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return contract.AccountSent{}, err
		}
		current := false
		if out.Text, out.Photo, current, err = s.journeys.Compose(ctx, *in.Turn); err != nil {
			return contract.AccountSent{}, err
		}
		if !current {
			return contract.AccountSent{State: contract.AccountSkipped}, nil
		}
		out.HTML = true
	}
	d, err := h.claim(ctx, in)
	if errors.Is(err, errObsolete) {
		return contract.AccountSent{State: contract.AccountSkipped}, nil
	}
	if err != nil {
		return contract.AccountSent{}, elsewhere(err)
	}
	if d.Done() {
		return sentOf(d), nil
	}
	out.RandomID = d.RandomID
	sent, err := client.Send(ctx, out)
	// What is recorded from here on must not depend on a caller who has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err != nil {
		out, err := h.refused(ctx, d, in, err)
		return out, elsewhere(err)
	}
	if err := s.store.Deliveries.Sent(ctx, d, int64(sent.ID), ""); err != nil {
		return contract.AccountSent{}, elsewhere(err)
	}
	if err := h.unlimit(ctx); err != nil {
		slog.WarnContext(ctx, "it was not recorded that an account may write again", "connection", in.ConnectionID, "error", err)
	}
	return sentOf(d), nil
}

// elsewhere makes the caller retry a send that another owner, or another attempt, has taken over.
func elsewhere(err error) error {
	switch codeOf(err) {
	case errLost.Code, "delivery_lost":
		return fault.From(err).WithRetryAfter(time.Second)
	}
	return err
}

// errObsolete undoes the claim of a conversation's message that is not to be sent any more.
var errObsolete = errors.New("the message is not to be sent any more")

// claim takes the delivery's row and the account's slots in a transaction in which the fence holds,
// waits for the slots, and records in a second one that the call is about to be made.
func (h *hold) claim(ctx context.Context, in contract.AccountSend) (*models.Delivery, error) {
	var d *models.Delivery
	var ahead time.Duration
	err := h.l.owned(ctx, func(tx *models.Store) (err error) {
		if in.Turn != nil {
			open, err := journeys.Gate(*in.Turn).MaySend(ctx, tx)
			if err == nil && !open {
				err = errObsolete
			}
			if err != nil {
				return err
			}
		}
		d, err = tx.Deliveries.Claim(ctx, models.DeliveryClaim{Key: in.Key, ConnectionID: in.ConnectionID, ChatID: in.User,
			Method: "messages.sendMessage", Exact: true})
		if err != nil || d.Done() {
			return err
		}
		for _, one := range []struct {
			chat int64
			rate models.Rate
		}{{0, accountRate}, {in.User, chatRate}} {
			slot, ok, err := tx.Deliveries.Reserve(ctx, in.ConnectionID, one.chat, one.rate, 1, waitHere)
			if err != nil {
				return err
			}
			if !ok { // nothing is claimed: the transaction is undone
				return fault.New(fault.RateLimited, "send_rate", "The account is sending as fast as it is allowed to").
					WithRemedy("It is sent automatically in a moment").WithRetryAfter(slot)
			}
			ahead = max(ahead, slot)
		}
		return nil
	})
	if err != nil || d.Done() {
		return d, err
	}
	err = wait.For(ctx, ahead)
	if err == nil {
		err = h.l.owned(ctx, func(tx *models.Store) error { return tx.Deliveries.Sending(ctx, d) })
	}
	if err != nil {
		return nil, errors.Join(err, h.giveBack(ctx, d))
	}
	return d, nil
}

func (h *hold) giveBack(ctx context.Context, d *models.Delivery) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return h.s.store.Deliveries.Release(ctx, d, nil)
}

// refused records why a call failed. Whether or not Telegram accepted it, a repeated call counts once.
func (h *hold) refused(ctx context.Context, d *models.Delivery, in contract.AccountSend, err error) (contract.AccountSent, error) {
	e := fault.From(err)
	switch {
	case e.Kind == fault.RateLimited:
		metrics.Paused(metrics.WayAccount)
		return contract.AccountSent{}, errors.Join(err, h.s.store.Deliveries.Pause(ctx, in.ConnectionID, 0, e.RetryAfter), h.s.store.Deliveries.Release(ctx, d, nil))
	case e.Retryable(), e.Code == mtproto.CodeBroken, e.Code == errLost.Code:
		return contract.AccountSent{}, errors.Join(err, h.s.store.Deliveries.Ambiguous(ctx, d))
	case e.Code == contract.AccountLimited:
		if marked := h.limit(ctx, e); marked != nil {
			err = errors.Join(e.WithRetryAfter(time.Minute), marked)
		}
		return contract.AccountSent{}, errors.Join(fault.From(err).WithRetryAfter(time.Second), h.s.store.Deliveries.Release(ctx, d, noteOf(e)))
	case e.Code == contract.AccountBlocked:
		if err := h.s.store.Subscribers.Blocked(ctx, in.ConnectionID, in.User); err != nil {
			slog.WarnContext(ctx, "it was not recorded that a person blocked the account", "error", err)
		}
	}
	if err := h.s.store.Deliveries.Failed(ctx, d, *noteOf(err)); err != nil {
		return contract.AccountSent{}, err
	}
	return sentOf(d), nil
}

func sentOf(d *models.Delivery) contract.AccountSent {
	out := contract.AccountSent{State: contract.AccountSendState(d.State), MessageID: d.MessageID}
	if d.Problem != nil {
		out.Code, out.Message, out.Remedy = d.Problem.Code, d.Problem.Message, d.Problem.Remedy
	}
	return out
}

// limit records that Telegram lets the account write to nobody for a while: what is to be sent waits.
func (h *hold) limit(ctx context.Context, why *fault.Error) error {
	slog.WarnContext(ctx, "telegram has limited an account", "connection", h.l.connection)
	h.limited.Store(true)
	return h.l.owned(ctx, func(tx *models.Store) error {
		_, err := tx.Connections.Change(ctx, h.l.connection, models.AnyVersion, func(c *models.Connection) error {
			c.State, c.Problem = models.ConnectionBroken, noteOf(why)
			return nil
		})
		return err
	})
}

// unlimit records that a message went out after a limit.
func (h *hold) unlimit(ctx context.Context) error {
	if !h.limited.Load() {
		return nil
	}
	err := h.l.owned(ctx, func(tx *models.Store) error {
		_, err := tx.Connections.Change(ctx, h.l.connection, models.AnyVersion, func(c *models.Connection) error {
			if !connections.Limited(c) {
				return models.ErrUnchanged
			}
			c.State, c.Problem = models.ConnectionWorking, nil
			return nil
		})
		return err
	})
	if err == nil {
		h.limited.Store(false)
	}
	return err
}
