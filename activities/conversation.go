package activities

import (
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/journeys"
)

// Conversation carries people through journeys.
type Conversation struct{ Service *journeys.Service }

// Register registers the activities with a worker under their names in the contract.
func (c *Conversation) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.ConversationTurn: c.Service.Turn, contract.ConversationSend: c.Service.Send})
}
