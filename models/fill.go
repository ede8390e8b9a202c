package models

import (
	"context"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/models/rawsql"
)

// Filling is how many rows Fill writes.
type Filling = rawsql.Filling

// Fill writes many people, conversations, visits, links and lines of the log of the context's tenant, for the
// bench. Their counts are folded when it returns.
func (s *Store) Fill(ctx context.Context, f Filling, say func(string, ...any)) error {
	owner, ok := tenant.From(ctx)
	if !ok {
		return refuse("to fill the database needs a tenant")
	}
	f.Tenant, f.Now = owner, s.now().Unix()
	if err := rawsql.Fill(s.in(ctx), f, say); err != nil {
		return translate(err)
	}
	n, err := s.Tallies.Fold(ctx)
	say("%d changes of counts folded", n)
	return err
}
