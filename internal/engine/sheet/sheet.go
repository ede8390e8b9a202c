// Package sheet reads tables of values that people make with spreadsheet programs: CSV with
// commas, semicolons or tabs, with or without byte order marks, in UTF-8, UTF-16 or an older encoding,
// with any line ends. It knows the row that the spreadsheet program shows for each record, so that a
// mistake can be shown where it is.
package sheet

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"

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
	Line  int // the number that a spreadsheet program gives it; the header is usually 1
	Cells []string
}

// Reader reads a table record by record. Its errors are faults about the field "file".
type Reader struct {
	// Header is the first record, its names trimmed. CheckHeader says whether each is there once.
	Header []string

	csv    *csv.Reader
	limits Limits
	rows   int
	inner  int // line ends within cells so far: the spreadsheet program's rows don't count them
}

// field is the name under which mistakes are told.
const field = "file"

// NewReader reads the header. data is the whole file; encoding is the name of one of Encodings, or empty
// for what is seen from the file itself: UTF-8 or UTF-16.
func NewReader(data []byte, encoding string, limits Limits) (*Reader, error) {
	text, err := decode(data, encoding)
	if err != nil {
		return nil, err
	}
	text, separator := splitSeparator(text)
	if separator == 0 {
		separator = separatorOf(text)
	}
	// A line of a million columns is refused before the parser makes a cell of each.
	if line := tooWide(text, separator, 4*limits.Columns+1024); line > 0 {
		return nil, tooManyColumns(limits, line)
	}
	r := csv.NewReader(&lines{data: withoutTextFormulas(text, separator)})
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
	if len(header) == 0 {
		return nil, fault.InvalidField(field, "no_header", "The first line names no fields")
	}
	s.Header = header
	return s, nil
}

// CheckHeader says which columns have no name, or one that another has.
func (s *Reader) CheckHeader() error {
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
		return nil, 0, s.parseFault(e)
	}
	if err != nil {
		return nil, 0, err
	}
	line, _ = s.csv.FieldPos(0)
	line -= s.inner
	for _, c := range raw {
		s.inner += strings.Count(c, "\n")
	}
	if len(raw) > s.limits.Columns && !blank(raw[s.limits.Columns:]) {
		return nil, 0, tooManyColumns(s.limits, line)
	}
	raw = raw[:min(len(raw), s.limits.Columns)]
	cells = make([]string, len(raw))
	for i, c := range raw {
		if len(c) > s.limits.Cell {
			return nil, 0, fault.InvalidField(field, "cell_too_long", "Line %d, column %d: the cell is longer than %d bytes", line, i+1, s.limits.Cell).
				WithRemedy("A quote that is not closed takes in all that follows: look for it there")
		}
		cells[i] = strings.Clone(meant(c)) // a piece of the whole record otherwise
	}
	return cells, line, nil
}

func tooManyColumns(limits Limits, line int) error {
	return fault.InvalidField(field, "too_many_columns", "Line %d has more than %d columns", line, limits.Columns).
		WithRemedy("Leave the columns that no field needs out")
}

func (s *Reader) parseFault(e *csv.ParseError) error {
	begins, line := e.StartLine-s.inner, e.Line-s.inner
	switch {
	case errors.Is(e.Err, csv.ErrQuote):
		return fault.InvalidField(field, "quote", "Line %d, character %d: a quote is not closed, or stands alone (the record starts in line %d)", line, e.Column, begins).
			WithRemedy(`Write a quote within a cell twice, as "", and put the cell in quotes`)
	case errors.Is(e.Err, csv.ErrBareQuote):
		return fault.InvalidField(field, "quote", "Line %d, character %d: a quote stands within a cell that has none around it", line, e.Column).
			WithRemedy(`Write a quote within a cell twice, as "", and put the cell in quotes`)
	}
	return fault.InvalidField(field, "csv", "Line %d can't be read: %v", line, e.Err)
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
