package timetable_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/internal/service/timetable"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// scheduler remembers schedules as the real one does, and fails when it is told to.
type scheduler struct {
	mu   sync.Mutex
	have map[string]contract.Schedule
	puts int
	fail map[string]error // by id; "" fails the list
}

func (e *scheduler) Knows(flow string) bool { return flow != "of-a-newer-version" }

func (e *scheduler) Mark(s contract.Schedule) string {
	data, _ := json.Marshal(s)
	return string(data)
}

func (e *scheduler) List(context.Context) (map[string]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	marks := map[string]string{}
	for id, s := range e.have {
		marks[id] = e.Mark(s)
	}
	return marks, e.fail[""]
}

func (e *scheduler) Put(_ context.Context, s contract.Schedule) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	id := contract.ScheduleID(s.TenantID, s.Flow, s.Subject)
	if err := e.fail[id]; err != nil {
		return err
	}
	e.have[id] = s
	e.puts++
	return nil
}

func (e *scheduler) Remove(_ context.Context, id string) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.have, id)
	return nil
}

func newScheduler() *scheduler {
	return &scheduler{have: map[string]contract.Schedule{}, fail: map[string]error{}}
}

var daily = models.ScheduleSpec{Cron: []string{"42 6 * * *"}, TimeZone: "Asia/Dubai", Jitter: 30, CatchUp: 900}

// R7: Temporal comes to have what the rows say, whatever it had, and a second look changes nothing.
func TestReconcileMakesTemporalLikeTheRows(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		e := newScheduler()
		x := timetable.New(s, e)
		ctx, owner := testkit.Tenant(t, s, "one")
		_, other := testkit.Tenant(t, s, "two")
		err := timetable.Set(ctx, s, "recap", "", daily, true)
		require.NoError(t, err)
		err = timetable.Set(ctx, s, "of-a-newer-version", "", daily, true)
		require.NoError(t, err)
		recap, leftover := contract.ScheduleID(owner.ID, "recap", ""), contract.ScheduleID(models.NewID(), "recap", "")
		e.have[leftover] = contract.Schedule{Flow: "recap"}
		e.have["somebody-elses"] = contract.Schedule{}
		e.have[contract.ScheduleID(models.NewID(), "of-a-newer-version", "")] = contract.Schedule{}

		require.NoError(t, x.Reconcile(t.Context()))
		require.Equal(t, contract.Schedule{TenantID: owner.ID, Flow: "recap", Cron: daily.Cron, TimeZone: "Asia/Dubai",
			Jitter: daily.Jitter.Duration(), CatchUp: daily.CatchUp.Duration(), Enabled: true}, e.have[recap])
		require.Contains(t, e.have, contract.ScheduleID(owner.ID, contract.FlowHousekeeping, ""))
		require.Contains(t, e.have, contract.ScheduleID(other.ID, contract.FlowHousekeeping, ""))
		require.NotContains(t, e.have, leftover, "its tenant is gone")
		require.Contains(t, e.have, "somebody-elses")
		require.Len(t, e.have, 5, "what a newer version keeps is let alone")

		before := e.puts
		require.NoError(t, x.Reconcile(t.Context()))
		require.Equal(t, before, e.puts)

		changed := e.have[recap] // by hand, in Temporal
		changed.Enabled = false
		e.have[recap] = changed
		delete(e.have, contract.ScheduleID(other.ID, contract.FlowHousekeeping, ""))
		require.NoError(t, x.Reconcile(t.Context()))
		require.Equal(t, before+2, e.puts)
		require.True(t, e.have[recap].Enabled)
	})
}

// Several schedules of a flow and the platform's own are kept like all others.
func TestReconcileKeepsSubjectsAndThePlatformsOwn(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		e := newScheduler()
		x := timetable.New(s, e)
		ctx, owner := testkit.Tenant(t, s, "one")
		platform := models.Platform(t.Context())
		feed := models.ScheduleSpec{Every: 60, CatchUp: 30}
		for _, subject := range []string{"a", "b"} {
			require.NoError(t, timetable.Set(ctx, s, "hype", subject, daily, true))
		}
		require.NoError(t, timetable.Set(platform, s, "feed", "", feed, true))
		leftover := contract.ScheduleID(tenant.PlatformID, "hype", "gone")
		e.have[leftover] = contract.Schedule{}

		require.NoError(t, x.Reconcile(t.Context()))
		require.Equal(t, contract.Schedule{TenantID: tenant.PlatformID, Flow: "feed", Every: time.Minute, CatchUp: 30 * time.Second, Enabled: true},
			e.have["schedule.platform.feed"])
		require.Equal(t, "a", e.have[contract.ScheduleID(owner.ID, "hype", "a")].Subject)
		require.Equal(t, "b", e.have[contract.ScheduleID(owner.ID, "hype", "b")].Subject)
		require.NotContains(t, e.have, leftover)
		require.Len(t, e.have, 4, "housekeeping too")
		before := e.puts
		require.NoError(t, x.Reconcile(t.Context()))
		require.Equal(t, before, e.puts)
	})
}

func TestOneThatFailsKeepsNobodyElseWaiting(t *testing.T) {
	s := testkit.Store(t, testkit.SQLite(t), models.Options{})
	e := newScheduler()
	x := timetable.New(s, e)
	var owners []string
	for i := range 3 {
		_, owner := testkit.Tenant(t, s, fmt.Sprint("t", i))
		owners = append(owners, owner.ID)
	}
	e.fail[contract.ScheduleID(owners[0], contract.FlowHousekeeping, "")] = errors.New("refused")
	require.ErrorContains(t, x.Reconcile(t.Context()), "refused")
	require.Len(t, e.have, 2)

	e.fail[""] = errors.New("temporal is away")
	require.ErrorContains(t, x.Reconcile(t.Context()), "away")
	require.Len(t, e.have, 2, "nothing is taken for a leftover")
}

// Temporal is told of a change right after its commit, and later when it is away; what it is told is the row as it
// is then.
func TestChangesAreDelivered(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		e := newScheduler()
		outbox.New(s, map[string]outbox.Handler{contract.OutboxSchedule: timetable.New(s, e).Handler()})
		ctx, owner := testkit.Tenant(t, s, "one")
		set := func(store *models.Store, enabled bool) {
			require.NoError(t, timetable.Set(ctx, store, "recap", "", daily, enabled))
		}
		require.NoError(t, s.Tx(ctx, func(tx *models.Store) error {
			set(tx, true)
			set(tx, true) // nothing changed
			set(tx, false)
			require.Zero(t, e.puts)
			return nil
		}))
		require.Equal(t, 2, e.puts)
		require.False(t, e.have[contract.ScheduleID(owner.ID, "recap", "")].Enabled, "the row was changed again before it was delivered")

		e.fail[contract.ScheduleID(owner.ID, "recap", "")] = errors.New("temporal is away")
		set(s, true)
		waiting, _, err := s.Outbox.Waiting(ctx)
		require.NoError(t, err)
		require.EqualValues(t, 1, waiting, "it is delivered later")
	})
}
