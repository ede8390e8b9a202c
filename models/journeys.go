package models

import (
	"context"
	"errors"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// JourneyState is the state of a journey.
type JourneyState string

// The states of a journey.
const (
	JourneyDraft   JourneyState = "draft"   // it was never published: nobody enters
	JourneyActive  JourneyState = "active"  // its triggers count
	JourneyStopped JourneyState = "stopped" // nobody enters, those in it finish
)

// MaxJourneyName is how many characters a journey's name has at most.
const MaxJourneyName = 120

// Journey is a conversation journey. Draft is the definition that people edit, as JSON; what people
// enter is the version.
type Journey struct {
	ID           string
	TenantID     string
	Name         string
	SearchText   string `json:"-"`
	State        JourneyState
	IsLocked     bool
	Draft        string
	DraftChanged bool // it differs from the version
	VersionID    string
	ActivatedAt  Time
	Version      int64
	CreatedAt    Time `gorm:"autoCreateTime:false"`
	UpdatedAt    Time `gorm:"autoUpdateTime:false"`
}

// JourneyVersion is a definition that was published. It never changes.
type JourneyVersion struct {
	ID          string
	TenantID    string
	JourneyID   string
	Number      int
	Definition  string
	Note        string
	PublishedAt Time
}

// JourneyTrigger is one trigger of an active journey, for the lookup that every message costs.
type JourneyTrigger struct {
	JourneyID   string `gorm:"primaryKey"`
	Position    int    `gorm:"primaryKey;autoIncrement:false"`
	TenantID    string
	VersionID   string
	Name        string
	Connections []string `gorm:"serializer:json"`
	Spec        string   // the trigger as JSON
	Claim       *string  // what only one active journey may have; nil claims nothing
	Priority    int
	ReEntry     string // JSON
	ActivatedAt Time
}

// JourneyFilter narrows a list. The zero value lists everything.
type JourneyFilter struct {
	Query string
	State string
	After string
	Limit int
}

// Journeys is the repository of journeys, their versions and their triggers.
type Journeys struct{ s *Store }

var errNoJourney = fault.New(fault.NotFound, "journey_not_found", "There is no such journey")

// Create adds a journey. It sets the id, the state and the times.
func (r *Journeys) Create(ctx context.Context, j *Journey) error {
	if err := nameJourney(j, j.Name); err != nil {
		return err
	}
	j.ID, j.State, j.Version, j.CreatedAt, j.UpdatedAt = NewID(), JourneyDraft, 1, r.s.now(), r.s.now()
	return r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Create(j).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicJourney, j.ID, j.Version)
	})
}

func nameJourney(j *Journey, name string) error {
	j.Name = text.Clean(name)
	if n := len([]rune(j.Name)); n == 0 || n > MaxJourneyName {
		return fault.InvalidField("name", "bad_name", "A journey has a name of 1 to %d characters", MaxJourneyName)
	}
	j.SearchText = searchText(j.Name)
	return nil
}

// Get returns one journey, or fault.NotFound "journey_not_found".
func (r *Journeys) Get(ctx context.Context, id string) (*Journey, error) {
	var row Journey
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoJourney.Code, errNoJourney.Message)
	}
	return &row, nil
}

// List returns the tenant's journeys, those changed last first.
func (r *Journeys) List(ctx context.Context, f JourneyFilter) (Page[Journey], error) {
	db, err := newestFirst(r.s.in(ctx), "journeys", "updated_at", f.After, f.Limit)
	if err != nil {
		return Page[Journey]{}, err
	}
	if q := searchText(f.Query); q != "" {
		db = db.Where("search_text LIKE ? ESCAPE '!'", likePattern(q))
	}
	switch JourneyState(f.State) {
	case "":
	case JourneyDraft, JourneyActive, JourneyStopped:
		db = db.Where("state = ?", f.State)
	default:
		return Page[Journey]{}, fault.InvalidField("state", "bad_state", "The state is draft, active or stopped")
	}
	var rows []Journey
	if err := db.Find(&rows).Error; err != nil {
		return Page[Journey]{}, err
	}
	return cut(rows, "journeys", f.Limit, func(j Journey) place { return place{j.UpdatedAt, j.ID} }), nil
}

