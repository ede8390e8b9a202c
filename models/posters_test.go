package models_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

// P5: a link lets one person post, once, in its own bot and in time.
func TestPosters(t *testing.T) {
	testkit.DSNs(t, func(t *testing.T, dsn string) {
		var now atomic.Int64
		now.Store(time.Now().UnixMicro())
		s := testkit.Store(t, dsn, models.Options{Clock: func() time.Time { return time.UnixMicro(now.Load()) }})
		a, _ := testkit.Tenant(t, s, "a")
		b, _ := testkit.Tenant(t, s, "b")
		ours, theirs := newConnection(t, s, a, models.PromoBot, 1), newConnection(t, s, b, models.PromoBot, 2)
		invite := func() (*models.Poster, string) {
			row, err := s.Posters.Invite(a, ours.ID, time.Hour)
			require.NoError(t, err)
			return row, *row.Token
		}
		may := func(user int64) bool {
			ok, err := s.Posters.May(a, ours.ID, user)
			require.NoError(t, err)
			return ok
		}
		row, token := invite()
		require.False(t, may(0))
		ok, err := s.Posters.Link(b, theirs.ID, token, models.Person{ID: 5})
		require.NoError(t, err)
		require.False(t, ok, "another bot's")

		var linked atomic.Int64
		var wg sync.WaitGroup
		for user := range int64(4) {
			wg.Go(func() {
				ok, err := s.Posters.Link(a, ours.ID, token, models.Person{ID: 10 + user, FirstName: "Ann"})
				if err != nil {
					t.Error(err)
				}
				if ok {
					linked.Add(1)
				}
			})
		}
		wg.Wait()
		require.Equal(t, int64(1), linked.Load(), "a link counts once")
		list, err := s.Posters.List(a, ours.ID)
		require.NoError(t, err)
		require.Len(t, list, 1)
		who := list[0].UserID
		require.True(t, may(who))
		require.False(t, list[0].LinkedAt.IsZero())
		none, err := s.Posters.List(b, ours.ID)
		require.NoError(t, err)
		require.Empty(t, none)

		_, again := invite()
		ok, err = s.Posters.Link(a, ours.ID, again, models.Person{ID: who})
		require.NoError(t, err)
		require.True(t, ok)
		list, err = s.Posters.List(a, ours.ID)
		require.NoError(t, err)
		require.Len(t, list, 1, "a second link for the same person is used up")

		_, late := invite()
		now.Add(time.Hour.Microseconds())
		ok, err = s.Posters.Link(a, ours.ID, late, models.Person{ID: 99})
		require.NoError(t, err)
		require.False(t, ok, "it is too old")
		list, err = s.Posters.List(a, ours.ID)
		require.NoError(t, err)
		require.Len(t, list, 1)

		requireCode(t, s.Posters.Remove(b, ours.ID, row.ID), fault.NotFound, "poster_not_found")
		require.NoError(t, s.Posters.Remove(a, ours.ID, row.ID))
		require.False(t, may(who))
		for range models.MaxPosters {
			invite()
		}
		_, err = s.Posters.Invite(a, ours.ID, time.Hour)
		requireCode(t, err, fault.Conflict, "too_many_posters")
	})
}
