package api_test

import (
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/models"
)

// templateRows are the rows of templates. The writes come last and build on each other.
func (h *harness) templateRows() []scenario {
	const list = "/api/v1/templates"
	template, theirs := list+"/"+h.ours.template.ID, list+"/"+h.theirs.template.ID
	version, meta := h.ours.template.Version, h.ours.template.Published.Meta
	hide := map[string]bool{"visible_web": false}
	draft := map[string]any{"meta": meta, "backgrounds": map[string]string{}}
	notHere := []string{`"template_not_found"`}
	small := map[string]any{"meta": map[string]any{
		"schema": 1, "slug": "small", "name": "Small", "category": "test",
		"fields": []any{map[string]any{"name": "text", "label": "Text", "kind": "text", "sample": "Hello"}},
		"sizes":  []any{map[string]any{"name": "strip", "label": "Strip", "width": 400, "height": 200, "background": "strip.png", "layers": []any{}}},
	}, "backgrounds": map[string]string{"strip.png": h.sized(400, 200)}}
	unpublished := []string{`"not_published"`}
	ofDraft := map[string]any{"template": "small", "values": map[string]string{"text": "x"}}
	return []scenario{
		{name: "templates", request: request{method: get, path: list, admin: true}, status: 200, expected: []string{`"gold-coupon"`, `"next":null`, `"pending"`}},
		{name: "templates found", request: request{method: get, path: list + "?q=gold&state=published&limit=1", admin: true}, status: 200, expected: []string{`"gold-coupon"`}},
		{name: "drafts", request: request{method: get, path: list + "?state=draft", admin: true}, status: 200, expected: []string{`"items":[]`}},
		{name: "bad limit", request: request{method: get, path: list + "?limit=1000", admin: true}, status: 422, expected: []string{`"name":"limit"`}},
		{name: "bad state", request: request{method: get, path: list + "?state=lost", admin: true}, status: 422, expected: []string{`"name":"state"`}},
		{name: "bad cursor", request: request{method: get, path: list + "?after=lost", admin: true}, status: 422, expected: []string{`"name":"after"`, `"bad_cursor"`}},
		{name: "template by slug", request: request{method: get, path: list + "/gold-coupon", admin: true}, status: 200, expected: []string{`"meta"`, "/files/tenants/" + h.ours.tenant.ID}, headers: map[string]string{"ETag": `"`}},
		{name: "no such template", request: request{method: get, path: list + "/none", admin: true}, status: 404, expected: notHere},
		{name: "their template", request: request{method: get, path: theirs, admin: true}, status: 404, foreign: true, expected: notHere},
		{name: "their template by slug", request: request{method: get, path: list + "/their-coupon", admin: true}, status: 404, foreign: true, expected: notHere},

		{name: "new template", request: request{method: post, path: list, admin: true, body: small}, status: 201, expected: []string{`"small"`, `"draft":{`, `"meta":null`}, headers: map[string]string{"Location": list + "/", "ETag": `"`}},
		{name: "new template with mistakes", request: request{method: post, path: list, admin: true, body: map[string]any{"meta": map[string]any{"slug": "Bad Slug"}}}, status: 422, expected: []string{`"slug"`, `"sizes"`}},
		{name: "new template again", request: request{method: post, path: list, admin: true, body: small}, status: 409, expected: []string{`"slug_taken"`}},
		{name: "example of a draft", request: request{method: get, path: list + "/small/example.csv", admin: true}, status: 409, expected: unpublished},
		{name: "image of a draft", request: request{method: post, path: "/api/v1/promos/render", admin: true, body: ofDraft}, status: 409, expected: unpublished},
		{name: "link to a draft", request: request{method: post, path: "/api/v1/promos/links", admin: true, body: ofDraft}, status: 409, expected: unpublished},
		{name: "visit of a link to a draft", request: request{method: get, path: h.link("small", map[string]string{"text": "x"})}, status: 409, expected: unpublished},
		{name: "preview of a draft", request: form(h.t, bulkPath+"/preview", map[string]string{"template": "small"}, "values.csv", []byte("text\nx\n")), status: 409, expected: unpublished},
		{name: "job of a draft", request: form(h.t, bulkPath, map[string]string{"template": "small"}, "values.csv", []byte("text\nx\n")), status: 409, expected: unpublished},
		{name: "patch without version", request: request{method: patch, path: template, admin: true, body: hide}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "patch of an old version", request: request{method: patch, path: template, admin: true, body: hide, header: tag(99)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "patch of no version", request: request{method: patch, path: template, admin: true, body: hide, header: map[string]string{"If-Match": `W/"x"`}}, status: 412, expected: []string{`"version_changed"`}},
		{name: "patch theirs", request: request{method: patch, path: theirs, admin: true, body: hide, header: tag(1)}, status: 404, foreign: true, expected: notHere},
		{name: "draft without version", request: request{method: put, path: template + "/draft", admin: true, body: draft}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "draft of an old version", request: request{method: put, path: template + "/draft", admin: true, body: draft, header: tag(99)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "draft with another slug", request: request{method: put, path: template + "/draft", admin: true, body: small, header: tag(version)}, status: 422, expected: []string{`"meta.slug"`, `"slug_fixed"`}},
		{name: "draft of theirs", request: request{method: put, path: theirs + "/draft", admin: true, body: draft, header: tag(1)}, status: 404, foreign: true, expected: notHere},
		{name: "publish without version", request: request{method: post, path: template + "/publish", admin: true}, status: 428, expected: []string{`"if_match_missing"`}},
		{name: "publish an old version", request: request{method: post, path: template + "/publish", admin: true, header: tag(99)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "publish nothing", request: request{method: post, path: template + "/publish", admin: true, header: tag(version)}, status: 409, expected: []string{`"nothing_to_publish"`}},
		{name: "publish theirs", request: request{method: post, path: theirs + "/publish", admin: true, header: tag(1)}, status: 404, foreign: true, expected: notHere},

		{name: "patch", request: request{method: patch, path: template, admin: true, body: hide, header: tag(version)}, status: 200, expected: []string{`"visible_web":false`}, headers: map[string]string{"ETag": `"`}},
		{name: "patch again", request: request{method: patch, path: template, admin: true, body: hide, header: tag(version)}, status: 412, expected: []string{`"version_changed"`}},
		{name: "draft", request: request{method: put, path: template + "/draft", admin: true, body: draft, header: tag(version + 1)}, status: 200, expected: []string{`"has_draft":true`}},
		{name: "publish", request: request{method: post, path: template + "/publish", admin: true, header: tag(version + 2)}, status: 200, expected: []string{`"has_draft":false`, `"published_version":2`}},
	}
}

// renderRows are the rows of rendering and what it needs.
func (h *harness) renderRows() []scenario {
	const render, links, check, uploads = "/api/v1/promos/render", "/api/v1/promos/links", "/api/v1/coupons/check", "/api/v1/uploads"
	const checks = "/api/v1/coupons/checks"
	theirs := body("template", h.theirs.template.ID)
	theirLogo := body("logo", h.theirs.upload.ID)
	require.NoError(h.t, h.store.Coupons.Record(ctxOf(h, h.theirs), &models.CouponCheck{Code: "THEIRCODE", Outcome: "valid", Source: "web"}))
	return []scenario{
		{name: "image", request: request{method: post, path: render, admin: true, body: body()}, status: 200, expected: []string{"JFIF"}, headers: map[string]string{"Content-Type": "image/jpeg", "X-Promo-Warnings": "[]"}},
		{name: "no template named", request: request{method: post, path: render, admin: true, body: map[string]any{}}, status: 422, expected: []string{`"name":"template"`}},
		{name: "unknown template", request: request{method: post, path: render, admin: true, body: body("template", "none")}, status: 404, expected: []string{`"template_not_found"`}},
		{name: "unknown size", request: request{method: post, path: render, admin: true, body: body("size", "banner")}, status: 422, expected: []string{`"name":"size"`}},
		{name: "unknown format and scale", request: request{method: post, path: render, admin: true, body: body("format", "gif", "scale", 3)}, status: 422, expected: []string{`"name":"format"`, `"name":"scale"`}},
		{name: "missing value", request: request{method: post, path: render, admin: true, body: body("values", map[string]string{"code": "GOLD35"})}, status: 422, expected: []string{`"values.headline"`, `"required"`}},
		{name: "script that needs shaping", request: request{method: post, path: render, admin: true, body: body("values", with("headline", "تخفيض"))}, status: 422, expected: []string{`"values.headline"`, `"unsupported_script"`}},
		{name: "expired coupon", request: request{method: post, path: render, admin: true, body: body("values", with("code", "EXPIRED10"))}, status: 422, expected: []string{`"values.code"`, `"coupon_invalid"`, "expired"}},
		{name: "unknown coupon", request: request{method: post, path: render, admin: true, body: body("values", with("code", "NOSUCH"))}, status: 422, expected: []string{`"values.code"`}},
		{name: "unknown upload as logo", request: request{method: post, path: render, admin: true, body: body("logo", "none-such")}, status: 422, expected: []string{`"name":"logo"`}},
		{name: "image of their template", request: request{method: post, path: render, admin: true, body: theirs}, status: 404, foreign: true, expected: []string{`"template_not_found"`}},
		{name: "image with their logo", request: request{method: post, path: render, admin: true, body: theirLogo}, status: 422, expected: []string{`"upload_not_found"`}},
		{name: "link", request: request{method: post, path: links, admin: true, body: body("format", "png")}, status: 200, expected: []string{`"url"`, "/i/promo.png?", `"expires_at"`}},
		{name: "link with a mistake", request: request{method: post, path: links, admin: true, body: body("size", "banner")}, status: 422, expected: []string{`"name":"size"`}},
		{name: "link to their template", request: request{method: post, path: links, admin: true, body: body("template", "their-coupon")}, status: 404, foreign: true, expected: []string{`"template_not_found"`}},
		{name: "link with their logo", request: request{method: post, path: links, admin: true, body: theirLogo}, status: 422, expected: []string{`"upload_not_found"`}},

		{name: "coupon check", request: request{method: get, path: check + "?code=gold35", admin: true}, status: 200, expected: []string{`"valid"`, `"percent"`, `"35"`}},
		{name: "expired coupon check", request: request{method: get, path: check + "?code=EXPIRED10", admin: true}, status: 200, expected: []string{`"invalid"`, `"expired"`}},
		{name: "malformed coupon check", request: request{method: get, path: check + "?code=" + strings.Repeat("A", 100), admin: true}, status: 200, expected: []string{`"invalid"`, `"malformed"`}},
		{name: "coupon check of nothing", request: request{method: get, path: check, admin: true}, status: 422, expected: []string{`"name":"code"`}},

		{name: "code tried", request: request{method: post, path: checks, admin: true, body: map[string]string{"code": "GOLD35"}}, status: 200, expected: []string{`"valid"`, `"percent"`}},
		{name: "no code tried", request: request{method: post, path: checks, admin: true, body: map[string]string{"code": ""}}, status: 422, expected: []string{`"name":"code"`}},
		{name: "code tried by nobody", request: request{method: post, path: checks, body: map[string]string{"code": "GOLD35"}}, status: 401, expected: []string{`"sign_in"`}},
		{name: "coupon checks", request: request{method: get, path: checks, admin: true}, status: 200, expected: []string{`"code":"GOLD35"`, `"source":"try"`, `"source":"web"`, `"person":"The `}, forbidden: []string{"THEIRCODE", "AAAAA"}},
		{name: "coupon checks that are narrowed", request: request{method: get, path: checks + "?outcome=invalid&source=web,try&code=exp&from=2026-01-01T00:00:00Z", admin: true}, status: 200, expected: []string{`"code":"EXPIRED10"`, `"reason":"expired"`}, forbidden: []string{"GOLD35", "NOSUCH", "gold35"}},
		{name: "coupon checks of an unknown outcome", request: request{method: get, path: checks + "?outcome=maybe", admin: true}, status: 422, expected: []string{`"name":"outcome"`}},
		{name: "coupon checks of an unknown source", request: request{method: get, path: checks + "?source=mail", admin: true}, status: 422, expected: []string{`"name":"source"`}},
		{name: "coupon checks from no moment", request: request{method: get, path: checks + "?from=monday", admin: true}, status: 422, expected: []string{`"name":"from"`}},
		{name: "too many coupon checks", request: request{method: get, path: checks + "?limit=1000", admin: true}, status: 422, expected: []string{`"name":"limit"`}},
		{name: "coupon checks for nobody", request: request{method: get, path: checks}, status: 401, expected: []string{`"sign_in"`}},

		{name: "upload", request: form(h.t, uploads, nil, "picture.png", picture(h.t, 30, 20)), status: 201, expected: []string{`"width":30`, `"png"`, "/files/tenants/" + h.ours.tenant.ID}},
		{name: "upload that is no form", request: request{method: post, path: uploads, admin: true, body: map[string]string{}}, status: 415, expected: []string{`"not_multipart"`}},
		{name: "upload without a file", request: form(h.t, uploads, map[string]string{"other": "x"}, "", nil), status: 422, expected: []string{`"name":"file"`}},
		{name: "brand", request: request{method: get, path: "/api/v1/brand", admin: true}, status: 200, expected: []string{`"The ours"`, `"logo":null`}},
		{name: "brand of nobody", request: request{method: get, path: "/api/v1/brand"}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"The ours"}},
		{name: "fonts", request: request{method: get, path: "/api/v1/fonts", admin: true}, status: 200, expected: []string{`"montserrat"`, "/fonts/"}},
		{name: "fonts for nobody", request: request{method: get, path: "/api/v1/fonts"}, status: 401, expected: []string{`"sign_in"`}, forbidden: []string{"montserrat"}},
	}
}
