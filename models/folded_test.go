package models_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// active publishes a journey with a keyword, claimed as an earlier program folded it.
func active(t *testing.T, s *models.Store, ctx context.Context, name, keyword, claim string) *models.Journey {
	t.Helper()
	j := &models.Journey{Name: name, Draft: "{}", DraftChanged: true}
	require.NoError(t, s.Journeys.Create(ctx, j))
	j, err := s.Journeys.Change(ctx, j.ID, 1, func(tx *models.Store, j *models.Journey) error {
		return tx.Journeys.Publish(ctx, j, "{}", "", []models.JourneyTrigger{
			{Connections: []string{"signal_bot"}, Spec: fmt.Sprintf(`{"kind":"keyword","value":%q}`, keyword), Claim: &claim, ReEntry: "{}"}})
	})
	require.NoError(t, err)
	return j
}

// What is stored folded is folded anew when the program folds more than an earlier one did. Journeys that then
// have the same trigger stay active, and the first keeps the claim.
func TestWhatIsStoredFoldedIsFoldedAnew(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		other, _ := testkit.Tenant(t, s, "b")
		bot := newConnection(t, s, ctx, models.SignalBot, 7)
		first := active(t, s, ctx, "Ёлка", "İstanbul", "keyword:i̇stanbul")
		second := active(t, s, ctx, "Second", "istanbul", "keyword:istanbul")
		moves := active(t, s, ctx, "Third", "don’t", "keyword:don’t")
		same := active(t, s, ctx, "Fourth", "gold", "keyword:gold")
		elsewhere := active(t, s, other, "Elsewhere", "ISTANBUL", "keyword:istanbul")
		_, err := s.Conversations.Receive(ctx, incoming(bot, 1, 1), func(*models.Store, *models.Subscriber) (string, error) { return models.RouteNone, nil }, nil)
		require.NoError(t, err)
		who, err := s.Subscribers.ByUser(ctx, bot.ID, 1)
		require.NoError(t, err)
		require.NoError(t, models.DB(s, ctx).Model(&models.Subscriber{}).Where("id = ?", who.ID).
			Updates(map[string]any{"first_name": "Ёж", "search_text": "  ёж", "tags": `["ёлка","елка","vip"]`}).Error)
		require.NoError(t, models.DB(s, ctx).Model(&models.Journey{}).Where("id = ?", first.ID).Updates(map[string]any{"search_text": "ёлка"}).Error)

		for range 2 { // again changes nothing
			require.NoError(t, models.FoldAnew(t.Context(), s))
			claims := map[string]string{}
			for _, in := range []context.Context{ctx, other} {
				rows, err := s.Journeys.Triggers(in)
				require.NoError(t, err)
				for _, row := range rows {
					claims[row.JourneyID] = "none"
					if row.Claim != nil {
						claims[row.JourneyID] = *row.Claim
					}
				}
			}
			require.Equal(t, map[string]string{first.ID: "keyword:istanbul", second.ID: "none", moves.ID: "keyword:don't", same.ID: "keyword:gold",
				elsewhere.ID: "keyword:istanbul"}, claims)
			j, err := s.Journeys.Get(ctx, second.ID)
			require.NoError(t, err)
			require.Equal(t, models.JourneyActive, j.State)
			who, err = s.Subscribers.Get(ctx, who.ID)
			require.NoError(t, err)
			require.Equal(t, []string{"vip", "елка"}, who.Tags)
			people, err := s.Subscribers.List(ctx, models.SubscriberFilter{Query: "ЕЖ", Tag: "Ёлка"})
			require.NoError(t, err)
			require.Len(t, people.Items, 1)
			found, err := s.Journeys.List(ctx, models.JourneyFilter{Query: "елка"})
			require.NoError(t, err)
			require.Len(t, found.Items, 1)
		}
	})
}
