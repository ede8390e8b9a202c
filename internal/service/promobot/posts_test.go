package promobot_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/promobot"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/demotenant"
	"github.com/promostack/promostack/internal/test/testkit/services"
	"github.com/promostack/promostack/models"
)

// poster is a tenant with a template and a promo bot, and Ann, who may post from a chat with it.
type poster struct {
	t       *testing.T
	ctx     context.Context
	promo   *demotenant.Promo
	store   *models.Store
	world   *bots.World
	service *promobot.Service
	bot     *models.Connection
	ann     int64
}

func newPoster(t *testing.T, store *models.Store) *poster {
	t.Helper()
	ring, err := secrets.NewRing("one-0123456789-abcdefghijklmnop-QRSTUVWXYZ")
	require.NoError(t, err)
	public, err := url.Parse("https://promo.example.com")
	require.NoError(t, err)
	p := &poster{t: t, store: store, world: bots.Start(t)}
	p.promo = demotenant.Service(t, promo.Options{Store: store, Objects: demotenant.Objects(t, testkit.S3(t)), Ring: ring, PublicURL: public})
	p.ctx = demotenant.Create(t, p.promo, &models.Tenant{Slug: "demo", Name: "Aurum Markets", Kind: models.KindDemo}, "gold-coupon")
	all := services.New(t, services.Options{Store: store, Ring: ring, BotAPI: p.world.APIURL(), Promo: p.promo.Service})
	p.bot, err = all.Connections.Connect(p.ctx, models.PromoBot, connections.Settings{Token: bots.PromoToken, Channels: []models.Channel{{Role: models.RolePost, Chat: bots.Channel}}})
	require.NoError(t, err)
	p.service = promobot.New(store, p.promo.Service, all.Connections, all.Sending)
	p.ann = p.world.Started(bots.Promo, "Ann")
	require.NoError(t, all.Inbox.Receive(p.ctx, p.bot, message.Update{ID: 1, Kind: message.KindText, Text: "/start", From: message.Sender{ID: p.ann, FirstName: "Ann", LastName: "Lee"}, Chat: p.ann, Date: time.Now().Unix()}, nil))
	invited, err := store.Posters.Invite(p.ctx, p.bot.ID, time.Hour)
	require.NoError(t, err)
	linked, err := store.Posters.Link(p.ctx, p.bot.ID, *invited.Token, models.Person{ID: p.ann, FirstName: "Ann"})
	require.NoError(t, err)
	require.True(t, linked)
	return p
}

var values = map[string]string{"headline": "Save", "code": "GOLD35", "valid_until": "soon"}

// again calls until it succeeds, as a flow does.
func (p *poster) again(call func() error) {
	p.t.Helper()
	var err error
	testkit.Eventually(p.t, 30*time.Second, "the call succeeds", func() bool {
		err = call()
		return err == nil || !fault.From(err).Retryable()
	})
	require.NoError(p.t, err)
}

// sends carries a delivery out.
func (p *poster) sends(id string) {
	p.t.Helper()
	p.again(func() error {
		_, err := p.service.SendPost(p.ctx, id)
		return err
	})
}

// newest is the newest post of the list.
func (p *poster) newest() models.ChannelPost {
	p.t.Helper()
	page, err := p.store.ChannelPosts.List(p.ctx, models.ChannelPostFilter{Limit: 1})
	require.NoError(p.t, err)
	require.NotEmpty(p.t, page.Items)
	return page.Items[0]
}

