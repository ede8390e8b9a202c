package promo

import (
	"container/list"
	"sync"
)

// lru keeps the values that were used last, up to a total cost. The zero cost of the standard
// library's map is not enough here: pictures differ in size by a factor of a thousand.
type lru[V any] struct {
	mu    sync.Mutex
	limit int
	used  int
	order *list.List
	byKey map[string]*list.Element
}

type entry[V any] struct {
	key   string
	value V
	cost  int
}

func newLRU[V any](limit int) *lru[V] {
	return &lru[V]{limit: limit, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *lru[V]) get(key string) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry[V]).value, true
}

// put keeps a value; one that alone costs more than the limit is not kept.
func (c *lru[V]) put(key string, value V, cost int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e, ok := c.byKey[key]; ok {
		c.drop(e)
	}
	if cost > c.limit {
		return
	}
	c.byKey[key] = c.order.PushFront(&entry[V]{key, value, cost})
	c.used += cost
	for c.used > c.limit {
		c.drop(c.order.Back())
	}
}

func (c *lru[V]) drop(e *list.Element) {
	old := c.order.Remove(e).(*entry[V])
	delete(c.byKey, old.key)
	c.used -= old.cost
}
