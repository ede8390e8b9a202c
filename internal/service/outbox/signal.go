package outbox

import (
	"context"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// signalLease is how long whoever stores a message has to signal its flow, before the sweep does.
const signalLease = 3 * time.Second

// SignalChat writes the outbox message that tells a person's flow of an inbound message: the message's
// route is the flow. Call it in the transaction that stores the message, which has locked the person.
func SignalChat(ctx context.Context, tx *models.Store, m *models.InboundMessage) error {
	owner, ok := tenant.From(ctx)
	if !ok {
		return fault.New(fault.Internal, "tenant_missing", "A message without a tenant in its context")
	}
	return tx.Outbox.AddHeld(ctx, m.Route, contract.ChatID(m.Route, owner, m.ConnectionID, m.UserID),
		contract.ChatMessage{TenantID: owner, ConnectionID: m.ConnectionID, UserID: m.UserID, Seq: m.Seq}, signalLease)
}
