package journeys

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/models"
)

// KindCommand is the kind of the inbox's rows that somebody of the team has written. They stand in one
// line with the messages, so that commands are carried out in their order and survives a crash.
const KindCommand message.Kind = "command"

// Command is what somebody of the team wants from a conversation.
type Command struct {
	Session string            `json:"session"`
	Kind    journey.EventKind `json:"kind"` // Pause, Resume, Move, Finish or Say
	StepID  string            `json:"step_id,omitempty"`
	Text    string            `json:"text,omitempty"` // plain
}

// Do accepts a command. It is in the conversation's queue when Do returns; what the flow then does shows
// in the conversation. A takeover, a move and an end hold from this moment: nothing that was not yet on its
// way is sent.
func (s *Service) Do(ctx context.Context, c Command) (*models.JourneySession, error) {
	c.Text = text.Running(c.Text)
	owner, ok := tenant.From(ctx)
	if !ok {
		return nil, fault.New(fault.Internal, "tenant_missing", "A conversation without a tenant in its context")
	}
	var row *models.JourneySession
	err := s.store.Tx(ctx, func(tx *models.Store) error {
		var err error
		if row, err = tx.Sessions.Get(ctx, c.Session); err != nil {
			return err
		}
		if _, err = tx.Subscribers.Lock(ctx, row.ConnectionID, row.UserID); err != nil {
			return err
		}
		if row, err = tx.Sessions.Lock(ctx, c.Session); err != nil {
			return err
		}
		if err := s.allowed(ctx, tx, row, c); err != nil {
			return err
		}
		switch c.Kind {
		case journey.Pause:
			row.Paused = true
		case journey.Resume:
			row.WantsPerson = false
		}
		if holds(c.Kind) {
			row.Holds++
		}
		if err := tx.Sessions.Save(ctx, row); err != nil {
			return err
		}
		payload, err := json.Marshal(c)
		if err != nil {
			return err
		}
		m := &models.InboundMessage{ConnectionID: row.ConnectionID, UpdateID: commandID(), UserID: row.UserID, Kind: KindCommand,
			Route: contract.FlowConversation, Payload: string(payload)}
		if err := tx.Conversations.Command(ctx, m); err != nil {
			return err
		}
		return addConversation(ctx, tx, contract.ChatMessage{TenantID: owner, ConnectionID: row.ConnectionID, UserID: row.UserID, Seq: m.Seq})
	})
	if err != nil {
		return nil, err
	}
	return row, nil
}

// addConversation writes the outbox message that starts or signals a person's conversation.
func addConversation(ctx context.Context, tx *models.Store, m contract.ChatMessage) error {
	return tx.Outbox.Add(ctx, contract.FlowConversation, contract.ChatID(contract.FlowConversation, m.TenantID, m.ConnectionID, m.UserID), m)
}

const (
	// OverdueAfter is how late a conversation is before somebody looks whether its flow is there.
	OverdueAfter = 5 * time.Minute
	overdueLimit = 500
)

// SignalOverdue signals the flows of conversations that should have gone on long ago: one that somebody ended
// by hand in Temporal begins again, since where it was stands in the database. It returns how many there were.
// The context must be the platform's.
func (s *Service) SignalOverdue(ctx context.Context) (int, error) {
	list, err := s.store.Sessions.Overdue(ctx, s.now().Add(-OverdueAfter), overdueLimit)
	if err != nil {
		return 0, err
	}
	for i, row := range list {
		m := contract.ChatMessage{TenantID: row.TenantID, ConnectionID: row.ConnectionID, UserID: row.UserID}
		if err := addConversation(tenant.With(ctx, row.TenantID), s.store, m); err != nil {
			return i, err
		}
	}
	return len(list), nil
}

// holds tells which commands hold messages back from the moment they are given.
func holds(kind journey.EventKind) bool {
	return kind == journey.Pause || kind == journey.Move || kind == journey.Finish
}

// commandID can't be an update's id: those are positive.
func commandID() int64 {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return -int64(binary.LittleEndian.Uint64(b[:])>>2) - 1
}

func (s *Service) allowed(ctx context.Context, tx *models.Store, row *models.JourneySession, c Command) error {
	if row.Status != models.SessionRunning {
		return fault.New(fault.Conflict, "conversation_over", "This conversation is over")
	}
	switch c.Kind {
	case journey.Resume:
		if !row.Paused {
			return fault.New(fault.Conflict, "conversation_not_paused", "The journey already has this conversation")
		}
	case journey.Say:
		if !row.Paused {
			return fault.New(fault.Conflict, "conversation_not_paused", "The journey is writing in this conversation").
				WithRemedy("Take it over first")
		}
		if err := (message.Message{Text: message.Escape(c.Text)}).Check(); err != nil {
			f := fault.From(err)
			return fault.InvalidField("text", f.Fields[0].Code, "%s", f.Fields[0].Message)
		}
	case journey.Move:
		d, err := s.Definition(ctx, tx, row.VersionID)
		if err != nil {
			return err
		}
		if d.Step(c.StepID) == nil {
			return fault.InvalidField("step_id", "step_not_found", "The version that this person is in has no such step")
		}
	}
	return nil
}

// command acts on a row that a person of the team has written. One for a conversation that has ended
// meanwhile has nothing left to do.
func (t *turn) command(ctx context.Context, row *models.InboundMessage) error {
	var c Command
	if err := json.Unmarshal([]byte(row.Payload), &c); err != nil {
		slog.ErrorContext(ctx, "a command of the inbox can't be read", "connection", row.ConnectionID, "error", err)
		return nil
	}
	if t.row == nil || t.row.ID != c.Session {
		return nil
	}
	if holds(c.Kind) {
		t.row.Holds = max(0, t.row.Holds-1)
	}
	e := journey.Event{Kind: c.Kind, At: t.now(), StepID: c.StepID, Text: c.Text}
	if c.Kind == journey.Finish {
		e.Outcome = journey.Stopped
	}
	return t.advance(ctx, e)
}
