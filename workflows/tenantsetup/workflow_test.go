package tenantsetup_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/tenantsetup"
)

// R5: a store that is away makes a tenant's setup late.
func TestASetupIsTriedUntilItIsDone(t *testing.T) {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	attempts := 0
	env.RegisterActivityWithOptions(func(_ context.Context, in contract.Tenant) error {
		require.Equal(t, "t1", in.TenantID)
		if attempts++; attempts < 5 {
			return errors.New("away")
		}
		return nil
	}, activity.RegisterOptions{Name: contract.EquipTenant})
	tenantsetup.Register(env)
	env.ExecuteWorkflow(tenantsetup.Workflow, contract.Tenant{TenantID: "t1"})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, 5, attempts)
}
