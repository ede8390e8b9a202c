package testkit

import (
	"path/filepath"
	"testing"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/temporal"
)

// HistoryKey is the SECRET_KEY under which histories are recorded: start `promostack up` with it,
// let the flow run, and keep what `temporal workflow show -o json` prints in the flow's testdata.
const HistoryKey = "histories-for-tests-0123456789-abcdefghijklm"

// Histories replays every history in the test's testdata folder. A change of a flow that can't
// continue what runs already fails here.
func Histories(t *testing.T, register func(worker.WorkflowRegistry)) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("testkit: no histories in testdata (%v)", err)
	}
	ring, err := secrets.NewRing(HistoryKey)
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	options := temporal.ReplayerOptions(ring)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			replayer, err := worker.NewWorkflowReplayerWithOptions(options)
			if err != nil {
				t.Fatalf("testkit: %v", err)
			}
			register(replayer)
			if err := replayer.ReplayWorkflowHistoryFromJSONFile(nil, file); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		})
	}
}
