package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/messaging"
	"github.com/promostack/promostack/internal/service/promo"
)

// Housekeeping removes what is over, for the context's tenant.
type Housekeeping struct {
	Service   *promo.Service
	Messaging *messaging.Service
	Journeys  *journeys.Service
}

// Register makes the activities known to a worker under their names in the contract.
func (h *Housekeeping) Register(r worker.ActivityRegistry) {
	for name, f := range map[string]any{
		contract.ExpireArchives:     h.ExpireArchives,
		contract.ForgetJobs:         h.ForgetJobs,
		contract.ForgetCouponChecks: h.ForgetCouponChecks,
		contract.RequeuePreviews:    h.RequeuePreviews,
		contract.ForgetMessages:     h.ForgetMessages,
		contract.ErasePeople:        h.ErasePeople,
	} {
		r.RegisterActivityWithOptions(f, activity.RegisterOptions{Name: name})
	}
}

// ExpireArchives removes archives whose time is over.
func (h *Housekeeping) ExpireArchives(ctx context.Context) (int, error) {
	return h.Service.ExpireBulk(ctx, beat(ctx))
}

// ForgetJobs removes bulk jobs that ended long ago.
func (h *Housekeeping) ForgetJobs(ctx context.Context) (int, error) {
	return h.Service.ForgetBulk(ctx, beat(ctx))
}

// ForgetCouponChecks removes old answers about coupons.
func (h *Housekeeping) ForgetCouponChecks(ctx context.Context) (int, error) {
	return h.Service.ForgetCouponChecks(ctx, beat(ctx))
}

// RequeuePreviews starts the previews of published templates that have none.
func (h *Housekeeping) RequeuePreviews(ctx context.Context) (int, error) {
	return h.Service.RequeuePreviews(ctx, beat(ctx))
}

// ForgetMessages removes messages that came in, deliveries that ended and lines of people's logs, when
// their time is over.
func (h *Housekeeping) ForgetMessages(ctx context.Context) (int, error) {
	messages, err := h.Messaging.ForgetMessages(ctx, beat(ctx))
	if err != nil {
		return messages, err
	}
	lines, err := h.Journeys.ForgetLog(ctx, beat(ctx))
	return messages + lines, err
}

// ErasePeople removes people who were not seen for as long as the tenant keeps them.
func (h *Housekeeping) ErasePeople(ctx context.Context) (int, error) {
	return h.Messaging.ErasePeople(ctx, beat(ctx))
}
