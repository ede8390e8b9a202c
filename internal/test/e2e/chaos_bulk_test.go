//go:build integration

package e2e

import (
	"encoding/json"
	"net/http"
	"path"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
)

// P9, Q1: while a job runs, every process that it needs is killed once and the database is away
// for some time. The archive has each image once and as a single one is made, and the report and the
// counts are what follows from the file.
func TestChaosBulk(t *testing.T) {
	t.Parallel()
	chaos.Run(t, chaos.Options{Workers: 2, Faults: bulkFaults}, bulkScenario)
}

// bulkScenario runs one job.
func bulkScenario(t testing.TB, w *chaos.World) (actual, expected chaos.Outcome) {
	c := w.Program.Client
	j := startBulk(t, c, "bulk", bulkLines)
	watchBulk(t, c, j.ID, "done", func(j bulkJob) bool {
		w.Progress(j.progress())
		return isDone(j)
	})
	// What was frozen may still do something when it wakes, and that must not count.
	w.Settle()
	res, body := c.Patient(patience, http.MethodGet, bulkPath+"/"+j.ID, nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode, string(body))
	require.NoError(t, json.Unmarshal(body, &j))
	actual = readBulk(t, c, j)

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
	require.Equal(t, bulkForm()["template"]+"-"+bulkForm()["size"]+".zip", path.Base(left[0]))
	images := w.Program.Service(t)
	ctx := tenant.With(t.Context(), w.Program.Tenant)
	return actual, expectedBulk(t, bulkLines, func(r promo.Request) []byte {
		image, err := images.Render(ctx, r, "test")
		require.NoError(t, err)
		return image.Data
	})
}
