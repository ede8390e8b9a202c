package journeys_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// A draft that is saved again and again is not counted each time; who looks at it sees what is.
func TestFiguresOfChanges(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		v := k.publish("Welcome", simple("gold"))
		rename := func(name string) *journeys.View {
			t.Helper()
			out, err := k.service.Patch(k.ctx, v.ID, models.AnyVersion, &name, nil)
			require.NoError(t, err)
			return out
		}
		require.Zero(t, rename("A").Totals.People)
		k.says("gold")
		k.runs()
		require.Zero(t, rename("B").Totals.People)
		k.now = k.now.Add(6 * time.Second)
		require.EqualValues(t, 1, rename("C").Totals.People)
		row, err := k.store.Journeys.Get(k.ctx, v.ID)
		require.NoError(t, err)
		seen, err := k.service.View(k.ctx, row)
		require.NoError(t, err)
		require.EqualValues(t, 1, seen.Totals.Inside)
	})
}
