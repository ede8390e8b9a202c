package promochat

import (
	"fmt"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/promochat"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/waiting"
)

// stepTries is how many times a step is attempted in a row; each attempt adds events to the history.
const stepTries = 2 * time.Minute

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It ends when nothing is waited for and everything that was received has been acted on.
func Run(ctx workflow.Context, in Input) error {
	f := &flow{in: in}
	if c := in.Carry; c != nil {
		f.conversation, f.state, f.seq, f.count, f.event = c.Conversation, c.State, c.Seq, c.Count, c.Event
	}
	return f.run(ctx)
}

type flow struct {
	in           Input
	conversation string // its row's id
	state        promochat.State
	seq          int64
	count        int
	event        *promochat.Event // what happened since the last step, besides messages
}

func (f *flow) run(ctx workflow.Context) error {
	signals := workflow.GetSignalChannel(ctx, SignalMessages)
	for {
		waiting.Drain(signals)
		out, err := f.step(ctx)
		if err != nil {
			if err := waiting.BackOff(ctx, signals, err, f.continueAsNew); err != nil {
				return err
			}
			continue
		}
		if out.Closed {
			if waiting.Drain(signals) {
				continue // it arrived after the close, and has undone it
			}
			return nil
		}
		f.showProgress(ctx)
		if len(out.Effects) > 0 {
			if err := f.act(ctx, out.Effects); err != nil {
				return err
			}
			continue
		}
		if !f.state.Open() {
			continue // there is more in the inbox than one step reads
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			// A signal that is pending starts the next run's first step, which reads the inbox anyway.
			waiting.Drain(signals)
			return f.continueAsNew(ctx)
		}
		if err := f.wait(ctx, signals); err != nil {
			return err
		}
	}
}

// continueAsNew carries the conversation over to a run with an empty history.
func (f *flow) continueAsNew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, Workflow, Input{Chat: f.in.Chat,
		Carry: &Carry{Conversation: f.conversation, State: f.state, Seq: f.seq, Count: f.count, Event: f.event}})
}

// step lets the engine decide, in a local activity.
func (f *flow) step(ctx workflow.Context) (contract.ChatStepped, error) {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: stepTries, // without it the first limit would end the attempts too
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 200 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	var out contract.ChatStepped
	in := contract.ChatStepInput{Chat: f.in.Chat, Conversation: f.conversation, State: f.state, Seq: f.seq, Count: f.count, Event: f.event}
	if err := workflow.ExecuteLocalActivity(ctx, contract.ChatStep, in).Get(ctx, &out); err != nil {
		return out, fmt.Errorf("step of a conversation: %w", err)
	}
	f.conversation, f.state, f.seq, f.count, f.event = out.Conversation, out.State, out.Seq, out.Count, nil
	return out, nil
}

// effectLimit is how long an effect waits for a bot that somebody has to mend.
const effectLimit = 30 * 24 * time.Hour

// act carries out effects in their order; answers to buttons go at once. The outcome of the last,
// if it has one, is the next step's event.
func (f *flow) act(ctx workflow.Context, effects []contract.KeyedEffect) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    30 * time.Second,
		ScheduleToCloseTimeout: effectLimit,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	var answers []workflow.Future
	for _, e := range effects {
		future := workflow.ExecuteActivity(ctx, contract.ChatEffect, contract.ChatEffectInput{Chat: f.in.Chat, Effect: e})
		if e.Kind == promochat.Answer {
			answers = append(answers, future)
			continue
		}
		done, err := result(ctx, future)
		if err != nil {
			return err
		}
		if done.Away { // nobody is there any more
			f.state = promochat.State{}
			break
		}
		if e.Waits() {
			f.event = &promochat.Event{Kind: eventOf(e.Kind), At: workflow.Now(ctx), Outcome: done.Outcome}
		}
	}
	for _, future := range answers {
		if _, err := result(ctx, future); err != nil {
			return err
		}
	}
	return nil
}

// result is how an effect ended. One that could not be carried out in time, or that hit a defect,
// is reported to the engine as refused: the conversation must not hang on it.
func result(ctx workflow.Context, future workflow.Future) (contract.ChatDone, error) {
	var done contract.ChatDone
	err := future.Get(ctx, &done)
	if sdk.IsCanceledError(err) {
		return done, err
	}
	if err != nil {
		workflow.GetLogger(ctx).Error("an effect of a conversation was given up", "error", err)
		done = contract.ChatDone{Outcome: promochat.Outcome{Result: promochat.Refused, Message: "Something went wrong on our side."}}
	}
	return done, nil
}

func eventOf(effect promochat.EffectKind) promochat.EventKind {
	switch effect {
	case promochat.Check:
		return promochat.Coupon
	case promochat.Take:
		return promochat.Took
	case promochat.Draw:
		return promochat.Drawn
	default:
		return promochat.Posted
	}
}

// wait waits for a message, or for the person's time to run out.
func (f *flow) wait(ctx workflow.Context, signals workflow.ReceiveChannel) error {
	timing, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timing, promochat.Patience, workflow.TimerOptions{Summary: "puts the conversation aside"})
	selector := workflow.NewSelector(ctx)
	var failed error
	selector.AddReceive(signals, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddFuture(timer, func(t workflow.Future) {
		if failed = t.Get(ctx, nil); failed == nil {
			f.event = &promochat.Event{Kind: promochat.Timeout, At: workflow.Now(ctx)}
		}
	})
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) { failed = ctx.Err() })
	selector.Select(ctx)
	return failed
}

// showProgress shows operators where the conversation is, without the person's words.
func (f *flow) showProgress(ctx workflow.Context) {
	step := f.state.Step
	if step == promochat.Idle {
		step = "idle"
	}
	details := fmt.Sprintf("Step: %s. Messages acted on: up to %d. Images made: %d.", step, f.seq, f.state.Made)
	if f.state.Template != nil {
		details += fmt.Sprintf(" Template: `%s`.", f.state.Template.ID)
	}
	temporal.Details(ctx, details)
}
