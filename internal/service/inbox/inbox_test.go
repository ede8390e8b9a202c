package inbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// bench is a tenant's promo bot on a simulated Bot API.
type bench struct {
	*services.Services
	world *bots.World
	store *models.Store
	ctx   context.Context
	bot   *models.Connection
}

func newBench(t *testing.T, store *models.Store) *bench {
	t.Helper()
	b := &bench{world: bots.Start(t), store: store}
	b.ctx, _ = testkit.Tenant(t, store, "a")
	b.Services = services.New(t, services.Options{Store: store, BotAPI: b.world.APIURL()})
	var err error
	b.bot, err = b.Connections.Connect(b.ctx, models.PromoBot, connections.Settings{Token: bots.PromoToken})
	require.NoError(t, err)
	return b
}

func sqlite(t *testing.T) *models.Store {
	t.Helper()
	return testkit.Store(t, testkit.SQLite(t), models.Options{})
}

// P5: who opens the link of an invitation may post from then on; it is nobody's source, and the promo bot answers.
func TestALinkLetsAPersonPost(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		_, link, err := b.Connections.InvitePoster(b.ctx, b.bot.ID)
		require.NoError(t, err)
		_, payload, ok := strings.Cut(link, "?start=")
		require.True(t, ok, link)
		say := func(update, user int64, text string) {
			u, err := botapi.ParseUpdate(textUpdate(update, user, 100, text))
			require.NoError(t, err)
			require.NoError(t, b.Inbox.Receive(b.ctx, b.bot, u, nil))
		}
		may := func(user int64) bool {
			ok, err := store.Posters.May(b.ctx, b.bot.ID, user)
			require.NoError(t, err)
			return ok
		}
		say(1, 5, payload)
		require.False(t, may(5), "only Start counts")
		say(2, 5, "/start "+payload)
		require.True(t, may(5))
		say(3, 6, "/start "+payload)
		require.False(t, may(6), "it counts once")
		for _, user := range []int64{5, 6} {
			who, err := store.Subscribers.ByUser(b.ctx, b.bot.ID, user)
			require.NoError(t, err)
			require.Empty(t, who.Source)
			list, err := store.Conversations.Next(b.ctx, b.bot.ID, user, contract.FlowPromoChat, 0, 10)
			require.NoError(t, err)
			require.NotEmpty(t, list)
		}
		who, err := store.Subscribers.ByUser(b.ctx, b.bot.ID, 5)
		require.NoError(t, err)
		require.NoError(t, b.Inbox.Erase(b.ctx, who.ID))
		require.False(t, may(5), "who is erased may not post any more")
	})
}

// C4: what people write is fetched into the inbox, each message once, and a poller ends with its
// connection.
func TestPolling(t *testing.T) {
	b := newBench(t, sqlite(t))
	mode, err := b.Connections.PrepareUpdates(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, contract.UpdatesPolling, mode)
	ctx, cancel := context.WithCancel(b.ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- b.Inbox.Poll(ctx, b.bot.ID, func() {}) }()
	ann := b.world.Started(bots.Promo, "Ann")
	b.world.Say(bots.Promo, ann, "hello")
	require.Eventually(t, func() bool {
		list, err := b.store.Conversations.Next(b.ctx, b.bot.ID, ann, contract.FlowPromoChat, 0, 10)
		return err == nil && len(list) == 2
	}, 10*time.Second, 10*time.Millisecond)
	b.world.Block(bots.Promo, ann, true)
	require.Eventually(t, func() bool {
		who, err := b.store.Subscribers.ByUser(b.ctx, b.bot.ID, ann)
		return err == nil && who.State == models.SubscriberBlocked
	}, 10*time.Second, 10*time.Millisecond)

	// After a week without updates their numbers begin anew.
	b.world.Control(http.MethodPost, "/updates", map[string]any{"bot": bots.Promo, "update": json.RawMessage(textUpdate(7, 77, time.Now().Unix(), "lower"))}, nil)
	testkit.Eventually(t, 10*time.Second, "it comes, and is confirmed", func() bool {
		list, err := b.store.Conversations.Next(b.ctx, b.bot.ID, 77, contract.FlowPromoChat, 0, 10)
		return err == nil && len(list) == 1 && b.world.Waiting(bots.Promo) == 0
	})
	require.NoError(t, b.Connections.Remove(b.ctx, b.bot.ID, models.AnyVersion))
	cancel()
	if err := <-ended; err != nil { // or it has seen the removal first
		require.ErrorIs(t, err, context.Canceled)
	}
	mode, err = b.Connections.PrepareUpdates(b.ctx, b.bot.ID)
	require.NoError(t, err)
	require.Equal(t, contract.UpdatesGone, mode)
	require.NoError(t, b.Inbox.Poll(b.ctx, b.bot.ID, func() {}))
}

