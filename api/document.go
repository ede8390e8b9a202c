package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/admin"
	forexapi "github.com/promostack/promostack/api/forex"
	homeapi "github.com/promostack/promostack/api/home"
	"github.com/promostack/promostack/api/httpx"
	journeysapi "github.com/promostack/promostack/api/journeys"
	"github.com/promostack/promostack/api/live"
	"github.com/promostack/promostack/api/openapi"
	promoapi "github.com/promostack/promostack/api/promo"
	telegramapi "github.com/promostack/promostack/api/telegram"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// areas are the descriptions of all routes.
func areas() []openapi.Area {
	about := openapi.Area{Name: "About", Text: "What the API itself is.", Routes: map[string]openapi.Description{
		"GET /api/openapi.json": {
			ID: "describe", Summary: "This document",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "An OpenAPI document.", Content: openapi.JSON(openapi.Is(&openapi.Schema{Type: openapi.Types{"object"}}))}},
		},
		"GET /api/schema/template.json": {
			ID: "templateSchema", Summary: "The JSON Schema of template metadata",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The schema, which is Template in this document.",
				Content: map[string]openapi.Content{"application/schema+json": openapi.Is(&openapi.Schema{Type: openapi.Types{"object"}})}}},
		},
		"GET /api/schema/journey.json": {
			ID: "journeySchema", Summary: "The JSON Schema of journeys' definitions",
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The schema, which is JourneyDefinition in this document.",
				Content: map[string]openapi.Content{"application/schema+json": openapi.Is(&openapi.Schema{Type: openapi.Types{"object"}})}}},
		},
	}}
	list := append(promoapi.Describe(), telegramapi.Describe()...)
	list = append(list, journeysapi.Describe()...)
	list = append(list, forexapi.Describe()...)
	list = append(list, homeapi.Describe()...)
	list = append(list, live.Describe()...)
	list = append(list, admin.Describe()...)
	return append(list, about)
}

// pathParameters says what stands in a path.
var pathParameters = map[string]string{
	"template":     "The template's id or slug.",
	"job":          "The bulk job's id.",
	"connection":   "The connection's id.",
	"poster":       "The person's id in the list.",
	"subscriber":   "The subscriber's id.",
	"post":         "The post's id.",
	"journey":      "The journey's id.",
	"version":      "The version's id.",
	"conversation": "The conversation's id.",
	"signal":       "The signal's id.",
	"backtest":     "The backtest's id.",
	"strategy":     "The strategy's name.",
	"link":         "The link's own part.",
	"hook":         "The webhook's own part.",
	"file":         "The file's name.",
	"key":          "The file's key, which holds slashes.",
	"operation":    "encode or decode.",
	"prompt":       "The prompt's id.",
	"flow":         "The flow's id.",
	"tenant":       "The tenant's id.",
}

// document describes every route of the table. The error names the routes without a description,
// the descriptions without a route, and what can't be described.
func document(table []Route, list []openapi.Area, version string) (*openapi.Document, error) {
	d := &documenter{schemas: openapi.NewSchemas(map[reflect.Type]openapi.Schema{
		reflect.TypeFor[models.Time](): {Type: openapi.Types{"string", "null"}, Format: "date-time"},
		reflect.TypeFor[pip.Price]():   {Type: openapi.Types{"string"}, Description: "A price, as a decimal number."},
		reflect.TypeFor[pip.Pips]():    {Type: openapi.Types{"string"}, Description: "A decimal number."},
		reflect.TypeFor[pip.R]():       {Type: openapi.Types{"string"}, Description: "A multiple of what was risked, as a decimal number."},
		reflect.TypeFor[pip.Size]():    {Type: openapi.Types{"string"}, Description: "How much of a price is a pip, as a decimal number."},
	})}
	template, err := openapi.Whole(render.Schema())
	if err != nil {
		return nil, err
	}
	d.schemas.Add("Template", template)
	definition, err := openapi.Whole(journey.Schema())
	if err != nil {
		return nil, err
	}
	d.schemas.Add("JourneyDefinition", definition)
	d.problem = d.schemas.Written(reflect.TypeFor[httpx.Problem]())
	out := &openapi.Document{
		OpenAPI: openapi.Version,
		Info: openapi.Info{Title: "PromoStack", Version: version,
			Description: "Errors are application/problem+json (the schema Problem). Unknown fields are refused. docs/api.md tells how to begin."},
		Servers: []openapi.Server{{URL: "/"}},
		Paths:   map[string]openapi.PathItem{},
	}
	descriptions := map[string]openapi.Description{}
	areaOf := map[string]string{}
	var wrong []error
	for _, area := range list {
		out.Tags = append(out.Tags, openapi.Tag{Name: area.Name, Description: area.Text})
		for route, description := range area.Routes {
			if _, twice := descriptions[route]; twice {
				wrong = append(wrong, fmt.Errorf("%s is described twice", route))
			}
			descriptions[route], areaOf[route] = description, area.Name
		}
	}
	for _, r := range table {
		name := r.Method + " " + r.Path
		description, ok := descriptions[name]
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s has no description", name))
			continue
		}
		delete(descriptions, name)
		path := documentPath(r.Path)
		if out.Paths[path] == nil {
			out.Paths[path] = openapi.PathItem{}
		}
		out.Paths[path][strings.ToLower(r.Method)] = d.operation(r, description, areaOf[name]) //nolint:forbidigo // a method
	}
	for name := range descriptions {
		wrong = append(wrong, fmt.Errorf("%s is described and is no route", name))
	}
	out.Components = d.components()
	out.Components.Schemas, err = d.schemas.Named()
	return out, errors.Join(append(wrong, err)...)
}

