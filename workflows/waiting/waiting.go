// Package waiting is what all flows that wait for signals share.
package waiting

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Drain takes the pending signals and reports whether there were any. A flow calls it before every return
// and before it continues as new, or the last ones would be lost.
func Drain(signals workflow.ReceiveChannel) bool {
	some := false
	for signals.ReceiveAsync(nil) {
		some = true
	}
	return some
}

// For waits for a signal, or for a time to be over.
func For(ctx workflow.Context, signals workflow.ReceiveChannel, length time.Duration) error {
	timing, cancel := workflow.WithCancel(ctx)
	defer cancel()
	selector := workflow.NewSelector(ctx)
	selector.AddReceive(signals, func(c workflow.ReceiveChannel, _ bool) { c.Receive(ctx, nil) })
	selector.AddFuture(workflow.NewTimer(timing, length), func(workflow.Future) {})
	selector.Select(ctx)
	return ctx.Err()
}
