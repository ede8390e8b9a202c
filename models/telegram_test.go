package models_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
	"github.com/stretchr/testify/require"
)

func newConnection(t *testing.T, s *models.Store, ctx context.Context, kind models.ConnectionKind, account int64) *models.Connection {
	t.Helper()
	c := &models.Connection{Kind: kind, Sealed: "v1.x.y", Hook: models.NewID(), AccountID: account, Username: "bot", State: models.ConnectionWorking}
	require.NoError(t, s.Connections.Create(ctx, c))
	return c
}

// C1: one of each kind, one connection per bot, and nothing of another tenant's.
func TestConnections(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a, _ := testkit.Tenant(t, s, "a")
		b, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, a, models.PromoBot, 77)
		requireCode(t, s.Connections.Create(a, &models.Connection{Kind: models.PromoBot, Hook: "h2", State: models.ConnectionUntested}), fault.Conflict, "connection_exists")
		requireCode(t, s.Connections.Create(b, &models.Connection{Kind: models.PromoBot, Hook: "h3", AccountID: 77, State: models.ConnectionUntested}), fault.Conflict, "bot_taken")
		_, err := s.Connections.Get(b, c.ID)
		requireCode(t, err, fault.NotFound, "connection_not_found")
		requireCode(t, s.Connections.Delete(b, c.ID, models.AnyVersion), fault.NotFound, "connection_not_found")
		found, err := s.Connections.ByHook(context.Background(), c.Hook)
		require.NoError(t, err)
		require.Equal(t, c.ID, found.ID)

		changed, err := s.Connections.Change(a, c.ID, 1, func(c *models.Connection) error {
			c.Channels = []models.Channel{{Role: models.RolePost, Chat: "@news", ID: -100}}
			c.Problem = &models.Note{Code: "x", Message: "y"}
			return nil
		})
		require.NoError(t, err)
		require.Equal(t, int64(2), changed.Version)
		_, err = s.Connections.Change(a, c.ID, 1, func(*models.Connection) error { return nil })
		requireCode(t, err, fault.Precondition, "version_changed")
		require.NoError(t, s.Deliveries.Migrate(a, c.ID, -100, -200))
		again, err := s.Connections.ByKind(a, models.PromoBot)
		require.NoError(t, err)
		require.Equal(t, int64(-200), again.Channel(models.RolePost).ID)
		require.NotNil(t, again.Problem)
		requireCode(t, s.Connections.Delete(a, c.ID, 1), fault.Precondition, "version_changed")
		require.NoError(t, s.Connections.Delete(a, c.ID, again.Version))
	})
}

func incoming(c *models.Connection, update, user int64) models.Incoming {
	return models.Incoming{ConnectionID: c.ID, UpdateID: update, Person: models.Person{ID: user, FirstName: "Ann"}, Kind: "message",
		State: models.SubscriberActive, Payload: json.RawMessage(`{}`)}
}

func toPromo(*models.Store, *models.Subscriber) (string, error) { return "promochat", nil }

