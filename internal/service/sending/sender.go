package sending

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/wait"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/metrics"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// Class says how urgent a send is, and what becomes of one whose answer is lost.
type Class int

// Classes of sends.
const (
	Reply Class = iota // somebody waits for it: it may overdraw, and a lost one is sent again
	Post               // to a channel: a lost one is unknown, and a person decides
	Bulk               // one of many: it waits for the replies, and a lost one is unknown
)

// Rates. Telegram allows about 30 a second for a bot, one a second in a chat and 20 a minute in a
// group or channel; what is kept leaves room for clocks and networks.
var (
	botRate   = models.Rate{Interval: 40 * time.Millisecond}
	replyRate = models.Rate{Interval: 40 * time.Millisecond, Overdraw: 3}
	chatRate  = models.Rate{Interval: 1100 * time.Millisecond}
	groupRate = models.Rate{Interval: 3100 * time.Millisecond}
)

const (
	// waitHere is how long a process waits for a slot itself; what takes longer is delayed by the
	// flow's timer, which survives the process.
	waitHere  = 1500 * time.Millisecond
	bulkAhead = 400 * time.Millisecond // ten slots
	// lateBy is how late a slot may be used. A process that was held up takes a new one: several late
	// calls at once would be more than the rate.
	lateBy       = 80 * time.Millisecond
	slotAttempts = 5
)

// Effect is one message that goes out once. Key is the flow's name for it.
type Effect struct {
	Key          string
	ConnectionID string
	Chat         int64
	Class        Class
	Message      message.Message
	Files        []Upload // instead of Message.Media
	// Forward and Copy name a message that is sent again instead of Message.
	Forward, Copy *Source
	Gate          Gate // nil lets it out
}

// Gate decides whether an effect may still go out, within the transaction that claims its delivery: so what
// a person stops is stopped from the moment of their own commit.
type Gate interface {
	MaySend(ctx context.Context, tx *models.Store) (bool, error)
}

// Source is a message in another chat.
type Source struct{ Chat, Message int64 }

// Upload is a file that goes out. Load is called only if the bot has not uploaded the content before.
type Upload struct {
	Kind    message.MediaKind
	Name    string
	Content string // a hash of what is in it; empty is never reused
	Kept    string // the object that keeps it, for the post that it goes with
	Caption string
	Load    func(ctx context.Context) ([]byte, error)
}

// PhotoOf is a picture that is there already; hash is of what determines its pixels.
func PhotoOf(name, hash string, data []byte) Upload {
	return Upload{Kind: message.Photo, Name: name, Content: string(message.Photo) + " " + hash,
		Load: func(context.Context) ([]byte, error) { return data, nil }}
}

// Outcome is how an effect ended.
type Outcome struct {
	State   models.DeliveryState `json:"state"` // sent, failed or unknown
	Sent    botapi.Sent          `json:"sent"`
	Resent  bool                 `json:"resent,omitempty"` // a call was in flight when its process died
	Problem *models.Note         `json:"problem,omitempty"`
	Stopped bool                 `json:"-"` // its gate was closed: nothing was claimed, and State is empty
}

// Send carries out an effect: it takes a slot, records the call before it is made, and records how it
// ended. Called again with the same key it does not send again what was sent. An error means that
// the same call must be made again, after its RetryAfter if it has one, or that it can't be made as
// it is (fault.Invalid); what Telegram refuses for good is an Outcome.
func (s *Service) Send(ctx context.Context, e Effect) (Outcome, error) {
	out, err := s.send(ctx, e)
	switch {
	case err != nil:
		metrics.Sent(metrics.WayBot, "waits")
	case out.Stopped:
		metrics.Sent(metrics.WayBot, "skipped")
	default:
		metrics.Sent(metrics.WayBot, string(out.State))
	}
	return out, err
}

func (s *Service) send(ctx context.Context, e Effect) (Outcome, error) {
	if e.Forward == nil && e.Copy == nil {
		check := e.Message
		for _, f := range e.Files {
			check.Media = append(check.Media, message.Media{Kind: f.Kind, Caption: f.Caption})
		}
		if err := check.Check(); err != nil {
			return Outcome{}, err
		}
	}
	for moved := false; ; {
		out, failure, err := s.attempt(ctx, e)
		if failure == nil {
			return out, err
		}
		switch failure.Code {
		case botapi.Migrated:
			if moved || failure.MigrateTo == 0 {
				return Outcome{}, failure
			}
			e.Chat, moved = failure.MigrateTo, true
		case botapi.WrongFile: // its id is forgotten: the file goes up again
		default:
			return out, errors.Join(err, failure)
		}
	}
}

