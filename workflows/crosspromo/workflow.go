package crosspromo

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

// Run is the flow: it has each post made at its time, beside those that still wait for Telegram, and ends when nothing of
// the day is left.
func Run(ctx workflow.Context, in contract.ScheduledRun) error {
	s := &state{in: in, looks: workflow.GetSignalChannel(ctx, SignalLook), ended: workflow.NewChannel(ctx), posting: map[string]bool{}, failed: map[string]bool{}}
	return s.run(ctx)
}

type state struct {
	in      contract.ScheduledRun
	looks   workflow.ReceiveChannel
	ended   workflow.Channel // gets the slot of each post that has ended
	posting map[string]bool
	failed  map[string]bool // slots whose activity can't do its work: a defect, which must not run for ever
}

func (s *state) run(ctx workflow.Context) error {
	for {
		waiting.Drain(s.looks)
		turn, err := s.look(ctx)
		if err != nil {
			if err := waiting.BackOff(ctx, s.looks, err, s.continueAsNew); err != nil {
				return err
			}
			continue
		}
		temporal.Details(ctx, turn.Said)
		for _, slot := range turn.Due {
			if !s.posting[slot] && !s.failed[slot] {
				s.post(ctx, slot)
			}
		}
		if len(s.posting) == 0 && turn.Next == "" && !waiting.Drain(s.looks) {
			return nil
		}
		if err := s.wait(ctx, turn); err != nil {
			return err
		}
	}
}

func (s *state) continueAsNew(ctx workflow.Context) error {
	return workflow.NewContinueAsNewError(ctx, Workflow, s.in)
}

// wait waits for the next post's time, a change, or the end of a post.
func (s *state) wait(ctx workflow.Context, turn contract.ProgrammeTurn) error {
	timing, cancel := workflow.WithCancel(ctx)
	defer cancel()
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(s.looks, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddReceive(s.ended, func(c workflow.ReceiveChannel, _ bool) {
		var slot string
		c.Receive(ctx, &slot)
		delete(s.posting, slot)
	})
	if turn.Next != "" {
		timer := workflow.NewTimerWithOptions(timing, max(turn.At.Sub(workflow.Now(ctx)), time.Millisecond), workflow.TimerOptions{Summary: turn.Next + " at " + turn.At.Format("15:04") + " UTC"})
		selector.AddFuture(timer, func(workflow.Future) {})
	}
	selector.AddReceive(ctx.Done(), func(workflow.ReceiveChannel, bool) {})
	selector.Select(ctx)
	return ctx.Err()
}

const lookTries = 5 * time.Minute

func (s *state) look(ctx workflow.Context) (turn contract.ProgrammeTurn, err error) {
	local := workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    10 * time.Second,
		ScheduleToCloseTimeout: lookTries,
		RetryPolicy:            &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	err = workflow.ExecuteLocalActivity(local, contract.LookAtProgramme, s.in).Get(ctx, &turn)
	return turn, err
}

// limitOf is how long an attempt may take, and so how late the death of a worker is noticed: a text that a model writes, and
// the call; news are asked for besides.
func limitOf(slot string) time.Duration {
	if slot == "news" {
		return 2 * time.Minute
	}
	return 40 * time.Second
}

// post has a slot's post made and sent, beside everything else. The post ends by itself when it is too late.
func (s *state) post(ctx workflow.Context, slot string) {
	s.posting[slot] = true
	workflow.Go(ctx, func(ctx workflow.Context) {
		sending := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			ScheduleToCloseTimeout: 24 * time.Hour,
			StartToCloseTimeout:    limitOf(slot),
			Summary:                slot,
			RetryPolicy:            &sdk.RetryPolicy{InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		})
		in := contract.ProgrammeSlot{TenantID: s.in.TenantID, Date: s.in.Date, Slot: slot}
		if err := workflow.ExecuteActivity(sending, contract.PostOfProgramme, in).Get(ctx, nil); err != nil {
			s.failed[slot] = true
			workflow.GetLogger(ctx).Error("a post of the programme can't be made", "slot", slot, "error", err)
		}
		s.ended.Send(ctx, slot)
	})
}
