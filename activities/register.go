package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
)

// register registers activities with a worker under their names in the contract. What a service does with
// the contract's own types is an activity as it is.
func register(r worker.ActivityRegistry, byName map[string]any) {
	for name, f := range byName {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// beat tells Temporal that the activity is alive; the SDK sends only some of them.
func beat(ctx context.Context) func() { return func() { activity.RecordHeartbeat(ctx) } }

// beating makes an activity of what a service does for the context's tenant, for as long as it beats.
func beating[T any](do func(ctx context.Context, beat func()) (T, error)) any {
	return func(ctx context.Context) (T, error) { return do(ctx, beat(ctx)) }
}
