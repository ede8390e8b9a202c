package httpx

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/internal/fault"
)

// Replay is a stored answer.
type Replay struct {
	Status  int
	Headers map[string]string
	Body    []byte
}

// IdempotencyStore remembers what a key answered, for the tenant in the context.
type IdempotencyStore interface {
	// Begin claims a key. It returns a stored answer when the same request was answered before,
	// a Conflict while it still runs, and Invalid when the key was used for another request.
	Begin(ctx context.Context, key, method, route, requestHash string) (*Replay, error)
	// Finish stores the answer of a claimed key; nil releases the claim, since the request failed.
	Finish(ctx context.Context, key, method, route string, answer *Replay) error
}

const (
	maxIdempotencyKey  = 200
	maxIdempotentBytes = 64 << 20
)

// Idempotent makes a write that carries an Idempotency-Key happen once: repeated, it answers what
// it answered the first time. Requests without the header pass.
func Idempotent(store IdempotencyStore) gin.HandlerFunc {
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
		body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxIdempotentBytes))
		if err != nil {
			Fail(c, err)
			return
		}
		c.Request.Body = io.NopCloser(bytes.NewReader(body))
		sum := sha256.New()
		_, _ = io.WriteString(sum, c.Request.Method+"\n"+c.Request.URL.RequestURI()+"\n"+c.GetHeader("If-Match")+"\n")
		// A multipart body has a new boundary in each try, so its length and type are no identity;
		// the key itself names the upload.
		if c.ContentType() != "multipart/form-data" {
			_, _ = sum.Write(body)
		}
		ctx, method, route := c.Request.Context(), c.Request.Method, c.FullPath()
		stored, err := store.Begin(ctx, key, method, route, hex.EncodeToString(sum.Sum(nil)))
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
		var answer *Replay
		defer func() {
			// Finish must reach the database even when the caller has gone meanwhile.
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			if err := store.Finish(ctx, key, method, route, answer); err != nil {
				_ = c.Error(err)
			}
		}()
		c.Next()
		if status := rec.Status(); status < http.StatusInternalServerError && status != http.StatusTooManyRequests {
			answer = &Replay{Status: status, Body: rec.body.Bytes(), Headers: map[string]string{}}
			for _, name := range []string{"Content-Type", "ETag", "Location"} {
				if v := rec.Header().Get(name); v != "" {
					answer.Headers[name] = v
				}
			}
		}
	}
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
