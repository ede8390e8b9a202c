package render

import (
	"sync"
	"testing"

	"github.com/promostack/promostack/internal/base/assets"
	"github.com/stretchr/testify/require"
)

// The fonts and emoji are read once for all tests; they never change.
var loadEngine = sync.OnceValues(func() (*Engine, error) {
	fonts, err := LoadFonts(assets.Fonts())
	if err != nil {
		return nil, err
	}
	emoji, err := LoadEmoji(assets.Emoji())
	if err != nil {
		return nil, err
	}
	return NewEngine(fonts, emoji), nil
})

func testEngine(t testing.TB) *Engine {
	t.Helper()
	e, err := loadEngine()
	require.NoError(t, err)
	return e
}
