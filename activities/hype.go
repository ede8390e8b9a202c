package activities

import (
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/hype"
)

// Hype sends the messages of the hype bot, and the posts that have a flow of their own.
type Hype struct{ Service *hype.Service }

// Register registers the activities with a worker under their names in the contract.
func (h *Hype) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.LookAtHype:      h.Service.Look,
		contract.PostHype:        h.Service.Post,
		contract.SendChannelPost: h.Service.SendPost,
	})
}
