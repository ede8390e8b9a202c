package api_test

import (
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/models"
)

// tenantRows are the rows of the platform's tenants. Admins see all of them, so these answers are about theirs too.
func (h *harness) tenantRows() []scenario {
	const path, switching = "/api/v1/admin/tenants", "/api/v1/admin/session/tenant"
	h.t.Helper()
	create := func(slug string, kind models.TenantKind) *models.Tenant {
		row := &models.Tenant{Slug: slug, Name: "The " + slug, Kind: kind}
		require.NoError(h.t, h.store.Tenants.Create(h.t.Context(), row))
		return row
	}
	demo, gone, other := create("demo", models.KindDemo), create("gone", models.KindDemo), create("other", models.KindClient)
	_, err := h.owners.Remove(h.t.Context(), gone.ID)
	require.NoError(h.t, err)
	draft := func(fields map[string]string, file []byte) request { return form(h.t, path, fields, "logo.png", file) }
	nobody := draft(map[string]string{"name": "Nobody's"}, nil)
	nobody.admin = false
	to := func(id string) request {
		return request{method: post, path: switching, admin: true, body: map[string]string{"tenant_id": id}}
	}
	rows := []scenario{
		{name: "tenants", request: request{method: get, path: path, admin: true}, status: 200, expected: []string{`"The ours"`, `"kind":"demo"`, `"state":"going"`}},
		{name: "tenants of nobody", request: request{method: get, path: path}, status: 401, expected: []string{`"sign_in"`}},
		{name: "tenant", request: draft(map[string]string{"name": "  Café  Łódź 24 "}, picture(h.t, 30, 20)), status: 201, expected: []string{`"name":"Café Łódź 24"`, `"slug":"cafe-odz-24"`, `"state":"new"`, `"kind":"client"`}},
		{name: "tenant of the same name", request: draft(map[string]string{"name": "Café Łódź 24"}, nil), status: 201, expected: []string{`"slug":"cafe-odz-24-2"`}},
		{name: "tenant with a short name", request: draft(map[string]string{"name": "Short", "slug": "s-1"}, nil), status: 201, expected: []string{`"slug":"s-1"`}},
		{name: "tenant of nobody", request: nobody, status: 401, expected: []string{`"sign_in"`}},
		{name: "tenant without a name", request: draft(map[string]string{"name": " \u200b "}, nil), status: 422, expected: []string{`"name":"name"`, `"required"`}},
		{name: "tenant with a bad short name", request: draft(map[string]string{"name": "X", "slug": "Not-Small"}, nil), status: 422, expected: []string{`"name":"slug"`, `"malformed"`}},
		{name: "tenant with a short name that is taken", request: draft(map[string]string{"name": "X", "slug": "ours"}, nil), status: 422, expected: []string{`"slug_taken"`}},
		{name: "tenant with more", request: draft(map[string]string{"name": "X", "kind": "demo"}, nil), status: 422, expected: []string{`"name":"kind"`, `"unknown_field"`}},
		{name: "tenant with a logo that is none", request: draft(map[string]string{"name": "Broken logo"}, []byte("no picture")), status: 415, expected: []string{`"image_unsupported"`}},
		{name: "tenant that is no form", request: request{method: post, path: path, admin: true, body: map[string]string{"name": "X"}}, status: 415, expected: []string{`"not_multipart"`}},

		{name: "session in another tenant", request: to(other.ID), status: 200, expected: []string{`"The other"`, `"signed_in":true`}, forbidden: []string{`"moved"`}, headers: map[string]string{"Set-Cookie": "HttpOnly"}},
		{name: "session in no tenant", request: to(models.NewID()), status: 422, expected: []string{`"name":"tenant_id"`}},
		{name: "session in a tenant that goes", request: to(gone.ID), status: 409, expected: []string{`"tenant_gone"`}},
		{name: "session of nobody in a tenant", request: request{method: post, path: switching, body: map[string]string{"tenant_id": other.ID}}, status: 401, expected: []string{`"sign_in"`}},

		{name: "removal of what is no demo", request: request{method: del, path: path + "/" + other.ID, admin: true}, status: 409, expected: []string{`"tenant_no_demo"`}},
		{name: "removal of nothing", request: request{method: del, path: path + "/" + models.NewID(), admin: true}, status: 404, expected: []string{`"tenant_not_found"`}},
		{name: "removal by nobody", request: request{method: del, path: path + "/" + demo.ID}, status: 401, expected: []string{`"sign_in"`}},
		{name: "removal", request: request{method: del, path: path + "/" + demo.ID, admin: true}, status: 202, expected: []string{`"The demo"`, `"state":"going"`}},
		{name: "removal once more", request: request{method: del, path: path + "/" + demo.ID, admin: true}, status: 202, expected: []string{`"state":"going"`}},
	}
	for i := range rows {
		rows[i].everybodys = true
	}
	return rows
}
