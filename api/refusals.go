package api

import (
	"maps"
	"net/http"
	"strings"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/openapi"
)

// usual says what the refusals are that many routes have; a description may say more.
var usual = map[int]string{
	http.StatusBadRequest:            "The request can't be read: its address or its body is broken.",
	http.StatusUnauthorized:          "`sign_in` or `session_ended`.",
	http.StatusForbidden:             "`permission_missing`: the session's role lacks the route's permission; `cross_site`: the request came from another site's page, or `wrong_host`: the route is not served under this host name.",
	http.StatusNotFound:              "There is no such thing here; another tenant's is as good as none.",
	http.StatusConflict:              "`tenant_gone`: the tenant that the session works in was removed; `tenant_switched`: the request's header X-Tenant names another one than the session's; or `idempotency_in_progress`: the same request is being worked on.",
	http.StatusPreconditionFailed:    "`version_changed`: If-Match names another version. Read it again and repeat the change.",
	http.StatusRequestEntityTooLarge: "The body, or what it holds, is too large.",
	http.StatusUnsupportedMediaType:  "The body is of another media type.",
	http.StatusUnprocessableEntity:   "A value is wrong; `fields` says which.",
	http.StatusPreconditionRequired:  "`if_match_missing`: the request does not say which version it changes.",
	http.StatusTooManyRequests:       "`rate_limited`.",
	http.StatusInternalServerError:   "A defect of this program. Nothing of it is told but the request's id, under which the log has it.",
	http.StatusServiceUnavailable:    "A service that is needed is away, or the request took too long.",
}

// refusalsOf are the problems that a route may answer, by status: what follows from its row of the
// table, and what its description says.
func refusalsOf(r Route, about openapi.Description) map[int]string {
	out := map[int]string{}
	may := func(condition bool, statuses ...int) {
		for _, status := range statuses {
			if condition {
				out[status] = usual[status]
			}
		}
	}
	may(true, http.StatusBadRequest, http.StatusInternalServerError, http.StatusServiceUnavailable)
	may(r.Auth == access.SignedIn, http.StatusUnauthorized, http.StatusForbidden)
	may(inTenant(r), http.StatusConflict)
	// A request from another site's page is refused when it may change something.
	may(r.Flags&foreign == 0 && r.Method != http.MethodGet, http.StatusForbidden)
	may(r.Host != access.AnyHost, http.StatusForbidden)
	may(strings.ContainsAny(r.Path, ":*") && r.Method != http.MethodOptions, http.StatusNotFound)
	// What foreign routes read is for them alone to judge.
	may(about.Body != nil && r.Flags&foreign == 0, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	// To compare a request with the first one of its key, all of its body is read.
	may(r.Flags&once != 0, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity)
	may(r.Flags&versioned != 0, http.StatusPreconditionFailed, http.StatusPreconditionRequired)
	may(r.Limit.Burst > 0, http.StatusTooManyRequests)
	maps.Copy(out, about.Refusals)
	return out
}

// refusal describes one problem. Those that say what they usually say are components.
func (d *documenter) refusal(status int, text string, about openapi.Description) *openapi.Response {
	plain := false
	for _, s := range about.PlainRefusals {
		plain = plain || s == status
	}
	if text == usual[status] && !plain && !about.Pages {
		return &openapi.Response{Ref: "#/components/responses/" + responseName(status)}
	}
	out := d.problemResponse(status, text)
	if plain {
		out.Content["text/plain"] = openapi.MediaType{Schema: openapi.String()}
	}
	if about.Pages {
		out.Content["text/html"] = openapi.MediaType{Schema: openapi.String()}
	}
	return out
}

func (d *documenter) problemResponse(status int, text string) *openapi.Response {
	out := &openapi.Response{Description: text, Content: map[string]openapi.MediaType{"application/problem+json": {Schema: d.problem}}}
	if status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable {
		out.Headers = map[string]*openapi.Header{"Retry-After": {Ref: "#/components/headers/Retry-After"}}
	}
	return out
}

// responseName is the name of a usual refusal among the components.
func responseName(status int) string {
	return strings.ReplaceAll(http.StatusText(status), " ", "")
}

func (d *documenter) components() openapi.Components {
	header := func(text string, required bool) *openapi.Header {
		return &openapi.Header{Description: text, Required: required, Schema: openapi.String()}
	}
	out := openapi.Components{
		Responses: map[string]*openapi.Response{},
		Headers: map[string]*openapi.Header{
			"Retry-After":         header("How long to wait, in seconds.", true),
			"X-Request-Id":        header("The request's id in the log.", true),
			"RateLimit":           header("What is left of the class's allowance, and when it is full again.", true),
			"RateLimit-Policy":    header("How many requests of the class may come in which time.", true),
			"Idempotent-Replayed": header("true when this is the answer of the first request with this key.", false),
		},
		SecuritySchemes: map[string]openapi.SecurityScheme{
			openapi.SessionScheme: {Type: "apiKey", In: "cookie", Name: access.CookieName, Description: "The session that signing in opens."},
			openapi.MetricsScheme: {Type: "http", Scheme: "bearer", Description: "METRICS_TOKEN."},
		},
	}
	for status, text := range usual {
		out.Responses[responseName(status)] = d.problemResponse(status, text)
	}
	return out
}
