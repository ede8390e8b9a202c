package sending_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// bench is a tenant's promo bot on a simulated Bot API.
type bench struct {
	*services.Services
	t     *testing.T
	world *bots.World
	store *models.Store
	ctx   context.Context
	bot   *models.Connection
}

func newBench(t *testing.T, store *models.Store) *bench {
	t.Helper()
	b := &bench{t: t, world: bots.Start(t), store: store}
	b.ctx, _ = testkit.Tenant(t, store, "a")
	b.Services = services.New(t, services.Options{Store: store, BotAPI: b.world.APIURL()})
	var err error
	b.bot, err = b.Connections.Connect(b.ctx, models.PromoBot, connections.Settings{Token: bots.PromoToken, Channels: []models.Channel{{Role: models.RolePost, Chat: bots.Channel}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, b.bot.State, "%+v", b.bot.Problem)
	return b
}

func jpegOf(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 60, 40)), nil))
	return b.Bytes()
}

func sqlite(t *testing.T) *models.Store {
	t.Helper()
	return testkit.Store(t, testkit.SQLite(t), models.Options{})
}

func (b *bench) text(key string, chat int64, class sending.Class) sending.Effect {
	return sending.Effect{Key: key, ConnectionID: b.bot.ID, Chat: chat, Class: class, Message: message.Message{Text: "Hello " + key}}
}

// untilSent sends as a flow does: again after the delay that an error asks for.
func (b *bench) untilSent(service *sending.Service, e sending.Effect) (sending.Outcome, error) {
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
		first, err := b.untilSent(b.Sending, b.text("one", ann, sending.Reply))
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, first.State)
		require.NotZero(t, first.Sent.MessageID)
		again, err := b.Sending.Send(b.ctx, b.text("one", ann, sending.Reply))
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Len(t, b.world.Calls(bots.Promo, "sendMessage"), 1)
		out, ok, err := b.Sending.Ended(b.ctx, "one")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, first, out)

		_, err = b.Sending.Send(b.ctx, sending.Effect{Key: "bad", ConnectionID: b.bot.ID, Chat: ann, Message: message.Message{Text: strings.Repeat("x", 5000)}})
		require.True(t, fault.Is(err, fault.Invalid), "%v", err)
		require.Equal(t, "text", fault.From(err).Fields[0].Name)
		foreign, _ := testkit.Tenant(t, store, "b")
		_, err = b.Sending.Send(foreign, b.text("two", ann, sending.Reply))
		require.True(t, fault.Is(err, fault.NotFound), "another tenant's connection: %v", err)
	})
}

