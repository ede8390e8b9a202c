package useraccount_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/useraccount"
)

var (
	input   = contract.Connection{TenantID: "t1", ConnectionID: "c1"}
	message = contract.AccountSend{ConnectionID: "c1", Key: "k", User: 5, Text: "hi"}
)

// world is what the activities of a test do.
type world struct {
	own  func(attempt int) (contract.AccountOwned, error)
	find func(attempt int) (contract.AccountOwner, error)
	send func(attempt int, in contract.AccountSend) (contract.AccountSent, error)

	owned, found, sent int
}

func (w *world) environment() *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetTestTimeout(30 * time.Second)
	env.RegisterActivityWithOptions(func(context.Context, contract.Connection) (contract.AccountOwned, error) {
		w.owned++
		return w.own(w.owned)
	}, activity.RegisterOptions{Name: contract.OwnAccount})
	env.RegisterActivityWithOptions(func(context.Context, contract.Connection) (contract.AccountOwner, error) {
		w.found++
		out, err := w.find(w.found)
		return out, fault.ToTemporal(err)
	}, activity.RegisterOptions{Name: contract.FindAccountOwner})
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.AccountSend) (contract.AccountSent, error) {
		w.sent++
		out, err := w.send(w.sent, in)
		return out, fault.ToTemporal(err)
	}, activity.RegisterOptions{Name: contract.SendFromAccount})
	useraccount.Register(env)
	return env
}

func states(list ...contract.AccountEnd) func(int) (contract.AccountOwned, error) {
	return func(attempt int) (contract.AccountOwned, error) {
		return contract.AccountOwned{State: list[attempt-1]}, nil
	}
}

func TestItEndsWhenThereIsNothingToOwn(t *testing.T) {
	for _, state := range []contract.AccountEnd{contract.AccountIdle, contract.AccountBroken, contract.AccountGone} {
		w := &world{own: states(state)}
		env := w.environment()
		env.ExecuteWorkflow(useraccount.Workflow, input)
		require.NoError(t, env.GetWorkflowError(), state)
		require.Equal(t, 1, w.owned, state)
	}
}

// A worker that stops, and one that was frozen, hand over; the next one goes on at once.
func TestTheNextOwnerGoesOn(t *testing.T) {
	w := &world{own: states(contract.AccountStopped, contract.AccountStopped, contract.AccountIdle)}
	env := w.environment()
	begun := env.Now()
	env.ExecuteWorkflow(useraccount.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 3, w.owned)
	require.Less(t, env.Now().Sub(begun), time.Second)
}

// What can't be done now is tried again, at the same short distance.
func TestAwayIsOnlyLate(t *testing.T) {
	w := &world{own: func(attempt int) (contract.AccountOwned, error) {
		if attempt < 8 {
			return contract.AccountOwned{}, errors.New("the database is away")
		}
		return contract.AccountOwned{State: contract.AccountIdle}, nil
	}}
	env := w.environment()
	begun := env.Now()
	env.ExecuteWorkflow(useraccount.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.Less(t, env.Now().Sub(begun), 10*time.Second)
}

// What a person asks for while the owner is about to go is not lost.
func TestASignInThatComesAtTheEnd(t *testing.T) {
	var env *testsuite.TestWorkflowEnvironment
	w := &world{}
	w.own = func(attempt int) (contract.AccountOwned, error) {
		if attempt == 1 {
			env.SignalWorkflow(useraccount.SignalOwn, nil)
		}
		return contract.AccountOwned{State: contract.AccountIdle}, nil
	}
	env = w.environment()
	env.ExecuteWorkflow(useraccount.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 2, w.owned)
}

func TestABrokenProgramIsTriedAgainLater(t *testing.T) {
	w := &world{own: func(attempt int) (contract.AccountOwned, error) {
		if attempt == 1 {
			return contract.AccountOwned{}, sdk.NewNonRetryableApplicationError("no key", "sealed_value_unreadable", nil)
		}
		return contract.AccountOwned{State: contract.AccountIdle}, nil
	}}
	env := w.environment()
	begun := env.Now()
	env.ExecuteWorkflow(useraccount.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.GreaterOrEqual(t, env.Now().Sub(begun), 30*time.Second)
}

func send(t *testing.T, w *world) (contract.AccountSent, *testsuite.TestWorkflowEnvironment, error) {
	t.Helper()
	env := w.environment()
	env.ExecuteWorkflow(useraccount.SendWorkflow, message)
	var out contract.AccountSent
	if err := env.GetWorkflowError(); err != nil {
		return out, env, err
	}
	return out, env, env.GetWorkflowResult(&out)
}

// A message follows the account from owner to owner, under the fence of each.
func TestAMessageFollowsTheAccount(t *testing.T) {
	fences := []int64{0, 3, 4}
	var used []int64
	w := &world{
		find: func(attempt int) (contract.AccountOwner, error) {
			return contract.AccountOwner{Fence: fences[attempt-1]}, nil
		},
		send: func(attempt int, in contract.AccountSend) (contract.AccountSent, error) {
			used = append(used, in.Fence)
			if attempt == 1 {
				return contract.AccountSent{}, fault.New(fault.Conflict, "account_lease_lost", "gone").WithRetryAfter(time.Second)
			}
			return contract.AccountSent{State: "sent", MessageID: 7}, nil
		},
	}
	out, _, err := send(t, w)
	require.NoError(t, err)
	require.EqualValues(t, 7, out.MessageID)
	require.Equal(t, []int64{3, 4}, used)
}

func TestAWaitThatTelegramAsksForIsKept(t *testing.T) {
	w := &world{
		find: func(int) (contract.AccountOwner, error) { return contract.AccountOwner{Fence: 1}, nil },
		send: func(attempt int, _ contract.AccountSend) (contract.AccountSent, error) {
			if attempt == 1 {
				return contract.AccountSent{}, fault.New(fault.RateLimited, "account_flood_wait", "wait").WithRetryAfter(10 * time.Minute)
			}
			return contract.AccountSent{State: "sent"}, nil
		},
	}
	env := w.environment()
	begun := env.Now()
	env.ExecuteWorkflow(useraccount.SendWorkflow, message)
	require.NoError(t, env.GetWorkflowError())
	require.GreaterOrEqual(t, env.Now().Sub(begun), 10*time.Minute)
}

func TestWhatCanNotBeSentSaysWhatToDo(t *testing.T) {
	w := &world{find: func(int) (contract.AccountOwner, error) {
		return contract.AccountOwner{}, fault.New(fault.Conflict, "account_not_signed_in", "not signed in").WithRemedy("Open Connections and sign it in")
	}}
	_, _, err := send(t, w)
	require.Equal(t, "Open Connections and sign it in", fault.FromTemporal(err).Remedy)

	w = &world{
		find: func(int) (contract.AccountOwner, error) { return contract.AccountOwner{Fence: 1}, nil },
		send: func(int, contract.AccountSend) (contract.AccountSent, error) {
			return contract.AccountSent{}, fault.New(fault.Unavailable, "telegram_unreachable", "away").WithRetryAfter(time.Second)
		},
	}
	_, _, err = send(t, w)
	require.Equal(t, "account_given_up", fault.FromTemporal(err).Code)
}
