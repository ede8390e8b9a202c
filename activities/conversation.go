package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/journeys"
)

// Conversation carries people through journeys.
type Conversation struct{ Service *journeys.Service }

// Register registers the activities with a worker under their names in the contract.
func (c *Conversation) Register(r worker.ActivityRegistry) {
	r.RegisterActivityWithOptions(c.Turn, activity.RegisterOptions{Name: contract.ConversationTurn})
	r.RegisterActivityWithOptions(c.Send, activity.RegisterOptions{Name: contract.ConversationSend})
}

// Turn lets the engine act on what happened and what arrived, as a local activity.
func (c *Conversation) Turn(ctx context.Context, in contract.Turn) (contract.Turned, error) {
	return c.Service.Turn(ctx, in)
}

// Send sends the message that a turn asked for.
func (c *Conversation) Send(ctx context.Context, in contract.TurnSendInput) (contract.TurnSent, error) {
	return c.Service.Send(ctx, in)
}
