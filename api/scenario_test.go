package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	_ "image/jpeg" // decodes what the API renders
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/demo"
	"github.com/promostack/promostack/models"
)

const get, post, put, patch, del = http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete

var gold = map[string]string{"headline": "Save 35%", "code": "GOLD35", "valid_until": "31 Dec 2026"}

func body(pairs ...any) map[string]any {
	out := map[string]any{"template": "gold-coupon", "values": gold}
	for i := 0; i+1 < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}

func with(name, value string) map[string]string {
	out := map[string]string{}
	for k, v := range gold {
		out[k] = v
	}
	out[name] = value
	return out
}

func TestScenarios(t *testing.T) {
	h := newHarness(t)
	template := "/api/v1/templates/" + h.ours.template.ID
	render := "/api/v1/promos/render"
	h.run(t, []scenario{
		{name: "health", request: request{method: get, path: "/healthz"}, status: 200, expected: []string{`"ok"`}},
		{name: "ready", request: request{method: get, path: "/readyz"}, status: 200, expected: []string{`"ready"`}},
		{name: "metrics", request: request{method: get, path: "/metrics"}, status: 200, expected: []string{"promostack_http_request_seconds", "promostack_build_info"}},
		{name: "dashboard", request: request{method: get, path: "/"}, status: 200, expected: []string{"dashboard"}},
		{name: "schema", request: request{method: get, path: "/api/schema/template.json"}, status: 200, expected: []string{`"$schema"`, `"sizes"`}},
		{name: "nothing here", request: request{method: get, path: "/api/v1/nothing"}, status: 404, expected: []string{`"not_found"`}},
		{name: "wrong method", request: request{method: del, path: "/healthz"}, status: 405, expected: []string{`"method_not_allowed"`}},

		{name: "session of nobody", request: request{method: get, path: "/api/v1/session"}, status: 200,
			expected: []string{`"signed_in":false`, `"password"`}, forbidden: []string{"tenant", "temporal"}},
		{name: "session on the clients' host", request: request{method: get, path: "/api/v1/session", host: "dash.localhost:8080"}, status: 200,
			expected: []string{`"methods":[]`}},
		{name: "session of the admin", request: request{method: get, path: "/api/v1/session", admin: true}, status: 200,
			expected: []string{`"signed_in":true`, `"The ours"`, "8233"}},
		{name: "wrong password", request: request{method: post, path: "/api/v1/admin/session", body: map[string]string{"password": "wrong"}}, status: 401, expected: []string{`"wrong_password"`}},
		{name: "no password", request: request{method: post, path: "/api/v1/admin/session", body: map[string]string{}}, status: 422, expected: []string{`"name":"password"`}},
		{name: "unknown field", request: request{method: post, path: "/api/v1/admin/session", body: map[string]string{"pass": "x"}}, status: 422, expected: []string{`"name":"pass"`, "unknown_field"}},
		{name: "wrong type", request: request{method: post, path: "/api/v1/admin/session", body: map[string]int{"password": 1}}, status: 422, expected: []string{`"name":"password"`, "wants text"}},
		{name: "broken JSON", request: request{method: post, path: "/api/v1/admin/session", body: []byte(`{"password":`)}, status: 400, expected: []string{`"bad_json"`}},
		{name: "two values", request: request{method: post, path: "/api/v1/admin/session", body: []byte(`{"password":"x"}{}`)}, status: 400, expected: []string{`"trailing_data"`}},
		{name: "no JSON", request: request{method: post, path: "/api/v1/admin/session", body: []byte("password=x"), header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}, status: 415, expected: []string{`"not_json"`}},
		{name: "huge body", request: request{method: post, path: "/api/v1/admin/session", body: []byte(`{"password":"` + strings.Repeat("x", 2<<20) + `"}`)}, status: 413, expected: []string{`"body_too_large"`}},

		{name: "templates", request: request{method: get, path: "/api/v1/templates", admin: true}, status: 200, expected: []string{`"gold-coupon"`, `"next":null`, `"pending"`}, forbidden: []string{"their-coupon"}},
		{name: "bad limit", request: request{method: get, path: "/api/v1/templates?limit=1000", admin: true}, status: 422, expected: []string{`"name":"limit"`}},
		{name: "bad state", request: request{method: get, path: "/api/v1/templates?state=lost", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "template by slug", request: request{method: get, path: "/api/v1/templates/gold-coupon", admin: true}, status: 200, expected: []string{`"meta"`, "/files/tenants/" + h.ours.tenant.ID}, headers: map[string]string{"ETag": `"`}},
		{name: "no such template", request: request{method: get, path: "/api/v1/templates/none", admin: true}, status: 404, expected: []string{`"template_not_found"`}},
		{name: "patch without version", request: request{method: patch, path: template, admin: true, body: map[string]bool{"visible_web": false}}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "patch of an old version", request: request{method: patch, path: template, admin: true, body: map[string]bool{"visible_web": false}, header: map[string]string{"If-Match": `"99"`}}, status: 412, expected: []string{`"version_changed"`}},
		{name: "draft with mistakes", request: request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": map[string]any{"slug": "Bad Slug"}}}, status: 422, expected: []string{`"slug"`, `"sizes"`}},

		{name: "no template named", request: request{method: post, path: render, admin: true, body: map[string]any{}}, status: 422, expected: []string{`"name":"template"`}},
		{name: "unknown template", request: request{method: post, path: render, admin: true, body: body("template", "none")}, status: 404, expected: []string{`"template_not_found"`}},
		{name: "unknown size", request: request{method: post, path: render, admin: true, body: body("size", "banner")}, status: 422, expected: []string{`"name":"size"`}},
		{name: "unknown format and scale", request: request{method: post, path: render, admin: true, body: body("format", "gif", "scale", 3)}, status: 422, expected: []string{`"name":"format"`, `"name":"scale"`}},
		{name: "missing value", request: request{method: post, path: render, admin: true, body: body("values", map[string]string{"code": "GOLD35"})}, status: 422, expected: []string{`"values.headline"`, `"required"`}},
		{name: "script that needs shaping", request: request{method: post, path: render, admin: true, body: body("values", with("headline", "تخفيض"))}, status: 422, expected: []string{`"values.headline"`, `"unsupported_script"`}},
		{name: "expired coupon", request: request{method: post, path: render, admin: true, body: body("values", with("code", "EXPIRED10"))}, status: 422, expected: []string{`"values.code"`, `"coupon_invalid"`, "expired"}},
		{name: "unknown coupon", request: request{method: post, path: render, admin: true, body: body("values", with("code", "NOSUCH"))}, status: 422, expected: []string{`"values.code"`}},
		{name: "unknown upload as logo", request: request{method: post, path: render, admin: true, body: body("logo", "none-such")}, status: 422, expected: []string{`"name":"logo"`}},
		{name: "coupon check", request: request{method: get, path: "/api/v1/coupons/check?code=gold35", admin: true}, status: 200, expected: []string{`"valid"`, `"percent"`, `"35"`}},
		{name: "expired coupon check", request: request{method: get, path: "/api/v1/coupons/check?code=EXPIRED10", admin: true}, status: 200, expected: []string{`"invalid"`, `"expired"`}},
		{name: "coupon check of nothing", request: request{method: get, path: "/api/v1/coupons/check", admin: true}, status: 422, expected: []string{`"name":"code"`}},
		{name: "brand", request: request{method: get, path: "/api/v1/brand", admin: true}, status: 200, expected: []string{`"The ours"`, `"logo":null`}},
		{name: "fonts", request: request{method: get, path: "/api/v1/fonts", admin: true}, status: 200, expected: []string{`"montserrat"`, "/fonts/"}},
		{name: "no such font", request: request{method: get, path: "/fonts/none.json"}, status: 404, expected: []string{`"not_found"`}},
		{name: "upload that is no form", request: request{method: post, path: "/api/v1/uploads", admin: true, body: map[string]string{}}, status: 415, expected: []string{`"not_multipart"`}},
		{name: "system", request: request{method: get, path: "/api/v1/admin/system", admin: true}, status: 200, expected: []string{`"database"`, `"SQLite`, `"workers"`, `"down"`}},
		{name: "codec from elsewhere", request: request{method: post, path: "/codec/decode", admin: true, body: map[string]any{}, header: map[string]string{"Origin": "https://evil.example"}}, status: 403, expected: []string{`"wrong_origin"`}},
		{name: "codec without a session", request: request{method: post, path: "/codec/decode", body: map[string]any{}, header: map[string]string{"Origin": "http://127.0.0.1:8233"}}, status: 401, expected: []string{`"sign_in"`}},
		{name: "codec for the admin", request: request{method: post, path: "/codec/decode", admin: true, body: []byte(`{"payloads":[]}`), header: map[string]string{"Origin": "http://127.0.0.1:8233"}}, status: 200,
			headers: map[string]string{"Access-Control-Allow-Origin": "http://127.0.0.1:8233", "Access-Control-Allow-Credentials": "true"}},
	})
}

// Every route that is not public refuses a caller without a session, and none answers on a host
// that is not its own.
func TestEveryRouteIsGuarded(t *testing.T) {
	h := newHarness(t)
	for _, r := range h.server.Table() {
		path := strings.NewReplacer(":template", "gold-coupon", ":file", "x.json", "*key", "x", ":operation", "decode").Replace(r.Path)
		if r.Role != access.Public {
			res := h.do(request{method: r.Method, path: path, body: map[string]any{}})
			require.Equal(t, http.StatusUnauthorized, res.Code, "%s %s", r.Method, r.Path)
			require.NotEmpty(t, r.Permission, "%s %s", r.Method, r.Path)
		}
		if r.Host != access.AnyHost {
			res := h.do(request{method: r.Method, path: path, host: "evil.example", admin: true, body: map[string]any{}})
			require.Equal(t, http.StatusForbidden, res.Code, "%s %s", r.Method, r.Path)
		}
		if r.Host == access.AdminHost {
			res := h.do(request{method: r.Method, path: path, host: "dash.localhost:8080", admin: true, body: map[string]any{}})
			require.Equal(t, http.StatusForbidden, res.Code, "%s %s", r.Method, r.Path)
		}
	}
	require.Equal(t, http.StatusNotFound, h.do(request{method: get, path: "/", host: "evil.example"}).Code)
	require.Equal(t, http.StatusOK, h.do(request{method: get, path: "/", host: "dash.localhost:8080"}).Code)
}

// T6: another tenant's ids are as good as none.
func TestAnotherTenantsIdsAreNotFound(t *testing.T) {
	h := newHarness(t)
	theirs := "/api/v1/templates/" + h.theirs.template.ID
	job := &models.BulkJob{TemplateID: h.theirs.template.ID, VersionID: h.theirs.template.Published.ID, Columns: []string{"headline"}, StartMode: models.BulkReview}
	require.NoError(t, h.store.Bulk.Create(ctxOf(h, h.theirs), job))
	_, err := h.store.Bulk.Received(ctxOf(h, h.theirs), job.ID, 1)
	require.NoError(t, err)
	bulk := bulkPath + "/" + job.ID
	match := map[string]string{"If-Match": `"1"`}
	tried := map[string]bool{}
	for _, r := range []request{
		{method: get, path: theirs},
		{method: get, path: "/api/v1/templates/their-coupon"},
		{method: patch, path: theirs, body: map[string]bool{"visible_web": false}, header: match},
		{method: put, path: theirs + "/draft", body: map[string]any{"meta": h.theirs.template.Published.Meta, "backgrounds": map[string]string{}}, header: match},
		{method: post, path: theirs + "/publish", header: match},
		{method: post, path: "/api/v1/promos/render", body: body("template", h.theirs.template.ID)},
		{method: post, path: "/api/v1/promos/links", body: body("template", "their-coupon")},
		{method: get, path: theirs + "/example.csv"},
		{method: get, path: bulk},
		{method: get, path: bulk + "/rows"},
		{method: get, path: bulk + "/report.csv"},
		{method: post, path: bulk + "/start"},
		{method: post, path: bulk + "/pause"},
		{method: post, path: bulk + "/resume"},
		{method: post, path: bulk + "/cancel"},
	} {
		r.admin = true
		res := h.do(r)
		tried[r.method+" "+strings.NewReplacer(h.theirs.template.ID, ":template", "their-coupon", ":template", job.ID, ":job").Replace(r.path)] = true
		require.Equal(t, http.StatusNotFound, res.Code, "%s %s: %s", r.method, r.path, res.Body)
		require.NotContains(t, res.Body.String(), h.theirs.tenant.ID)
	}
	for _, r := range h.server.Table() {
		if r.Role != access.Public && strings.Contains(r.Path, ":") {
			require.True(t, tried[r.Method+" "+r.Path], "no row for %s %s", r.Method, r.Path)
		}
	}
	for _, path := range []string{"/api/v1/promos/render", "/api/v1/promos/links"} {
		res := h.do(request{method: post, path: path, admin: true, body: body("logo", h.theirs.upload.ID)})
		require.Equal(t, http.StatusUnprocessableEntity, res.Code)
		require.Contains(t, res.Body.String(), "upload_not_found")
	}
	after, err := h.store.Bulk.Get(ctxOf(h, h.theirs), job.ID)
	require.NoError(t, err)
	require.Equal(t, models.BulkChecking, after.State, "nothing of theirs changed")
	r, err := h.store.Templates.Get(ctxOf(h, h.theirs), h.theirs.template.ID)
	require.NoError(t, err)
	require.Equal(t, h.theirs.template.Version, r.Version, "nothing of theirs changed")
}

func TestRenderAnswersTheImage(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body()})
	require.Equal(t, http.StatusOK, res.Code, res.Body.String())
	img, format, err := image.Decode(bytes.NewReader(res.Body.Bytes()))
	require.NoError(t, err)
	require.Equal(t, "jpeg", format)
	require.Equal(t, image.Pt(1080, 1080), img.Bounds().Size())
	require.Equal(t, "image/jpeg", res.Header().Get("Content-Type"))
	require.Equal(t, `attachment; filename="gold-coupon-square.jpg"`, res.Header().Get("Content-Disposition"))
	require.Equal(t, "miss", res.Header().Get("X-Promo-Cache"))
	require.Equal(t, "[]", res.Header().Get("X-Promo-Warnings"))

	again := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body()})
	require.Equal(t, "hit", again.Header().Get("X-Promo-Cache"))
	require.Equal(t, res.Header().Get("ETag"), again.Header().Get("ETag"))
	require.Equal(t, res.Body.Bytes(), again.Body.Bytes())

	long := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body("values", with("headline", strings.Repeat("Überraschungs", 6)))})
	if long.Code == http.StatusOK {
		require.Contains(t, long.Header().Get("X-Promo-Warnings"), "text_fit_failed")
	} else {
		require.Contains(t, long.Body.String(), "too_long")
	}
}

