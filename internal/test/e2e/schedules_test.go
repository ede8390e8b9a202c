//go:build integration

package e2e

import (
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/stack"
	"github.com/promostack/promostack/models"
	"github.com/promostack/promostack/temporal"
	"github.com/promostack/promostack/workflows/dispatch"
	"github.com/promostack/promostack/workflows/housekeeping"
)

// schedules holds R7: every tenant's schedules are in Temporal, fire once for each date though two workers run
// and though they are triggered again, and come back by themselves when they are lost.
func schedules(t *testing.T, s *stack.Stack) {
	ring, err := secrets.NewRing(testkit.HistoryKey)
	require.NoError(t, err)
	ctx := models.Platform(t.Context())
	temporalClient, err := temporal.Dial(ctx, temporal.Options{Address: s.Temporal, Namespace: "promostack", Ring: ring, Logger: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	defer temporalClient.Close()

	find := func() (id string) {
		list, err := temporalClient.ScheduleClient().List(ctx, client.ScheduleListOptions{})
		require.NoError(t, err)
		for list.HasNext() {
			x, err := list.Next()
			require.NoError(t, err)
			require.Empty(t, id, "there is one tenant and one flow")
			id = x.ID
		}
		return id
	}
	var id string
	testkit.Eventually(t, time.Minute, "the schedule is there", func() bool { id = find(); return id != "" })
	owner, flow, _, ok := contract.ScheduleOf(id)
	require.True(t, ok)
	require.Equal(t, contract.FlowHousekeeping, flow)
	schedule := temporalClient.ScheduleClient().GetHandle(ctx, id)

	results := func() (list []dispatch.Result) {
		d, err := schedule.Describe(ctx)
		require.NoError(t, err)
		for _, a := range d.Info.RecentActions {
			var r dispatch.Result
			run := temporalClient.GetWorkflow(ctx, a.StartWorkflowResult.WorkflowID, a.StartWorkflowResult.FirstExecutionRunID)
			require.NoError(t, run.Get(ctx, &r))
			list = append(list, r)
		}
		return list
	}
	// A day whose time is long over is not made up for.
	day := time.Now().UTC().Truncate(24 * time.Hour)
	require.NoError(t, schedule.Backfill(ctx, client.ScheduleBackfillOptions{Backfill: []client.ScheduleBackfill{{
		Start: day.Add(-48 * time.Hour), End: day.Add(-43 * time.Hour), Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL}}}))
	testkit.Eventually(t, time.Minute, "it has fired and was too late", func() bool {
		return slices.ContainsFunc(results(), func(r dispatch.Result) bool { return strings.Contains(r.Skipped, "late, which is more than 24h") })
	})

	// Triggered twice, the day's run takes place once (each day's, if it is midnight right now).
	for n := range 2 {
		second := time.Now().Truncate(time.Second)
		testkit.Eventually(t, 2*time.Second, "the next second: dispatches are named by it", func() bool { return time.Now().After(second.Add(time.Second)) })
		require.NoError(t, schedule.Trigger(ctx, client.ScheduleTriggerOptions{Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL}))
		testkit.Eventually(t, time.Minute, "it was triggered", func() bool { return len(results()) >= 2+n })
	}
	started := map[string]bool{}
	for _, r := range results() {
		if r.Started == "" {
			require.True(t, r.Skipped == "it has already begun" || strings.Contains(r.Skipped, "late"), r.Skipped)
			continue
		}
		require.False(t, started[r.Started], "%s was started twice", r.Started)
		started[r.Started] = true
		require.Contains(t, r.Started, contract.ScheduledID(flow, owner, "", ""))
		var done housekeeping.Result
		require.NoError(t, temporalClient.GetWorkflow(ctx, r.Started, "").Get(ctx, &done))
		require.Len(t, done, 7)
	}
	require.NotEmpty(t, started)
	require.GreaterOrEqual(t, len(results()), 3)

	// What was lost or paused by hand is mended by the next worker that starts.
	require.NoError(t, schedule.Pause(ctx, client.SchedulePauseOptions{Note: "by hand"}))
	testkit.Eventually(t, time.Minute, "the pause is listed", func() bool {
		list, err := temporalClient.ScheduleClient().List(ctx, client.ScheduleListOptions{})
		require.NoError(t, err)
		x, err := list.Next()
		require.NoError(t, err)
		return x.Paused
	})
	s.Kill("worker-1")
	testkit.Eventually(t, time.Minute, "it is resumed", func() bool {
		d, err := schedule.Describe(ctx)
		require.NoError(t, err)
		return !d.Schedule.State.Paused
	})
	require.NoError(t, schedule.Delete(ctx))
	testkit.Eventually(t, time.Minute, "it is gone", func() bool { return find() == "" })
	s.Kill("worker-2")
	testkit.Eventually(t, time.Minute, "it is back", func() bool { return find() == id })
	d, err := schedule.Describe(ctx)
	require.NoError(t, err)
	require.Equal(t, []client.ScheduleRange{{Start: 3, End: 3, Step: 1}}, d.Schedule.Spec.Calendars[0].Hour)
}
