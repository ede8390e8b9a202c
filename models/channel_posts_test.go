package models_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/models/migrations"
)

// carried is a post of the promo bot with the delivery that carries it.
type carried struct {
	t     *testing.T
	ctx   context.Context
	store *models.Store
	claim models.DeliveryClaim
	id    string // the delivery's
	post  string
}

func newCarried(t *testing.T, s *models.Store, ctx context.Context, connection, key string, p models.ChannelPost) *carried {
	t.Helper()
	c := &carried{t: t, ctx: ctx, store: s, claim: models.DeliveryClaim{Key: key, ConnectionID: connection, ChatID: -100, Method: "sendPhoto"}}
	for range 2 { // asked for twice, it is one
		again := p
		require.NoError(t, s.Tx(ctx, func(tx *models.Store) error {
			d, err := tx.Deliveries.Queue(ctx, c.claim, `{"channel":"News"}`)
			if err == nil {
				c.id, err = d.ID, tx.ChannelPosts.PlanDelivery(ctx, d, &again)
			}
			return err
		}))
	}
	of, err := s.ChannelPosts.Of(ctx, c.id)
	require.NoError(t, err)
	require.Len(t, of, 1)
	c.post = of[0].ID
	return c
}

// sending claims the delivery and marks that its call goes out.
func (c *carried) sending() *models.Delivery {
	c.t.Helper()
	d, err := c.store.Deliveries.Claim(c.ctx, c.claim)
	require.NoError(c.t, err)
	require.NoError(c.t, c.store.Deliveries.Sending(c.ctx, d))
	return d
}

func (c *carried) is(state models.PostState) *models.ChannelPost {
	c.t.Helper()
	p, err := c.store.ChannelPosts.Get(c.ctx, c.post)
	require.NoError(c.t, err)
	require.Equal(c.t, state, p.State)
	return p
}

// P12: the post of a delivery says how far the delivery is, whatever ends or opens it.
func TestAPostFollowsItsDelivery(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		bot := newConnection(t, s, ctx, models.PromoBot, 1)
		generator := models.ChannelPost{Kind: models.PostGenerator, Channel: "News", SentBy: "Ann", Template: "gold-coupon", Text: "Hello"}

		sent := newCarried(t, s, ctx, bot.ID, "one", generator)
		p := sent.is(models.PostPlanned)
		require.Equal(t, []any{"News", "Ann", "gold-coupon", models.RolePost, int64(-100), bot.ID}, []any{p.Channel, p.SentBy, p.Template, p.Role, p.ChatID, p.ConnectionID})
		require.NoError(t, s.ChannelPosts.Drawn(ctx, sent.id, "a/picture.jpg"))
		require.NoError(t, s.Deliveries.Sent(ctx, sent.sending(), 7, "{}"))
		p = sent.is(models.PostSent)
		require.Equal(t, int64(7), p.MessageID)
		require.False(t, p.SentAt.IsZero())
		require.Equal(t, "a/picture.jpg", p.Picture)
		_, err := s.ChannelPosts.Settle(ctx, sent.post, false, "Ann")
		requireCode(t, err, fault.Conflict, "post_state")

		// Its answer was lost: a person says that it did not arrive, and has it sent again.
		lost := newCarried(t, s, ctx, bot.ID, "two", generator)
		require.NoError(t, s.Deliveries.Ambiguous(ctx, lost.sending()))
		d, err := s.Deliveries.Claim(ctx, lost.claim)
		require.NoError(t, err)
		require.Equal(t, models.DeliveryUnknown, d.State)
		require.NotEmpty(t, lost.is(models.PostUnknown).Problem.Remedy)
		_, err = s.ChannelPosts.Settle(ctx, lost.post, false, "Ann")
		require.NoError(t, err)
		p = lost.is(models.PostFailed)
		require.Equal(t, "Ann", p.DecidedBy)
		require.Contains(t, p.Problem.Message, "Ann")
		d, err = s.Deliveries.Again(ctx, lost.id)
		require.NoError(t, err, "the delivery knows it too")
		require.False(t, d.Resent, "it is known that it did not arrive")
		p = lost.is(models.PostPlanned)
		require.Equal(t, []any{1, "", false, (*models.Note)(nil)}, []any{p.Attempt, p.DecidedBy, p.Resent, p.Problem})
		require.NoError(t, s.Deliveries.Failed(ctx, lost.sending(), models.Note{Code: "no", Message: "No"}))
		require.Equal(t, "no", lost.is(models.PostFailed).Problem.Code)

		// Another one did arrive, and one is sent again although it may have.
		arrived := newCarried(t, s, ctx, bot.ID, "three", generator)
		require.NoError(t, s.Deliveries.Unknown(ctx, arrived.sending()))
		_, err = s.ChannelPosts.Settle(ctx, arrived.post, true, "Ann")
		require.NoError(t, err)
		require.Nil(t, arrived.is(models.PostSent).Problem)
		d, err = s.Deliveries.Get(ctx, arrived.id)
		require.NoError(t, err)
		require.Equal(t, models.DeliverySent, d.State)
		require.False(t, d.SentAt.IsZero())
		twice := newCarried(t, s, ctx, bot.ID, "four", generator)
		require.NoError(t, s.Deliveries.Unknown(ctx, twice.sending()))
		_, err = s.Deliveries.Again(ctx, twice.id)
		require.NoError(t, err)
		require.True(t, twice.is(models.PostPlanned).Resent)

		// What waits when its bot is disconnected will not go out.
		waits := newCarried(t, s, ctx, bot.ID, "five", generator)
		require.NoError(t, s.Connections.Delete(ctx, bot.ID, models.AnyVersion))
		require.Equal(t, "connection_missing", waits.is(models.PostFailed).Problem.Code)
		require.Equal(t, "connection_missing", twice.is(models.PostFailed).Problem.Code)
		sent.is(models.PostSent)
	})
}

