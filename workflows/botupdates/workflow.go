package botupdates

import (
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/waiting"
)

const (
	// lookAgain is how often a webhook is checked: another program may have taken it.
	lookAgain = 10 * time.Minute
	// deadAfter is how long a poller may miss its heartbeats. A message waits no longer when its
	// worker is killed.
	deadAfter = 6 * time.Second
	// pollLimit ends a poller that nothing else has ended; the next one begins at once.
	pollLimit = 24 * time.Hour
	// calm is how long a poller must have run for its end not to count as a failure.
	calm         = time.Minute
	firstPause   = 500 * time.Millisecond
	longestPause = 30 * time.Second
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It ends when the connection no longer exists.
func Run(ctx workflow.Context, in contract.Connection) error {
	return (&flow{in: in, pause: firstPause}).run(ctx)
}

type flow struct {
	in    contract.Connection
	pause time.Duration
}

func (f *flow) run(ctx workflow.Context) error {
	changed := workflow.GetSignalChannel(ctx, SignalChanged)
	for {
		waiting.Drain(changed)
		mode, err := f.prepare(ctx)
		if err != nil {
			return err
		}
		temporal.Details(ctx, "updates "+string(mode))
		if mode == contract.UpdatesGone && !waiting.Drain(changed) {
			return nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			waiting.Drain(changed) // the next run checks again anyway
			return workflow.NewContinueAsNewError(ctx, Workflow, f.in)
		}
		if mode == contract.UpdatesPolling {
			err = f.poll(ctx, changed)
		} else {
			err = waiting.For(ctx, changed, lookAgain)
		}
		if err != nil {
			return err
		}
	}
}

func (f *flow) prepare(ctx workflow.Context) (contract.UpdatesMode, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
	var updates contract.Updates
	err := workflow.ExecuteActivity(ctx, contract.PrepareUpdates, f.in).Get(ctx, &updates)
	if err != nil && !sdk.IsCanceledError(err) {
		workflow.GetLogger(ctx).Error("a connection's updates can't be prepared", "error", err)
		return contract.UpdatesOff, nil // until it is changed, or the next look
	}
	return updates.Mode, err
}

// poll has the updates fetched until the connection changes or the poller ends.
func (f *flow) poll(ctx workflow.Context, changed workflow.ReceiveChannel) error {
	polling, stop := workflow.WithCancel(workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueConnections,
		StartToCloseTimeout: pollLimit,
		HeartbeatTimeout:    deadAfter,
		WaitForCancellation: true,
		RetryPolicy:         &sdk.RetryPolicy{MaximumAttempts: 1}, // attempts don't add up over the months: this flow restarts
	}))
	defer stop()
	begun := workflow.Now(ctx)
	future := workflow.ExecuteActivity(polling, contract.PollUpdates, f.in)
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(changed, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil); stop() })
	selector.AddFuture(future, func(workflow.Future) {})
	selector.Select(ctx)
	err := future.Get(ctx, nil)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err == nil || sdk.IsCanceledError(err) || sdk.IsTimeoutError(err) {
		f.pause = firstPause // it was asked to end, or its worker died: another one goes on at once
		return nil
	}
	if workflow.Now(ctx).Sub(begun) > calm {
		f.pause = firstPause
	}
	workflow.GetLogger(ctx).Warn("a bot's updates can't be fetched", "error", err, "pause", f.pause.String())
	pause := max(f.pause, min(fault.FromTemporal(err).RetryAfter, time.Hour))
	f.pause = min(2*f.pause, longestPause)
	return waiting.For(ctx, changed, pause)
}
