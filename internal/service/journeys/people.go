package journeys

import (
	"context"
	"encoding/json"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// StepHead names a step.
type StepHead struct {
	ID    string
	Type  journey.StepType
	Title string
}

// Person is somebody's progress through a journey with what is shown beside it.
type Person struct {
	models.JourneySession
	Subscriber models.Subscriber
	Connection models.ConnectionKind
	Journey    string // its name
	Number     int    // of the version
	Step       StepHead
	Variables  map[string]string
}

// People lists people's progress through journeys, the latest first.
func (s *Service) People(ctx context.Context, f models.SessionFilter) (models.Page[Person], error) {
	page, err := s.store.Sessions.List(ctx, f)
	if err != nil {
		return models.Page[Person]{}, err
	}
	items, err := s.people(ctx, page.Items)
	return models.Page[Person]{Items: items, Next: page.Next}, err
}

// Person returns one, or fault.NotFound "conversation_not_found".
func (s *Service) Person(ctx context.Context, id string) (*Person, error) {
	row, err := s.store.Sessions.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.person(ctx, row)
}

func (s *Service) person(ctx context.Context, row *models.JourneySession) (*Person, error) {
	list, err := s.people(ctx, []models.JourneySession{*row})
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

// Command is Do with the conversation as it is then.
func (s *Service) Command(ctx context.Context, c Command) (*Person, error) {
	row, err := s.Do(ctx, c)
	if err != nil {
		return nil, err
	}
	return s.person(ctx, row)
}

// people completes rows with a fixed number of queries.
func (s *Service) people(ctx context.Context, rows []models.JourneySession) ([]Person, error) {
	var subscribers, journeys, versions []string
	for i := range rows {
		subscribers = append(subscribers, rows[i].SubscriberID)
		journeys = append(journeys, rows[i].JourneyID)
		versions = append(versions, rows[i].VersionID)
	}
	who, err := s.store.Subscribers.ByIDs(ctx, unique(subscribers))
	if err != nil {
		return nil, err
	}
	names, err := s.store.Journeys.Names(ctx, unique(journeys))
	if err != nil {
		return nil, err
	}
	heads, err := s.store.Journeys.VersionHeads(ctx, unique(versions))
	if err != nil {
		return nil, err
	}
	definitions, err := s.definitions(ctx, unique(versions))
	if err != nil {
		return nil, err
	}
	connections, err := s.store.Connections.List(ctx)
	if err != nil {
		return nil, err
	}
	kinds := map[string]models.ConnectionKind{}
	for i := range connections {
		kinds[connections[i].ID] = connections[i].Kind
	}
	out := make([]Person, len(rows))
	for i := range rows {
		row := rows[i]
		out[i] = Person{JourneySession: row, Subscriber: who[row.SubscriberID], Connection: kinds[row.ConnectionID], Journey: names[row.JourneyID],
			Number: heads[row.VersionID].Number, Step: stepHead(definitions[row.VersionID], row.StepID), Variables: variablesOf(row.State)}
	}
	return out, nil
}

// variablesOf are the answers that are kept in a state. One that can't be read has none.
func variablesOf(state string) map[string]string {
	var s struct {
		Variables map[string]string `json:"variables"`
	}
	if json.Unmarshal([]byte(state), &s) != nil || s.Variables == nil {
		return map[string]string{}
	}
	return s.Variables
}

// stepHead names a step of a definition, which may be nil.
func stepHead(d *journey.Definition, id string) StepHead {
	if id == "" {
		return welcome
	}
	if d != nil {
		if step := d.Step(id); step != nil {
			return StepHead{id, step.Type, nameOf(step)}
		}
	}
	return StepHead{ID: id}
}

// welcome is the message before the first step, which has no id.
var welcome = StepHead{"", "welcome", "Welcome message"}

// LogLine is a line of somebody's log with what it names.
type LogLine struct {
	models.LogEntry
	Step    *StepHead // nil when the line is about none
	Journey string    // its name; empty for none, and for one that is gone
}

// LogOf returns the log of one conversation, the newest line first.
func (s *Service) LogOf(ctx context.Context, session, after string, limit int) (models.Page[LogLine], error) {
	if _, err := s.store.Sessions.Get(ctx, session); err != nil {
		return models.Page[LogLine]{}, err
	}
	return s.lines(ctx, session, "", after, limit)
}

// LogOfPerson returns a person's log over all journeys, the newest line first.
func (s *Service) LogOfPerson(ctx context.Context, subscriber, after string, limit int) (models.Page[LogLine], error) {
	if _, err := s.store.Subscribers.Get(ctx, subscriber); err != nil {
		return models.Page[LogLine]{}, err
	}
	return s.lines(ctx, "", subscriber, after, limit)
}

func (s *Service) lines(ctx context.Context, session, subscriber, after string, limit int) (models.Page[LogLine], error) {
	none := models.Page[LogLine]{}
	page, err := s.store.Sessions.LogOf(ctx, session, subscriber, after, limit)
	if err != nil {
		return none, err
	}
	var sessions, journeys []string
	for _, l := range page.Items {
		sessions, journeys = append(sessions, l.SessionID), append(journeys, l.JourneyID)
	}
	names, err := s.store.Journeys.Names(ctx, unique(journeys))
	if err != nil {
		return none, err
	}
	versions, err := s.store.Sessions.VersionsOf(ctx, unique(sessions))
	if err != nil {
		return none, err
	}
	var used []string
	for _, version := range versions {
		used = append(used, version)
	}
	definitions, err := s.definitions(ctx, unique(used))
	if err != nil {
		return none, err
	}
	out := models.Page[LogLine]{Items: make([]LogLine, len(page.Items)), Next: page.Next}
	for i, l := range page.Items {
		out.Items[i] = LogLine{LogEntry: l, Journey: names[l.JourneyID]}
		if l.StepID != "" || ofAStep[l.What] {
			head := stepHead(definitions[versions[l.SessionID]], l.StepID)
			out.Items[i].Step = &head
		}
	}
	return out, nil
}

// ofAStep are the notes that always are about a step, so that one without an id is about the welcome
// message.
var ofAStep = map[journey.NoteKind]bool{journey.NoteEntered: true, journey.NoteDropped: true, journey.NoteSent: true,
	journey.NoteNotSent: true, journey.NoteUnknown: true, journey.NoteHeld: true}

// unique leaves out what is empty or repeated.
func unique(list []string) []string {
	seen := map[string]bool{"": true}
	out := make([]string, 0, len(list))
	for _, x := range list {
		if !seen[x] {
			seen[x] = true
			out = append(out, x)
		}
	}
	return out
}
