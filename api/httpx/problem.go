// Package httpx is what every HTTP handler shares: errors as problem+json, strict binding,
// entity tags, idempotency keys and who is asking.
package httpx

import (
	"context"
	"errors"
	"fmt"
	"html"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
)

// Problem is the body of every error (RFC 9457), with the fields that are wrong and what to do.
type Problem struct {
	Type      string        `json:"type"`
	Title     string        `json:"title"`
	Status    int           `json:"status"`
	Code      string        `json:"code"`
	Detail    string        `json:"detail"`
	Remedy    string        `json:"remedy,omitempty"`
	Fields    []fault.Field `json:"fields,omitempty"`
	RequestID string        `json:"request_id"`
}

var statuses = map[fault.Kind]int{
	fault.Invalid:      http.StatusUnprocessableEntity,
	fault.Malformed:    http.StatusBadRequest,
	fault.Unauthorized: http.StatusUnauthorized,
	fault.Forbidden:    http.StatusForbidden,
	fault.NotFound:     http.StatusNotFound,
	fault.NotAllowed:   http.StatusMethodNotAllowed,
	fault.Conflict:     http.StatusConflict,
	fault.Precondition: http.StatusPreconditionFailed,
	fault.Required:     http.StatusPreconditionRequired,
	fault.TooLarge:     http.StatusRequestEntityTooLarge,
	fault.Unsupported:  http.StatusUnsupportedMediaType,
	fault.RateLimited:  http.StatusTooManyRequests,
	fault.Unavailable:  http.StatusServiceUnavailable,
	fault.Internal:     http.StatusInternalServerError,
}

// Status is the one mapping from a kind of fault to HTTP.
func Status(kind fault.Kind) int {
	if s, ok := statuses[kind]; ok {
		return s
	}
	return http.StatusInternalServerError
}

// defaultRetryAfter is told with a 503 that names no time of its own.
const defaultRetryAfter = 2 * time.Second

// Fail answers with the problem that err describes. The cause goes to the log, never out.
func Fail(c *gin.Context, err error) {
	if errors.Is(err, context.Canceled) && c.Request.Context().Err() != nil {
		c.Abort() // the caller is gone
		return
	}
	if tooBig, ok := errors.AsType[*http.MaxBytesError](err); ok && !fault.Is(err, fault.TooLarge) {
		err = fault.New(fault.TooLarge, "body_too_large", "The request is larger than %d bytes", tooBig.Limit).WithCause(err)
	}
	if errors.Is(err, context.DeadlineExceeded) && fault.From(err).Kind == fault.Internal {
		err = fault.New(fault.Unavailable, "too_slow", "This took too long and was given up").WithRemedy("Try again").WithCause(err)
	}
	f := fault.From(err)
	status := Status(f.Kind)
	level := slog.LevelInfo
	if status >= http.StatusInternalServerError {
		level = slog.LevelError
	}
	slog.Log(c.Request.Context(), level, "request refused", "request_id", RequestID(c), "status", status,
		"code", f.Code, "method", c.Request.Method, "route", c.FullPath(), "error", f.Error())
	if c.Writer.Written() {
		// Part of an answer is out. Only a connection that ends tells whoever reads it that there was more.
		panic(http.ErrAbortHandler)
	}
	if f.Kind == fault.Unavailable && f.RetryAfter == 0 {
		f = f.WithRetryAfter(defaultRetryAfter)
	}
	if f.RetryAfter > 0 {
		c.Header("Retry-After", strconv.Itoa(int(math.Ceil(f.RetryAfter.Seconds()))))
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(status, Problem{
		Type: "about:blank", Title: http.StatusText(status), Status: status, Code: f.Code,
		Detail: f.Message, Remedy: f.Remedy, Fields: f.Fields, RequestID: RequestID(c),
	})
}

// page is what a visitor sees instead of a problem's JSON, in plain words.
const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>%[1]s</title><h1>%[1]s</h1><p>%[2]s</p></html>
`

// FailPage answers an error to somebody who followed a link in a browser: the problem's status,
// and a title and a text in the visitor's terms.
func FailPage(c *gin.Context, err error, title, text string) {
	c.Header("Cache-Control", "no-store")
	c.Header("Cross-Origin-Resource-Policy", "same-origin")
	status := Status(fault.From(err).Kind)
	slog.InfoContext(c.Request.Context(), "link refused", "request_id", RequestID(c), "status", status, "error", err)
	c.Data(status, "text/html; charset=utf-8", fmt.Appendf(nil, page, html.EscapeString(title), html.EscapeString(text)))
	c.Abort()
}

// Handler is a handler that returns its error instead of writing it.
type Handler func(c *gin.Context) error

// Gin turns a Handler into gin's form.
func (h Handler) Gin() gin.HandlerFunc {
	return func(c *gin.Context) {
		if err := h(c); err != nil {
			Fail(c, err)
		}
	}
}

const requestIDKey = "request_id"

// SetRequestID notes the request's id for logs and problems.
func SetRequestID(c *gin.Context, id string) {
	c.Set(requestIDKey, id)
	c.Header("X-Request-Id", id)
}

// RequestID returns the request's id.
func RequestID(c *gin.Context) string { return c.GetString(requestIDKey) }
