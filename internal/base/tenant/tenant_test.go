package tenant_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
)

func TestContexts(t *testing.T) {
	ctx := t.Context()
	_, ok := tenant.From(ctx)
	require.False(t, ok)
	_, ok = tenant.Wire(ctx)
	require.False(t, ok)

	one := tenant.With(ctx, "one")
	id, ok := tenant.From(one)
	require.True(t, ok)
	require.Equal(t, "one", id)
	require.False(t, tenant.IsPlatform(one))

	all := tenant.Platform(one)
	_, ok = tenant.From(all)
	require.False(t, ok, "the platform is no tenant")
	require.True(t, tenant.IsPlatform(all))
	value, ok := tenant.Wire(all)
	require.True(t, ok)
	require.True(t, tenant.IsPlatform(tenant.FromWire(ctx, value)))

	sly := tenant.With(ctx, value)
	require.False(t, tenant.IsPlatform(sly), "nobody becomes the platform by a tenant's id")
	_, ok = tenant.Wire(sly)
	require.False(t, ok)
}