// C4: another program that fetches this bot's updates for a minute is told on the card, while sends go on and some
// updates come; a minute after it is gone all is well again.
func TestARivalPoller(t *testing.T) {
	b := &bench{world: bots.Start(t), store: sqlite(t)}
	b.ctx, _ = testkit.Tenant(t, b.store, "a")
	var later atomic.Int64
	b.Services = services.New(t, services.Options{Store: b.store, BotAPI: b.world.APIURL(), Now: func() time.Time { return time.Now().Add(time.Duration(later.Load())) }})
	var err error
	b.bot, err = b.Connections.Connect(b.ctx, models.PromoBot, connections.Settings{Token: bots.PromoToken})
	require.NoError(t, err)
	b.world.Fault(bots.Promo, "getUpdates", "409", 1000, 0)
	ctx, cancel := context.WithCancel(b.ctx)
	ended := make(chan error, 1)
	go func() { ended <- b.Inbox.Poll(ctx, b.bot.ID, func() {}) }()
	card := func() *models.Connection {
		c, err := b.store.Connections.Get(b.ctx, b.bot.ID)
		require.NoError(t, err)
		return c
	}
	refused := func(n int) func() bool {
		return func() bool { return len(b.world.Calls(bots.Promo, "getUpdates")) >= n }
	}
	testkit.Eventually(t, 10*time.Second, "the rival is met twice", refused(2))
	require.Equal(t, models.ConnectionWorking, card().State, "it may be a worker of our own that takes over")
	later.Store(int64(31 * time.Second))
	before := len(b.world.Calls(bots.Promo, "getUpdates"))
	testkit.Eventually(t, 10*time.Second, "the rival is still there", refused(before+2))
	later.Store(int64(62 * time.Second))
	testkit.Eventually(t, 10*time.Second, "the card says so", func() bool { return card().State == models.ConnectionBroken })
	require.Equal(t, botapi.Conflict, card().Problem.Code)
	require.NotEmpty(t, card().Problem.Remedy)
	require.NoError(t, connections.Refused(card()), "sends go on")
	b.world.Control(http.MethodDelete, "/faults", nil, nil)
	later.Store(int64(200 * time.Second))
	ann := b.world.Started(bots.Promo, "Ann")
	testkit.Eventually(t, 20*time.Second, "all is well again", func() bool { return card().State == models.ConnectionWorking })
	testkit.Eventually(t, 10*time.Second, "what was written comes", func() bool {
		list, err := b.store.Conversations.Next(b.ctx, b.bot.ID, ann, contract.FlowPromoChat, 0, 10)
		return err == nil && len(list) == 1
	})
	cancel()
	require.ErrorIs(t, <-ended, context.Canceled)
}

// hooked is a bench whose bot has a webhook, its last part and its secret.
func hooked(t *testing.T, store *models.Store) (b *bench, hook string, secret secrets.Text) {
	t.Helper()
	b = newBench(t, store)
	opened, err := b.Ring.Open("connection", b.bot.Sealed, []byte(b.bot.ID))
	require.NoError(t, err)
	var sealed struct {
		Secret string `json:"webhook_secret"`
	}
	require.NoError(t, json.Unmarshal(opened, &sealed))
	return b, b.bot.Hook, secrets.Text(sealed.Secret)
}

