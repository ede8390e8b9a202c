package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// A process that was killed is known to be dead within a few beats; one that ends says so itself.
func TestProcesses(t *testing.T) {
	now := time.Now()
	store := testkit.Store(t, testkit.SQLite(t), models.Options{Clock: func() time.Time { return now }})
	ctx := t.Context()
	one := models.Process{ID: models.NewID(), Part: models.PartWorker, Host: "here", PID: 7, Version: "test", StartedAt: models.NewTime(now)}
	two := one
	two.ID, two.Problem = models.NewID(), "Temporal does not answer"
	beat := func(list ...models.Process) {
		t.Helper()
		for _, p := range list {
			require.NoError(t, store.Processes.Beat(ctx, p))
		}
	}
	alive := func() (ids []string) {
		t.Helper()
		list, err := store.Processes.Alive(ctx, models.PartWorker)
		require.NoError(t, err)
		for _, p := range list {
			ids = append(ids, p.ID)
		}
		return ids
	}
	beat(one, two)
	require.Equal(t, []string{one.ID, two.ID}, alive())
	apis, err := store.Processes.Alive(ctx, models.PartAPI)
	require.NoError(t, err)
	require.Empty(t, apis)

	now = now.Add(2 * models.BeatEvery)
	beat(two)
	require.Equal(t, []string{one.ID, two.ID}, alive(), "a late beat is no death")
	now = now.Add(models.BeatEvery)
	require.Equal(t, []string{two.ID}, alive())
	require.NoError(t, store.Processes.Leave(ctx, two.ID))
	require.Empty(t, alive())
	n, err := store.Processes.Forget(ctx, now)
	require.NoError(t, err)
	require.EqualValues(t, 1, n)
}
