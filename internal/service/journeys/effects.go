package journeys

import (
	"cmp"
	"context"
	"encoding/json"
	"strings"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/models"
)

// do carries out the engine's effects, as far as the database is concerned; messages and answers to
// buttons are for the flow.
func (t *turn) do(ctx context.Context, e journey.Effect) error {
	switch e.Kind {
	case journey.Send:
		return t.send(ctx, e)
	case journey.Answer:
		t.out.Answers = append(t.out.Answers, contract.TurnAnswer{CallbackID: e.CallbackID, Text: e.Text})
	case journey.Tags:
		who, err := t.tx.Subscribers.ChangeTags(ctx, t.who.ID, e.Add, e.Remove)
		if err != nil {
			return err
		}
		t.who = who
	case journey.Alert:
		t.row.WantsPerson, t.handoverPending, t.handoverReason = true, true, e.Text
	case journey.Note:
		if e.What != journey.NotePassed { // where it went to says so
			t.note(e, t.row.StepID)
		}
		return t.count(ctx, e)
	}
	return nil
}

// send keeps the message with the session, its links made the person's own, and names it for the flow.
// A message that is asked for again is the same one.
func (t *turn) send(ctx context.Context, e journey.Effect) error {
	c, err := t.connection(ctx)
	if err != nil {
		return err
	}
	account := c.Kind == models.UserAccount
	name := contract.TurnSend{Session: t.row.ID, Visit: e.Visit, Attempt: e.Attempt, Account: account}
	t.out.Send = &name
	var kept journey.Effect
	if t.row.Outgoing != "" && json.Unmarshal([]byte(t.row.Outgoing), &kept) == nil && kept.Visit == e.Visit && kept.Attempt == e.Attempt {
		return nil
	}
	definition, err := t.s.Definition(ctx, t.tx, t.row.VersionID)
	if err != nil {
		return err
	}
	var failed error
	made, hosts := map[string]string{}, definition.Hosts()
	e = journey.RewriteLinks(e, func(address string) string {
		if !hosts[message.Host(address)] || len(address) > message.MaxAddress { // an answer may have made it so long
			return address
		}
		if tracked, ok := made[address]; ok || failed != nil {
			return tracked
		}
		link := &models.JourneyLink{ID: models.NewToken(), SessionID: t.row.ID, JourneyID: t.row.JourneyID, VersionID: t.row.VersionID, StepID: e.StepID, URL: address}
		failed = t.tx.Figures.AddLink(ctx, link)
		made[address] = t.s.publicURL.JoinPath(LinkPath, link.ID).String()
		return made[address]
	})
	if failed != nil {
		return failed
	}
	if account {
		e = journey.ForAccount(e)
	}
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	t.row.Outgoing = string(text)
	return nil
}

// LinkPath is where tracked links lead; the link's own part follows.
const LinkPath = "/l/"

// note writes a line of the person's log.
func (t *turn) note(e journey.Effect, step string) {
	if e.StepID != "" {
		step = e.StepID
	}
	if e.What == journey.NotePaused && t.handoverPending { // nobody in the team has asked for it
		e.What, e.Text, t.handoverPending = logHandedOver, cmp.Or(e.Text, t.handoverReason), false
	}
	if e.What == journey.NoteSent && e.Text == "" {
		e.Text = saidOf(t.sent)
	}
	t.log = append(t.log, models.LogEntry{SubscriberID: t.who.ID, SessionID: t.row.ID, JourneyID: t.row.JourneyID, StepID: step, What: e.What, Text: e.Text})
}

// saidOf is what a message said, for the log: its text without markup, its picture in a word, and its buttons below.
func saidOf(outgoing string) string {
	var e journey.Effect
	if outgoing == "" || json.Unmarshal([]byte(outgoing), &e) != nil {
		return ""
	}
	var lines []string
	if e.Photo != "" {
		lines = append(lines, "[picture]")
	}
	if text := message.Plain(e.Text); text != "" {
		lines = append(lines, text)
	}
	for _, row := range e.Buttons {
		var buttons []string
		for _, b := range row {
			buttons = append(buttons, "["+b.Text+"]")
		}
		lines = append(lines, strings.Join(buttons, " "))
	}
	return strings.Join(lines, "\n")
}

// count keeps the figures: a row for each step that was entered.
func (t *turn) count(ctx context.Context, e journey.Effect) error {
	sessions := t.tx.Sessions
	visited := func(c models.VisitChange) error { return sessions.Visited(ctx, t.row.ID, e.Visit, c) }
	switch e.What {
	case journey.NoteEntered:
		return sessions.Enter(ctx, &models.JourneyVisit{SessionID: t.row.ID, Visit: e.Visit, JourneyID: t.row.JourneyID, VersionID: t.row.VersionID, StepID: e.StepID})
	case journey.NotePassed, journey.NoteDropped:
		return visited(models.VisitChange{Result: e.What})
	case journey.NoteReplied:
		return visited(models.VisitChange{Replies: 1})
	case journey.NoteSent, journey.NoteUnknown:
		return visited(models.VisitChange{Sends: 1})
	case journey.NoteNotSent:
		return visited(models.VisitChange{Failures: 1})
	}
	return nil
}

func (t *turn) session() string {
	if t.row == nil {
		return ""
	}
	return t.row.ID
}

func (t *turn) journey() string {
	if t.row == nil {
		return ""
	}
	return t.row.JourneyID
}

func (t *turn) step() string {
	if t.row == nil {
		return ""
	}
	return t.row.StepID
}
