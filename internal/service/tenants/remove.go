package tenants

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

// Remove begins the removal of the demo: from its commit on nothing of the tenant starts any more, and a flow removes it.
// A tenant that is going already stays so. One that is no demo is fault.Conflict "tenant_no_demo", the last one is
// "tenant_last". What happened at a made-up market needs no record; the end of another tenant's record stays (F11), so
// those are not removed here.
func (s *Service) Remove(ctx context.Context, id string) (*models.Tenant, error) {
	ctx = models.Platform(ctx)
	var row *models.Tenant
	err := s.o.Store.Tx(ctx, func(tx *models.Store) (err error) {
		if row, err = tx.Tenants.ByID(ctx, id); err != nil || row.State == models.TenantGoing {
			return err
		}
		if row.Kind != models.KindDemo {
			return fault.New(fault.Conflict, "tenant_no_demo", "%s is not the demo", row.Name).WithRemedy("Only the demo can be removed")
		}
		if moved, err := tx.Tenants.Move(ctx, id, row.State, models.TenantGoing); err != nil || !moved {
			return err
		}
		row.State = models.TenantGoing
		if _, err := tx.Tenants.First(ctx); fault.Is(err, fault.NotFound) {
			return fault.New(fault.Conflict, "tenant_last", "%s is the only brand here", row.Name).WithRemedy("Make your own brand first")
		} else if err != nil {
			return err
		}
		if err := tx.Events.Add(tenant.With(ctx, id), models.TopicTenant, id, 0); err != nil {
			return err
		}
		return s.takeAway(ctx, tx, id)
	})
	s.forget()
	return row, err
}

// Silence stops what Telegram brings the bots of a tenant that goes. It may run any number of times.
func (s *Service) Silence(ctx context.Context, in contract.Tenant) error {
	return s.o.Connections.Silence(tenant.With(ctx, in.TenantID))
}

// RemoveFiles removes the files of a tenant that goes, and returns how many there were.
func (s *Service) RemoveFiles(ctx context.Context, in contract.Tenant, beat func()) (int, error) {
	row, err := s.o.Store.Tenants.ByID(ctx, in.TenantID)
	if err == nil && row.State != models.TenantGoing {
		return 0, fault.New(fault.Conflict, "tenant_not_going", "%s is not to be removed", row.Name)
	}
	if err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	return s.o.Promo.RemoveFiles(ctx, in.TenantID, beat)
}

// RemoveRows removes all rows of a tenant that goes, itself last, and returns how many there were.
func (s *Service) RemoveRows(ctx context.Context, in contract.Tenant, beat func()) (int64, error) {
	n, err := s.o.Store.Tenants.RemoveRows(ctx, in.TenantID, beat)
	s.forget()
	return n, err
}
