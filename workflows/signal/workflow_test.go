package signal_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/signal"
)

var in = contract.Signal{TenantID: "t1", SignalID: "s1"}

// world is a signal whose database the test plays.
type world struct {
	*testsuite.TestWorkflowEnvironment
	looks int
	posts []string
	asked int
}

func newWorld(t *testing.T, advance func(w *world) (contract.SignalAdvanced, error), post func(id string, attempt int) error) *world {
	t.Helper()
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()}
	attempts := map[string]int{}
	w.RegisterActivityWithOptions(func(_ context.Context, got contract.Signal) (contract.SignalAdvanced, error) {
		require.Equal(t, in, got)
		w.looks++
		return advance(w)
	}, activity.RegisterOptions{Name: contract.AdvanceSignal})
	w.RegisterActivityWithOptions(func(_ context.Context, got contract.SignalPost) error {
		attempts[got.PostID]++
		if post != nil {
			if err := post(got.PostID, attempts[got.PostID]); err != nil {
				return err
			}
		}
		w.posts = append(w.posts, got.PostID)
		return nil
	}, activity.RegisterOptions{Name: contract.PostSignal})
	w.RegisterActivityWithOptions(func(context.Context, contract.Signal) error { w.asked++; return nil }, activity.RegisterOptions{Name: contract.AskAboutSignal})
	signal.Register(w)
	return w
}

func (w *world) run() error {
	w.ExecuteWorkflow(signal.Workflow, in)
	return w.GetWorkflowError()
}

// F4: it sends in order, waits for looks, and ends when all was told.
func TestItSendsWhatHappens(t *testing.T) {
	w := newWorld(t, func(w *world) (contract.SignalAdvanced, error) {
		now := contract.SignalAdvanced{Again: time.Hour}
		switch {
		case w.looks == 1:
			now.Posts = []string{"signal"}
		case len(w.posts) == 1 && w.looks >= 3:
			now.Posts, now.Over = []string{"tp1", "stop"}, true
		case len(w.posts) == 3:
			now.Over = true
		}
		return now, nil
	}, nil)
	begun := w.Now()
	w.RegisterDelayedCallback(func() { w.SignalWorkflow(signal.SignalLook, nil) }, 10*time.Minute)
	require.NoError(t, w.run())
	require.Equal(t, []string{"signal", "tp1", "stop"}, w.posts)
	require.Less(t, w.Now().Sub(begun), 11*time.Minute, "a look wakes it")
}

// A message that can't be sent for hours makes those after it late, and loses none.
func TestMessagesKeepTheirOrder(t *testing.T) {
	w := newWorld(t, func(w *world) (contract.SignalAdvanced, error) {
		if len(w.posts) > 0 {
			return contract.SignalAdvanced{Over: true}, nil
		}
		return contract.SignalAdvanced{Posts: []string{"one", "two"}, Over: true}, nil
	}, func(id string, attempt int) error {
		if id == "one" && attempt < 8 {
			return errors.New("Telegram is away")
		}
		return nil
	})
	require.NoError(t, w.run())
	require.Equal(t, []string{"one", "two"}, w.posts)
}

// A database that is away makes it late.
func TestADatabaseThatIsAway(t *testing.T) {
	w := newWorld(t, func(w *world) (contract.SignalAdvanced, error) {
		if w.looks < 20 {
			return contract.SignalAdvanced{}, errors.New("the database is away")
		}
		return contract.SignalAdvanced{Over: true}, nil
	}, nil)
	require.NoError(t, w.run())
	require.Equal(t, 20, w.looks)
}

// It looks without being woken, asks once, and goes on in a fresh history.
func TestItLooksByItselfAndGoesOn(t *testing.T) {
	w := newWorld(t, func(w *world) (contract.SignalAdvanced, error) {
		w.SetContinueAsNewSuggested(w.looks == 3)
		return contract.SignalAdvanced{Ask: w.looks == 1, Again: time.Hour}, nil
	}, nil)
	err := w.run()
	require.True(t, workflow.IsContinueAsNewError(err), err)
	require.Equal(t, 3, w.looks)
	require.Equal(t, 1, w.asked)
}
