package httpx

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"log/slog"
	"mime"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/fault"
	"github.com/promostack/promostack/models"
)

const (
	maxIdempotencyKey  = 200
	maxIdempotentBytes = 32 << 20

	// A claim outlives the longest request; an answer is kept for a day.
	claimFor  = 90 * time.Second
	answerFor = 24 * time.Hour
)

// Idempotent makes a write that carries an Idempotency-Key happen once: repeated, it answers what
// it answered the first time. Requests without the header pass.
func Idempotent(store *models.Idempotency) gin.HandlerFunc {
	return func(c *gin.Context) {
		key := c.GetHeader("Idempotency-Key")
		if key == "" {
			c.Next()
			return
		}
		if len(key) > maxIdempotencyKey {
			Fail(c, fault.InvalidField("Idempotency-Key", "too_long", "is longer than %d characters", maxIdempotencyKey))
			return
		}
		limit := int64(MaxJSON)
		if c.ContentType() == "multipart/form-data" {
			limit = maxIdempotentBytes
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, limit))
		if err != nil {
			Fail(c, err)
			return
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.New()
		_, _ = io.WriteString(sum, c.Request.Method+"\n"+c.Request.URL.RequestURI()+"\n"+c.GetHeader("If-Match")+"\n")
		_, _ = sum.Write(withoutBoundary(c.GetHeader("Content-Type"), body))
		ctx := c.Request.Context()
		request := models.IdempotencyRequest{Key: key, Method: c.Request.Method, Route: c.FullPath(), RequestHash: hex.EncodeToString(sum.Sum(nil))}
		claim, stored, err := store.Begin(ctx, request, claimFor, answerFor)
		if err != nil {
			Fail(c, err)
			return
		}
		if stored != nil {
			for k, v := range stored.Headers {
				c.Header(k, v)
			}
			c.Header("Idempotent-Replayed", "true")
			c.Data(stored.Status, stored.Headers["Content-Type"], stored.Body)
			c.Abort()
			return
		}
		rec := &recorder{ResponseWriter: c.Writer}
		c.Writer = rec
		// Whatever happens to the request, its claim ends here: with the answer, or given up so that
		// the same key may try again. This must reach the database even when the caller has gone.
		defer func() {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := settle(ctx, store, request, claim, rec); err != nil {
				slog.WarnContext(ctx, "idempotency key not settled", "request_id", RequestID(c), "error", err)
			}
		}()
		c.Next()
	}
}

// withoutBoundary takes out of a multipart body what differs in each try of the same upload.
func withoutBoundary(contentType string, body []byte) []byte {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["boundary"] != "" {
		return bytes.ReplaceAll(body, []byte(params["boundary"]), nil)
	}
	return body
}

// settle keeps an answer that would be the same again. A failure of ours is not kept.
func settle(ctx context.Context, store *models.Idempotency, request models.IdempotencyRequest, claim string, rec *recorder) error {
	status := rec.Status()
	if !rec.Written() || status >= http.StatusInternalServerError || status == http.StatusTooManyRequests {
		return store.Abandon(ctx, request, claim)
	}
	answer := models.StoredAnswer{Status: status, Body: rec.body.Bytes(), Headers: map[string]string{}}
	for _, name := range []string{"Content-Type", "ETag", "Location"} {
		if v := rec.Header().Get(name); v != "" {
			answer.Headers[name] = v
		}
	}
	return store.Finish(ctx, request, claim, answer)
}

type recorder struct {
	gin.ResponseWriter
	body bytes.Buffer
}

func (r *recorder) Write(b []byte) (int, error) {
	_, _ = r.body.Write(b)
	return r.ResponseWriter.Write(b)
}

func (r *recorder) WriteString(s string) (int, error) {
	_, _ = r.body.WriteString(s)
	return r.ResponseWriter.WriteString(s)
}