// P12: what the generator and the chat post stands in the list, with its picture, whom it is from, and how it ended.
func TestPostsStandInTheList(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, store *models.Store) {
		p := newPoster(t, store)
		channel := p.bot.Channels[0]
		queued, err := p.service.Queue(p.ctx, promobot.PostRequest{Request: promo.Request{Template: "gold-coupon", Values: values}, Caption: "5 < 6", Key: "one", By: "Bob"})
		require.NoError(t, err)
		row := p.newest()
		require.Equal(t, []any{models.PostGenerator, models.PostPlanned, "gold-coupon", "Bob", channel.Title, channel.ID, "5 &lt; 6", ""},
			[]any{row.Kind, row.State, row.Template, row.SentBy, row.Channel, row.ChatID, row.Text, row.Picture})
		p.sends(queued.ID)
		row = p.newest()
		require.Equal(t, models.PostSent, row.State)
		require.NotZero(t, row.MessageID)
		kept, info, err := p.promo.Objects.Get(p.ctx, row.Picture, 1<<20)
		require.NoError(t, err)
		require.NotEmpty(t, kept)
		require.Equal(t, "image/jpeg", info.ContentType)

		// Nobody knows whether the next one arrived; sent again from the list, it is marked.
		p.world.Fault(bots.Promo, "sendPhoto", "timeout_after", 1, 0)
		queued, err = p.service.Queue(p.ctx, promobot.PostRequest{Request: promo.Request{Template: "gold-coupon", Values: values}, Key: "two"})
		require.NoError(t, err)
		_, err = p.service.Queue(p.ctx, promobot.PostRequest{Request: promo.Request{Template: "gold-coupon", Values: values}, Key: "two"})
		require.NoError(t, err, "the same request is the same post")
		p.sends(queued.ID)
		row = p.newest()
		require.Equal(t, models.PostUnknown, row.State)
		again, err := p.service.PostAgain(p.ctx, &row)
		require.NoError(t, err)
		require.Equal(t, models.PostPlanned, again.State)
		_, err = p.service.PostAgain(p.ctx, &row)
		require.True(t, fault.Is(err, fault.Conflict), "%v", err)
		require.Equal(t, "post_state", fault.From(err).Code)
		p.sends(queued.ID)
		row = p.newest()
		require.Equal(t, models.PostSent, row.State)
		require.True(t, row.Resent)
		require.Equal(t, 1, row.Attempt)
		page, err := store.ChannelPosts.List(p.ctx, models.ChannelPostFilter{})
		require.NoError(t, err)
		require.Len(t, page.Items, 2)

		// From a chat.
		template, err := store.Templates.Get(p.ctx, "gold-coupon")
		require.NoError(t, err)
		chat := contract.Chat{TenantID: p.bot.TenantID, ConnectionID: p.bot.ID, UserID: p.ann}
		press := func(key string) (done contract.ChatDone) {
			effect := promochat.Effect{Kind: promochat.Post, Channel: channel.ID, Image: 1, Job: &promochat.Job{TemplateID: template.ID, Values: values}}
			p.again(func() (err error) {
				done, err = p.service.Do(p.ctx, contract.ChatEffectInput{Chat: chat, Effect: contract.KeyedEffect{Effect: effect, Key: key}})
				return err
			})
			return done
		}
		require.Equal(t, promochat.OK, press("a").Outcome.Result)
		who, err := store.Subscribers.ByUser(p.ctx, p.bot.ID, p.ann)
		require.NoError(t, err)
		row = p.newest()
		require.Equal(t, []any{models.PostPromoChat, models.PostSent, "gold-coupon", "Ann Lee", who.ID, channel.Title},
			[]any{row.Kind, row.State, row.Template, row.SentBy, row.Actor, row.Channel})
		require.NotEmpty(t, row.Picture)
		messages := len(p.world.Messages(channel.ID))
		require.Equal(t, promochat.OK, press("a").Outcome.Result)
		require.Len(t, p.world.Messages(channel.ID), messages, "it goes out once")

		// One that may not have arrived in the chat's try is sent again from the list.
		p.world.Fault(bots.Promo, "sendPhoto", "timeout_after", 1, 0)
		require.Equal(t, promochat.Unknown, press("b").Outcome.Result)
		row = p.newest()
		require.Equal(t, models.PostUnknown, row.State)
		_, err = p.service.PostAgain(p.ctx, &row)
		require.NoError(t, err)
		p.sends(row.Subject)
		require.Equal(t, models.PostSent, p.newest().State)

		// Ann lost the right to post while the bot had to wait: what was planned has ended.
		p.world.Fault(bots.Promo, "sendPhoto", "429", 1, 1)
		effect := promochat.Effect{Kind: promochat.Post, Channel: channel.ID, Job: &promochat.Job{TemplateID: template.ID, Values: values}}
		_, err = p.service.Do(p.ctx, contract.ChatEffectInput{Chat: chat, Effect: contract.KeyedEffect{Effect: effect, Key: "c"}})
		require.True(t, fault.From(err).Retryable(), "%v", err)
		require.Equal(t, models.PostPlanned, p.newest().State)
		posters, err := store.Posters.List(p.ctx, p.bot.ID)
		require.NoError(t, err)
		require.NoError(t, store.Posters.Remove(p.ctx, p.bot.ID, posters[0].ID))
		require.Equal(t, promochat.Refused, press("c").Outcome.Result)
		row = p.newest()
		require.Equal(t, models.PostFailed, row.State)
		require.Equal(t, promochat.MayNotPost, row.Problem.Message)

		// What it was made from is gone with the bot.
		require.NoError(t, store.Connections.Delete(p.ctx, p.bot.ID, models.AnyVersion))
		_, err = p.service.PostAgain(p.ctx, &row)
		require.Equal(t, "post_state", fault.From(err).Code)
	})
}
