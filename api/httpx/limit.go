package httpx

import (
	"fmt"
	"math"
	"time"

	"github.com/gin-gonic/gin"
	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"

	"github.com/promostack/promostack/internal/base/fault"
)

// Quota is how many requests of one class a caller may make. The zero value is no limit.
type Quota struct {
	Name      string
	PerSecond float64 // in the long run
	Burst     int     // at once, after a pause
}

// window is how long an empty bucket takes to be full again.
func (q Quota) window() time.Duration {
	return time.Duration(float64(q.Burst) / q.PerSecond * float64(time.Second))
}

// maxBuckets bounds the memory of a Limiter. Who asks least recently loses the bucket, that is,
// gets a full one the next time.
const maxBuckets = 20_000

// Limiter counts requests in token buckets, one for each caller and class, in the memory of this
// process. It is safe for concurrent use.
type Limiter struct {
	now     func() time.Time
	buckets *lru.Cache[string, *rate.Limiter]
}

// NewLimiter returns a limiter in which everybody's buckets are full.
func NewLimiter(now func() time.Time) *Limiter {
	buckets, err := lru.New[string, *rate.Limiter](maxBuckets)
	if err != nil {
		panic(err) // only a size below one is refused
	}
	return &Limiter{now: now, buckets: buckets}
}

// Take counts a request of who and tells in the answer's headers how much is left
// (draft-ietf-httpapi-ratelimit-headers). The error is fault.RateLimited with the time to wait.
func (l *Limiter) Take(c *gin.Context, q Quota, who string) error {
	if q.Burst == 0 {
		return nil
	}
	key := q.Name + " " + who
	bucket, ok := l.buckets.Get(key)
	if !ok {
		bucket = rate.NewLimiter(rate.Limit(q.PerSecond), q.Burst)
		if other, raced, _ := l.buckets.PeekOrAdd(key, bucket); raced {
			bucket = other
		}
	}
	now := l.now()
	allowed, left := bucket.AllowN(now, 1), math.Max(0, bucket.TokensAt(now))
	full := time.Duration((float64(q.Burst) - left) / q.PerSecond * float64(time.Second))
	c.Header("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", q.Name, q.Burst, seconds(q.window())))
	c.Header("RateLimit", fmt.Sprintf("%q;r=%d;t=%d", q.Name, int(left), seconds(full)))
	if allowed {
		return nil
	}
	wait := time.Duration(math.Ceil((1 - left) / q.PerSecond * float64(time.Second)))
	return fault.New(fault.RateLimited, "rate_limited", "These are too many requests in a short time").
		WithRemedy("Wait a moment and go on more slowly").WithRetryAfter(max(wait, time.Second))
}

// seconds rounds up to whole seconds.
func seconds(d time.Duration) int { return int(math.Ceil(d.Seconds())) }