// Posts of which nothing carries the end are settled by themselves; a decision counts once.
func TestAPostIsSettledOnce(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		for _, arrived := range []bool{true, false} {
			p := &models.ChannelPost{Kind: models.PostRecap, Subject: models.NewID(), Role: models.RoleVIP, State: models.PostUnknown, Problem: &models.Note{Code: "x"}}
			require.NoError(t, s.ChannelPosts.Plan(ctx, p))
			_, err := s.ChannelPosts.Settle(foreign, p.ID, arrived, "Eve")
			requireCode(t, err, fault.NotFound, "post_not_found")
			p, err = s.ChannelPosts.Settle(ctx, p.ID, arrived, "Ann")
			require.NoError(t, err)
			require.Equal(t, "Ann", p.DecidedBy)
			require.Equal(t, arrived, p.State == models.PostSent)
			require.Equal(t, arrived, p.Problem == nil)
			require.Equal(t, arrived, !p.SentAt.IsZero())
			_, err = s.ChannelPosts.Settle(ctx, p.ID, !arrived, "Bob")
			requireCode(t, err, fault.Conflict, "post_state")
		}
	})
}

// C6: what somebody had posted from a chat stays; who they were goes with them.
func TestAPostForgetsItsPerson(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		bot := newConnection(t, s, ctx, models.PromoBot, 1)
		_, err := s.Conversations.Receive(ctx, incoming(bot, 1, 7), toPromo, func(*models.Store, *models.InboundMessage) error { return nil })
		require.NoError(t, err)
		who, err := s.Subscribers.ByUser(ctx, bot.ID, 7)
		require.NoError(t, err)
		chat := newCarried(t, s, ctx, bot.ID, "one", models.ChannelPost{Kind: models.PostPromoChat, SentBy: "Ann", Actor: who.ID})
		other := newCarried(t, s, ctx, bot.ID, "two", models.ChannelPost{Kind: models.PostGenerator, SentBy: "Bob"})
		require.NoError(t, s.Subscribers.Erase(ctx, who.ID))
		p := chat.is(models.PostPlanned)
		require.Equal(t, []string{"", ""}, []string{p.SentBy, p.Actor})
		require.Equal(t, "Bob", other.is(models.PostPlanned).SentBy)
	})
}

