package admin

import (
	"net/http"

	"github.com/promostack/promostack/api/openapi"
	"github.com/promostack/promostack/internal/service/tenants"
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
		{Name: "Tenants", Text: "The brands of this installation, for its admins.", Routes: map[string]openapi.Description{
			"GET /api/v1/admin/tenants": {
				ID: "listTenants", Summary: "All tenants, the oldest first",
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The tenants.", Content: openapi.JSON(openapi.Writes[tenantsOut]())}},
			},
			"POST /api/v1/admin/tenants": {
				ID: "createTenant", Summary: "Make a tenant",
				Text:    "It is there at once; its templates and its first journey, a draft, follow within seconds: then its state is `active`.",
				Body:    &openapi.Body{Content: map[string]openapi.Content{"multipart/form-data": openapi.Is(tenantForm())}},
				Answers: []openapi.Answer{{Status: http.StatusCreated, Text: "The tenant.", Content: openapi.JSON(openapi.Writes[tenantRow]())}},
			},
			"DELETE /api/v1/admin/tenants/:tenant": {
				ID: "removeTenant", Summary: "Remove the demo",
				Text:    "Nothing of it starts any more; what it has is deleted in the course of a minute or so. Sessions that work in it go on in another tenant.",
				Answers: []openapi.Answer{{Status: http.StatusAccepted, Text: "Its removal has begun.", Content: openapi.JSON(openapi.Writes[tenantRow]())}},
				Refusals: map[int]string{
					http.StatusConflict: "`tenant_no_demo`: it is not the demo, or `tenant_last`: there is no other tenant.",
					http.StatusNotFound: "`tenant_not_found`.",
				},
			},
			"POST /api/v1/admin/session/tenant": {
				ID: "switchTenant", Summary: "Let the session work in another tenant",
				Text: "Streams of events that are open stay the former tenant's until they are closed.",
				Body: &openapi.Body{Content: openapi.JSON(openapi.Reads[switchTo]("SwitchTenant", func(s *openapi.Schema) { s.Require("tenant_id") }))},
				Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The session, which works there from now on.",
					Content: openapi.JSON(openapi.Writes[sessionOut]()), Headers: map[string]string{"Set-Cookie": "The session's cookie."}}},
				Refusals: map[int]string{http.StatusConflict: "`tenant_gone`: that tenant is being removed."},
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

// tenantForm is what a tenant is made of.
func tenantForm() *openapi.Schema {
	name, slug := openapi.String(), openapi.String()
	longest := tenants.MaxName
	name.Description, name.MaxLength = "What people read.", &longest
	slug.Description = "Small letters, digits and hyphens; made from the name where it is missing."
	return openapi.Object(map[string]*openapi.Schema{"name": name, "slug": slug,
		"file": {Type: openapi.Types{"string"}, ContentMediaType: "image/*", Description: "The logo: up to 20 MB and 40 megapixels."}}, "name")
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
