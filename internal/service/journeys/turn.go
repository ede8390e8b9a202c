package journeys

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// turnMessages is how many messages one turn reads.
const turnMessages = 20

// Turn is one turn of a conversation: what happened, then what arrived, up to the next message that
// must go out. Everything that it changes is one transaction, under the turn's name: requested again,
// it gives what it gave before.
func (s *Service) Turn(ctx context.Context, in contract.Turn) (contract.Turned, error) {
	var out contract.Turned
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		out = contract.Turned{}
		// The person is locked first, as by those who store messages and those who erase.
		who, err := tx.Subscribers.Lock(ctx, in.Chat.ConnectionID, in.Chat.UserID)
		if fault.Is(err, fault.NotFound) {
			out.Closed = true // erased
			return nil
		}
		if err != nil {
			return err
		}
		conv, err := tx.Conversations.Lock(ctx, in.Chat.ConnectionID, in.Chat.UserID, contract.FlowConversation)
		if fault.Is(err, fault.NotFound) {
			out.Closed = true
			return nil
		}
		if err != nil {
			return err
		}
		if conv.Turn == in.ID {
			if err := json.Unmarshal([]byte(conv.Turned), &out); err != nil {
				return err
			}
			// What arrived since then may have been signalled to the flow before it asked again: it is not signalled twice.
			if conv.LastSeq > conv.HandledSeq {
				out.More, out.Closed = true, false
			}
			return nil
		}
		t := &turn{s: s, tx: tx, who: who, conv: conv, out: &out}
		if err := t.run(ctx, in); err != nil {
			return err
		}
		return tx.Conversations.Turn(ctx, conv, in.ID, out)
	})
	return out, err
}

// turn is one turn in progress.
type turn struct {
	s    *Service
	tx   *models.Store
	who  *models.Subscriber
	conv *models.Conversation
	over *models.Connection // see connection
	out  *contract.Turned

	row     *models.JourneySession // that runs, or nil
	last    *models.JourneySession // that ended in this turn
	running *journey.Running
	changed bool // row is to be saved
	log     []models.LogEntry
	sent    string // the message of which the engine was told, as JSON

	handoverPending bool   // the journey calls a person
	handoverReason  string // and says why
}

// connection is what the conversation runs over; most turns don't need it.
func (t *turn) connection(ctx context.Context) (*models.Connection, error) {
	if t.over != nil {
		return t.over, nil
	}
	var err error
	t.over, err = t.tx.Connections.Get(ctx, t.conv.ConnectionID)
	return t.over, err
}

// now is the time as the database keeps it, so that what is due there is due for the engine.
func (t *turn) now() time.Time { return models.NewTime(t.s.now()).Time }

func (t *turn) run(ctx context.Context, in contract.Turn) error {
	var err error
	if t.row, err = t.tx.Sessions.Running(ctx, t.conv.ID); err != nil {
		return err
	}
	if err := t.open(ctx); err != nil {
		return err
	}
	if err := t.happened(ctx, in); err != nil {
		return err
	}
	if err := t.messages(ctx); err != nil {
		return err
	}
	if !t.outstanding() || t.out.Send != nil {
		return t.close(ctx)
	}
	// The flow restarts, or a turn that came late took its message's end for its own: the same message
	// again. What went out under its name does not go out again.
	if err := t.advance(ctx, journey.Event{At: t.now()}); err != nil {
		return err
	}
	return t.close(ctx)
}

// resolved reports whether no message waits for its outcome.
func (t *turn) resolved() bool { return t.row == nil || t.running.State.Phase != journey.Sending }

// outstanding reports whether the outcome of a message is to come, or the message is to be requested again. What a person
// of the team keeps back is neither, unless they have written it themselves.
func (t *turn) outstanding() bool {
	if t.resolved() {
		return false
	}
	return t.running.State.After == journey.AfterSaid || !t.row.Paused && t.row.Holds == 0
}

// close stores the turn's result, and says what the flow has to wait for.
func (t *turn) close(ctx context.Context) error {
	if err := t.save(ctx, t.row); err != nil {
		return err
	}
	if err := t.tx.Sessions.Log(ctx, t.log); err != nil {
		return err
	}
	return t.finish(ctx)
}

// open reads what runs. What can't be read is closed and marked, so that messages reach the triggers.
func (t *turn) open(ctx context.Context) error {
	if t.row == nil {
		return nil
	}
	running, err := t.s.load(ctx, t.tx, t.row)
	if err == nil {
		t.running = running
		return nil
	}
	if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
		return err
	}
	slog.ErrorContext(ctx, "a conversation can't go on", "session", t.row.ID, "error", err)
	return t.broken(ctx, fault.From(err).Message)
}

func (t *turn) broken(ctx context.Context, problem string) error {
	t.row.Status, t.row.Outcome, t.row.Problem, t.row.DueAt, t.row.Outgoing = models.SessionBroken, journey.Broken, problem, models.Time{}, ""
	t.note(journey.Effect{What: journey.NoteEnded, Text: string(journey.Broken)}, "")
	if err := t.tx.Sessions.Settle(ctx, t.row.ID); err != nil {
		return err
	}
	err := t.tx.Sessions.Save(ctx, t.row)
	t.row, t.running = nil, nil
	return err
}

