package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/models"
)

const bulkPath = "/api/v1/promos/bulk"

// bulk posts a file of values as the dashboard does.
func (h *harness) bulk(fields map[string]string, file string) *httptest.ResponseRecorder {
	h.t.Helper()
	var data []byte
	if file != "" {
		data = []byte(file)
	}
	return h.do(form(h.t, bulkPath, fields, `C:\fakepath\values.csv`, data))
}

type bulkJob struct {
	ID                                    string
	State                                 string
	Total, Checked, Invalid, Done, Failed int
	Archive                               *struct {
		URL    string
		Images int
		Bytes  int64
	}
	Version int64
}

func (h *harness) job(res *httptest.ResponseRecorder, status int) (j bulkJob) {
	h.t.Helper()
	require.Equal(h.t, status, res.Code, res.Body.String())
	require.NoError(h.t, json.Unmarshal(res.Body.Bytes(), &j))
	return j
}

var goldForm = map[string]string{"template": "gold-coupon"}

// P9: what is wrong with a file as a whole is told at once, and nothing is left of it.
func TestMistakesOfABulkFile(t *testing.T) {
	h := newHarness(t)
	for name, c := range map[string]struct {
		fields map[string]string
		file   string
		status int
		says   []string
	}{
		"no file":           {goldForm, "", 422, []string{`"name":"file"`, `"required"`}},
		"no template":       {nil, "headline\nx\n", 422, []string{`"name":"template"`}},
		"unknown template":  {map[string]string{"template": "none"}, "headline\nx\n", 404, []string{"template_not_found"}},
		"another's":         {map[string]string{"template": h.theirs.template.ID}, "headline\nx\n", 404, []string{"template_not_found"}},
		"unknown size":      {map[string]string{"template": "gold-coupon", "size": "huge"}, "headline\nx\n", 422, []string{`"name":"size"`}},
		"scale":             {map[string]string{"template": "gold-coupon", "scale": "two"}, "headline\nx\n", 422, []string{`"name":"scale"`}},
		"start":             {map[string]string{"template": "gold-coupon", "start": "never"}, "headline,code\nx,GOLD35\n", 422, []string{`"name":"start"`}},
		"unknown field":     {map[string]string{"template": "gold-coupon", "color": "red"}, "headline\nx\n", 422, []string{`"name":"color"`}},
		"empty":             {goldForm, "\n", 422, []string{`"name":"file"`, "empty"}},
		"no rows":           {goldForm, "headline,code,valid_until\n", 422, []string{"no_rows"}},
		"unknown column":    {goldForm, "headline,code,valid_until,colour\nx,y,z,red\n", 422, []string{`"file.colour"`, "unknown_column"}},
		"missing column":    {goldForm, "code\nGOLD35\n", 422, []string{`"file.headline"`, "missing_column"}},
		"column twice":      {goldForm, "headline,headline\nx,y\n", 422, []string{"column_twice"}},
		"encoding":          {map[string]string{"template": "gold-coupon", "encoding": "klingon"}, "headline,code\nx,GOLD35\n", 422, []string{`"name":"encoding"`}},
		"not Unicode":       {goldForm, "headline,code\nGr\xf6\xdfe,GOLD35\n", 422, []string{`"encoding"`, "Line 2"}},
		"few columns":       {map[string]string{"template": "gold-coupon", "columns": "headline"}, "headline,code\nx,GOLD35\n", 422, []string{"wrong_count"}},
		"chosen twice":      {map[string]string{"template": "gold-coupon", "columns": "code,code"}, "headline,code\nx,GOLD35\n", 422, []string{"column_twice", "missing_column"}},
		"chosen wrongly":    {map[string]string{"template": "gold-coupon", "columns": "headline,colour,code"}, "a,b,c\nx,y,z\n", 422, []string{`"unknown_column"`, "colour"}},
		"name and label":    {goldForm, "headline,Headline,code\nx,y,GOLD35\n", 422, []string{"column_twice"}},
		"open quote":        {goldForm, "headline,code\n\"x,GOLD35\n", 422, []string{"quote", "line 2"}},
		"a million columns": {goldForm, strings.Repeat("a,", 1_000_000) + "\n", 422, []string{"too_many_columns"}},
		"too many rows":     {goldForm, "headline,code\n" + strings.Repeat("x,GOLD35\n", 10_001), 422, []string{"too_many_rows"}},
		"200 MB":            {goldForm, strings.Repeat("x", 17<<20), 413, []string{"file_too_large"}},
		"a spreadsheet":     {goldForm, "PK\x03\x04", 422, []string{"not_csv"}},
	} {
		res := h.bulk(c.fields, c.file)
		require.Equal(t, c.status, res.Code, "%s: %s", name, res.Body)
		for _, want := range c.says {
			require.Contains(t, res.Body.String(), want, name)
		}
		require.NotContains(t, res.Body.String(), h.theirs.tenant.ID, name)
	}
	require.JSONEq(t, `{"items":[],"next":null}`, h.do(request{method: get, path: bulkPath, admin: true}).Body.String())
	res := h.do(request{method: post, path: bulkPath, admin: true, body: map[string]string{}})
	require.Equal(t, http.StatusUnsupportedMediaType, res.Code)
}

