package models_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// committed notes the messages of each transaction once it is committed, as whoever delivers them would.
func committed(s *models.Store) *[]models.OutboxMessage {
	var list []models.OutboxMessage
	s.Outbox.DeliverInline(func(_ context.Context, fresh []models.OutboxMessage) { list = append(list, fresh...) })
	return &list
}

func TestMessagesOfATargetKeepTheirOrder(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		written := committed(s)
		require.NoError(t, s.Outbox.Add(ctx, "kind", "a", map[string]int{"n": 1}))
		require.NoError(t, s.Outbox.Add(ctx, "kind", "a", map[string]int{"n": 2}))
		require.NoError(t, s.Outbox.Add(ctx, "kind", "b", nil))
		require.Len(t, *written, 3)
		first, second, other := (*written)[0], (*written)[1], (*written)[2]

		none, err := s.Outbox.ClaimOne(ctx, second.ID, time.Minute)
		require.NoError(t, err)
		require.Nil(t, none, "an earlier one waits for the same target")
		list, err := s.Outbox.Claim(models.Platform(ctx), time.Minute, 10)
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.Equal(t, []string{first.ID, other.ID}, []string{list[0].ID, list[1].ID})
		require.Equal(t, 1, list[0].Attempts)
		require.JSONEq(t, `{"n":1}`, list[0].Payload)

		again, err := s.Outbox.Claim(models.Platform(ctx), time.Minute, 10)
		require.NoError(t, err)
		require.Empty(t, again, "they are held, and the second waits for the first")
		require.NoError(t, s.Outbox.Failed(ctx, first.ID, "away", 0))
		again, err = s.Outbox.Claim(models.Platform(ctx), time.Minute, 10)
		require.NoError(t, err)
		require.Len(t, again, 1)
		require.Equal(t, 2, again[0].Attempts)
		require.NoError(t, s.Outbox.Done(ctx, first.ID))
		next, err := s.Outbox.ClaimOne(ctx, second.ID, time.Minute)
		require.NoError(t, err)
		require.Equal(t, second.ID, next.ID)
		count, _, err := s.Outbox.Waiting(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 2, count)
	})
}

// What a process wrote for itself is nobody else's until its lease is over, and never passes an earlier one.
func TestMessagesThatAreHeld(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		platform := models.Platform(ctx)
		written := committed(s)
		require.NoError(t, s.Outbox.AddHeld(ctx, "kind", "a", nil, time.Minute))
		require.NoError(t, s.Outbox.AddHeld(ctx, "kind", "a", nil, time.Minute))
		mine, late := (*written)[0], (*written)[1]
		require.True(t, mine.Held)
		require.False(t, late.Held, "an earlier one waits for the same target")
		list, err := s.Outbox.Claim(platform, time.Minute, 10)
		require.NoError(t, err)
		require.Empty(t, list)
		require.NoError(t, s.Outbox.Done(ctx, mine.ID))
		list, err = s.Outbox.Claim(platform, time.Minute, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
		require.Equal(t, late.ID, list[0].ID)

		require.NoError(t, s.Outbox.AddHeld(ctx, "kind", "b", nil, time.Nanosecond))
		dead := (*written)[2]
		testkit.Eventually(t, 30*time.Second, "the lease is over", func() bool {
			list, err := s.Outbox.Claim(platform, time.Minute, 10)
			return err == nil && len(list) == 1 && list[0].ID == dead.ID && list[0].Attempts == 2
		})
	})
}

