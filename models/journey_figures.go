package models

import (
	"context"
	"maps"
	"time"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// JourneyLink is an address in a message to one person: /l/{id} leads there and counts.
type JourneyLink struct {
	ID             string // 12 characters of base62
	TenantID       string
	SessionID      string
	JourneyID      string
	VersionID      string
	StepID         string
	URL            string `gorm:"column:url"`
	Clicks         int64
	FirstClickedAt Time
	Recent         map[string]Time `gorm:"serializer:json"` // the last counted click of each visitor of the last minutes
	CreatedAt      Time            `gorm:"autoCreateTime:false"`
}

// JourneyFigures is the repository of what journeys count.
type JourneyFigures struct{ s *Store }

// JourneyTotals are a journey's figures in its list.
type JourneyTotals = rawsql.JourneyTotals

// Totals returns figures of journeys by their ids.
func (r *JourneyFigures) Totals(ctx context.Context, journeys []string) (map[string]JourneyTotals, error) {
	out := map[string]JourneyTotals{}
	if len(journeys) == 0 {
		return out, nil
	}
	rows, err := rawsql.ReportJourneyTotals(r.s.in(ctx), journeys)
	for _, row := range rows {
		out[row.JourneyID] = row
	}
	return out, err
}

// StepFigures are the figures of a step.
type StepFigures struct {
	StepID   string
	Entered  int64
	Waiting  int64 // are there now
	Passed   int64
	Dropped  int64
	Replied  int64 // visits with an answer
	Sends    int64
	Failures int64
}

// Steps returns the figures of a journey's steps, of one version or, when it is empty, of all.
func (r *JourneyFigures) Steps(ctx context.Context, journey, version string) ([]StepFigures, error) {
	var rows []StepFigures
	return rows, r.of(ctx, &JourneyVisit{}, journey, version).
		Select("step_id, count(*) AS entered, sum(CASE WHEN result = '' THEN 1 ELSE 0 END) AS waiting, " +
			"sum(CASE WHEN result = 'passed' THEN 1 ELSE 0 END) AS passed, sum(CASE WHEN result = 'dropped' THEN 1 ELSE 0 END) AS dropped, " +
			"sum(CASE WHEN replies > 0 THEN 1 ELSE 0 END) AS replied, sum(sends) AS sends, sum(failures) AS failures").
		Group("step_id").Find(&rows).Error
}

func (r *JourneyFigures) of(ctx context.Context, model any, journey, version string) *gorm.DB {
	db := r.s.in(ctx).Model(model).Where("journey_id = ?", journey)
	if version != "" {
		db = db.Where("version_id = ?", version)
	}
	return db
}

// SessionFigures count the sessions of a journey by how they ended.
type SessionFigures struct {
	Status  SessionStatus
	Outcome journey.Outcome
	N       int64
}

// Sessions counts the sessions of a journey by status, of one version or of all, and how many
// different people had one.
func (r *JourneyFigures) Sessions(ctx context.Context, journey, version string) (rows []SessionFigures, people int64, err error) {
	err = r.of(ctx, &JourneySession{}, journey, version).Select("status, outcome, count(*) AS n").Group("status, outcome").Find(&rows).Error
	if err != nil {
		return nil, 0, err
	}
	return rows, people, r.of(ctx, &JourneySession{}, journey, version).Distinct("subscriber_id").Count(&people).Error
}

// LinkFigures are the clicks on an address of a step.
type LinkFigures struct {
	StepID string
	URL    string `gorm:"column:url"`
	Clicks int64
	Unique int64 // people who clicked
}

// Links returns the clicks on a journey's addresses, of one version or of all.
func (r *JourneyFigures) Links(ctx context.Context, journey, version string) ([]LinkFigures, error) {
	var rows []LinkFigures
	return rows, r.of(ctx, &JourneyLink{}, journey, version).
		Select("step_id, url, sum(clicks) AS clicks, count(DISTINCT CASE WHEN clicks > 0 THEN session_id END) AS \"unique\"").
		Group("step_id, url").Order("step_id, url").Find(&rows).Error
}

// Clicked returns how many sessions clicked on anything in each step of a journey.
func (r *JourneyFigures) Clicked(ctx context.Context, journey, version string) (map[string]int64, error) {
	var rows []LinkFigures
	err := r.of(ctx, &JourneyLink{}, journey, version).
		Select("step_id, count(DISTINCT session_id) AS \"unique\"").Where("clicks > 0").Group("step_id").Find(&rows).Error
	out := map[string]int64{}
	for _, row := range rows {
		out[row.StepID] = row.Unique
	}
	return out, err
}

// AddLink stores an address; call it in the Tx that makes the message.
func (r *JourneyFigures) AddLink(ctx context.Context, l *JourneyLink) error {
	l.CreatedAt = r.s.now()
	return r.s.in(ctx).Create(l).Error
}

// Link returns an address by its public id, or fault.NotFound "link_not_found". Whose it is, nobody
// knows before.
func (r *JourneyFigures) Link(ctx context.Context, id string) (*JourneyLink, error) {
	var row JourneyLink
	if err := r.s.in(Platform(ctx)).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, "link_not_found", "There is no such link")
	}
	return &row, nil
}

const (
	// clickAgain is how long further clicks of a visitor count for the first one.
	clickAgain = 10 * time.Minute
	// maxRecent is how many visitors of one link are told apart at a time.
	maxRecent = 200
)

// Click counts a click that a visitor made at a moment; a mark tells visitors apart.
func (r *JourneyFigures) Click(ctx context.Context, id, visitor string, moment time.Time) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var row JourneyLink
		if err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
			return notFound(err, "link_not_found", "There is no such link")
		}
		now := NewTime(moment)
		maps.DeleteFunc(row.Recent, func(_ string, at Time) bool { return now.Sub(at.Time) >= clickAgain })
		if _, again := row.Recent[visitor]; again {
			return nil
		}
		if row.Recent == nil {
			row.Recent = map[string]Time{}
		}
		if len(row.Recent) < maxRecent {
			row.Recent[visitor] = now
		}
		row.Clicks++
		if row.FirstClickedAt.IsZero() {
			row.FirstClickedAt = now
		}
		if err := tx.in(ctx).Select("clicks", "first_clicked_at", "recent").Where("id = ?", id).Updates(&row).Error; err != nil {
			return err
		}
		if row.Clicks > 1 {
			return nil // a link that many press must not make every open page read again and again
		}
		return tx.Events.Add(ctx, TopicJourney, row.JourneyID, 0)
	})
}
