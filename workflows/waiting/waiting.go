// Package waiting is what all flows that wait for signals share.
package waiting

import "go.temporal.io/sdk/workflow"

// Drain takes the pending signals and reports whether there were any. A flow calls it before every return
// and before it continues as new, or the last ones would be lost.
func Drain(signals workflow.ReceiveChannel) bool {
	some := false
	for signals.ReceiveAsync(nil) {
		some = true
	}
	return some
}
