package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

type bulkPreview struct {
	Readings []struct {
		Encoding, Label string
		Lines           []string
	}
	Columns []struct{ Title, Field string }
	Rows    []struct {
		Line  int
		Cells []string
	}
	Total    int
	Warnings []struct {
		Line, Column int
		Field, Code  string
		Message      string
	}
}

// P9: a file is seen before anything is made of it, with the columns that labels mean and what looks odd.
func TestPreviewOfABulkFile(t *testing.T) {
	h := newHarness(t)
	preview := func(fields map[string]string, file string) (p bulkPreview) {
		res := h.do(form(t, bulkPath+"/preview", fields, "values.csv", []byte(file)))
		require.Equal(t, http.StatusOK, res.Code, res.Body.String())
		require.NoError(t, json.Unmarshal(res.Body.Bytes(), &p))
		return p
	}
	p := preview(goldForm, "sep=;\r\nHEADLINE;Coupon code;Note;File name\r\n\"Two\r\nlines\";=\"0035\";x;a.png\r\n#N/A;GOLD35;#REF!;b\r\n")
	require.Empty(t, p.Readings)
	require.Equal(t, []struct{ Title, Field string }{{"HEADLINE", "headline"}, {"Coupon code", "code"}, {"Note", ""}, {"File name", "filename"}}, p.Columns)
	require.Equal(t, 2, p.Total)
	require.Equal(t, []string{"Two\nlines", "0035", "x", "a.png"}, p.Rows[0].Cells)
	require.Equal(t, []int{2, 3}, []int{p.Rows[0].Line, p.Rows[1].Line})
	require.Len(t, p.Warnings, 1, "a column that is left out warns of nothing")
	require.Equal(t, []any{3, 1, "headline", "spreadsheet_error"}, []any{p.Warnings[0].Line, p.Warnings[0].Column, p.Warnings[0].Field, p.Warnings[0].Code})

	latin := "headline,code\nGr\xf6\xdfte Rabatte f\xfcr alle,GOLD35\n"
	p = preview(goldForm, latin)
	require.Empty(t, p.Rows)
	require.Equal(t, "windows-1252", p.Readings[0].Encoding)
	require.Equal(t, []string{"Größte Rabatte für alle,GOLD35"}, p.Readings[0].Lines)
	p = preview(map[string]string{"template": "gold-coupon", "encoding": "windows-1252"}, latin)
	require.Equal(t, "Größte Rabatte für alle", p.Rows[0].Cells[0])
	require.JSONEq(t, `{"items":[],"next":null}`, h.do(request{method: get, path: bulkPath, admin: true}).Body.String(), "nothing is kept")
}

// P9: columns are what a person chose; what is left out is no value, and names keep one extension.
func TestColumnsThatAPersonChose(t *testing.T) {
	h := newHarness(t)
	ctx := ctxOf(h, h.ours)
	j := h.job(h.bulk(map[string]string{"template": "gold-coupon", "columns": "headline,,code,filename", "encoding": "windows-1252"},
		"Titel,,Gutschein,Datei\nGr\xf6\xdfer,x,GOLD35,one.PNG\nZwei,#N/A,GOLD35,two.jpg\nDrei,,GOLD35,v1.2\n#N/A,,GOLD35,\n"), http.StatusAccepted)
	require.NoError(t, h.service.CheckBulk(ctx, j.ID, 1, 4, func() {}))
	var page struct {
		Items []struct {
			File     string
			State    string
			Values   map[string]string
			Warnings []struct {
				Column int
				Code   string
			}
		}
	}
	res := h.do(request{method: get, path: bulkPath + "/" + j.ID + "/rows", admin: true})
	require.NoError(t, json.Unmarshal(res.Body.Bytes(), &page))
	var files []string
	for _, row := range page.Items {
		files = append(files, row.File)
		require.Equal(t, "valid", row.State)
	}
	require.Equal(t, []string{"one.jpg", "two.jpg", "v1.2.jpg", "00004-gold-coupon-square.jpg"}, files)
	require.Equal(t, map[string]string{"headline": "Größer", "code": "GOLD35", "filename": "one.PNG"}, page.Items[0].Values)
	require.Empty(t, page.Items[1].Warnings)
	require.Equal(t, "spreadsheet_error", page.Items[3].Warnings[0].Code)
	require.Equal(t, 1, page.Items[3].Warnings[0].Column)
}

// P9: the example file is read back as it was written, also what a spreadsheet program would take for a formula.
func TestExampleFileIsReadBack(t *testing.T) {
	h := newHarness(t)
	example := h.do(request{method: get, path: "/api/v1/templates/gold-coupon/example.csv", admin: true})
	require.Equal(t, http.StatusOK, example.Code)
	j := h.job(h.bulk(goldForm, example.Body.String()), http.StatusAccepted)
	require.Equal(t, 1, j.Total)
}