// attempt makes one call. A failure comes with an error, unless Send can repair it.
func (s *Service) attempt(ctx context.Context, e Effect) (Outcome, *botapi.Failure, error) {
	bot, d, err := s.claim(ctx, e, len(e.Files) == 0)
	if errors.Is(err, errChatFull) { // it has to wait after all
		bot, d, err = s.claim(ctx, e, false)
	}
	if errors.Is(err, errStopped) {
		return Outcome{Stopped: true}, nil, nil
	}
	if err != nil {
		return Outcome{}, nil, err
	}
	if d.Done() {
		return outcomeOf(d), nil, nil
	}
	call, fresh, err := s.call(ctx, bot, e)
	if err == nil && d.State != models.DeliverySending {
		err = s.takeSlots(ctx, d, e.Class)
	}
	if err != nil {
		return Outcome{}, nil, errors.Join(err, s.giveBack(ctx, d, nil))
	}
	result, err := s.api.Do(ctx, bot.Token(), call)
	var failure *botapi.Failure
	if errors.As(err, &failure) {
		return s.refused(ctx, bot, d, e, failure)
	}
	// What is recorded from here on must not depend on a caller who has gone.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	sent, err := botapi.ParseSent(result)
	if err != nil {
		slog.WarnContext(ctx, "an answer of Telegram's can't be read", "method", call.Method, "error", err)
	}
	s.keepFiles(ctx, bot.Connection.ID, fresh, sent.FileIDs)
	return s.sent(ctx, d, sent)
}

// sent records a success. When that fails the call is not repeated here: the row says "sending",
// and the next claim decides.
func (s *Service) sent(ctx context.Context, d *models.Delivery, sent botapi.Sent) (Outcome, *botapi.Failure, error) {
	data, err := json.Marshal(sent)
	if err != nil {
		return Outcome{}, nil, err
	}
	out := Outcome{State: models.DeliverySent, Sent: sent, Resent: d.Resent}
	return out, nil, s.store.Deliveries.Sent(ctx, d, sent.MessageID, string(data))
}

func outcomeOf(d *models.Delivery) Outcome {
	out := Outcome{State: d.State, Resent: d.Resent, Problem: d.Problem}
	if d.Result != "" {
		_ = json.Unmarshal([]byte(d.Result), &out.Sent) // this package wrote it
	}
	if out.Sent.MessageID == 0 {
		out.Sent.MessageID, out.Sent.Chat = d.MessageID, d.ChatID
	}
	return out
}

// claim takes the effect's row, unless its chat is full for long. The transaction also finds out
// that the connection has changed. once takes the slots too, if they are free now: then the delivery is
// being sent.
func (s *Service) claim(ctx context.Context, e Effect, once bool) (bot *connections.Bot, d *models.Delivery, err error) {
	var ahead time.Duration
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		c, err := tx.Connections.Get(ctx, e.ConnectionID)
		if err != nil {
			return err
		}
		if bot, err = s.connections.BotOf(c); err != nil {
			return err
		}
		if err := s.connections.Parked(c); err != nil {
			return err
		}
		d, err = tx.Deliveries.Claim(ctx, models.DeliveryClaim{Key: e.Key, ConnectionID: c.ID, ChatID: e.Chat, Method: e.method(), Resend: e.Class == Reply})
		if err != nil || d.Done() { // what has gone out, or may have, no gate takes back
			return err
		}
		if e.Gate != nil {
			open, err := e.Gate.MaySend(ctx, tx)
			if err == nil && !open {
				err = errStopped // the claim is undone
			}
			if err != nil {
				return err
			}
		}
		if once {
			rate, _ := e.Class.rate()
			_, free, err := tx.Deliveries.Reserve(ctx, c.ID, 0, rate, 1, 0)
			if err == nil && free {
				_, err = beginSending(ctx, tx, d)
			}
			if err != nil || free {
				return err
			}
		}
		ok := false
		ahead, ok, err = tx.Deliveries.Reserve(ctx, c.ID, e.Chat, rateOf(e.Chat), 0, waitHere) // it only asks
		if err == nil && !ok {
			err = putOff(ahead) // nothing is claimed: the transaction is undone
		}
		return err
	})
	if err != nil {
		if d != nil && d.State == models.DeliverySending && !errors.Is(err, errChatFull) {
			// The answer to the commit may be lost: no call was made, and the row must not look as if one was. One that
			// was undone need not be given back.
			_ = s.giveBack(ctx, d, nil)
		}
		return nil, nil, err
	}
	if ahead > 0 && d != nil && !d.Done() {
		if err := wait.For(ctx, ahead); err != nil {
			return nil, nil, errors.Join(err, s.giveBack(ctx, d, nil))
		}
	}
	return bot, d, nil
}

