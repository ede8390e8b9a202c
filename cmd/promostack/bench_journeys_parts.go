package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// sandboxPeople plays people of the simulated Bot API.
type sandboxPeople struct {
	base string
	http *http.Client
	seen int64 // of the log of calls
}

func (p *sandboxPeople) call(ctx context.Context, method, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return benchCall(ctx, p.http, method, p.base+"/sandbox/api/telegram"+path, "application/json", body, out)
}

// bot makes a bot and returns its token.
func (p *sandboxPeople) bot(ctx context.Context, name string) (string, error) {
	var made struct{ Token string }
	err := p.call(ctx, http.MethodPost, "/bots", map[string]string{"username": name, "first_name": "Bench"}, &made)
	return made.Token, err
}

func (p *sandboxPeople) person(ctx context.Context, name string) (int64, error) {
	var made struct{ ID int64 }
	err := p.call(ctx, http.MethodPost, "/users", map[string]string{"first_name": name}, &made)
	return made.ID, err
}

// crowd lets people come by a deep link, so many in a second.
func (p *sandboxPeople) crowd(ctx context.Context, start string, people, perSecond int) error {
	return p.call(ctx, http.MethodPost, "/crowd", map[string]any{"bot": benchBot, "users": people, "start": start, "per_second": perSecond}, nil)
}

// answered writes a message and tells how long it took until the bot's next call to that chat.
func (p *sandboxPeople) answered(ctx context.Context, person int64, text string) (time.Duration, error) {
	begun := time.Now()
	if err := p.call(ctx, http.MethodPost, "/messages", map[string]any{"bot": benchBot, "user": person, "text": text}, nil); err != nil {
		return 0, err
	}
	for time.Since(begun) < benchPatience {
		if err := pause(ctx, 60*time.Millisecond); err != nil { // looking costs the machine something
			return 0, err
		}
		var page struct {
			Items []struct {
				ID     int64     `json:"id"`
				At     time.Time `json:"at"`
				ChatID int64     `json:"chat_id"`
			}
		}
		query := url.Values{"bot": {benchBot}, "method": {"sendMessage"}, "limit": {"1000"}, "after": {strconv.FormatInt(p.seen, 10)}}
		if err := p.call(ctx, http.MethodGet, "/calls?"+query.Encode(), nil, &page); err != nil {
			return 0, err
		}
		for _, c := range page.Items {
			if p.seen = c.ID; c.ChatID == person {
				return c.At.Sub(begun), nil
			}
		}
	}
	return 0, fault.New(fault.Internal, "bench_incomplete", "Nobody answered %q", text)
}

func stepName(i int) string { return "step" + strconv.Itoa(i) }

// engine connects to the program's own engine.
func (w *journeysBench) engine() (client.Client, error) {
	return temporal.Dial(w.ctx, temporal.Options{Address: w.up.config.TemporalAddress, Namespace: w.up.config.TemporalNamespace, Ring: w.app.ring, Logger: slog.New(slog.DiscardHandler)})
}

// events is how long the history of a person's last conversation is.
func (w *journeysBench) events(user int64) (int64, error) {
	return w.history(contract.ChatID(contract.FlowConversation, w.tenant, w.bot.ID, user))
}

func (w *journeysBench) history(id string) (int64, error) {
	c, err := w.engine()
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
	c, err := w.engine()
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	work := worker.New(c, bareQueue, temporal.WorkerOptions(w.up.config.WorkerConcurrency))
	work.RegisterWorkflowWithOptions(runBare, workflow.RegisterOptions{Name: bareFlow})
	work.RegisterActivityWithOptions(func(context.Context) error { return nil }, activity.RegisterOptions{Name: bareNoop})
	if err := work.Start(); err != nil {
		return 0, 0, err
	}
	defer work.Stop()
	begun := time.Now()
	failed := make([]error, starters)
	var all sync.WaitGroup
	for s := range starters {
		all.Go(func() {
			var runs []client.WorkflowRun
			for n := s; n < flows; n += starters {
				run, err := c.ExecuteWorkflow(w.ctx, client.StartWorkflowOptions{ID: bareID(round, n), TaskQueue: bareQueue,
					TypedSearchAttributes: temporal.Attributes(w.tenant, "bench")}, bareFlow, steps)
				if err != nil {
					failed[s] = err
					return
				}
				runs = append(runs, run)
			}
			for _, run := range runs {
				if err := run.Get(w.ctx, nil); err != nil {
					failed[s] = err
				}
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	for _, err := range failed {
		if err != nil {
			return 0, 0, err
		}
	}
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
