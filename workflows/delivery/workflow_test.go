package delivery_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/delivery"
)

var post = contract.Delivery{TenantID: "t1", DeliveryID: "d1", Version: 3}

func environment(send func() (contract.Delivered, error)) (env *testsuite.TestWorkflowEnvironment, failed *int) {
	env = (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	failed = new(int)
	env.RegisterActivityWithOptions(func(context.Context, contract.Delivery) (contract.Delivered, error) { return send() }, activity.RegisterOptions{Name: contract.SendDelivery})
	env.RegisterActivityWithOptions(func(context.Context, contract.Delivery) (contract.Delivered, error) {
		*failed++
		return contract.Delivered{State: "failed"}, nil
	}, activity.RegisterOptions{Name: contract.FailDelivery})
	delivery.Register(env)
	return env, failed
}

// P5: a post waits for Telegram as long as it asks for.
func TestAPostWaits(t *testing.T) {
	attempts := 0
	env, failed := environment(func() (contract.Delivered, error) {
		if attempts++; attempts < 4 {
			return contract.Delivered{}, temporal.NewApplicationErrorWithOptions("pause", "telegram_rate_limited", temporal.ApplicationErrorOptions{NextRetryDelay: time.Hour})
		}
		return contract.Delivered{State: "sent"}, nil
	})
	begun := env.Now()
	env.ExecuteWorkflow(delivery.Workflow, post)
	require.NoError(t, env.GetWorkflowError())
	var out contract.Delivered
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, "sent", out.State)
	require.Zero(t, *failed)
	require.GreaterOrEqual(t, env.Now().Sub(begun), 3*time.Hour)
}

// A post that can't be sent is noted as failed, so that its person learns of it.
func TestAPostThatIsGivenUpIsNoted(t *testing.T) {
	env, failed := environment(func() (contract.Delivered, error) {
		return contract.Delivered{}, temporal.NewNonRetryableApplicationError("broken", "internal", nil)
	})
	env.ExecuteWorkflow(delivery.Workflow, post)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 1, *failed)
}