func textUpdate(id, user, date int64, text string) []byte {
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"date":%d,"text":%q,"from":{"id":%d,"first_name":"Joe"},"chat":{"id":%d,"type":"private"}}}`, id, id, date, text, user, user)
}

func blockUpdate(id, user, date int64, status string) []byte {
	return fmt.Appendf(nil, `{"update_id":%d,"my_chat_member":{"date":%d,"from":{"id":%d,"first_name":"Joe"},"chat":{"id":%d,"type":"private"},"old_chat_member":{"status":"member"},"new_chat_member":{"status":%q}}}`, id, date, user, user, status)
}

// C4: replayed updates, in any order, change nothing.
func TestReplayedUpdatesChangeNothing(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b, hook, secret := hooked(t, store)
		ctx := context.Background() // Telegram's calls come without a tenant
		updates := [][]byte{textUpdate(11, 5, 100, "/start ad-1"), textUpdate(12, 5, 101, "one"), blockUpdate(13, 5, 102, "kicked"), blockUpdate(14, 5, 103, "member"), textUpdate(15, 5, 104, "two")}
		for _, u := range updates {
			require.NoError(t, b.Inbox.Hook(ctx, hook, secret, u))
		}
		state := func() (string, int) {
			who, err := store.Subscribers.ByUser(b.ctx, b.bot.ID, 5)
			require.NoError(t, err)
			list, err := store.Conversations.Next(b.ctx, b.bot.ID, 5, contract.FlowPromoChat, 0, 100)
			require.NoError(t, err)
			waiting, _, err := store.Outbox.Waiting(ctx)
			require.NoError(t, err)
			return fmt.Sprintf("%s %s %d %d", who.State, who.Source, who.Version, len(list)), int(waiting)
		}
		before, waiting := state()
		require.Contains(t, before, "active ad-1")
		for _, order := range [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}} {
			for _, i := range order {
				require.NoError(t, b.Inbox.Hook(ctx, hook, secret, updates[i]))
			}
			after, left := state()
			require.Equal(t, before, after)
			require.Equal(t, waiting, left)
		}
		// One that comes for the first time, but late, is a message and changes no state.
		require.NoError(t, b.Inbox.Hook(ctx, hook, secret, blockUpdate(9, 5, 99, "kicked")))
		after, _ := state()
		require.Equal(t, before, after)
	})
}

// C4: who doesn't show the secret learns nothing and leaves nothing behind.
func TestTheSecretIsNeeded(t *testing.T) {
	b, hook, secret := hooked(t, sqlite(t))
	ctx := context.Background()
	for _, c := range []struct {
		hook   string
		secret secrets.Text
	}{{hook, ""}, {hook, secret + "x"}, {hook, "wrong"}, {"none", secret}, {"", ""}} {
		err := b.Inbox.Hook(ctx, c.hook, c.secret, textUpdate(1, 5, 1, "x"))
		require.True(t, fault.Is(err, fault.NotFound), "%v", err)
	}
	_, err := b.store.Subscribers.ByUser(b.ctx, b.bot.ID, 5)
	require.True(t, fault.Is(err, fault.NotFound))
}

// C1: a new token comes with a new secret, in every process at once.
func TestAChangedConnectionCountsAtOnce(t *testing.T) {
	b, hook, secret := hooked(t, sqlite(t))
	other := services.New(t, services.Options{Store: b.store, BotAPI: b.world.APIURL()}).Inbox
	ctx := context.Background()
	require.NoError(t, other.Hook(ctx, hook, secret, textUpdate(1, 5, 1, "x")))
	_, err := b.Connections.Replace(b.ctx, b.bot.ID, models.AnyVersion, connections.Settings{Token: bots.PromoToken})
	require.NoError(t, err)
	require.True(t, fault.Is(other.Hook(ctx, hook, secret, textUpdate(2, 5, 1, "x")), fault.NotFound), "the old secret is over")
}

// C1, C4: with webhooks a bot works as soon as it is connected; one that another program has taken, or
// that has a new token, is registered again by the next test; the version that a person saw stays good.
func TestWebhooksAreRegistered(t *testing.T) {
	store, world := sqlite(t), bots.Start(t)
	ctx, _ := testkit.Tenant(t, store, "a")
	service := services.New(t, services.Options{Store: store, BotAPI: world.APIURL(), Updates: contract.UpdatesWebhook}).Connections
	c, err := service.Connect(ctx, models.PromoBot, connections.Settings{Token: bots.PromoToken})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, c.State, "%+v", c.Problem)
	mode, err := service.PrepareUpdates(ctx, c.ID)
	require.NoError(t, err)
	require.Equal(t, contract.UpdatesWebhook, mode)
	after, err := store.Connections.Get(ctx, c.ID)
	require.NoError(t, err)
	require.Equal(t, c.Version, after.Version)
	registered := len(world.Calls(bots.Promo, "setWebhook"))
	require.Equal(t, 1, registered, "once is enough")

	api, err := botapi.New(world.APIURL())
	require.NoError(t, err)
	require.NoError(t, api.SetWebhook(ctx, bots.PromoToken, "http://127.0.0.1:9/elsewhere", "x"))
	c, err = service.Test(ctx, c.ID)
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, c.State, "%+v", c.Problem)
	hook, err := api.Webhook(ctx, bots.PromoToken)
	require.NoError(t, err)
	require.Contains(t, hook.URL, c.Hook)
	c, err = service.Replace(ctx, c.ID, c.Version, connections.Settings{Token: bots.PromoToken})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, c.State, "%+v", c.Problem)
	require.NoError(t, service.Remove(ctx, c.ID, models.AnyVersion))
	hook, err = api.Webhook(ctx, bots.PromoToken)
	require.NoError(t, err)
	require.Empty(t, hook.URL)
}

// Q2: what can't be read is left out, so that Telegram goes on to the next.
func TestUnreadableUpdatesAreLeftOut(t *testing.T) {
	b, hook, secret := hooked(t, sqlite(t))
	ctx := context.Background()
	for _, body := range [][]byte{[]byte("[1]"), []byte("{"), {}, bytes.Repeat([]byte("x"), message.MaxUpdate+1)} {
		require.NoError(t, b.Inbox.Hook(ctx, hook, secret, body))
	}
	require.NoError(t, b.Inbox.Hook(ctx, hook, secret, []byte(`{"update_id":5,"message":{"message_id":1,"date":1,"text":"a\u0000b","from":{"id":5,"first_name":"J\u0000oe"},"chat":{"id":5,"type":"private"}}}`)))
	who, err := b.store.Subscribers.ByUser(b.ctx, b.bot.ID, 5)
	require.NoError(t, err)
	require.Equal(t, "Joe", who.FirstName)
}

// Q2: whatever comes to a webhook, nothing breaks, and what is no update changes nothing.
func FuzzUpdates(f *testing.F) {
	f.Add(textUpdate(1, 5, 1, "/start x"))
	f.Add(blockUpdate(2, 5, 1, "kicked"))
	f.Add([]byte(`{"update_id":3,"callback_query":{"id":"1","from":{"id":5},"data":"x","message":{"message_id":1,"chat":{"id":5,"type":"private"}}}}`))
	f.Add([]byte(`{"update_id":4,"message":{"photo":[{"file_id":"a"}],"from":{"id":5},"chat":{"id":5,"type":"private"}}}`))
	f.Add([]byte(`{"update_id":-1}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		u, err := botapi.ParseUpdate(body)
		if err != nil {
			require.True(t, fault.Is(err, fault.Malformed), "%v", err)
			return
		}
		require.NotZero(t, u.ID)
		_, _ = u.Command("bot")
		require.LessOrEqual(t, len(u.StartPayload("bot")), 64)
		data, err := json.Marshal(u)
		require.NoError(t, err)
		require.LessOrEqual(t, len(data), 8*len(body)+1000)
	})
}
