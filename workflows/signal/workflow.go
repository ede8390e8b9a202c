package signal

import (
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/waiting"
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow: it applies what the market has done, sends what is to be told in order, and waits until something
// changes. It ends when nothing more can happen and all was told.
func Run(ctx workflow.Context, in contract.Signal) error {
	s := &state{in: in, looks: workflow.GetSignalChannel(ctx, SignalLook)}
	return s.run(ctx)
}

type state struct {
	in    contract.Signal
	looks workflow.ReceiveChannel
}

func (s *state) run(ctx workflow.Context) error {
	for {
		waiting.Drain(s.looks)
		now, err := s.advance(ctx)
		if err != nil {
			if err := waiting.BackOff(ctx, s.looks, err, s.continueAsNew); err != nil {
				return err
			}
			continue
		}
		temporal.Details(ctx, now.Said)
		if now.Ask {
			if err := s.ask(ctx); err != nil {
				return err
			}
		}
		for _, post := range now.Posts {
			if err := s.post(ctx, post); err != nil {
				return err
			}
		}
		switch {
		case waiting.Drain(s.looks) || len(now.Posts) > 0:
			continue
		case now.Over:
			return nil
		case workflow.GetInfo(ctx).GetContinueAsNewSuggested():
			return s.continueAsNew(ctx)
		}
		if err := waiting.For(ctx, s.looks, now.Again); err != nil {
			return err
		}
	}
}

func (s *state) continueAsNew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, Workflow, s.in)
}

// advanceTries is how long the first attempts go on, before a pause.
const advanceTries = 5 * time.Minute

// advance applies what the market has done, and says what is to be sent.
func (s *state) advance(ctx workflow.Context) (now contract.SignalAdvanced, err error) {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    20 * time.Second,
		ScheduleToCloseTimeout: advanceTries, // without it the first limit would end the attempts too
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	err = workflow.ExecuteLocalActivity(local, contract.AdvanceSignal, s.in).Get(ctx, &now)
	return now, err
}

// post sends one message. It is tried until it was sent or can't be: those after it wait, so that they are read in order.
func (s *state) post(ctx workflow.Context, id string) error {
	sending := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 45 * time.Second, // a text that a model writes, a picture, and the call
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	return workflow.ExecuteActivity(sending, contract.PostSignal, contract.SignalPost{TenantID: s.in.TenantID, SignalID: s.in.SignalID, PostID: id}).Get(ctx, nil)
}

// askFor is how long a question to those who may approve is tried: after that it comes too late.
const askFor = 10 * time.Minute

// ask sends the question whether the signal may go out. That nobody can be asked in a chat is no reason to stop: the
// dashboard asks too.
func (s *state) ask(ctx workflow.Context) error {
	asking := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout:    45 * time.Second,
		ScheduleToCloseTimeout: askFor,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 30 * time.Second},
	})
	if err := workflow.ExecuteActivity(asking, contract.AskAboutSignal, s.in).Get(ctx, nil); sdk.IsCanceledError(err) {
		return err
	} else if err != nil {
		workflow.GetLogger(ctx).Warn("those who may approve could not be asked", "error", err)
	}
	return nil
}
