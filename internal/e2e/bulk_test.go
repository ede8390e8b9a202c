//go:build integration

package e2e

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/testkit"
	"github.com/promostack/promostack/internal/testkit/stack"
)

// bulkLines is enough for the faults to hit the middle of the work.
const bulkLines = 1200

type bulkJob struct {
	ID                                    string
	State                                 string
	Total, Checked, Invalid, Done, Failed int
	Archive                               *struct{ URL string }
	Problem                               any
}

// P9, Q1: while a job runs, each process that it needs is killed once. The archive has each image
// once and as the same job makes it undisturbed, and the report is the same too.
func TestBulkSurvivesKills(t *testing.T) {
	s := stack.Start(t, stack.Options{Args: []string{"--workers", "2"}})
	s.SignIn()
	calm := finishBulk(t, s, startBulk(t, s), nil)

	id := startBulk(t, s)
	kills := []string{"worker-1", "temporal", "s3", "api", "worker-2", "sandbox"}
	stormy := finishBulk(t, s, id, func(j bulkJob) {
		// Spread over the whole job: the dry run's rows and the images count alike.
		if len(kills) > 0 && j.Checked+j.Done >= (7-len(kills))*2*bulkLines/8 {
			s.Kill(kills[0])
			kills = kills[1:]
		}
	})
	require.Empty(t, kills, "every process was killed before the end")
	require.Equal(t, calm.images, stormy.images)
	require.Equal(t, calm.report, stormy.report)
	require.Less(t, s.Interrupt(), 10*time.Second)
	require.Empty(t, s.Processes())
}

// startBulk posts a file in which each 100th coupon has expired and each 150th text is too long.
func startBulk(t *testing.T, s *stack.Stack) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("headline,code,valid_until,filename\n")
	for i := 1; i <= bulkLines; i++ {
		headline, code := fmt.Sprintf("Save %d today", i), "GOLD35"
		if i%100 == 0 {
			code = "EXPIRED10"
		}
		if i%150 == 0 {
			headline = strings.Repeat("long ", 50)
		}
		fmt.Fprintf(&b, "%s,%s,31 Dec 2026,image %d\n", headline, code, i)
	}
	res, body := s.Upload("/api/v1/promos/bulk", map[string]string{"template": "gold-coupon", "start": "at_once"}, "values.csv", []byte(b.String()))
	require.Equal(t, http.StatusAccepted, res.StatusCode, string(body))
	var j bulkJob
	require.NoError(t, json.Unmarshal(body, &j))
	require.Equal(t, bulkLines, j.Total)
	return j.ID
}

type bulkOutcome struct {
	images map[string][32]byte
	report [][]string
}

// finishBulk watches a job to its end and reads its archive.
func finishBulk(t *testing.T, s *stack.Stack, id string, watch func(bulkJob)) bulkOutcome {
	t.Helper()
	var j bulkJob
	testkit.Eventually(t, 4*time.Minute, "the bulk job is done", func() bool {
		res, body, err := s.Try(http.MethodGet, "/api/v1/promos/bulk/"+id, nil, nil)
		if err != nil || res.StatusCode == http.StatusServiceUnavailable {
			return false // the API itself was killed, or starts
		}
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		require.NoError(t, json.Unmarshal(body, &j))
		if watch != nil {
			watch(j)
		}
		require.NotContains(t, []string{"failed", "cancelled"}, j.State, "%s", body)
		return j.State == "done"
	})
	const wrong = bulkLines/100 + bulkLines/150 - bulkLines/300
	require.Equal(t, []int{bulkLines, wrong, bulkLines - wrong, 0}, []int{j.Checked, j.Invalid, j.Done, j.Failed})

	var file []byte
	testkit.Eventually(t, time.Minute, "the archive can be fetched", func() bool {
		res, body, err := s.Try(http.MethodGet, j.Archive.URL, nil, nil)
		file = body
		return err == nil && res.StatusCode == http.StatusOK
	})
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	out := bulkOutcome{images: map[string][32]byte{}}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r) // checks the sum
		require.NoError(t, err, f.Name)
		if f.Name == "report.csv" {
			out.report, err = csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
			require.NoError(t, err)
			continue
		}
		require.NotContains(t, out.images, f.Name, "an image stands in the archive twice")
		out.images[f.Name] = sha256.Sum256(data)
	}
	require.Len(t, out.images, bulkLines-wrong)
	return out
}
