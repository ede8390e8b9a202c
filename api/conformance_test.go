package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/api"
	"github.com/promostack/promostack/api/access"
)

// conformance holds what the API does against its published document. It is safe for concurrent
// use.
type conformance struct {
	raw        []byte
	routes     *http.ServeMux // finds the operation of a request
	operations map[string]*operation
	doc        published

	mu       sync.Mutex
	compiler *jsonschema.Compiler
	compiled map[string]*jsonschema.Schema
}

// published is what the checks read of the document.
type published struct {
	OpenAPI    string                           `json:"openapi"`
	Paths      map[string]map[string]*operation `json:"paths"`
	Components struct {
		Schemas   map[string]json.RawMessage `json:"schemas"`
		Responses map[string]response        `json:"responses"`
		Headers   map[string]header          `json:"headers"`
	} `json:"components"`
}

type operation struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Security    []map[string][]string `json:"security"`
	Parameters  []parameter           `json:"parameters"`
	RequestBody *response             `json:"requestBody"`
	Responses   map[string]response   `json:"responses"`
	Permission  access.Permission     `json:"x-permission"`
	at          string                // JSON pointer
}

type parameter struct {
	Name     string
	In       string
	Required bool
	Schema   struct{ Type any }
}

// takes reports whether the operation has a parameter of that name.
func (o *operation) takes(name string) bool {
	return slices.ContainsFunc(o.Parameters, func(p parameter) bool { return p.Name == name })
}

type response struct {
	Ref      string                     `json:"$ref"`
	Required bool                       `json:"required"` // of a request's body
	Headers  map[string]header          `json:"headers"`
	Content  map[string]json.RawMessage `json:"content"`
}

type header struct {
	Ref      string `json:"$ref"`
	Required bool   `json:"required"`
}

var theConformance struct {
	once sync.Once
	of   *conformance
}

// conformanceOf reads the document as a client does, once for all tests: it is the same in each.
func conformanceOf(t *testing.T, h *harness) *conformance {
	t.Helper()
	theConformance.once.Do(func() {
		res := httptest.NewRecorder()
		h.handler.ServeHTTP(res, httptest.NewRequestWithContext(t.Context(), get, "http://127.0.0.1:8080/api/openapi.json", nil))
		require.Equal(t, http.StatusOK, res.Code, res.Body.String())
		theConformance.of = newConformance(t, h.server.Table(), res.Body.Bytes())
	})
	require.NotNil(t, theConformance.of, "the document could not be read")
	return theConformance.of
}

