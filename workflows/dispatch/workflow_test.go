package dispatch_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/workflow"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/dispatch"
)

const flow = "Recap"

// environment starts a dispatch so long after the time that its schedule named.
func environment(due time.Time, late time.Duration) *testsuite.TestWorkflowEnvironment {
	env := (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment()
	env.SetStartTime(due.Add(late))
	if err := env.SetTypedSearchAttributesOnStart(sdk.NewSearchAttributes(
		sdk.NewSearchAttributeKeyTime("TemporalScheduledStartTime").ValueSet(due))); err != nil {
		panic(err)
	}
	env.RegisterWorkflowWithOptions(func(ctx workflow.Context, _ contract.ScheduledRun) error {
		return workflow.Sleep(ctx, time.Hour) // longer than what started it
	}, workflow.RegisterOptions{Name: flow})
	dispatch.Register(env)
	return env
}

// The id carries the date that the schedule meant, in the schedule's zone, however late it is.
func TestTheDateIsTheScheduledOne(t *testing.T) {
	for name, c := range map[string]struct {
		due        string
		zone, date string
		late       time.Duration
		latest     int64
	}{
		"in UTC":                         {"2026-11-24T20:00:00Z", "", "2026-11-24", 0, 900},
		"begins after midnight":          {"2026-11-24T23:59:00Z", "", "2026-11-24", 5 * time.Minute, 900},
		"the zone's day is the next one": {"2026-11-24T20:30:00Z", "Asia/Dubai", "2026-11-25", 0, 900},
		"the zone's day is the last one": {"2026-11-24T02:00:00Z", "America/New_York", "2026-11-23", 0, 900},
		"days late, where that is right": {"2026-11-24T03:00:00Z", "", "2026-11-24", 72 * time.Hour, 0},
		"at the limit":                   {"2026-11-24T03:00:00Z", "", "2026-11-24", 15 * time.Minute, 900},
	} {
		t.Run(name, func(t *testing.T) {
			due, err := time.Parse(time.RFC3339, c.due)
			require.NoError(t, err)
			env := environment(due, c.late)
			env.OnWorkflow(flow, mock.Anything, contract.ScheduledRun{TenantID: "t1", Date: c.date, DueAt: due}).Return(
				func(ctx workflow.Context, _ contract.ScheduledRun) error {
					info := workflow.GetInfo(ctx)
					require.Equal(t, "recap.t1."+c.date, info.WorkflowExecution.ID)
					return nil
				}).Once()
			env.ExecuteWorkflow(dispatch.Workflow, dispatch.Input{TenantID: "t1", Flow: "recap", Workflow: flow, TimeZone: c.zone, LatestAfter: c.latest})
			require.NoError(t, env.GetWorkflowError())
			var result dispatch.Result
			require.NoError(t, env.GetWorkflowResult(&result))
			require.Equal(t, dispatch.Result{Started: "recap.t1." + c.date}, result)
			env.AssertExpectations(t)
		})
	}
}

// Several schedules of a flow have ids of their own, and what runs at an interval one for each moment.
func TestTheIDNamesSubjectAndMoment(t *testing.T) {
	due := time.Date(2026, 11, 24, 20, 5, 0, 0, time.UTC)
	for want, in := range map[string]dispatch.Input{
		"recap.t1.s1.2026-11-24":          {TenantID: "t1", Subject: "s1"},
		"recap.t1.s1.20261124T200500Z":    {TenantID: "t1", Subject: "s1", Moments: true, TimeZone: "Asia/Dubai"},
		"recap.platform.20261124T200500Z": {TenantID: tenant.PlatformID, Moments: true},
	} {
		env := environment(due, time.Minute)
		env.OnWorkflow(flow, mock.Anything, mock.MatchedBy(func(run contract.ScheduledRun) bool {
			return run.TenantID == in.TenantID && run.Subject == in.Subject && run.DueAt.Equal(due)
		})).Return(nil).Once()
		in.Flow, in.Workflow = "recap", flow
		env.ExecuteWorkflow(dispatch.Workflow, in)
		require.NoError(t, env.GetWorkflowError())
		var result dispatch.Result
		require.NoError(t, env.GetWorkflowResult(&result))
		require.Equal(t, dispatch.Result{Started: want}, result)
		env.AssertExpectations(t)
	}
}

// What runs already keeps its ids: another would fire beside it.
func TestIDsWithoutASubjectStayAsTheyWere(t *testing.T) {
	require.Equal(t, "schedule.t1.housekeeping", contract.ScheduleID("t1", "housekeeping", ""))
	require.Equal(t, "dispatch.t1.housekeeping", contract.DispatchID("t1", "housekeeping", ""))
	require.Equal(t, "housekeeping.t1.2026-11-24", contract.ScheduledID("housekeeping", "t1", "", "2026-11-24"))
	require.Equal(t, "schedule.t1.hype.s1", contract.ScheduleID("t1", "hype", "s1"))
	s := dispatch.Schedules{Flows: map[string]string{"housekeeping": "Housekeeping"}, KeyID: "k"}
	require.Equal(t, "8126d9126948828e", s.Mark(contract.Schedule{TenantID: "t1", Flow: "housekeeping", Cron: []string{"0 3 * * *"}, Jitter: time.Hour, CatchUp: 23 * time.Hour, Enabled: true}),
		"a schedule that runs is not written again")
	for _, id := range []string{"schedule.t1.hype", "schedule.t1.hype.s1"} {
		owner, flow, subject, ok := contract.ScheduleOf(id)
		require.True(t, ok)
		require.Equal(t, id, contract.ScheduleID(owner, flow, subject))
	}
	_, _, _, ok := contract.ScheduleOf("somebody-elses")
	require.False(t, ok)
}

func TestTooLateIsSkippedWithTheReason(t *testing.T) {
	env := environment(time.Date(2026, 11, 24, 7, 51, 0, 0, time.UTC), 15*time.Minute+time.Second)
	env.ExecuteWorkflow(dispatch.Workflow, dispatch.Input{TenantID: "t1", Flow: "recap", Workflow: flow, LatestAfter: 900})
	require.NoError(t, env.GetWorkflowError())
	var result dispatch.Result
	require.NoError(t, env.GetWorkflowResult(&result))
	require.Equal(t, dispatch.Result{Skipped: "15m1s late, which is more than 15m0s"}, result)
	env.AssertWorkflowNumberOfCalls(t, flow, 0)
}

func TestADayThatHasBegunIsNotBegunAgain(t *testing.T) {
	env := environment(time.Date(2026, 11, 24, 7, 51, 0, 0, time.UTC), 0)
	var results []dispatch.Result
	twice := func(ctx workflow.Context, in dispatch.Input) error {
		for range 2 {
			result, err := dispatch.Dispatch(ctx, in)
			if err != nil {
				return err
			}
			results = append(results, result)
		}
		return nil
	}
	env.RegisterWorkflowWithOptions(twice, workflow.RegisterOptions{Name: "Twice"})
	env.ExecuteWorkflow("Twice", dispatch.Input{TenantID: "t1", Flow: "recap", Workflow: flow})
	require.NoError(t, env.GetWorkflowError())
	require.Equal(t, []dispatch.Result{{Started: "recap.t1.2026-11-24"}, {Skipped: "it has already begun"}}, results)
}

func TestAnUnknownZoneIsRefused(t *testing.T) {
	env := environment(time.Now(), 0)
	env.ExecuteWorkflow(dispatch.Workflow, dispatch.Input{TenantID: "t1", Flow: "recap", Workflow: flow, TimeZone: "Mars/Olympus"})
	require.ErrorContains(t, env.GetWorkflowError(), "Mars/Olympus")
}
