//go:build integration

package e2e

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/bots"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/botupdates"
	"github.com/promostack/promostack/workflows/delivery"
	"github.com/promostack/promostack/workflows/promochat"
)

// forger reaches Temporal as anybody does who knows its address: without the key.
type forger struct {
	t      *testing.T
	client client.Client
}

func newForger(t *testing.T, s *stack.Stack) forger {
	c, err := client.Dial(client.Options{HostPort: s.Temporal, Namespace: "promostack"})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return forger{t, c}
}

// first is the first event of a flow: what it was started with.
func (f forger) first(id string) *historypb.WorkflowExecutionStartedEventAttributes {
	list := f.client.GetWorkflowHistory(f.t.Context(), id, "", false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	e, err := list.Next()
	require.NoError(f.t, err)
	return e.GetWorkflowExecutionStartedEventAttributes()
}

func (f forger) start(id, workflow string, header *commonpb.Header, input *commonpb.Payloads) {
	_, err := f.client.WorkflowService().StartWorkflowExecution(f.t.Context(), &workflowservice.StartWorkflowExecutionRequest{
		Namespace: "promostack", WorkflowId: id, WorkflowType: &commonpb.WorkflowType{Name: workflow},
		TaskQueue: &taskqueuepb.TaskQueue{Name: temporal.QueueFlows}, Header: header, Input: input, RequestId: id,
	})
	require.NoError(f.t, err)
}

// forged holds that whoever reaches Temporal without the key makes nothing act (R1): starts, signals and queries that
// are empty, not sealed, or sealed for another flow change nothing and send nothing.
func forged(t *testing.T, s *stack.Stack, sim *bots.World, chat, updates string) {
	f := newForger(t, s)
	sent := func() int { return len(sim.Calls(chatBot, "sendMessage")) + len(sim.Calls(chatBot, "sendPhoto")) }
	before := sent()
	real := f.first(chat)
	unsealed, err := converter.GetDefaultDataConverter().ToPayloads(promochat.Input{})
	require.NoError(t, err)
	tenant := &commonpb.Header{Fields: map[string]*commonpb.Payload{"promostack-tenant": real.GetHeader().GetFields()["promostack-tenant"]}}
	stranger, err := converter.GetDefaultDataConverter().ToPayload("t:another")
	require.NoError(t, err)
	another := &commonpb.Header{Fields: maps.Clone(real.GetHeader().GetFields())}
	another.Fields["promostack-tenant"] = stranger
	for i, c := range []struct {
		name, workflow string
		header         *commonpb.Header
		input          *commonpb.Payloads
		refusal        string
	}{
		{"empty", promochat.Workflow, nil, nil, "tenant_missing"},
		{"not sealed", promochat.Workflow, tenant, unsealed, "Encoded failure"}, // it is not even read
		{"another flow's input", promochat.Workflow, tenant, real.GetInput(), "call_not_sealed"},
		{"another flow's seal", promochat.Workflow, real.GetHeader(), real.GetInput(), "call_not_sealed"},
		{"another tenant's seal", promochat.Workflow, another, real.GetInput(), "call_not_sealed"},
		{"another type", delivery.Workflow, real.GetHeader(), real.GetInput(), "call_not_sealed"},
	} {
		id := fmt.Sprintf("forged.%d", i)
		f.start(id, c.workflow, c.header, c.input)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		require.ErrorContains(t, f.client.GetWorkflow(ctx, id, "").Get(ctx, nil), c.refusal, c.name)
		cancel()
	}
	// A running flow hears nobody but us: a signal that removes nothing, pauses nothing and wakes nobody.
	require.NoError(t, f.client.SignalWorkflow(t.Context(), updates, "", botupdates.SignalChanged, nil))
	testkit.Eventually(t, time.Minute, "the refusal is logged", func() bool {
		return strings.Contains(logsOf(t, s, "worker-*.log"), "refused a signal that is not sealed")
	})
	_, err = f.client.QueryWorkflow(t.Context(), updates, "", "progress")
	require.Error(t, err)
	update, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	handle, err := f.client.UpdateWorkflow(update, client.UpdateWorkflowOptions{WorkflowID: updates, UpdateName: "change", WaitForStage: client.WorkflowUpdateStageCompleted})
	if err == nil {
		err = handle.Get(update, nil)
	}
	require.Error(t, err)
	require.Equal(t, before, sent(), "the bot has sent nothing")
}

// logsOf is what some of the program's parts have logged.
func logsOf(t *testing.T, s *stack.Stack, pattern string) string {
	files, err := filepath.Glob(filepath.Join(s.Data, "logs", pattern))
	require.NoError(t, err)
	var all strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all.Write(text)
	}
	return all.String()
}

// endedByHand ends the flow that watches a bot, as somebody may in Temporal's Web UI: Test brings it back at once, as the
// next look at what should run would.
func endedByHand(t *testing.T, s *stack.Stack, connection, updates string) {
	f := newForger(t, s)
	running := func() bool {
		d, err := f.client.DescribeWorkflow(t.Context(), updates, "")
		require.NoError(t, err)
		return d.RawResponse.GetWorkflowExecutionInfo().GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING
	}
	require.True(t, running())
	require.NoError(t, f.client.TerminateWorkflow(t.Context(), updates, "", "by hand"))
	require.False(t, running())
	require.Equal(t, "flow_ended", brokenCard(t, s, connection).Problem.Code)
	s.JSON(http.MethodPost, "/api/v1/connections/"+connection+"/test", nil, nil, http.StatusOK, nil)
	testkit.Eventually(t, chatPatience, "the flow is back", running)
}
