package openapi

import "reflect"

// Area is the descriptions of routes that belong together.
type Area struct {
	Name, Text string
	Routes     map[string]Description // by method and path, as the table of routes writes them
}

// Description is what is said by hand about one route. What follows from the table of routes (the
// path's parameters, who may call, limits, versions, repeated requests, the usual refusals) is not
// said here.
type Description struct {
	ID      string // operationId
	Summary string
	Text    string
	Query   []Parameter
	Headers []Parameter
	Body    *Body
	Answers []Answer
	// Refusals are problems in addition to those that every route of its kind has, by status.
	Refusals map[int]string
	// PlainRefusals are further refusals that come as plain text, from libraries.
	PlainRefusals []int
	// Pages is true when a browser gets its refusals as a page for people.
	Pages bool
	// Security names the schemes of a route that checks its callers itself; any one will do, and
	// Anonymous lets callers be without.
	Security []string
}

// The security schemes, by name. Anonymous stands for none at all.
const (
	SessionScheme = "session"
	MetricsScheme = "metricsToken"
	Anonymous     = ""
)

// Body is what a request carries.
type Body struct {
	Text     string
	Content  map[string]Content
	Optional bool // it may be left out
}

// Answer is what a route says when all is well.
type Answer struct {
	Status  int
	Text    string
	Content map[string]Content // none: the answer has no body
	Headers map[string]string  // what each says
}

// Content is a body in one media type.
type Content func(s *Schemas) *Schema

// Writes is the content that a value of a Go type makes.
func Writes[T any]() Content {
	return func(s *Schemas) *Schema { return s.Written(reflect.TypeFor[T]()) }
}

// Reads is the content that is read into a value of a Go type; it gets a name, and adjust adds the
// rules that the type does not show.
func Reads[T any](name string, adjust func(*Schema)) Content {
	return func(s *Schemas) *Schema { return s.Read(name, reflect.TypeFor[T](), adjust) }
}

// Is is a content whose schema is written by hand.
func Is(schema *Schema) Content { return func(*Schemas) *Schema { return schema } }

// Bytes is a content that has no schema: a picture, an archive.
func Bytes() Content { return func(*Schemas) *Schema { return nil } }

// JSON is a body of JSON alone.
func JSON(c Content) map[string]Content { return map[string]Content{"application/json": c} }

// Query describes a parameter of the query.
func Query(name string, schema *Schema, text string) Parameter {
	return Parameter{Name: name, In: "query", Schema: schema, Description: text}
}

// RequestHeader describes a header that a caller may send.
func RequestHeader(name, text string) Parameter {
	return Parameter{Name: name, In: "header", Schema: String(), Description: text}
}

// Response makes the answer's part of the document.
func (a Answer) Response(s *Schemas) *Response {
	out := &Response{Description: a.Text, Content: contents(a.Content, s)}
	for name, text := range a.Headers {
		if out.Headers == nil {
			out.Headers = map[string]*Header{}
		}
		out.Headers[name] = &Header{Description: text, Required: true, Schema: String()}
	}
	return out
}

// Request makes the body's part of the document.
func (b *Body) Request(s *Schemas) *RequestBody {
	if b == nil {
		return nil
	}
	return &RequestBody{Description: b.Text, Required: !b.Optional, Content: contents(b.Content, s)}
}

func contents(list map[string]Content, s *Schemas) map[string]MediaType {
	if len(list) == 0 {
		return nil
	}
	out := map[string]MediaType{}
	for kind, content := range list {
		out[kind] = MediaType{Schema: content(s)}
	}
	return out
}
