package journey_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// What the dashboard offers to begin with can be published as soon as it has a trigger.
func TestReadyStarts(t *testing.T) {
	paths, err := filepath.Glob("../../../web/static/js/views/forex/journeys/starts/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		d, err := journey.Parse(data)
		require.NoError(t, err, path)
		for _, i := range errorsOf(d.Check()) {
			require.Equal(t, "no_trigger", i.Code, "%s: %+v", path, i)
		}
	}
}
