package templatepreview_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/templatepreview"
)

var input = templatepreview.Input{TenantID: "t1", TemplateID: "tpl1", VersionID: "v1"}

// environment knows the activities by name; each test says what they do.
func environment() *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	version := func(context.Context, contract.TemplateVersion) error { return nil }
	for _, name := range []string{contract.BackUpTemplate, contract.MarkPreviewsReady} {
		env.RegisterActivityWithOptions(version, activity.RegisterOptions{Name: name})
	}
	env.RegisterActivityWithOptions(func(context.Context, contract.TemplateVersion) ([]string, error) { return nil, nil },
		activity.RegisterOptions{Name: contract.PreviewSizes})
	env.RegisterActivityWithOptions(func(context.Context, contract.Preview) error { return nil },
		activity.RegisterOptions{Name: contract.RenderPreview})
	templatepreview.Register(env)
	return env
}

func TestEverySizeIsRenderedThenMarked(t *testing.T) {
	env := environment()
	var order []string
	note := func(what string) { order = append(order, what) }
	v := contract.TemplateVersion{VersionID: "v1"}
	env.OnActivity(contract.BackUpTemplate, mock.Anything, v).Run(func(mock.Arguments) { note("backup") }).Return(nil).Once()
	env.OnActivity(contract.PreviewSizes, mock.Anything, v).Return([]string{"square", "story", "wide"}, nil).Once()
	for _, size := range []string{"square", "story", "wide"} {
		env.OnActivity(contract.RenderPreview, mock.Anything, contract.Preview{VersionID: "v1", Size: size}).
			Run(func(mock.Arguments) { note("preview") }).Return(nil).Once()
	}
	env.OnActivity(contract.MarkPreviewsReady, mock.Anything, v).Run(func(mock.Arguments) { note("ready") }).Return(nil).Once()
	env.ExecuteWorkflow(templatepreview.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []string{"backup", "preview", "preview", "preview", "ready"}, order)
	env.AssertExpectations(t)
}

// A store that is away makes the previews late, nothing else.
func TestAwayIsOnlyLate(t *testing.T) {
	env := environment()
	begun := env.Now()
	attempts := 0
	env.OnActivity(contract.BackUpTemplate, mock.Anything, mock.Anything).Return(nil)
	env.OnActivity(contract.PreviewSizes, mock.Anything, mock.Anything).Return([]string{"square", "story"}, nil)
	env.OnActivity(contract.RenderPreview, mock.Anything, mock.Anything).Return(func(_ context.Context, in contract.Preview) error {
		if in.Size == "story" {
			if attempts++; attempts < 9 {
				return errors.New("the store is away")
			}
		}
		return nil
	})
	marked := false
	env.OnActivity(contract.MarkPreviewsReady, mock.Anything, mock.Anything).Run(func(mock.Arguments) { marked = true }).Return(nil)
	env.ExecuteWorkflow(templatepreview.Workflow, input)
	require.NoError(t, env.GetWorkflowError())
	require.True(t, marked)
	require.Equal(t, 9, attempts)
	require.GreaterOrEqual(t, env.Now().Sub(begun), 2*time.Minute, "the pauses grow")
}

func TestIDNamesTenantAndVersion(t *testing.T) {
	require.Equal(t, "templatepreview.t1.v1", templatepreview.ID("t1", "v1"))
}