// C4: an update counts once, messages of one conversation are numbered without gaps from whichever
// process they come, and what came in before a conversation closes keeps it open.
func TestInbox(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		c := newConnection(t, s, ctx, models.PromoBot, 1)
		const people, each = 5, 8
		var wg sync.WaitGroup
		problems := make(chan error, people*each*3)
		for n := range people * each {
			for range 3 { // the same update three times
				wg.Go(func() {
					_, err := s.Conversations.Receive(ctx, incoming(c, int64(n), int64(1+n%people)), toPromo, func(tx *models.Store, m *models.InboundMessage) error {
						return tx.Outbox.Add(ctx, "k", fmt.Sprint(m.UserID), m.Seq)
					})
					if err != nil {
						problems <- err
					}
				})
			}
		}
		wg.Wait()
		close(problems)
		for err := range problems {
			require.NoError(t, err)
		}
		for user := int64(1); user <= people; user++ {
			list, err := s.Conversations.Next(ctx, c.ID, user, "promochat", 0, 100)
			require.NoError(t, err)
			require.Len(t, list, each)
			for i, m := range list {
				require.Equal(t, int64(i+1), m.Seq)
			}
			ok, err := s.Conversations.Close(ctx, c.ID, user, "promochat", each-1)
			require.NoError(t, err)
			require.False(t, ok, "a message came in that was not seen")
			ok, err = s.Conversations.Close(ctx, c.ID, user, "promochat", each)
			require.NoError(t, err)
			require.True(t, ok)
		}
		page, err := s.Subscribers.List(ctx, models.SubscriberFilter{Query: "ann"})
		require.NoError(t, err)
		require.Len(t, page.Items, people)
		waiting, _, err := s.Outbox.Waiting(ctx)
		require.NoError(t, err)
		require.EqualValues(t, people*each, waiting)

		failed := errors.New("no")
		_, err = s.Conversations.Receive(ctx, incoming(c, 999, 1), toPromo, func(*models.Store, *models.InboundMessage) error { return failed })
		require.ErrorIs(t, err, failed)
		ok, err := s.Conversations.Receive(ctx, incoming(c, 999, 1), toPromo, func(*models.Store, *models.InboundMessage) error { return nil })
		require.NoError(t, err)
		require.True(t, ok, "what failed left nothing behind")

		for n := range int64(models.MaxUnhandled + 5) {
			_, err := s.Conversations.Receive(ctx, incoming(c, 2000+n, 42), toPromo, func(*models.Store, *models.InboundMessage) error { return nil })
			require.NoError(t, err)
		}
		list, err := s.Conversations.Next(ctx, c.ID, 42, "promochat", 0, 100)
		require.NoError(t, err)
		require.Len(t, list, models.MaxUnhandled)
		n, err := s.Conversations.DeleteBefore(ctx, time.Now().Add(time.Hour), func() {})
		require.NoError(t, err)
		require.EqualValues(t, people*each+5, n, "what a flow has not acted on stays")
		for _, user := range []int64{1, 42} {
			require.NoError(t, s.Conversations.Handled(ctx, c.ID, user, "promochat", models.MaxUnhandled))
		}
		n, err = s.Conversations.DeleteBefore(ctx, time.Now().Add(time.Hour), func() {})
		require.NoError(t, err)
		require.EqualValues(t, 1+models.MaxUnhandled, n)
	})
}

