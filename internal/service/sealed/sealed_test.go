package sealed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/host/secrets"
	"github.com/promostack/promostack/internal/service/accounts"
	"github.com/promostack/promostack/internal/service/connections"
	"github.com/promostack/promostack/internal/service/sealed"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

const (
	oldKey = "one-0123456789-abcdefghijklmnop-QRSTUVWXYZ"
	newKey = "two-0123456789-abcdefghijklmnop-QRSTUVWXYZ"
	lost   = "six-0123456789-abcdefghijklmnop-QRSTUVWXYZ"
)

func ring(t *testing.T, current string, previous ...string) *secrets.Ring {
	t.Helper()
	r, err := secrets.NewRing(current, previous...)
	require.NoError(t, err)
	return r
}

// C1: after a change of the key every sealed row of every tenant comes under the new one, but for
// those that no key opens.
func TestKeysAreChanged(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		platform := models.Platform(t.Context())
		ctx, _ := testkit.Tenant(t, s, "a")
		other, _ := testkit.Tenant(t, s, "b")
		seal := func(key, purpose, id string) string {
			text, err := ring(t, key).Seal(purpose, []byte("secret"), []byte(id))
			require.NoError(t, err)
			return text
		}
		bot := &models.Connection{Kind: models.PromoBot, Hook: "h1", AccountID: 1, State: models.ConnectionUntested}
		require.NoError(t, s.Connections.Create(ctx, bot))
		account := &models.Connection{Kind: models.UserAccount, Hook: "h2", State: models.ConnectionSignedOut}
		require.NoError(t, s.Connections.Create(ctx, account))
		gone := &models.Connection{Kind: models.SignalBot, Hook: "h3", AccountID: 2, State: models.ConnectionUntested}
		require.NoError(t, s.Connections.Create(other, gone))
		_, err := s.Connections.Reseal(ctx, bot.ID, "", seal(oldKey, connections.SealPurpose, bot.ID))
		require.NoError(t, err)
		_, err = s.Connections.Reseal(other, gone.ID, "", seal(lost, connections.SealPurpose, gone.ID))
		require.NoError(t, err)
		require.NoError(t, s.Accounts.SaveSession(ctx, account.ID, seal(oldKey, accounts.SealSession, account.ID)))
		require.NoError(t, s.Accounts.SignedIn(ctx, account.ID))

		both := ring(t, newKey, oldKey)
		report, err := sealed.Look(platform, s, both)
		require.NoError(t, err)
		require.Equal(t, 3, report.Rows)
		require.Len(t, report.Old, 2)
		require.Len(t, report.Unreadable, 1)
		require.Contains(t, report.Unreadable[0], "Signal Bot")
		n, err := sealed.Renew(platform, s, both)
		require.NoError(t, err)
		require.Equal(t, 2, n)
		report, err = sealed.Look(platform, s, ring(t, newKey))
		require.NoError(t, err)
		require.Empty(t, report.Old)
		require.Len(t, report.Unreadable, 1)
		n, err = sealed.Renew(platform, s, both)
		require.NoError(t, err)
		require.Zero(t, n)
	})
}
