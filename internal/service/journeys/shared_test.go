package journeys_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// J3: of two journeys that have the same trigger, as people write it, since more is folded, neither is stopped,
// and the page of each names the other. Whoever publishes one again is told, too.
func TestJourneysThatShareATriggerAreNamed(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		d := simple("İstanbul")
		d.Triggers = d.Triggers[:1]
		first := k.publish("First", d)
		d = simple("ISTANBUL")
		d.Triggers = d.Triggers[:1]
		second, err := k.service.Create(k.ctx, "Second", d)
		require.NoError(t, err)
		_, err = k.store.Journeys.Change(k.ctx, second.ID, models.AnyVersion, func(tx *models.Store, j *models.Journey) error {
			// as the migration leaves it: active, without a claim
			return tx.Journeys.Publish(k.ctx, j, j.Draft, "", []models.JourneyTrigger{{Connections: d.Connections, Spec: `{"kind":"keyword","value":"ISTANBUL"}`, ReEntry: "{}"}})
		})
		require.NoError(t, err)
		for id, other := range map[string]string{first.ID: "“Second”", second.ID: "“First”"} {
			row, err := k.store.Journeys.Get(k.ctx, id)
			require.NoError(t, err)
			require.Equal(t, models.JourneyActive, row.State)
			view, err := k.service.View(k.ctx, row)
			require.NoError(t, err)
			at := slices.IndexFunc(view.Issues, func(i journey.Issue) bool { return i.Code == "trigger_shared" })
			require.GreaterOrEqual(t, at, 0, view.Issues)
			require.Equal(t, journey.Warning, view.Issues[at].Severity)
			require.Contains(t, view.Issues[at].Message, other)
		}
		_, err = k.service.Publish(k.ctx, first.ID, models.AnyVersion, "")
		require.Contains(t, refused(t, err, fault.Conflict, "trigger_taken").Message, "“Second”")
		_, err = k.service.Stop(k.ctx, second.ID, models.AnyVersion)
		require.NoError(t, err)
		row, err := k.store.Journeys.Get(k.ctx, first.ID)
		require.NoError(t, err)
		view, err := k.service.View(k.ctx, row)
		require.NoError(t, err)
		require.False(t, slices.ContainsFunc(view.Issues, func(i journey.Issue) bool { return i.Code == "trigger_shared" }))
	})
}