// C6: a person's state follows their updates, and erasing leaves nothing.
func TestSubscribers(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, ctx, models.PromoBot, 1)
		route := func(*models.Store, *models.Subscriber) (string, error) { return models.RouteState, nil }
		update := int64(0)
		meet := func(state models.SubscriberState, source string) *models.Subscriber {
			update++
			in := incoming(c, update, 5)
			in.State, in.Source, in.At = state, source, 1_700_000_000
			_, err := s.Conversations.Receive(ctx, in, route, nil)
			require.NoError(t, err)
			who, err := s.Subscribers.ByUser(ctx, c.ID, 5)
			require.NoError(t, err)
			return who
		}
		require.Equal(t, "ad1", meet(models.SubscriberActive, "ad1").Source)
		require.Equal(t, "ad1", meet(models.SubscriberActive, "ad2").Source, "the first source stays")
		blocked := meet(models.SubscriberBlocked, "")
		require.Equal(t, models.SubscriberBlocked, blocked.State)
		require.False(t, blocked.BlockedAt.IsZero())
		back := meet(models.SubscriberActive, "")
		require.Equal(t, models.SubscriberActive, back.State)
		require.True(t, back.BlockedAt.IsZero())
		for _, late := range []models.Incoming{{At: 1_699_999_999, UpdateID: 100}, {At: 1_700_000_000, UpdateID: 2}, {UpdateID: 101}} {
			in := incoming(c, late.UpdateID, 5)
			in.State, in.At = models.SubscriberBlocked, late.At
			_, err := s.Conversations.Receive(ctx, in, route, nil)
			require.NoError(t, err)
			who, err := s.Subscribers.ByUser(ctx, c.ID, 5)
			require.NoError(t, err)
			require.Equal(t, models.SubscriberActive, who.State, "an update that comes late changes nothing")
		}
		require.NoError(t, s.Subscribers.Blocked(ctx, c.ID, 5))
		require.NoError(t, s.Subscribers.Blocked(ctx, c.ID, -100), "a channel is nobody")

		tagged, err := s.Subscribers.SetTags(ctx, back.ID, models.AnyVersion, []string{" VIP ", "vip", "a", ""})
		require.NoError(t, err)
		require.Equal(t, []string{"a", "vip"}, tagged.Tags)
		_, err = s.Subscribers.SetTags(ctx, back.ID, models.AnyVersion, []string{`"`})
		requireCode(t, err, fault.Invalid, "bad_tag")
		tagged, err = s.Subscribers.ChangeTags(ctx, back.ID, []string{" New", `a"b`, strings.Repeat("x", 41), ""}, []string{" A "})
		require.NoError(t, err)
		require.Equal(t, []string{"new", "vip"}, tagged.Tags, "both are folded, and what can't be a tag is left out")
		for filter, want := range map[models.SubscriberFilter]int{{Tag: "vip"}: 1, {Tag: " VIP"}: 1, {Tag: "vi"}: 0, {State: "blocked"}: 1, {State: "active"}: 0, {Source: "ad1"}: 1, {Query: "ANN"}: 1, {Query: "%"}: 0} {
			page, err := s.Subscribers.List(ctx, filter)
			require.NoError(t, err)
			require.Len(t, page.Items, want, "%+v", filter)
		}
		count, err := s.Subscribers.Count(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, count[models.SubscriberBlocked])

		requireCode(t, s.Subscribers.Erase(foreign, back.ID), fault.NotFound, "subscriber_not_found")
		require.NoError(t, s.Subscribers.Erase(ctx, back.ID))
		_, err = s.Subscribers.Get(ctx, back.ID)
		requireCode(t, err, fault.NotFound, "subscriber_not_found")

		settings, err := s.Subscribers.Settings(ctx)
		require.NoError(t, err)
		require.Zero(t, settings.RetentionDays)
		settings, err = s.Subscribers.SetRetention(ctx, settings.Version, 90)
		require.NoError(t, err)
		require.Equal(t, 90, settings.RetentionDays)
		_, err = s.Subscribers.SetRetention(ctx, 1, 30)
		requireCode(t, err, fault.Precondition, "version_changed")
		_, err = s.Subscribers.SetRetention(ctx, models.AnyVersion, 1)
		requireCode(t, err, fault.Invalid, "out_of_range")
		_, err = s.Subscribers.SetRetention(ctx, models.AnyVersion, 0)
		require.NoError(t, err)
		settings, err = s.Subscribers.Settings(ctx)
		require.NoError(t, err)
		require.Zero(t, settings.RetentionDays)
	})
}

