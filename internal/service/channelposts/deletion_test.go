package channelposts_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/channelposts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sending"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// bench is a tenant's signal bot in a channel, and a Bot API that refuses to delete as long as it is told to.
type bench struct {
	t       *testing.T
	ctx     context.Context
	store   *models.Store
	world   *bots.World
	all     *services.Services
	posts   *channelposts.Service
	bot     *models.Connection
	refuses atomic.Pointer[string]
}

func newBench(t *testing.T, store *models.Store) *bench {
	t.Helper()
	b := &bench{t: t, store: store, world: bots.Start(t)}
	b.ctx, _ = testkit.Tenant(t, store, "a")
	world, err := url.Parse(b.world.URL)
	require.NoError(t, err)
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(world) }}
	door := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if why := b.refuses.Load(); why != nil && strings.HasSuffix(r.URL.Path, "/deleteMessage") {
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"ok":false,"error_code":400,"description":"Bad Request: `+*why+`"}`)
			return
		}
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(door.Close)
	b.all = services.New(t, services.Options{Store: store, BotAPI: door.URL + strings.TrimPrefix(b.world.APIURL(), b.world.URL)})
	b.bot, err = b.all.Connections.Connect(b.ctx, models.SignalBot, connections.Settings{Token: bots.SignalToken, Channels: []models.Channel{{Role: models.RoleVIP, Chat: bots.Channel}}})
	require.NoError(t, err)
	require.Equal(t, models.ConnectionWorking, b.bot.State, "%+v", b.bot.Problem)
	b.posts = channelposts.New(store, b.all.Connections, b.all.Sending, time.Now)
	return b
}

// author writes the same in every post.
type author struct{}

func (author) Write(context.Context, *models.ChannelPost) (channelposts.Content, error) {
	return channelposts.Content{Text: message.Escape("The day")}, nil
}

func (author) Files(context.Context, *models.ChannelPost) ([]sending.Upload, error) { return nil, nil }

// again calls until it succeeds, as a flow does.
func (b *bench) again(call func() error) {
	b.t.Helper()
	var err error
	testkit.Eventually(b.t, 30*time.Second, "the call succeeds", func() bool {
		err = call()
		return err == nil || !fault.From(err).Retryable()
	})
	require.NoError(b.t, err)
}

// sent is a recap that stands in the channel.
func (b *bench) sent() *models.ChannelPost {
	b.t.Helper()
	p := &models.ChannelPost{Kind: models.PostRecap, Subject: models.NewID(), Role: models.RoleVIP}
	require.NoError(b.t, b.store.ChannelPosts.Plan(b.ctx, p))
	b.again(func() error {
		_, err := b.posts.Send(b.ctx, p.ID, author{})
		return err
	})
	return b.post(p.ID)
}

func (b *bench) post(id string) *models.ChannelPost {
	b.t.Helper()
	p, err := b.store.ChannelPosts.Get(b.ctx, id)
	require.NoError(b.t, err)
	return p
}

// removed runs the activity of a deletion as its flow does.
func (b *bench) removed(id string) *models.ChannelPost {
	b.t.Helper()
	b.again(func() error { return b.posts.Remove(b.ctx, contract.ChannelPost{TenantID: b.bot.TenantID, PostID: id}) })
	return b.post(id)
}

// P12: a post is deleted from its channel, once; its row stays. What Telegram refuses leaves it as it was, with what to do.
func TestAPostIsDeleted(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		b := newBench(t, store)
		channel := b.bot.Channels[0].ID
		p := b.sent()
		require.Equal(t, models.PostSent, p.State)
		before := len(b.world.Messages(channel))

		for _, why := range []string{"message can't be deleted for everyone", "not enough rights to delete a message"} {
			b.refuses.Store(&why)
			p, err := b.posts.Delete(b.ctx, p.ID, "Ann")
			require.NoError(t, err)
			require.Equal(t, models.PostDeleting, p.State)
			p = b.removed(p.ID)
			require.Equal(t, models.PostSent, p.State)
			require.NotEmpty(t, p.Problem.Remedy, why)
			require.Len(t, b.world.Messages(channel), before)
		}
		b.refuses.Store(nil)

		for range 2 { // pressed twice, it is one deletion
			p, err := b.posts.Delete(b.ctx, p.ID, "Ann")
			require.NoError(t, err)
			require.Equal(t, models.PostDeleting, p.State)
		}
		waiting, err := store.ChannelPosts.Deleting(models.Platform(b.ctx))
		require.NoError(t, err)
		require.Len(t, waiting, 1)
		require.NoError(t, b.posts.Reconcile(b.ctx), "a flow that was ended starts again")
		p = b.removed(p.ID)
		require.Equal(t, models.PostDeleted, p.State)
		require.Equal(t, "Ann", p.DecidedBy)
		require.Nil(t, p.Problem)
		require.False(t, p.DeletedAt.IsZero())
		require.Len(t, b.world.Messages(channel), before-1)
		require.Equal(t, p, b.removed(p.ID))
		p, err = b.posts.Delete(b.ctx, p.ID, "Bob")
		require.NoError(t, err)
		require.Equal(t, "Ann", p.DecidedBy, "it is deleted already")

		// What somebody has deleted in Telegram is deleted.
		p = b.sent()
		_, err = b.posts.Delete(b.ctx, p.ID, "Ann")
		require.NoError(t, err)
		gone := "message to delete not found"
		b.refuses.Store(&gone)
		require.Equal(t, models.PostDeleted, b.removed(p.ID).State)
		b.refuses.Store(nil)

		// While the bot does not work the deletion waits, and says for what.
		p = b.sent()
		_, err = b.posts.Delete(b.ctx, p.ID, "Ann")
		require.NoError(t, err)
		broken := func(problem *models.Note) {
			_, err := store.Connections.Change(b.ctx, b.bot.ID, models.AnyVersion, func(c *models.Connection) error {
				c.State, c.Problem = models.ConnectionBroken, problem
				if problem == nil {
					c.State = models.ConnectionWorking
				}
				return nil
			})
			require.NoError(t, err)
		}
		broken(&models.Note{Code: "telegram_unauthorized", Message: "Telegram refuses the token", Remedy: "Give a new one"})
		for range 2 {
			err = b.posts.Remove(b.ctx, contract.ChannelPost{TenantID: b.bot.TenantID, PostID: p.ID})
			require.True(t, fault.From(err).Retryable(), "%v", err)
			p = b.post(p.ID)
			require.Equal(t, models.PostDeleting, p.State)
			require.NotNil(t, p.Problem)
			require.NotEmpty(t, p.Problem.Remedy)
		}
		broken(nil)
		p = b.removed(p.ID)
		require.Equal(t, models.PostDeleted, p.State)
		require.Nil(t, p.Problem)

		// Without its bot nothing can be deleted.
		p = b.sent()
		_, err = b.posts.Delete(b.ctx, p.ID, "Ann")
		require.NoError(t, err)
		require.NoError(t, store.Connections.Delete(b.ctx, b.bot.ID, models.AnyVersion))
		p = b.removed(p.ID)
		require.Equal(t, models.PostSent, p.State)
		require.Equal(t, "connection_missing", p.Problem.Code)
	})
}

// What stands in the record stays in the channel, and nobody can delete what was not sent or can't be found.
func TestWhatCantBeDeleted(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	ctx, _ := testkit.Tenant(t, store, "a")
	posts := channelposts.New(store, nil, nil, time.Now)
	for _, row := range []struct {
		kind  models.PostKind
		state models.PostState
		at    int64
		code  string
	}{
		{models.PostSignal, models.PostSent, 7, "post_in_record"},
		{models.PostMilestone, models.PostSent, 7, "post_in_record"},
		{models.PostEdit, models.PostSent, 7, "post_in_record"},
		{models.PostRecap, models.PostUnknown, 0, "post_state"},
		{models.PostRecap, models.PostPlanned, 0, "post_state"},
		{models.PostGenerator, models.PostSent, 0, "post_place"},
	} {
		p := &models.ChannelPost{Kind: row.kind, State: row.state, MessageID: row.at, Subject: models.NewID(), Role: models.RoleVIP}
		require.NoError(t, store.ChannelPosts.Plan(ctx, p))
		_, err := posts.Delete(ctx, p.ID, "Ann")
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		require.Equal(t, row.code, fault.From(err).Code)
	}
}

// What a delivery carries is for its own flow to send.
func TestPostsOfThePromoBotAreLeftAlone(t *testing.T) {
	store := testkit.Store(t, testkit.SQLite(t), models.Options{})
	b := newBench(t, store)
	for _, kind := range []models.PostKind{models.PostGenerator, models.PostPromoChat} {
		p := &models.ChannelPost{Kind: kind, Subject: models.NewID(), Role: models.RolePost}
		require.NoError(t, store.ChannelPosts.Plan(b.ctx, p))
		out, err := b.posts.Send(b.ctx, p.ID, author{})
		require.NoError(t, err)
		require.Equal(t, models.PostPlanned, out.State)
	}
	require.Equal(t, models.PostSent, b.sent().State, "nor does the signal bot's wait for them")
}