// P6: with the CRM away nothing is rendered, and the answer says so.
func TestCouponCannotBeVerified(t *testing.T) {
	h := newHarness(t)
	h.crm.Close()
	for _, path := range []string{"/api/v1/promos/render", "/api/v1/promos/links"} {
		res := h.do(request{method: post, path: path, admin: true, body: body()})
		require.Equal(t, http.StatusServiceUnavailable, res.Code, res.Body.String())
		require.Contains(t, res.Body.String(), `"coupon_unverified"`)
		require.NotEmpty(t, res.Header().Get("Retry-After"))
	}
	res := h.do(request{method: get, path: "/api/v1/coupons/check?code=GOLD35", admin: true})
	require.Equal(t, http.StatusOK, res.Code)
	require.Contains(t, res.Body.String(), `"unavailable"`)
}

// R5: the examples of the demo's templates make a finished picture.
func TestDemoCouponsAreValid(t *testing.T) {
	h := newHarness(t)
	for _, d := range demo.Catalog() {
		meta := d.Meta()
		for _, f := range meta.Fields {
			if f.Coupon {
				res := h.do(request{method: get, path: "/api/v1/coupons/check?code=" + f.Sample, admin: true})
				require.Contains(t, res.Body.String(), `"outcome":"valid"`, d.Slug)
			}
		}
	}
}

