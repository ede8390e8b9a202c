package conversation_test

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
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/workflows/conversation"
)

var chat = contract.Chat{TenantID: "t1", ConnectionID: "c1", UserID: 7}

// world is what the activities of a test do, and what the flow told them.
type world struct {
	*testsuite.TestWorkflowEnvironment
	turns []contract.Turn
	sends []contract.TurnSend
	at    []time.Time // of the turns
	told  []string    // answers to buttons
}

// environment runs the flow on a script: script says what each turn wants.
func environment(script func(n int, in contract.Turn) (contract.Turned, error), send func(n int, in contract.TurnSend) (contract.TurnSent, error)) *world {
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()}
	w.RegisterActivityWithOptions(func(_ context.Context, in contract.Turn) (contract.Turned, error) {
		w.turns, w.at = append(w.turns, in), append(w.at, w.Now())
		return script(len(w.turns), in)
	}, activity.RegisterOptions{Name: contract.ConversationTurn})
	w.RegisterActivityWithOptions(func(_ context.Context, in contract.TurnSendInput) (contract.TurnSent, error) {
		w.sends = append(w.sends, in.Send)
		out, err := send(len(w.sends), in.Send)
		return out, fault.ToTemporal(err)
	}, activity.RegisterOptions{Name: contract.ConversationSend})
	w.RegisterActivityWithOptions(func(_ context.Context, in contract.CallbackAnswer) error {
		w.told = append(w.told, in.CallbackID)
		return nil
	}, activity.RegisterOptions{Name: contract.AnswerCallback})
	conversation.Register(w)
	w.SetTestTimeout(time.Minute)
	return w
}

func (w *world) run(t *testing.T) {
	t.Helper()
	w.ExecuteWorkflow(conversation.Workflow, conversation.Input{Chat: chat})
	require.True(t, w.IsWorkflowCompleted())
}

func fine(_ int, in contract.TurnSend) (contract.TurnSent, error) {
	return contract.TurnSent{TurnSend: in, Result: journey.OK}, nil
}

func message(visit int) *contract.TurnSend {
	return &contract.TurnSend{Session: "s", Visit: visit, Attempt: 1}
}

// J4: a message's outcome is passed to the next turn, a delay is a timer that is exact, and the flow ends when
// nothing is waited for.
func TestItSendsAndWaits(t *testing.T) {
	var due time.Time
	var w *world
	w = environment(func(n int, in contract.Turn) (contract.Turned, error) {
		switch n {
		case 1:
			return contract.Turned{Send: message(1), Answers: []contract.TurnAnswer{{CallbackID: "b"}}}, nil
		case 2:
			due = w.Now().Add(72*time.Hour + 30*time.Minute)
			return contract.Turned{Due: &due}, nil
		}
		return contract.Turned{Closed: true}, nil
	}, fine)
	w.run(t)
	require.NoError(t, w.GetWorkflowError())
	require.Len(t, w.turns, 3)
	require.Equal(t, []string{"b"}, w.told)
	require.Equal(t, &contract.TurnSent{TurnSend: *message(1), Result: journey.OK}, w.turns[1].Sent)
	require.Nil(t, w.turns[1].Timer)
	require.True(t, w.turns[2].Timer.Equal(due))
	require.Nil(t, w.turns[2].Sent)
	require.WithinDuration(t, due, w.at[2], time.Second)
	ids := map[string]bool{}
	for _, turn := range w.turns {
		ids[turn.ID] = true
	}
	require.Len(t, ids, 3, "each turn has a name of its own")
}

// J4: a message of the person's ends the wait; the timer that was set counts no more.
func TestAMessageEndsTheWait(t *testing.T) {
	var w *world
	w = environment(func(n int, in contract.Turn) (contract.Turned, error) {
		if n == 1 {
			due := w.Now().Add(time.Hour)
			return contract.Turned{Due: &due}, nil
		}
		return contract.Turned{Closed: true}, nil
	}, fine)
	w.RegisterDelayedCallback(func() { w.SignalWorkflow(conversation.SignalMessages, 2) }, time.Minute)
	begun := w.Now()
	w.run(t)
	require.NoError(t, w.GetWorkflowError())
	require.Len(t, w.turns, 2)
	require.Nil(t, w.turns[1].Timer)
	require.WithinDuration(t, begun.Add(time.Minute), w.at[1], time.Second)
}