// rate is the bot's for a class, and how far ahead a slot of it may be.
func (c Class) rate() (models.Rate, time.Duration) {
	if c == Bulk {
		return botRate, bulkAhead
	}
	return replyRate, waitHere
}

func putOff(ahead time.Duration) error {
	return fault.New(fault.RateLimited, "send_rate", "More messages are waiting than Telegram accepts right now").
		WithRemedy("It is sent automatically in a moment").WithRetryAfter(ahead)
}

func rateOf(chat int64) models.Rate {
	if chat < 0 {
		return groupRate
	}
	return chatRate
}

// takeSlots waits for a slot of the bot and one of the chat, and records that the call is about to be
// made. The chat's slot is taken last, in the transaction after which the call goes out: had it to
// wait for the bot afterwards, the chat's next message could come too close.
func (s *Service) takeSlots(ctx context.Context, d *models.Delivery, class Class) error {
	rate, ahead := class.rate()
	for attempt := 1; ; attempt++ {
		asked := time.Now()
		forBot, forChat := time.Duration(0), time.Duration(0)
		err := s.store.Tx(ctx, func(tx *models.Store) error {
			var ok bool
			var err error
			forBot, ok, err = tx.Deliveries.Reserve(ctx, d.ConnectionID, 0, rate, 1, ahead)
			if err == nil && !ok {
				err = putOff(forBot)
			}
			if err != nil || forBot > 0 {
				return err
			}
			forChat, err = beginSending(ctx, tx, d)
			return err
		})
		if err == nil && forBot > 0 {
			if err = wait.For(ctx, forBot); err == nil && time.Since(asked) > forBot+lateBy && attempt < slotAttempts {
				continue // the slot has gone by
			}
			if err == nil {
				err = s.store.Tx(ctx, func(tx *models.Store) error { forChat, err = beginSending(ctx, tx, d); return err })
			}
		}
		if !errors.Is(err, errChatFull) {
			return err
		}
		if err := wait.For(ctx, forChat); err != nil {
			return err
		}
	}
}

// errStopped undoes a claim whose gate is closed.
var errStopped = errors.New("it must not be sent any more")

var errChatFull = errors.New("the chat got another message a moment ago")

// beginSending takes the chat's slot if it is free now, and records that the call is about to be made.
// The error is errChatFull, and undoes the transaction, when it is free only after ahead.
func beginSending(ctx context.Context, tx *models.Store, d *models.Delivery) (ahead time.Duration, err error) {
	ahead, ok, err := tx.Deliveries.Reserve(ctx, d.ConnectionID, d.ChatID, rateOf(d.ChatID), 1, 0)
	if err != nil {
		return 0, err
	}
	if !ok {
		return ahead, errChatFull
	}
	return 0, tx.Deliveries.Sending(ctx, d)
}

// giveBack lets the next attempt claim a delivery whose call was not made, or not accepted.
func (s *Service) giveBack(ctx context.Context, d *models.Delivery, problem *models.Note) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return s.store.Deliveries.Release(ctx, d, problem)
}

// Ended tells how an effect ended, if it did.
func (s *Service) Ended(ctx context.Context, key string) (Outcome, bool, error) {
	d, err := s.store.Deliveries.ByKey(ctx, key)
	if fault.Is(err, fault.NotFound) {
		return Outcome{}, false, nil
	}
	if err != nil || !d.Done() {
		return Outcome{}, false, err
	}
	return outcomeOf(d), true, nil
}
