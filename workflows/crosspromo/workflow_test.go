package crosspromo_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	sdk "go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/crosspromo"
)

// programme is a day whose slots come at times that the test moves.
type programme struct {
	*testsuite.TestWorkflowEnvironment
	order []string
	at    map[string]time.Time
	done  map[string]time.Time
	tries map[string]int
	post  func(slot string, attempt int) error
	away  int // looks that fail
}

var midnight = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

func newProgramme(t *testing.T, order ...string) *programme {
	t.Helper()
	p := &programme{TestWorkflowEnvironment: (&testsuite.WorkflowTestSuite{}).NewTestWorkflowEnvironment(), order: order, at: map[string]time.Time{}, done: map[string]time.Time{}, tries: map[string]int{},
		post: func(string, int) error { return nil }}
	for i, slot := range order {
		p.at[slot] = midnight.Add(time.Duration(i+1) * time.Hour)
	}
	p.SetStartTime(midnight)
	crosspromo.Register(p)
	register := func(name string, f any) { p.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name}) }
	register(contract.LookAtProgramme, func(context.Context, contract.ScheduledRun) (turn contract.ProgrammeTurn, err error) {
		if p.away > 0 {
			p.away--
			return turn, sdk.NewNonRetryableApplicationError("the database is away", "away", nil)
		}
		for _, slot := range p.order {
			switch at := p.at[slot]; {
			case !p.done[slot].IsZero():
			case !at.After(p.Now()):
				turn.Due = append(turn.Due, slot)
			case turn.Next == "" || at.Before(turn.At):
				turn.Next, turn.At = slot, at
			}
		}
		return turn, nil
	})
	register(contract.PostOfProgramme, func(_ context.Context, in contract.ProgrammeSlot) error {
		require.Equal(t, contract.ProgrammeSlot{TenantID: "t1", Date: "2026-12-01", Slot: in.Slot}, in)
		p.tries[in.Slot]++
		if err := p.post(in.Slot, p.tries[in.Slot]); err != nil {
			return err
		}
		p.done[in.Slot] = p.Now()
		return nil
	})
	return p
}

func (p *programme) run(t *testing.T) {
	t.Helper()
	p.ExecuteWorkflow(crosspromo.Workflow, contract.ScheduledRun{TenantID: "t1", Date: "2026-12-01"})
	require.True(t, p.IsWorkflowCompleted())
	require.NoError(t, p.GetWorkflowError())
}

func TestEachPostAtItsTime(t *testing.T) {
	p := newProgramme(t, "news", "recap", "brag")
	p.run(t)
	for i, slot := range p.order {
		require.WithinDuration(t, midnight.Add(time.Duration(i+1)*time.Hour), p.done[slot], time.Second)
		require.Equal(t, 1, p.tries[slot])
	}
}

// A post that Telegram keeps waiting holds up no other.
func TestAPostThatWaitsHoldsUpNoOther(t *testing.T) {
	p := newProgramme(t, "news", "recap")
	p.post = func(slot string, _ int) error {
		if slot == "news" && p.Now().Before(midnight.Add(3*time.Hour)) {
			return sdk.NewApplicationErrorWithOptions("Telegram is away", "away", sdk.ApplicationErrorOptions{NextRetryDelay: time.Hour})
		}
		return nil
	}
	p.run(t)
	require.WithinDuration(t, midnight.Add(2*time.Hour), p.done["recap"], time.Second)
	require.WithinDuration(t, midnight.Add(3*time.Hour), p.done["news"], 2*time.Minute)
}

// A change counts while the flow waits, and a post that comes only then is waited for.
func TestAChangeCountsAtOnce(t *testing.T) {
	p := newProgramme(t, "news", "recap")
	p.RegisterDelayedCallback(func() {
		p.at["news"] = midnight.Add(90 * time.Minute)
		p.SignalWorkflow(crosspromo.SignalLook, nil)
	}, 59*time.Minute)
	p.RegisterDelayedCallback(func() {
		p.order = append(p.order, "brag")
		p.at["brag"] = midnight.Add(4 * time.Hour)
		p.SignalWorkflow(crosspromo.SignalLook, nil)
	}, 100*time.Minute)
	p.run(t)
	require.WithinDuration(t, midnight.Add(90*time.Minute), p.done["news"], time.Second)
	require.WithinDuration(t, midnight.Add(4*time.Hour), p.done["brag"], time.Second)
}

// A database that is away, and a post that can't be made, end no day.
func TestTroubleEndsNoDay(t *testing.T) {
	p := newProgramme(t, "news", "recap")
	p.away = 3
	p.post = func(slot string, _ int) error {
		if slot == "news" {
			return sdk.NewNonRetryableApplicationError("a defect", "internal", nil)
		}
		return nil
	}
	p.run(t)
	require.Equal(t, 1, p.tries["news"], "a defect is not tried for ever")
	require.WithinDuration(t, midnight.Add(2*time.Hour), p.done["recap"], time.Second)
}
