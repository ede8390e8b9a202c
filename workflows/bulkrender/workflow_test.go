package bulkrender_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/bulkrender"
)

var input = bulkrender.Input{TenantID: "t1", JobID: "j1"}

// world is what the flow's activities do in a test, and what they were asked.
type world struct {
	*testsuite.TestWorkflowEnvironment
	total  int
	chunks int
	state  string // after the dry run

	mu      sync.Mutex
	flying  int
	most    int
	checked []contract.BulkRows
	made    []int
	ended   []contract.BulkEnd
	redo    [][]int // answers of Finish
	render  func(n int) error
}

func newWorld(total, chunks int, state string) *world {
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment(), total: total, chunks: chunks, state: state}
	bulkrender.Register(w)
	register := func(name string, f any) { w.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name}) }
	register(contract.BulkCounts, func(context.Context, contract.BulkJob) (contract.BulkStatus, error) {
		return contract.BulkStatus{State: "checking", Total: w.total}, nil
	})
	register(contract.CheckBulk, func(_ context.Context, in contract.BulkRows) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.checked = append(w.checked, in)
		return nil
	})
	register(contract.BulkChecked, func(context.Context, contract.BulkJob) (contract.BulkStatus, error) {
		return contract.BulkStatus{State: w.state, Total: w.total}, nil
	})
	register(contract.PlanBulk, func(context.Context, contract.BulkJob) (int, error) { return w.chunks, nil })
	register(contract.RenderBulkChunk, func(_ context.Context, in contract.BulkChunk) error {
		w.mu.Lock()
		defer w.mu.Unlock()
		if w.render != nil {
			if err := w.render(in.Number); err != nil {
				return fault.ToTemporal(err)
			}
		}
		w.made = append(w.made, in.Number)
		return nil
	})
	register(contract.FinishBulk, func(context.Context, contract.BulkJob) ([]int, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.redo) == 0 {
			return nil, nil
		}
		next := w.redo[0]
		w.redo = w.redo[1:]
		return next, nil
	})
	register(contract.EndBulk, func(_ context.Context, in contract.BulkEnd) error {
		w.ended = append(w.ended, in)
		return nil
	})
	w.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, _ converter.EncodedValues) {
		if info.ActivityType.Name == contract.RenderBulkChunk {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.flying++
			w.most = max(w.most, w.flying)
		}
	})
	w.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		if info.ActivityType.Name == contract.RenderBulkChunk {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.flying--
		}
	})
	return w
}

func (w *world) command(after time.Duration, name contract.BulkAction, version int64) {
	w.RegisterDelayedCallback(func() {
		w.SignalWorkflow(bulkrender.SignalCommand, contract.BulkCommand{TenantID: "t1", JobID: "j1", Command: name, Version: version})
	}, after)
}

func (w *world) run(t *testing.T) {
	t.Helper()
	w.ExecuteWorkflow(bulkrender.Workflow, input)
	require.True(t, w.IsWorkflowCompleted())
	require.NoError(t, w.GetWorkflowError())
}

func sequence(n int) (list []int) {
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func TestEveryRowIsCheckedAndEveryChunkMadeOnce(t *testing.T) {
	w := newWorld(1001, 40, "running")
	w.run(t)
	slices.SortFunc(w.checked, func(a, b contract.BulkRows) int { return a.From - b.From })
	next := 1
	for _, r := range w.checked {
		require.Equal(t, next, r.From)
		next = r.To + 1
	}
	require.Equal(t, 1002, next)
	slices.Sort(w.made)
	require.Equal(t, sequence(40), w.made)
	require.Empty(t, w.ended)
	require.LessOrEqual(t, w.most, 8, "a job leaves room for the others")
	value, err := w.QueryWorkflow(bulkrender.QueryProgress)
	require.NoError(t, err)
	var p bulkrender.Progress
	require.NoError(t, value.Get(&p))
	require.Equal(t, bulkrender.Progress{Phase: bulkrender.PhaseEnded, Rows: 1001, Checked: 1001, Chunks: 40, Made: 40}, p)
}

func TestItWaitsForAPerson(t *testing.T) {
	w := newWorld(10, 2, "ready")
	begun := w.Now()
	w.command(26*time.Hour, contract.BulkStart, 2)
	w.run(t)
	require.Len(t, w.made, 2)
	require.Equal(t, 26*time.Hour, w.Now().Sub(begun).Truncate(time.Hour))
}

func TestNobodyStartsIt(t *testing.T) {
	w := newWorld(10, 2, "ready")
	w.run(t)
	require.Empty(t, w.made)
	require.Equal(t, "not_started", w.ended[0].Code)
}

func TestNoRowIsRight(t *testing.T) {
	w := newWorld(10, 0, "failed")
	w.run(t)
	require.Empty(t, w.made)
	require.Empty(t, w.ended, "the dry run has closed the job")
}

// A command may arrive twice, and an old one after a newer one.
func TestLateCommandsChangeNothing(t *testing.T) {
	w := newWorld(10, 3, "ready")
	begun := w.Now()
	w.command(time.Minute, contract.BulkPause, 3) // the pause of a job that was started a moment before
	w.command(2*time.Minute, contract.BulkStart, 2)
	w.command(3*time.Minute, contract.BulkResume, 4)
	w.command(4*time.Minute, contract.BulkPause, 3)
	w.command(5*time.Minute, contract.BulkStart, 5)
	w.run(t)
	require.Len(t, w.made, 3)
	require.Equal(t, 5*time.Minute, w.Now().Sub(begun).Truncate(time.Minute))
}

func TestPauseHoldsUntilResume(t *testing.T) {
	w := newWorld(10, 30, "ready")
	begun := w.Now()
	w.command(time.Minute, contract.BulkStart, 2)
	w.command(time.Minute, contract.BulkPause, 3)
	w.RegisterDelayedCallback(func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		require.LessOrEqual(t, len(w.made), 8, "no more than what was under way")
	}, 30*time.Minute)
	w.command(time.Hour, contract.BulkResume, 4)
	w.run(t)
	require.Len(t, w.made, 30)
	require.GreaterOrEqual(t, w.Now().Sub(begun), time.Hour)
}