func newConformance(t *testing.T, table []api.Route, raw []byte) *conformance {
	t.Helper()
	c := &conformance{raw: raw, routes: http.NewServeMux(), operations: map[string]*operation{}, compiled: map[string]*jsonschema.Schema{}, compiler: jsonschema.NewCompiler()}
	require.NoError(t, json.Unmarshal(raw, &c.doc))
	whole, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	require.NoError(t, err)
	c.compiler.AssertFormat()
	require.NoError(t, c.compiler.AddResource("openapi.json", whole))
	for _, r := range table {
		path, op := api.DocumentPath(r.Path), c.of(r)
		require.NotNil(t, op, "%s %s is not in the document", r.Method, r.Path)
		op.at = "/paths/" + pointer(path) + "/" + strings.ToLower(r.Method)
		pattern := r.Method + " " + path
		if strings.Contains(r.Path, "*") {
			pattern = strings.TrimSuffix(pattern, "}") + "...}"
		}
		c.operations[pattern] = op
		c.routes.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	return c
}

// pointer escapes a part of a JSON pointer.
func pointer(part string) string {
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(part)
}

// schema compiles the schema at a JSON pointer of the document.
func (c *conformance) schema(at string) (*jsonschema.Schema, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if s, ok := c.compiled[at]; ok {
		return s, nil
	}
	s, err := c.compiler.Compile("openapi.json#" + (&url.URL{Fragment: at}).EscapedFragment())
	if err == nil {
		c.compiled[at] = s
	}
	return s, err
}

// valid checks JSON against the schema at a pointer.
func (c *conformance) valid(at string, data []byte) error {
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	return c.validValue(at, value)
}

func (c *conformance) validValue(at string, value any) error {
	s, err := c.schema(at)
	if err != nil {
		return err
	}
	return s.Validate(value)
}

// of is the operation of a route.
func (c *conformance) of(r api.Route) *operation {
	return c.doc.Paths[api.DocumentPath(r.Path)][strings.ToLower(r.Method)]
}

// operation finds the operation that a request is for; nil when it is for none.
func (c *conformance) operation(req *http.Request) *operation {
	_, pattern := c.routes.Handler(req)
	return c.operations[pattern]
}

// check fails the test when the answer, or the request if it was accepted, is not as the document
// says. It is called from many goroutines, so it does not end the test.
func (c *conformance) check(t *testing.T, req *http.Request, body []byte, res *httptest.ResponseRecorder) {
	t.Helper()
	op := c.operation(req)
	complain := func(what string, err error) {
		if err != nil {
			t.Errorf("%s %s answers %d, and %s is not as the document says: %v", req.Method, req.URL.Path, res.Code, what, err)
		}
	}
	if op == nil {
		if res.Code >= http.StatusBadRequest {
			complain("the problem", c.valid("/components/schemas/Problem", res.Body.Bytes()))
		}
		return
	}
	complain("the answer", c.checkResponse(op, res))
	if res.Code < http.StatusBadRequest {
		complain("the request", c.checkRequest(op, req, body))
	}
}

func (c *conformance) checkResponse(op *operation, res *httptest.ResponseRecorder) error {
	at := op.at + "/responses/" + strconv.Itoa(res.Code)
	found, ok := op.Responses[strconv.Itoa(res.Code)]
	if !ok {
		return fmt.Errorf("the status is not documented: %s", res.Body)
	}
	if name, is := strings.CutPrefix(found.Ref, "#/components/responses/"); is {
		at, found = "/components/responses/"+name, c.doc.Components.Responses[name]
	}
	for name, about := range found.Headers {
		if shared, is := strings.CutPrefix(about.Ref, "#/components/headers/"); is {
			about = c.doc.Components.Headers[shared]
		}
		if about.Required && res.Header().Get(name) == "" && res.Header().Get("Idempotent-Replayed") == "" {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	if len(found.Content) == 0 {
		if res.Body.Len() > 0 {
			return fmt.Errorf("it has a body: %s", res.Body)
		}
		return nil
	}
	kind, media, err := mediaType(found, res.Header().Get("Content-Type"))
	if err != nil {
		return err
	}
	body, err := unpacked(res)
	if err != nil {
		return err
	}
	if kind == "application/json" || strings.HasSuffix(kind, "+json") {
		return c.valid(at+"/content/"+pointer(media)+"/schema", body)
	}
	return nil
}

// mediaType finds which of the documented media types, or ranges of them, a body has.
func mediaType(r response, given string) (kind, media string, err error) {
	kind, _, err = mime.ParseMediaType(given)
	if err != nil {
		return "", "", fmt.Errorf("the media type is %q: %w", given, err)
	}
	family, _, _ := strings.Cut(kind, "/")
	for _, media := range []string{kind, family + "/*"} {
		if _, ok := r.Content[media]; ok {
			return kind, media, nil
		}
	}
	return "", "", fmt.Errorf("the media type %s is not documented", kind)
}

func unpacked(res *httptest.ResponseRecorder) ([]byte, error) {
	if res.Header().Get("Content-Encoding") != "gzip" {
		return res.Body.Bytes(), nil
	}
	r, err := gzip.NewReader(bytes.NewReader(res.Body.Bytes()))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func (c *conformance) checkRequest(op *operation, req *http.Request, body []byte) error {
	if err := c.checkParameters(op, req); err != nil {
		return err
	}
	if op.RequestBody == nil || len(body) == 0 && !op.RequestBody.Required {
		return nil
	}
	kind, media, err := mediaType(*op.RequestBody, req.Header.Get("Content-Type"))
	if err != nil {
		return err
	}
	at := op.at + "/requestBody/content/" + pointer(media) + "/schema"
	if kind != "multipart/form-data" {
		return c.valid(at, body)
	}
	form, err := c.form(at, req.Header.Get("Content-Type"), body)
	if err != nil {
		return err
	}
	return c.validValue(at, form)
}

// form reads a multipart form as the object that its schema describes.
func (c *conformance) form(at, contentType string, body []byte) (map[string]any, error) {
	_, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		return nil, err
	}
	out := map[string]any{}
	parts := multipart.NewReader(bytes.NewReader(body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		out[part.FormName()] = c.textValue(at+"/properties/"+pointer(part.FormName()), string(data))
	}
}

// textValue reads a text as a number where its schema wants one.
func (c *conformance) textValue(at, text string) any {
	if n, err := strconv.Atoi(text); err == nil && c.validValue(at, json.Number(text)) == nil {
		return json.Number(strconv.Itoa(n))
	}
	return text
}

func (c *conformance) checkParameters(op *operation, req *http.Request) error {
	query := req.URL.Query()
	open := false // the query may have names that the document does not know
	for i, p := range op.Parameters {
		text, given := "", false
		switch p.In {
		case "query":
			if p.Schema.Type == "object" {
				open = true
				continue
			}
			given = query.Has(p.Name)
			text = query.Get(p.Name)
			query.Del(p.Name)
		case "header":
			text = req.Header.Get(p.Name)
			given = text != ""
		default:
			continue
		}
		if !given {
			if p.Required {
				return fmt.Errorf("the %s parameter %s is missing", p.In, p.Name)
			}
			continue
		}
		at := fmt.Sprintf("%s/parameters/%d/schema", op.at, i)
		if err := c.validValue(at, c.textValue(at, text)); err != nil {
			return fmt.Errorf("the %s parameter %s: %w", p.In, p.Name, err)
		}
	}
	if len(query) > 0 && !open {
		return fmt.Errorf("the query has undocumented parameters: %v", query)
	}
	anonymous := len(op.Security) == 0 || slices.ContainsFunc(op.Security, func(s map[string][]string) bool { return len(s) == 0 })
	if _, err := req.Cookie(access.CookieName); err != nil && !anonymous {
		return fmt.Errorf("it has no session")
	}
	return nil
}
