// Package sheet reads tables of values that people make with spreadsheet programs: CSV with
// commas, semicolons or tabs, with or without a byte order mark, in UTF-8 or UTF-16, with any line
// ends. It knows the line of each record, so that a mistake can be shown where it is.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
)

// Limits bound what is read.
type Limits struct {
	Rows    int // records besides the header
	Columns int
	Cell    int // bytes of one cell
}

// Row is one record.
type Row struct {
	Line  int // where it starts in the file; the header is usually line 1
	Cells []string
}

// Reader reads a table record by record. Its errors are faults about the field "file".
type Reader struct {
	// Header is the first record: trimmed, each name once, none empty but those of columns that
	// have no cells.
	Header []string

	csv    *csv.Reader
	limits Limits
	rows   int
}

// field is the name under which mistakes are told.
const field = "file"

// NewReader reads the header. data is the whole file.
func NewReader(data []byte, limits Limits) (*Reader, error) {
	text, err := decode(data)
	if err != nil {
		return nil, err
	}
	// A line of a million columns is refused before the parser makes a cell of each.
	separator := separatorOf(text)
	if line := tooWide(text, separator, 4*limits.Columns+1024); line > 0 {
		return nil, tooManyColumns(limits, line)
	}
	r := csv.NewReader(&lines{data: text})
	r.Comma = rune(separator)
	r.FieldsPerRecord = -1
	r.ReuseRecord = true
	s := &Reader{csv: r, limits: limits}
	header, _, err := s.record()
	if errors.Is(err, io.EOF) {
		return nil, fault.InvalidField(field, "empty", "The file is empty").
			WithRemedy("Its first line names the fields, and each further line is an image")
	}
	if err != nil {
		return nil, err
	}
	for i, name := range header {
		header[i] = typed.Clean(name)
	}
	for len(header) > 0 && header[len(header)-1] == "" { // spreadsheets leave empty columns at the end
		header = header[:len(header)-1]
	}
	s.Header = header
	return s, s.checkHeader()
}

func (s *Reader) checkHeader() error {
	var wrong fault.Fields
	seen := map[string]bool{}
	for i, name := range s.Header {
		switch {
		case name == "":
			wrong.Add(field, "column_unnamed", "Column %d has no name in the first line", i+1)
		case seen[name]:
			wrong.Add(field+"."+name, "column_twice", "There are two columns %q", short(name))
		}
		seen[name] = true
	}
	if len(s.Header) == 0 {
		wrong.Add(field, "no_header", "The first line names no fields")
	}
	return wrong.Err("csv_header", "The first line of the file has mistakes")
}

// Next returns the next record that is not empty, with as many cells as the header; io.EOF after
// the last. A record with more cells than the header has all of them, so that the caller can say
// so about its line.
func (s *Reader) Next() (Row, error) {
	for {
		cells, line, err := s.record()
		if err != nil {
			return Row{}, err
		}
		for len(cells) > len(s.Header) && typed.IsBlank(cells[len(cells)-1]) {
			cells = cells[:len(cells)-1]
		}
		if blank(cells) {
			continue
		}
		if s.rows++; s.rows > s.limits.Rows {
			return Row{}, fault.InvalidField(field, "too_many_rows", "The file has more than %d rows", s.limits.Rows).
				WithRemedy("Split it into several files")
		}
		for len(cells) < len(s.Header) {
			cells = append(cells, "")
		}
		return Row{Line: line, Cells: cells}, nil
	}
}

// record reads one record as the file has it. The cells are the caller's.
func (s *Reader) record() (cells []string, line int, err error) {
	raw, err := s.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, 0, io.EOF
	}
	if e, ok := errors.AsType[*csv.ParseError](err); ok {
		return nil, 0, parseFault(e)
	}
	if err != nil {
		return nil, 0, err
	}
	if len(raw) > s.limits.Columns && !blank(raw[s.limits.Columns:]) {
		line, _ = s.csv.FieldPos(0)
		return nil, 0, tooManyColumns(s.limits, line)
	}
	raw = raw[:min(len(raw), s.limits.Columns)]
	line, _ = s.csv.FieldPos(0)
	cells = make([]string, len(raw))
	for i, c := range raw {
		if len(c) > s.limits.Cell {
			at, _ := s.csv.FieldPos(i)
			return nil, 0, fault.InvalidField(field, "cell_too_long", "Line %d, column %d: the cell is longer than %d bytes", at, i+1, s.limits.Cell).
				WithRemedy("A quote that is not closed takes in all that follows: look for it there")
		}
		cells[i] = strings.Clone(c) // a piece of the whole record otherwise
	}
	return cells, line, nil
}

