package journeys

import (
	"context"
	"encoding/json"
	"log/slog"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/service/outbox"
	"github.com/promostack/promostack/models"
)

// onMessage acts on a message of the person's.
func (t *turn) onMessage(ctx context.Context, row *models.InboundMessage) error {
	var u message.Update
	if err := json.Unmarshal([]byte(row.Payload), &u); err != nil {
		slog.ErrorContext(ctx, "a message of the inbox can't be read", "connection", row.ConnectionID, "update", row.UpdateID, "error", err)
		return nil
	}
	c, err := t.connection(ctx)
	if err != nil {
		return err
	}
	m := inbound(u, c.Username)
	decision, none, err := t.s.decide(ctx, t.tx, c.Kind, t.who.ID, m, t.running)
	if err != nil {
		return err
	}
	if decision.Action != journey.ToNothing {
		t.log = append(t.log, models.LogEntry{SubscriberID: t.who.ID, SessionID: t.session(), JourneyID: t.journey(), StepID: t.step(), What: logMessage, Text: said(u),
			Reasons: decision.Why})
	}
	event := journey.Event{Kind: journey.Arrived, At: t.now(), Message: m}
	switch decision.Action {
	case journey.ToHuman, journey.ToReply:
		if err := t.advance(ctx, event); err != nil || t.row != nil || t.out.Send != nil {
			return err
		}
		if t.last == nil || t.last.Status != models.SessionBroken {
			return nil
		}
		// The running journey can't go on: the triggers look at the message.
		if decision, _, err = t.s.decide(ctx, t.tx, c.Kind, t.who.ID, m, nil); err != nil {
			return err
		}
		if decision.Action != journey.ToEnter {
			return nil
		}
		return t.enter(ctx, decision)
	case journey.ToEnter:
		if t.row != nil {
			if err := t.advance(ctx, journey.Event{Kind: journey.Finish, At: event.At, Outcome: journey.Interrupted}); err != nil {
				return err
			}
		}
		return t.enter(ctx, decision)
	}
	switch {
	case m.CallbackID != "": // a button of a conversation that is over
		t.out.Answers = append(t.out.Answers, contract.TurnAnswer{CallbackID: m.CallbackID, Text: journey.OldButton})
		return nil
	case c.Kind == models.PromoBot:
		return t.pass(ctx, row)
	}
	return t.s.unheard(ctx, t.tx, c.Kind, t.who.ID, m, decision.Why, none)
}

// pass hands a message that no journey takes after all to the promo bot's own conversation.
func (t *turn) pass(ctx context.Context, row *models.InboundMessage) error {
	ok, err := t.tx.Conversations.Pass(ctx, row, contract.FlowPromoChat)
	if err != nil || !ok {
		return err
	}
	return outbox.SignalChat(ctx, t.tx, row)
}

// said is what the log shows for a message.
func said(u message.Update) string {
	switch {
	case u.Text != "":
		return u.Text
	case u.Kind == message.KindCallback:
		return "(a button)"
	}
	return "(" + string(u.Kind) + ")"
}

// enter begins a journey.
func (t *turn) enter(ctx context.Context, decision journey.Decision) error {
	c := decision.Candidate
	d, err := t.s.Definition(ctx, t.tx, c.VersionID)
	if err != nil {
		if fault.Is(err, fault.Unavailable) || ctx.Err() != nil {
			return err
		}
		slog.ErrorContext(ctx, "a journey can't begin", "journey", c.JourneyID, "version", c.VersionID, "error", err)
		return nil
	}
	state := journey.State{}
	text, err := json.Marshal(state)
	if err != nil {
		return err
	}
	t.row = &models.JourneySession{ConversationID: t.conv.ID, ConnectionID: t.conv.ConnectionID, UserID: t.conv.UserID, SubscriberID: t.who.ID,
		JourneyID: c.JourneyID, VersionID: c.VersionID, Token: models.NewToken(), State: string(text), Cause: causeOf(c.Trigger)}
	if err := t.tx.Sessions.Create(ctx, t.row); err != nil {
		return err
	}
	t.running = &journey.Running{Journey: c.JourneyID, Definition: d, State: state}
	t.log = append(t.log, models.LogEntry{SubscriberID: t.who.ID, SessionID: t.row.ID, JourneyID: c.JourneyID, What: logTrigger, Text: t.row.Cause})
	return t.advance(ctx, journey.Event{Kind: journey.Start, At: t.now(), Token: t.row.Token, Seed: seed()})
}
