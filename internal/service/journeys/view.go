package journeys

import (
	"context"
	"fmt"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// View is a journey with what belongs to it on every page.
type View struct {
	models.Journey
	Live   *models.JourneyVersion // what people enter, or entered last; nil before the first publishing
	Totals models.JourneyTotals
	Draft  *journey.Definition
	Issues []journey.Issue
	// Current is what people get: the live version, or before the first publishing the draft.
	Current *journey.Definition
}

// View completes a journey's row.
func (s *Service) View(ctx context.Context, row *models.Journey) (*View, error) {
	list, err := s.Views(ctx, []models.Journey{*row})
	if err != nil {
		return nil, err
	}
	v := &list[0]
	shared, err := s.sharing(ctx, row)
	v.Issues = append(v.Draft.Check(), shared...)
	return v, err
}

// Views completes rows of a list, without the issues.
func (s *Service) Views(ctx context.Context, rows []models.Journey) ([]View, error) {
	ids, versions := make([]string, len(rows)), make([]string, 0, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
		if rows[i].VersionID != "" {
			versions = append(versions, rows[i].VersionID)
		}
	}
	totals, err := s.store.Figures.Totals(ctx, ids)
	if err != nil {
		return nil, err
	}
	heads, err := s.store.Journeys.VersionHeads(ctx, versions)
	if err != nil {
		return nil, err
	}
	live, err := s.definitions(ctx, differing(rows))
	if err != nil {
		return nil, err
	}
	out := make([]View, len(rows))
	for i := range rows {
		d, err := journey.Parse([]byte(rows[i].Draft))
		if err != nil {
			return nil, fmt.Errorf("draft of journey %s: %w", rows[i].ID, err)
		}
		out[i] = View{Journey: rows[i], Totals: totals[rows[i].ID], Draft: d, Current: d}
		if current, ok := live[rows[i].VersionID]; ok {
			out[i].Current = current
		}
		if head, ok := heads[rows[i].VersionID]; ok {
			out[i].Live = &head
		}
	}
	return out, nil
}

// differing are the live versions of the journeys whose drafts differ from them.
func differing(rows []models.Journey) []string {
	var out []string
	for i := range rows {
		if rows[i].VersionID != "" && rows[i].DraftChanged {
			out = append(out, rows[i].VersionID)
		}
	}
	return out
}

// Changes are the differences between the draft and the live version, with how many people are at each step
// that the draft does not have any more.
type Changes struct {
	journey.Changes
	People map[string]int64 // by the step
}

// Changes compares the draft with the live version; everything is new before the first publishing.
func (s *Service) Changes(ctx context.Context, id string) (*Changes, error) {
	j, err := s.store.Journeys.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	draft, err := journey.Parse([]byte(j.Draft))
	if err != nil {
		return nil, err
	}
	live := &journey.Definition{}
	out := &Changes{People: map[string]int64{}}
	if j.VersionID != "" {
		if live, err = s.Definition(ctx, s.store, j.VersionID); err != nil {
			return nil, err
		}
	}
	out.Changes = journey.Compare(live, draft)
	inside, err := s.store.Sessions.Inside(ctx, id)
	for _, row := range inside {
		out.People[row.StepID] += row.People
	}
	return out, err
}

// VersionView is a version with how many people are in it now.
type VersionView struct {
	models.JourneyVersion
	People int64
	Live   bool // people enter it, or entered it last
}

// Versions returns a journey's versions without what they say, the newest first.
func (s *Service) Versions(ctx context.Context, id string) ([]VersionView, error) {
	j, err := s.store.Journeys.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	rows, err := s.store.Journeys.Versions(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.versionViews(ctx, j, rows)
}

// Version returns one version with what it says.
func (s *Service) Version(ctx context.Context, id, version string) (*VersionView, error) {
	j, err := s.store.Journeys.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	row, err := s.store.Journeys.Version(ctx, version)
	if err == nil && row.JourneyID != id {
		err = fault.New(fault.NotFound, "journey_version_not_found", "There is no such version of a journey")
	}
	if err != nil {
		return nil, err
	}
	list, err := s.versionViews(ctx, j, []models.JourneyVersion{*row})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Service) versionViews(ctx context.Context, j *models.Journey, rows []models.JourneyVersion) ([]VersionView, error) {
	inside, err := s.store.Sessions.Inside(ctx, j.ID)
	if err != nil {
		return nil, err
	}
	people := map[string]int64{}
	for _, count := range inside {
		people[count.VersionID] += count.People
	}
	out := make([]VersionView, len(rows))
	for i := range rows {
		out[i] = VersionView{JourneyVersion: rows[i], People: people[rows[i].ID], Live: rows[i].ID == j.VersionID}
	}
	return out, nil
}
