package promochat_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	engine "github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/workflows/promochat"
)

var chat = contract.Chat{TenantID: "t1", ConnectionID: "c1", UserID: 7}

// inbox is the conversation's side of the database, in memory, with the real engine.
type inbox struct {
	messages []string
	handled  int64
	closed   int
	steps    int
	open     bool
}

func (b *inbox) step(_ context.Context, in contract.ChatStepInput) (contract.ChatStepped, error) {
	b.steps++
	out := contract.ChatStepped{Conversation: in.Conversation, State: in.State, Seq: in.Seq, Count: in.Count}
	if in.Conversation == "" {
		out.Conversation, out.Seq = "row", b.handled
	}
	b.handled = out.Seq
	catalog := engine.Catalog{Bot: "bot", Token: "abcdefghijkl", Templates: []engine.Template{{ID: "t", Slug: "one", Name: "One",
		Fields: []engine.Field{{Name: "code", Label: "Code", Coupon: true, Required: true}}}}}
	advance := func(e engine.Event) {
		var effects []engine.Effect
		out.State, effects = engine.Advance(catalog, out.State, e)
		for _, e := range effects {
			out.Count++
			out.Effects = append(out.Effects, contract.KeyedEffect{Effect: e, Key: fmt.Sprintf("%d.%d", out.Seq, out.Count)})
		}
	}
	if in.Event != nil {
		advance(*in.Event)
	}
	for out.Seq < int64(len(b.messages)) {
		if n := len(out.Effects); n > 0 && out.Effects[n-1].Waits() {
			return out, nil
		}
		text := b.messages[out.Seq]
		out.Seq, out.Count = out.Seq+1, 0
		advance(engine.Event{Kind: engine.Arrived, At: time.Unix(out.Seq*60, 0), Update: message.Update{Kind: message.KindText, Text: text}})
	}
	if len(out.Effects) == 0 && !out.State.Open() {
		out.Closed, b.open = true, false
		b.closed++
	}
	return out, nil
}

type world struct {
	*testsuite.TestWorkflowEnvironment
	inbox *inbox
	done  []string // effects in their order, by key and text
}

func environment(effect func(in contract.ChatEffectInput) (contract.ChatDone, error)) *world {
	w := &world{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment(), inbox: &inbox{open: true}}
	w.RegisterActivityWithOptions(w.inbox.step, activity.RegisterOptions{Name: contract.ChatStep})
	w.RegisterActivityWithOptions(func(_ context.Context, in contract.ChatEffectInput) (contract.ChatDone, error) {
		done, err := effect(in)
		if err == nil {
			w.done = append(w.done, in.Effect.Key+" "+string(in.Effect.Kind))
		}
		return done, err
	}, activity.RegisterOptions{Name: contract.ChatEffect})
	promochat.Register(w)
	w.SetTestTimeout(time.Minute)
	return w
}

func (w *world) say(after time.Duration, text string) {
	w.RegisterDelayedCallback(func() {
		w.inbox.messages = append(w.inbox.messages, text)
		w.SignalWorkflow(promochat.SignalMessages, len(w.inbox.messages))
	}, after)
}

func fine(in contract.ChatEffectInput) (contract.ChatDone, error) {
	return contract.ChatDone{Outcome: engine.Outcome{Result: engine.OK, MessageID: 5, Message: "valid", Image: in.Effect.Image, Channel: in.Effect.Channel}}, nil
}

// P5: messages that come while an effect is under way are acted on after it, each effect once and in
// order; the image's buttons are taken off when the person's time is over, and the flow ends.
func TestAConversation(t *testing.T) {
	w := environment(fine)
	w.inbox.messages = []string{"/start t-one"}
	w.say(time.Second, "GOLD35")
	begun := w.Now()
	w.ExecuteWorkflow(promochat.Workflow, promochat.Input{Chat: chat})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, []string{"1.1 say", "2.1 check", "2.2 draw", "2.3 clear"}, w.done)
	require.Equal(t, 1, w.inbox.closed)
	require.Equal(t, int64(2), w.inbox.handled)
	require.InDelta(t, engine.Patience.Seconds(), w.Now().Sub(begun).Seconds(), 5)
}

// A database that is away for an hour only makes the conversation late.
func TestAStepIsTriedUntilItWorks(t *testing.T) {
	w := environment(fine)
	w.inbox.messages = []string{"/help"}
	failures := 0
	w.OnActivity(contract.ChatStep, mock.Anything, mock.Anything).Return(func(ctx context.Context, in contract.ChatStepInput) (contract.ChatStepped, error) {
		if failures++; failures < 8 {
			return contract.ChatStepped{}, errors.New("the database is away")
		}
		return w.inbox.step(ctx, in)
	})
	w.ExecuteWorkflow(promochat.Workflow, promochat.Input{Chat: chat})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, []string{"1.1 say"}, w.done)
}

// Somebody who has blocked the bot ends the conversation.
func TestNobodyIsThere(t *testing.T) {
	w := environment(func(contract.ChatEffectInput) (contract.ChatDone, error) {
		return contract.ChatDone{Away: true, Outcome: engine.Outcome{Result: engine.Refused}}, nil
	})
	w.inbox.messages = []string{"/start t-one"}
	w.ExecuteWorkflow(promochat.Workflow, promochat.Input{Chat: chat})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, 1, w.inbox.closed)
}

// An effect that can't be carried out is reported to the engine, and the conversation goes on.
func TestADefectDoesNotHangTheConversation(t *testing.T) {
	w := environment(func(in contract.ChatEffectInput) (contract.ChatDone, error) {
		if in.Effect.Kind == engine.Check {
			return contract.ChatDone{}, temporal.NewNonRetryableApplicationError("broken", "internal", nil)
		}
		return fine(in)
	})
	w.inbox.messages = []string{"/start t-one", "GOLD35"}
	w.say(time.Minute, "/cancel")
	w.ExecuteWorkflow(promochat.Workflow, promochat.Input{Chat: chat})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, []string{"1.1 say", "2.2 say", "3.1 say"}, w.done)
	require.Equal(t, 1, w.inbox.closed)
}

// A message that comes at the moment of the close keeps the flow going.
func TestASignalAtTheEndIsNotLost(t *testing.T) {
	w := environment(fine)
	w.inbox.messages = []string{"/help"}
	late := true
	w.OnActivity(contract.ChatStep, mock.Anything, mock.Anything).Return(func(ctx context.Context, in contract.ChatStepInput) (contract.ChatStepped, error) {
		out, err := w.inbox.step(ctx, in)
		if out.Closed && late {
			late = false
			w.inbox.messages = append(w.inbox.messages, "/help")
			w.SignalWorkflow(promochat.SignalMessages, 2)
		}
		return out, err
	})
	w.ExecuteWorkflow(promochat.Workflow, promochat.Input{Chat: chat})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, []string{"1.1 say", "2.1 say"}, w.done)
}
