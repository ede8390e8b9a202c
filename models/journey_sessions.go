package models

import (
	"context"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// SessionStatus is the state of a person's way through a journey.
type SessionStatus string

// The states of a session.
const (
	SessionRunning SessionStatus = "running"
	SessionEnded   SessionStatus = "ended"
	SessionBroken  SessionStatus = "broken" // it could not go on; Problem says why
)

// JourneySession is one person's way through one version of a journey. A conversation has at most
// one that runs.
type JourneySession struct {
	ID               string
	TenantID         string
	ConversationID   string
	ConnectionID     string
	UserID           int64
	SubscriberID     string
	JourneyID        string
	VersionID        string
	Token            string
	Status           SessionStatus
	State            string // the engine's, as JSON
	Outgoing         string // the message that is being sent, as JSON
	StepID           string
	Phase            journey.Phase
	StepSince        Time
	DueAt            Time
	Paused           bool
	Holds            int // commands that wait and keep messages back until they are done
	WantsPerson      bool
	Cause            string
	Outcome          journey.Outcome
	Problem          string
	StartedAt        Time
	EndedAt          Time
	IsFirst          bool // of this person in this journey; each is counted once
	IsFirstOfVersion bool
	Version          int64
	UpdatedAt        Time `gorm:"autoUpdateTime:false"`
}

// JourneyVisit is a step that a session entered. Result is empty while it is there, else journey.NotePassed or journey.NoteDropped.
type JourneyVisit struct {
	SessionID string `gorm:"primaryKey"`
	Visit     int    `gorm:"primaryKey;autoIncrement:false"`
	TenantID  string
	JourneyID string
	VersionID string
	StepID    string
	Result    journey.NoteKind
	Replies   int
	Sends     int
	Failures  int
	EnteredAt Time
	LeftAt    Time
}

// SessionFilter narrows a list of sessions. The zero value lists all.
type SessionFilter struct {
	JourneyID    string
	SubscriberID string
	StepID       *string
	State        string // running, paused, handed (a person is wanted), ended or broken
	Query        string // text in the person's name
	After        string
	Limit        int
}

// JourneySessions is the repository of sessions and of their visits.
type JourneySessions struct{ s *Store }

var errNoSession = fault.New(fault.NotFound, "conversation_not_found", "There is no such conversation")

// Create adds a session that runs.
func (r *JourneySessions) Create(ctx context.Context, row *JourneySession) error {
	row.ID, row.Status, row.Version, row.StartedAt, row.UpdatedAt = NewID(), SessionRunning, 1, r.s.now(), r.s.now()
	if row.StepSince.IsZero() {
		row.StepSince = row.StartedAt
	}
	var versions []string // that the person entered before
	err := r.s.in(ctx).Model(&JourneySession{}).Where("subscriber_id = ? AND journey_id = ?", row.SubscriberID, row.JourneyID).Distinct().Pluck("version_id", &versions).Error
	if err != nil {
		return err
	}
	row.IsFirst, row.IsFirstOfVersion = len(versions) == 0, !slices.Contains(versions, row.VersionID)
	if err := r.s.in(ctx).Create(row).Error; err != nil {
		return err
	}
	return r.s.Events.Add(ctx, TopicConversation, row.ID, row.Version)
}

// Save writes a session; call it in the Tx that read it. A session that ends gets its time.
func (r *JourneySessions) Save(ctx context.Context, row *JourneySession) error {
	row.Version++
	row.UpdatedAt = r.s.now()
	if row.Status != SessionRunning && row.EndedAt.IsZero() {
		row.EndedAt = row.UpdatedAt
	}
	err := r.s.in(ctx).Select("status", "state", "outgoing", "step_id", "phase", "step_since", "due_at", "paused", "holds", "wants_person", "outcome", "problem",
		"ended_at", "version", "updated_at").Where("id = ?", row.ID).Updates(row).Error
	if err != nil {
		return err
	}
	return r.s.Events.Add(ctx, TopicConversation, row.ID, row.Version)
}

// Running returns a conversation's session that runs, or nil.
func (r *JourneySessions) Running(ctx context.Context, conversation string) (*JourneySession, error) {
	var rows []JourneySession
	err := r.s.in(ctx).Where("conversation_id = ? AND status = ?", conversation, SessionRunning).Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

// Get returns one session, or fault.NotFound "conversation_not_found".
func (r *JourneySessions) Get(ctx context.Context, id string) (*JourneySession, error) {
	var row JourneySession
	if err := r.s.in(ctx).Where("id = ?", id).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSession.Code, errNoSession.Message)
	}
	return &row, nil
}

// Lock is Get with the row locked until the Tx ends.
func (r *JourneySessions) Lock(ctx context.Context, id string) (*JourneySession, error) {
	var row JourneySession
	if err := r.s.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&row).Error; err != nil {
		return nil, notFound(err, errNoSession.Code, errNoSession.Message)
	}
	return &row, nil
}

