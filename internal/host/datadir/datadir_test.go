package datadir_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/host/config"
	"github.com/promostack/promostack/internal/host/datadir"
)

func TestSecretsAreMadeOnceAndForTheOwnerAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	_, err := datadir.Open(path)
	require.True(t, fault.Is(err, fault.NotFound))

	d, err := datadir.Create(path)
	require.NoError(t, err)
	first, err := d.Secrets()
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(first["ADMIN_PASSWORD"]), 20)
	require.GreaterOrEqual(t, len(first["SECRET_KEY"]), 32)
	require.NotEqual(t, first["SPACES_ACCESS_KEY"], first["SPACES_SECRET_KEY"])

	file := filepath.Join(path, "secrets.env")
	info, err := os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	require.NoError(t, os.Chmod(file, 0o644))
	again, err := datadir.Open(path)
	require.NoError(t, err)
	second, err := again.Secrets()
	require.NoError(t, err)
	require.Equal(t, first, second)
	info, err = os.Stat(file)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "a mode that was opened is closed again")
}

func TestSettingsParse(t *testing.T) {
	d, err := datadir.Create(t.TempDir())
	require.NoError(t, err)
	env, err := d.Settings(datadir.Addresses{HTTP: "127.0.0.1:1", Temporal: "127.0.0.1:2", TemporalUI: "127.0.0.1:3", S3: "127.0.0.1:4", Sandbox: "127.0.0.1:5"})
	require.NoError(t, err)
	require.NoError(t, config.Check(env))
	c, err := config.Parse(env)
	require.NoError(t, err)
	require.True(t, c.CRMSimulated())
	require.Equal(t, "http://127.0.0.1:4", c.SpacesEndpoint)
}

func TestOnlyOneSupervisorHoldsTheFolder(t *testing.T) {
	d, err := datadir.Create(t.TempDir())
	require.NoError(t, err)
	_, running, err := d.Running()
	require.NoError(t, err)
	require.False(t, running)
	unlock, err := d.Lock()
	require.NoError(t, err)
	_, err = d.Lock()
	require.True(t, fault.Is(err, fault.Conflict))
	_, _, err = d.Running()
	require.ErrorContains(t, err, "just starting")
	want := datadir.Addresses{HTTP: "127.0.0.1:1"}
	require.NoError(t, d.Announce(want))
	got, running, err := d.Running()
	require.NoError(t, err)
	require.True(t, running)
	require.Equal(t, want, got)
	unlock()
	_, running, err = d.Running()
	require.NoError(t, err)
	require.False(t, running, "addresses of an ended supervisor do not count")
}
