package temporal

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
)

// recorder keeps what a client starts.
type recorder struct {
	interceptor.ClientOutboundInterceptorBase
	ctx     context.Context //nolint:containedctx // the names travel in it
	summary string
}

func (r *recorder) ExecuteWorkflow(ctx context.Context, in *interceptor.ClientExecuteWorkflowInput) (client.WorkflowRun, error) {
	r.ctx, r.summary = ctx, in.Options.StaticSummary
	return nil, nil
}

type headerFields map[string]*commonpb.Payload

func (h headerFields) Set(name string, value *commonpb.Payload) { h[name] = value }
func (h headerFields) Get(name string) (*commonpb.Payload, bool) {
	value, ok := h[name]
	return value, ok
}
func (h headerFields) ForEachKey(func(string, *commonpb.Payload) error) error { return nil }

// What operators read in Temporal's Web UI has names: in the summary of a flow that is started, and in its details,
// whose names travel sealed in the header. A flow that has ended says so.
func TestNames(t *testing.T) {
	var started recorder
	calls := (&guard{names: func(_ context.Context, workflowType, tenantID, subject string) Names {
		require.Equal(t, []string{"Flow", "t1", "c1.42"}, []string{workflowType, tenantID, subject})
		return Names{Tenant: "acme", Subject: "@goldbot"}
	}}).InterceptClient(&started)
	_, err := calls.ExecuteWorkflow(tenant.With(t.Context(), "t1"), &interceptor.ClientExecuteWorkflowInput{WorkflowType: "Flow",
		Options: &client.StartWorkflowOptions{ID: testID, StaticSummary: "Journeys with person 42", TypedSearchAttributes: Attributes("t1", "c1.42")}})
	require.NoError(t, err)
	require.Equal(t, "Journeys with person 42: @goldbot of acme", started.summary)

	keys := ring(t, keyA)
	p := propagator{sealer{keys}, NewCodec(keys).Converter()}
	header := headerFields{}
	require.NoError(t, p.Inject(started.ctx, header))
	require.NotEmpty(t, header[namesHeader])
	require.NotContains(t, header[namesHeader].String(), "acme")

	for name, one := range map[string]struct {
		err  error
		want string
	}{
		"well": {nil, "Ended. at work"},
		"ill":  {errors.New("what a person wrote"), "Ended with an error. at work"},
	} {
		env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
		last := &details{}
		var names Names
		env.ExecuteWorkflow(func(ctx workflow.Context) error {
			ctx = workflow.WithValue(p.readNames(ctx, header), detailsKey{}, last)
			names, _ = ctx.Value(workflowNames{}).(Names)
			Details(ctx, "at work")
			ended(ctx, last, one.err)
			return nil
		})
		require.NoError(t, env.GetWorkflowError())
		require.Equal(t, one.want, last.text, name)
		require.Equal(t, "@goldbot of acme", names.String())
	}
	require.Equal(t, "acme", Names{Tenant: "acme"}.String())
	require.Equal(t, "@x", Names{Subject: "@x"}.String())
}
