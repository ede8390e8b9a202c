package sheet

import (
	"encoding/csv"
	"io"
	"strings"
)

// Writer writes a table that spreadsheet programs open without running anything in it.
type Writer struct{ csv *csv.Writer }

// NewWriter writes a byte order mark, by which spreadsheet programs know UTF-8, and then records.
func NewWriter(w io.Writer) (*Writer, error) {
	_, err := io.WriteString(w, "\ufeff")
	c := csv.NewWriter(w)
	c.UseCRLF = true
	return &Writer{csv: c}, err
}

// Write adds a record. A cell that a spreadsheet program would take for a formula gets an
// apostrophe before it (OWASP, CSV Injection).
func (w *Writer) Write(cells ...string) error {
	safe := make([]string, len(cells))
	for i, c := range cells {
		safe[i] = Harmless(c)
	}
	return w.csv.Write(safe)
}

// Flush writes what is buffered.
func (w *Writer) Flush() error {
	w.csv.Flush()
	return w.csv.Error()
}

// Harmless makes a cell one that no spreadsheet program takes for a formula. Reading it gives the same cell
// again.
func Harmless(cell string) string {
	if isDangerous(cell) {
		return "'" + cell
	}
	return cell
}

// isDangerous tells what a spreadsheet program takes for a formula, with apostrophes before it or without.
func isDangerous(cell string) bool {
	start := strings.TrimLeft(cell, " '\u00a0\ufeff")
	return start != "" && strings.ContainsAny(start[:1], "=+-@\t\r\n|%") || strings.HasPrefix(start, "＝") || strings.HasPrefix(start, "＋") || strings.HasPrefix(start, "－") || strings.HasPrefix(start, "＠")
}
