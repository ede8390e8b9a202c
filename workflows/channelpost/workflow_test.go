package channelpost_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/channelpost"
)

// F8: a channel that can't be reached makes a post late.
func TestAPostIsTriedUntilItIsSent(t *testing.T) {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	attempts := 0
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.ChannelPost) error {
		require.Equal(t, "p1", in.PostID)
		if attempts++; attempts < 6 {
			return errors.New("Telegram is away")
		}
		return nil
	}, activity.RegisterOptions{Name: contract.SendChannelPost})
	channelpost.Register(env)
	env.ExecuteWorkflow(channelpost.Workflow, contract.ChannelPost{TenantID: "t1", PostID: "p1"})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 6, attempts)
}

// P12: a bot that can't be reached makes a deletion late.
func TestADeletionIsTriedUntilItHasEnded(t *testing.T) {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	attempts := 0
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.ChannelPost) error {
		require.Equal(t, "p1", in.PostID)
		if attempts++; attempts < 4 {
			return errors.New("Telegram is away")
		}
		return nil
	}, activity.RegisterOptions{Name: contract.DeleteChannelPost})
	channelpost.Register(env)
	env.ExecuteWorkflow(channelpost.Deletion, contract.ChannelPost{TenantID: "t1", PostID: "p1"})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 4, attempts)
}
