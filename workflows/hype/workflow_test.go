package hype_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/hype"
)

var began = time.Date(2029, 1, 8, 7, 51, 0, 0, time.UTC)

// world is a run of three messages, ten minutes apart, whose database the test plays.
type world struct {
	*testsuite.TestWorkflowEnvironment
	away  int // looks that fail
	looks int
	sent  []string // when each message was asked for
	post  func(attempt int) error
}

func newWorld() *world {
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment(), post: func(int) error { return nil }}
	w.SetStartTime(began)
	hype.Register(w)
	register := func(name string, f any) { w.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name}) }
	register(contract.LookAtHype, func(_ context.Context, in contract.HypeRun) (contract.HypeTurn, error) {
		if w.looks++; w.looks <= w.away {
			return contract.HypeTurn{}, errors.New("the database is away")
		}
		if len(w.sent) == 3 {
			return contract.HypeTurn{Said: "All were sent."}, nil
		}
		return contract.HypeTurn{Message: len(w.sent) + 1, At: in.At.Add(time.Duration(len(w.sent)*10) * time.Minute)}, nil
	})
	tries := map[int]int{}
	register(contract.PostHype, func(_ context.Context, in contract.HypeMessage) error {
		tries[in.Message]++
		if err := w.post(tries[in.Message]); err != nil {
			return fault.ToTemporal(err)
		}
		w.sent = append(w.sent, w.Now().UTC().Format("15:04")+" due "+in.Due.Format("15:04"))
		return nil
	})
	return w
}

func (w *world) run() error {
	w.ExecuteWorkflow(hype.Workflow, contract.HypeRun{TenantID: "t", FlowID: "f", Date: "2029-01-08", At: began.Add(5 * time.Minute)})
	return w.GetWorkflowError()
}

// Each message comes at its time.
func TestMessagesAtTheirTimes(t *testing.T) {
	w := newWorld()
	require.NoError(t, w.run())
	require.Equal(t, []string{"07:56 due 07:56", "08:06 due 08:06", "08:16 due 08:16"}, w.sent)
}

// A database, or Telegram, that is away makes a message late; what no retry can mend ends the run.
func TestWhatIsAway(t *testing.T) {
	w := newWorld()
	w.away = 30
	w.post = func(attempt int) error {
		if attempt < 3 {
			return fault.New(fault.Unavailable, "telegram_unavailable", "Telegram does not answer")
		}
		return nil
	}
	require.NoError(t, w.run())
	require.Len(t, w.sent, 3)

	w = newWorld()
	w.post = func(int) error { return fault.New(fault.Invalid, "date", "A defect") }
	require.Error(t, w.run())
	require.Empty(t, w.sent)
}
