package api_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi/datamodel"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api"
	"github.com/promostack/promostack/api/openapi"
	"github.com/promostack/promostack/internal/engine/render"
)

// D4: the document is one by the specification's own schema, each of its schemas is one, and
// whatever it refers to is there.
func TestTheDocumentIsValid(t *testing.T) {
	h := newHarness(t)
	c := h.conformance
	specification, err := jsonschema.UnmarshalJSON(strings.NewReader(datamodel.OpenAPI31SchemaData))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("specification.json", specification))
	schema, err := compiler.Compile("specification.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(c.raw))
	require.NoError(t, err)
	require.NoError(t, schema.Validate(document))
	require.Equal(t, openapi.Version, c.doc.OpenAPI)

	walk(document, "", func(at string, object map[string]any) {
		if ref, ok := object["$ref"].(string); ok {
			require.NotNil(t, find(document, strings.TrimPrefix(ref, "#")), "%s refers to %s", at, ref)
		}
		if inner, ok := object["schema"].(map[string]any); ok {
			_, err := c.schema(at + "/schema")
			require.NoError(t, err, "%s: %v", at, inner)
		}
	})
	for name := range c.doc.Components.Schemas {
		_, err := c.schema("/components/schemas/" + name)
		require.NoError(t, err, name)
	}
}

// walk visits every object of a JSON value with its pointer.
func walk(value any, at string, visit func(at string, object map[string]any)) {
	switch v := value.(type) {
	case map[string]any:
		visit(at, v)
		for name, inner := range v {
			walk(inner, at+"/"+pointer(name), visit)
		}
	case []any:
		for i, inner := range v {
			walk(inner, at+"/"+strconv.Itoa(i), visit)
		}
	}
}

// find follows a JSON pointer through objects.
func find(value any, at string) any {
	for _, part := range strings.Split(at, "/")[1:] {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(part)]
	}
	return value
}

// Every route is in the document, nothing else is, and each says what it is for.
func TestTheDocumentIsComplete(t *testing.T) {
	h := newHarness(t)
	ids, described := map[string]string{}, 0
	for path, item := range h.conformance.doc.Paths {
		for method, op := range item {
			name := method + " " + path
			described++
			require.Empty(t, ids[op.ID], "%s has the id of another", name)
			ids[op.ID] = name
			require.NotEmpty(t, op.Summary, name)
			require.Len(t, op.Tags, 1, name)
			good := slices.ContainsFunc(slices.Collect(maps.Keys(op.Responses)), func(status string) bool { return status[0] == '2' || status[0] == '3' })
			require.True(t, good, "%s never ends well", name)
			for _, status := range []string{"400", "500", "503"} {
				require.Contains(t, op.Responses, status, name)
			}
		}
	}
	require.Len(t, h.server.Table(), described)

	table := h.server.Table()
	missing := append(table, api.Route{Method: get, Path: "/api/v1/new"})
	_, err := api.Describe(missing, api.Areas(), "test")
	require.ErrorContains(t, err, "GET /api/v1/new has no description")
	_, err = api.Describe(table[1:], api.Areas(), "test")
	require.ErrorContains(t, err, "GET /healthz is described and is no route")
	_, err = api.Describe(table, append(api.Areas(), api.Areas()...), "test")
	require.ErrorContains(t, err, "described twice")
}

// What the table of routes says is in the document without being said again.
func TestTheDocumentFollowsTheTable(t *testing.T) {
	h := newHarness(t)
	parameters := func(method, path string) []string {
		var out []string
		for _, p := range h.conformance.doc.Paths[path][method].Parameters {
			out = append(out, p.In+" "+p.Name)
		}
		return out
	}
	statuses := func(method, path string) []string {
		return slices.Sorted(maps.Keys(h.conformance.doc.Paths[path][method].Responses))
	}
	publish := "/api/v1/templates/{template}/publish"
	require.Equal(t, []string{"path template", "header If-Match", "header Idempotency-Key"}, parameters("post", publish))
	require.Equal(t, []string{"200", "400", "401", "403", "404", "409", "412", "413", "422", "428", "429", "500", "503"}, statuses("post", publish))
	require.Equal(t, []string{"200", "400", "500", "503"}, statuses("get", "/healthz"))
	require.Equal(t, []map[string][]string{{"session": {}}}, h.conformance.doc.Paths[publish]["post"].Security)
	require.Empty(t, h.conformance.doc.Paths["/healthz"]["get"].Security)
	for _, r := range h.server.Table() {
		require.Equal(t, r.Permission, h.conformance.of(r).Permission, "%s %s", r.Method, r.Path)
	}

	// The document on the wire is whole without signing in, on both hosts.
	for _, host := range []string{"127.0.0.1:8080", "dash.localhost:8080"} {
		res := h.do(request{method: get, path: "/api/openapi.json", host: host})
		require.Equal(t, http.StatusOK, res.Code)
		require.Equal(t, h.conformance.raw, res.Body.Bytes())
	}
	require.Equal(t, http.StatusForbidden, h.do(request{method: get, path: "/api/openapi.json", host: "evil.example"}).Code)
	require.NotContains(t, string(h.conformance.raw), h.ours.tenant.ID)

	// The schema of templates is the one that is published alone.
	var alone, inside map[string]any
	require.NoError(t, json.Unmarshal(render.Schema(), &alone))
	require.NoError(t, json.Unmarshal(h.conformance.doc.Components.Schemas["Template"], &inside))
	delete(alone, "$schema")
	require.Equal(t, alone, inside)
}

