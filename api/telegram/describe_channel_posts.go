package telegram

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
)

func describeChannelPosts() map[string]openapi.Description {
	one := func(status int) []openapi.Answer {
		return []openapi.Answer{{Status: status, Text: "The post.", Content: openapi.JSON(openapi.Writes[channelPostOut]())}}
	}
	return map[string]openapi.Description{
		"GET /api/v1/channel-posts": {
			ID: "listChannelPosts", Summary: "What goes to the tenant's channels, the newest first",
			Text: "Signals with what is told of them, recaps, images of the generator and of chats with the promo bot.",
			Query: openapi.Paging(
				openapi.Query("kind", openapi.String(), "Only those: signal, milestone, edit, cancel, recap, generator, promo_chat, news, forward, teaser, brag, result, full or hype, or several with commas."),
				openapi.Query("state", openapi.String(), "Only those: planned, sent, failed, unknown, skipped, deleting or deleted, or several with commas."),
				openapi.Query("channel", openapi.String(), "Only those to channels with this role (post, vip or free), or to the one with this number."),
				openapi.Query("from", openapi.String(), "Only those that were planned from this moment on, such as 2026-01-02T13:30:00Z."),
				openapi.Query("to", openapi.String(), "Only those that were planned before it."),
			),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[channelPostOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
		"GET /api/v1/channel-posts/:post": {ID: "readChannelPost", Summary: "One post to a channel", Answers: one(http.StatusOK)},
		"POST /api/v1/channel-posts/:post/again": {
			ID: "repeatChannelPost", Summary: "Send a post to a channel again that failed or may not have arrived", Answers: one(http.StatusAccepted),
			Refusals: map[int]string{http.StatusConflict: "`post_state`: it is on its way, or it has arrived, or what it was made from is not kept any more."},
		},
		"POST /api/v1/channel-posts/:post/settle": {
			ID: "settleChannelPost", Summary: "Say whether a post arrived whose end is unknown",
			Text:    "One that arrived counts as sent; one that did not can be sent again.",
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[settleIn]("PostArrival", func(s *openapi.Schema) { s.Require("arrived") }))},
			Answers: one(http.StatusOK),
			Refusals: map[int]string{
				http.StatusConflict:            "`post_state`: it is known how it ended.",
				http.StatusUnprocessableEntity: "A field is wrong; `fields` says which.",
			},
		},
		"DELETE /api/v1/channel-posts/:post": {
			ID: "deleteChannelPost", Summary: "Delete a post from its channel",
			Text:    "It is deleted afterwards; what Telegram refuses stands in `problem`, and the post is one that was sent again. Its row stays.",
			Answers: one(http.StatusAccepted),
			Refusals: map[int]string{http.StatusConflict: "`post_in_record`: what was told of a signal stays. `post_state`: it was not sent. " +
				"`post_place`: nobody knows where in the channel it stands."},
		},
	}
}
