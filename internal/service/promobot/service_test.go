package promobot_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// chat is one person's conversation with a bot that has no templates.
type chat struct {
	t       *testing.T
	ctx     context.Context
	store   *models.Store
	service *promobot.Service
	in      contract.ChatStepInput
	updates int64
}

func newChat(t *testing.T, store *models.Store) *chat {
	t.Helper()
	ctx, _ := testkit.Tenant(t, store, "a")
	bot := &models.Connection{Kind: models.PromoBot, Hook: "h", AccountID: 1, Username: "bot", State: models.ConnectionWorking}
	require.NoError(t, store.Connections.Create(ctx, bot))
	return &chat{t: t, ctx: ctx, store: store, service: promobot.New(store, promo.New(promo.Options{Store: store, Now: time.Now}), nil, nil),
		in: contract.ChatStepInput{Chat: contract.Chat{TenantID: bot.TenantID, ConnectionID: bot.ID, UserID: 7}}}
}

func (c *chat) says(text string) {
	c.t.Helper()
	c.updates++
	payload, err := json.Marshal(message.Update{ID: c.updates, Kind: message.KindText, Text: text, From: message.Sender{ID: 7}, Chat: 7})
	require.NoError(c.t, err)
	in := models.Incoming{ConnectionID: c.in.Chat.ConnectionID, UpdateID: c.updates, Person: models.Person{ID: 7, FirstName: "Ann"}, Kind: message.KindText, State: models.SubscriberActive, Payload: payload}
	ok, err := c.store.Conversations.Receive(c.ctx, in, func(*models.Store, *models.Subscriber) (string, error) { return contract.FlowPromoChat, nil },
		func(*models.Store, *models.InboundMessage) error { return nil })
	require.NoError(c.t, err)
	require.True(c.t, ok)
}

// step runs a step as the flow does, and returns the keys of what must be done.
func (c *chat) step(event *promochat.Event) (out contract.ChatStepped, keys []string) {
	c.t.Helper()
	c.in.Event = event
	out, err := c.service.Step(c.ctx, c.in)
	require.NoError(c.t, err)
	c.in.Conversation, c.in.State, c.in.Seq, c.in.Count = out.Conversation, out.State, out.Seq, out.Count
	for _, e := range out.Effects {
		keys = append(keys, e.Key)
	}
	return out, keys
}

// P5: a step reads what arrived, names each effect once, and closes when nothing is left.
func TestSteps(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		c := newChat(t, store)
		out, keys := c.step(nil)
		require.True(t, out.Closed, "there is no conversation yet")
		require.Empty(t, keys)
		c.in.Conversation = ""
		c.says("/help")
		c.says("hello")
		out, keys = c.step(nil)
		require.Equal(t, []string{out.Conversation + ".1.1", out.Conversation + ".2.1"}, keys)
		require.False(t, out.Closed)
		out, keys = c.step(nil)
		require.True(t, out.Closed)
		require.Empty(t, keys)
		c.says("/start")
		out, keys = c.step(nil)
		require.Equal(t, []string{out.Conversation + ".3.1"}, keys)
		require.True(t, out.State.Open())

		// A timeout that comes with a message is none.
		c.says("what now?")
		out, _ = c.step(&promochat.Event{Kind: promochat.Timeout})
		require.True(t, out.State.Open())
		_, _ = c.step(&promochat.Event{Kind: promochat.Timeout})
		out, _ = c.step(nil)
		require.True(t, out.Closed)
	})
}

// C6: a person who is erased while the flow runs, and writes again, is somebody new: they are answered,
// and no effect has a name that was used before.
func TestAnErasedPersonBeginsAnew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		c := newChat(t, store)
		for range 5 {
			c.says("/start")
		}
		_, before := c.step(nil)
		require.Len(t, before, 5)
		who, err := store.Subscribers.ByUser(c.ctx, c.in.Chat.ConnectionID, 7)
		require.NoError(t, err)
		require.NoError(t, store.Subscribers.Erase(c.ctx, who.ID))
		c.says("/start")
		out, after := c.step(&promochat.Event{Kind: promochat.Drawn})
		require.Len(t, after, 1)
		require.NotContains(t, before, after[0])
		require.Equal(t, int64(1), out.Seq)
		who, err = store.Subscribers.ByUser(c.ctx, c.in.Chat.ConnectionID, 7)
		require.NoError(t, err)
		require.NoError(t, store.Subscribers.Erase(c.ctx, who.ID))
		out, _ = c.step(nil)
		require.True(t, out.Closed)
	})
}
