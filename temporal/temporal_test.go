package temporal

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/client"
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

const testID = "flow.one"

func tenantEnvironment(t *testing.T) *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	keys := ring(t, keyA)
	seals := sealer{keys}
	env.SetContextPropagators([]workflow.ContextPropagator{propagator{seals, NewCodec(keys).Converter()}})
	env.SetWorkerOptions(worker.Options{Interceptors: []interceptor.WorkerInterceptor{&guard{sealer: seals}}})
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: testID})
	env.RegisterActivity(tenantActivity)
	return env
}

func TestTheTenantTravelsToTheActivity(t *testing.T) {
	env := tenantEnvironment(t)
	env.SetHeader(headerOf(t, keyA, "tenant-7", call{callStart, testID, "tenantWorkflow"}))
	env.ExecuteWorkflow(tenantWorkflow)
	var id string
	require.NoError(t, env.GetWorkflowResult(&id))
	require.Equal(t, "tenant-7", id)
}

func TestAFlowWithoutATenantIsRefused(t *testing.T) {
	env := tenantEnvironment(t)
	env.ExecuteWorkflow(tenantWorkflow)
	require.ErrorContains(t, env.GetWorkflowError(), "without a tenant")
}

// headerOf is what a client with a key writes for calls; the tenant of the header may be another.
func headerOf(t *testing.T, key, tenant string, calls ...call) *commonpb.Header {
	p, err := converter.GetDefaultDataConverter().ToPayload(tenant)
	require.NoError(t, err)
	header := &commonpb.Header{Fields: map[string]*commonpb.Payload{tenantHeader: p}}
	for _, c := range calls {
		header.Fields[sealHeader+string(c.kind)] = sealer{ring(t, key)}.seal(tenant, c)
	}
	return header
}

// R1: whoever reaches Temporal without the key, or with another flow's seal, makes no flow act.
func TestAStartThatIsNotSealedIsRefused(t *testing.T) {
	theirs := headerOf(t, keyA, "tenant-8", call{callStart, testID, "tenantWorkflow"})
	theirs.Fields[tenantHeader] = headerOf(t, keyA, "tenant-7").Fields[tenantHeader]
	for name, header := range map[string]*commonpb.Header{
		"no seal":               headerOf(t, keyA, "tenant-7"),
		"another key":           headerOf(t, keyB, "tenant-7", call{callStart, testID, "tenantWorkflow"}),
		"another tenant's":      theirs,
		"another flow's":        headerOf(t, keyA, "tenant-7", call{callStart, "flow.two", "tenantWorkflow"}),
		"another type's":        headerOf(t, keyA, "tenant-7", call{callStart, testID, "Other"}),
		"a signal's":            headerOf(t, keyA, "tenant-7", call{callSignal, testID, "tenantWorkflow"}),
		"a schedule's, undated": headerOf(t, keyA, "tenant-7", call{callSchedule, "flow", "tenantWorkflow"}),
	} {
		env := tenantEnvironment(t)
		env.SetHeader(header)
		env.ExecuteWorkflow(tenantWorkflow)
		require.ErrorContains(t, env.GetWorkflowError(), "not sealed", name)
	}
}

// A schedule appends its time to the id that its seal names.
func TestAScheduleStartsItsFlow(t *testing.T) {
	env := tenantEnvironment(t)
	env.SetStartWorkflowOptions(client.StartWorkflowOptions{ID: testID + "-2026-11-29T15:00:00Z"})
	env.SetHeader(headerOf(t, keyA, "tenant-7", call{callSchedule, testID, "tenantWorkflow"}))
	env.ExecuteWorkflow(tenantWorkflow)
	require.NoError(t, env.GetWorkflowError())
}

func TestSealsSurviveARotation(t *testing.T) {
	c := call{callSignal, testID, "nudge"}
	header := headerOf(t, keyA, "tenant-7", c).Fields
	require.True(t, sealer{ring(t, keyB, keyA)}.holds(header, "tenant-7", c))
	require.False(t, sealer{ring(t, keyB)}.holds(header, "tenant-7", c))
}

// What is not sealed is no payload of ours.
func TestPayloadsFromElsewhereAreRefused(t *testing.T) {
	plain, err := converter.GetDefaultDataConverter().ToPayloads("forged")
	require.NoError(t, err)
	var text string
	require.ErrorContains(t, NewCodec(ring(t, keyA)).Converter().FromPayloads(plain, &text), "not sealed")
}

type deaf struct {
	interceptor.ClientOutboundInterceptorBase
}

func TestAStartWithoutATenantIsRefused(t *testing.T) {
	calls := (&guard{}).InterceptClient(&deaf{})
	_, err := calls.ExecuteWorkflow(t.Context(), &interceptor.ClientExecuteWorkflowInput{WorkflowType: "X"})
	require.ErrorContains(t, err, "without a tenant")
	_, err = calls.SignalWithStartWorkflow(t.Context(), &interceptor.ClientSignalWithStartWorkflowInput{WorkflowType: "X"})
	require.ErrorContains(t, err, "without a tenant")
	_, err = calls.UpdateWithStartWorkflow(t.Context(), &interceptor.ClientUpdateWithStartWorkflowInput{})
	require.ErrorContains(t, err, "can't be sealed")
}

func TestDevServerArguments(t *testing.T) {
	args, err := DevServerArgs("/d/temporal.db", "localhost:7233", "127.0.0.1:8233")
	require.NoError(t, err)
	text := strings.Join(args, " ")
	require.Contains(t, text, "--ip 127.0.0.1 --port 7233 --ui-ip 127.0.0.1 --ui-port 8233")
	require.Contains(t, text, "--ui-public-path /temporal")
	require.Contains(t, text, "system.enableActivityEagerExecution=true")
	_, err = DevServerArgs("f", "example.com:1", "127.0.0.1:2")
	require.ErrorContains(t, err, "--temporal:")
}
