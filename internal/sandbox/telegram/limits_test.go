package telegram

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLimits(t *testing.T) {
	begin := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	type step struct {
		at    time.Duration
		chat  int64
		count int
		wait  time.Duration
	}
	for name, row := range map[string]struct {
		perSecond, perChat float64
		burst              int
		steps              []step
	}{
		"one a second to a chat":         {30, 1, 0, []step{{0, 1, 1, 0}, {999 * time.Millisecond, 1, 1, time.Millisecond}, {time.Second, 1, 1, 0}, {1500 * time.Millisecond, 1, 1, 500 * time.Millisecond}, {1500 * time.Millisecond, 2, 1, 0}}},
		"a refused one does not count":   {30, 1, 0, []step{{0, 1, 1, 0}, {500 * time.Millisecond, 1, 1, 500 * time.Millisecond}, {900 * time.Millisecond, 1, 1, 100 * time.Millisecond}, {time.Second, 1, 1, 0}}},
		"the window slides":              {2, 0, 0, []step{{0, 1, 1, 0}, {900 * time.Millisecond, 2, 1, 0}, {950 * time.Millisecond, 3, 1, 50 * time.Millisecond}, {time.Second, 3, 1, 0}, {1100 * time.Millisecond, 4, 1, 800 * time.Millisecond}}},
		"twenty a minute":                {30, 1.0 / 3, 0, []step{{0, 1, 1, 0}, {2 * time.Second, 1, 1, time.Second}, {3 * time.Second, 1, 1, 0}}},
		"a burst of three":               {30, 1, 2, []step{{0, 1, 1, 0}, {0, 1, 1, 0}, {0, 1, 1, 0}, {0, 1, 1, 3 * time.Second}, {3 * time.Second, 1, 1, 0}}},
		"an album counts whole":          {5, 0, 0, []step{{0, 1, 3, 0}, {0, 2, 3, time.Second}, {0, 2, 2, 0}}},
		"an album larger than the limit": {2, 0, 0, []step{{0, 1, 5, 0}, {0, 1, 1, time.Second}}},
		"no limits":                      {0, 0, 0, []step{{0, 1, 100, 0}, {0, 1, 100, 0}}},
	} {
		l, b := newLimits(), &bot{ID: 1, perSecond: row.perSecond, perChat: row.perChat, burst: row.burst}
		for i, s := range row.steps {
			require.InDelta(t, float64(s.wait), float64(l.take(b, chat{ID: s.chat, Type: "private"}, s.count, begin.Add(s.at))), 2, "%s, step %d", name, i)
		}
	}
}

// Twenty in any sliding minute to one group; channels and people have no such limit.
func TestTwentyAMinuteToAGroup(t *testing.T) {
	l, b, now := newLimits(), &bot{ID: 1, perSecond: 30, perGroup: 20}, time.Unix(0, 0)
	for _, kind := range []string{"group", "supergroup"} {
		group := chat{ID: int64(-len(kind)), Type: kind}
		for i := range 20 {
			require.Zero(t, l.take(b, group, 1, now.Add(time.Duration(i)*time.Second)), "%s, %d", kind, i)
		}
		require.Equal(t, 35*time.Second, l.take(b, group, 1, now.Add(25*time.Second)), kind)
		require.Equal(t, 37*time.Second, l.take(b, group, 3, now.Add(25*time.Second)), "an album counts each of its messages")
		require.Zero(t, l.take(b, group, 1, now.Add(time.Minute)), kind)
		require.Positive(t, l.take(b, group, 1, now.Add(time.Minute)), kind)
		now = now.Add(time.Hour)
	}
	for _, kind := range []string{"channel", "private"} {
		for i := range 25 {
			require.Zero(t, l.take(b, chat{ID: 7, Type: kind}, 1, now.Add(time.Duration(i)*time.Second)), kind)
		}
		now = now.Add(time.Hour)
	}
}

// Thirty in any sliding second pass, and the one after that does not.
func TestThirtyASecond(t *testing.T) {
	l, b, now := newLimits(), &bot{ID: 1, perSecond: 30, perChat: 1}, time.Unix(0, 0)
	passed := []time.Time{}
	for i := range 3000 {
		at := now.Add(time.Duration(i) * 7 * time.Millisecond)
		if l.take(b, chat{ID: int64(i)}, 1, at) == 0 {
			passed = append(passed, at)
		}
	}
	for i := range passed {
		if i >= 30 {
			require.GreaterOrEqual(t, passed[i].Sub(passed[i-30]), time.Second)
		}
	}
	require.InDelta(t, 30*21, len(passed), 31)
	other := &bot{ID: 2, perSecond: 30, perChat: 1}
	for i := range 30 {
		require.Zero(t, l.take(other, chat{ID: int64(i)}, 1, now), "another bot has its own")
	}
	require.Positive(t, l.take(other, chat{ID: 31}, 1, now))
}
