// Package openapi holds the parts of an OpenAPI document that this program's own is made of, and
// makes schemas of Go types, so that what is published is what the handlers read and write.
package openapi

// Version is the version of the specification that documents follow.
const Version = "3.1.1"

// Document is the root of a description of an API.
type Document struct {
	OpenAPI    string              `json:"openapi"`
	Info       Info                `json:"info"`
	Servers    []Server            `json:"servers"`
	Tags       []Tag               `json:"tags"`
	Paths      map[string]PathItem `json:"paths"`
	Components Components          `json:"components"`
}

// Info says what is described.
type Info struct {
	Title       string `json:"title"`
	Summary     string `json:"summary,omitempty"`
	Description string `json:"description,omitempty"`
	Version     string `json:"version"`
}

// Server is where the API is, relative to the document.
type Server struct {
	URL string `json:"url"`
}

// Tag is a group of operations.
type Tag struct {
	Name        string `json:"name"`
	Description string `json:"description,omitempty"`
}

// PathItem holds the operations of one path by their method in lower case.
type PathItem map[string]*Operation

// Operation is one route.
type Operation struct {
	ID          string                `json:"operationId"`
	Tags        []string              `json:"tags"`
	Summary     string                `json:"summary"`
	Description string                `json:"description,omitempty"`
	Security    []map[string][]string `json:"security"` // empty: anybody may call it
	Parameters  []*Parameter          `json:"parameters,omitempty"`
	RequestBody *RequestBody          `json:"requestBody,omitempty"`
	Responses   map[string]*Response  `json:"responses"`
	Hosts       string                `json:"x-hosts"`
	Permission  string                `json:"x-permission,omitempty"`
	RateLimit   *RateLimit            `json:"x-rate-limit,omitempty"`
}

// RateLimit is how many requests of a class one caller may make.
type RateLimit struct {
	Class     string  `json:"class"`
	PerSecond float64 `json:"per_second"`
	Burst     int     `json:"burst"`
}

// Parameter is a value in the path, the query or a header.
type Parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"` // path, query or header
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema"`
}

// RequestBody is what a request carries, by media type.
type RequestBody struct {
	Description string               `json:"description,omitempty"`
	Required    bool                 `json:"required"`
	Content     map[string]MediaType `json:"content"`
}

// Response is one answer. With a Ref it is one of the components.
type Response struct {
	Ref         string               `json:"$ref,omitempty"`
	Description string               `json:"description,omitempty"`
	Headers     map[string]*Header   `json:"headers,omitempty"`
	Content     map[string]MediaType `json:"content,omitempty"`
}

// Header is a header of an answer. With a Ref it is one of the components.
type Header struct {
	Ref         string  `json:"$ref,omitempty"`
	Description string  `json:"description,omitempty"`
	Required    bool    `json:"required,omitempty"`
	Schema      *Schema `json:"schema,omitempty"`
}

// MediaType is a body in one media type. Without a schema it is bytes.
type MediaType struct {
	Schema *Schema `json:"schema,omitempty"`
}

// Components are the parts that are referred to by name.
type Components struct {
	Schemas         map[string]*Schema        `json:"schemas"`
	Responses       map[string]*Response      `json:"responses"`
	Headers         map[string]*Header        `json:"headers"`
	SecuritySchemes map[string]SecurityScheme `json:"securitySchemes"`
}

// SecurityScheme is a way in which a caller says who it is.
type SecurityScheme struct {
	Type        string `json:"type"`             // apiKey or http
	In          string `json:"in,omitempty"`     // of an apiKey: cookie
	Name        string `json:"name,omitempty"`   // of an apiKey
	Scheme      string `json:"scheme,omitempty"` // of http: bearer
	Description string `json:"description,omitempty"`
}
