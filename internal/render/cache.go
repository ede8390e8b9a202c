package render

import (
	"container/list"
	"image"
	"reflect"
	"sync"
)

// cache keeps values by key, the least recently used go when the bytes are too many. A value is
// made once even when several ask for it at the same time.
type cache struct {
	mu      sync.Mutex
	limit   int
	used    int
	entries map[any]*list.Element
	order   *list.List // front: most recently used
}

type cacheEntry struct {
	key   any
	bytes int
	once  sync.Once
	value any
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[any]*list.Element{}, order: list.New()}
}

// get returns the value for the key; make gives the value and its size in bytes.
func (c *cache) get(key any, make func() (any, int)) any {
	c.mu.Lock()
	el, ok := c.entries[key]
	if ok {
		c.order.MoveToFront(el)
	} else {
		el = c.order.PushFront(&cacheEntry{key: key})
		c.entries[key] = el
	}
	c.mu.Unlock()
	entry := el.Value.(*cacheEntry)
	entry.once.Do(func() {
		value, bytes := make()
		entry.value = value
		c.grow(entry, bytes)
	})
	return entry.value
}

// grow counts more bytes for an entry and drops old entries when it is too much.
func (c *cache) grow(entry *cacheEntry, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[entry.key]; !ok || el.Value != entry {
		return // dropped in the meantime
	}
	entry.bytes += bytes
	c.used += bytes
	for c.used > c.limit && c.order.Len() > 1 {
		oldest := c.order.Back()
		old := oldest.Value.(*cacheEntry)
		if old == entry {
			return
		}
		c.order.Remove(oldest)
		delete(c.entries, old.key)
		c.used -= old.bytes
	}
}

// identity is what a picture is cached by: its content hash when given, else its pointer. Values
// that aren't comparable have none, and are scaled each time.
func identity(img image.Image, key string) any {
	switch {
	case key != "":
		return key
	case img == nil:
		return nil
	case reflect.TypeOf(img).Comparable():
		return img
	}
	return new(byte)
}
