//go:build integration

package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/host/datadir"
	"github.com/promostack/promostack/internal/host/secrets"
)

// bucketOf is the bucket of an `up` whose store listens at an address.
func bucketOf(t *testing.T, data, address string) *objectstore.Store {
	t.Helper()
	dir, err := datadir.Open(data)
	require.NoError(t, err)
	env, err := dir.Secrets()
	require.NoError(t, err)
	store, err := objectstore.New(objectstore.Config{Endpoint: "http://" + address, Bucket: "promostack", PathStyle: true,
		AccessKey: env["SPACES_ACCESS_KEY"], SecretKey: secrets.Text(env["SPACES_SECRET_KEY"])})
	require.NoError(t, err)
	return store
}
