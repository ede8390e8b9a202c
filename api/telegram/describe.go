package telegram

import (
	"maps"
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
	"github.com/promostack/promostack/models"
)

// Describe is what is said of the routes of connections, subscribers and posts.
func Describe() []openapi.Area {
	return []openapi.Area{
		{Name: "Connections", Text: "The tenant's bots and its user account. Their credentials are never shown again.", Routes: describeConnections()},
		{Name: "People who post", Text: "People whom the tenant lets post to the promo bot's channels from a chat with it.", Routes: describePosters()},
		{Name: "User account", Text: "The sign-in of the tenant's user account, step by step. Codes and passwords are stored encrypted, and deleted once used.", Routes: describeAccount()},
		{Name: "Subscribers", Text: "People who wrote to a connection.", Routes: describeSubscribers()},
		{Name: "Posts", Text: "What goes to the tenant's channels, and images for a channel of the promo bot.", Routes: describePosts()},
		{Name: "Webhooks", Text: "Where Telegram delivers updates.", Routes: map[string]openapi.Description{
			"POST /telegram/hook/:hook": {
				ID: "receiveUpdate", Summary: "Receive an update from Telegram",
				Text:     "The header X-Telegram-Bot-Api-Secret-Token holds the secret that was given to Telegram. An update counts once. One that can't be read is ignored.",
				Headers:  []openapi.Parameter{openapi.RequestHeader("X-Telegram-Bot-Api-Secret-Token", "The webhook's secret.")},
				Body:     &openapi.Body{Text: "An update, up to 256 kB.", Content: openapi.JSON(openapi.Is(&openapi.Schema{Type: openapi.Types{"object"}}))},
				Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "It is in the inbox."}},
				Refusals: map[int]string{http.StatusNotFound: "`not_found`: no such webhook, or the wrong secret."},
			},
		}},
	}
}

func oneConnection(status int, headers map[string]string) []openapi.Answer {
	return []openapi.Answer{{Status: status, Text: "The connection.", Headers: headers, Content: openapi.JSON(openapi.Writes[connectionOut]())}}
}

func describeConnections() map[string]openapi.Description {
	created := openapi.VersionTag()
	created["Location"] = "The connection's address."
	const wrong = "A field is wrong, or Telegram doesn't know the token; `fields` says which."
	body := func(name string, required ...string) *openapi.Body {
		return &openapi.Body{Content: openapi.JSON(openapi.Reads[connectionIn](name, func(s *openapi.Schema) { s.Require(required...) }))}
	}
	return map[string]openapi.Description{
		"GET /api/v1/connections": {
			ID: "listConnections", Summary: "The tenant's connections", Text: "At most one of each kind.",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "All of them.", Content: openapi.JSON(openapi.Writes[httpx.Page[connectionOut]]())}},
		},
		"POST /api/v1/connections": {
			ID: "connectBot", Summary: "Connect a bot and test it, or add a user account, which is signed in afterwards", Body: body("NewConnection", "kind"),
			Answers: oneConnection(http.StatusCreated, created),
			Refusals: map[int]string{
				http.StatusConflict:            "`connection_exists`, `bot_taken`, or `idempotency_in_progress`.",
				http.StatusUnprocessableEntity: wrong,
			},
		},
		"GET /api/v1/connections/:connection": {ID: "readConnection", Summary: "One connection", Answers: oneConnection(http.StatusOK, openapi.VersionTag())},
		"PATCH /api/v1/connections/:connection": {
			ID: "changeConnection", Summary: "Change a bot's token or channels, and test it", Body: body("ConnectionChange"),
			Answers: oneConnection(http.StatusOK, openapi.VersionTag()), Refusals: map[int]string{http.StatusUnprocessableEntity: wrong},
		},
		"DELETE /api/v1/connections/:connection": {
			ID: "removeConnection", Summary: "Remove a connection with its subscribers and conversations",
			Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "It is gone."}},
		},
		"POST /api/v1/connections/:connection/test": {
			ID: "testConnection", Summary: "Ask Telegram whether a bot works", Text: "The result is in `checks`; a failed check is not an error.",
			Answers:  oneConnection(http.StatusOK, openapi.VersionTag()),
			Refusals: map[int]string{http.StatusConflict: "`test_not_here`: a user account is tested by its sign-in."},
		},
	}
}

