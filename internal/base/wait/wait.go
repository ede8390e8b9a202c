// Package wait waits with a context.
package wait

import (
	"context"
	"time"
)

// For waits for a length of time, or returns the context's cause when that ends first.
func For(ctx context.Context, length time.Duration) error {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
