//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"path"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
)

// P9, Q1: while a job runs, every process that it needs is killed once and the database is away
// for some time. The archive has each image once and as it is made undisturbed, and the report and
// the counts are the same too. `make chaos` does it with more lines and many seeds.
func TestChaosBulk(t *testing.T) {
	chaos.Run(t, chaos.Options{
		Databases: []chaos.Database{chaos.Postgres, chaos.SQLite}, Workers: 2,
		Faults: append(bulkFaults(time.Second), chaos.Kill(chaos.Worker), chaos.Kill(chaos.Sandbox)),
	}, bulkScenario(600))
}

// bulkFaults are those that a job must live through, with the time for which the database stops.
func bulkFaults(stop time.Duration) []chaos.Fault {
	return []chaos.Fault{chaos.Kill(chaos.Worker), chaos.Kill(chaos.Temporal), chaos.Kill(chaos.S3), chaos.Kill(chaos.API), chaos.Stop(chaos.DB, stop)}
}

// bulkScenario runs one job of so many lines.
func bulkScenario(lines int) chaos.Scenario {
	return chaos.Scenario{Run: func(t testing.TB, w *chaos.World) chaos.Outcome {
		c := w.Program.Client
		j := startBulk(t, c, "bulk", lines)
		watchBulk(t, c, j.ID, "done", func(j bulkJob) bool {
			w.Progress(j.progress())
			return isDone(j)
		})
		// What was frozen may still do something when it wakes, and that must not count.
		w.Settle()
		res, body := c.Patient(patience, http.MethodGet, bulkPath+"/"+j.ID, nil, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		require.NoError(t, json.Unmarshal(body, &j))
		outcome := readBulk(t, c, j)

		var page struct{ Items []bulkJob }
		res, body = c.Patient(patience, http.MethodGet, bulkPath, nil, nil)
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		require.NoError(t, json.Unmarshal(body, &page))
		require.Len(t, page.Items, 1, "one upload is one job")

		// A kill between the end of a job and its clearing is made good by the next try.
		var left []string
		defer func() {
			if t.Failed() {
				t.Logf("left in the store: %q", left)
			}
		}()
		testkit.Eventually(t, patience, "nothing but the archive is left in the store", func() bool {
			var err error
			left, err = w.Program.Leftovers(t.Context(), "tenants/"+w.Program.Tenant+"/bulk/")
			return err == nil && len(left) == 1
		})
		outcome.Once("left in the store", path.Base(left[0]))
		return outcome
	}}
}
