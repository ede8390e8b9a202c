package httpx

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/models"
)

// MaxIdempotencyKey is how long an Idempotency-Key may be, in bytes.
const MaxIdempotencyKey = 200

const (
	maxIdempotentBytes = 32 << 20

	// A claim outlives the longest request; an answer is kept for a day.
	claimFor  = 90 * time.Second
	answerFor = 24 * time.Hour
)

// Idempotent makes a write that carries an Idempotency-Key happen once: repeated by the same person
// in the same tenant, it answers what it answered the first time. Requests without the header pass. The body is hashed as the handler
// reads it and is never held, so that a large file costs no memory here.
func Idempotent(store *models.Idempotency) gin.HandlerFunc {
	return func(c *gin.Context) {
		key := c.GetHeader("Idempotency-Key")
		if key == "" {
			c.Next()
			return
		}
		if len(key) > MaxIdempotencyKey {
			Fail(c, fault.InvalidField("Idempotency-Key", "too_long", "is longer than %d characters", MaxIdempotencyKey))
			return
		}
		limit := int64(MaxJSON)
		if c.ContentType() == "multipart/form-data" {
			limit = maxIdempotentBytes
		}
		ctx := c.Request.Context()
		request := models.IdempotencyRequest{PersonID: access.From(c).Person.ID, Key: key, Method: c.Request.Method, Route: c.FullPath()}
		claim, stored, err := store.Begin(ctx, request, claimFor, answerFor)
		if err != nil {
			Fail(c, err)
			return
		}
		body := newHashedBody(c, http.MaxBytesReader(c.Writer, c.Request.Body, limit))
		if stored != nil {
			replay(c, body, stored)
			return
		}
		c.Request.Body = body
		rec := &recorder{ResponseWriter: c.Writer}
		c.Writer = rec
		// Whatever happens to the request, its claim ends here: with the answer, or given up so that
		// the same key may try again. This must reach the database even when the caller has gone.
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := settle(ctx, store, request, claim, body, rec); err != nil {
				slog.WarnContext(ctx, "idempotency key not settled", "request_id", RequestID(c), "error", err)
			}
		}()
		c.Next()
	}
}

// replay answers what the first request was told, if this one is the same.
func replay(c *gin.Context, body *hashedBody, stored *models.StoredAnswer) {
	hash, err := body.sum()
	if err == nil && hash != stored.RequestHash {
		err = fault.InvalidField("Idempotency-Key", "idempotency_key_reused", "This Idempotency-Key was used for another request").
			WithRemedy("Use a new key for a new request")
	}
	if err != nil {
		Fail(c, err)
		return
	}
	for k, v := range stored.Headers {
		c.Header(k, v)
	}
	c.Header("Cache-Control", "no-store")
	c.Header("Idempotent-Replayed", "true")
	c.Data(stored.Status, stored.Headers["Content-Type"], stored.Body)
	c.Abort()
}

// settle keeps an answer that would be the same again. A failure of ours is not kept, nor is a
// refusal of a request that was not read to its end.
func settle(ctx context.Context, store *models.Idempotency, request models.IdempotencyRequest, claim string, body *hashedBody, rec *recorder) error {
	status := rec.Status()
	keep := rec.Written() && status < http.StatusInternalServerError && status != http.StatusTooManyRequests
	if status >= http.StatusBadRequest && !body.ended {
		keep = false
	}
	hash := ""
	if keep {
		var err error
		if hash, err = body.sum(); err != nil {
			keep = false // what the rest was can't be told, so it can't be told again
		}
	}
	if !keep {
		return store.Abandon(ctx, request, claim)
	}
	answer := models.StoredAnswer{RequestHash: hash, Status: status, Body: rec.body.Bytes(), Headers: map[string]string{}}
	for _, name := range []string{"Content-Type", "ETag", "Location"} {
		if v := rec.Header().Get(name); v != "" {
			answer.Headers[name] = v
		}
	}
	return store.Finish(ctx, request, claim, answer)
}

// recorder keeps the answer that it passes on.
type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

// Unwrap lets http.ResponseController find the connection.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Write implements io.Writer.
func (r *recorder) Write(b []byte) (int, error) {
	_, _ = r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// WriteString implements io.StringWriter.
func (r *recorder) WriteString(s string) (int, error) {
	_, _ = r.body.WriteString(s)
	return r.ResponseWriter.WriteString(s)
}