// C3: what becomes of each refusal and of a lost answer.
func TestRefusals(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")

	b.world.Fault(bots.Promo, "sendMessage", "429", 1, 1)
	_, err := b.Sending.Send(b.ctx, b.text("limited", ann, sending.Reply))
	require.True(t, fault.Is(err, fault.RateLimited), "%v", err)
	require.Equal(t, time.Second, fault.From(err).RetryAfter)
	until, err := b.store.Deliveries.PausedUntil(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.False(t, until.IsZero(), "the bot is parked")
	out, err := b.untilSent(b.Sending, b.text("limited", ann, sending.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State)
	require.False(t, out.Resent)

	b.world.Fault(bots.Promo, "sendMessage", "500", 1, 0)
	out, err = b.untilSent(b.Sending, b.text("trouble", ann, sending.Reply))
	require.NoError(t, err)
	require.True(t, out.Resent, "Telegram says so after it has acted, too")

	b.world.Fault(bots.Promo, "sendMessage", "timeout_after", 1, 0)
	out, err = b.untilSent(b.Sending, b.text("lost", ann, sending.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State)
	require.True(t, out.Resent, "a reply is made once more, and marked")

	b.world.Fault(bots.Promo, "sendMessage", "timeout_after", 1, 0)
	out, err = b.untilSent(b.Sending, b.text("lost post", b.bot.Channels[0].ID, sending.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryUnknown, out.State)
	require.NotEmpty(t, out.Problem.Remedy)
	posts := len(b.world.Messages(b.bot.Channels[0].ID))
	again, err := b.Sending.Send(b.ctx, b.text("lost post", b.bot.Channels[0].ID, sending.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryUnknown, again.State)
	require.Len(t, b.world.Messages(b.bot.Channels[0].ID), posts, "a person decides")

	stranger := b.world.Person("Stranger")
	out, err = b.untilSent(b.Sending, b.text("stranger", stranger, sending.Reply))
	require.NoError(t, err)
	require.Equal(t, models.DeliveryFailed, out.State)
	require.Equal(t, botapi.Blocked, out.Problem.Code)

	group := b.world.Group(bots.Promo)
	b.postsTo(group)
	b.world.Fault(bots.Promo, "sendMessage", "migrate", 1, 0)
	out, err = b.untilSent(b.Sending, b.text("moved", group, sending.Post))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	moved, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.NotEqual(t, group, moved.Channels[0].ID, "the connection follows the chat")
}

// A message that is passed on goes where it was meant to go, whichever of its two chats has become a supergroup.
func TestAForwardAndAMovedGroup(t *testing.T) {
	b := newBench(t, sqlite(t))
	move := func(group int64) {
		b.world.Control(http.MethodPost, fmt.Sprintf("/channels/%d/migrate", group), nil, nil)
	}
	from, to := b.world.Group(bots.Promo), b.world.Group(bots.Promo)
	b.postsTo(to)
	out, err := b.untilSent(b.Sending, b.text("first", from, sending.Post))
	require.NoError(t, err)
	forward := sending.Effect{ConnectionID: b.bot.ID, Chat: to, Class: sending.Post, Forward: &sending.Source{Chat: from, Message: out.Sent.MessageID}}

	move(to)
	forward.Key = "its own chat has moved"
	out, err = b.untilSent(b.Sending, forward)
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	after, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, after.Channels[0].ID, out.Sent.Chat)
	require.NotEqual(t, to, out.Sent.Chat)

	move(from)
	forward.Key, forward.Chat = "the other chat has moved", after.Channels[0].ID
	out, err = b.untilSent(b.Sending, forward)
	require.NoError(t, err)
	require.Equal(t, models.DeliveryFailed, out.State)
	require.Equal(t, botapi.Migrated, out.Problem.Code)
	require.NotEmpty(t, out.Problem.Remedy)
	again, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, after.Channels, again.Channels, "the connection goes on posting where it did")
}

// postsTo makes a group the place where the connection posts.
func (b *bench) postsTo(group int64) {
	b.t.Helper()
	_, err := b.store.Connections.Change(b.ctx, b.bot.ID, models.AnyVersion, func(c *models.Connection) error {
		c.Channels[0].ID, c.Channels[0].Chat = group, strconv.FormatInt(group, 10)
		return nil
	})
	require.NoError(b.t, err)
}

// C2: a refusal is about the person, who then counts as gone, about this moment, or about a call that may
// have arrived.
func TestARefusalIsJudgedAtItsLevel(t *testing.T) {
	b := newBench(t, sqlite(t))
	for i, row := range []struct {
		fault, code string // the code is that of what failed
		resent      bool
	}{
		{"deactivated", botapi.Blocked, false},
		{"chat_not_found", botapi.ChatNotFound, false},
		{"409", "", false},
		{"502", "", true},
	} {
		who := b.world.Started(bots.Promo, "Ann")
		require.NoError(t, b.Inbox.Receive(b.ctx, b.bot, message.Update{ID: int64(i + 1), Kind: message.KindMembership, Member: true,
			From: message.Sender{ID: who, FirstName: "Ann"}, Chat: who, Date: time.Now().Unix()}, nil))
		b.world.Fault(bots.Promo, "sendMessage", row.fault, 1, 0)
		out, err := b.untilSent(b.Sending, b.text(row.fault, who, sending.Reply))
		require.NoError(t, err)
		subscriber, err := b.store.Subscribers.ByUser(b.ctx, b.bot.ID, who)
		require.NoError(t, err)
		if row.code != "" {
			require.Equal(t, models.DeliveryFailed, out.State, row.fault)
			require.Equal(t, row.code, out.Problem.Code)
			require.Equal(t, models.SubscriberBlocked, subscriber.State, row.fault)
			continue
		}
		require.Equal(t, models.DeliverySent, out.State, row.fault)
		require.Equal(t, row.resent, out.Resent, row.fault)
		require.Equal(t, models.SubscriberActive, subscriber.State, row.fault)
	}
}

// C1: a token that Telegram refuses marks the connection, and nothing is tried with it any more. What was to be sent
// waits, the message in flight included, and goes out when somebody has mended it.
func TestARefusedTokenParks(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")
	parked := func(key string) {
		t.Helper()
		_, err := b.Sending.Send(b.ctx, b.text(key, ann, sending.Reply))
		require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
		require.Contains(t, fault.From(err).Remedy, "BotFather")
		require.GreaterOrEqual(t, fault.From(err).RetryAfter, 30*time.Second)
	}
	b.world.Fault(bots.Promo, "sendMessage", "401", 1, 0)
	parked("one")
	c, err := b.store.Connections.Get(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionBroken, c.State)
	calls := len(b.world.Calls(bots.Promo, ""))
	parked("one")
	parked("two")
	require.Len(t, b.world.Calls(bots.Promo, ""), calls)
	c, err = b.Connections.Test(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, c.State, "the test mends it")
	for _, key := range []string{"one", "two"} {
		out, err := b.untilSent(b.Sending, b.text(key, ann, sending.Reply))
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, out.State)
		require.False(t, out.Resent)
	}
	require.Len(t, b.world.Messages(ann), 3, "after their own /start")
}

// C2: Test follows a group that became a supergroup, at whichever question it learns of that.
func TestATestFollowsAMovedGroup(t *testing.T) {
	b := newBench(t, sqlite(t))
	for _, method := range []string{"getChatMember", "getChat"} {
		group := b.world.Group(bots.Promo)
		b.postsTo(group)
		b.world.Fault(bots.Promo, method, "migrate", 1, 0)
		after, err := b.Connections.Test(b.ctx, b.bot.ID)
		require.NoError(t, err)
		require.Equal(t, models.ConnectionWorking, after.State, "%+v", after.Problem)
		require.NotEqual(t, group, after.Channels[0].ID)
		out, err := b.untilSent(b.Sending, b.text("there after "+method, after.Channels[0].ID, sending.Post))
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, out.State)
	}
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
		services := []*sending.Service{b.Sending, services.New(t, services.Options{Store: store, BotAPI: b.world.APIURL()}).Sending}
		var wg sync.WaitGroup
		problems := make(chan error, 200)
		for i, who := range people {
			for n := range 2 {
				wg.Go(func() {
					class := sending.Bulk
					if n == 0 {
						class = sending.Reply
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
	photo := func(key string) sending.Effect {
		e := b.text(key, ann, sending.Reply)
		e.Files = []sending.Upload{{Kind: message.Photo, Name: "a.jpg", Content: "hash", Load: func(context.Context) ([]byte, error) { loads++; return jpegOf(t), nil }}}
		return e
	}
	for i := range 3 {
		out, err := b.untilSent(b.Sending, photo(fmt.Sprint(i)))
		require.NoError(t, err)
		require.Len(t, out.Sent.FileIDs, 1)
	}
	require.Equal(t, 1, loads)
	require.NoError(t, b.store.Deliveries.KeepFile(b.ctx, b.bot.ID, "hash", "AgACAgIAAxkBAAforgotten"))
	out, err := b.untilSent(b.Sending, photo("forgotten"))
	require.NoError(t, err)
	require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	require.Equal(t, 2, loads)
	album := b.text("album", ann, sending.Reply)
	album.Files = append(photo("x").Files, sending.Upload{Kind: message.Photo, Name: "b.jpg", Load: func(context.Context) ([]byte, error) { return jpegOf(t), nil }})
	out, err = b.untilSent(b.Sending, album)
	require.NoError(t, err)
	require.Len(t, out.Sent.Album, 2)
}

// Q4: no error of a call that fails holds the token.
func TestErrorsHoldNoToken(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann := b.world.Started(bots.Promo, "Ann")
	b.world.Stop()
	_, err := b.Sending.Send(b.ctx, b.text("one", ann, sending.Reply))
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	bot, botErr := b.Connections.Bot(b.ctx, b.bot.ID)
	require.NoError(t, botErr)
	for _, text := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%+v %#v %v", bot, bot, *bot)} {
		require.NotContains(t, text, bots.PromoToken)
		require.NotContains(t, text, bots.PromoToken[11:])
	}
	_, err = b.Connections.Connect(b.ctx, models.SignalBot, connections.Settings{Token: bots.SignalToken})
	require.NoError(t, err, "a bot can be connected while Telegram is away")
	c, err := b.store.Connections.ByKind(b.ctx, models.SignalBot)
	require.NoError(t, err)
	require.Equal(t, int64(7_000_000_002), c.AccountID)
	require.Equal(t, models.ConnectionBroken, c.State)
	require.NotContains(t, fmt.Sprintf("%+v", c), bots.SignalToken[11:])
}

// C3: forwards and copies go the same way.
func TestForwardsAndCopies(t *testing.T) {
	b := newBench(t, sqlite(t))
	ann, joe := b.world.Started(bots.Promo, "Ann"), b.world.Started(bots.Promo, "Joe")
	first, err := b.untilSent(b.Sending, b.text("one", ann, sending.Reply))
	require.NoError(t, err)
	source := &sending.Source{Chat: ann, Message: first.Sent.MessageID}
	for _, e := range []sending.Effect{
		{Key: "forward", ConnectionID: b.bot.ID, Chat: joe, Class: sending.Post, Forward: source},
		{Key: "copy", ConnectionID: b.bot.ID, Chat: joe, Class: sending.Bulk, Copy: source},
	} {
		out, err := b.untilSent(b.Sending, e)
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, out.State, "%+v", out.Problem)
	}
	require.Len(t, b.world.Calls(bots.Promo, "forwardMessage"), 1)
	require.Len(t, b.world.Calls(bots.Promo, "copyMessage"), 1)
}

// closable is a gate that a person can close.
type closable struct{ closed bool }

func (g *closable) MaySend(context.Context, *models.Store) (bool, error) { return !g.closed, nil }

// What a person has stopped is not sent, and leaves no delivery behind; once it may go out again it does.
func TestAClosedGateStopsASend(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		ann := b.world.Started(bots.Promo, "Ann")
		gate := &closable{closed: true}
		e := b.text("one", ann, sending.Reply)
		e.Gate = gate
		out, err := b.Sending.Send(b.ctx, e)
		require.NoError(t, err)
		require.True(t, out.Stopped)
		require.Empty(t, b.world.Calls(bots.Promo, "sendMessage"))
		_, err = store.Deliveries.ByKey(b.ctx, "one")
		require.True(t, fault.Is(err, fault.NotFound), "%v", err)

		gate.closed = false
		out, err = b.untilSent(b.Sending, e)
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, out.State)

		gate.closed = true
		out, err = b.Sending.Send(b.ctx, e)
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, out.State, "what has gone out no gate takes back")
		require.False(t, out.Stopped)
	})
}
