package telegram

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

// describeAccount is what is said of the routes of the user account's sign-in.
func describeAccount() map[string]openapi.Description {
	answers := func(status int) []openapi.Answer {
		return []openapi.Answer{{Status: status, Text: "How far it is.", Headers: openapi.VersionTag(), Content: openapi.JSON(openapi.Writes[accountOut]())}}
	}
	const follow = "What comes of it is told by the state, and by an event of the topic `account`."
	late := map[int]string{
		http.StatusConflict:            "`login_state`: the sign-in waits for something else; `login_expired`: it is over.",
		http.StatusUnprocessableEntity: "A field is wrong; `fields` says which.",
	}
	return map[string]openapi.Description{
		"GET /api/v1/user-account": {ID: "readAccountSignIn", Summary: "How far the user account's sign-in is", Answers: answers(http.StatusOK),
			Text: "`idle` is also the state of an account that is signed in for longer; its connection says whether it works."},
		"POST /api/v1/user-account/sign-in": {
			ID: "beginAccountSignIn", Summary: "Begin to sign the user account in", Text: "By phone and code, by a QR code, or with a Telethon string session. " + follow,
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[signInIn]("AccountSignIn", func(s *openapi.Schema) { s.Require("method") }))},
			Answers: answers(http.StatusAccepted),
			Refusals: map[int]string{
				http.StatusConflict:            "`account_signed_in`, `telegram_app_missing`, or `idempotency_in_progress`.",
				http.StatusUnprocessableEntity: "A field is wrong; `fields` says which.",
			},
		},
		"POST /api/v1/user-account/code": {
			ID: "giveAccountCode", Summary: "Give the code that Telegram sent", Text: "A code that was typed into a Telegram chat does not count any more. " + follow,
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[codeIn]("AccountCode", func(s *openapi.Schema) { s.Require("code") }))},
			Answers: answers(http.StatusAccepted), Refusals: late,
		},
		"POST /api/v1/user-account/password": {
			ID: "giveAccountPassword", Summary: "Give the account's two-step verification password", Text: follow,
			Body:    &openapi.Body{Content: openapi.JSON(openapi.Reads[accountPasswordIn]("AccountPassword", func(s *openapi.Schema) { s.Require("password") }))},
			Answers: answers(http.StatusAccepted), Refusals: late,
		},
		"POST /api/v1/user-account/cancel": {ID: "cancelAccountSignIn", Summary: "End a sign-in that is in progress", Text: "There need not be one.",
			Answers: answers(http.StatusOK)},
		"POST /api/v1/user-account/sign-out": {ID: "signAccountOut", Summary: "Sign the user account out", Text: "At Telegram too. " + follow,
			Answers: answers(http.StatusAccepted)},
	}
}
