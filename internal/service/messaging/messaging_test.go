package messaging_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/messaging"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/models"
)

// bench is a tenant's promo bot on a simulated Bot API.
type bench struct {
	t       *testing.T
	world   *bots.World
	store   *models.Store
	service *messaging.Service
	ctx     context.Context
	bot     *models.Connection
}

func newService(t *testing.T, store *models.Store, world *bots.World) *messaging.Service {
	t.Helper()
	return serviceWith(t, store, world, messaging.UpdatesPolling)
}

func serviceWith(t *testing.T, store *models.Store, world *bots.World, updates string) *messaging.Service {
	t.Helper()
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	api, err := botapi.New(world.APIURL())
	require.NoError(t, err)
	public, err := url.Parse("http://127.0.0.1:8080")
	require.NoError(t, err)
	return messaging.New(messaging.Options{Store: store, Ring: ring, API: api, PublicURL: public, Updates: updates, Now: time.Now})
}

func newBench(t *testing.T, store *models.Store) *bench {
	t.Helper()
	b := &bench{t: t, world: bots.Start(t), store: store}
	b.ctx, _ = testkit.Tenant(t, store, "a")
	b.service = newService(t, store, b.world)
	var err error
	b.bot, err = b.service.Connect(b.ctx, models.PromoBot, messaging.Bot{Token: bots.PromoToken, Channels: []models.Channel{{Role: models.RolePost, Chat: bots.Channel}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, b.bot.State, "%+v", b.bot.Problem)
	return b
}

func sqlite(t *testing.T) *models.Store {
	t.Helper()
	return testkit.Store(t, testkit.SQLite(t), models.Options{})
}

func (b *bench) text(key string, chat int64, class messaging.Class) messaging.Effect {
	return messaging.Effect{Key: key, ConnectionID: b.bot.ID, Chat: chat, Class: class, Message: message.Message{Text: "Hello " + key}}
}

// untilSent sends as a flow does: again after the delay that an error asks for.
func (b *bench) untilSent(service *messaging.Service, e messaging.Effect) (messaging.Outcome, error) {
	for deadline := time.Now().Add(30 * time.Second); ; {
		out, err := service.Send(b.ctx, e)
		if err == nil || !fault.From(err).Retryable() || time.Now().After(deadline) {
			return out, err
		}
		timer := time.NewTimer(max(20*time.Millisecond, fault.From(err).RetryAfter))
		<-timer.C
	}
}

// C3: the same effect goes out once, and says the same again.
func TestAnEffectGoesOutOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		ann := b.world.Started(bots.Promo, "Ann")
		first, err := b.untilSent(b.service, b.text("one", ann, messaging.Reply))
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, first.State)
		require.NotZero(t, first.Sent.MessageID)
		again, err := b.service.Send(b.ctx, b.text("one", ann, messaging.Reply))
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Len(t, b.world.Calls(bots.Promo, "sendMessage"), 1)
		out, ok, err := b.service.Ended(b.ctx, "one")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, first, out)

		_, err = b.service.Send(b.ctx, messaging.Effect{Key: "bad", ConnectionID: b.bot.ID, Chat: ann, Message: message.Message{Text: strings.Repeat("x", 5000)}})
		require.True(t, fault.Is(err, fault.Invalid), "%v", err)
		require.Equal(t, "text", fault.From(err).Fields[0].Name)
		foreign, _ := testkit.Tenant(t, store, "b")
		_, err = b.service.Send(foreign, b.text("two", ann, messaging.Reply))
		require.True(t, fault.Is(err, fault.NotFound), "another tenant's connection: %v", err)
	})
}

