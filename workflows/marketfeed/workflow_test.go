package marketfeed_test

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
	"github.com/promostack/promostack/workflows/marketfeed"
)

// run lets the flow look for an hour, and returns when it looked.
func run(t *testing.T, looks func(n int) (contract.MarketLook, error), prepare func(*testsuite.TestWorkflowEnvironment)) (times []time.Duration, err error) {
	t.Helper()
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	begun := env.Now()
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.MarketFeed) (contract.MarketLook, error) {
		require.Equal(t, "XAU/USD", in.Symbol)
		times = append(times, env.Now().Sub(begun).Truncate(time.Second))
		return looks(len(times))
	}, activity.RegisterOptions{Name: contract.LookAtMarket})
	marketfeed.Register(env)
	env.RegisterDelayedCallback(env.CancelWorkflow, time.Hour)
	if prepare != nil {
		prepare(env)
	}
	env.ExecuteWorkflow(marketfeed.Workflow, contract.MarketFeed{Provider: "twelvedata", Symbol: "XAU/USD"})
	require.True(t, env.IsWorkflowCompleted())
	return times, env.GetWorkflowError()
}

func TestItLooksAgainWhenTheLookSays(t *testing.T) {
	times, err := run(t, func(n int) (contract.MarketLook, error) {
		return contract.MarketLook{Again: time.Duration(n) * 10 * time.Minute, Said: "live"}, nil
	}, nil)
	require.ErrorContains(t, err, "canceled")
	require.Equal(t, []time.Duration{0, 10 * time.Minute, 30 * time.Minute}, times)
}

func TestItLooksAtOnceWhenAsked(t *testing.T) {
	times, _ := run(t, func(int) (contract.MarketLook, error) { return contract.MarketLook{Again: 2 * time.Hour}, nil },
		func(env *testsuite.TestWorkflowEnvironment) {
			env.RegisterDelayedCallback(func() { env.SignalWorkflow(marketfeed.SignalLook, nil) }, 7*time.Minute)
		})
	require.Equal(t, []time.Duration{0, 7 * time.Minute}, times)
}

func TestADatabaseThatIsAwayMakesItLate(t *testing.T) {
	times, err := run(t, func(n int) (contract.MarketLook, error) {
		if n < 5 {
			return contract.MarketLook{}, errors.New("the database is away")
		}
		return contract.MarketLook{Again: 2 * time.Hour}, nil
	}, nil)
	require.ErrorContains(t, err, "canceled")
	require.Len(t, times, 5)
}

func TestALongHistoryGoesOnInAFreshOne(t *testing.T) {
	var env *testsuite.TestWorkflowEnvironment
	_, err := run(t, func(n int) (contract.MarketLook, error) {
		env.SetContinueAsNewSuggested(n == 3)
		return contract.MarketLook{Again: time.Minute}, nil
	}, func(e *testsuite.TestWorkflowEnvironment) { env = e })
	require.True(t, workflow.IsContinueAsNewError(err), err)
}

func TestItEndsWithItsMarket(t *testing.T) {
	times, err := run(t, func(n int) (contract.MarketLook, error) {
		return contract.MarketLook{Again: time.Minute, Over: n == 3}, nil
	}, nil)
	require.NoError(t, err)
	require.Len(t, times, 3)
}