// Deliveries: one holder, an end stays an end, and a dead call in flight goes the way that was chosen.
func TestDeliveries(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		var now atomic.Int64
		now.Store(time.Date(2026, 11, 24, 8, 0, 0, 0, time.UTC).UnixMicro())
		later := func(d time.Duration) { now.Add(d.Microseconds()) }
		s := testkit.Store(t, dsn, models.Options{Clock: func() time.Time { return time.UnixMicro(now.Load()) }})
		ctx, _ := testkit.Tenant(t, s, "a")
		c := newConnection(t, s, ctx, models.PromoBot, 1)
		claim := func(key string) models.DeliveryClaim {
			return models.DeliveryClaim{Key: key, ConnectionID: c.ID, ChatID: 5, Method: "sendMessage", Resend: true}
		}
		d, err := s.Deliveries.Claim(ctx, claim("k"))
		require.NoError(t, err)
		_, err = s.Deliveries.Claim(ctx, claim("k"))
		requireCode(t, err, fault.Conflict, "delivery_held")
		later(models.DeliveryLease + time.Second)
		d2, err := s.Deliveries.Claim(ctx, claim("k"))
		require.NoError(t, err)
		require.Equal(t, []any{2, false}, []any{d2.Attempt, d2.Resent}, "a dead claim wrote nothing")
		requireCode(t, s.Deliveries.Sending(ctx, d), fault.Conflict, "delivery_lost")
		require.NoError(t, s.Deliveries.Sending(ctx, d2))
		later(models.DeliveryLease + time.Second)
		d3, err := s.Deliveries.Claim(ctx, claim("k"))
		require.NoError(t, err)
		require.True(t, d3.Resent)
		require.NoError(t, s.Deliveries.Sending(ctx, d3))
		require.NoError(t, s.Deliveries.Ambiguous(ctx, d3))
		d4, err := s.Deliveries.Claim(ctx, claim("k"))
		require.NoError(t, err)
		require.Equal(t, models.DeliveryUnknown, d4.State, "it is made again once")

		once := claim("once")
		once.Resend = false
		o, err := s.Deliveries.Claim(ctx, once)
		require.NoError(t, err)
		require.NoError(t, s.Deliveries.Sending(ctx, o))
		require.NoError(t, s.Deliveries.Sent(ctx, o, 17, ""))
		o, err = s.Deliveries.Claim(ctx, once)
		require.NoError(t, err)
		require.Equal(t, []any{models.DeliverySent, int64(17)}, []any{o.State, o.MessageID})

		q, err := s.Deliveries.Queue(ctx, claim("q"), `{"text":"x"}`)
		require.NoError(t, err)
		_, err = s.Deliveries.Again(ctx, q.ID)
		requireCode(t, err, fault.Conflict, "delivery_state")
		held, err := s.Deliveries.Claim(ctx, claim("q"))
		require.NoError(t, err)
		require.NoError(t, s.Deliveries.Failed(ctx, held, models.Note{Code: "x", Message: "y"}))
		again, err := s.Deliveries.Again(ctx, q.ID)
		require.NoError(t, err)
		require.Equal(t, models.DeliveryQueued, again.State)
	})
}

// Rates: the slots of all processes together never come faster than the rate and its overdraft
// allow, and a pause stops all of them.
func TestRates(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		foreign, _ := testkit.Tenant(t, s, "b")
		c := newConnection(t, s, ctx, models.PromoBot, 1)
		rate := models.Rate{Interval: time.Second}
		var mu sync.Mutex
		var waits []time.Duration
		var wg sync.WaitGroup
		start := time.Now()
		for range 20 {
			wg.Go(func() {
				wait, ok, err := s.Deliveries.Reserve(ctx, c.ID, 0, rate, 1, time.Hour)
				mu.Lock()
				defer mu.Unlock()
				if err == nil && ok {
					waits = append(waits, time.Since(start)+wait)
				}
			})
		}
		wg.Wait()
		require.Len(t, waits, 20)
		latest := time.Duration(0)
		for _, w := range waits {
			latest = max(latest, w)
		}
		require.GreaterOrEqual(t, latest, 19*time.Second)
		wait, ok, err := s.Deliveries.Reserve(ctx, c.ID, 0, rate, 1, time.Second)
		require.NoError(t, err)
		require.False(t, ok)
		require.Greater(t, wait, 15*time.Second)
		_, _, err = s.Deliveries.Reserve(foreign, c.ID, 0, rate, 1, time.Second)
		require.Error(t, err, "another tenant's bot")

		batch, ok, err := s.Deliveries.Reserve(ctx, c.ID, 7, rate, 10, 0)
		require.NoError(t, err)
		require.True(t, ok)
		require.Zero(t, batch)
		early := models.Rate{Interval: time.Second, Overdraw: 12}
		_, ok, err = s.Deliveries.Reserve(ctx, c.ID, 7, early, 1, 0)
		require.NoError(t, err)
		require.True(t, ok, "replies may come before their slot")
		require.NoError(t, s.Deliveries.Pause(ctx, c.ID, 7, time.Minute))
		wait, ok, err = s.Deliveries.Reserve(ctx, c.ID, 7, early, 1, time.Second)
		require.NoError(t, err)
		require.False(t, ok)
		require.Greater(t, wait, 50*time.Second)

		require.NoError(t, s.Deliveries.KeepFile(ctx, c.ID, "hash", "file"))
		id, err := s.Deliveries.File(ctx, c.ID, "hash")
		require.NoError(t, err)
		require.Equal(t, "file", id)
		id, err = s.Deliveries.File(foreign, c.ID, "hash")
		require.NoError(t, err)
		require.Empty(t, id)
	})
}