// Asleep returns up to limit of the tenant's journeys that are not active, without their drafts.
func (r *Journeys) Asleep(ctx context.Context, limit int) ([]Journey, error) {
	var rows []Journey
	return rows, r.s.in(ctx).Select("id", "tenant_id", "name", "state", "version_id", "version").Where("state <> ?", JourneyActive).
		Order("updated_at DESC").Limit(limit).Find(&rows).Error
}

// Change changes a journey's row. expect is the version that the caller saw, or AnyVersion; another
// one is fault.Precondition "version_changed". fn may write other rows with tx.
func (r *Journeys) Change(ctx context.Context, id string, expect int64, fn func(tx *Store, j *Journey) error) (*Journey, error) {
	var row Journey
	err := r.s.Tx(ctx, func(tx *Store) error {
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, errNoJourney.Code, errNoJourney.Message)
		}
		if expect != AnyVersion && row.Version != expect {
			return versionChanged()
		}
		if err := fn(tx, &row); errors.Is(err, ErrUnchanged) {
			return nil
		} else if err != nil {
			return err
		}
		row.Version++
		row.UpdatedAt = tx.now()
		err := tx.in(ctx).Select("name", "search_text", "state", "is_locked", "draft", "draft_changed", "version_id", "activated_at", "version", "updated_at").
			Where("id = ?", id).Updates(&row).Error
		if err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicJourney, id, row.Version)
	})
	if err != nil {
		return nil, err
	}
	return &row, nil
}

// Rename gives a journey another name; call it in Change.
func (r *Journeys) Rename(ctx context.Context, j *Journey, name string) error {
	if err := nameJourney(j, name); err != nil {
		return err
	}
	return r.s.in(ctx).Model(&JourneyTrigger{}).Where("journey_id = ?", j.ID).Updates(map[string]any{"name": j.Name}).Error
}

// Publish makes the journey's next version the one that people enter, with its triggers; call it in
// Change. A claim that another active journey has is fault.Conflict "trigger_taken".
func (r *Journeys) Publish(ctx context.Context, j *Journey, definition, note string, triggers []JourneyTrigger) error {
	var last []JourneyVersion
	if err := r.s.in(ctx).Where("journey_id = ?", j.ID).Order("number DESC").Limit(1).Find(&last).Error; err != nil {
		return err
	}
	now := r.s.now()
	v := &JourneyVersion{ID: NewID(), JourneyID: j.ID, Number: 1, Definition: definition, Note: note, PublishedAt: now}
	if len(last) > 0 {
		v.Number = last[0].Number + 1
	}
	if err := r.s.in(ctx).Create(v).Error; err != nil {
		return err
	}
	if j.State != JourneyActive {
		j.State, j.ActivatedAt = JourneyActive, now
	}
	j.VersionID, j.DraftChanged = v.ID, false
	if err := r.dropTriggers(ctx, j.ID); err != nil {
		return err
	}
	for i := range triggers {
		t := &triggers[i]
		t.JourneyID, t.Position, t.VersionID, t.Name, t.ActivatedAt = j.ID, i, v.ID, j.Name, j.ActivatedAt
		if err := r.s.in(ctx).Create(t).Error; err != nil {
			return taken(err, "trigger_taken", "Another active journey has one of these triggers")
		}
	}
	return nil
}

// Stop takes a journey's triggers away; call it in Change.
func (r *Journeys) Stop(ctx context.Context, j *Journey) error {
	j.State = JourneyStopped
	return r.dropTriggers(ctx, j.ID)
}

