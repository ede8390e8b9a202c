package activities

import (
	"context"

	"go.temporal.io/sdk/worker"

	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/service/tenants"
	"github.com/promostack/promostack/internal/service/timetable"
	"github.com/promostack/promostack/temporal"
)

// Tenants sets tenants up and removes them.
type Tenants struct {
	Service   *tenants.Service
	Timetable *timetable.Timetable
	Flows     temporal.Flows
}

// Register registers the activities with a worker under their names in the contract.
func (a *Tenants) Register(r worker.ActivityRegistry) {
	register(r, map[string]any{
		contract.SilenceTenant: a.silence,
		contract.EndTenantFlows: func(ctx context.Context, in contract.Tenant) (int, error) {
			return a.Flows.RemoveAll(ctx, in.TenantID, beat(ctx))
		},
		contract.RemoveTenantFiles: func(ctx context.Context, in contract.Tenant) (int, error) {
			return a.Service.RemoveFiles(ctx, in, beat(ctx))
		},
		contract.RemoveTenantRows: func(ctx context.Context, in contract.Tenant) (int64, error) {
			return a.Service.RemoveRows(ctx, in, beat(ctx))
		},
	})
}

// RegisterLong registers what takes processors for long.
func (a *Tenants) RegisterLong(r worker.ActivityRegistry) {
	register(r, map[string]any{contract.EquipTenant: func(ctx context.Context, in contract.Tenant) error {
		return a.Service.Equip(ctx, in, beat(ctx))
	}})
}

// silence takes the tenant's schedules and webhooks away.
func (a *Tenants) silence(ctx context.Context, in contract.Tenant) error {
	if err := a.Timetable.Withdraw(ctx, in.TenantID); err != nil {
		return err
	}
	return a.Service.Silence(ctx, in)
}
