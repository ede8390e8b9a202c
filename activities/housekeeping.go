package activities

import (
	"context"

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
	register(r, map[string]any{
		contract.ExpireArchives:     beating(h.Promo.ExpireBulk),
		contract.ForgetJobs:         beating(h.Promo.ForgetBulk),
		contract.ForgetCouponChecks: beating(h.Promo.ForgetCouponChecks),
		contract.RequeuePreviews:    beating(h.Promo.RequeuePreviews),
		contract.ForgetMessages:     beating(h.forgetMessages),
		contract.ErasePeople:        beating(h.Inbox.ErasePeople),
		contract.MendCounts:         beating(h.Journeys.MendCounts),
	})
}

// forgetMessages removes received messages, finished deliveries and lines of people's logs, when
// they have expired.
func (h *Housekeeping) forgetMessages(ctx context.Context, progress func()) (int, error) {
	sum := 0
	for _, forget := range []func(context.Context, func()) (int, error){h.Inbox.ForgetMessages, h.Sending.ForgetDeliveries, h.Journeys.ForgetLog} {
		n, err := forget(ctx, progress)
		if sum += n; err != nil {
			return sum, err
		}
	}
	return sum, nil
}
