package journeys

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// Create adds a journey as a draft.
func (s *Service) Create(ctx context.Context, name string, d *journey.Definition) (*View, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	row := &models.Journey{Name: name, Draft: string(text), DraftChanged: true}
	if err := s.store.Journeys.Create(ctx, row); err != nil {
		return nil, err
	}
	return s.View(ctx, row)
}

// Blank is a new journey before anybody has edited it.
func Blank() *journey.Definition {
	return &journey.Definition{Format: journey.Format, Connections: []string{string(models.SignalBot)}, Triggers: []journey.Trigger{}, InactivityTimeoutDays: 7,
		ReEntry: journey.ReEntry{Rule: journey.Always}, Timezone: "UTC", StartStepID: "start",
		Steps: []journey.Step{{ID: "start", Type: journey.Message, X: 80, Y: 160, Text: "Hi {first_name|there}", NextStepID: "end"},
			{ID: "end", Type: journey.End, X: 400, Y: 160}}}
}

// change changes a journey that is not locked.
func (s *Service) change(ctx context.Context, id string, expect int64, fn func(tx *models.Store, j *models.Journey) error) (*View, error) {
	row, err := s.unlocked(ctx, id, expect, fn)
	if err != nil {
		return nil, err
	}
	return s.View(ctx, row)
}

func (s *Service) unlocked(ctx context.Context, id string, expect int64, fn func(tx *models.Store, j *models.Journey) error) (*models.Journey, error) {
	return s.store.Journeys.Change(ctx, id, expect, func(tx *models.Store, j *models.Journey) error {
		if j.IsLocked {
			return fault.New(fault.Conflict, "journey_locked", "This journey is locked").WithRemedy("Unlock it, or duplicate it and change the copy")
		}
		return fn(tx, j)
	})
}

// SaveDraft replaces the draft. It need not be complete: what is missing is in the view's issues.
func (s *Service) SaveDraft(ctx context.Context, id string, expect int64, d *journey.Definition) (*View, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, err
	}
	row, err := s.unlocked(ctx, id, expect, func(tx *models.Store, j *models.Journey) error { return s.draft(ctx, tx, j, string(text)) })
	if err != nil {
		return nil, err
	}
	return s.View(ctx, row)
}

func (s *Service) draft(ctx context.Context, tx *models.Store, j *models.Journey, text string) error {
	j.Draft, j.DraftChanged = text, true
	if j.VersionID == "" {
		return nil
	}
	live, err := tx.Journeys.Version(ctx, j.VersionID)
	if err != nil {
		return err
	}
	j.DraftChanged = live.Definition != text
	return nil
}

// Restore makes a version the draft; the live one when version is empty.
func (s *Service) Restore(ctx context.Context, id string, expect int64, version string) (*View, error) {
	return s.change(ctx, id, expect, func(tx *models.Store, j *models.Journey) error {
		if version == "" {
			version = j.VersionID
		}
		if version == "" {
			return fault.New(fault.Conflict, "only_a_draft", "The journey was never published, so its draft is all there is")
		}
		v, err := tx.Journeys.Version(ctx, version)
		if err != nil {
			return err
		}
		if v.JourneyID != j.ID {
			return fault.New(fault.NotFound, "journey_version_not_found", "There is no such version of a journey")
		}
		return s.draft(ctx, tx, j, v.Definition)
	})
}

// Patch renames a journey, or locks or unlocks it.
func (s *Service) Patch(ctx context.Context, id string, expect int64, name *string, locked *bool) (*View, error) {
	row, err := s.store.Journeys.Change(ctx, id, expect, func(tx *models.Store, j *models.Journey) error {
		changes := locked != nil && *locked != j.IsLocked
		if locked != nil {
			j.IsLocked = *locked
		}
		if name == nil || *name == j.Name {
			if !changes {
				return models.ErrUnchanged
			}
			return nil
		}
		if j.IsLocked {
			return fault.New(fault.Conflict, "journey_locked", "This journey is locked").WithRemedy("Unlock it first")
		}
		return tx.Journeys.Rename(ctx, j, *name)
	})
	if err != nil {
		return nil, err
	}
	return s.View(ctx, row)
}

