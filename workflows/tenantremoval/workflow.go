// Package tenantremoval is the platform's flow that removes a tenant with all that it has. When it begins the tenant is
// marked as going, so that nothing of it starts any more. Each step may run any number of times.
package tenantremoval

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Workflow is the name of the flow.
const Workflow = "TenantRemoval"

const (
	// settle is how long every process needs to know that the tenant is going.
	settle = 5 * time.Second
	// late is how long something that had begun before may go on: the longest request or activity that writes a file.
	late = 15 * time.Minute
)

// Result says what was removed.
type Result struct {
	Flows int   `json:"flows"`
	Files int   `json:"files"`
	Rows  int64 `json:"rows"`
}

// Register registers the flow with a worker.
func Register(r worker.WorkflowRegistry) {
	r.RegisterWorkflowWithOptions(Run, workflow.RegisterOptions{Name: Workflow})
}

// Run is the flow. It tries until nothing is left, and looks once more for what came late.
func Run(ctx workflow.Context, in contract.Tenant) (Result, error) {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: time.Hour,
		HeartbeatTimeout:    time.Minute,
		RetryPolicy:         &sdk.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	out := Result{}
	temporal.Details(ctx, "Its schedules and webhooks are taken away.")
	// A tenant whose bots can't be reached is removed all the same; what is left of schedules is mended by their reconciler.
	if err := workflow.ExecuteActivity(ctx, contract.SilenceTenant, in).Get(ctx, nil); err != nil {
		return out, err
	}
	if err := workflow.Sleep(ctx, settle); err != nil {
		return out, err
	}
	if err := remove(ctx, in, &out); err != nil {
		return out, err
	}
	temporal.Details(ctx, said(out)+" It looks once more for what came late.")
	if err := workflow.Sleep(ctx, late); err != nil {
		return out, err
	}
	if err := remove(ctx, in, &out); err != nil {
		return out, err
	}
	temporal.Details(ctx, said(out))
	return out, nil
}

// remove ends what runs, then removes files and rows: the tenant itself goes last.
func remove(ctx workflow.Context, in contract.Tenant, out *Result) error {
	var flows, files int
	var rows int64
	for _, step := range []struct {
		name string
		n    any
	}{{contract.EndTenantFlows, &flows}, {contract.RemoveTenantFiles, &files}, {contract.RemoveTenantRows, &rows}} {
		if err := workflow.ExecuteActivity(ctx, step.name, in).Get(ctx, step.n); err != nil {
			return err
		}
	}
	out.Flows, out.Files, out.Rows = out.Flows+flows, out.Files+files, out.Rows+rows
	return nil
}

func said(r Result) string {
	return fmt.Sprintf("Removed %d flows, %d files and %d rows.", r.Flows, r.Files, r.Rows)
}

// Start starts the removal of a tenant if it does not run. It is the platform's, so that it does not end itself.
func Start(ctx context.Context, c client.Client, in contract.Tenant) error {
	_, err := c.ExecuteWorkflow(tenant.Platform(ctx), client.StartWorkflowOptions{
		ID:                       contract.TenantRemovalID(in.TenantID),
		TaskQueue:                temporal.QueueFlows,
		WorkflowIDConflictPolicy: enumspb.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enumspb.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		TypedSearchAttributes:    temporal.Attributes(tenant.PlatformID, contract.FlowTenantRemoval),
		StaticSummary:            "Removal of a tenant",
	}, Workflow, in)
	return err
}
