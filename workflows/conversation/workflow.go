package conversation

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/useraccount"
	"github.com/promostack/promostack/workflows/waiting"
)

const (
	// turnTries is how many times a turn is attempted in a row; each attempt adds events to the history.
	turnTries = 2 * time.Minute
	// answerLimit is how long it makes sense to answer a pressed button: after that Telegram has ended its spinning anyway.
	answerLimit = 20 * time.Second
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It ends when no journey runs and everything that was received has been acted on. Where the
// conversation is stands in the database; the flow's own state is what happened since the last turn.
func Run(ctx workflow.Context, in Input) error {
	f := &flow{in: in}
	if in.Carry != nil {
		f.sent, f.timer = in.Carry.Sent, in.Carry.Timer
	}
	return f.run(ctx)
}

type flow struct {
	in      Input
	turns   int
	answers []workflow.Future  // to pressed buttons, under way
	sent    *contract.TurnSent // how the last message ended
	timer   *time.Time         // the time that was waited for has come
}

func (f *flow) run(ctx workflow.Context) error {
	signals := workflow.GetSignalChannel(ctx, SignalMessages)
	for {
		waiting.Drain(signals)
		out, err := f.turn(ctx)
		if err != nil {
			if err := waiting.BackOff(ctx, signals, err, f.continueAsNew); err != nil {
				return err
			}
			continue
		}
		temporal.Details(ctx, out.Step)
		f.answer(ctx, out.Answers)
		if out.Closed {
			f.settle(ctx)
			if waiting.Drain(signals) {
				continue // it arrived after the close, and has undone it
			}
			return nil
		}
		if out.Send != nil {
			sent, err := f.send(ctx, *out.Send)
			if err != nil {
				return err
			}
			f.sent = &sent
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			f.settle(ctx)
			// A signal that is pending starts the next run's first turn, which reads the inbox anyway.
			waiting.Drain(signals)
			return f.continueAsNew(ctx)
		}
		if out.Send != nil || out.More {
			continue
		}
		if err := f.wait(ctx, signals, out); err != nil {
			return err
		}
	}
}

// continueAsNew carries the conversation over to a run with an empty history.
func (f *flow) continueAsNew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, Workflow, Input{Chat: f.in.Chat, Carry: &Carry{Sent: f.sent, Timer: f.timer}})
}

// turn lets the engine decide, in a local activity. Its name makes a turn whose answer was lost the same
// turn when it is requested again.
func (f *flow) turn(ctx workflow.Context) (contract.Turned, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: turnTries, // without it the first limit would end the attempts too
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	in := contract.Turn{Chat: f.in.Chat, ID: workflow.GetInfo(ctx).WorkflowExecution.RunID + "." + strconv.Itoa(f.turns), Sent: f.sent, Timer: f.timer}
	var out contract.Turned
	if err := workflow.ExecuteLocalActivity(ctx, contract.ConversationTurn, in).Get(ctx, &out); err != nil {
		return out, fmt.Errorf("turn of a conversation: %w", err)
	}
	f.turns++
	f.sent, f.timer = nil, nil
	return out, nil
}

// answer ends the spinning of pressed buttons; only the end of the run waits for it.
func (f *flow) answer(ctx workflow.Context, answers []contract.TurnAnswer) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: answerLimit,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2},
	})
	f.answers = slices.DeleteFunc(f.answers, workflow.Future.IsReady)
	for _, a := range answers {
		f.answers = append(f.answers, workflow.ExecuteActivity(ctx, contract.AnswerCallback,
			contract.CallbackAnswer{ConnectionID: f.in.Chat.ConnectionID, CallbackID: a.CallbackID, Text: a.Text}))
	}
}

// settle waits for the answers that are under way, before the run ends and takes them with it.
func (f *flow) settle(ctx workflow.Context) {
	for _, answer := range f.answers {
		if err := answer.Get(ctx, nil); err != nil {
			workflow.GetLogger(ctx).Warn("a pressed button was not answered", "error", err)
		}
	}
	f.answers = nil
}

// sendLimit is how long a message waits for a connection that somebody has to mend.
const sendLimit = 30 * 24 * time.Hour

// send sends the message that a turn asked for, and reports how it ended. One that could not be sent in a
// month is given up, and the journey goes on without it: it must not hang on it.
func (f *flow) send(ctx workflow.Context, name contract.TurnSend) (contract.TurnSent, error) {
	done := contract.TurnSent{TurnSend: name}
	var err error
	if name.Account {
		done, err = f.fromAccount(ctx, name)
	} else {
		ctx := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			StartToCloseTimeout:    30 * time.Second,
			ScheduleToCloseTimeout: sendLimit,
			RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		})
		err = workflow.ExecuteActivity(ctx, contract.ConversationSend, contract.TurnSendInput{Chat: f.in.Chat, Send: name}).Get(ctx, &done)
	}
	if err == nil {
		return done, nil
	}
	if ctx.Err() != nil {
		return done, ctx.Err()
	}
	workflow.GetLogger(ctx).Error("a message of a conversation was given up", "error", err)
	return contract.TurnSent{TurnSend: name, Result: journey.Failed, Problem: fault.FromTemporal(err).Message}, nil
}

// fromAccount sends through whoever owns the user account.
func (f *flow) fromAccount(ctx workflow.Context, name contract.TurnSend) (contract.TurnSent, error) {
	done := contract.TurnSent{TurnSend: name}
	sent, err := useraccount.Send(ctx, contract.AccountSend{ConnectionID: f.in.Chat.ConnectionID, Key: name.Key(), User: f.in.Chat.UserID, Turn: &name})
	if err != nil {
		return done, err
	}
	done.Result, done.Problem = journey.OK, sent.Message
	switch sent.State {
	case contract.AccountSkipped:
		done.Result = journey.Skipped
	case contract.AccountFailed:
		done.Result = journey.Failed
		if sent.Code == contract.AccountBlocked {
			done.Result = journey.Gone
		}
	}
	return done, nil
}

// wait waits for a message, or for the journey's time.
func (f *flow) wait(ctx workflow.Context, signals workflow.ReceiveChannel, out contract.Turned) error {
	timing, cancel := workflow.WithCancel(ctx)
	defer cancel()
	selector := workflow.NewSelector(ctx)
	var failed error
	if due := out.Due; due != nil {
		timer := workflow.NewTimerWithOptions(timing, max(0, due.Sub(workflow.Now(ctx))), workflow.TimerOptions{Summary: "goes on from " + out.Step})
		selector.AddFuture(timer, func(t workflow.Future) {
			if failed = t.Get(ctx, nil); failed == nil {
				f.timer = due
			}
		})
	}
	selector.AddReceive(signals, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) { failed = ctx.Err() })
	selector.Select(ctx)
	return failed
}