// Publish makes the draft the version that people enter from now on. A draft with errors is
// fault.Invalid "journey_invalid", triggers that other active journeys have are fault.Conflict
// "trigger_taken" with a field for each.
func (s *Service) Publish(ctx context.Context, id string, expect int64, note string) (*View, error) {
	if note = typed.Running(note); len([]rune(note)) > maxNote {
		return nil, fault.InvalidField("note", "too_long", "A note has at most %d characters", maxNote)
	}
	return s.change(ctx, id, expect, func(tx *models.Store, j *models.Journey) error { return s.publish(ctx, tx, j, note) })
}

func (s *Service) publish(ctx context.Context, tx *models.Store, j *models.Journey, note string) error {
	d, err := journey.Parse([]byte(j.Draft))
	if err != nil {
		return err
	}
	if err := refuseErrors(d.Check()); err != nil {
		return err
	}
	if err := s.photos(ctx, tx, d); err != nil {
		return err
	}
	triggers, err := triggerRows(d)
	if err != nil {
		return err
	}
	if err := s.conflicts(ctx, tx, j.ID, triggers); err != nil {
		return err
	}
	return tx.Journeys.Publish(ctx, j, j.Draft, note, triggers)
}

// Seed makes and publishes a journey once for a tenant, and reports whether it did: whoever removes it
// does not get it back. With a trigger that is taken it stays a draft.
func (s *Service) Seed(ctx context.Context, name string, d *journey.Definition) (made bool, err error) {
	text, err := json.Marshal(d)
	if err != nil {
		return false, err
	}
	err = s.store.Tx(ctx, func(tx *models.Store) error {
		row, err := seedDraft(ctx, tx, name, string(text))
		if made = row != nil; err != nil || !made {
			return err
		}
		_, err = tx.Journeys.Change(ctx, row.ID, models.AnyVersion, func(tx *models.Store, j *models.Journey) error {
			err := s.publish(ctx, tx, j, "")
			if err != nil && fault.From(err).Code == "trigger_taken" {
				return nil
			}
			return err
		})
		return err
	})
	return made, err
}

// SeedDraft makes a tenant's first journey as a draft, once and never again.
func (s *Service) SeedDraft(ctx context.Context, name string, d *journey.Definition) error {
	text, err := json.Marshal(d)
	if err != nil {
		return err
	}
	return s.store.Tx(ctx, func(tx *models.Store) error {
		_, err := seedDraft(ctx, tx, name, string(text))
		return err
	})
}

// seedDraft returns nil for a journey that was made before.
func seedDraft(ctx context.Context, tx *models.Store, name, text string) (*models.Journey, error) {
	fresh, err := tx.Connections.Seed(ctx, "journey "+name)
	if err != nil || !fresh {
		return nil, err
	}
	row := &models.Journey{Name: name, Draft: text, DraftChanged: true}
	return row, tx.Journeys.Create(ctx, row)
}

const maxNote = 500

// refuseErrors is the error of a definition that can't work.
func refuseErrors(issues []journey.Issue) error {
	var wrong fault.Fields
	for _, i := range issues {
		if i.Severity != journey.Error {
			continue
		}
		name := i.Field
		if i.StepID != "" {
			name = strings.TrimSuffix("steps."+i.StepID+"."+i.Field, ".")
		}
		wrong.Add(name, i.Code, "%s", i.Message)
	}
	return wrong.Err("journey_invalid", "The journey can't work like this")
}

// photos looks whether the uploads of the messages are there.
func (s *Service) photos(ctx context.Context, tx *models.Store, d *journey.Definition) error {
	var photos []string
	for i := range d.Steps {
		if photo := d.Steps[i].Photo; photo != "" {
			photos = append(photos, photo)
		}
	}
	missing, err := tx.Uploads.Missing(ctx, photos)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	for i := range d.Steps {
		if missing[d.Steps[i].Photo] {
			wrong.Add("steps."+d.Steps[i].ID+".photo", "upload_not_found", "The photo no longer exists: choose it again")
		}
	}
	return wrong.Err("journey_invalid", "The journey can't work like this")
}

