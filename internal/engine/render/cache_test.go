package render

import (
	"context"
	"image"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A panic while a value is made poisons nothing: it is made anew, also for those who waited for it.
func TestCacheForgetsWhatPanicked(t *testing.T) {
	c := newCache(100)
	require.Panics(t, func() { c.get("a", func() (any, int) { panic("once") }) })
	require.Empty(t, c.entries)
	require.Zero(t, c.order.Len())
	require.Equal(t, 1, c.get("a", func() (any, int) { return 1, 10 }))
	require.Equal(t, 10, c.used)

	started, end := make(chan struct{}), make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		defer func() { _ = recover() }()
		c.get("b", func() (any, int) { close(started); <-end; panic("once") })
	})
	<-started
	got := make(chan any, 1)
	wg.Go(func() { got <- c.get("b", func() (any, int) { return 2, 10 }) })
	close(end)
	wg.Wait()
	require.Equal(t, 2, <-got)
	require.Equal(t, 20, c.used)
}

// A picture that has no key is kept alive by the cache and so counts in full; one with a key isn't.
func TestCacheCountsWhatItHolds(t *testing.T) {
	template, err := ParseTemplate([]byte(smallTemplate))
	require.NoError(t, err)
	draw := func(keys map[string]string) int {
		shared := testEngine(t)
		e := NewEngine(shared.fonts, shared.emoji)
		img, _, err := e.Draw(context.Background(), Scene{Template: template, Size: "square",
			Values: map[string]string{"headline": "Hi", "photo": "upload"},
			Images: map[string]image.Image{"photo": image.NewRGBA(image.Rect(0, 0, 1000, 700))}, ImageKeys: keys})
		require.NoError(t, err)
		e.Release(img)
		for key := range e.cache.entries {
			if k, ok := key.(scaledKey); ok && keys != nil {
				require.Equal(t, "hash", k.id)
			}
		}
		return e.cache.used
	}
	require.Equal(t, 4*1000*700, draw(nil)-draw(map[string]string{"photo": "hash"}))
}