// happened tells the engine what the flow reports, if it is about what the conversation waits for: a worker
// that froze in the middle of a turn may report it when others have gone on.
func (t *turn) happened(ctx context.Context, in contract.Turn) error {
	if t.row == nil {
		return nil
	}
	state := &t.running.State
	at := t.now()
	switch {
	case in.Sent != nil:
		if t.resolved() || in.Sent.Session != t.row.ID || in.Sent.Visit != state.Visit || in.Sent.Attempt != state.Attempt {
			return nil
		}
		return t.advance(ctx, journey.Event{Kind: journey.Sent, At: at, Result: journey.Result{Result: in.Sent.Result, Problem: in.Sent.Problem}})
	case in.Timer != nil && t.resolved() && !state.Due.IsZero():
		// The clock of the flow may be a little ahead of this machine's.
		if in.Timer.After(at) {
			at = *in.Timer
		}
		return t.advance(ctx, journey.Event{Kind: journey.Timer, At: at})
	}
	return nil
}

// messages acts on what arrived, until a message must go out first.
func (t *turn) messages(ctx context.Context) error {
	if t.conv.LastSeq == t.conv.HandledSeq {
		return nil
	}
	list, err := t.tx.Conversations.Next(ctx, t.conv.ConnectionID, t.conv.UserID, contract.FlowConversation, t.conv.HandledSeq, turnMessages)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		slog.ErrorContext(ctx, "messages of a conversation are gone", "conversation", t.conv.ID, "after", t.conv.HandledSeq, "last", t.conv.LastSeq)
		t.conv.HandledSeq = t.conv.LastSeq
	}
	for i := range list {
		if t.out.Send != nil || t.outstanding() {
			break // a message goes out first, and its end comes before what was written after it
		}
		t.conv.HandledSeq = list[i].Seq
		if list[i].Kind == KindCommand {
			err = t.command(ctx, &list[i])
		} else {
			err = t.onMessage(ctx, &list[i])
		}
		if err != nil {
			return err
		}
	}
	t.out.More = t.out.Send == nil && len(list) == turnMessages
	return nil
}

// advance lets the engine act on an event, and records what it says.
func (t *turn) advance(ctx context.Context, e journey.Event) error {
	e.Person = journey.Person{FirstName: t.who.FirstName, LastName: t.who.LastName, Username: t.who.Username, Language: t.who.Language,
		Source: t.who.Source, Tags: t.who.Tags}
	row := t.row
	t.sent = row.Outgoing // what the effects tell of
	if t.running.State.After == journey.AfterSaid {
		t.sent = "" // the log has the team's own words already
	}
	state, effects := journey.Advance(t.running.Definition, t.running.State, e)
	t.running.State = state
	if state.Phase != journey.Sending {
		row.Outgoing = ""
	}
	for _, effect := range effects {
		if err := t.do(ctx, effect); err != nil {
			return err
		}
	}
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	row.State, row.StepID, row.Phase, row.StepSince, row.DueAt = string(text), state.StepID, state.Phase, models.NewTime(state.Since), models.NewTime(state.Due)
	row.Paused = state.Paused || row.Paused && row.Holds > 0 // a takeover that waits in the queue holds already
	if !row.Paused {
		row.WantsPerson = false
	}
	if state.Phase == journey.Ended {
		row.Status, row.Outcome, row.Paused, row.WantsPerson, row.Holds = models.SessionEnded, state.Outcome, false, false, 0
		if state.Outcome == journey.Broken || state.Outcome == journey.Looping {
			row.Status, row.Problem = models.SessionBroken, problemOf(state.Outcome)
		}
	}
	t.changed = true
	if row.Status != models.SessionRunning {
		t.last, t.row, t.running = row, nil, nil
		return t.save(ctx, row)
	}
	return nil
}

// save writes a session, once a turn as long as it runs.
func (t *turn) save(ctx context.Context, row *models.JourneySession) error {
	if row == nil || !t.changed {
		return nil
	}
	t.changed = false
	return t.tx.Sessions.Save(ctx, row)
}

func problemOf(outcome journey.Outcome) string {
	if outcome == journey.Looping {
		return "Its steps form an endless loop"
	}
	return "It is at a step that its version does not have"
}

// position says where the conversation is, for operators: in words of the journey, never of the person.
func (t *turn) position(ctx context.Context) (string, error) {
	row := cmp.Or(t.row, t.last)
	if row == nil {
		return "no journey runs", nil
	}
	name, ok := t.s.names.Get(row.JourneyID)
	if !ok {
		names, err := t.tx.Journeys.Names(ctx, []string{row.JourneyID})
		if err != nil {
			return "", err
		}
		name = names[row.JourneyID]
		t.s.names.Add(row.JourneyID, name)
	}
	if row.Status != models.SessionRunning {
		return fmt.Sprintf("“%s” ended: %s", name, cmp.Or(string(row.Outcome), row.Problem, string(row.Status))), nil
	}
	step := row.StepID
	if i := slices.IndexFunc(t.running.Definition.Steps, func(s journey.Step) bool { return s.ID == row.StepID }); i >= 0 {
		step = cmp.Or(t.running.Definition.Steps[i].Title, step)
	}
	return fmt.Sprintf("“%s” at %s (%s)", name, cmp.Or(step, "the welcome message"), row.Phase), nil
}

// finish says what the flow has to wait for, or closes the conversation.
func (t *turn) finish(ctx context.Context) error {
	var err error
	if t.out.Step, err = t.position(ctx); err != nil {
		return err
	}
	if t.row != nil {
		if t.out.Send == nil && !t.row.Paused && !t.row.DueAt.IsZero() {
			due := t.row.DueAt.Time
			t.out.Due = &due
		}
		return nil
	}
	if t.out.Send != nil || t.out.More {
		return nil
	}
	t.out.Closed, err = t.tx.Conversations.Close(ctx, t.conv.ConnectionID, t.conv.UserID, contract.FlowConversation, t.conv.HandledSeq)
	t.out.More = err == nil && !t.out.Closed
	return err
}
