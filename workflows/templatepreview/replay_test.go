package templatepreview_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/secrets"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/templatepreview"
)

// historyKey is the SECRET_KEY under which the histories in testdata were recorded.
const historyKey = "histories-for-tests-0123456789-abcdefghijklm"

// A change of the flow that can't continue flows which run already fails here.
func TestRecordedHistoriesReplay(t *testing.T) {
	files, err := filepath.Glob("testdata/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	ring, err := secrets.NewRing(historyKey)
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer, err := temporal.NewReplayer(ring)
			require.NoError(t, err)
			templatepreview.Register(replayer)
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(nil, file))
		})
	}
}
