package zone_test

import (
	"archive/zip"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/zone"
)

func TestLoad(t *testing.T) {
	for written, want := range map[string]string{
		"europe/berlin": "Europe/Berlin", "EUROPE/BERLIN": "Europe/Berlin", " Europe/Berlin\u200b": "Europe/Berlin", "berlin": "Europe/Berlin", "New York": "America/New_York",
		"america/new york": "America/New_York", "dar es salaam": "Africa/Dar_es_Salaam", "utc": "UTC", "Z": "UTC", "gmt": "GMT", "etc/gmt-3": "Etc/GMT-3", "us/eastern": "US/Eastern",
		"UTC+3": "UTC+03:00", "utc +3": "UTC+03:00", "GMT-04:30": "UTC-04:30", "+5:30": "UTC+05:30", "+0530": "UTC+05:30", "UTC−3": "UTC-03:00", "UTC+0": "UTC", "UTC+03:00": "UTC+03:00",
	} {
		loc, ok := zone.Load(written)
		require.True(t, ok, written)
		require.Equal(t, want, loc.String(), written)
		again, ok := zone.Load(loc.String())
		require.True(t, ok)
		require.Equal(t, want, again.String())
	}
	loc, _ := zone.Load("UTC+5:30")
	require.Equal(t, "2026-11-30T17:30:00+05:30", time.Date(2026, 11, 30, 12, 0, 0, 0, time.UTC).In(loc).Format(time.RFC3339))
	for _, written := range []string{"", " ", "Local", "local", "Atlantis", "UTC+15", "UTC+3:60", "UTC+", "+", "3", "../etc/passwd", "/etc/localtime", "Europe", "Europe/", strings.Repeat("x", 1000), "\xff"} {
		_, ok := zone.Load(written)
		require.False(t, ok, "%q", written)
	}
}

// Every name of the database is found in whatever case.
func TestEveryZoneInAnyCase(t *testing.T) {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	archive, err := zip.OpenReader(filepath.Join(strings.TrimSpace(string(root)), "lib", "time", "zoneinfo.zip"))
	require.NoError(t, err)
	defer func() { require.NoError(t, archive.Close()) }()
	require.Greater(t, len(archive.File), 400)
	for _, f := range archive.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		for _, written := range []string{strings.ToLower(f.Name), strings.ToUpper(f.Name), strings.ReplaceAll(f.Name, "_", " ")} {
			loc, ok := zone.Load(written)
			require.True(t, ok, written)
			if fixed := strings.HasPrefix(strings.ToUpper(written), "GMT"); !fixed {
				require.Equal(t, f.Name, loc.String())
			}
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add("europe/berlin")
	f.Add("UTC+5:30")
	f.Fuzz(func(t *testing.T, written string) {
		if loc, ok := zone.Load(written); ok {
			again, ok := zone.Load(loc.String())
			require.True(t, ok, loc)
			require.Equal(t, loc.String(), again.String())
		}
	})
}
