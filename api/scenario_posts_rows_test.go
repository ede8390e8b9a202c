package api_test

import (
	"encoding/json"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

const channelPosts = "/api/v1/channel-posts"

// channelPostOf makes a post of a tenant.
func (h *harness) channelPostOf(w world, state models.PostState, p models.ChannelPost) *models.ChannelPost {
	h.t.Helper()
	p.State = state
	if p.Subject == "" {
		p.Subject = models.NewID()
	}
	require.NoError(h.t, h.store.ChannelPosts.Plan(ctxOf(h, w), &p))
	return &p
}

// imagePostOf makes a post of the generator that may have arrived.
func (h *harness) imagePostOf(w world, key string) *models.ChannelPost {
	h.t.Helper()
	ctx := ctxOf(h, w)
	bot, err := h.store.Connections.ByKind(ctx, models.SignalBot)
	require.NoError(h.t, err)
	request, err := json.Marshal(promo.Request{Template: "gold-coupon", Format: promo.FormatJPEG})
	require.NoError(h.t, err)
	claim := models.DeliveryClaim{Key: key, ConnectionID: bot.ID, ChatID: -1001234, Method: "sendPhoto"}
	p := &models.ChannelPost{Kind: models.PostGenerator, Channel: "Our channel", Template: "gold-coupon", SentBy: "Ann", Text: "5 &lt; 6", About: request}
	require.NoError(h.t, h.store.Tx(ctx, func(tx *models.Store) error {
		d, err := tx.Deliveries.Queue(ctx, claim, `{"channel":"Our channel"}`)
		if err != nil {
			return err
		}
		return tx.ChannelPosts.PlanDelivery(ctx, d, p)
	}))
	claimed, err := h.store.Deliveries.Claim(ctx, claim)
	require.NoError(h.t, err)
	require.NoError(h.t, h.store.Deliveries.Unknown(ctx, claimed))
	return p
}

// channelPostRows are the rows of what goes to channels. They come after those of Telegram, since a bot is needed.
func (h *harness) channelPostRows(theirs *models.ChannelPost) []scenario {
	signal := models.ChannelPost{Kind: models.PostSignal, Role: models.RoleVIP, ChatID: -1007777, MessageID: 8, Text: "<b>BUY</b> GOLD"}
	unknown, sent := h.channelPostOf(h.ours, models.PostUnknown, signal), h.channelPostOf(h.ours, models.PostSent, signal)
	recap := h.channelPostOf(h.ours, models.PostSent, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleFree, ChatID: -1007777, MessageID: 9, Picture: "tenants/x/posts/abc.jpg"})
	arrived := h.channelPostOf(h.ours, models.PostUnknown, models.ChannelPost{Kind: models.PostRecap, Role: models.RoleVIP})
	image, missed := h.imagePostOf(h.ours, "post.image"), h.imagePostOf(h.ours, "post.missed")
	one := func(p *models.ChannelPost, rest string) string { return channelPosts + "/" + p.ID + rest }
	list := func(query string) request { return request{method: get, path: channelPosts + "?" + query, admin: true} }
	does := func(method string, p *models.ChannelPost, rest string, body any) request {
		return request{method: method, path: one(p, rest), admin: true, body: body}
	}
	yes, no := map[string]bool{"arrived": true}, map[string]bool{"arrived": false}
	tomorrow := time.Now().Add(24 * time.Hour).UTC().Format(time.RFC3339)
	noPost, state := []string{`"post_not_found"`}, []string{`"post_state"`}
	return []scenario{
		{name: "posts", request: list(""), status: 200, expected: []string{sent.ID, image.ID, `"plain":"BUY GOLD"`, `"sent_by":"Ann"`, `"next":null`}},
		{name: "posts that wait for a decision", request: list("state=unknown,failed&kind=signal,generator"), status: 200, expected: []string{unknown.ID, image.ID, `"state":"unknown"`}, forbidden: []string{sent.ID, recap.ID}},
		{name: "posts to one channel", request: list("channel=-1001234"), status: 200, expected: []string{image.ID}, forbidden: []string{sent.ID}},
		{name: "posts to the readers who pay nothing", request: list("channel=free"), status: 200, expected: []string{recap.ID, `"picture_url":"/files/tenants/x/posts/abc.jpg?`}, forbidden: []string{sent.ID}},
		{name: "posts from tomorrow on", request: list("from=" + tomorrow), status: 200, expected: []string{`"items":[]`}},
		{name: "posts before tomorrow", request: list("limit=1&to=" + tomorrow), status: 200, expected: []string{`"next":"`}},
		{name: "posts of nobody", request: request{method: get, path: channelPosts}, status: 401, expected: []string{`"sign_in"`}},
		{name: "posts of no kind", request: list("kind=signal,fax"), status: 422, expected: []string{`"name":"kind"`}},
		{name: "posts in no state", request: list("state=lost"), status: 422, expected: []string{`"name":"state"`}},
		{name: "posts to no channel", request: list("channel=news"), status: 422, expected: []string{`"name":"channel"`}},
		{name: "posts from no time", request: list("from=monday"), status: 422, expected: []string{`"name":"from"`}},
		{name: "posts until no time", request: list("to=friday"), status: 422, expected: []string{`"name":"to"`}},
		{name: "posts after nothing", request: list("after=x"), status: 422, expected: []string{`"name":"after"`}},
		{name: "a post of a signal", request: does(get, sent, "", nil), status: 200, expected: []string{`"text":"\u003cb\u003eBUY\u003c/b\u003e GOLD"`, `"signal_id":"` + sent.Subject,
			`"message_url":"https://t.me/c/7777/8"`, `"deletable":false`, `"picture_url":""`}},
		{name: "a post of the generator", request: does(get, image, "", nil), status: 200, expected: []string{`"channel":"Our channel"`, `"plain":"5 \u003c 6"`, `"template":"gold-coupon"`, `"picture_url":"/i/promo.jpg?`,
			`"message_url":""`, `"remedy":"Look in the chat`, `"signal_id":""`}},
		{name: "a post of nobody", request: request{method: get, path: one(sent, "")}, status: 401, expected: []string{`"sign_in"`}},
		{name: "no such post", request: request{method: get, path: channelPosts + "/none", admin: true}, status: 404, expected: noPost},
		{name: "their post", foreign: true, request: does(get, theirs, "", nil), status: 404, expected: noPost},

		{name: "send a post again", request: does(post, unknown, "/again", nil), status: 202, expected: []string{`"state":"planned"`, `"resent":true`, `"attempt":1`}},
		{name: "send a post again twice", request: does(post, unknown, "/again", nil), status: 409, expected: state},
		{name: "send again what was sent", request: does(post, sent, "/again", nil), status: 409, expected: state},
		{name: "send an image again", request: does(post, image, "/again", nil), status: 202, expected: []string{`"state":"planned"`, `"resent":true`}},
		{name: "send an image again twice", request: does(post, image, "/again", nil), status: 409, expected: state},
		{name: "send a post of theirs again", foreign: true, request: does(post, theirs, "/again", nil), status: 404, expected: noPost},
		{name: "send a post again as nobody", request: request{method: post, path: one(sent, "/again")}, status: 401, expected: []string{`"sign_in"`}},

		{name: "settle with nothing said", request: does(post, arrived, "/settle", map[string]any{}), status: 422, expected: []string{`"name":"arrived"`}},
		{name: "settle with a word", request: does(post, arrived, "/settle", map[string]any{"arrived": "yes"}), status: 422, expected: []string{`"name":"arrived"`}},
		{name: "it arrived", request: does(post, arrived, "/settle", yes), status: 200, expected: []string{`"state":"sent"`, `"decided_by":"The `, `"problem":null`, `"deletable":false`}},
		{name: "it arrived twice", request: does(post, arrived, "/settle", yes), status: 409, expected: state},
		{name: "an image did not arrive", request: does(post, missed, "/settle", no), status: 200, expected: []string{`"state":"failed"`, `"not_arrived"`}},
		{name: "the image that did not arrive again", request: does(post, missed, "/again", nil), status: 202, expected: []string{`"state":"planned"`, `"resent":false`}},
		{name: "settle theirs", foreign: true, request: does(post, theirs, "/settle", yes), status: 404, expected: noPost},
		{name: "settle as nobody", request: request{method: post, path: one(sent, "/settle"), body: yes}, status: 401, expected: []string{`"sign_in"`}},

		{name: "delete a signal's post", request: does(del, sent, "", nil), status: 409, expected: []string{`"post_in_record"`}},
		{name: "delete what waits", request: does(del, missed, "", nil), status: 409, expected: state},
		{name: "delete what nobody finds", request: does(del, arrived, "", nil), status: 409, expected: []string{`"post_place"`, "Delete it in Telegram"}},
		{name: "delete a recap", request: does(del, recap, "", nil), status: 202, expected: []string{`"state":"deleting"`, `"decided_by":"The `}},
		{name: "delete a recap twice", request: does(del, recap, "", nil), status: 202, expected: []string{`"state":"deleting"`}},
		{name: "delete theirs", foreign: true, request: does(del, theirs, "", nil), status: 404, expected: noPost},
		{name: "delete as nobody", request: request{method: del, path: one(recap, "")}, status: 401, expected: []string{`"sign_in"`}},
		{name: "a recap whose deletion has waited", before: func() { h.deleted(recap.ID) }, request: does(get, recap, "", nil), status: 200, expected: []string{`"state":"deleted"`, `"deleted_at":"2`, `"message_url":""`}},
	}
}

// deleted is what the flow of a deletion records.
func (h *harness) deleted(id string) {
	h.t.Helper()
	_, err := h.store.ChannelPosts.Change(ctxOf(h, h.ours), id, func(_ *models.Store, p *models.ChannelPost) error {
		p.State, p.DeletedAt = models.PostDeleted, models.NewTime(time.Now())
		return nil
	})
	require.NoError(h.t, err)
}
