package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// R7: a process that freezes in the middle of a transaction holds up the others for some seconds at
// most, and finds its transaction gone when it goes on.
func TestAFrozenTransactionLetsGo(t *testing.T) {
	dsn := testkit.Postgres(t)
	frozen, other := testkit.Store(t, dsn, models.Options{}), testkit.Store(t, dsn, models.Options{})
	ctx, _ := testkit.Tenant(t, frozen, "one")
	spec := models.ScheduleSpec{Cron: []string{"0 3 * * *"}}
	_, _, err := frozen.Schedules.Put(ctx, "recap", "", spec, true)
	require.NoError(t, err)

	holds, resume, resumed := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		resumed <- frozen.Tx(ctx, func(tx *models.Store) error {
			_, _, err := tx.Schedules.Put(ctx, "recap", "", spec, false)
			close(holds)
			<-resume
			return err
		})
	}()
	<-holds
	testkit.Eventually(t, 30*time.Second, "another process changes the row", func() bool {
		_, changed, err := other.Schedules.Put(ctx, "recap", "", models.ScheduleSpec{Cron: []string{"0 4 * * *"}}, true)
		return err == nil && changed
	})
	close(resume)
	err = <-resumed
	require.True(t, fault.Is(err, fault.Unavailable), "%v", err)
	row, err := other.Schedules.Get(ctx, "recap", "")
	require.NoError(t, err)
	require.True(t, row.Enabled, "what it had written is gone")
	_, err = frozen.Schedules.Get(ctx, "recap", "")
	require.NoError(t, err, "it goes on with a new connection")
}
