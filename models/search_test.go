package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// J8: people are found by any part of their names, whatever the case; one or two letters find the beginnings of
// words. So are those beyond the rows that a search looks through before it asks the index.
func TestPeopleAreFound(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		a := newJourney(t, s, "a", 1)
		b := newJourney(t, s, "b", 2)
		bot, err := s.Connections.Get(a.ctx, a.session.ConnectionID)
		require.NoError(t, err)
		update := int64(5000)
		meet := func(user int64, first, last, username string, tags ...string) *models.Subscriber {
			t.Helper()
			update++
			in := incoming(bot, update, user)
			in.Person = models.Person{ID: user, FirstName: first, LastName: last, Username: username}
			_, err := s.Conversations.Receive(a.ctx, in, func(*models.Store, *models.Subscriber) (string, error) { return models.RouteNone, nil }, nil)
			require.NoError(t, err)
			who, err := s.Subscribers.ByUser(a.ctx, bot.ID, user)
			require.NoError(t, err)
			if len(tags) > 0 {
				who, err = s.Subscribers.SetTags(a.ctx, who.ID, models.AnyVersion, tags)
				require.NoError(t, err)
			}
			return who
		}
		_, annas := a.enter(t, s, bot, 2)
		meet(1, "Zoe", "", "")
		anna := meet(2, "Anna-Lena", "O'Neill", "lena_99", "vip", "r&d")
		boris := meet(3, "Борис", "Ёлкин", "", "vip")
		meet(4, "50%", "100_000", "x")
		many := make([]models.Subscriber, 2100) // newer than those above
		now := models.NewTime(anna.LastSeenAt.Add(1e9))
		for i := range many {
			many[i] = models.Subscriber{ID: models.NewID(), ConnectionID: bot.ID, UserID: int64(10000 + i), FirstName: "Zed", SearchText: "  zed", Tags: []string{},
				State: models.SubscriberActive, Version: 1, CreatedAt: now, UpdatedAt: now, LastSeenAt: now}
		}
		require.NoError(t, models.DB(s, a.ctx).CreateInBatches(many, 100).Error)
		find := func(f models.SubscriberFilter) (ids []string) {
			t.Helper()
			page, err := s.Subscribers.List(a.ctx, f)
			require.NoError(t, err)
			for _, row := range page.Items {
				ids = append(ids, row.ID)
			}
			return ids
		}
		for _, query := range []string{"anna", "ANNA", "nna-l", "@lena_99", "lena_99", "o'neill", "an", "a", "anna-lena o'neill", "  o'n  "} {
			require.Equal(t, []string{anna.ID}, find(models.SubscriberFilter{Query: query}), query)
		}
		for _, query := range []string{"борис", "ёлк", "ёл", "Б"} {
			require.Equal(t, []string{boris.ID}, find(models.SubscriberFilter{Query: query}), query)
		}
		require.Len(t, find(models.SubscriberFilter{Query: "50%"}), 1)
		require.Len(t, find(models.SubscriberFilter{Query: "0_0"}), 1)
		for _, query := range []string{"nobody", "nn", "5%0", "\"", "zed anna", "*", "a OR b"} {
			require.Empty(t, find(models.SubscriberFilter{Query: query}), query)
		}
		require.Len(t, find(models.SubscriberFilter{Query: "zed", Limit: 20}), 20)
		require.Equal(t, []string{boris.ID, anna.ID}, find(models.SubscriberFilter{Tag: "VIP"}))
		require.Equal(t, []string{anna.ID}, find(models.SubscriberFilter{Tag: "r&d"}))
		require.Equal(t, []string{anna.ID}, find(models.SubscriberFilter{Tag: "vip", Query: "neill"}))
		require.Empty(t, find(models.SubscriberFilter{Tag: "vi"}))
		require.Empty(t, find(models.SubscriberFilter{Query: "anna", State: "blocked"}))

		// Their conversations too, and nobody else's.
		conversations := func(r journeyRows, query string) (ids []string) {
			t.Helper()
			page, err := s.Sessions.List(r.ctx, models.SessionFilter{Query: query})
			require.NoError(t, err)
			for _, row := range page.Items {
				ids = append(ids, row.ID)
			}
			return ids
		}
		require.Equal(t, []string{annas.ID}, conversations(a, "neill"))
		require.Empty(t, conversations(b, "neill"))
		page, err := s.Subscribers.List(b.ctx, models.SubscriberFilter{Query: "anna"})
		require.NoError(t, err)
		require.Empty(t, page.Items)

		// Who has another name, other tags, or is gone, is found as they are now.
		meet(2, "Grace", "Hopper", "")
		require.Empty(t, find(models.SubscriberFilter{Query: "neill"}))
		require.Equal(t, []string{anna.ID}, find(models.SubscriberFilter{Query: "hopper"}))
		_, err = s.Subscribers.SetTags(a.ctx, anna.ID, models.AnyVersion, []string{"gone"})
		require.NoError(t, err)
		require.Equal(t, []string{boris.ID}, find(models.SubscriberFilter{Tag: "vip"}))
		require.NoError(t, s.Subscribers.Erase(a.ctx, boris.ID))
		require.Empty(t, find(models.SubscriberFilter{Tag: "vip"}))
	})
}
