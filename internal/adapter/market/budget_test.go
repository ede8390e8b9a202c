package market

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

func TestBudget(t *testing.T) {
	at := time.Date(2026, 1, 2, 23, 58, 15, 0, time.UTC)
	refused := func(b *Budget, now time.Time, credits int, code string, after time.Duration) {
		t.Helper()
		before := *b
		f := fault.From(b.Reserve(now, credits))
		require.Equal(t, code, f.Code)
		require.Equal(t, after, f.RetryAfter)
		require.Equal(t, before.UsedDay, b.UsedDay, "nothing was taken")
	}
	var b Budget
	for range FreePerMinute {
		require.NoError(t, b.Reserve(at, 1))
	}
	refused(&b, at, 1, MinuteLimit, 45*time.Second)
	refused(&b, at.Add(-time.Hour), 1, MinuteLimit, 45*time.Second+time.Hour) // a clock that goes back gives nothing back
	at = at.Add(45 * time.Second)
	require.NoError(t, b.Reserve(at, 5))
	refused(&b, at, 4, MinuteLimit, time.Minute)
	require.NoError(t, b.Reserve(at, 3))

	b.UsedDay = FreePerDay - 1
	minute, day := b.Left(at.Add(30 * time.Second))
	require.Equal(t, []int{0, 1}, []int{minute, day})
	refused(&b, at.Add(30*time.Second), 2, DayLimit, 30*time.Second) // the day's limit is the one that counts
	minute, day = b.Left(at.Add(time.Minute))
	require.Equal(t, []int{FreePerMinute, FreePerDay}, []int{minute, day}, "a new day")
	require.NoError(t, b.Reserve(at.Add(time.Minute), FreePerMinute))

	for _, impossible := range []int{0, -1, FreePerMinute + 1} {
		require.Equal(t, fault.Invalid, fault.From(b.Reserve(at, impossible)).Kind)
	}
}

func TestTheProviderKnowsBetter(t *testing.T) {
	at := time.Date(2026, 1, 2, 12, 0, 30, 0, time.UTC)
	b := Budget{PerMinute: 55, PerDay: 1000}
	b.Refused(at, MinuteLimit)
	require.Equal(t, 30*time.Second, fault.From(b.Reserve(at, 1)).RetryAfter)
	at = at.Add(time.Minute)
	require.NoError(t, b.Reserve(at, 55))
	b.Refused(at, DayLimit)
	f := fault.From(b.Reserve(at, 1))
	require.Equal(t, DayLimit, f.Code)
	require.Equal(t, time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC), at.Add(f.RetryAfter))
}

// Whatever is asked and when, no minute and no day has more than its credits, what is kept and read
// again goes on the same, and who comes back after RetryAfter gets through.
func TestBudgetsHold(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	b := Budget{PerMinute: 5, PerDay: 70}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	minutes, days := map[time.Time]int{}, map[time.Time]int{}
	for range 20_000 {
		credits := 1 + random.IntN(3)
		err := b.Reserve(now, credits)
		if err == nil {
			minutes[now.Truncate(time.Minute)] += credits
			days[now.Truncate(24*time.Hour)] += credits
		} else {
			early, later := b, b
			wait := fault.From(err).RetryAfter
			require.Positive(t, wait)
			require.Error(t, early.Reserve(now.Add(wait-1), credits))
			require.NoError(t, later.Reserve(now.Add(wait), credits))
		}
		kept, err := json.Marshal(b)
		require.NoError(t, err)
		b = Budget{}
		require.NoError(t, json.Unmarshal(kept, &b))
		now = now.Add(time.Duration(random.Int64N(int64(4 * time.Minute))))
	}
	for minute, n := range minutes {
		require.LessOrEqual(t, n, 5, "%s", minute)
	}
	full := 0
	for day, n := range days {
		require.LessOrEqual(t, n, 70, "%s", day)
		if n > 67 {
			full++
		}
	}
	require.Greater(t, full, 10, "the limit of the day was met")
}