// P12: the list is narrowed, and read page by page.
func TestPostsAreListed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		add := func(ctx context.Context, kind models.PostKind, state models.PostState, role models.ChannelRole, chat int64) string {
			p := &models.ChannelPost{Kind: kind, Subject: models.NewID(), Role: role, ChatID: chat, State: state}
			require.NoError(t, s.ChannelPosts.Plan(ctx, p))
			return p.ID
		}
		signal := add(ctx, models.PostSignal, models.PostUnknown, models.RoleVIP, -1)
		recap := add(ctx, models.PostRecap, models.PostSent, models.RoleVIP, -1)
		image := add(ctx, models.PostGenerator, models.PostPlanned, models.RolePost, -2)
		add(foreign, models.PostSignal, models.PostUnknown, models.RoleVIP, -1)
		middle, err := s.ChannelPosts.Get(ctx, recap)
		require.NoError(t, err)
		for name, row := range map[string]struct {
			filter models.ChannelPostFilter
			want   []string
		}{
			"all":       {models.ChannelPostFilter{}, []string{image, recap, signal}},
			"kinds":     {models.ChannelPostFilter{Kinds: []models.PostKind{models.PostGenerator, models.PostSignal}}, []string{image, signal}},
			"states":    {models.ChannelPostFilter{States: []models.PostState{models.PostUnknown}}, []string{signal}},
			"role":      {models.ChannelPostFilter{Role: models.RoleVIP}, []string{recap, signal}},
			"a channel": {models.ChannelPostFilter{ChatID: -2}, []string{image}},
			"from":      {models.ChannelPostFilter{From: middle.CreatedAt.Time}, []string{image, recap}},
			"to":        {models.ChannelPostFilter{To: middle.CreatedAt.Time}, []string{signal}},
			"nothing":   {models.ChannelPostFilter{Kinds: []models.PostKind{models.PostRecap}, Role: models.RolePost}, nil},
		} {
			var got []string
			for row.filter.Limit = 1; ; {
				page, err := s.ChannelPosts.List(ctx, row.filter)
				require.NoError(t, err, name)
				for _, p := range page.Items {
					got = append(got, p.ID)
				}
				if row.filter.After = page.Next; page.Next == "" {
					break
				}
			}
			require.Equal(t, row.want, got, name)
		}
		_, err = s.ChannelPosts.List(ctx, models.ChannelPostFilter{After: "x"})
		requireCode(t, err, fault.Invalid, "bad_cursor")

		// What waits for a delivery is in nobody's way: not in the channels' order, not among the strays or a signal's own.
		vip, err := s.ChannelPosts.Get(ctx, signal)
		require.NoError(t, err)
		vip.HappenedAt = models.NewTime(time.Now().Add(time.Hour))
		earlier, err := s.ChannelPosts.Earlier(ctx, vip)
		require.NoError(t, err)
		require.False(t, earlier)
		stray, err := s.ChannelPosts.Stray(models.Platform(ctx))
		require.NoError(t, err)
		require.Empty(t, stray)
		unfinished, err := s.Signals.Unfinished(models.Platform(ctx))
		require.NoError(t, err)
		require.Empty(t, unfinished)
	})
}