// Nobody holds a message where nobody delivers after the commit: the sweep finds it at once.
func TestWithoutAHookNothingIsHeld(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		require.NoError(t, s.Outbox.AddHeld(ctx, "kind", "a", nil, time.Hour))
		list, err := s.Outbox.Claim(models.Platform(ctx), time.Minute, 10)
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

// What is kept for the time after the commit happens once, in its order, after the outermost commit, and never
// for a transaction that was undone.
func TestAfterTheCommit(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		written := committed(s)
		var steps []string
		step := func(name string) func(context.Context) {
			return func(ctx context.Context) {
				waiting, _, err := s.Outbox.Waiting(ctx) // another transaction sees what was committed
				require.NoError(t, err)
				steps = append(steps, fmt.Sprint(name, waiting))
			}
		}
		require.NoError(t, s.Tx(ctx, func(tx *models.Store) error {
			tx.AfterCommit(step("one"))
			err := tx.Tx(ctx, func(inner *models.Store) error {
				inner.AfterCommit(step("two"))
				return inner.Outbox.Add(ctx, "kind", "a", nil)
			})
			require.Empty(t, steps)
			require.Empty(t, *written)
			return errors.Join(err, tx.Outbox.Add(ctx, "kind", "b", nil))
		}))
		require.Equal(t, []string{"one2", "two2"}, steps)
		require.Len(t, *written, 2)

		err := s.Tx(ctx, func(tx *models.Store) error {
			tx.AfterCommit(step("undone"))
			if err := tx.Outbox.Add(ctx, "kind", "a", nil); err != nil {
				return err
			}
			return tx.Tenants.Create(ctx, &models.Tenant{Slug: "one", Name: "Taken", Kind: models.KindClient})
		})
		require.Error(t, err)
		require.Len(t, steps, 2)
		require.Len(t, *written, 2)
		count, _, err := s.Outbox.Waiting(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 2, count, "a message dies with its change")
	})
}

func TestEventsCatchUp(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		foreign, _ := testkit.Tenant(t, s, "two")
		for v := range int64(5) {
			require.NoError(t, s.Events.Add(ctx, models.TopicBulk, "job", v+1))
			require.NoError(t, s.Events.Add(foreign, models.TopicBulk, "foreign", v+1))
		}
		all, err := s.Events.Since(models.Platform(ctx), time.Now().Add(-time.Minute), 100)
		require.NoError(t, err)
		require.Len(t, all, 10)
		missed, known, err := s.Events.After(ctx, all[2].Seq, 0, 100)
		require.NoError(t, err)
		require.True(t, known)
		require.NotEmpty(t, missed)
		for _, e := range missed {
			require.Equal(t, "job", e.Subject)
		}
		_, known, err = s.Events.After(ctx, all[1].Seq, 0, 100)
		require.NoError(t, err)
		require.False(t, known, "another tenant's number is as good as none")
		_, known, err = s.Events.After(ctx, all[0].Seq, time.Minute, 2)
		require.NoError(t, err)
		require.False(t, known, "too many passed")
		n, err := s.Events.DeleteBefore(models.Platform(ctx), time.Now().Add(time.Minute))
		require.NoError(t, err)
		require.EqualValues(t, 10, n)
	})
}

func TestASchedulesChangeIsNoticed(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "one")
		spec := models.ScheduleSpec{Cron: []string{"0 3 * * *"}, CatchUp: 3600}
		row, changed, err := s.Schedules.Put(ctx, "housekeeping", "", spec, true)
		require.NoError(t, err)
		require.True(t, changed)
		_, changed, err = s.Schedules.Put(ctx, "housekeeping", "", spec, true)
		require.NoError(t, err)
		require.False(t, changed)
		spec.Cron = []string{"0 4 * * *"}
		again, changed, err := s.Schedules.Put(ctx, "housekeeping", "", spec, true)
		require.NoError(t, err)
		require.True(t, changed)
		require.Equal(t, row.ID, again.ID)
		read, err := s.Schedules.Get(ctx, "housekeeping", "")
		require.NoError(t, err)
		require.Equal(t, spec, read.Spec)
		require.EqualValues(t, 2, read.Version)
		n := 0
		require.NoError(t, s.Schedules.Every(models.Platform(ctx), func(list []models.Schedule) error { n += len(list); return nil }))
		require.Equal(t, 1, n)
	})
}
