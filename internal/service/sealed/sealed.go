// Package sealed looks after what the database keeps under SECRET_KEY: which rows an earlier key
// sealed, and how they are resealed with the current one.
package sealed

import (
	"context"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/models"
)

// Report says which key sealed which rows. Rows are named as "Promo Bot of tenant …".
type Report struct {
	Rows       int      // with something sealed
	Old        []string // of an earlier key
	Unreadable []string // that no key opens
}

// row is something sealed, bound to its connection's id.
type row struct {
	name, purpose, tenant, connection, sealed string
	replace                                   func(ctx context.Context, connection, old, sealed string) (bool, error)
}

// rows lists everything that stays sealed for long. What passes through within minutes, the steps of
// a sign-in, needs no new key.
func rows(ctx context.Context, store *models.Store) ([]row, error) {
	all, err := store.Connections.Every(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := store.Accounts.Sessions(ctx)
	if err != nil {
		return nil, err
	}
	var out []row
	for _, c := range all {
		if c.Sealed != "" {
			out = append(out, row{connections.Title(c.Kind), connections.SealPurpose, c.TenantID, c.ID, c.Sealed, store.Connections.Reseal})
		}
	}
	for _, s := range sessions {
		if s.Sealed != "" {
			out = append(out, row{"Session of the user account", accounts.SealSession, s.TenantID, s.ConnectionID, s.Sealed, store.Accounts.Reseal})
		}
	}
	return out, nil
}

// Look reports on the sealed rows of all tenants. The context must be the platform's.
func Look(ctx context.Context, store *models.Store, ring *secrets.Ring) (Report, error) {
	list, err := rows(ctx, store)
	report := Report{Rows: len(list)}
	for _, r := range list {
		name := r.name + " of tenant " + r.tenant
		if _, err := ring.Open(r.purpose, r.sealed, []byte(r.connection)); err != nil {
			report.Unreadable = append(report.Unreadable, name)
		} else if ring.NeedsReseal(r.sealed) {
			report.Old = append(report.Old, name)
		}
	}
	return report, err
}

// Renew reseals, with the current key, what an earlier one sealed, and returns how many rows it
// changed. Those that no key opens stay as they are, and so do those that were changed in the meantime. The
// context must be the platform's.
func Renew(ctx context.Context, store *models.Store, ring *secrets.Ring) (int, error) {
	list, err := rows(ctx, store)
	n := 0
	for _, r := range list {
		if !ring.NeedsReseal(r.sealed) {
			continue
		}
		opened, err := ring.Open(r.purpose, r.sealed, []byte(r.connection))
		if err != nil {
			continue
		}
		fresh, err := ring.Seal(r.purpose, opened, []byte(r.connection))
		if err != nil {
			return n, err
		}
		ok, err := r.replace(ctx, r.connection, r.sealed, fresh)
		if err != nil {
			return n, err
		}
		if ok {
			n++
		}
	}
	return n, err
}
