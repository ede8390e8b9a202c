package botupdates_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/botupdates"
)

var connection = contract.Connection{TenantID: "t1", ConnectionID: "c1"}

// environment runs the flow with a connection whose updates come in as mode says now.
func environment(mode func() contract.UpdatesMode, poll func(ctx context.Context) error) (env *testsuite.TestWorkflowEnvironment, prepared *int) {
	env = (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	prepared = new(int)
	env.RegisterActivityWithOptions(func(context.Context, contract.Connection) (contract.Updates, error) {
		*prepared++
		return contract.Updates{Mode: mode()}, nil
	}, activity.RegisterOptions{Name: contract.PrepareUpdates})
	env.RegisterActivityWithOptions(func(ctx context.Context, _ contract.Connection) error { return poll(ctx) }, activity.RegisterOptions{Name: contract.PollUpdates})
	botupdates.Register(env)
	env.SetTestTimeout(time.Minute)
	return env, prepared
}

// C4: a webhook is checked every ten minutes and when the connection changes; a connection that
// is gone ends the flow.
func TestAWebhookIsLookedAfter(t *testing.T) {
	gone := false
	env, prepared := environment(func() contract.UpdatesMode {
		if gone {
			return contract.UpdatesGone
		}
		return contract.UpdatesWebhook
	}, nil)
	env.RegisterDelayedCallback(func() { env.SignalWorkflow(botupdates.SignalChanged, nil) }, 35*time.Minute)
	env.RegisterDelayedCallback(func() { gone = true; env.SignalWorkflow(botupdates.SignalChanged, nil) }, 36*time.Minute)
	env.ExecuteWorkflow(botupdates.Workflow, connection)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 6, *prepared, "at 0, 10, 20, 30, 35 and 36 minutes")
}

// A poller that can't work is restarted with growing pauses, and one that ends by itself at once.
func TestAPollerIsBegunAgain(t *testing.T) {
	polls := 0
	env, _ := environment(func() contract.UpdatesMode {
		if polls == 6 {
			return contract.UpdatesGone
		}
		return contract.UpdatesPolling
	}, func(context.Context) error {
		if polls++; polls < 6 {
			return errors.New("telegram is away")
		}
		return nil
	})
	begun := env.Now()
	env.ExecuteWorkflow(botupdates.Workflow, connection)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 6, polls)
	require.GreaterOrEqual(t, env.Now().Sub(begun), 15*time.Second, "0.5, 1, 2, 4 and 8 seconds")
}

// A bot that can't be used waits for a change.
func TestABotThatIsOffWaits(t *testing.T) {
	mode := contract.UpdatesOff
	env, prepared := environment(func() contract.UpdatesMode { return mode }, nil)
	env.RegisterDelayedCallback(func() { mode = contract.UpdatesGone; env.SignalWorkflow(botupdates.SignalChanged, nil) }, 5*time.Minute)
	env.ExecuteWorkflow(botupdates.Workflow, connection)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 2, *prepared)
}
