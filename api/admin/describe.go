package admin

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
)

// Describe describes the routes of this area.
func Describe() []openapi.Area {
	return []openapi.Area{
		{Name: "Sessions", Text: "Who is signed in.", Routes: map[string]openapi.Description{
			"GET /api/v1/session": {
				ID: "readSession", Summary: "Who is signed in",
				Text:     "If nobody is, `signed_in` is false, and `methods` says how to sign in.",
				Security: []string{openapi.SessionScheme, openapi.Anonymous},
				Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "The session.", Content: openapi.JSON(openapi.Writes[sessionOut]())}},
			},
			"POST /api/v1/admin/session": {
				ID: "signIn", Summary: "Sign in with the admin password",
				Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[signIn]("SignIn", func(s *openapi.Schema) { s.Require("password") }))},
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "Signed in: for 12 hours after the last use, and for a week at most.",
					Content: openapi.JSON(openapi.Writes[sessionOut]()), Headers: map[string]string{"Set-Cookie": "The session's cookie."}}},
				Refusals: map[int]string{
					http.StatusUnauthorized:    "`wrong_password`.",
					http.StatusForbidden:       "`password_off`: sign-in by password is switched off; or as for other routes.",
					http.StatusTooManyRequests: "`too_many_attempts`: too many wrong passwords, from this address or from all; or `rate_limited`.",
				},
			},
			"DELETE /api/v1/admin/session": {
				ID: "signOut", Summary: "Sign out",
				Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "Signed out.",
					Headers: map[string]string{"Set-Cookie": "Removes the session's cookie."}}},
			},
			"POST /api/v1/session/end-others": {
				ID: "endOtherSessions", Summary: "End all other sessions of the person",
				Text:    "The session that asks goes on. Every process knows within 5 seconds.",
				Answers: []openapi.Answer{{Status: http.StatusNoContent, Text: "They have ended."}},
			},
		}},
		{Name: "Platform", Text: "The platform itself: health, metrics, the state of every service.", Routes: map[string]openapi.Description{
			"GET /healthz": {
				ID: "live", Summary: "Whether the process runs",
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "It runs.", Content: openapi.JSON(openapi.Writes[healthOut]())}},
			},
			"GET /readyz": {
				ID: "ready", Summary: "Whether requests can be served",
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The database answers.", Content: openapi.JSON(openapi.Writes[healthOut]())}},
			},
			"GET /metrics": {
				ID: "metrics", Summary: "Prometheus metrics",
				Text:     "With METRICS_TOKEN set, only for callers that send it as a bearer token.",
				Security: []string{openapi.MetricsScheme, openapi.Anonymous},
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "Prometheus' text format, or another one that Accept asks for.",
					Content: map[string]openapi.Content{
						"text/plain": openapi.Is(openapi.String()), "application/vnd.google.protobuf": openapi.Bytes(),
					}}},
				Refusals: map[int]string{http.StatusUnauthorized: "`metrics_token`: the token is missing or wrong."},
			},
			"GET /api/v1/admin/system": {
				ID: "readSystem", Summary: "The state of every service",
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "A service that is down is part of the answer, not an error.",
					Content: openapi.JSON(openapi.Writes[systemOut]())}},
			},
			"POST /codec/:operation": codecDescription(),
		}},
	}
}

// payloads is Temporal's form of a list of payloads in JSON.
func payloads() *openapi.Schema {
	bytes := openapi.String()
	bytes.ContentEncoding = "base64"
	payload := openapi.Object(map[string]*openapi.Schema{"metadata": openapi.Map(bytes), "data": bytes, "externalPayloads": openapi.List(&openapi.Schema{})})
	return openapi.Object(map[string]*openapi.Schema{"payloads": openapi.List(payload)})
}

func codecDescription() openapi.Description {
	const kind = "application/json"
	return openapi.Description{
		ID: "codec", Summary: "Encode or decode payloads for Temporal's Web UI",
		Headers: []openapi.Parameter{openapi.RequestHeader("X-Namespace", "Temporal's namespace.")},
		// The handler looks at the body alone, whatever its media type says.
		Body:          &openapi.Body{Content: map[string]openapi.Content{kind: openapi.Is(payloads())}},
		Answers:       []openapi.Answer{{Status: http.StatusOK, Text: "The payloads in the other form.", Content: openapi.JSON(openapi.Is(payloads()))}},
		PlainRefusals: []int{http.StatusBadRequest},
	}
}
