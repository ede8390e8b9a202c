package templatepreview

import (
	"fmt"
	"strings"
	"time"

	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. Nothing in it is given up: a store or a database that is away for hours only
// makes it late.
func Run(ctx workflow.Context, in Input) error {
	return (&flow{in: in}).run(ctx)
}

type flow struct {
	in    Input
	sizes []string
	done  []string
}

func (f *flow) run(ctx workflow.Context) error {
	short := workflow.WithActivityOptions(ctx, options(15*time.Second))
	draw := workflow.WithActivityOptions(ctx, options(20*time.Second))
	version := contract.TemplateVersion{VersionID: f.in.VersionID}

	f.showProgress(ctx, "backing up")
	if err := workflow.ExecuteActivity(short, contract.BackUpTemplate, version).Get(ctx, nil); err != nil {
		return err
	}
	if err := workflow.ExecuteActivity(short, contract.PreviewSizes, version).Get(ctx, &f.sizes); err != nil {
		return err
	}
	f.showProgress(ctx, "rendering")
	waiting := workflow.NewSelector(ctx)
	var failed error
	for _, size := range f.sizes {
		future := workflow.ExecuteActivity(draw, contract.RenderPreview, contract.Preview{VersionID: f.in.VersionID, Size: size})
		waiting.AddFuture(future, func(done workflow.Future) {
			if err := done.Get(ctx, nil); err != nil {
				failed = fmt.Errorf("preview %s: %w", size, err)
				return
			}
			f.done = append(f.done, size)
			f.showProgress(ctx, "rendering")
		})
	}
	for range f.sizes {
		waiting.Select(ctx)
	}
	if failed != nil {
		return failed
	}
	if err := workflow.ExecuteActivity(short, contract.MarkPreviewsReady, version).Get(ctx, nil); err != nil {
		return err
	}
	f.showProgress(ctx, "done")
	return nil
}

// options retries until it works: quickly at first, later every five minutes.
func options(limit time.Duration) workflow.ActivityOptions {
	return workflow.ActivityOptions{
		StartToCloseTimeout: limit,
		RetryPolicy: &sdk.RetryPolicy{
			InitialInterval: 500 * time.Millisecond, BackoffCoefficient: 2, MaximumInterval: 5 * time.Minute,
		},
	}
}

// showProgress shows operators the progress.
func (f *flow) showProgress(ctx workflow.Context, what string) {
	temporal.Details(ctx, fmt.Sprintf("%s. Previews %d of %d (%s).",
		what, len(f.done), len(f.sizes), strings.Join(f.done, ", ")))
}
