package housekeeping_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/housekeeping"
)

// environment knows the duties; each does two things, unless do says otherwise.
func environment(do map[string]func() (int, error)) *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	for _, name := range []string{contract.ExpireArchives, contract.ForgetJobs, contract.ForgetCouponChecks, contract.RequeuePreviews, contract.ForgetMessages, contract.ErasePeople, contract.MendCounts} {
		env.RegisterActivityWithOptions(func(context.Context) (int, error) {
			if f := do[name]; f != nil {
				return f()
			}
			return 2, nil
		}, activity.RegisterOptions{Name: name})
	}
	housekeeping.Register(env)
	return env
}

func run(t *testing.T, env *testsuite.TestWorkflowEnvironment) (housekeeping.Result, error) {
	t.Helper()
	env.ExecuteWorkflow(housekeeping.Workflow, contract.ScheduledRun{TenantID: "t1", Date: "2026-11-24"})
	require.True(t, env.IsWorkflowCompleted())
	if err := env.GetWorkflowError(); err != nil {
		return nil, err
	}
	var result housekeeping.Result
	return result, env.GetWorkflowResult(&result)
}

func TestEveryDutyIsDone(t *testing.T) {
	result, err := run(t, environment(nil))
	require.NoError(t, err)
	require.Equal(t, housekeeping.Result{contract.ExpireArchives: 2, contract.ForgetJobs: 2, contract.ForgetCouponChecks: 2, contract.RequeuePreviews: 2, contract.ForgetMessages: 2, contract.ErasePeople: 2, contract.MendCounts: 2}, result)
}

func TestAwayIsOnlyLate(t *testing.T) {
	attempts := 0
	env := environment(map[string]func() (int, error){contract.ExpireArchives: func() (int, error) {
		if attempts++; attempts < 9 {
			return 0, errors.New("the store is away")
		}
		return 7, nil
	}})
	begun := env.Now()
	result, err := run(t, env)
	require.NoError(t, err)
	require.Equal(t, 7, result[contract.ExpireArchives])
	require.Greater(t, env.Now().Sub(begun), 10*time.Minute)
}

// A duty that can't be done is said at the end; the others are done.
func TestOneDutyThatFailsKeepsNoneWaiting(t *testing.T) {
	done := 0
	count := func() (int, error) { done++; return 1, nil }
	env := environment(map[string]func() (int, error){
		contract.ExpireArchives: func() (int, error) {
			return 0, sdk.NewNonRetryableApplicationError("the bucket is gone", "bucket_missing", nil)
		},
		contract.ForgetJobs: count, contract.ForgetCouponChecks: count, contract.RequeuePreviews: count,
	})
	_, err := run(t, env)
	require.ErrorContains(t, err, "the bucket is gone")
	require.Equal(t, 3, done)
}
