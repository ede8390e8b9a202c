package render

import (
	"context"
	"image"
	"testing"

	"github.com/stretchr/testify/require"
)

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
		img.Release()
		return e.cache.Bytes()
	}
	require.Equal(t, 4*1000*700, draw(nil)-draw(map[string]string{"photo": "hash"}))
}