// documentPath is a path of the table as documents write it.
func documentPath(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		if name, ok := parameterName(part); ok {
			parts[i] = "{" + name + "}"
		}
	}
	return strings.Join(parts, "/")
}

// parameterName is the name of a part of a path that is a parameter.
func parameterName(part string) (string, bool) {
	if part == "" || part[0] != ':' && part[0] != '*' {
		return "", false
	}
	return part[1:], true
}

// documenter makes the parts of the document.
type documenter struct {
	schemas *openapi.Schemas
	problem *openapi.Schema
}

func (d *documenter) operation(r Route, about openapi.Description, area string) *openapi.Operation {
	op := &openapi.Operation{
		ID: about.ID, Tags: []string{area}, Summary: about.Summary, Description: about.Text,
		Security: security(r, about), RequestBody: about.Body.Request(d.schemas), Responses: map[string]*openapi.Response{},
		Hosts: hostsOf(r.Host), Permission: string(r.Permission),
	}
	for _, part := range strings.Split(r.Path, "/") {
		if name, ok := parameterName(part); ok {
			op.Parameters = append(op.Parameters, &openapi.Parameter{Name: name, In: "path", Required: true, Description: pathParameters[name], Schema: openapi.String()})
		}
	}
	for _, p := range append(about.Query, about.Headers...) {
		op.Parameters = append(op.Parameters, &p)
	}
	if r.Flags&versioned != 0 {
		must := openapi.RequestHeader("If-Match", "The ETag of the version that is changed.")
		must.Required = true
		op.Parameters = append(op.Parameters, &must)
	}
	if r.Flags&once != 0 {
		key := openapi.RequestHeader("Idempotency-Key", "The same key answers the same again for a day, and the request is carried out once.")
		most := httpx.MaxIdempotencyKey
		key.Schema.MaxLength = &most
		op.Parameters = append(op.Parameters, &key)
	}
	if r.Limit.Burst > 0 {
		op.RateLimit = &openapi.RateLimit{Class: r.Limit.Name, PerSecond: r.Limit.PerSecond, Burst: r.Limit.Burst}
	}
	for _, answer := range about.Answers {
		response := answer.Response(d.schemas)
		d.commonHeaders(r, response)
		op.Responses[strconv.Itoa(answer.Status)] = response
	}
	for status, text := range refusalsOf(r, about) {
		op.Responses[strconv.Itoa(status)] = d.refusal(status, text, about)
	}
	return op
}

// commonHeaders adds what every answer of such a route carries.
func (d *documenter) commonHeaders(r Route, response *openapi.Response) {
	add := func(name string) {
		if response.Headers == nil {
			response.Headers = map[string]*openapi.Header{}
		}
		response.Headers[name] = &openapi.Header{Ref: "#/components/headers/" + name}
	}
	add("X-Request-Id")
	if r.Limit.Burst > 0 {
		add("RateLimit")
		add("RateLimit-Policy")
	}
	if r.Flags&once != 0 {
		add("Idempotent-Replayed")
	}
}

// security says who may call: whom the table lets, unless the route checks its callers itself.
func security(r Route, about openapi.Description) []map[string][]string {
	schemes := about.Security
	if len(schemes) == 0 && r.Auth == access.SignedIn {
		schemes = []string{openapi.SessionScheme}
	}
	out := []map[string][]string{}
	for _, name := range schemes {
		if name == openapi.Anonymous {
			out = append(out, map[string][]string{})
			continue
		}
		out = append(out, map[string][]string{name: {}})
	}
	return out
}

func hostsOf(h access.Host) string {
	switch h {
	case access.AnyHost:
		return "any"
	case access.AdminHost:
		return "admin"
	case access.DashHost:
		return "dash"
	}
	return "admin and dash"
}

// encoded is the document as it is sent. A table that is not described is a defect of the program
// that every test meets.
func encoded(table []Route, version string) []byte {
	d, err := document(table, areas(), version)
	if err != nil {
		panic(err)
	}
	data, err := json.Marshal(d)
	if err != nil {
		panic(err) // nothing in it but texts, numbers, lists and maps
	}
	return data
}

// describe answers the document.
func (s *Server) describe(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "application/json", s.document)
	return nil
}
