// Package bytecache keeps values up to a total of bytes; those that were used longest ago make room.
// A count of entries is not enough for pictures, which differ in size by a factor of a thousand.
package bytecache

import (
	"math"
	"sync"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// Cache is safe for concurrent use.
type Cache[K comparable, V any] struct {
	mu          sync.Mutex
	limit, used int
	kept        *simplelru.LRU[K, sized[V]]
	making      map[K]*call[V]
}

type sized[V any] struct {
	value V
	bytes int
}

// call is a value that is being made.
type call[V any] struct {
	done     chan struct{}
	value    V
	err      error
	returned bool // else it panicked
}

// New returns a cache of so many bytes.
func New[K comparable, V any](limit int) *Cache[K, V] {
	c := &Cache[K, V]{limit: limit, making: map[K]*call[V]{}}
	c.kept, _ = simplelru.NewLRU(math.MaxInt, func(_ K, old sized[V]) { c.used -= old.bytes }) // refuses sizes below 1 alone
	return c
}

// Get returns the value that is kept for a key.
func (c *Cache[K, V]) Get(key K) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s, ok := c.kept.Get(key)
	return s.value, ok
}

// Bytes is how many are kept.
func (c *Cache[K, V]) Bytes() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.used
}

// Make returns the value for a key. When there is none, build gives it and its size in bytes, once for
// all who ask at the same time. An error goes to all of them and is not kept; when build panics, the
// next one makes the value anew. A value that alone is larger than the cache is not kept.
func (c *Cache[K, V]) Make(key K, build func() (V, int, error)) (V, error) {
	for {
		c.mu.Lock()
		if s, ok := c.kept.Get(key); ok {
			c.mu.Unlock()
			return s.value, nil
		}
		other := c.making[key]
		if other == nil {
			break
		}
		c.mu.Unlock()
		if <-other.done; other.returned {
			return other.value, other.err
		}
	}
	own := &call[V]{done: make(chan struct{})}
	c.making[key] = own
	c.mu.Unlock()
	bytes := 0
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if own.returned && own.err == nil {
			c.keep(key, own.value, bytes)
		}
		delete(c.making, key)
		close(own.done)
	}()
	own.value, bytes, own.err = build()
	own.returned = true
	return own.value, own.err
}

func (c *Cache[K, V]) keep(key K, value V, bytes int) {
	if bytes > c.limit {
		return
	}
	c.kept.Add(key, sized[V]{value, bytes})
	for c.used += bytes; c.used > c.limit; {
		c.kept.RemoveOldest()
	}
}