// J4: a message that comes in while a conversation ends is not lost.
func TestAMessageAtTheEnd(t *testing.T) {
	var w *world
	w = environment(func(n int, _ contract.Turn) (contract.Turned, error) {
		if n == 1 {
			w.SignalWorkflow(conversation.SignalMessages, 2)
		}
		return contract.Turned{Closed: true}, nil
	}, fine)
	w.run(t)
	require.NoError(t, w.GetWorkflowError())
	require.Len(t, w.turns, 2)
}

// J4: what can't be done now is late and not lost: a send is tried again after Telegram's own time, a
// turn after a rest.
func TestAwayIsOnlyLate(t *testing.T) {
	w := environment(func(n int, in contract.Turn) (contract.Turned, error) {
		switch {
		case n <= 12:
			return contract.Turned{}, errors.New("the database is away")
		case in.Sent == nil:
			return contract.Turned{Send: message(1)}, nil
		}
		return contract.Turned{Closed: true}, nil
	}, func(n int, in contract.TurnSend) (contract.TurnSent, error) {
		if n == 1 {
			return contract.TurnSent{}, fault.New(fault.RateLimited, "telegram_limited", "slow down").WithRetryAfter(2 * time.Hour)
		}
		return fine(n, in)
	})
	begun := w.Now()
	w.run(t)
	require.NoError(t, w.GetWorkflowError())
	require.Len(t, w.sends, 2)
	require.GreaterOrEqual(t, w.at[len(w.at)-1].Sub(begun), 2*time.Hour)
	require.Equal(t, journey.OK, w.turns[len(w.turns)-1].Sent.Result)
}

// A message that can't be sent, ever, doesn't hold the journey up.
func TestAMessageIsGivenUp(t *testing.T) {
	w := environment(func(_ int, in contract.Turn) (contract.Turned, error) {
		if in.Sent == nil {
			return contract.Turned{Send: message(1)}, nil
		}
		return contract.Turned{Closed: true}, nil
	}, func(int, contract.TurnSend) (contract.TurnSent, error) {
		return contract.TurnSent{}, fault.New(fault.Invalid, "message_invalid", "Telegram would refuse this message")
	})
	w.run(t)
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, journey.Failed, w.turns[1].Sent.Result)
}

// J4: a long conversation goes on in a new run with what it still has to tell.
func TestItContinuesAsNew(t *testing.T) {
	w := environment(func(n int, _ contract.Turn) (contract.Turned, error) {
		if n == 3 {
			return contract.Turned{Send: message(3)}, nil
		}
		return contract.Turned{Send: message(n)}, nil
	}, fine)
	w.SetContinueAsNewSuggested(true)
	w.run(t)
	again, ok := errors.AsType[*workflow.ContinueAsNewError](w.GetWorkflowError())
	require.True(t, ok, "%v", w.GetWorkflowError())
	require.Equal(t, conversation.Workflow, again.WorkflowType.Name)
	require.Len(t, w.sends, 1)
}

// J5: through a user account, messages go to whoever owns it; one that is not to be sent any more is skipped,
// and one to somebody who blocked it ends the journey.
func TestItSendsFromAnAccount(t *testing.T) {
	for _, c := range []struct {
		sent contract.AccountSent
		want journey.SendResult
	}{
		{contract.AccountSent{State: contract.AccountSentOut, MessageID: 4}, journey.OK},
		{contract.AccountSent{State: contract.AccountSkipped}, journey.Skipped},
		{contract.AccountSent{State: contract.AccountFailed, Code: contract.AccountBlocked}, journey.Gone},
		{contract.AccountSent{State: contract.AccountFailed, Code: "other", Message: "No"}, journey.Failed},
	} {
		w := environment(func(_ int, in contract.Turn) (contract.Turned, error) {
			if in.Sent == nil {
				m := message(1)
				m.Account = true
				return contract.Turned{Send: m}, nil
			}
			return contract.Turned{Closed: true}, nil
		}, fine)
		w.RegisterActivityWithOptions(func(context.Context, contract.Connection) (contract.AccountOwner, error) {
			return contract.AccountOwner{Fence: 3}, nil
		}, activity.RegisterOptions{Name: contract.FindAccountOwner})
		var asked contract.AccountSend
		w.RegisterActivityWithOptions(func(_ context.Context, in contract.AccountSend) (contract.AccountSent, error) {
			asked = in
			return c.sent, nil
		}, activity.RegisterOptions{Name: contract.SendFromAccount})
		w.run(t)
		require.NoError(t, w.GetWorkflowError())
		require.Equal(t, c.want, w.turns[1].Sent.Result)
		require.Equal(t, int64(3), asked.Fence)
		require.Equal(t, "conversation.s.1.1", asked.Key)
		require.Empty(t, asked.Text, "the text stays out of the history")
	}
}