func (r *Journeys) dropTriggers(ctx context.Context, journey string) error {
	return r.s.in(ctx).Where("journey_id = ?", journey).Delete(&JourneyTrigger{}).Error
}

// Delete removes a journey with its versions and everything that it counted, in several transactions when that
// is much; allowed is asked in each. An interrupted one leaves the journey with less, and continues when it is
// called again.
func (r *Journeys) Delete(ctx context.Context, id string, expect int64, allowed func(tx *Store, j *Journey) error) error {
	for gone := false; !gone; {
		err := r.s.Tx(ctx, func(tx *Store) error {
			var row Journey
			if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
				return notFound(err, errNoJourney.Code, errNoJourney.Message)
			}
			if expect != AnyVersion && row.Version != expect {
				return versionChanged()
			}
			if err := allowed(tx, &row); err != nil {
				return err
			}
			var sessions []string
			if err := tx.in(ctx).Model(&JourneySession{}).Where("journey_id = ?", id).Order("id").Limit(deletedAtOnce).Pluck("id", &sessions).Error; err != nil {
				return err
			}
			if len(sessions) > 0 {
				return tx.in(ctx).Where("id IN ?", sessions).Delete(&JourneySession{}).Error
			}
			gone = true
			if err := tx.in(ctx).Where("id = ?", id).Delete(&Journey{}).Error; err != nil {
				return err
			}
			return tx.Events.Add(ctx, TopicJourney, id, 0)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// deletedAtOnce is how many sessions go in one transaction, each with its visits and links.
const deletedAtOnce = 50

// Version returns one version by its id, or fault.NotFound "journey_version_not_found".
func (r *Journeys) Version(ctx context.Context, id string) (*JourneyVersion, error) {
	var v JourneyVersion
	if err := r.s.in(ctx).Where("id = ?", id).Take(&v).Error; err != nil {
		return nil, notFound(err, "journey_version_not_found", "There is no such version of a journey")
	}
	return &v, nil
}

// VersionHeads returns versions by their ids, without their definitions.
func (r *Journeys) VersionHeads(ctx context.Context, ids []string) (map[string]JourneyVersion, error) {
	var list []JourneyVersion
	err := r.heads(ctx).Where("id IN ?", ids).Find(&list).Error
	out := make(map[string]JourneyVersion, len(list))
	for _, v := range list {
		out[v.ID] = v
	}
	return out, err
}

// Definitions returns what versions say, as JSON, by their ids.
func (r *Journeys) Definitions(ctx context.Context, ids []string) (map[string]string, error) {
	var list []JourneyVersion
	err := r.s.in(ctx).Select("id", "tenant_id", "definition").Where("id IN ?", ids).Find(&list).Error
	out := make(map[string]string, len(list))
	for _, v := range list {
		out[v.ID] = v.Definition
	}
	return out, err
}

// Versions returns a journey's versions without their definitions, the newest first.
func (r *Journeys) Versions(ctx context.Context, journey string) ([]JourneyVersion, error) {
	var list []JourneyVersion
	return list, r.heads(ctx).Where("journey_id = ?", journey).Order("number DESC").Find(&list).Error
}

func (r *Journeys) heads(ctx context.Context) *gorm.DB {
	return r.s.in(ctx).Select("id", "tenant_id", "journey_id", "number", "note", "published_at")
}

// Triggers returns the triggers of all active journeys of the tenant.
func (r *Journeys) Triggers(ctx context.Context) ([]JourneyTrigger, error) {
	var rows []JourneyTrigger
	return rows, r.s.in(ctx).Order("journey_id, position").Find(&rows).Error
}

// Names returns journeys' names by their ids.
func (r *Journeys) Names(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []Journey
	err := r.s.in(ctx).Select("id", "tenant_id", "name").Where("id IN ?", ids).Find(&rows).Error
	out := make(map[string]string, len(rows))
	for _, row := range rows {
		out[row.ID] = row.Name
	}
	return out, err
}
