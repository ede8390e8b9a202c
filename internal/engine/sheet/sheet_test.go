package sheet_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/sheet"
)

var limits = sheet.Limits{Rows: 5, Columns: 4, Cell: 100}

func readAll(data []byte) (header []string, rows []sheet.Row, err error) {
	r, err := sheet.NewReader(data, "", limits)
	if err != nil {
		return nil, nil, err
	}
	if err := r.CheckHeader(); err != nil {
		return nil, nil, err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return r.Header, rows, nil
		}
		if err != nil {
			return r.Header, rows, err
		}
		rows = append(rows, row)
	}
}

func utf16le(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestWhatSpreadsheetsWrite(t *testing.T) {
	want := []sheet.Row{{Line: 2, Cells: []string{"Save, now", "GOLD35"}}, {Line: 3, Cells: []string{"Größe €", ""}}}
	for name, data := range map[string][]byte{
		"commas":               []byte("headline,code\n\"Save, now\",GOLD35\nGröße €,\n"),
		"no line end":          []byte("headline,code\n\"Save, now\",GOLD35\nGröße €,"),
		"Windows":              []byte("headline,code\r\n\"Save, now\",GOLD35\r\nGröße €,\r\n"),
		"old Mac":              []byte("headline,code\r\"Save, now\",GOLD35\rGröße €,\r"),
		"byte order mark":      []byte("\xef\xbb\xbfheadline,code\n\"Save, now\",GOLD35\nGröße €,\n"),
		"semicolons":           []byte("headline;code\nSave, now;GOLD35\nGröße €;\n"),
		"tabs":                 []byte("headline\tcode\nSave, now\tGOLD35\nGröße €\t\n"),
		"UTF-16":               utf16le("headline\tcode\r\nSave, now\tGOLD35\r\nGröße €\t\r\n"),
		"empty columns, lines": []byte("headline,code,,\n\"Save, now\",GOLD35,,\nGröße €,,\n\n,,,\n"),
		"a short row":          []byte(" headline , code\n\"Save, now\",GOLD35\nGröße €\n"),
	} {
		header, rows, err := readAll(data)
		require.NoError(t, err, name)
		require.Equal(t, []string{"headline", "code"}, header, name)
		require.Equal(t, want, rows, name)
	}
	_, rows, err := readAll([]byte("a,b\n\"two\nlines\",x\nnext,y\n"))
	require.NoError(t, err)
	require.Equal(t, []sheet.Row{{2, []string{"two\nlines", "x"}}, {3, []string{"next", "y"}}}, rows)
	_, rows, err = readAll([]byte("a,b\n1,2,3\n"))
	require.NoError(t, err)
	require.Len(t, rows[0].Cells, 3, "the caller says that the line has too many")
}

func TestMistakesOfAFile(t *testing.T) {
	for name, c := range map[string]struct{ data, code, says string }{
		"nothing":           {"", "empty", "empty"},
		"only blanks":       {"\n\n", "empty", "empty"},
		"open quote":        {"a,b\n\"x,1\ny,2\n", "quote", "line 2"},
		"lone quote":        {"a,b\nx\"y,1\n", "quote", "Line 2, character 2"},
		"column twice":      {"a,a\n", "csv_header", "two columns"},
		"unnamed column":    {"a,,b\n", "csv_header", "Column 2"},
		"too many columns":  {"a,b,c,d,e\n", "too_many_columns", "more than 4"},
		"a million columns": {strings.Repeat("a,", 1_000_000), "too_many_columns", "more than 4"},
		"wide row":          {"a\n" + strings.Repeat("1,", 1_000_000) + "\n", "too_many_columns", "more than 4"},
		"too many rows":     {"a\n1\n2\n3\n4\n5\n6\n", "too_many_rows", "more than 5"},
		"long cell":         {"a\n" + strings.Repeat("x", 101), "cell_too_long", "Line 2, column 1"},
		"latin 1":           {"a\nok\nGr\xf6\xdfe\n", "encoding", "Line 3"},
		"binary":            {"a\x00b", "not_csv", "not text"},
		"xlsx":              {"PK\x03\x04rest", "not_csv", "spreadsheet"},
		"xls":               {"\xd0\xcf\x11\xe0rest", "not_csv", "spreadsheet"},
		"half UTF-16":       {"\xff\xfea\x00b", "not_csv", "not text"},
	} {
		_, _, err := readAll([]byte(c.data))
		require.True(t, fault.Is(err, fault.Invalid), "%s: %v", name, err)
		require.Equal(t, c.code, fault.From(err).Code, name)
		require.Contains(t, err.Error(), c.says, name)
		require.NotEmpty(t, fault.From(err).Fields, name)
	}
}

func TestWrittenTablesRunNothing(t *testing.T) {
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b)
	require.NoError(t, err)
	for _, evil := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1", `=cmd|' /C calc'!A0`} {
		require.NoError(t, w.Write(evil, "plain"))
	}
	require.NoError(t, w.Flush())
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	require.NoError(t, err)
	for _, row := range rows {
		require.True(t, strings.HasPrefix(row[0], "'"), "%q", row[0])
		require.Equal(t, "plain", row[1])
	}
	require.Equal(t, "Save 35%", sheet.Harmless("Save 35%"))
}

// Whatever the bytes, reading ends with rows within the limits or a fault about the file.
func FuzzReader(f *testing.F) {
	f.Add([]byte("a,b\n1,2\n"))
	f.Add([]byte("a;b\r\n\"1;\r\n\";2\r"))
	f.Add(utf16le("a\tb\n1\t2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		header, rows, err := readAll(data)
		if err != nil && (!fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) == 0) {
			t.Fatalf("%v", err)
		}
		if len(header) > limits.Columns || len(rows) > limits.Rows {
			t.Fatal("over the limits")
		}
		last := 0
		for _, r := range rows {
			if r.Line <= last || len(r.Cells) < len(header) {
				t.Fatal(fmt.Sprint(rows))
			}
			last = r.Line
		}
	})
}
