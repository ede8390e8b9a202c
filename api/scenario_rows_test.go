package api_test

import (
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// noText is a query that no route takes.
const noText = "?q=%00"

// platformRows are the rows of health, sessions and the platform.
func (h *harness) platformRows() []scenario {
	session := "/api/v1/admin/session"
	return []scenario{
		{name: "health", request: request{method: get, path: "/healthz"}, status: 200, expected: []string{`"ok"`}},
		{name: "health of no text", request: request{method: get, path: "/healthz" + noText}, status: 400, expected: []string{`"bad_address"`}},
		{name: "ready", request: request{method: get, path: "/readyz"}, status: 200, expected: []string{`"ready"`}},
		{name: "ready for no text", request: request{method: get, path: "/readyz" + noText}, status: 400, expected: []string{`"bad_address"`}},
		{name: "metrics", request: request{method: get, path: "/metrics"}, status: 200, expected: []string{"promostack_http_request_seconds", "promostack_build_info"}},
		{name: "metrics of no text", request: request{method: get, path: "/metrics" + noText}, status: 400, expected: []string{`"bad_address"`}},
		{name: "dashboard", request: request{method: get, path: "/"}, status: 200, expected: []string{"dashboard"}},
		{name: "schema", request: request{method: get, path: "/api/schema/template.json"}, status: 200, expected: []string{`"$schema"`, `"sizes"`}},
		{name: "schema elsewhere", request: request{method: get, path: "/api/schema/template.json", host: "evil.example"}, status: 403, expected: []string{`"wrong_host"`}},
		{name: "document", request: request{method: get, path: "/api/openapi.json"}, status: 200, expected: []string{`"openapi":"3.1.1"`, `"/api/v1/promos/bulk/{job}/rows"`}},
		{name: "document elsewhere", request: request{method: get, path: "/api/openapi.json", host: "evil.example"}, status: 403, expected: []string{`"wrong_host"`}},
		{name: "nothing here", request: request{method: get, path: "/api/v1/nothing"}, status: 404, expected: []string{`"not_found"`}},
		{name: "wrong method", request: request{method: del, path: "/healthz"}, status: 405, expected: []string{`"method_not_allowed"`}},

		{name: "session of nobody", request: request{method: get, path: "/api/v1/session"}, status: 200,
			expected: []string{`"signed_in":false`, `"password"`}, forbidden: []string{"tenant", "temporal"}},
		{name: "session on the clients' host", request: request{method: get, path: "/api/v1/session", host: "dash.localhost:8080"}, status: 200,
			expected: []string{`"methods":[]`}},
		{name: "session of the admin", request: request{method: get, path: "/api/v1/session", admin: true}, status: 200,
			expected: []string{`"signed_in":true`, `"The ours"`, `"/temporal/"`}, forbidden: []string{"8233"}},
		{name: "session elsewhere", request: request{method: get, path: "/api/v1/session", host: "evil.example", admin: true}, status: 403, expected: []string{`"wrong_host"`}, forbidden: []string{"The ours"}},
		{name: "password", request: request{method: post, path: session, body: map[string]string{"password": password}}, status: 200, expected: []string{`"signed_in":true`}, headers: map[string]string{"Set-Cookie": "HttpOnly"}},
		{name: "wrong password", request: request{method: post, path: session, body: map[string]string{"password": "wrong"}}, status: 401, expected: []string{`"wrong_password"`}},
		{name: "password from another site", request: request{method: post, path: session, body: map[string]string{"password": password}, header: map[string]string{"Origin": "https://evil.example"}}, status: 403, expected: []string{`"cross_site"`}},
		{name: "no password", request: request{method: post, path: session, body: map[string]string{}}, status: 422, expected: []string{`"name":"password"`}},
		{name: "unknown field", request: request{method: post, path: session, body: map[string]string{"pass": "x"}}, status: 422, expected: []string{`"name":"pass"`, "unknown_field"}},
		{name: "wrong type", request: request{method: post, path: session, body: map[string]int{"password": 1}}, status: 422, expected: []string{`"name":"password"`, "must be text"}},
		{name: "broken JSON", request: request{method: post, path: session, body: []byte(`{"password":`)}, status: 400, expected: []string{`"bad_json"`}},
		{name: "two values", request: request{method: post, path: session, body: []byte(`{"password":"x"}{}`)}, status: 400, expected: []string{`"trailing_data"`}},
		{name: "no JSON", request: request{method: post, path: session, body: []byte("password=x"), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, status: 415, expected: []string{`"not_json"`}},
		{name: "huge body", request: request{method: post, path: session, body: []byte(`{"password":"` + strings.Repeat("x", 2<<20) + `"}`)}, status: 413, expected: []string{`"body_too_large"`}},
		{name: "signed out", request: request{method: del, path: session, as: h.signIn()}, status: 204, headers: map[string]string{"Set-Cookie": "Max-Age=0"}},
		{name: "other sessions ended", request: request{method: post, path: "/api/v1/session/end-others", as: h.sessionOf(access.Viewer, h.ours)}, status: 204, headers: map[string]string{"X-Request-Id": ""}},
		{name: "other sessions ended by nobody", request: request{method: post, path: "/api/v1/session/end-others"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "signed out by another site", request: request{method: del, path: session, admin: true, header: map[string]string{"Sec-Fetch-Site": "cross-site"}}, status: 403, expected: []string{`"cross_site"`}},

		{name: "events", request: request{method: get, path: "/api/v1/events", admin: true, until: saw("retry:")}, status: 200, expected: []string{"retry: 2000"}, forbidden: []string{"reset"}},
		{name: "events of nobody", request: request{method: get, path: "/api/v1/events"}, status: 401, expected: []string{`"sign_in"`}},
		{name: "system", request: request{method: get, path: "/api/v1/admin/system", admin: true}, status: 200, expected: []string{`"database"`, `"SQLite`, `"workers"`, `"down"`}},
		{name: "system for nobody", request: request{method: get, path: "/api/v1/admin/system"}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"SQLite"}},
		{name: "codec from elsewhere", request: request{method: post, path: "/codec/decode", admin: true, body: map[string]any{}, header: map[string]string{"Origin": "https://evil.example"}}, status: 403, expected: []string{`"cross_site"`}},
		{name: "codec without a session", request: request{method: post, path: "/codec/decode", body: map[string]any{}}, status: 401, expected: []string{`"sign_in"`}},
		{name: "codec for nothing", request: request{method: post, path: "/codec/guess", admin: true, body: map[string]any{}}, status: 404, expected: []string{`"not_found"`}},
		{name: "codec for the admin", request: request{method: post, path: "/codec/encode", admin: true, body: []byte(`{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"IngI"}]}`)}, status: 200,
			expected: []string{`"metadata"`, `"data"`}, forbidden: []string{"IngI"}},
	}
}

// link is the signed address of an image of ours, as its visitors ask for it.
func (h *harness) link(template string, values map[string]string) string {
	h.t.Helper()
	want := promo.Request{Template: template, Format: promo.FormatJPEG, Scale: 1, Logo: promo.LogoBrand, Values: values}
	address, _ := h.service.RenderURL(h.ours.tenant.ID, want)
	link, err := url.Parse(address)
	require.NoError(h.t, err)
	return link.RequestURI()
}

// fileRows are the rows of what needs no session.
func (h *harness) fileRows() []scenario {
	h.t.Helper()
	var emoji struct{ Keys []string }
	require.NoError(h.t, json.Unmarshal(h.emoji.Manifest(), &emoji))
	ours := h.service.FileURL(h.ours.upload.ObjectKey, h.ours.upload.SHA256)
	theirs := strings.Replace(ours, h.ours.upload.ObjectKey, h.theirs.upload.ObjectKey, 1)
	address := h.link("gold-coupon", gold)
	link, err := url.Parse(address)
	require.NoError(h.t, err)
	swapped := link.Query()
	swapped.Set("o", h.theirs.tenant.ID)
	return []scenario{
		{name: "font", request: request{method: get, path: h.fonts.Manifest()[0].URL}, status: 200, expected: []string{`"units_per_em"`}, headers: map[string]string{"Cache-Control": "immutable"}},
		{name: "packed font", request: request{method: get, path: h.fonts.Manifest()[0].URL, header: map[string]string{"Accept-Encoding": "gzip"}}, status: 200, headers: map[string]string{"Content-Encoding": "gzip"}},
		{name: "emoji", request: request{method: get, path: "/fonts/emoji.json"}, status: 200, expected: []string{`"keys"`}},
		{name: "no such font", request: request{method: get, path: "/fonts/none.json"}, status: 404, expected: []string{`"not_found"`}},
		{name: "picture of an emoji", request: request{method: get, path: "/fonts/emoji/" + emoji.Keys[0] + ".png"}, status: 200, expected: []string{"PNG"}, headers: map[string]string{"Content-Type": "image/png"}},
		{name: "no such emoji", request: request{method: get, path: "/fonts/emoji/none.png"}, status: 404, expected: []string{`"not_found"`}},

		{name: "file", request: request{method: get, path: ours}, status: 200, expected: []string{"PNG"}, headers: map[string]string{"Content-Type": "image/png", "ETag": `"`}},
		{name: "file that the caller has", request: request{method: get, path: ours, header: map[string]string{"If-None-Match": h.etag(ours)}}, status: 304, headers: map[string]string{"ETag": `"`}},
		{name: "file without its signature", request: request{method: get, path: strings.Split(ours, "?")[0]}, status: 404, expected: []string{`"bad_link"`}, forbidden: []string{"PNG"}},
		{name: "their file with our signature", request: request{method: get, path: theirs, admin: true}, status: 404, foreign: true, expected: []string{`"bad_link"`}, forbidden: []string{"PNG"}},
		{name: "image of a link", request: request{method: get, path: link.RequestURI()}, status: 200, expected: []string{"JFIF"}, headers: map[string]string{"Content-Type": "image/jpeg", "Content-Disposition": "inline"}},
		{name: "image that the caller has", request: request{method: get, path: address, header: map[string]string{"If-None-Match": h.etag(address)}}, status: 304, headers: map[string]string{"ETag": `"`}},
		{name: "link with a coupon that has ended", request: request{method: get, path: h.link("gold-coupon", with("code", "EXPIRED10"))}, status: 422, expected: []string{`"coupon_invalid"`}, forbidden: []string{"JFIF"}},
		{name: "link without its signature", request: request{method: get, path: "/i/promo.jpg?t=gold-coupon"}, status: 404, expected: []string{`"bad_link"`}},
		{name: "their link with our signature", request: request{method: get, path: link.Path + "?" + swapped.Encode(), admin: true}, status: 404, foreign: true, expected: []string{`"bad_link"`}, forbidden: []string{"JFIF"}},
	}
}

// etag is the ETag of what stands at an address.
func (h *harness) etag(path string) string {
	h.t.Helper()
	return h.do(request{method: get, path: path}).Header().Get("ETag")
}

// bulkRows are the rows of bulk jobs; theirs is a job of the other tenant.
func (h *harness) bulkRows(theirs *models.BulkJob) []scenario {
	h.t.Helper()
	at := func(j *models.BulkJob) string { return bulkPath + "/" + j.ID }
	state := func(state models.BulkState) string { return at(h.jobIn(h.ours, state)) }
	done, foreign := state(models.BulkDone), at(theirs)
	notHere, wrongState := []string{`"bulk_not_found"`}, []string{`"bulk_state"`}
	file := []byte("headline,code,valid_until\nx,GOLD35,y\n")
	good := form(h.t, bulkPath, map[string]string{"template": "gold-coupon", "scale": "2", "format": "png", "start": "review"}, "values.csv", file)
	their := form(h.t, bulkPath, map[string]string{"template": h.theirs.template.ID}, "values.csv", file)
	list := []scenario{
		{name: "example", request: request{method: get, path: "/api/v1/templates/gold-coupon/example.csv", admin: true}, status: 200, expected: []string{"headline", "GOLD35"}, headers: map[string]string{"Content-Disposition": "gold-coupon.csv"}},
		{name: "example of no template", request: request{method: get, path: "/api/v1/templates/none/example.csv", admin: true}, status: 404, expected: []string{`"template_not_found"`}},
		{name: "their example", request: request{method: get, path: "/api/v1/templates/" + h.theirs.template.ID + "/example.csv", admin: true}, status: 404, foreign: true, expected: []string{`"template_not_found"`}},
		{name: "new job", request: good, status: 202, expected: []string{`"checking"`, `"scale":2`, `"png"`}, headers: map[string]string{"Location": bulkPath + "/"}},
		{name: "new job of no form", request: request{method: post, path: bulkPath, admin: true, body: map[string]any{}}, status: 415, expected: []string{`"not_multipart"`}},
		{name: "new job of their template", request: their, status: 404, foreign: true, expected: []string{`"template_not_found"`}},
		{name: "preview", request: form(h.t, bulkPath+"/preview", map[string]string{"template": "gold-coupon"}, "values.csv", file), status: 200, expected: []string{`"field":"headline"`}},
		{name: "preview of no form", request: request{method: post, path: bulkPath + "/preview", admin: true, body: map[string]any{}}, status: 415, expected: []string{`"not_multipart"`}},
		{name: "preview with another's template", request: form(h.t, bulkPath+"/preview", map[string]string{"template": h.theirs.template.ID}, "values.csv", file), status: 404, expected: []string{"template_not_found"}},
		{name: "jobs", request: request{method: get, path: bulkPath + "?limit=100", admin: true}, status: 200, expected: []string{`"gold-coupon"`}},
		{name: "jobs after nothing", request: request{method: get, path: bulkPath + "?after=x", admin: true}, status: 422, expected: []string{`"name":"after"`, `"bad_cursor"`}},
		{name: "job", request: request{method: get, path: done, admin: true}, status: 200, expected: []string{`"done"`, `"archive":{`, "/files/tenants/" + h.ours.tenant.ID}, headers: map[string]string{"ETag": `"`}},
		{name: "no such job", request: request{method: get, path: bulkPath + "/none", admin: true}, status: 404, expected: notHere},
		{name: "rows", request: request{method: get, path: done + "/rows?state=invalid", admin: true}, status: 200, expected: []string{`"coupon_invalid"`, `"line":3`}, forbidden: []string{`"line":2`}},
		{name: "rows in no state", request: request{method: get, path: done + "/rows?state=odd", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "report", request: request{method: get, path: done + "/report.csv", admin: true}, status: 200, expected: []string{"2,done,", "3,invalid,"}, headers: map[string]string{"Content-Disposition": "attachment"}},
		{name: "report of no job", request: request{method: get, path: bulkPath + "/none/report.csv", admin: true}, status: 404, expected: notHere},
		{name: "their job", request: request{method: get, path: foreign, admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "their rows", request: request{method: get, path: foreign + "/rows", admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "their report", request: request{method: get, path: foreign + "/report.csv", admin: true}, status: 404, foreign: true, expected: notHere},
	}
	for command, states := range map[string][2]models.BulkState{
		"start": {models.BulkReady, models.BulkChecking}, "pause": {models.BulkRunning, models.BulkReady},
		"resume": {models.BulkPaused, models.BulkReady}, "cancel": {models.BulkReady, models.BulkDone},
	} {
		list = append(list,
			scenario{name: command, request: request{method: post, path: state(states[0]) + "/" + command, admin: true}, status: 202, expected: []string{`"state":`}, headers: map[string]string{"ETag": `"`}},
			scenario{name: command + " refused", request: request{method: post, path: state(states[1]) + "/" + command, admin: true}, status: 409, expected: wrongState},
			scenario{name: command + " theirs", request: request{method: post, path: foreign + "/" + command, admin: true}, status: 404, foreign: true, expected: notHere})
	}
	return list
}

// tag is the ETag of a version as If-Match.
func tag(version int64) map[string]string {
	return map[string]string{"If-Match": strconv.Quote(strconv.FormatInt(version, 10))}
}
