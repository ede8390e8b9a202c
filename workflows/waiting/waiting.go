// Package waiting is what all flows that wait for signals share.
package waiting

import "go.temporal.io/sdk/workflow"

// Drain takes the signals that came and tells whether there were any. A flow calls it before every return
// and before it continues as new, or what came last would be lost.
func Drain(signals workflow.ReceiveChannel) bool {
	some := false
	for signals.ReceiveAsync(nil) {
		some = true
	}
	return some
}
