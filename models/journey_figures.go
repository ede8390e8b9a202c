package models

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/engine/journey"
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
	IsFirstClick   bool            // of this session on this address of this step
	IsFirstOfStep  bool            // of this session on any address of this step
	Recent         map[string]Time `gorm:"serializer:json"` // the last counted click of each visitor of the last minutes
	CreatedAt      Time            `gorm:"autoCreateTime:false"`
}

// JourneyFigures is the repository of what journeys count.
type JourneyFigures struct{ s *Store }

// JourneyTotals are a journey's figures in its list.
type JourneyTotals struct {
	Sends  int64
	People int64 // different ones who entered
	Inside int64 // who are in it now
}

// Totals returns figures of journeys by their ids; a journey that nobody entered is not among them.
func (r *JourneyFigures) Totals(ctx context.Context, journeys []string) (map[string]JourneyTotals, error) {
	rows, err := r.s.Tallies.sums(r.s.in(ctx).Model(&Tally{}).Where("subject IN ? AND version = ? AND part = ?", journeys, "", ""))
	out := map[string]JourneyTotals{}
	for _, row := range rows {
		t := out[row.Subject]
		switch row.Measure {
		case "sends":
			t.Sends = row.N
		case "people":
			t.People = row.N
		case "inside":
			t.Inside = row.N
		}
		out[row.Subject] = t
	}
	return out, err
}

// Going returns how many of the tenant's journeys are active, and how many people are in journeys now: the sum of what the
// journeys' own figures say.
func (r *JourneyFigures) Going(ctx context.Context) (active, inside int64, err error) {
	if err := r.s.in(ctx).Model(&Journey{}).Where("state = ?", JourneyActive).Count(&active).Error; err != nil {
		return 0, 0, err
	}
	rows, err := r.s.Tallies.sums(r.s.in(ctx).Model(&Tally{}).Where("subject <> ? AND version = ? AND part = ? AND measure = ?", "", "", "", "inside"))
	for _, row := range rows {
		inside += row.N
	}
	return active, inside, err
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
	Clicks   int64
	Clickers int64 // sessions that clicked on anything in it
}

// Steps returns the figures of a journey's steps, of one version or, when it is empty, of all.
func (r *JourneyFigures) Steps(ctx context.Context, journey, version string) ([]StepFigures, error) {
	rows, err := r.s.Tallies.sums(r.s.Tallies.of(ctx, journey, version).Where("part LIKE ?", partStep+"%"))
	var out []StepFigures
	for _, row := range rows { // in the order of the parts
		step := strings.TrimPrefix(row.Part, partStep)
		if len(out) == 0 || out[len(out)-1].StepID != step {
			out = append(out, StepFigures{StepID: step})
		}
		f := &out[len(out)-1]
		if n, ok := map[string]*int64{"entered": &f.Entered, "waiting": &f.Waiting, "passed": &f.Passed, "dropped": &f.Dropped, "replied": &f.Replied,
			"sends": &f.Sends, "failures": &f.Failures, "clicks": &f.Clicks, "clickers": &f.Clickers}[row.Measure]; ok {
			*n = row.N
		}
	}
	return out, err
}

// SessionFigures count the sessions of a journey by how they ended.
type SessionFigures struct {
	Status  SessionStatus
	Outcome journey.Outcome
	N       int64
}

// Sessions counts the sessions of a journey by status, of one version or of all, and how many
// different people had one.
func (r *JourneyFigures) Sessions(ctx context.Context, journeyID, version string) (list []SessionFigures, people int64, err error) {
	rows, err := r.s.Tallies.sums(r.s.Tallies.of(ctx, journeyID, version).Where("measure LIKE ?", measureSession+"%"))
	if err != nil {
		return nil, 0, err
	}
	for _, row := range rows {
		status, outcome, _ := strings.Cut(strings.TrimPrefix(row.Measure, measureSession), ":")
		list = append(list, SessionFigures{Status: SessionStatus(status), Outcome: journey.Outcome(outcome), N: row.N})
	}
	rows, err = r.s.Tallies.sums(r.s.in(ctx).Model(&Tally{}).Where("subject = ? AND version = ? AND part = ? AND measure = ?", journeyID, version, "", "people"))
	for _, row := range rows {
		people = row.N
	}
	return list, people, err
}

// LinkFigures are the clicks on an address of a step.
type LinkFigures struct {
	StepID string
	URL    string
	Clicks int64
	Unique int64 // sessions that clicked
}

// Links returns the clicks on a journey's addresses, of one version or of all.
func (r *JourneyFigures) Links(ctx context.Context, journey, version string) ([]LinkFigures, error) {
	rows, err := r.s.Tallies.sums(r.s.Tallies.of(ctx, journey, version).Where("part LIKE ?", partLink+"%"))
	var out []LinkFigures
	last := ""
	for _, row := range rows { // in the order of the parts
		if row.Part != last {
			step, address, _ := strings.Cut(strings.TrimPrefix(row.Part, partLink), " ")
			out, last = append(out, LinkFigures{StepID: step, URL: address}), row.Part
		}
		switch row.Measure {
		case "clicks":
			out[len(out)-1].Clicks = row.N
		case "clickers":
			out[len(out)-1].Unique = row.N
		}
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

// clickedBefore notes a click of a visitor among the recent ones of a link, and reports whether it is one of them already.
func clickedBefore(recent *map[string]Time, visitor string, now Time) bool {
	maps.DeleteFunc(*recent, func(_ string, at Time) bool { return now.Sub(at.Time) >= clickAgain })
	if _, again := (*recent)[visitor]; again {
		return true
	}
	if *recent == nil {
		*recent = map[string]Time{}
	}
	if len(*recent) < maxRecent {
		(*recent)[visitor] = now
	}
	return false
}

// Click counts a click that a visitor made at a moment; a mark tells visitors apart.
func (r *JourneyFigures) Click(ctx context.Context, id, visitor string, moment time.Time) error {
	return r.s.Tx(ctx, func(tx *Store) error {
		var link JourneyLink
		if err := tx.in(ctx).Where("id = ?", id).Take(&link).Error; err != nil {
			return notFound(err, "link_not_found", "There is no such link")
		}
		// All of the step's, in one order: whether a click is the first one is known among them.
		var links []JourneyLink
		err := tx.in(ctx).Where("session_id = ? AND step_id = ?", link.SessionID, link.StepID).Order("id").
			Clauses(clause.Locking{Strength: "UPDATE"}).Find(&links).Error
		at := slices.IndexFunc(links, func(l JourneyLink) bool { return l.ID == id })
		if err != nil || at < 0 {
			return err // it went in the meantime, with its person
		}
		row := &links[at]
		now := NewTime(moment)
		if clickedBefore(&row.Recent, visitor, now) {
			return nil
		}
		if row.Clicks == 0 {
			row.FirstClickedAt = now
			row.IsFirstOfStep = !slices.ContainsFunc(links, func(l JourneyLink) bool { return l.Clicks > 0 })
			row.IsFirstClick = !slices.ContainsFunc(links, func(l JourneyLink) bool { return l.Clicks > 0 && l.URL == row.URL })
		}
		row.Clicks++
		err = tx.in(ctx).Select("clicks", "first_clicked_at", "is_first_click", "is_first_of_step", "recent").Where("id = ?", id).Updates(row).Error
		if err != nil || row.Clicks > 1 {
			return err // a link that many press must not make every open page read again and again
		}
		return tx.Events.Add(ctx, TopicJourney, row.JourneyID, 0)
	})
}
