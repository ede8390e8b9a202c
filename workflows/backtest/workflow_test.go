package backtest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/backtest"
)

// world is a tenant's backtests, whose database the test plays.
type world struct {
	*testsuite.TestWorkflowEnvironment
	waits []string
	away  int // looks that fail
	looks int
	tries map[string]int
	ran   []string
	ended []contract.BacktestEnd
	run   func(id string, attempt int) error
}

func newWorld(waits ...string) *world {
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment(), waits: waits, tries: map[string]int{},
		run: func(string, int) error { return nil }}
	backtest.Register(w)
	register := func(name string, f any) { w.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name}) }
	register(contract.NextBacktest, func(context.Context, contract.Backtests) (contract.BacktestTurn, error) {
		w.looks++
		if w.looks <= w.away {
			return contract.BacktestTurn{}, errors.New("the database is away")
		}
		if len(w.waits) == 0 {
			return contract.BacktestTurn{Said: "Nothing waits."}, nil
		}
		return contract.BacktestTurn{BacktestID: w.waits[0]}, nil
	})
	register(contract.RunBacktest, func(_ context.Context, in contract.Backtest) error {
		w.tries[in.BacktestID]++
		if err := w.run(in.BacktestID, w.tries[in.BacktestID]); err != nil {
			return fault.ToTemporal(err)
		}
		w.ran, w.waits = append(w.ran, in.BacktestID), w.waits[1:]
		return nil
	})
	register(contract.EndBacktest, func(_ context.Context, in contract.BacktestEnd) error {
		w.ended, w.waits = append(w.ended, in), w.waits[1:]
		return nil
	})
	return w
}

func (w *world) result(t *testing.T) error {
	t.Helper()
	w.ExecuteWorkflow(backtest.Workflow, contract.Backtests{TenantID: "t1"})
	require.True(t, w.IsWorkflowCompleted())
	return w.GetWorkflowError()
}

// F3: one after the other, until none waits.
func TestOneAfterTheOther(t *testing.T) {
	w := newWorld("a", "b", "c")
	require.NoError(t, w.result(t))
	require.Equal(t, []string{"a", "b", "c"}, w.ran)
	require.Empty(t, w.ended)
}

// What is away makes it late; what no retry can mend closes one, and the next has its turn.
func TestWhatFails(t *testing.T) {
	w := newWorld("a", "b", "c")
	w.away = 12
	w.run = func(id string, attempt int) error {
		switch {
		case id == "a" && attempt < 9:
			return fault.New(fault.Unavailable, "database_unavailable", "away")
		case id == "b":
			return fault.New(fault.Conflict, "backtest_died", "The worker died of it")
		}
		return nil
	}
	require.NoError(t, w.result(t))
	require.Equal(t, []string{"a", "c"}, w.ran)
	require.Equal(t, 9, w.tries["a"])
	require.Equal(t, []contract.BacktestEnd{{TenantID: "t1", BacktestID: "b", Code: "backtest_died", Message: "The worker died of it"}}, w.ended)
}

// One that is asked for while the last one ends is not forgotten.
func TestALookAtTheEnd(t *testing.T) {
	w := newWorld("a")
	w.run = func(id string, _ int) error {
		if id == "a" {
			w.SignalWorkflow(backtest.SignalLook, nil)
			w.waits = append(w.waits, "b")
		}
		return nil
	}
	require.NoError(t, w.result(t))
	require.Equal(t, []string{"a", "b"}, w.ran)
}

// A flow that an operator cancels closes what it runs.
func TestACancelledFlow(t *testing.T) {
	w := newWorld("a")
	w.run = func(string, int) error { return fault.New(fault.Unavailable, "database_unavailable", "away") }
	w.RegisterDelayedCallback(w.CancelWorkflow, 3*time.Second)
	require.Error(t, w.result(t))
	require.Equal(t, []contract.BacktestEnd{{TenantID: "t1", BacktestID: "a"}}, w.ended)
}

func TestALongQueueGoesOnInAFreshHistory(t *testing.T) {
	w := newWorld("a", "b")
	w.SetContinueAsNewSuggested(true)
	err := w.result(t)
	require.True(t, workflow.IsContinueAsNewError(err), "%v", err)
	require.Equal(t, []string{"a"}, w.ran)
}

func TestIDNamesTheTenant(t *testing.T) { require.Equal(t, "backtest.t1", contract.BacktestsID("t1")) }
