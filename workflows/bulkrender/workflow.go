package bulkrender

import (
	"fmt"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

const (
	// checkRows is how many rows one dry-run activity takes: some seconds of work at most.
	checkRows = 250
	// window is how many activities of one job are under way at once. It is small, so that the
	// jobs of several tenants share the workers evenly whatever their sizes.
	window = 8
	// patience is how long a job waits for its start after the dry run.
	patience = 7 * 24 * time.Hour
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It never gives up because a service is away; it ends when the archive
// is there, the job is cancelled, or something is wrong that no retry can fix.
func Run(ctx workflow.Context, in Input) error {
	f := &flow{in: in, progress: Progress{Phase: PhaseChecking}}
	if in.Carry != nil {
		f.seen, f.progress.Paused, f.waiting = in.Carry.Seen, in.Carry.Paused, in.Carry.Waiting
		f.progress.Phase, f.progress.Chunks = PhaseRendering, in.Carry.Chunks
		f.progress.Made = in.Carry.Chunks - len(in.Carry.Waiting)
	}
	if err := workflow.SetQueryHandler(ctx, QueryProgress, func() (Progress, error) { return f.progress, nil }); err != nil {
		return err
	}
	return f.run(ctx)
}

type flow struct {
	in        Input
	progress  Progress
	started   bool
	cancelled bool
	seen      int64 // version of the last command
	waiting   []int // chunks to be made
	flying    int   // activities under way
}

func (f *flow) run(ctx workflow.Context) error {
	work, stop := workflow.WithCancel(ctx)
	defer stop()
	workflow.Go(ctx, func(ctx workflow.Context) { f.listen(ctx, stop) })
	err := f.steps(work)
	if workflow.IsContinueAsNewError(err) {
		return err
	}
	f.progress.Phase = PhaseEnded
	end := contract.BulkEnd{JobID: f.in.JobID}
	switch {
	case err == nil:
		f.showProgress(ctx)
		return nil
	case f.cancelled || sdk.IsCanceledError(err):
	default:
		e := fault.FromTemporal(err)
		end.Code, end.Message, end.Remedy = e.Code, e.Message, e.Remedy
	}
	// The flow itself may be cancelled too, and the job must be closed all the same.
	last, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if err := workflow.ExecuteActivity(options(last, f.in.TenantID, time.Minute), contract.EndBulk, end).Get(last, nil); err != nil {
		return err
	}
	f.showProgress(ctx)
	return nil
}

// listen takes commands as they come, each once.
func (f *flow) listen(ctx workflow.Context, stop func()) {
	commands := workflow.GetSignalChannel(ctx, SignalCommand)
	for {
		var c contract.BulkCommand
		if !commands.Receive(ctx, &c) {
			return
		}
		f.obey(c)
		if f.cancelled {
			stop()
		}
		f.showProgress(ctx)
	}
}

func (f *flow) obey(c contract.BulkCommand) {
	if c.Version <= f.seen {
		return // received twice, or late
	}
	f.seen = c.Version
	switch c.Command {
	case contract.BulkStart:
		f.started = true
	case contract.BulkPause:
		f.progress.Paused = true
	case contract.BulkResume:
		f.progress.Paused = false
	case contract.BulkCancel:
		f.cancelled = true
	}
}

func (f *flow) steps(ctx workflow.Context) error {
	if f.in.Carry == nil {
		goOn, err := f.check(ctx)
		if err != nil || !goOn {
			return err
		}
		if err := f.plan(ctx); err != nil {
			return err
		}
	}
	for {
		f.progress.Phase = PhaseRendering
		if err := f.render(ctx); err != nil {
			return err
		}
		f.progress.Phase = PhaseFinishing
		f.showProgress(ctx)
		var redo []int
		err := workflow.ExecuteActivity(options(ctx, f.in.TenantID, 15*time.Minute), contract.FinishBulk, f.job()).Get(ctx, &redo)
		if err != nil || len(redo) == 0 {
			return err
		}
		f.waiting = redo
		f.progress.Made -= len(redo)
	}
}

func (f *flow) job() contract.BulkJob { return contract.BulkJob{JobID: f.in.JobID} }

// check is the dry run and the wait for a person. goOn is false when the job ended during it.
func (f *flow) check(ctx workflow.Context) (goOn bool, err error) {
	short := options(ctx, f.in.TenantID, 30*time.Second)
	var status contract.BulkStatus
	if err := workflow.ExecuteActivity(short, contract.BulkCounts, f.job()).Get(ctx, &status); err != nil {
		return false, err
	}
	f.progress.Rows = status.Total
	f.showProgress(ctx)
	from := 1
	err = f.fly(ctx, func() (workflow.Future, func()) {
		if from > status.Total {
			return nil, nil
		}
		rows := contract.BulkRows{JobID: f.in.JobID, From: from, To: min(from+checkRows-1, status.Total)}
		from = rows.To + 1
		return workflow.ExecuteActivity(options(ctx, f.in.TenantID, 5*time.Minute), contract.CheckBulk, rows), func() {
			f.progress.Checked += rows.To - rows.From + 1
		}
	})
	if err != nil {
		return false, err
	}
	if err := workflow.ExecuteActivity(short, contract.BulkChecked, f.job()).Get(ctx, &status); err != nil {
		return false, err
	}
	switch status.State {
	case "failed":
		return false, nil
	case "ready":
		f.progress.Phase = PhaseReady
		f.showProgress(ctx)
		ok, err := workflow.AwaitWithOptions(ctx, workflow.AwaitOptions{Timeout: patience,
			TimerOptions: workflow.TimerOptions{Summary: "waits for its start"}}, func() bool { return f.started })
		if err == nil && !ok {
			err = fault.ToTemporal(fault.New(fault.Conflict, "not_started", "Nobody started the job within %d days", int(patience.Hours()/24)).
				WithRemedy("Send the file again"))
		}
		return err == nil, err
	}
	return true, nil
}

// plan finds out which chunks there are.
func (f *flow) plan(ctx workflow.Context) error {
	if err := workflow.ExecuteActivity(options(ctx, f.in.TenantID, time.Minute), contract.PlanBulk, f.job()).Get(ctx, &f.progress.Chunks); err != nil {
		return err
	}
	for n := range f.progress.Chunks {
		f.waiting = append(f.waiting, n+1)
	}
	f.showProgress(ctx)
	return nil
}

// render makes the waiting chunks. It returns when none is left, or as an error when the flow is
// to continue as a new run.
func (f *flow) render(ctx workflow.Context) error {
	renew := false
	err := f.fly(ctx, func() (workflow.Future, func()) {
		renew = workflow.GetInfo(ctx).GetContinueAsNewSuggested()
		if len(f.waiting) == 0 || renew {
			return nil, nil
		}
		n := f.waiting[0]
		f.waiting = f.waiting[1:]
		chunk := contract.BulkChunk{JobID: f.in.JobID, Number: n}
		return workflow.ExecuteActivity(options(ctx, f.in.TenantID, 5*time.Minute), contract.RenderBulkChunk, chunk), func() {
			f.progress.Made++
			f.showProgress(ctx)
		}
	})
	if err != nil || !renew || len(f.waiting) == 0 {
		return err
	}
	// Commands that arrived in the meantime belong to this run and would be lost.
	commands := workflow.GetSignalChannel(ctx, SignalCommand)
	for c := (contract.BulkCommand{}); commands.ReceiveAsync(&c); c = (contract.BulkCommand{}) {
		f.obey(c)
	}
	if f.cancelled {
		return sdk.NewCanceledError()
	}
	return workflow.NewContinueAsNewError(ctx, Workflow, Input{TenantID: f.in.TenantID, JobID: f.in.JobID,
		Carry: &Carry{Seen: f.seen, Paused: f.progress.Paused, Waiting: f.waiting, Chunks: f.progress.Chunks}})
}

// fly keeps up to window activities under way until next has no more and all have landed. After a
// failure or a cancellation no more are started. While paused none is started.
func (f *flow) fly(ctx workflow.Context, next func() (workflow.Future, func())) error {
	var failed error
	for more := true; more && failed == nil; {
		if err := workflow.Await(ctx, func() bool { return failed != nil || f.flying < window && !f.progress.Paused }); err != nil {
			failed = err
			break
		}
		if failed != nil {
			break
		}
		future, landed := next()
		if more = future != nil; !more {
			break
		}
		f.flying++
		workflow.Go(ctx, func(ctx workflow.Context) {
			err := future.Get(ctx, nil)
			f.flying--
			if err != nil && failed == nil {
				failed = err
			} else if err == nil {
				landed()
			}
		})
	}
	// What is under way runs to its end, also when it was cancelled; nothing may write after the end.
	detached, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	if err := workflow.Await(detached, func() bool { return f.flying == 0 }); err != nil {
		return err
	}
	return failed
}

// options retries until it works, at the latest every ten seconds, so that a job goes on soon after
// what it needs is back. A worker that dies is noticed by its missing heartbeat.
func options(ctx workflow.Context, tenantID string, limit time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           temporal.QueueBulk,
		StartToCloseTimeout: limit,
		HeartbeatTimeout:    10 * time.Second,
		WaitForCancellation: true,
		Priority:            sdk.Priority{FairnessKey: tenantID},
		RetryPolicy: &sdk.RetryPolicy{
			InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 10 * time.Second,
		},
	})
}

// showProgress shows operators the progress.
func (f *flow) showProgress(ctx workflow.Context) {
	p := f.progress
	paused := ""
	if p.Paused {
		paused = ", paused"
	}
	temporal.Details(ctx, fmt.Sprintf("%s%s. Rows checked %d of %d, chunks made %d of %d.",
		p.Phase, paused, p.Checked, p.Rows, p.Made, p.Chunks))
}