func describeSubscribers() map[string]openapi.Description {
	filter := []openapi.Parameter{
		openapi.Query("q", openapi.String(), "Text in the name or the username; one or two letters find the beginnings of words."),
		openapi.Query("state", openapi.Enum(string(models.SubscriberActive), string(models.SubscriberBlocked), string(models.SubscriberUnsubscribed)), "Only those."),
		openapi.Query("tag", openapi.String(), "Only those with the tag."),
		openapi.Query("source", openapi.String(), "Only those who came by this deep link."),
		openapi.Query("connection", openapi.String(), "Only those of this connection."),
		openapi.Query("after", openapi.String(), "The cursor of the page before."),
	}
	one := []openapi.Answer{{Status: http.StatusOK, Text: "The person.", Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[subscriberOut]())}}
	settings := []openapi.Answer{{Status: http.StatusOK, Text: "The settings.", Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[retentionOut]())}}
	wrong := map[int]string{http.StatusUnprocessableEntity: "A field or parameter is wrong; `fields` says which."}
	return map[string]openapi.Description{
		"GET /api/v1/subscribers": {
			ID: "listSubscribers", Summary: "People, those seen last first",
			Query:    append(filter[:len(filter):len(filter)], openapi.Query("limit", openapi.Integer(1, models.MaxPage), "How many on a page.")),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[subscriberOut]]())}},
			Refusals: wrong,
		},
		"GET /api/v1/subscribers.csv": {
			ID: "exportSubscribers", Summary: "Everybody who matches the filter, as a table", Query: filter[:len(filter)-1],
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The table.", Content: map[string]openapi.Content{"text/csv": openapi.Is(openapi.String())},
				Headers: map[string]string{"Content-Disposition": "The file's name."}}},
			Refusals: wrong,
		},
		"GET /api/v1/subscribers/counts": {
			ID: "countSubscribers", Summary: "How many people there are in each state",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The counts.", Content: openapi.JSON(openapi.Writes[countsOut]())}},
		},
		"GET /api/v1/subscribers/settings": {ID: "subscriberSettings", Summary: "How long people are kept", Answers: settings},
		"PUT /api/v1/subscribers/settings": {
			ID: "changeSubscriberSettings", Summary: "Change how long people are kept", Answers: settings, Refusals: wrong,
			Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[retentionIn]("SubscriberSettings", func(s *openapi.Schema) { s.Require("retention_days") }))},
		},
		"GET /api/v1/subscribers/:subscriber": {ID: "readSubscriber", Summary: "One person", Answers: one},
		"PATCH /api/v1/subscribers/:subscriber": {
			ID: "tagSubscriber", Summary: "Replace a person's tags", Answers: one, Refusals: wrong,
			Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[tagsIn]("SubscriberTags", nil))},
		},
		"DELETE /api/v1/subscribers/:subscriber": {
			ID: "eraseSubscriber", Summary: "Erase everything that is stored about a person",
			Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "Nothing is left."}},
		},
	}
}

func describePosts() map[string]openapi.Description {
	accepted := []openapi.Answer{{Status: http.StatusAccepted, Text: "The post with its state.",
		Headers: map[string]string{"Location": "The post's address."}, Content: openapi.JSON(openapi.Writes[postOut]())}}
	again := []openapi.Answer{{Status: http.StatusAccepted, Text: "The post.", Content: openapi.JSON(openapi.Writes[postOut]())}}
	routes := describeChannelPosts()
	maps.Copy(routes, map[string]openapi.Description{
		"POST /api/v1/promos/posts": {
			ID: "postImage", Summary: "Post an image to a channel of the promo bot",
			Text:    "What is wrong with the image or its coupon is reported at once; it is sent afterwards.",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[postIn]("NewPost", func(s *openapi.Schema) { s.Require("image") }))},
			Answers: accepted,
			Refusals: map[int]string{
				http.StatusNotFound:            "`template_not_found`.",
				http.StatusConflict:            "`connection_missing`, `channel_missing`, `channel_untested`, `not_published`, or `idempotency_in_progress`.",
				http.StatusUnprocessableEntity: "A field is wrong; `fields` says which.",
			},
		},
		"GET /api/v1/promos/posts/:post": {ID: "readPost", Summary: "The state of a post",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The post.", Content: openapi.JSON(openapi.Writes[postOut]())}}},
		"POST /api/v1/promos/posts/:post/again": {
			ID: "repeatPost", Summary: "Send a post again that failed or may not have arrived", Answers: again,
			Refusals: map[int]string{http.StatusConflict: "`delivery_state`: it is on its way, or it has arrived."},
		},
	})
	return routes
}