func TestSignedAddresses(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: post, path: "/api/v1/promos/links", admin: true, body: body("format", "png", "size", "wide")})
	require.Equal(t, http.StatusOK, res.Code, res.Body.String())
	var out struct {
		URL       string    `json:"url"`
		ExpiresAt time.Time `json:"expires_at"`
	}
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &out))
	link, err := url.Parse(out.URL)
	require.NoError(t, err)
	open := func(path string) *httptest.ResponseRecorder { return h.do(request{method: get, path: path}) }

	img := open(link.RequestURI())
	require.Equal(t, http.StatusOK, img.Code, img.Body.String())
	require.Equal(t, "image/png", img.Header().Get("Content-Type"))
	seen := h.do(request{method: get, path: link.RequestURI(), header: map[string]string{"If-None-Match": img.Header().Get("ETag")}})
	require.Equal(t, http.StatusNotModified, seen.Code)

	for name, change := range map[string]func(url.Values){
		"a value":     func(q url.Values) { q.Set("v.headline", "Free money") },
		"the tenant":  func(q url.Values) { q.Set("o", h.theirs.tenant.ID) },
		"the expiry":  func(q url.Values) { q.Set("e", "99999999999") },
		"one more":    func(q url.Values) { q.Set("v.extra", "x") },
		"a twin":      func(q url.Values) { q.Add("t", "their-coupon") },
		"a signature": func(q url.Values) { q.Del("s") },
	} {
		q := link.Query()
		change(q)
		require.Equal(t, http.StatusNotFound, open(link.Path+"?"+q.Encode()).Code, name)
	}
	require.Equal(t, http.StatusNotFound, open("/i/promo.jpg?"+link.RawQuery).Code, "another format")
	visitor := h.do(request{method: get, path: "/i/promo.jpg?" + link.RawQuery, header: map[string]string{"Accept": "text/html,*/*"}})
	require.Equal(t, http.StatusNotFound, visitor.Code)
	require.Contains(t, visitor.Body.String(), "Ask whoever sent you the link")

	var detail struct {
		Backgrounds map[string]struct {
			URL string `json:"url"`
		} `json:"backgrounds"`
	}
	res = h.do(request{method: get, path: "/api/v1/templates/gold-coupon", admin: true})
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &detail))
	file := detail.Backgrounds["square"].URL
	require.Equal(t, http.StatusOK, open(file).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Replace(file, "/backgrounds/", "/uploads/", 1)).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Split(file, "?")[0]).Code)
	require.Equal(t, http.StatusNotFound, open(strings.Replace(file, h.ours.tenant.ID, h.theirs.tenant.ID, 1)).Code)
}
