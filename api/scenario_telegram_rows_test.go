package api_test

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

const (
	connectionsPath = "/api/v1/connections"
	subscribers     = "/api/v1/subscribers"
	posts           = "/api/v1/promos/posts"
)

func connect(kind, token string, channels ...map[string]string) request {
	if channels == nil {
		channels = []map[string]string{}
	}
	return request{method: post, path: connectionsPath, admin: true, body: map[string]any{"kind": kind, "token": token, "channels": channels}}
}

func postOf(template string) request {
	return request{method: post, path: posts, admin: true, body: map[string]any{"image": body("template", template)}}
}

// telegramWorld is what a tenant has of Telegram.
type telegramWorld struct {
	connection *models.Connection
	subscriber *models.Subscriber
	post       *models.Delivery
	hook       string // the webhook's path
	secret     string
}

// telegramOf connects a tenant's signal bot, which a person has written to and which has posted.
func (h *harness) telegramOf(w world, token string) telegramWorld {
	h.t.Helper()
	ctx := ctxOf(h, w)
	c, err := h.all.Connections.Connect(ctx, models.SignalBot, connections.Settings{Token: secrets.Text(token)})
	require.NoError(h.t, err)
	who := h.person(w, c.ID)
	d, err := h.store.Deliveries.Queue(ctx, models.DeliveryClaim{Key: "post.x", ConnectionID: c.ID, ChatID: -100, Method: "sendPhoto"}, `{"channel":"Our channel"}`)
	require.NoError(h.t, err)
	opened, err := h.ring.Open("connection", c.Sealed, []byte(c.ID))
	require.NoError(h.t, err)
	var sealed struct {
		Secret string `json:"webhook_secret"`
	}
	require.NoError(h.t, json.Unmarshal(opened, &sealed))
	return telegramWorld{c, who, d, connections.HookPath + c.Hook, sealed.Secret}
}

// person is somebody new who has written to a connection.
func (h *harness) person(w world, connection string) *models.Subscriber {
	h.t.Helper()
	ctx := ctxOf(h, w)
	id := people.Add(1)
	none := func(*models.Store, *models.Subscriber) (string, error) { return models.RouteNone, nil }
	in := models.Incoming{ConnectionID: connection, UpdateID: id, Person: models.Person{ID: 1000 + id, FirstName: "Mary", Username: "mary"}, Kind: "text",
		State: models.SubscriberActive, Source: "ad-1", Payload: []byte("{}")}
	_, err := h.store.Conversations.Receive(ctx, in, none, nil)
	require.NoError(h.t, err)
	who, err := h.store.Subscribers.ByUser(ctx, connection, 1000+id)
	require.NoError(h.t, err)
	return who
}

// people counts those whom the tests have made up.
var people atomic.Int64

// unchanged tells that nothing of a tenant's was touched.
func (h *harness) unchanged(t *testing.T, w world, before telegramWorld) {
	t.Helper()
	c, err := h.store.Connections.Get(ctxOf(h, w), before.connection.ID)
	require.NoError(t, err)
	require.Equal(t, before.connection.Version, c.Version)
	who, err := h.store.Subscribers.Get(ctxOf(h, w), before.subscriber.ID)
	require.NoError(t, err)
	require.Equal(t, before.subscriber.Version, who.Version)
	d, err := h.store.Deliveries.Get(ctxOf(h, w), before.post.ID)
	require.NoError(t, err)
	require.Equal(t, before.post.Version, d.Version)
}

func update(id int) []byte {
	return []byte(`{"update_id":` + strconv.Itoa(id) + `,"message":{"message_id":5,"date":1,"text":"/start","from":{"id":77,"first_name":"Joe"},"chat":{"id":77,"type":"private"}}}`)
}

// realToken looks like one of @BotFather's.
const realToken = "7000000009:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"