// List returns sessions, those begun last first.
func (r *JourneySessions) List(ctx context.Context, f SessionFilter) (Page[JourneySession], error) {
	none := Page[JourneySession]{}
	switch f.State {
	case "", "paused", "handed", string(SessionRunning), string(SessionEnded), string(SessionBroken):
	default:
		return none, fault.InvalidField("state", "bad_state", "The state is running, paused, handed, ended or broken")
	}
	p := searchPeople(f.Query, "")
	rows, err := find[JourneySession](ctx, r.s, p, peopleList{name: "conversations", column: "started_at", after: f.After, limit: f.Limit, person: "subscriber_id",
		filter: f.narrow, matching: func(db *gorm.DB) *gorm.DB {
			// A value and no EXISTS, which SQLite may turn round: it would read all people's names.
			text := r.s.in(ctx).Model(&Subscriber{}).Select("search_text").Where("subscribers.id = journey_sessions.subscriber_id")
			return db.Where("(?) LIKE ? ESCAPE '!'", text, likePattern(p.text))
		}})
	if err != nil {
		return none, err
	}
	return cut(rows, "conversations", f.Limit, func(s JourneySession) place { return place{s.StartedAt, s.ID} }), nil
}

// narrow applies all of the filter but the text.
func (f SessionFilter) narrow(db *gorm.DB) *gorm.DB {
	if f.JourneyID != "" {
		db = db.Where("journey_id = ?", f.JourneyID)
	}
	if f.SubscriberID != "" {
		db = db.Where("subscriber_id = ?", f.SubscriberID)
	}
	if f.StepID != nil {
		db = db.Where("step_id = ?", *f.StepID)
	}
	switch f.State {
	case "paused":
		db = db.Where("status = ? AND paused = ?", SessionRunning, true)
	case "handed":
		db = db.Where("status = 'running' AND wants_person = ?", true)
	case string(SessionRunning):
		db = db.Where("status = ? AND paused = ?", SessionRunning, false)
	case string(SessionEnded), string(SessionBroken):
		db = db.Where("status = ?", f.State)
	}
	return db
}

// LastEntered returns when a person last entered each of some journeys; one that they never entered is
// not in it.
func (r *JourneySessions) LastEntered(ctx context.Context, subscriber string, journeys []string) (map[string]time.Time, error) {
	var rows []JourneySession
	err := r.s.in(ctx).Select("journey_id", "tenant_id", "started_at").Where("subscriber_id = ? AND journey_id IN ?", subscriber, journeys).
		Order("started_at").Find(&rows).Error
	out := map[string]time.Time{}
	for _, row := range rows {
		out[row.JourneyID] = row.StartedAt.Time
	}
	return out, err
}

// Inside counts those who are in a journey now, by the version that they began and the step.
func (r *JourneySessions) Inside(ctx context.Context, journey string) ([]SessionCount, error) {
	var rows []SessionCount
	return rows, r.s.in(ctx).Model(&JourneySession{}).Select("version_id, step_id, count(*) AS people").
		Where("journey_id = ? AND status = ?", journey, SessionRunning).Group("version_id, step_id").Find(&rows).Error
}

// VersionsOf returns the version of each of some sessions, by their ids.
func (r *JourneySessions) VersionsOf(ctx context.Context, ids []string) (map[string]string, error) {
	var rows []JourneySession
	err := r.s.in(ctx).Select("id", "tenant_id", "version_id").Where("id IN ?", ids).Find(&rows).Error
	out := make(map[string]string, len(rows))
	for _, row := range rows {
		out[row.ID] = row.VersionID
	}
	return out, err
}

// SessionCount is how many people are at a step of a version.
type SessionCount struct {
	VersionID string
	StepID    string
	People    int64
}

// Overdue returns up to limit sessions of all tenants that should have gone on before a moment. The
// context must be the platform's.
func (r *JourneySessions) Overdue(ctx context.Context, before time.Time, limit int) ([]JourneySession, error) {
	var rows []JourneySession
	return rows, r.s.working(ctx).Select("id", "tenant_id", "connection_id", "user_id").
		Where("status = ? AND paused = ? AND due_at < ?", SessionRunning, false, NewTime(before)).Order("due_at").Limit(limit).Find(&rows).Error
}

// Enter records that a session has come to a step.
func (r *JourneySessions) Enter(ctx context.Context, v *JourneyVisit) error {
	v.EnteredAt = r.s.now()
	return r.s.in(ctx).Create(v).Error
}

// VisitChange is what happened during a visit.
type VisitChange struct {
	Result                   journey.NoteKind
	Replies, Sends, Failures int
}

// Visited records what happened during a visit.
func (r *JourneySessions) Visited(ctx context.Context, session string, visit int, c VisitChange) error {
	values := map[string]any{}
	if c.Result != "" {
		values["result"], values["left_at"] = c.Result, r.s.now()
	}
	for column, n := range map[string]int{"replies": c.Replies, "sends": c.Sends, "failures": c.Failures} {
		if n != 0 {
			values[column] = gorm.Expr(column+" + ?", n)
		}
	}
	if len(values) == 0 {
		return nil
	}
	return r.s.in(ctx).Model(&JourneyVisit{}).Where("session_id = ? AND visit = ?", session, visit).Updates(values).Error
}

// Settle ends the visits of a session that can't go on.
func (r *JourneySessions) Settle(ctx context.Context, session string) error {
	return r.s.in(ctx).Model(&JourneyVisit{}).Where("session_id = ? AND result = ?", session, "").
		Updates(map[string]any{"result": journey.NoteDropped, "left_at": r.s.now()}).Error
}
