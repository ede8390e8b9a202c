package httpx

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

// MaxJSON is the largest JSON body that is read, in bytes.
const MaxJSON = 1 << 20

// maxQueryValue is how long a value in the query of a call may be, in bytes: cursors are the longest.
const maxQueryValue = 2000

// CheckText refuses addresses that hold what no text column can, NUL and broken UTF-8, and calls with values
// that nobody typed.
func CheckText(r *http.Request) error {
	query, err := url.QueryUnescape(r.URL.RawQuery)
	if err != nil || !isText(r.URL.Path) || !isText(query) || !isText(r.Header.Get("Idempotency-Key")) {
		return fault.New(fault.Malformed, "bad_address", "The address holds bytes that are not text")
	}
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		return nil // signed addresses carry the texts of a picture
	}
	for name, values := range r.URL.Query() {
		if slices.ContainsFunc(values, func(v string) bool { return len(v) > maxQueryValue }) {
			return fault.InvalidField(name, "too_long", "has at most %d bytes", maxQueryValue)
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// JSON reads the body strictly into dst: one JSON value, no unknown fields, at most MaxJSON
// bytes. Mistakes are faults that name the field.
func JSON(c *gin.Context, dst any) error {
	kind, _, err := mime.ParseMediaType(c.GetHeader("Content-Type"))
	if err != nil || (kind != "application/json" && kind != "application/merge-patch+json") {
		return fault.New(fault.Unsupported, "not_json", "This address takes JSON").WithRemedy("Send Content-Type: application/json")
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, MaxJSON))
	if err != nil {
		return fmt.Errorf("read body: %w", err)
	}
	return DecodeJSON(body, dst)
}

// OptionalJSON is JSON for a request that may as well have no body.
func OptionalJSON(c *gin.Context, dst any) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	return JSON(c, dst)
}

// DecodeJSON is JSON for a body that is in memory already.
func DecodeJSON(body []byte, dst any) error {
	if !utf8.Valid(body) || bytes.Contains(body, []byte(`\u0000`)) {
		return fault.New(fault.Malformed, "bad_text", "The body holds bytes that are not text")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	err := d.Decode(dst)
	if err == nil {
		if _, err := d.Token(); !errors.Is(err, io.EOF) {
			return fault.New(fault.Malformed, "trailing_data", "There is something after the JSON value")
		}
		return nil
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = strings.Trim(name, `"`)
		return fault.InvalidField(name, "unknown_field", "is not a field of this request").WithCause(err)
	}
	if json.Valid(body) {
		if wrong := mistake("", body, reflect.TypeOf(dst)); wrong != nil {
			return wrong
		}
	}
	return fault.New(fault.Malformed, "bad_json", "The body is not valid JSON").WithCause(err)
}

// ETag sets the entity tag of a row, which is its version.
func ETag(c *gin.Context, version int64) {
	c.Header("ETag", strconv.Quote(strconv.FormatInt(version, 10)))
}

const versionKey = "if_match"

// Versioned stands before writes that must say in If-Match which version they change. Without the
// header the answer is 428, so that nobody overwrites another's change unseen.
func Versioned(c *gin.Context) {
	version, err := ifMatch(c)
	if err != nil {
		Fail(c, err)
		return
	}
	c.Set(versionKey, version)
	c.Next()
}

// Expected is the version that a write behind Versioned is based on.
func Expected(c *gin.Context) int64 { return c.MustGet(versionKey).(int64) }

func ifMatch(c *gin.Context) (int64, error) {
	tag := strings.TrimSpace(c.GetHeader("If-Match")) //nolint:forbidigo // a header
	if tag == "" {
		return 0, fault.New(fault.Required, "if_match_missing", "This write must say which version it changes").
			WithRemedy("Send the ETag that you read as If-Match")
	}
	version, err := strconv.ParseInt(strings.Trim(tag, `"`), 10, 64)
	if err != nil || version < 1 {
		return 0, fault.New(fault.Precondition, "version_changed", "If-Match names no version of this").
			WithRemedy("Read it again and repeat the change").WithCause(err)
	}
	return version, nil
}

// Page is one page of a list.
type Page[T any] struct {
	Items []T     `json:"items"`
	Next  *string `json:"next"`
}

// NewPage makes a page; an empty cursor means that it is the last.
func NewPage[T any](items []T, next string) Page[T] {
	p := Page[T]{Items: items}
	if p.Items == nil {
		p.Items = []T{}
	}
	if next != "" {
		p.Next = &next
	}
	return p
}

// ReplyPage answers a page of rows, each as out shows it.
func ReplyPage[T, O any](c *gin.Context, page models.Page[T], err error, out func(*T) O) error {
	if err != nil {
		return err
	}
	items := make([]O, len(page.Items))
	for i := range page.Items {
		items[i] = out(&page.Items[i])
	}
	return Reply(c, http.StatusOK, NewPage(items, page.Next))
}

// MaxPage and DefaultPage bound the size of a page.
const (
	MaxPage     = 100
	DefaultPage = 30
)

// Limit reads ?limit= (1 to MaxPage).
func Limit(c *gin.Context) (int, error) { return LimitOf(c, DefaultPage, MaxPage) }

// LimitOf reads ?limit= of a list whose items are small: usual when it is left out, and at most most.
func LimitOf(c *gin.Context, usual, most int) (int, error) {
	text := c.Query("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, fault.InvalidField("limit", "out_of_range", "must be a whole number from 1 to %d", most)
	}
	return n, nil
}

// Moment reads a time from the query; the zero time when it is left out.
func Moment(c *gin.Context, name string) (time.Time, error) {
	text := c.Query(name)
	if text == "" {
		return time.Time{}, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fault.InvalidField(name, "not_a_time", "must be a time such as 2026-01-02T13:30:00Z")
	}
	return at.UTC(), nil
}

// Words reads a filter of one word or several with commas between them; none when it is left out.
func Words[T ~string](c *gin.Context, name string, known []T) ([]T, error) {
	text := c.Query(name)
	if text == "" {
		return nil, nil
	}
	var out []T
	for one := range strings.SplitSeq(text, ",") {
		if !slices.Contains(known, T(one)) {
			return nil, fault.InvalidField(name, "unknown", "must be one of %v, or several with commas", known)
		}
		out = append(out, T(one))
	}
	return out, nil
}

// Reply answers with JSON that is not cached.
func Reply(c *gin.Context, status int, body any) error {
	c.Header("Cache-Control", "no-store")
	c.JSON(status, body)
	return nil
}
