package main

import (
	"context"
	"os"
	"sync"
	"time"

	"github.com/promostack/promostack/models"
)

// beat says every few seconds that this part lives, and what it waits for, until stop is called. Who asks which
// workers run reads that, since Temporal remembers dead ones for minutes.
func beat(ctx context.Context, a *app, part models.Part, problem func(ctx context.Context) string) (stop func()) {
	host, _ := os.Hostname()
	p := models.Process{ID: models.NewID(), Part: part, Host: host, PID: os.Getpid(), Version: version, StartedAt: models.NewTime(time.Now())}
	ctx, cancel := context.WithCancel(ctx)
	var beating sync.WaitGroup
	beating.Go(func() {
		tick := time.NewTicker(models.BeatEvery)
		defer tick.Stop()
		for ctx.Err() == nil {
			p.Problem = problem(ctx)
			if err := a.store.Processes.Beat(ctx, p); err != nil && ctx.Err() == nil {
				a.logger.Warn("a sign of life was not written", "error", err)
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
			}
		}
	})
	return func() {
		cancel()
		beating.Wait()
		leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
		defer cancel()
		if err := a.store.Processes.Leave(leaving, p.ID); err != nil {
			a.logger.Warn("the end of a process was not written", "error", err)
		}
	}
}
