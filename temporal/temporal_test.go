package temporal

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/host/secrets"
)

func ring(t testing.TB, current string, previous ...string) *secrets.Ring {
	r, err := secrets.NewRing(current, previous...)
	require.NoError(t, err)
	return r
}

var (
	keyA = "one-0123456789-abcdefghijklmnop-QRSTUVWXYZ"
	keyB = "two-9876543210-zyxwvutsrqponmlk-JIHGFEDCBA"
)

func TestPayloadsAreUnreadableWithoutTheKey(t *testing.T) {
	const word = "the subscriber's own words"
	dc := NewCodec(ring(t, keyA)).Converter()
	sealed, err := dc.ToPayloads(word, 42, nil)
	require.NoError(t, err)
	for _, p := range sealed.GetPayloads() {
		require.NotContains(t, string(p.GetData()), word)
		require.Equal(t, encodingSealed, string(p.GetMetadata()[converter.MetadataEncoding]))
	}
	var text string
	var number int
	var none *string
	require.NoError(t, dc.FromPayloads(sealed, &text, &number, &none))
	require.Equal(t, word, text)
	require.Equal(t, 42, number)
	require.Nil(t, none)

	rotated := NewCodec(ring(t, keyB, keyA)).Converter()
	require.NoError(t, rotated.FromPayloads(sealed, &text, &number, &none))
	other := NewCodec(ring(t, keyB)).Converter()
	require.ErrorContains(t, other.FromPayloads(sealed, &text, &number, &none), "SECRET_KEY")

	sealed.GetPayloads()[0].GetData()[20] ^= 1
	require.Error(t, dc.FromPayloads(sealed, &text, &number, &none))
}

func FuzzCodecDecode(f *testing.F) {
	codec := NewCodec(ring(f, keyA))
	good, err := codec.Encode([]*commonpb.Payload{{Data: []byte("x")}})
	require.NoError(f, err)
	f.Add(good[0].GetData())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		p := &commonpb.Payload{Metadata: map[string][]byte{converter.MetadataEncoding: []byte(encodingSealed)}, Data: data}
		// Each process that fuzzes has sealed the same payload anew, so what opens is that one.
		if out, err := codec.Decode([]*commonpb.Payload{p}); err == nil && string(out[0].GetData()) != "x" {
			t.Fatal("opened what was not sealed")
		}
	})
}

func tenantActivity(ctx context.Context) (string, error) {
	id, _ := tenant.From(ctx)
	return id, nil
}

func tenantWorkflow(ctx workflow.Context) (id string, err error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	err = workflow.ExecuteActivity(ctx, tenantActivity).Get(ctx, &id)
	return id, err
}

func tenantEnvironment() *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetContextPropagators([]workflow.ContextPropagator{propagator{}})
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&guard{}}})
	env.RegisterActivity(tenantActivity)
	return env
}

func TestTheTenantTravelsToTheActivity(t *testing.T) {
	env := tenantEnvironment()
	p, err := converter.GetDefaultDataConverter().ToPayload("tenant-7")
	require.NoError(t, err)
	env.SetHeader(&commonpb.Header{Fields: map[string]*commonpb.Payload{tenantHeader: p}})
	env.ExecuteWorkflow(tenantWorkflow)
	var id string
	require.NoError(t, env.GetWorkflowResult(&id))
	require.Equal(t, "tenant-7", id)
}

func TestAFlowWithoutATenantIsRefused(t *testing.T) {
	env := tenantEnvironment()
	env.ExecuteWorkflow(tenantWorkflow)
	require.ErrorContains(t, env.GetWorkflowError(), "without a tenant")
}

type deaf struct {
	interceptor.ClientOutboundInterceptorBase
}

func TestAStartWithoutATenantIsRefused(t *testing.T) {
	client := (&guard{}).InterceptClient(&deaf{})
	_, err := client.ExecuteWorkflow(t.Context(), &interceptor.ClientExecuteWorkflowInput{WorkflowType: "X"})
	require.ErrorContains(t, err, "without a tenant")
	_, err = client.SignalWithStartWorkflow(t.Context(), &interceptor.ClientSignalWithStartWorkflowInput{WorkflowType: "X"})
	require.ErrorContains(t, err, "without a tenant")
	_, err = client.UpdateWithStartWorkflow(t.Context(), &interceptor.ClientUpdateWithStartWorkflowInput{})
	require.ErrorContains(t, err, "without a tenant")
}

func TestDevServerArguments(t *testing.T) {
	args, err := DevServerArgs("/d/temporal.db", "localhost:7233", "127.0.0.1:8233", "http://127.0.0.1:8080/codec")
	require.NoError(t, err)
	text := strings.Join(args, " ")
	require.Contains(t, text, "--ip 127.0.0.1 --port 7233 --ui-ip 127.0.0.1 --ui-port 8233")
	require.Contains(t, text, "system.enableActivityEagerExecution=true")
	_, err = DevServerArgs("f", "example.com:1", "127.0.0.1:2", "")
	require.ErrorContains(t, err, "--temporal:")
}