// The checks that every test relies on find what is wrong.
func TestConformanceFindsLies(t *testing.T) {
	h := newHarness(t)
	c := h.conformance
	bulk := "/components/schemas/Note"
	require.NoError(t, c.valid(bulk, []byte(`{"code":"a","message":"b","remedy":""}`)))
	for name, lie := range map[string]string{
		"a field more":  `{"code":"a","message":"b","remedy":"","more":1}`,
		"a field less":  `{"code":"a","message":"b"}`,
		"another type":  `{"code":1,"message":"b","remedy":""}`,
		"null":          `{"code":null,"message":"b","remedy":""}`,
		"no JSON":       `{`,
		"another value": `[]`,
	} {
		require.Error(t, c.valid(bulk, []byte(lie)), name)
	}
	require.Error(t, c.valid("/components/schemas/Session", []byte(`{"signed_in":true,"methods":[],"sandbox":false,"expires_at":"soon"}`)), "no time")

	op := c.doc.Paths["/healthz"]["get"]
	res := h.do(request{method: get, path: "/healthz"})
	require.NoError(t, c.checkResponse(op, res))
	res.Code = http.StatusTeapot
	require.ErrorContains(t, c.checkResponse(op, res), "the status is not documented")
	res.Code = http.StatusOK
	res.Header().Set("Content-Type", "text/plain")
	require.ErrorContains(t, c.checkResponse(op, res), "the media type text/plain is not documented")
	res.Header().Del("X-Request-Id")
	require.ErrorContains(t, c.checkResponse(op, res), "the header X-Request-Id is missing")
}

// So do the checks of requests.
func TestConformanceFindsUndocumentedRequests(t *testing.T) {
	h := newHarness(t)
	c := h.conformance
	template := "/api/v1/templates/" + h.ours.template.ID
	for name, lie := range map[string]struct {
		request request
		want    string
	}{
		"a parameter more":  {request{method: get, path: "/api/v1/templates?colour=red", admin: true}, "undocumented parameters"},
		"another value":     {request{method: get, path: "/api/v1/templates?state=lost", admin: true}, "the query parameter state"},
		"no number":         {request{method: get, path: "/api/v1/templates?limit=many", admin: true}, "the query parameter limit"},
		"no parameter":      {request{method: get, path: "/api/v1/coupons/check", admin: true}, "the query parameter code is missing"},
		"no version":        {request{method: patch, path: template, admin: true, body: map[string]any{}}, "the header parameter If-Match is missing"},
		"a field more":      {request{method: patch, path: template, admin: true, body: map[string]any{"colour": "red"}, header: tag(1)}, "colour"},
		"another type":      {request{method: post, path: "/api/v1/promos/render", admin: true, body: body("scale", "2")}, "scale"},
		"a field less":      {request{method: post, path: "/api/v1/promos/render", admin: true, body: map[string]any{}}, "template"},
		"another form":      {form(t, bulkPath, map[string]string{"template": "x", "scale": "9"}, "a.csv", []byte("x")), "scale"},
		"a form's file":     {form(t, bulkPath, map[string]string{"template": "x"}, "", nil), "file"},
		"another body":      {request{method: post, path: bulkPath, admin: true, body: map[string]any{}}, "the media type application/json is not documented"},
		"a long key":        {keyed(form(t, "/api/v1/uploads", nil, "a.png", []byte("x")), strings.Repeat("k", 201)), "Idempotency-Key"},
		"nobody":            {request{method: get, path: "/api/v1/brand"}, "no session"},
		"a broken template": {request{method: post, path: "/api/v1/templates", admin: true, body: map[string]any{"meta": map[string]any{"slug": "Bad Slug"}}}, "slug"},
	} {
		req, sent := h.httpRequest(t.Context(), lie.request)
		require.ErrorContains(t, c.checkRequest(c.operation(req), req, sent), lie.want, name)
	}
}

// Temporal's own handler answers what it can't read in plain text, and the document says so.
func TestPlainRefusalsOfTheCodec(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: post, path: "/codec/decode", admin: true, body: []byte("{")})
	require.Equal(t, http.StatusBadRequest, res.Code)
	require.Contains(t, res.Header().Get("Content-Type"), "text/plain")
	require.Contains(t, h.conformance.doc.Paths["/codec/{operation}"]["post"].Responses["400"].Content, "text/plain")
}
