package backtest

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

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It ends when none of the tenant's backtests waits any more.
func Run(ctx workflow.Context, in contract.Backtests) error {
	s := &state{in: in, looks: workflow.GetSignalChannel(ctx, SignalLook)}
	return s.run(ctx)
}

type state struct {
	in    contract.Backtests
	looks workflow.ReceiveChannel
}

func (s *state) run(ctx workflow.Context) error {
	for {
		waiting.Drain(s.looks)
		turn, err := s.next(ctx)
		if err != nil {
			if err := waiting.BackOff(ctx, s.looks, err, s.continueAsNew); err != nil {
				return err
			}
			continue
		}
		temporal.Details(ctx, turn.Said)
		switch {
		case turn.BacktestID != "":
			if err := s.one(ctx, turn.BacktestID); err != nil {
				return err
			}
			if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
				waiting.Drain(s.looks)
				return s.continueAsNew(ctx)
			}
		case !waiting.Drain(s.looks):
			return nil
		}
	}
}

func (s *state) continueAsNew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, Workflow, s.in)
}

// nextTries is how long the first attempts go on, before a pause.
const nextTries = 5 * time.Minute

func (s *state) next(ctx workflow.Context) (turn contract.BacktestTurn, err error) {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: nextTries,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	err = workflow.ExecuteLocalActivity(local, contract.NextBacktest, s.in).Get(ctx, &turn)
	return turn, err
}

const (
	// runLimit is more than the longest history takes on a slow machine.
	runLimit = time.Hour
	// beatLimit is how soon the death of a worker is noticed.
	beatLimit = 10 * time.Second
)

// one runs a backtest, as often as workers die of it or what it needs is away. What no retry can mend closes it with the
// reason, and the next one has its turn.
func (s *state) one(ctx workflow.Context, id string) error {
	running := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueBulk,
		StartToCloseTimeout: runLimit,
		HeartbeatTimeout:    beatLimit,
		WaitForCancellation: true,
		Priority:            sdk.Priority{FairnessKey: s.in.TenantID},
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second},
	})
	ran := workflow.ExecuteActivity(running, contract.RunBacktest, contract.Backtest{TenantID: s.in.TenantID, BacktestID: id}).Get(ctx, nil)
	if ran == nil {
		return nil
	}
	end := contract.BacktestEnd{TenantID: s.in.TenantID, BacktestID: id}
	if !sdk.IsCanceledError(ran) {
		e := fault.FromTemporal(ran)
		end.Code, end.Message, end.Remedy = e.Code, e.Message, e.Remedy
	}
	// The flow itself may be cancelled too, and the backtest must be closed all the same.
	last, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	ending := workflow.WithActivityOptions(last, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second},
	})
	if err := workflow.ExecuteActivity(ending, contract.EndBacktest, end).Get(last, nil); err != nil {
		return err
	}
	return ctx.Err()
}
