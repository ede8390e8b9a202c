package temporal

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/base/tenant"
)

// R5: no flow starts for a tenant that is being removed, but the platform's, which removes it.
func TestNoFlowStartsForATenantThatGoes(t *testing.T) {
	gone := errors.New("it was removed")
	g := &clientGuard{working: func(_ context.Context, id string) error {
		if id == "going" {
			return gone
		}
		return nil
	}}
	options := &client.StartWorkflowOptions{ID: "flow"}
	_, err := g.named(tenant.With(t.Context(), "going"), "Flow", options)
	require.ErrorIs(t, err, gone)
	_, err = g.named(tenant.With(t.Context(), "other"), "Flow", options)
	require.NoError(t, err)
	_, err = g.named(tenant.Platform(t.Context()), "Flow", options)
	require.NoError(t, err)
}