// C3: what becomes of each refusal and of a lost answer.
func TestRefusals(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")

	b.world.Fault(bots.Promo, "sendMessage", "429", 1, 1)
	_, err := b.service.Send(b.ctx, b.text("limited", ann, messaging.Reply))
	require.True(t, fault.Is(err, fault.RateLimited), "%v", err)
	require.Equal(t, time.Second, fault.From(err).RetryAfter)
	until, err := b.store.Deliveries.PausedUntil(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.False(t, until.IsZero(), "the bot is parked")
	out, err := b.untilSent(b.service, b.text("limited", ann, messaging.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State)
	require.False(t, out.Resent)

	b.world.Fault(bots.Promo, "sendMessage", "500", 1, 0)
	out, err = b.untilSent(b.service, b.text("trouble", ann, messaging.Reply))
	require.NoError(t, err)
	require.True(t, out.Resent, "Telegram says so after it has acted, too")

	b.world.Fault(bots.Promo, "sendMessage", "timeout_after", 1, 0)
	out, err = b.untilSent(b.service, b.text("lost", ann, messaging.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State)
	require.True(t, out.Resent, "a reply is made once more, and marked")

	b.world.Fault(bots.Promo, "sendMessage", "timeout_after", 1, 0)
	out, err = b.untilSent(b.service, b.text("lost post", b.bot.Channels[0].ID, messaging.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryUnknown, out.State)
	require.NotEmpty(t, out.Problem.Remedy)
	posts := len(b.world.Messages(b.bot.Channels[0].ID))
	again, err := b.service.Send(b.ctx, b.text("lost post", b.bot.Channels[0].ID, messaging.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryUnknown, again.State)
	require.Len(t, b.world.Messages(b.bot.Channels[0].ID), posts, "a person decides")

	stranger := b.world.Person("Stranger")
	out, err = b.untilSent(b.service, b.text("stranger", stranger, messaging.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryFailed, out.State)
	require.Equal(t, botapi.Blocked, out.Problem.Code)

	b.world.Fault(bots.Promo, "sendMessage", "migrate", 1, 0)
	out, err = b.untilSent(b.service, b.text("moved", b.bot.Channels[0].ID, messaging.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	moved, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.NotEqual(t, b.bot.Channels[0].ID, moved.Channels[0].ID, "the connection follows the chat")
}

// C1: a token that Telegram refuses marks the connection, and nothing is tried with it any more.
func TestARefusedTokenBreaksTheConnection(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")
	b.world.Fault(bots.Promo, "sendMessage", "401", 1, 0)
	out, err := b.untilSent(b.service, b.text("one", ann, messaging.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryFailed, out.State)
	c, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionBroken, c.State)
	calls := len(b.world.Calls(bots.Promo, ""))
	_, err = b.service.Send(b.ctx, b.text("two", ann, messaging.Reply))
	require.True(t, fault.Is(err, fault.Forbidden), "%v", err)
	require.Contains(t, err.Error(), "BotFather")
	require.Len(t, b.world.Calls(bots.Promo, ""), calls)
	c, err = b.service.Test(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, c.State, "the test mends it")
	_, err = b.untilSent(b.service, b.text("two", ann, messaging.Reply))
	require.NoError(t, err)
}

// C3: two processes share the rate, and what the simulator would answer 429 is not sent: 30 a second
// of the bot, one a second in a chat.
func TestTheRateHoldsAcrossProcesses(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		people := make([]int64, 60)
		for i := range people {
			people[i] = b.world.Started(bots.Promo, fmt.Sprint("P", i))
		}
		services := []*messaging.Service{b.service, newService(t, store, b.world)}
		var wg sync.WaitGroup
		problems := make(chan error, 200)
		for i, who := range people {
			for n := range 2 {
				wg.Go(func() {
					class := messaging.Bulk
					if n == 0 {
						class = messaging.Reply
					}
					out, err := b.untilSent(services[(i+n)%2], b.text(fmt.Sprint("m", i, "-", n), who, class))
					if err == nil && out.State != models.DeliverySent {
						err = fmt.Errorf("%d: %+v", who, out)
					}
					problems <- err
				})
			}
		}
		wg.Wait()
		close(problems)
		for err := range problems {
			require.NoError(t, err)
		}
		calls := b.world.Calls(bots.Promo, "sendMessage")
		require.Equal(t, 120, len(calls), "each went out once, and none was refused")
		for _, c := range calls {
			require.Equal(t, 200, c.Status)
		}
	})
}

// C3: a file goes up once; an id that Telegram has forgotten is replaced.
func TestFilesGoUpOnce(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")
	loads := 0
	photo := func(key string) messaging.Effect {
		e := b.text(key, ann, messaging.Reply)
		e.Files = []messaging.Upload{{Kind: message.Photo, Name: "a.jpg", Content: "hash", Load: func(context.Context) ([]byte, error) { loads++; return jpegOf(t), nil }}}
		return e
	}
	for i := range 3 {
		out, err := b.untilSent(b.service, photo(fmt.Sprint(i)))
		require.NoError(t, err)
		require.Len(t, out.Sent.FileIDs, 1)
	}
	require.Equal(t, 1, loads)
	require.NoError(t, b.store.Deliveries.KeepFile(b.ctx, b.bot.ID, "hash", "AgACAgIAAxkBAAforgotten"))
	out, err := b.untilSent(b.service, photo("forgotten"))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	require.Equal(t, 2, loads)
	album := b.text("album", ann, messaging.Reply)
	album.Files = append(photo("x").Files, messaging.Upload{Kind: message.Photo, Name: "b.jpg", Load: func(context.Context) ([]byte, error) { return jpegOf(t), nil }})
	out, err = b.untilSent(b.service, album)
	require.NoError(t, err)
	require.Len(t, out.Sent.Album, 2)
}

// Q4: no error of a call that fails holds the token.
func TestErrorsHoldNoToken(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")
	b.world.Stop()
	_, err := b.service.Send(b.ctx, b.text("one", ann, messaging.Reply))
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	line, lineErr := b.service.Line(b.ctx, b.bot.ID)
	require.NoError(t, lineErr)
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%+v %#v %v", line, line, *line)} {
		require.NotContains(t, text, bots.PromoToken)
		require.NotContains(t, text, bots.PromoToken[11:])
	}
	_, err = b.service.Connect(b.ctx, models.SignalBot, messaging.Bot{Token: bots.SignalToken})
	require.NoError(t, err, "a bot can be connected while Telegram is away")
	c, err := b.store.Connections.ByKind(b.ctx, models.SignalBot)
	require.NoError(t, err)
	require.Equal(t, int64(7_000_000_002), c.AccountID)
	require.Equal(t, models.ConnectionBroken, c.State)
	require.NotContains(t, fmt.Sprintf("%+v", c), bots.SignalToken[11:])
}
