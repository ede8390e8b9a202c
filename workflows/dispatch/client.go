package dispatch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/temporal"
)

// Schedules makes Temporal's schedules. It implements timetable.Scheduler.
type Schedules struct {
	Client client.Client
	// Flows are the registered names of the workflows, by the names of the flows.
	Flows map[string]string
	// KeyID names the key that seals what Temporal keeps. With another key all schedules are
	// written again, so that an old one can be dropped.
	KeyID string
}

// Knows reports whether the flow has a workflow in this version of the program.
func (s *Schedules) Knows(flow string) bool { return s.Flows[flow] != "" }

// Mark is a hash over all that a schedule is made of. It stands in Temporal's note beside it, so it
// tells what was put there last; a manual change that keeps the note is not noticed.
func (s *Schedules) Mark(x contract.Schedule) string {
	data, err := json.Marshal(struct {
		contract.Schedule
		Input  Input
		Key    string
		Sealed bool // those from before calls were sealed are written anew
	}{x, s.input(x), s.KeyID, true})
	if err != nil {
		return "" // it has no field that can't be written
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:8])
}

const notePrefix = "Kept by PromoStack after its database: don't change it here. "

func note(mark string, enabled bool) string {
	if enabled {
		return notePrefix + mark
	}
	return notePrefix + "Switched off. " + mark
}

// List returns the marks of Temporal's schedules by their ids. One that was paused or resumed by
// hand has none. What was changed within the last second may be missing or old: Temporal's lists
// follow later.
func (s *Schedules) List(ctx context.Context) (map[string]string, error) {
	list, err := s.Client.ScheduleClient().List(ctx, client.ScheduleListOptions{PageSize: 200})
	if err != nil {
		return nil, away(err)
	}
	marks := map[string]string{}
	for list.HasNext() {
		x, err := list.Next()
		if err != nil {
			return nil, away(err)
		}
		mark := x.Note[strings.LastIndexByte(x.Note, ' ')+1:]
		if x.Note != note(mark, !x.Paused) {
			mark = ""
		}
		marks[x.ID] = mark
	}
	return marks, nil
}

// Put makes a schedule, or makes it what it should be. It may be called any number of times.
func (s *Schedules) Put(ctx context.Context, x contract.Schedule) error {
	ctx = tenant.FromWire(ctx, x.TenantID) // the platform's schedules run for the platform
	workflow := s.Flows[x.Flow]
	if workflow == "" {
		return fault.New(fault.Internal, "flow_unknown", "No workflow for schedules of the flow %q", x.Flow)
	}
	spec := client.ScheduleSpec{CronExpressions: x.Cron, TimeZoneName: x.TimeZone, Jitter: x.Jitter}
	if x.Every > 0 {
		spec.Intervals = []client.ScheduleIntervalSpec{{Every: x.Every}}
	}
	id := contract.ScheduleID(x.TenantID, x.Flow, x.Subject)
	action := &client.ScheduleWorkflowAction{
		ID: contract.DispatchID(x.TenantID, x.Flow, x.Subject), Workflow: Workflow, Args: []any{s.input(x)}, TaskQueue: temporal.QueueFlows,
		TypedSearchAttributes: temporal.Attributes(x.TenantID, x.Flow), StaticSummary: "Starts " + x.Flow,
	}
	ctx = temporal.ForSchedule(ctx, action.ID, Workflow)
	attributes := temporal.Attributes(x.TenantID, x.Flow)
	_, err := s.Client.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: id, Spec: spec, Action: action, Overlap: overlap, CatchupWindow: catchUp(x),
		Note: note(s.Mark(x), x.Enabled), Paused: !x.Enabled, TypedSearchAttributes: attributes,
	})
	if !errors.Is(err, sdk.ErrScheduleAlreadyRunning) {
		return away(err)
	}
	handle := s.Client.ScheduleClient().GetHandle(ctx, id)
	return away(handle.Update(ctx, client.ScheduleUpdateOptions{DoUpdate: func(client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
		return &client.ScheduleUpdate{TypedSearchAttributes: &attributes, Schedule: &client.Schedule{
			Action: action, Spec: &spec,
			Policy: &client.SchedulePolicies{Overlap: overlap, CatchupWindow: catchUp(x)},
			State:  &client.ScheduleState{Note: note(s.Mark(x), x.Enabled), Paused: !x.Enabled},
		}}, nil
	}}))
}

// Remove deletes a schedule. A missing one is not an error.
func (s *Schedules) Remove(ctx context.Context, id string) error {
	err := s.Client.ScheduleClient().GetHandle(ctx, id).Delete(ctx)
	if missing, ok := errors.AsType[*serviceerror.NotFound](err); ok && missing != nil {
		return nil
	}
	return away(err)
}

// overlap lets dispatches wait side by side while no worker runs: each is of another date, and
// decides for itself whether it is too late.
const overlap = enumspb.SCHEDULE_OVERLAP_POLICY_ALLOW_ALL

// catchUp is how far back Temporal makes up for firings that it missed while it was down.
func catchUp(x contract.Schedule) time.Duration {
	const shortest, longest = 10 * time.Second, 7 * 24 * time.Hour
	if x.CatchUp == 0 {
		return longest
	}
	return max(x.CatchUp+x.Jitter, shortest)
}

func (s *Schedules) input(x contract.Schedule) Input {
	in := Input{TenantID: x.TenantID, Flow: x.Flow, Subject: x.Subject, Moments: x.Every > 0, Workflow: s.Flows[x.Flow], TimeZone: x.TimeZone}
	if x.CatchUp > 0 {
		in.LatestAfter = int64((x.CatchUp + x.Jitter) / time.Second)
	}
	return in
}

func away(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("schedules: %w", err)
}
