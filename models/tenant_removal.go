package models

import (
	"context"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
	"gorm.io/gorm"
)

// ofWorking is the condition of sweeps over all tenants: they leave those that are going alone.
const ofWorking = "tenant_id NOT IN (SELECT id FROM tenants WHERE state = 'going')"

// working returns a session over what belongs to tenants that are not going, or to the context's own.
func (s *Store) working(ctx context.Context) *gorm.DB {
	if !tenant.IsPlatform(ctx) {
		return s.in(ctx)
	}
	return s.in(ctx).Where(ofWorking)
}

// removedAtOnce is how many rows of a table one transaction of a removal deletes.
const removedAtOnce = 500

// RemoveRows deletes everything that the database has of a tenant that is going, and the tenant itself last. It
// returns how many rows it deleted and calls beat between them. It may run any number of times; a tenant that
// is not going is fault.Conflict "tenant_not_going".
func (r *Tenants) RemoveRows(ctx context.Context, id string, beat func()) (int64, error) {
	ctx = Platform(ctx)
	row, err := r.ByID(ctx, id)
	if err != nil && !fault.Is(err, fault.NotFound) {
		return 0, err
	}
	if row != nil && row.State != TenantGoing {
		return 0, fault.New(fault.Conflict, "tenant_not_going", "%s is not to be removed", row.Name)
	}
	sum, err := r.clear(ctx, id, beat)
	if err != nil {
		return sum, err
	}
	result := r.s.in(ctx).Where("id = ?", id).Delete(&Tenant{})
	if result.Error != nil {
		return sum, result.Error
	}
	// Counts have no reference to their tenant, and what counts them down writes them until the last moment.
	rest, err := r.clear(ctx, id, beat)
	return sum + result.RowsAffected + rest, err
}

// clear deletes a tenant's rows from all tables that have any, again until nothing is found: deleting some rows writes
// others, which count.
func (r *Tenants) clear(ctx context.Context, id string, beat func()) (sum int64, err error) {
	tables, err := r.tables(ctx)
	if err != nil {
		return 0, err
	}
	for {
		found := int64(0)
		for _, table := range tables {
			for {
				n, err := r.clearSome(ctx, table, id)
				if err != nil {
					return sum + found, err
				}
				found += n
				beat()
				if n == 0 {
					break
				}
			}
		}
		if sum += found; found == 0 {
			return sum, nil
		}
	}
}

func (r *Tenants) tables(ctx context.Context) ([]rawsql.TenantTable, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	tables, err := rawsql.TenantTables(r.s.in(ctx))
	return tables, translate(err)
}

func (r *Tenants) clearSome(ctx context.Context, table rawsql.TenantTable, id string) (int64, error) {
	ctx, cancel := limited(ctx)
	defer cancel()
	n, err := rawsql.ClearTenant(r.s.in(ctx), table, id, removedAtOnce)
	return n, translate(err)
}

// Rows counts what each table has of a tenant; tables without a row of it are left out.
func (r *Tenants) Rows(ctx context.Context, id string) (map[string]int64, error) {
	ctx, cancel := limited(Platform(ctx))
	defer cancel()
	tables, err := r.tables(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, table := range tables {
		n, err := rawsql.CountTenant(r.s.in(ctx), table, id)
		if err != nil {
			return nil, translate(err)
		}
		if n > 0 {
			counts[table.Name] = n
		}
	}
	return counts, nil
}
