package models

import (
	"context"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
)

// Filling is how many rows Fill writes.
type Filling = rawsql.Filling

// Fill writes many people, conversations, visits, links and lines of the log of the context's tenant, for the
// bench, and counts them.
func (s *Store) Fill(ctx context.Context, f Filling, say func(string, ...any)) error {
	owner, ok := tenant.From(ctx)
	if !ok {
		return refuse("to fill the database needs a tenant")
	}
	f.Tenant, f.Now = owner, s.now().Unix()
	return translate(rawsql.Fill(s.in(ctx), f, say))
}