func TestCancel(t *testing.T) {
	for name, state := range map[string]string{"waiting": "ready", "paused": "running"} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(10, 30, state)
			if state == "running" {
				w.command(0, contract.BulkPause, 2)
			}
			w.command(time.Minute, contract.BulkCancel, 3)
			w.run(t)
			require.Equal(t, []contract.BulkEnd{{JobID: "j1"}}, w.ended)
		})
	}
}

// What no retry can fix ends the job with the reason; what is away only makes it late.
func TestFailures(t *testing.T) {
	w := newWorld(10, 30, "running")
	attempts := 0
	w.render = func(n int) error {
		if n == 5 {
			if attempts++; attempts < 6 {
				return fault.New(fault.Unavailable, "object_store_unavailable", "away")
			}
		}
		return nil
	}
	w.run(t)
	require.Len(t, w.made, 30)
	require.Empty(t, w.ended)

	w = newWorld(10, 30, "running")
	w.render = func(n int) error {
		if n == 5 {
			return fault.New(fault.NotFound, "template_version_not_found", "There is no such version")
		}
		return nil
	}
	w.run(t)
	require.Equal(t, []contract.BulkEnd{{JobID: "j1", Code: "template_version_not_found", Message: "There is no such version"}}, w.ended)
}

func TestLostPartsAreMadeAgain(t *testing.T) {
	w := newWorld(10, 5, "running")
	w.redo = [][]int{{2, 4}, {4}}
	w.run(t)
	slices.Sort(w.made)
	require.Equal(t, []int{1, 2, 2, 3, 4, 4, 4, 5}, w.made)
}

// A long job continues as a new run with what is left, and forgets no command.
func TestContinueAsNew(t *testing.T) {
	w := newWorld(10, 50, "running")
	rendered := 0
	// Said from the flow's own thread, as Temporal does with a task's result.
	w.SetOnActivityCompletedListener(func(info *activity.Info, _ converter.EncodedValue, _ error) {
		if info.ActivityType.Name == contract.RenderBulkChunk {
			if rendered++; rendered == 20 {
				w.SetContinueAsNewSuggested(true)
			}
		}
	})
	w.ExecuteWorkflow(bulkrender.Workflow, input)
	require.True(t, w.IsWorkflowCompleted())
	err := w.GetWorkflowError()
	require.True(t, workflow.IsContinueAsNewError(err), "%v", err)
	made := slices.Clone(w.made)
	require.GreaterOrEqual(t, len(made), 20)
	require.Less(t, len(made), 50)

	second := newWorld(10, 50, "running")
	var waiting []int
	for _, n := range sequence(50) {
		if !slices.Contains(made, n) {
			waiting = append(waiting, n)
		}
	}
	second.ExecuteWorkflow(bulkrender.Workflow, bulkrender.Input{TenantID: "t1", JobID: "j1",
		Carry: &bulkrender.Carry{Seen: 3, Waiting: waiting, Chunks: 50}})
	require.NoError(t, second.GetWorkflowError())
	all := append(made, second.made...)
	slices.Sort(all)
	require.Equal(t, sequence(50), all)
	require.Empty(t, second.checked, "the dry run is over")
}

func TestIDNamesTenantAndJob(t *testing.T) {
	require.Equal(t, "bulkrender.t1.j1", bulkrender.ID("t1", "j1"))

}
