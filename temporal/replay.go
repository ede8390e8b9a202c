package temporal

import (
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/host/secrets"
)

// NewReplayer returns a replayer that reads histories as our workers do: sealed under the ring's
// key, with the tenant in their headers.
func NewReplayer(ring *secrets.Ring) (worker.WorkflowReplayer, error) {
	return worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		DataConverter:      NewCodec(ring).Converter(),
		ContextPropagators: []workflow.ContextPropagator{propagator{}},
		Interceptors:       []interceptor.WorkerInterceptor{&guard{}},
	})
}
