package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

func stepName(i int) string { return "step" + strconv.Itoa(i) }

// dial connects to the program's own Temporal.
func (w *journeysBench) dial() (client.Client, error) {
	return temporal.Dial(w.ctx, w.Temporal)
}

// events is how long the history of a person's last conversation is.
func (w *journeysBench) events(user int64) (int64, error) {
	return w.history(contract.ChatID(contract.FlowConversation, w.api.tenant, w.bot, user))
}

func (w *journeysBench) history(id string) (int64, error) {
	c, err := w.dial()
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var last int64
	for list := c.GetWorkflowHistory(w.ctx, id, "", false, 0); list.HasNext(); {
		e, err := list.Next()
		if err != nil {
			return 0, err
		}
		last = e.GetEventId()
	}
	return last, nil
}

const (
	bareFlow  = "BareBench"
	bareNoop  = "bench.Noop"
	bareQueue = "bench"
	starters  = 8
)

// bare runs flows with a timer of a second and an empty local activity for each step, on a worker like
// the program's own, and returns steps a second and events a step.
func (w *journeysBench) bare(round, flows, steps int) (perSecond, events float64, err error) {
	c, err := w.dial()
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	work := worker.New(c, bareQueue, temporal.WorkerOptions(w.Concurrency))
	work.RegisterWorkflowWithOptions(runBare, workflow.RegisterOptions{Name: bareFlow})
	work.RegisterActivityWithOptions(func(context.Context) error { return nil }, activity.RegisterOptions{Name: bareNoop})
	if err := work.Start(); err != nil {
		return 0, 0, err
	}
	defer work.Stop()
	begun := time.Now()
	all, ctx := errgroup.WithContext(w.ctx)
	for s := range starters {
		all.Go(func() error {
			var runs []client.WorkflowRun
			for n := s; n < flows; n += starters {
				run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: bareID(round, n), TaskQueue: bareQueue,
					TypedSearchAttributes: temporal.Attributes(w.api.tenant, "bench")}, bareFlow, steps)
				if err != nil {
					return err
				}
				runs = append(runs, run)
			}
			for _, run := range runs {
				if err := run.Get(ctx, nil); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		return 0, 0, err
	}
	took := time.Since(begun)
	length, err := w.history(bareID(round, 0))
	return float64(flows*steps) / took.Seconds(), float64(length) / float64(steps), err
}

func bareID(round, n int) string { return fmt.Sprintf("bench.bare.%d.%d", round, n) }

// runBare is a flow that does nothing but wait and decide, as often as a conversation does.
func runBare(ctx workflow.Context, steps int) error {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{StartToCloseTimeout: 10 * time.Second})
	decide := func() error { return workflow.ExecuteLocalActivity(ctx, bareNoop).Get(ctx, nil) }
	for range steps {
		if err := decide(); err != nil {
			return err
		}
		if err := workflow.Sleep(ctx, time.Second); err != nil {
			return err
		}
	}
	return decide()
}
