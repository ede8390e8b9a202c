package sheet_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/sheet"
)

func TestCases(t *testing.T) {
	for _, name := range []string{"07-sep-line.csv", "08-double-bom.csv"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		require.NoError(t, err)
		header, rows, err := readAll(data)
		require.NoError(t, err, name)
		require.Equal(t, []string{"headline", "code"}, header, name)
		require.Equal(t, []sheet.Row{{2, []string{"Save 35%", "GOLD35"}}}, rows, name)
	}
}

// What spreadsheet programs leave before, around and within a table.
func TestWhatPeopleBring(t *testing.T) {
	want := []sheet.Row{{2, []string{"Save; now", "0035"}}}
	for name, data := range map[string]string{
		"sep with commas":          "sep=,\nheadline,code\nSave; now,0035\n",
		"sep in quotes":            "\"sep=,\"\r\nheadline,code\r\nSave; now,0035\r\n",
		"SEP, a bar":               "SEP=|\rheadline|code\rSave; now|0035\r",
		"sep, a tab":               "sep=\t\nheadline\tcode\nSave; now\t0035\n",
		"three marks":              "\ufeff\ufeff\ufeffheadline,code\nSave; now,0035\n",
		"a mark in quotes":         "\"\ufeffheadline\",code\nSave; now,0035\n",
		"a mark behind sep":        "\ufeffsep=,\n\ufeffheadline,code\nSave; now,0035\n",
		"a number as text":         "headline,code\nSave; now,=\"0035\"\n",
		"in quotes":                "headline,code\n\"Save; now\",\"=\"\"0035\"\"\"\n",
		"both as text":             "headline,code\n=\"Save; now\",=\"0035\"\n",
		"an apostrophe that saves": "headline,code\nSave; now,0035\n",
		"no name behind":           " headline ,\tcode\nSave; now,0035\n",
		"UTF-16 without a mark":    string(utf16le("headline,code\nSave; now,0035\n")[2:]),
	} {
		header, rows, err := readAll([]byte(data))
		require.NoError(t, err, name)
		require.Equal(t, []string{"headline", "code"}, header, name)
		require.Equal(t, want, rows, name)
	}
	for cell, means := range map[string]string{
		`'=1+1`: "=1+1", `''=1+1`: "'=1+1", `'90s`: "'90s", `'-50 %`: "-50 %", `=A1`: "=A1", `"=""a""""b"""`: `a"b`,
	} {
		_, rows, err := readAll([]byte("a\n" + cell + "\n"))
		require.NoError(t, err, cell)
		require.Equal(t, means, rows[0].Cells[0], cell)
	}
	_, _, err := readAll([]byte("sep=;\n"))
	require.Equal(t, "empty", fault.From(err).Code)
}

// A row has the number that a spreadsheet program shows beside it.
func TestLinesAreTheSpreadsheets(t *testing.T) {
	_, rows, err := readAll([]byte("sep=,\n\"a\nb\",c\n\"1\r\n\r\n2\",x\n\n3,\"y\rz\"\n4,w\n"))
	require.NoError(t, err)
	var lines []int
	for _, r := range rows {
		lines = append(lines, r.Line)
	}
	require.Equal(t, []int{2, 4, 5}, lines)
	_, _, err = readAll([]byte("a,b\n\"1\n2\",x\n\"open,y\n"))
	require.Contains(t, err.Error(), "starts in line 3")
}

