package journeys_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// J3: a journey that people enter or are in is not removed.
func TestDeleteSparesPeople(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		live := k.publish("Busy", simple("gold"))
		refused(t, k.service.Delete(k.ctx, live.ID, live.Version), fault.Conflict, "journey_active")
		k.says("gold")
		k.runs()
		stopped, err := k.service.Stop(k.ctx, live.ID, live.Version)
		require.NoError(t, err)
		require.EqualValues(t, 1, stopped.Totals.Inside)
		require.Contains(t, refused(t, k.service.Delete(k.ctx, live.ID, stopped.Version), fault.Conflict, "journey_occupied").Message, "1")
		require.Equal(t, "conversation", k.says("Ann"), "who is in it finishes")
		k.runs()
		k.waits()
		require.Equal(t, models.SessionEnded, k.session().Status)
		require.NoError(t, k.service.Delete(k.ctx, live.ID, stopped.Version))
		_, err = k.store.Journeys.Version(k.ctx, live.VersionID)
		refused(t, err, fault.NotFound, "journey_version_not_found")
		page, err := k.service.People(k.ctx, models.SessionFilter{})
		require.NoError(t, err)
		require.Empty(t, page.Items)
	})
}

// J3: what many people went through goes in several transactions, and goes all the same.
func TestDeleteOfMuch(t *testing.T) {
	onBoth(t, func(t *testing.T, k *talk) {
		d := simple("gold")
		d.WelcomeMessage, d.StartStepID, d.Steps = "", "end", []journey.Step{{ID: "end", Type: journey.End}}
		live := k.publish("Short", d)
		for range 60 {
			k.user++
			k.says("gold")
			k.runs()
		}
		stopped, err := k.service.Stop(k.ctx, live.ID, live.Version)
		require.NoError(t, err)
		require.EqualValues(t, 60, stopped.Totals.People)
		refused(t, k.service.Delete(k.ctx, live.ID, live.Version), fault.Precondition, "version_changed")
		require.NoError(t, k.service.Delete(k.ctx, live.ID, stopped.Version))
		page, err := k.service.People(k.ctx, models.SessionFilter{})
		require.NoError(t, err)
		require.Empty(t, page.Items)
		refused(t, k.service.Delete(k.ctx, live.ID, stopped.Version), fault.NotFound, "journey_not_found")
	})
}
