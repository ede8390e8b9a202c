package bench

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/promostack/promostack/internal/engine/render"
)

func TestRenders(t *testing.T) {
	fonts, err := render.LoadFonts(assets.Fonts())
	require.NoError(t, err)
	emoji, err := render.LoadEmoji(assets.Emoji())
	require.NoError(t, err)
	scene, err := goldCoupon("square", 1)
	require.NoError(t, err)
	clock := time.Unix(0, 0)
	result, err := renders(t.Context(), render.NewEngine(fonts, emoji), 3, func(n int) render.Scene {
		scene.Values = valuesOf(n, true)
		return scene
	}, func() time.Time {
		clock = clock.Add(2 * time.Millisecond)
		return clock
	})
	require.NoError(t, err)
	require.Equal(t, renderResult{DrawMS: 2, JPEGMS: 2, PNGMS: 2, Rounds: 3}, result)
}
