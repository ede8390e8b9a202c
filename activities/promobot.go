package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/promobot"
)

// PromoBot runs the promo bot's conversations and sends posts.
type PromoBot struct{ Service *promobot.Service }

// Register registers the activities with a worker under their names in the contract.
func (p *PromoBot) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.ChatStep:     p.Service.Step,
		contract.ChatEffect:   p.Service.Do,
		contract.SendDelivery: p.SendDelivery,
		contract.FailDelivery: p.FailDelivery,
	})
}

// SendDelivery sends a post that a person asked for.
func (p *PromoBot) SendDelivery(ctx context.Context, in contract.Delivery) (contract.Delivered, error) {
	return p.Service.SendPost(ctx, in.DeliveryID)
}

// FailDelivery records that a post was given up.
func (p *PromoBot) FailDelivery(ctx context.Context, in contract.Delivery) (contract.Delivered, error) {
	return p.Service.FailPost(ctx, in.DeliveryID, fault.New(fault.Unavailable, "post_given_up", "It could not be sent for a day").
		WithRemedy("Open Connections and press Test, then send it again"))
}