func TestEncodings(t *testing.T) {
	encoded := func(c *charmap.Charmap, text string) []byte {
		out, err := c.NewEncoder().Bytes([]byte(text))
		require.NoError(t, err)
		return out
	}
	sjis, err := japanese.ShiftJIS.NewEncoder().Bytes([]byte("headline,code\n今すぐ割引キャンペーン,GOLD35\n"))
	require.NoError(t, err)
	for name, c := range map[string]struct {
		data []byte
		text string
	}{
		"windows-1252": {encoded(charmap.Windows1252, "headline,code\nGrößte Rabatte für Läufer – nur heute,GOLD35\n"), "Größte Rabatte für Läufer – nur heute"},
		"windows-1250": {encoded(charmap.Windows1250, "headline,code\nZniżka tylko dziś: 35 zł mniej, źródło,x\n"), "Zniżka tylko dziś: 35 zł mniej"},
		"windows-1251": {encoded(charmap.Windows1251, "headline,code\nСкидка 35 % только сегодня,GOLD35\n"), "Скидка 35 % только сегодня"},
		"koi8-r":       {encoded(charmap.KOI8R, "headline,code\nСкидка 35 % только сегодня,GOLD35\n"), "Скидка 35 % только сегодня"},
		"ibm866":       {encoded(charmap.CodePage866, "headline,code\nСкидка 35 % только сегодня,GOLD35\n"), "Скидка 35 % только сегодня"},
		"windows-1253": {encoded(charmap.Windows1253, "headline,code\nΈκπτωση μόνο σήμερα,GOLD35\n"), "Έκπτωση μόνο σήμερα"},
		"windows-1254": {encoded(charmap.Windows1254, "headline,code\nYaz indirimi başladı: şimdi alın,GOLD35\n"), "Yaz indirimi başladı: şimdi alın"},
		"shift_jis":    {sjis, "今すぐ割引キャンペーン"},
	} {
		_, _, err := readAll(c.data)
		require.Equal(t, "encoding", fault.From(err).Code, name)
		require.Contains(t, err.Error(), "Line 2", name)

		var likely []string
		for _, l := range sheet.Likely(c.data) {
			likely = append(likely, strings.Join(l.Lines, "\n"))
			require.True(t, utf8.ValidString(likely[len(likely)-1]))
		}
		require.Contains(t, strings.Join(likely[:min(3, len(likely))], "\n"), c.text, "%s: %q", name, likely)

		r, err := sheet.NewReader(c.data, name, limits)
		require.NoError(t, err, name)
		row, err := r.Next()
		require.NoError(t, err)
		require.Equal(t, c.text, row.Cells[0], name)
	}
	require.Empty(t, sheet.Likely([]byte("Größe")))
	require.Empty(t, sheet.Likely(utf16le("Größe")))
	for name, code := range map[string]string{"klingon": "unknown", "shift_jis": "does_not_match", "windows-1252": ""} {
		_, err := sheet.NewReader([]byte("a\nGr\xf6\xdfe\xff\n"), name, limits)
		require.Equal(t, code, codeOf(err), name)
	}
}

func codeOf(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

func TestErrorsOfSpreadsheets(t *testing.T) {
	for _, cell := range []string{"#N/A", "#REF!", " #VALUE! ", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#NV", "#BEZUG!", "#¡DIV/0!", "#ЗНАЧ!", "########", "Err:502"} {
		require.True(t, sheet.IsError(cell), cell)
	}
	for _, cell := range []string{"", "#", "#1 in gold", "#GOLD!", "Save #N/A", "N/A", strings.Repeat("#", 100)} {
		require.False(t, sheet.IsError(cell), cell)
	}
}

// What the program writes, it reads back unchanged.
func FuzzRoundTrip(f *testing.F) {
	for _, cell := range []string{"=1+1", "'=1", "''", `="0035"`, `a"b`, "two\nlines", "-50 %", " x ", "'90s", "a;b,c\td", "＝1", "\ufeffx"} {
		f.Add(cell, "GOLD35")
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if !utf8.ValidString(a) || !utf8.ValidString(b) || strings.ContainsAny(a+b, "\r\x00") || len(a) > limits.Cell-2 || len(b) > limits.Cell-2 {
			t.Skip()
		}
		var out bytes.Buffer
		w, err := sheet.NewWriter(&out)
		require.NoError(t, err)
		require.NoError(t, w.Write("a", "b", "c"))
		require.NoError(t, w.Write(a, b, "last"))
		require.NoError(t, w.Flush())
		_, rows, err := readAll(out.Bytes())
		require.NoError(t, err)
		require.Equal(t, [][]string{{a, b, "last"}}, [][]string{rows[0].Cells})
	})
}

// Whatever the bytes, no encoding trips over them, and each that is offered reads them.
func FuzzLikely(f *testing.F) {
	f.Add([]byte("headline\nGr\xf6\xdfe\n"))
	f.Add([]byte("\x82\xa0\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, l := range sheet.Likely(data) {
			if l.Encoding.Name == "" || len(l.Lines) > 3 {
				t.Fatal(l)
			}
		}
	})
}