// telegramRows are the rows of connections, subscribers, posts and webhooks. Those of posts begin
// without a promo bot.
func (h *harness) telegramRows(theirs telegramWorld) []scenario {
	ours := h.telegramOf(h.ours, signalToken)
	ctx := ctxOf(h, h.ours)
	account := &models.Connection{Kind: models.UserAccount, Hook: "account", State: models.ConnectionSignedOut}
	require.NoError(h.t, h.store.Connections.Create(ctx, account))
	failed, err := h.store.Deliveries.Queue(ctx, models.DeliveryClaim{Key: "post.failed", ConnectionID: ours.connection.ID, ChatID: -100, Method: "sendPhoto"}, `{"channel":"Our channel"}`)
	require.NoError(h.t, err)
	claimed, err := h.store.Deliveries.Claim(ctx, models.DeliveryClaim{Key: "post.failed", ConnectionID: ours.connection.ID, ChatID: -100, Method: "sendPhoto"})
	require.NoError(h.t, err)
	require.NoError(h.t, h.store.Deliveries.Failed(ctx, claimed, models.Note{Code: "x", Message: "No."}))

	invited, err := h.store.Posters.Invite(ctx, ours.connection.ID, time.Hour)
	require.NoError(h.t, err)
	theirPoster, err := h.store.Posters.Invite(ctxOf(h, h.theirs), theirs.connection.ID, time.Hour)
	require.NoError(h.t, err)

	bot, theirBot := connectionsPath+"/"+ours.connection.ID, connectionsPath+"/"+theirs.connection.ID
	who, theirWho := subscribers+"/"+ours.subscriber.ID, subscribers+"/"+theirs.subscriber.ID
	version, seen := ours.connection.Version, ours.subscriber.Version
	notHere, noPerson, noPost := []string{`"connection_not_found"`}, []string{`"subscriber_not_found"`}, []string{`"delivery_not_found"`}
	channel := func(role, chat string) map[string]string { return map[string]string{"role": role, "chat": chat} }
	free := map[string]any{"channels": []any{channel("free", "https://t.me/sandbox_channel")}}
	secret := func(s string) map[string]string { return map[string]string{"X-Telegram-Bot-Api-Secret-Token": s} }
	promoPosters := func() string {
		c, err := h.store.Connections.ByKind(ctx, models.PromoBot)
		require.NoError(h.t, err)
		return connectionsPath + "/" + c.ID + "/posters"
	}
	return []scenario{
		{name: "connections", request: request{method: get, path: connectionsPath, admin: true}, status: 200, expected: []string{`"signal_bot"`, `"user_account"`, `"promostack_signals_bot"`, `"working"`}},
		{name: "connections for nobody", request: request{method: get, path: connectionsPath}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"signals_bot"}},
		{name: "post without a bot", request: postOf("gold-coupon"), status: 409, expected: []string{`"connection_missing"`, "Open Connections"}},
		{name: "connection of no kind", request: connect("fax", promoToken), status: 422, expected: []string{`"name":"kind"`}},
		{name: "connection with half a token", request: connect("promo_bot", promoToken[:20]), status: 422, expected: []string{`"name":"token"`, `"token_malformed"`, "BotFather"}, forbidden: []string{promoToken[:20]}},
		{name: "connection with a real bot's token", request: connect("promo_bot", realToken), status: 422, expected: []string{`"name":"token"`, `"token_real"`, "Telegram is simulated here"}, forbidden: []string{realToken}},
		{name: "connection with their bot", request: connect("promo_bot", theirToken), status: 409, expected: []string{`"bot_taken"`}},
		{name: "connection with a channel that is none", request: connect("promo_bot", promoToken, channel("post", "a b"), channel("vip", "@fine_name")), status: 422, expected: []string{`"channels[0].chat"`, `"channels[1].role"`}},
		{name: "second connection of a kind", request: connect("signal_bot", promoToken), status: 409, expected: []string{`"connection_exists"`}},
		{name: "connection", request: connect("promo_bot", promoToken, channel("post", "@sandbox_channel")), status: 201,
			expected: []string{`"promostack_bot"`, `"working"`, `"Sandbox Channel"`, `"checks"`}, headers: map[string]string{"Location": connectionsPath + "/", "ETag": `"`}},

		{name: "one connection", request: request{method: get, path: bot, admin: true}, status: 200, expected: []string{`"signal_bot"`}, headers: map[string]string{"ETag": `"`}},
		{name: "no such connection", request: request{method: get, path: connectionsPath + "/none", admin: true}, status: 404, expected: notHere},
		{name: "their connection", request: request{method: get, path: theirBot, admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "test of theirs", request: request{method: post, path: theirBot + "/test", admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "test of an account", request: request{method: post, path: connectionsPath + "/" + account.ID + "/test", admin: true}, status: 409, expected: []string{`"test_not_here"`}},
		{name: "change without version", request: request{method: patch, path: bot, admin: true, body: free}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "change of an old version", request: request{method: patch, path: bot, admin: true, body: free, header: tag(99)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "change of theirs", request: request{method: patch, path: theirBot, admin: true, body: free, header: tag(theirs.connection.Version)}, status: 404, foreign: true, expected: notHere},
		{name: "change of the kind", request: request{method: patch, path: bot, admin: true, body: map[string]any{"kind": "promo_bot"}, header: tag(version)}, status: 422, expected: []string{`"name":"kind"`}},
		{name: "change to another bot", request: request{method: patch, path: bot, admin: true, body: map[string]any{"token": promoToken}, header: tag(version)}, status: 422, expected: []string{`"name":"token"`, `"other_bot"`}},
		{name: "change of an account to a bot", request: request{method: patch, path: connectionsPath + "/" + account.ID, admin: true, body: map[string]any{"token": promoToken}, header: tag(account.Version)}, status: 422, expected: []string{`"not_here"`}},
		{name: "change", request: request{method: patch, path: bot, admin: true, body: free, header: tag(version)}, status: 200, expected: []string{`"@sandbox_channel"`, `"free"`}, headers: map[string]string{"ETag": `"`}},
		{name: "test", request: request{method: post, path: bot + "/test", admin: true}, status: 200, expected: []string{`"checks"`, `"working"`}, headers: map[string]string{"ETag": `"`}},

		{name: "who may post", request: request{method: get, path: bot + "/posters", admin: true}, status: 200, expected: []string{`"items":[{`, `"user_id":0`}, forbidden: []string{*invited.Token}},
		{name: "who may post by theirs", request: request{method: get, path: theirBot + "/posters", admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "a link for an account", request: request{method: post, path: connectionsPath + "/" + account.ID + "/posters", admin: true}, status: 409, expected: []string{`"not_here"`}},
		{name: "a link", request: request{method: post, path: bot + "/posters", admin: true}, path: promoPosters, status: 201, expected: []string{`"link":"https://t.me/promostack_bot?start=link_`, `"user_id":0`}},
		{name: "who may post for nobody", request: request{method: get, path: bot + "/posters"}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{invited.ID}},
		{name: "a link for theirs", request: request{method: post, path: theirBot + "/posters", admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "removing nobody", request: request{method: del, path: bot + "/posters/none", admin: true}, status: 404, expected: []string{`"poster_not_found"`}},
		{name: "removing theirs", request: request{method: del, path: theirBot + "/posters/" + theirPoster.ID, admin: true}, status: 404, foreign: true, expected: []string{`"poster_not_found"`}},
		{name: "removing a link", request: request{method: del, path: bot + "/posters/" + invited.ID, admin: true}, status: 204, headers: map[string]string{"X-Request-Id": ""}},

		{name: "update", request: request{method: post, path: ours.hook, body: update(900), header: secret(ours.secret)}, status: 200, headers: map[string]string{"X-Request-Id": ""}},
		{name: "update again", request: request{method: post, path: ours.hook, body: update(900), header: secret(ours.secret)}, status: 200, headers: map[string]string{"X-Request-Id": ""}},
		{name: "update without the secret", request: request{method: post, path: ours.hook, body: update(901)}, status: 404, expected: []string{`"not_found"`}},
		{name: "update to theirs with our secret", request: request{method: post, path: theirs.hook, body: update(902), header: secret(ours.secret)}, status: 404, foreign: true, expected: []string{`"not_found"`}},
		{name: "update to nobody", request: request{method: post, path: connections.HookPath + "none", body: update(903), header: secret(ours.secret)}, status: 404, expected: []string{`"not_found"`}},
		{name: "update that is none", request: request{method: post, path: ours.hook, body: []byte(`{"update_id":"x"}`), header: secret(ours.secret)}, status: 200, headers: map[string]string{"X-Request-Id": ""}},
		{name: "huge update", request: request{method: post, path: ours.hook, body: []byte(`{"update_id":1,"x":"` + strings.Repeat("x", 300_000) + `"}`), header: secret(ours.secret)}, status: 200, headers: map[string]string{"X-Request-Id": ""}},

		{name: "people", request: request{method: get, path: subscribers + "?q=mar&state=active&source=ad-1&connection=" + ours.connection.ID, admin: true}, status: 200, expected: []string{`"Mary"`, `"ad-1"`}},
		{name: "people of a state that is none", request: request{method: get, path: subscribers + "?state=happy", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "people of theirs", request: request{method: get, path: subscribers + "?connection=" + theirs.connection.ID, admin: true}, status: 200, expected: []string{`"items":[]`}},
		{name: "people for nobody", request: request{method: get, path: subscribers}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"Mary"}},
		{name: "counts", request: request{method: get, path: subscribers + "/counts", admin: true}, status: 200, expected: []string{`"active":5`, `"blocked":0`}},
		{name: "counts for nobody", request: request{method: get, path: subscribers + "/counts"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "table of people", request: request{method: get, path: subscribers + ".csv?q=mary", admin: true}, status: 200, expected: []string{"user_id", "Mary"}, headers: map[string]string{"Content-Type": "text/csv"}},
		{name: "table of a state that is none", request: request{method: get, path: subscribers + ".csv?state=happy", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "retention", request: request{method: get, path: subscribers + "/settings", admin: true}, status: 200, expected: []string{`"retention_days":0`}, headers: map[string]string{"ETag": `"1"`}},
		{name: "retention for nobody", request: request{method: get, path: subscribers + "/settings"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "retention without version", request: request{method: put, path: subscribers + "/settings", admin: true, body: map[string]int{"retention_days": 90}}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "retention of an old version", request: request{method: put, path: subscribers + "/settings", admin: true, body: map[string]int{"retention_days": 90}, header: tag(9)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "retention of a day", request: request{method: put, path: subscribers + "/settings", admin: true, body: map[string]int{"retention_days": 1}, header: tag(1)}, status: 422, expected: []string{`"name":"retention_days"`}},
		{name: "retention of a season", request: request{method: put, path: subscribers + "/settings", admin: true, body: map[string]int{"retention_days": 90}, header: tag(1)}, status: 200, expected: []string{`"retention_days":90`}},
		{name: "person", request: request{method: get, path: who, admin: true}, status: 200, expected: []string{`"Mary"`}, headers: map[string]string{"ETag": `"`}},
		{name: "no such person", request: request{method: get, path: subscribers + "/none", admin: true}, status: 404, expected: noPerson},
		{name: "their person", request: request{method: get, path: theirWho, admin: true}, status: 404, foreign: true, expected: noPerson},
		{name: "tags without version", request: request{method: patch, path: who, admin: true, body: map[string]any{"tags": []string{"a"}}}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "tags of an old version", request: request{method: patch, path: who, admin: true, body: map[string]any{"tags": []string{"a"}}, header: tag(99)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "tags of theirs", request: request{method: patch, path: theirWho, admin: true, body: map[string]any{"tags": []string{"a"}}, header: tag(1)}, status: 404, foreign: true, expected: noPerson},
		{name: "tag that is none", request: request{method: patch, path: who, admin: true, body: map[string]any{"tags": []string{`"`}}, header: tag(seen)}, status: 422, expected: []string{`"name":"tags"`}},
		{name: "tags", request: request{method: patch, path: who, admin: true, body: map[string]any{"tags": []string{"VIP"}}, header: tag(seen)}, status: 200, expected: []string{`"vip"`}, headers: map[string]string{"ETag": `"`}},
		{name: "erasing nobody", request: request{method: del, path: subscribers + "/none", admin: true}, status: 404, expected: noPerson},
		{name: "erasing theirs", request: request{method: del, path: theirWho, admin: true}, status: 404, foreign: true, expected: noPerson},
		{name: "erasing", request: request{method: del, path: who, admin: true}, status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "erased person", request: request{method: get, path: who, admin: true}, status: 404, expected: noPerson},

		{name: "post", request: postOf("gold-coupon"), status: 202, expected: []string{`"queued"`, `"Sandbox Channel"`}, headers: map[string]string{"Location": posts + "/"}},
		{name: "post of their template", request: postOf(h.theirs.template.ID), status: 404, foreign: true, expected: []string{`"template_not_found"`}},
		{name: "post with a coupon that has ended", request: request{method: post, path: posts, admin: true, body: map[string]any{"image": body("values", with("code", "EXPIRED10"))}}, status: 422, expected: []string{`"values.code"`, "expired"}},
		{name: "post with a novel", request: request{method: post, path: posts, admin: true, body: map[string]any{"image": body(), "caption": strings.Repeat("x", 1025)}}, status: 422, expected: []string{`"name":"caption"`}},
		{name: "post to a channel that is not connected", request: request{method: post, path: posts, admin: true, body: map[string]any{"image": body(), "channel": -5}}, status: 409, expected: []string{`"channel_missing"`}},
		{name: "how far a post is", request: request{method: get, path: posts + "/" + failed.ID, admin: true}, status: 200, expected: []string{`"failed"`, `"Our channel"`}},
		{name: "how far nothing is", request: request{method: get, path: posts + "/none", admin: true}, status: 404, expected: noPost},
		{name: "how far theirs is", request: request{method: get, path: posts + "/" + theirs.post.ID, admin: true}, status: 404, foreign: true, expected: noPost},
		{name: "theirs again", request: request{method: post, path: posts + "/" + theirs.post.ID + "/again", admin: true}, status: 404, foreign: true, expected: noPost},
		{name: "again what is on its way", request: request{method: post, path: posts + "/" + ours.post.ID + "/again", admin: true}, status: 409, expected: []string{`"delivery_state"`}},
		{name: "again", request: request{method: post, path: posts + "/" + failed.ID + "/again", admin: true}, status: 202, expected: []string{`"queued"`}},

		{name: "removal without version", request: request{method: del, path: bot, admin: true}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "removal of an old version", request: request{method: del, path: bot, admin: true, header: tag(1)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "removal of theirs", request: request{method: del, path: theirBot, admin: true, header: tag(theirs.connection.Version)}, status: 404, foreign: true, expected: notHere},
		{name: "removal", request: request{method: del, path: connectionsPath + "/" + account.ID, admin: true, header: tag(account.Version)}, status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "removed connection", request: request{method: get, path: connectionsPath + "/" + account.ID, admin: true}, status: 404, expected: notHere},
	}
}
