package activities

import (
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/channelposts"
)

// ChannelPosts takes posts back.
type ChannelPosts struct{ Service *channelposts.Service }

// Register registers the activities with a worker under their names in the contract.
func (p *ChannelPosts) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.DeleteChannelPost: p.Service.Remove})
}