// What the generator posted before there was a list is in it.
func TestPostsOfBeforeAreListed(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		s, err := models.Open(t.Context(), dsn, models.Options{})
		require.NoError(t, err)
		defer func() { require.NoError(t, s.Close()) }()
		list, err := migrations.For(s.Dialect())
		require.NoError(t, err)
		at := slices.IndexFunc(list, func(m migrations.Migration) bool { return m.Name == "202611301510_posts" })
		no := map[string]string{"sqlite": "0", "postgres": "FALSE"}[s.Dialect()]
		const day = "'2026-11-01T00:00:00.000000Z'"
		delivery := func(n int, key, state, content, problem, sent string) string {
			return fmt.Sprintf("INSERT INTO deliveries (id, tenant_id, key, connection_id, chat_id, method, state, attempt, claim, resent, random_id, message_id, result, content, problem, version, created_at, updated_at, sent_at) "+
				"VALUES ('0190b0e0-0000-7000-8000-00000000000%d', 't1', '%s', 'c1', -100, 'sendPhoto', '%s', 1, '', %s, 0, %d, '', '%s', %s, 1, '2026-11-02T00:00:00.000000Z', %s, %s); ", n, key, state, no, n, content, problem, day, sent)
		}
		yes := map[string]string{"sqlite": "1", "postgres": "TRUE"}[s.Dialect()]
		list = slices.Insert(list, at, migrations.Migration{Name: "202611301500_rows", Checksum: "x", SQL: "" +
			"INSERT INTO tenants (id, slug, name, kind, created_at, updated_at) VALUES ('t1', 'one', 'One', 'client', " + day + ", " + day + "); " +
			"INSERT INTO connections (id, tenant_id, kind, sealed, hook, account_id, username, display_name, channels, checks, state, registered, version, created_at, updated_at) " +
			"VALUES ('c1', 't1', 'promo_bot', '', 'h', 1, 'bot', '', '[]', '[]', 'working', '', 1, " + day + ", " + day + "); " +
			"INSERT INTO templates (id, tenant_id, slug, name, description, category, search_text, published_version_id, draft_version_id, visible_web, visible_bot, version, created_at, updated_at) " +
			"VALUES ('p1', 't1', 'gold-coupon', 'Gold', '', '', '', '', '', " + yes + ", " + yes + ", 1, " + day + ", " + day + "); " +
			delivery(1, "post.a", "sent", `{"request":{"template":"p1","values":{}},"caption":"5 < 6 & \"so\"","channel":"News"}`, "NULL", day) +
			delivery(2, "post.b", "claimed", `{"request":{"template":"gone"},"channel":"News"}`, "NULL", "NULL") +
			delivery(3, "post.c", "unknown", `{"request":{"template":"gold-coupon"},"channel":"News"}`, `'{"code":"telegram_ambiguous","message":"Lost"}'`, "NULL") +
			delivery(4, "linked.7.1", "sent", `{"text":"Welcome"}`, "NULL", day) +
			delivery(5, "promochat.x", "sent", "", "NULL", day)})
		_, err = models.MigrateList(t.Context(), s, list)
		require.NoError(t, err)

		ctx := tenant.With(t.Context(), "t1")
		page, err := s.ChannelPosts.List(ctx, models.ChannelPostFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 3)
		unknown, waits, sent := page.Items[0], page.Items[1], page.Items[2]
		require.Equal(t, models.PostUnknown, unknown.State)
		require.Equal(t, "Lost", unknown.Problem.Message)
		require.Equal(t, models.PostPlanned, waits.State)
		require.Empty(t, waits.Template)
		require.Equal(t, models.PostSent, sent.State)
		require.Equal(t, []any{models.PostGenerator, models.RolePost, "News", "gold-coupon", "5 &lt; 6 &amp; &quot;so&quot;", int64(1), "2026-11-02"},
			[]any{sent.Kind, sent.Role, sent.Channel, sent.Template, sent.Text, sent.MessageID, sent.CreatedAt.Format(time.DateOnly)})
		require.JSONEq(t, `{"template":"p1","values":{}}`, string(sent.About))
		_, err = s.ChannelPosts.Settle(ctx, unknown.ID, false, "Ann")
		require.NoError(t, err)
		d, err := s.Deliveries.Again(ctx, unknown.Subject)
		require.NoError(t, err)
		require.Equal(t, models.DeliveryQueued, d.State)
	})
}
