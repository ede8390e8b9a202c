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
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/internal/test/testkit"
	"github.com/promostack/promostack/internal/test/testkit/chaos"
	"github.com/promostack/promostack/internal/test/testkit/stack"
)

const bulkPath = "/api/v1/promos/bulk"

// bulkJob is what the API tells about a job.
type bulkJob struct {
	ID      string
	State   string
	Total   int
	Checked int
	Invalid int
	Done    int
	Failed  int
	Archive *struct{ URL string }
	Problem any
	Version int64
}

// progress is how far the job is, from 0 to 1: the dry run's rows and the images count alike.
func (j bulkJob) progress() float64 {
	return float64(j.Checked+j.Done+j.Failed) / float64(2*max(1, j.Total))
}

// bulkCSV is a file in which each 100th coupon has expired and each 150th text is too long.
func bulkCSV(lines int) []byte {
	var b bytes.Buffer
	b.WriteString("headline,code,valid_until,filename\n")
	for i := 1; i <= lines; i++ {
		headline, code := fmt.Sprintf("Save %d today", i), "GOLD35"
		if i%100 == 0 {
			code = "EXPIRED10"
		}
		if i%150 == 0 {
			headline = strings.Repeat("long ", 50)
		}
		fmt.Fprintf(&b, "%s,%s,31 Dec 2026,image %d\n", headline, code, i)
	}
	return b.Bytes()
}

// bulkWrong is how many lines of such a file the dry run refuses.
func bulkWrong(lines int) int { return lines/100 + lines/150 - lines/300 }

// bulkForm asks for a job that starts at once. Stories are large, so that there are more chunks of
// them, and more moments at which something may go wrong.
func bulkForm() map[string]string {
	return map[string]string{"template": "gold-coupon", "start": "at_once", "size": "story"}
}

// startBulk uploads a file of so many lines; each key makes one job.
func startBulk(t testing.TB, c *stack.Client, key string, lines int) bulkJob {
	t.Helper()
	res, body := c.PatientUpload(patience, bulkPath, key, bulkForm(), "values.csv", bulkCSV(lines))
	require.Equal(t, http.StatusAccepted, res.StatusCode, string(body))
	var j bulkJob
	require.NoError(t, json.Unmarshal(body, &j))
	require.Equal(t, lines, j.Total)
	return j
}

// watchBulk asks about a job, patiently, until the answer is what was waited for. A job that fails
// fails the test.
func watchBulk(t testing.TB, c *stack.Client, id, what string, until func(bulkJob) bool) (j bulkJob) {
	t.Helper()
	testkit.Eventually(t, 5*time.Minute, "the bulk job is "+what, func() bool {
		res, body, err := c.Do(http.MethodGet, bulkPath+"/"+id, nil, nil)
		if err != nil || stack.Later(res) {
			return false // the API was killed, or starts, or its database is away, or it was asked too often
		}
		require.Equal(t, http.StatusOK, res.StatusCode, string(body))
		j = bulkJob{}
		require.NoError(t, json.Unmarshal(body, &j))
		require.NotContains(t, []string{"failed", "cancelled"}, j.State, "%s", body)
		return until(j)
	})
	return j
}

func isDone(j bulkJob) bool { return j.State == "done" }

// readBulk is what came of a job that is done: its counts, each image once, and its report.
func readBulk(t testing.TB, c *stack.Client, j bulkJob) chaos.Outcome {
	t.Helper()
	wrong := bulkWrong(j.Total)
	require.Equal(t, []int{j.Total, wrong, j.Total - wrong, 0}, []int{j.Checked, j.Invalid, j.Done, j.Failed})
	outcome := chaos.Outcome{}
	outcome.Once("counts", fmt.Sprint(j.Total, j.Checked, j.Invalid, j.Done, j.Failed))
	res, file := c.Patient(patience, http.MethodGet, j.Archive.URL, nil, nil)
	require.Equal(t, http.StatusOK, res.StatusCode)
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	require.NoError(t, err)
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		data, err := io.ReadAll(r) // checks the sum
		require.NoError(t, err, f.Name)
		if f.Name != "report.csv" {
			outcome.Once("file "+f.Name, fmt.Sprintf("%x", sha256.Sum256(data)))
			continue
		}
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff")))).ReadAll()
		require.NoError(t, err)
		for i, line := range lines { // so that a difference is shown, not only that there is one
			if why := &line[len(line)-1]; i > 0 && *why != "" {
				*why = "says why"
			}
			outcome.Once(fmt.Sprintf("report line %d", i), strings.Join(line, "|"))
		}
	}
	require.Len(t, z.File, j.Total-wrong+1)
	return outcome
}

// expectedBulk is what readBulk says of a job that is done, as it follows from its file; render makes
// a single image.
func expectedBulk(t testing.TB, lines int, render func(promo.Request) []byte) chaos.Outcome {
	t.Helper()
	expected := chaos.Outcome{}
	wrong := bulkWrong(lines)
	expected.Once("counts", fmt.Sprint(lines, lines, wrong, lines-wrong, 0))
	report := [][]string{{"line", "state", "file", "column", "field", "problem"}}
	rows, err := csv.NewReader(bytes.NewReader(bulkCSV(lines))).ReadAll()
	require.NoError(t, err)
	for i, row := range rows[1:] {
		line := strconv.Itoa(i + 2)
		expired, long := row[1] == "EXPIRED10", len(row[0]) > 60
		if long {
			report = append(report, []string{line, "invalid", "", "1", "headline", "says why"})
		}
		if expired {
			report = append(report, []string{line, "invalid", "", "2", "code", "says why"})
		}
		if !expired && !long {
			name := strings.ReplaceAll(row[3], " ", "-") + ".jpg"
			report = append(report, []string{line, "done", name, "", "", ""})
			values := map[string]string{"headline": row[0], "code": row[1], "valid_until": row[2]}
			image := render(promo.Request{Template: bulkForm()["template"], Size: bulkForm()["size"], Values: values})
			expected.Once("file "+name, fmt.Sprintf("%x", sha256.Sum256(image)))
		}
	}
	for i, line := range report {
		expected.Once(fmt.Sprintf("report line %d", i), strings.Join(line, "|"))
	}
	return expected
}