func tooManyColumns(limits Limits, line int) error {
	return fault.InvalidField(field, "too_many_columns", "Line %d has more than %d columns", line, limits.Columns).
		WithRemedy("Leave the columns that no field needs out")
}

func parseFault(e *csv.ParseError) error {
	switch {
	case errors.Is(e.Err, csv.ErrQuote) && e.StartLine != e.Line, errors.Is(e.Err, csv.ErrQuote):
		return fault.InvalidField(field, "quote", "Line %d, character %d: a quote is not closed, or stands alone (the record starts in line %d)", e.Line, e.Column, e.StartLine).
			WithRemedy(`Write a quote within a cell twice, as "", and put the cell in quotes`)
	case errors.Is(e.Err, csv.ErrBareQuote):
		return fault.InvalidField(field, "quote", "Line %d, character %d: a quote stands within a cell that has none around it", e.Line, e.Column).
			WithRemedy(`Write a quote within a cell twice, as "", and put the cell in quotes`)
	}
	return fault.InvalidField(field, "csv", "Line %d can't be read: %v", e.Line, e.Err)
}

func blank(cells []string) bool {
	for _, c := range cells {
		if !typed.IsBlank(c) {
			return false
		}
	}
	return true
}

func short(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}

// decode returns the file as UTF-8 without a byte order mark.
func decode(data []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}), bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err == nil && len(data)%2 == 0 {
			data = out
			break
		}
		return nil, notText()
	case bytes.HasPrefix(data, []byte("PK\x03\x04")), bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}):
		return nil, fault.InvalidField(field, "not_csv", "This is a spreadsheet program's own file").
			WithRemedy("Save it as “CSV UTF-8” there and send that")
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, notText()
	}
	if !utf8.Valid(data) {
		line := 1
		for rest := data; len(rest) > 0; {
			r, n := utf8.DecodeRune(rest)
			if r == utf8.RuneError && n == 1 {
				break
			}
			if r == '\n' {
				line++
			}
			rest = rest[n:]
		}
		return nil, fault.InvalidField(field, "encoding", "Line %d is not UTF-8 text", line).
			WithRemedy("Save the file as “CSV UTF-8”")
	}
	return data, nil
}

func notText() error {
	return fault.InvalidField(field, "not_csv", "The file is not text").WithRemedy("Save it as “CSV UTF-8” and send that")
}

// firstLine is the header as bytes, as far as its first line end outside quotes.
func firstLine(text []byte) []byte {
	quoted := false
	for i, c := range text {
		switch c {
		case '"':
			quoted = !quoted
		case '\n', '\r':
			if !quoted {
				return text[:i]
			}
		}
	}
	return text
}

// tooWide is the line of the first record with that many separators outside quotes; 0 is none.
func tooWide(text []byte, separator byte, most int) int {
	quoted, line, from, n := false, 1, 1, 0
	for i, c := range text {
		switch {
		case c == '"':
			quoted = !quoted
		case c == '\n', c == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			if line++; !quoted {
				from, n = line, 0
			}
		case c == separator && !quoted:
			if n++; n >= most {
				return from
			}
		}
	}
	return 0
}

// separatorOf finds what stands between the columns: Excel's own "sep=;" line is not needed, since
// the header names columns and the sign that divides it most often outside quotes is the one.
func separatorOf(text []byte) byte {
	counts := map[byte]int{}
	quoted := false
	for _, c := range firstLine(text) {
		switch c {
		case '"':
			quoted = !quoted
		case ',', ';', '\t':
			if !quoted {
				counts[c]++
			}
		}
	}
	best := byte(',')
	for _, c := range []byte{';', '\t'} {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// lines turns the line ends of old Macs (a lone CR) into the ones that the parser knows; it keeps
// the number of bytes, so that positions stay true.
type lines struct {
	data []byte
	at   int
}

// Read implements io.Reader.
func (l *lines) Read(p []byte) (int, error) {
	if l.at == len(l.data) {
		return 0, io.EOF
	}
	n := copy(p, l.data[l.at:])
	for i := range n {
		next := l.at + i + 1
		if p[i] == '\r' && (next == len(l.data) || l.data[next] != '\n') {
			p[i] = '\n'
		}
	}
	l.at += n
	return n, nil
}
