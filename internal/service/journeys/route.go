package journeys

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/models"
)

// ButtonPrefix begins the data of journeys' buttons.
const ButtonPrefix = "j."

// inbound is a message as journeys read it. A bot has a name, an account none.
func inbound(u message.Update, bot string) journey.Inbound {
	return journey.Inbound{Kind: u.Kind, Text: u.Text, Phone: u.Phone, Start: u.StartPayload(bot), Data: u.CallbackData, CallbackID: u.CallbackID}
}

// Takes decides within the inbox's transaction whether a message goes to the person's conversation: a
// journey runs, or one is triggered. alone tells that no other flow takes what journeys leave. Why a
// message triggered nothing is kept in the person's log.
func (s *Service) Takes(ctx context.Context, tx *models.Store, c *models.Connection, who *models.Subscriber, u message.Update, alone bool) (bool, error) {
	if who.State == models.SubscriberBlocked {
		return false, nil
	}
	if u.Kind == message.KindCallback {
		return true, nil // the inbox asks for journeys' own buttons alone
	}
	m := inbound(u, c.Username)
	running, busy, err := s.running(ctx, tx, c.ID, who.UserID)
	if err != nil {
		return false, err
	}
	if busy && alone {
		return true, nil // what runs is known only after what waits before it
	}
	decision, none, err := s.decide(ctx, tx, c.Kind, who.ID, m, running)
	if err != nil {
		return false, err
	}
	switch decision.Action {
	case journey.ToHuman, journey.ToEnter:
		return true, nil
	case journey.ToReply:
		return alone || journey.Listens(running.Definition, running.State, m) != journey.Deaf && !command(u), nil
	}
	if busy && !command(u) {
		return true, nil
	}
	return false, s.unheard(ctx, tx, c.Kind, who.ID, m, decision.Why, none || !alone)
}

func command(u message.Update) bool { return strings.HasPrefix(u.Text, "/") }

// running is what a person's conversation is in now. busy says that messages wait which it has not
// acted on. A session that can't be read counts as none here: the flow closes it.
func (s *Service) running(ctx context.Context, tx *models.Store, connection string, user int64) (r *journey.Running, busy bool, err error) {
	conv, err := tx.Conversations.Find(ctx, connection, user, contract.FlowConversation)
	if fault.Is(err, fault.NotFound) {
		return nil, false, nil
	}
	if err != nil || !conv.Open {
		return nil, false, err
	}
	busy = conv.LastSeq > conv.HandledSeq
	row, err := tx.Sessions.Running(ctx, conv.ID)
	if err != nil || row == nil {
		return nil, busy, err
	}
	r, err = s.load(ctx, tx, row)
	if fault.Is(err, fault.Unavailable) {
		return nil, busy, err
	}
	if err != nil {
		return nil, true, nil
	}
	return r, busy, nil
}

// load reads a session's definition and state.
func (s *Service) load(ctx context.Context, tx *models.Store, row *models.JourneySession) (*journey.Running, error) {
	d, err := s.Definition(ctx, tx, row.VersionID)
	if err != nil {
		return nil, err
	}
	r := &journey.Running{Journey: row.JourneyID, Definition: d}
	if err := json.Unmarshal([]byte(row.State), &r.State); err != nil {
		return nil, fault.New(fault.Invalid, "state_unreadable", "The conversation's state can't be read").WithCause(err)
	}
	return r, nil
}

// decide asks the engine what a message does. none says that no journey of the tenant is active.
func (s *Service) decide(ctx context.Context, tx *models.Store, kind models.ConnectionKind, subscriber string, m journey.Inbound, running *journey.Running) (journey.Decision, bool, error) {
	rows, err := tx.Journeys.Triggers(ctx)
	if err != nil {
		return journey.Decision{}, false, err
	}
	var candidates []journey.Candidate
	again := map[string]bool{}
	for _, row := range rows {
		if !slices.Contains(row.Connections, string(kind)) {
			continue
		}
		c := journey.Candidate{JourneyID: row.JourneyID, VersionID: row.VersionID, Name: row.Name, Priority: row.Priority, ActivatedAt: row.ActivatedAt.Time}
		if json.Unmarshal([]byte(row.Spec), &c.Trigger) != nil || json.Unmarshal([]byte(row.ReEntry), &c.ReEntry) != nil {
			slog.ErrorContext(ctx, "a trigger can't be read", "journey", row.JourneyID)
			continue
		}
		if c.ReEntry.Rule != journey.Always {
			again[row.JourneyID] = true
		}
		candidates = append(candidates, c)
	}
	if len(again) > 0 {
		ids := make([]string, 0, len(again))
		for id := range again {
			ids = append(ids, id)
		}
		entered, err := tx.Sessions.LastEntered(ctx, subscriber, ids)
		if err != nil {
			return journey.Decision{}, false, err
		}
		for i := range candidates {
			candidates[i].LastEntered = entered[candidates[i].JourneyID]
		}
	}
	return journey.Decide(m, running, candidates, s.now()), len(rows) == 0, nil
}

