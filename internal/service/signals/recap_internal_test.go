package signals

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// F8: recaps come at the tenant's time, whatever the clocks do.
func TestWhenARecapIsDue(t *testing.T) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	require.NoError(t, err)
	for _, row := range []struct {
		name, now, at, due string
		zone               *time.Location
		days               int
	}{
		{"a day's, just now", "2026-11-27T22:15:00Z", "22:15", "2026-11-27T22:15:00Z", time.UTC, 1},
		{"a day's, a minute too early", "2026-11-27T22:14:00Z", "22:15", "2026-11-26T22:15:00Z", time.UTC, 1},
		{"in the tenant's zone", "2026-11-27T22:00:00Z", "22:15", "2026-11-27T21:15:00Z", berlin, 1},
		{"the day after the clocks went back", "2026-10-25T22:00:00Z", "22:15", "2026-10-25T21:15:00Z", berlin, 1},
		{"the day before they did", "2026-10-24T22:00:00Z", "22:15", "2026-10-24T20:15:00Z", berlin, 1},
		{"a week's, on its day", "2026-11-27T23:00:00Z", "22:30", "2026-11-27T22:30:00Z", time.UTC, 7},
		{"a week's, days later", "2026-12-01T09:00:00Z", "22:30", "2026-11-27T22:30:00Z", time.UTC, 7},
		{"a week's, before its time", "2026-11-27T22:00:00Z", "22:30", "2026-11-20T22:30:00Z", time.UTC, 7},
	} {
		now, err := time.Parse(time.RFC3339, row.now)
		require.NoError(t, err)
		due, ok := lastDue(now, row.zone, row.at, row.days, time.Friday)
		require.True(t, ok, row.name)
		require.Equal(t, row.due, due.UTC().Format(time.RFC3339), row.name)
	}
	_, ok := lastDue(time.Now(), time.UTC, "", 1, time.Friday)
	require.False(t, ok, "none is set")
}
