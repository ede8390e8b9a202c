package models_test

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/models"
)

func TestNewsIsKeptByProvider(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx, _ := testkit.Tenant(t, s, "a")
		morning := time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)
		item := func(title string, ago time.Duration) headlines.Item {
			return headlines.Item{Title: title, URL: "https://news.example/" + title, Source: "Wire", Summary: "Short", PublishedAt: morning.Add(-ago)}
		}
		long := item("long", 0)
		long.URL = "https://news.example/" + strings.Repeat("x", headlines.MaxURL-21)
		now, old := item("now", 0), item("old", 15*24*time.Hour)
		require.NoError(t, s.News.Store(ctx, models.AlphaVantage, []headlines.Item{old, item("a day ago", 24*time.Hour), now, now, long}, morning))
		again := now
		again.Title = "another title"
		require.NoError(t, s.News.Store(ctx, models.AlphaVantage, []headlines.Item{again}, morning))
		require.NoError(t, s.News.Store(ctx, models.SimulatedNews, []headlines.Item{again}, morning))
		require.NoError(t, s.News.Store(ctx, models.AlphaVantage, nil, morning))

		got, err := s.News.Since(ctx, models.AlphaVantage, morning.Add(-24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, []headlines.Item{now, long, item("a day ago", 24*time.Hour)}, got, "all tenants see them, each once, the newest first")
		got, err = s.News.Since(ctx, models.SimulatedNews, time.Time{}.AddDate(1, 0, 0))
		require.NoError(t, err)
		require.Equal(t, []headlines.Item{again}, got, "another provider's are its own")

		n, err := s.News.Forget(ctx, morning.AddDate(0, 0, -14))
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		require.NoError(t, s.News.Clear(ctx, models.SimulatedNews))
		got, err = s.News.Since(ctx, models.SimulatedNews, morning.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Empty(t, got)
		got, err = s.News.Since(ctx, models.AlphaVantage, morning.AddDate(-1, 0, 0))
		require.NoError(t, err)
		require.Len(t, got, 3)

		var many []headlines.Item
		for i := range 501 {
			many = append(many, item(strconv.Itoa(i), time.Hour))
		}
		require.NoError(t, s.News.Store(ctx, models.SimulatedNews, many, morning))
		got, err = s.News.Since(ctx, models.SimulatedNews, morning.Add(-time.Hour))
		require.NoError(t, err)
		require.Len(t, got, 501)
	})
}

// The day's calls hold however many book at once.
func TestTheDaysCalls(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		book := func(day string, budget int) bool {
			ok, err := s.News.Book(t.Context(), models.AlphaVantage, day, budget)
			if err != nil {
				t.Error(err)
			}
			return ok
		}
		var booked atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					if book("2026-12-01", 25) {
						booked.Add(1)
					}
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 25, booked.Load())
		require.True(t, book("2026-12-01", 26), "a larger plan")
		require.True(t, book("2026-12-02", 25), "the next day")
		feed, err := s.News.Feed(t.Context(), models.AlphaVantage)
		require.NoError(t, err)
		require.Equal(t, models.NewsFeed{Provider: models.AlphaVantage, State: models.NewsUntried, Day: "2026-12-02", Asked: 1}, *feed)
		require.Equal(t, 1, feed.AskedOn("2026-12-02"))
		require.Zero(t, feed.AskedOn("2026-12-03"))
		require.True(t, book("2026-12-01", 2), "a clock that goes back")
		require.False(t, book("2026-12-01", 2), "gives nothing back")
		require.False(t, book("2026-12-02", 2))
	})
}

// One asks at a time, for as long as was said at most.
func TestOneAsks(t *testing.T) {
	testkit.Databases(t, func(t *testing.T, s *models.Store) {
		ctx := t.Context()
		now := time.Date(2026, 12, 1, 6, 42, 0, 0, time.UTC)
		due := func(*models.NewsFeed) bool { return true }
		var claimed atomic.Int64
		var winner atomic.Value
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				_, ok, err := s.News.Claim(ctx, models.AlphaVantage, strconv.Itoa(i), now, now.Add(time.Minute), due)
				if err != nil {
					t.Error(err)
				}
				if ok {
					claimed.Add(1)
					winner.Store(strconv.Itoa(i))
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, claimed.Load())
		feed, ok, err := s.News.Claim(ctx, models.AlphaVantage, "late", now.Add(59*time.Second), now.Add(2*time.Minute), due)
		require.NoError(t, err)
		require.False(t, ok)
		require.Equal(t, winner.Load(), feed.Asker)
		_, ok, err = s.News.Claim(ctx, models.SimulatedNews, "other", now, now.Add(time.Minute), due)
		require.NoError(t, err)
		require.True(t, ok, "another provider's is its own")

		// Who asks for too long is not the one any more.
		_, ok, err = s.News.Claim(ctx, models.AlphaVantage, "late", now.Add(time.Minute), now.Add(2*time.Minute), due)
		require.NoError(t, err)
		require.True(t, ok)
		require.NoError(t, s.News.Settle(ctx, models.AlphaVantage, winner.Load().(string), func(f *models.NewsFeed) { f.State = models.NewsBroken }))
		feed, err = s.News.Feed(ctx, models.AlphaVantage)
		require.NoError(t, err)
		require.Equal(t, models.NewsUntried, feed.State)
		require.Equal(t, "late", feed.Asker)

		problem := &models.Note{Code: "news_away", Message: "away"}
		require.NoError(t, s.News.Settle(ctx, models.AlphaVantage, "late", func(f *models.NewsFeed) {
			f.State, f.Problem, f.AskedAt, f.PausedUntil = models.NewsWaiting, problem, models.NewTime(now), models.NewTime(now.Add(time.Hour))
		}))
		want := models.NewsFeed{Provider: models.AlphaVantage, State: models.NewsWaiting, Problem: problem, AskedAt: models.NewTime(now), PausedUntil: models.NewTime(now.Add(time.Hour))}
		feed, err = s.News.Feed(ctx, models.AlphaVantage)
		require.NoError(t, err)
		require.Equal(t, want, *feed)
		feed, ok, err = s.News.Claim(ctx, models.AlphaVantage, "again", now, now.Add(time.Minute), func(f *models.NewsFeed) bool { return !now.Before(f.PausedUntil.Time) })
		require.NoError(t, err)
		require.False(t, ok, "it is not due")
		require.Equal(t, want, *feed)
		require.NoError(t, s.News.Settle(ctx, models.AlphaVantage, "", func(f *models.NewsFeed) { f.State, f.Problem = models.NewsWorking, nil }))
		feed, err = s.News.Feed(ctx, models.AlphaVantage)
		require.NoError(t, err)
		require.Nil(t, feed.Problem, "a problem that is over is gone from the row")
	})
}
