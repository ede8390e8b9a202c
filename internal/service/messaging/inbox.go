package messaging

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/promostack/promostack/internal/adapter/botapi"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/message"
	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/models"
)

// errNoHook is the answer to every call of a webhook that doesn't prove itself: who tries addresses
// learns nothing.
var errNoHook = fault.New(fault.NotFound, "not_found", "There is nothing at this address")

// Hook takes an update that Telegram brings to a webhook. shown is the secret that came with it.
// It returns once the update is in the inbox: only then may Telegram forget it.
func (s *Service) Hook(ctx context.Context, hook string, shown secrets.Text, body []byte) error {
	c, err := s.Store.Connections.ByHook(ctx, hook)
	if fault.Is(err, fault.NotFound) {
		return errNoHook
	}
	if err != nil {
		return err
	}
	ctx = tenant.With(ctx, c.TenantID)
	line, err := s.lineOf(c)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare([]byte(line.secret().Reveal()), []byte(shown.Reveal())) != 1 || line.secret().IsZero() {
		return errNoHook
	}
	if len(body) > botapi.MaxUpdate {
		slog.ErrorContext(ctx, "an update is too large and left out", "connection", c.ID)
		return nil
	}
	u, err := botapi.ParseUpdate(body)
	if err != nil {
		// Telegram would bring it again and again, and hold back what comes after it.
		slog.ErrorContext(ctx, "an update can't be read and is left out", "connection", c.ID, "error", err)
		return nil
	}
	if err := s.Receive(ctx, line, u); err != nil {
		return err
	}
	s.seen(ctx, c.ID)
	return nil
}

// Receive brings an update in: the person, the route and the follow-up are one transaction. An
// update that came in before changes nothing.
func (s *Service) Receive(ctx context.Context, line *Line, u message.Update) error {
	c := &line.Connection
	if u.Kind == message.KindIgnored || u.Kind == message.KindChannel {
		return nil // no person's message; a lost channel shows at the next post or test
	}
	payload, err := json.Marshal(u)
	if err != nil {
		return err
	}
	state := models.SubscriberActive
	if u.Kind == message.KindMembership && !u.Member {
		state = models.SubscriberBlocked
	}
	in := models.Incoming{ConnectionID: c.ID, UpdateID: u.ID, Kind: u.Kind, Payload: payload, State: state, At: u.Date,
		Source: u.StartPayload(c.Username),
		Person: models.Person{ID: u.From.ID, FirstName: u.From.FirstName, LastName: u.From.LastName, Username: u.From.Username, Language: u.From.Language}}
	var follow *models.FollowUp
	_, err = s.Store.Conversations.Receive(ctx, in,
		func(tx *models.Store, who *models.Subscriber) (string, error) {
			otherwise := route(c.Kind, u)
			if s.Route == nil {
				return otherwise, nil
			}
			return s.Route(ctx, tx, c, who, u, otherwise)
		},
		func(tx *models.Store, m *models.InboundMessage) (err error) {
			follow, err = Follow(ctx, tx, m)
			return err
		})
	if err != nil {
		return err
	}
	s.Try(ctx, follow)
	return nil
}

// followLease is how long whoever brings a message in has for telling its flow, before the sweep does.
const followLease = 3 * time.Second

// Follow writes what follows from a message that goes to a flow; call it in the inbox transaction, which has
// locked the person, and try it after the commit.
func Follow(ctx context.Context, tx *models.Store, m *models.InboundMessage) (*models.FollowUp, error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	message := contract.ChatMessage{TenantID: owner, ConnectionID: m.ConnectionID, UserID: m.UserID, Seq: m.Seq}
	if m.Route == contract.FlowConversation {
		return tx.Outbox.AddHeld(ctx, contract.FollowUpConversation, contract.ConversationID(owner, m.ConnectionID, m.UserID), message, followLease)
	}
	return tx.Outbox.AddHeld(ctx, contract.FollowUpChat, contract.PromoChatID(owner, m.ConnectionID, m.UserID), message, followLease)
}

// route decides which flow an update goes to when no journey wants it.
func route(kind string, u message.Update) string {
	switch {
	case u.Kind == message.KindMembership:
		return models.RouteState
	case kind == models.PromoBot:
		return contract.FlowPromoChat
	}
	return models.RouteNone
}
