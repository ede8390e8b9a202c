package httpx

import (
	"fmt"
	"net/http/httptest"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

func take(l *Limiter, q Quota, who string) (*httptest.ResponseRecorder, error) {
	res := httptest.NewRecorder()
	c, _ := gin.CreateTestContext(res)
	return res, l.Take(c, q, who)
}

func TestTheLimiterCounts(t *testing.T) {
	now := time.Now()
	l := NewLimiter(func() time.Time { return now })
	q := Quota{Name: "reads", PerSecond: 2, Burst: 5}
	for i := range 5 {
		res, err := take(l, q, "a")
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf(`"reads";r=%d;t=%d`, 4-i, (i+2)/2), res.Header().Get("RateLimit"))
		require.Equal(t, `"reads";q=5;w=3`, res.Header().Get("RateLimit-Policy"))
	}
	res, err := take(l, q, "a")
	require.True(t, fault.Is(err, fault.RateLimited))
	require.Equal(t, time.Second, fault.From(err).RetryAfter)
	require.Equal(t, `"reads";r=0;t=3`, res.Header().Get("RateLimit"))

	_, err = take(l, q, "b")
	require.NoError(t, err, "another caller has a bucket of its own")
	_, err = take(l, Quota{Name: "writes", PerSecond: 1, Burst: 1}, "a")
	require.NoError(t, err, "so has another class")
	res, err = take(l, Quota{}, "a")
	require.NoError(t, err)
	require.Empty(t, res.Header().Get("RateLimit"))

	now = now.Add(time.Second) // two more
	for range 2 {
		_, err = take(l, q, "a")
		require.NoError(t, err)
	}
	_, err = take(l, q, "a")
	require.Error(t, err)
	now = now.Add(time.Hour)
	for range 5 {
		_, err = take(l, q, "a")
		require.NoError(t, err)
	}
	_, err = take(l, q, "a")
	require.Error(t, err, "a long pause fills the bucket and no more")

	slow := Quota{Name: "slow", PerSecond: 0.1, Burst: 1}
	_, err = take(l, slow, "a")
	require.NoError(t, err)
	now = now.Add(3 * time.Second)
	_, err = take(l, slow, "a")
	require.InDelta(t, 7, fault.From(err).RetryAfter.Seconds(), 0.01)
	now = now.Add(fault.From(err).RetryAfter.Round(time.Second))
	_, err = take(l, slow, "a")
	require.NoError(t, err, "Retry-After says the truth")
}

// Many at once get what one gets in a row, and many callers cost a bounded memory.
func TestTheLimiterIsBounded(t *testing.T) {
	now := time.Now()
	l := NewLimiter(func() time.Time { return now })
	q := Quota{Name: "reads", PerSecond: 1, Burst: 50}
	var wait sync.WaitGroup
	var allowed atomic.Int64
	for range 8 {
		wait.Go(func() {
			for range 50 {
				if _, err := take(l, q, "a"); err == nil {
					allowed.Add(1)
				}
			}
		})
	}
	wait.Wait()
	require.Equal(t, int64(50), allowed.Load())

	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for i := range 5 * maxBuckets {
		_, _ = take(l, q, fmt.Sprintf("2001:db8::%x/64", i))
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	require.Equal(t, maxBuckets, l.buckets.Len())
	require.Less(t, int64(after.HeapAlloc)-int64(before.HeapAlloc), int64(16<<20))
}
