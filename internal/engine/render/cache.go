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
	made  bool
	value any
}

func newCache(limit int) *cache {
	return &cache{limit: limit, entries: map[any]*list.Element{}, order: list.New()}
}

// get returns the value for the key; make gives the value and its size in bytes. When make panics,
// nothing stays behind: the next one who asks makes it anew.
func (c *cache) get(key any, make func() (any, int)) any {
	for {
		entry := c.entry(key)
		entry.once.Do(func() {
			defer func() {
				if !entry.made {
					c.remove(entry)
				}
			}()
			value, bytes := make()
			entry.value, entry.made = value, true
			c.grow(entry, bytes)
		})
		if entry.made {
			return entry.value
		}
	}
}

func (c *cache) entry(key any) *cacheEntry {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[key]; ok {
		c.order.MoveToFront(el)
		return el.Value.(*cacheEntry)
	}
	entry := &cacheEntry{key: key}
	c.entries[key] = c.order.PushFront(entry)
	return entry
}

func (c *cache) remove(entry *cacheEntry) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if el, ok := c.entries[entry.key]; ok && el.Value == entry {
		c.order.Remove(el)
		delete(c.entries, entry.key)
		c.used -= entry.bytes
	}
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

// identity is what a picture is cached by: its content hash when given, else its pointer. An entry
// that has a pointer as its key keeps the whole picture alive, so those bytes are counted with it.
// Values that aren't comparable have no identity, and are scaled each time.
func identity(img image.Image, key string) (id any, held int) {
	switch {
	case key != "":
		return key, 0
	case img == nil:
		return nil, 0
	case reflect.TypeOf(img).Comparable():
		const most = 1 << 15 // some pictures have no end
		b := img.Bounds()
		return img, 4 * min(b.Dx(), most) * min(b.Dy(), most)
	}
	return new(byte), 0
}
