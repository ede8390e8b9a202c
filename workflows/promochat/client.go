package promochat

import (
	"context"

	"go.temporal.io/sdk/client"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/workflows/waiting"
)

// SignalWithStart tells a conversation that messages have arrived, and starts it if it does not run. It may be called
// any number of times.
func SignalWithStart(ctx context.Context, c client.Client, in contract.ChatMessage) error {
	talk := waiting.Talk{ID: contract.ChatID(contract.FlowPromoChat, in.TenantID, in.ConnectionID, in.UserID), Workflow: Workflow, Signal: SignalMessages, Summary: "Promo bot's conversation with person"}
	return waiting.SignalWithStart(ctx, c, in, talk, Input{Chat: contract.Chat{TenantID: in.TenantID, ConnectionID: in.ConnectionID, UserID: in.UserID}})
}