// triggerRows are the rows of a definition's triggers.
func triggerRows(d *journey.Definition) ([]models.JourneyTrigger, error) {
	again, err := json.Marshal(d.ReEntry)
	if err != nil {
		return nil, err
	}
	out := make([]models.JourneyTrigger, len(d.Triggers))
	for i, t := range d.Triggers {
		spec, err := json.Marshal(t)
		if err != nil {
			return nil, err
		}
		out[i] = models.JourneyTrigger{Connections: d.Connections, Spec: string(spec), Priority: d.PriorityInt, ReEntry: string(again)}
		if claim := claimOf(t); claim != "" {
			out[i].Claim = &claim
		}
	}
	return out, nil
}

// claimOf is what a trigger claims among the tenant's active journeys. Any message is nobody's
// own: priority decides there.
func claimOf(t journey.Trigger) string {
	switch t.Kind {
	case journey.Keyword:
		return "keyword:" + typed.Fold(t.Value)
	case journey.DeepLink:
		return "link:" + t.Payload()
	}
	return ""
}

// conflicts names the active journeys that have one of the triggers already.
func (s *Service) conflicts(ctx context.Context, tx *models.Store, self string, triggers []models.JourneyTrigger) error {
	shared, err := sharedTriggers(ctx, tx, self, triggers)
	if err != nil {
		return err
	}
	var wrong fault.Fields
	var names, words []string
	for i, others := range shared {
		for _, other := range others {
			kind, word := "keyword", other.trigger.Value
			if other.trigger.Kind == journey.DeepLink {
				kind = "link"
			}
			wrong.Add(fmt.Sprintf("triggers[%d].value", i), "trigger_taken", "The active journey “%s” has the %s “%s”", other.Name, kind, word)
			if name := "“" + other.Name + "”"; !slices.Contains(names, name) {
				names = append(names, name)
			}
			words = append(words, kind+" “"+word+"”")
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	e := fault.New(fault.Conflict, "trigger_taken", "Another active journey has the same trigger: %s has %s", strings.Join(names, ", "), strings.Join(words, ", ")).
		WithRemedy("Stop that journey, or choose another trigger")
	e.Fields = wrong
	return e
}

// Stop takes a journey's triggers away; those in it finish.
func (s *Service) Stop(ctx context.Context, id string, expect int64) (*View, error) {
	row, err := s.store.Journeys.Change(ctx, id, expect, func(tx *models.Store, j *models.Journey) error {
		if j.State != models.JourneyActive {
			return fault.New(fault.Conflict, "journey_not_active", "Only an active journey can be stopped")
		}
		return tx.Journeys.Stop(ctx, j)
	})
	if err != nil {
		return nil, err
	}
	return s.View(ctx, row)
}

// Duplicate makes a copy with its steps and triggers, as a draft that is not locked. stop ends the
// original's triggers in the same transaction.
func (s *Service) Duplicate(ctx context.Context, id, name string, stop bool) (*View, error) {
	var copied *models.Journey
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		from, err := tx.Journeys.Get(ctx, id)
		if err != nil {
			return err
		}
		if name == "" {
			name = copyName(from.Name)
		}
		copied = &models.Journey{Name: name, Draft: from.Draft, DraftChanged: true}
		if err := tx.Journeys.Create(ctx, copied); err != nil || !stop || from.State != models.JourneyActive {
			return err
		}
		_, err = tx.Journeys.Change(ctx, id, models.AnyVersion, func(tx *models.Store, j *models.Journey) error { return tx.Journeys.Stop(ctx, j) })
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.View(ctx, copied)
}

func copyName(name string) string {
	const suffix = " (copy)"
	if runes := []rune(name); len(runes)+len(suffix) > models.MaxJourneyName {
		name = string(runes[:models.MaxJourneyName-len(suffix)])
	}
	return name + suffix
}

// Delete removes a journey that nobody is in and that nobody can enter.
func (s *Service) Delete(ctx context.Context, id string, expect int64) error {
	return s.store.Journeys.Delete(ctx, id, expect, func(tx *models.Store, j *models.Journey) error {
		if j.IsLocked {
			return fault.New(fault.Conflict, "journey_locked", "This journey is locked").WithRemedy("Unlock it first")
		}
		if j.State == models.JourneyActive {
			return fault.New(fault.Conflict, "journey_active", "This journey is active").WithRemedy("Stop it first")
		}
		inside, err := tx.Sessions.Inside(ctx, id)
		if err != nil {
			return err
		}
		var people int64
		for _, row := range inside {
			people += row.People
		}
		if people > 0 {
			return errOccupied(people)
		}
		return nil
	})
}