// unheard records why a message triggered nothing. quiet leaves out the one that matches nothing at all. What
// people write to a user account may be meant for its owner alone, so those words are not kept.
func (s *Service) unheard(ctx context.Context, tx *models.Store, kind models.ConnectionKind, subscriber string, m journey.Inbound, why []journey.Reason, quiet bool) error {
	asleep, err := s.asleep(ctx, tx, m)
	if err != nil {
		return err
	}
	reasons := slices.Concat(why, asleep)
	if len(reasons) == 0 {
		if quiet {
			return nil
		}
		reasons = []journey.Reason{{Code: "no_match", Message: "No active journey has a trigger that this message matches"}}
	}
	text := m.Text
	if kind == models.UserAccount {
		text = "(a private message)"
	}
	return tx.Sessions.Log(ctx, []models.LogEntry{{SubscriberID: subscriber, What: logNoTrigger, Text: text, Reasons: reasons}})
}

// What the log shows besides the engine's notes.
const (
	logMessage    journey.NoteKind = "message"
	logTrigger    journey.NoteKind = "trigger"
	logNoTrigger  journey.NoteKind = "no_trigger"
	logHandedOver journey.NoteKind = "handed_over" // the journey called a person; the text is its note
)

// draftTriggers are those of a draft's version.
type draftTriggers struct {
	version  int64
	triggers []journey.Trigger
}

// maxAsleep bounds the search through inactive journeys.
const maxAsleep = 50

// asleep names the journeys that a message would have triggered were they active.
func (s *Service) asleep(ctx context.Context, tx *models.Store, m journey.Inbound) ([]journey.Reason, error) {
	list, err := tx.Journeys.Asleep(ctx, maxAsleep)
	if err != nil {
		return nil, err
	}
	var out []journey.Reason
	for i := range list {
		j := &list[i]
		triggers, err := s.triggersOf(ctx, tx, j)
		if err != nil {
			return nil, err
		}
		for _, t := range triggers {
			if t.Kind != journey.AnyMessage && t.Fires(m) {
				out = append(out, journey.Reason{JourneyID: j.ID, Name: j.Name, Code: "journey_" + journey.ReasonCode(j.State),
					Message: fmt.Sprintf("It begins with the %s, but it is %s", causeOf(t), stateWord(j.State))})
				break
			}
		}
	}
	return out, nil
}

func stateWord(s models.JourneyState) string {
	if s == models.JourneyDraft {
		return "a draft"
	}
	return string(s)
}

// triggersOf are those of the version that people entered last, or of the draft of a journey that was never
// published.
func (s *Service) triggersOf(ctx context.Context, tx *models.Store, j *models.Journey) ([]journey.Trigger, error) {
	if j.VersionID != "" {
		d, err := s.Definition(ctx, tx, j.VersionID)
		if fault.Is(err, fault.Invalid) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		return d.Triggers, nil
	}
	if d, ok := s.drafts.Get(j.ID); ok && d.version == j.Version {
		return d.triggers, nil
	}
	whole, err := tx.Journeys.Get(ctx, j.ID)
	if err != nil {
		return nil, err
	}
	var d struct {
		Triggers []journey.Trigger `json:"triggers"`
	}
	if json.Unmarshal([]byte(whole.Draft), &d) != nil {
		return nil, nil
	}
	s.drafts.Add(j.ID, draftTriggers{j.Version, d.Triggers})
	return d.Triggers, nil
}

// causeOf says in words what began a conversation.
func causeOf(t journey.Trigger) string {
	switch t.Kind {
	case journey.DeepLink:
		return "link " + t.Value
	case journey.Keyword:
		return "keyword " + t.Value
	}
	return "any message"
}