// P9: a job from its file to its archive. The flow's steps are taken here one by one.
func TestBulkJob(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	res := h.bulk(goldForm, "\ufeffheadline;code;valid_until;filename\r\n"+
		"Save 35%;GOLD35;Until 30 Nov;../../etc/passwd\r\n"+
		"=1+1;GOLD35;Until 30 Nov;summer\r\n"+
		"\"Two\r\nlines\";GOLD35;Until 30 Nov;Summer\r\n"+
		"Old;EXPIRED10;Until 30 Nov;old\r\n"+
		";GOLD35;Until 30 Nov;none\r\n"+
		"a;GOLD35;b;c;=cmd()\r\n")
	j := h.job(res, http.StatusAccepted)
	require.Equal(t, "checking", j.State)
	require.Equal(t, 6, j.Total)
	require.Contains(t, res.Body.String(), `"file_name":"values.csv"`)
	require.Equal(t, bulkPath+"/"+j.ID, res.Header().Get("Location"))
	at := bulkPath + "/" + j.ID
	command := func(name string, status int) bulkJob {
		return h.job(h.do(request{method: post, path: at + "/" + name, admin: true}), status)
	}
	command("start", http.StatusConflict)
	command("pause", http.StatusConflict)

	beat := func() {}
	require.NoError(t, h.service.CheckBulk(ctx, j.ID, 1, 3, beat))
	require.NoError(t, h.service.CheckBulk(ctx, j.ID, 1, 6, beat), "a step may be taken again")
	_, err := h.store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	res = h.do(request{method: get, path: at, admin: true})
	j = h.job(res, http.StatusOK)
	require.Equal(t, []any{"ready", 6, 3}, []any{j.State, j.Checked, j.Invalid})
	require.Equal(t, fmt.Sprintf(`"%d"`, j.Version), res.Header().Get("ETag"))

	rows := h.do(request{method: get, path: at + "/rows?state=invalid&limit=2", admin: true}).Body.String()
	require.Contains(t, rows, `"line":6`)
	require.Contains(t, rows, `{"column":2,"field":"code","code":"coupon_invalid"`)
	require.Contains(t, rows, `{"column":1,"field":"headline","code":"required"`)
	var page struct{ Next string }
	require.NoError(t, json.Unmarshal([]byte(rows), &page))
	rows = h.do(request{method: get, path: at + "/rows?state=invalid&limit=2&after=" + page.Next, admin: true}).Body.String()
	require.Contains(t, rows, `"extra_cells"`)
	require.Contains(t, rows, `"next":null`)
	require.Equal(t, http.StatusUnprocessableEntity, h.do(request{method: get, path: at + "/rows?after=x", admin: true}).Code)
	require.Equal(t, http.StatusUnprocessableEntity, h.do(request{method: get, path: at + "/rows?state=odd", admin: true}).Code)

	require.Equal(t, "running", command("start", http.StatusAccepted).State)
	require.Equal(t, "paused", command("pause", http.StatusAccepted).State)
	require.Equal(t, "paused", command("pause", http.StatusAccepted).State, "asked again")
	require.Equal(t, "running", command("resume", http.StatusAccepted).State)
	chunks, err := h.service.PlanBulk(ctx, j.ID)
	require.NoError(t, err)
	require.Equal(t, 1, chunks)
	redo, err := h.service.FinishBulk(ctx, j.ID, beat)
	require.NoError(t, err)
	require.Equal(t, []int{1}, redo, "nothing is finished before its chunks are")
	require.NoError(t, h.service.RenderChunk(ctx, j.ID, 1, beat))
	require.NoError(t, h.service.RenderChunk(ctx, j.ID, 1, beat), "made once")
	redo, err = h.service.FinishBulk(ctx, j.ID, beat)
	require.NoError(t, err)
	require.Empty(t, redo)
	redo, err = h.service.FinishBulk(ctx, j.ID, beat)
	require.NoError(t, err)
	require.Empty(t, redo)

	j = h.job(h.do(request{method: get, path: at, admin: true}), http.StatusOK)
	require.Equal(t, []any{"done", 3, 0}, []any{j.State, j.Done, j.Failed})
	command("cancel", http.StatusConflict)
	require.Equal(t, 3, j.Archive.Images)
	file := h.do(request{method: get, path: j.Archive.URL})
	require.Equal(t, http.StatusOK, file.Code)
	require.Equal(t, "attachment; filename=gold-coupon-square.zip", file.Header().Get("Content-Disposition"))
	require.Len(t, file.Body.Bytes(), int(j.Archive.Bytes))
	require.Equal(t, http.StatusNotFound, h.do(request{method: get, path: j.Archive.URL + "x"}).Code)
	z, err := zip.NewReader(bytes.NewReader(file.Body.Bytes()), int64(file.Body.Len()))
	require.NoError(t, err)
	var names []string
	for _, f := range z.File {
		names = append(names, f.Name)
	}
	require.Equal(t, []string{"etc-passwd.jpg", "summer.jpg", "Summer-2.jpg", "report.csv"}, names)
	one, err := z.Open("summer.jpg")
	require.NoError(t, err)
	var made bytes.Buffer
	_, err = made.ReadFrom(one)
	require.NoError(t, err)
	single := h.do(request{method: post, path: "/api/v1/promos/render", admin: true, body: body("values",
		map[string]string{"headline": "=1+1", "code": "GOLD35", "valid_until": "Until 30 Nov"})})
	require.Equal(t, single.Body.Bytes(), made.Bytes(), "the same image as a single render makes")

	report := h.do(request{method: get, path: at + "/report.csv", admin: true})
	require.Equal(t, "text/csv; charset=utf-8", report.Header().Get("Content-Type"))
	require.Contains(t, report.Body.String(), "5,invalid,,2,code,")
	require.Contains(t, report.Body.String(), "2,done,etc-passwd.jpg")
	left, err := h.objects.Uploads(ctx, "tenants/")
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestCancelledBulkJobLeavesNothing(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	j := h.job(h.bulk(map[string]string{"template": "gold-coupon", "start": "at_once"}, "headline,code,valid_until\nx,GOLD35,y\n"), http.StatusAccepted)
	require.NoError(t, h.service.CheckBulk(ctx, j.ID, 1, 1, func() {}))
	done, err := h.store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	require.Equal(t, models.BulkRunning, done.State)
	_, err = h.service.PlanBulk(ctx, j.ID)
	require.NoError(t, err)
	require.NoError(t, h.service.RenderChunk(ctx, j.ID, 1, func() {}))
	res := h.do(request{method: post, path: bulkPath + "/" + j.ID + "/cancel", admin: true})
	require.Equal(t, "cancelling", h.job(res, http.StatusAccepted).State)
	require.NoError(t, h.service.EndBulk(ctx, contract.BulkEnd{JobID: j.ID}))
	require.Equal(t, "cancelled", h.job(h.do(request{method: get, path: bulkPath + "/" + j.ID, admin: true}), http.StatusOK).State)
	left, err := h.objects.Uploads(ctx, "tenants/")
	require.NoError(t, err)
	require.Empty(t, left)
}

// An archive whose time is over is removed, and its job says so.
func TestExpiredArchivesAreRemoved(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	j := h.job(h.bulk(map[string]string{"template": "gold-coupon", "start": "at_once"}, "headline,code,valid_until\nx,GOLD35,y\n"), http.StatusAccepted)
	require.NoError(t, h.service.CheckBulk(ctx, j.ID, 1, 1, func() {}))
	_, err := h.store.Bulk.Checked(ctx, j.ID)
	require.NoError(t, err)
	_, err = h.service.PlanBulk(ctx, j.ID)
	require.NoError(t, err)
	require.NoError(t, h.service.RenderChunk(ctx, j.ID, 1, func() {}))
	row, err := h.store.Bulk.Get(ctx, j.ID)
	require.NoError(t, err)
	require.NoError(t, h.objects.Put(ctx, row.ArchiveKey, "application/zip", []byte("PK"), ""))
	_, err = h.store.Bulk.Finish(ctx, j.ID, models.BulkDone, nil, 2, -time.Minute)
	require.NoError(t, err)
	require.Nil(t, h.job(h.do(request{method: get, path: bulkPath + "/" + j.ID, admin: true}), http.StatusOK).Archive, "no address to a file that goes")

	n, err := h.service.ExpireBulk(ctxOf(h, h.theirs), func() {})
	require.NoError(t, err)
	require.Zero(t, n, "another tenant's sweep")
	n, err = h.service.ExpireBulk(ctx, func() {})
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "expired", h.job(h.do(request{method: get, path: bulkPath + "/" + j.ID, admin: true}), http.StatusOK).State)
	_, err = h.objects.Head(ctx, row.ArchiveKey)
	require.True(t, fault.Is(err, fault.NotFound))
}

// The example is a file that can be sent as it is.
func TestExampleFileIsGood(t *testing.T) {
	h := newHarness(t)
	res := h.do(request{method: get, path: "/api/v1/templates/gold-coupon/example.csv", admin: true})
	require.Equal(t, http.StatusOK, res.Code)
	require.Contains(t, res.Header().Get("Content-Disposition"), "gold-coupon.csv")
	j := h.job(h.bulk(goldForm, res.Body.String()), http.StatusAccepted)
	require.NoError(t, h.service.CheckBulk(ctxOf(h, h.ours), j.ID, 1, 1, func() {}))
	require.Zero(t, h.job(h.do(request{method: get, path: bulkPath + "/" + j.ID, admin: true}), http.StatusOK).Invalid)
}
