package tenantremoval_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/tenantremoval"
)

// R5: what runs ends before files and rows go, a step that fails is tried again, and all is looked at once more.
func TestATenantIsRemovedInOrder(t *testing.T) {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	var did []string
	begun := env.Now()
	away := map[string]int{contract.SilenceTenant: 1, contract.EndTenantFlows: 3, contract.RemoveTenantFiles: 2, contract.RemoveTenantRows: 4}
	var ended, again time.Duration
	step := func(name string) func(context.Context, contract.Tenant) (int, error) {
		return func(_ context.Context, in contract.Tenant) (int, error) {
			require.Equal(t, "t1", in.TenantID)
			if away[name]--; away[name] >= 0 {
				return 0, errors.New("away")
			}
			did = append(did, name)
			if name == contract.EndTenantFlows {
				ended, again = again, env.Now().Sub(begun)
			}
			return 7, nil
		}
	}
	for name := range away {
		env.RegisterActivityWithOptions(step(name), activity.RegisterOptions{Name: name})
	}
	tenantremoval.Register(env)
	env.ExecuteWorkflow(tenantremoval.Workflow, contract.Tenant{TenantID: "t1"})
	require.NoError(t, env.GetWorkflowError())
	removal := []string{contract.EndTenantFlows, contract.RemoveTenantFiles, contract.RemoveTenantRows}
	require.Equal(t, append(append([]string{contract.SilenceTenant}, removal...), removal...), did)
	require.GreaterOrEqual(t, ended, 5*time.Second, "every process knows by then")
	require.GreaterOrEqual(t, again-ended, 15*time.Minute, "what had begun is over by then")
	var out tenantremoval.Result
	require.NoError(t, env.GetWorkflowResult(&out))
	require.Equal(t, tenantremoval.Result{Flows: 14, Files: 14, Rows: 14}, out)
}
