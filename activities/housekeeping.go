package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/inbox"
	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/service/sending"
)

// Housekeeping removes what has expired, for the context's tenant.
type Housekeeping struct {
	Promo    *promo.Service
	Inbox    *inbox.Service
	Sending  *sending.Service
	Journeys *journeys.Service
}

// Register registers the activities with a worker under their names in the contract.
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

// ExpireArchives removes expired archives.
func (h *Housekeeping) ExpireArchives(ctx context.Context) (int, error) {
	return h.Promo.ExpireBulk(ctx, beat(ctx))
}

// ForgetJobs removes bulk jobs that ended long ago.
func (h *Housekeeping) ForgetJobs(ctx context.Context) (int, error) {
	return h.Promo.ForgetBulk(ctx, beat(ctx))
}

// ForgetCouponChecks removes old answers about coupons.
func (h *Housekeeping) ForgetCouponChecks(ctx context.Context) (int, error) {
	return h.Promo.ForgetCouponChecks(ctx, beat(ctx))
}

// RequeuePreviews starts the previews of published templates that have none.
func (h *Housekeeping) RequeuePreviews(ctx context.Context) (int, error) {
	return h.Promo.RequeuePreviews(ctx, beat(ctx))
}

// ForgetMessages removes received messages, finished deliveries and lines of people's logs, when
// they have expired.
func (h *Housekeeping) ForgetMessages(ctx context.Context) (int, error) {
	sum := 0
	for _, forget := range []func(context.Context, func()) (int, error){h.Inbox.ForgetMessages, h.Sending.ForgetDeliveries, h.Journeys.ForgetLog} {
		n, err := forget(ctx, beat(ctx))
		if sum += n; err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// ErasePeople removes people who were not seen for as long as the tenant keeps them.
func (h *Housekeeping) ErasePeople(ctx context.Context) (int, error) {
	return h.Inbox.ErasePeople(ctx, beat(ctx))
}
