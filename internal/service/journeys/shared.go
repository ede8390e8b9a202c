package journeys

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// sharedTrigger is a trigger of another active journey that is the same as one's own.
type sharedTrigger struct {
	models.JourneyTrigger
	trigger journey.Trigger
}

// sharedTriggers finds, by the number of one's own trigger, the triggers of other active journeys that claim the
// same. It asks the triggers themselves: since texts are folded as people take them for the same, a trigger that
// was published before may go on without its claim.
func sharedTriggers(ctx context.Context, tx *models.Store, self string, own []models.JourneyTrigger) ([][]sharedTrigger, error) {
	active, err := tx.Journeys.Triggers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([][]sharedTrigger, len(own))
	claims := make([]string, len(own))
	for i, row := range own {
		if claims[i], _, err = readClaim(row); err != nil {
			return nil, err
		}
	}
	for _, row := range active {
		if row.JourneyID == self {
			continue
		}
		claim, trigger, err := readClaim(row)
		if err != nil {
			return nil, err
		}
		for i := range claims {
			if claim != "" && claim == claims[i] {
				out[i] = append(out[i], sharedTrigger{row, trigger})
			}
		}
	}
	return out, nil
}

func readClaim(row models.JourneyTrigger) (string, journey.Trigger, error) {
	var trigger journey.Trigger
	if err := json.Unmarshal([]byte(row.Spec), &trigger); err != nil {
		return "", trigger, fmt.Errorf("trigger %d of journey %s: %w", row.Position, row.JourneyID, err)
	}
	return claimOf(trigger), trigger, nil
}

// sharing tells the owner of an active journey which others have one of its triggers.
func (s *Service) sharing(ctx context.Context, j *models.Journey) ([]journey.Issue, error) {
	if j.State != models.JourneyActive {
		return nil, nil
	}
	all, err := s.store.Journeys.Triggers(ctx)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(all, func(row models.JourneyTrigger) bool { return row.JourneyID != j.ID })
	shared, err := sharedTriggers(ctx, s.store, j.ID, own)
	if err != nil {
		return nil, err
	}
	var out []journey.Issue
	for i := range own {
		for _, other := range shared[i] {
			out = append(out, journey.Issue{Severity: journey.Warning, Code: "trigger_shared", Field: fmt.Sprintf("triggers[%d].value", own[i].Position),
				Message: fmt.Sprintf("The active journey “%s” has the same trigger, “%s”; the higher priority goes first, then who was published first. Change it in one of them", other.Name, other.trigger.Value)})
		}
	}
	return out, nil
}
