package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// register registers activities with a worker under their names in the contract. A service's
// method that takes and returns the contract's types is registered as it is.
func register(r worker.ActivityRegistry, byName map[string]any) {
	for name, f := range byName {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// beat tells Temporal that the activity is alive; the SDK sends only some of them.
func beat(ctx context.Context) func() { return func() { activity.RecordHeartbeat(ctx) } }

// beating makes an activity without input of a service's method that reports its progress through beat.
func beating[T any](do func(ctx context.Context, beat func()) (T, error)) any {
	return func(ctx context.Context) (T, error) { return do(ctx, beat(ctx)) }
}
