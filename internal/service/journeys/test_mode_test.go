package journeys

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// Test mode's seeds are such that a browser keeps them, and use all that it keeps.
func TestSeeds(t *testing.T) {
	high := false
	for range 64 {
		n := Simulate(Blank(), nil, journey.Event{Kind: journey.Start}).State.Seed
		require.Less(t, n, uint64(1)<<53)
		high = high || n >= 1<<50
	}
	require.True(t, high)
}
