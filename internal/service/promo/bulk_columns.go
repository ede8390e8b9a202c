package promo

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/engine/sheet"
	"github.com/promostack/promostack/models"
)

// openTable reads the first line of a file of values and finds the field of each column, "" for one that
// is left out.
func openTable(t *render.Template, r BulkRequest, file []byte) (*sheet.Reader, []string, error) {
	table, err := sheet.NewReader(file, r.Encoding, sheet.Limits{Rows: MaxBulkRows, Columns: maxBulkColumns, Cell: maxBulkCell})
	if err != nil {
		return nil, nil, err
	}
	if r.Columns != nil {
		return table, r.Columns, checkChosen(t, table.Header, r.Columns)
	}
	if err := table.CheckHeader(); err != nil {
		return nil, nil, err
	}
	columns := guessColumns(t, table.Header)
	return table, columns, checkColumns(t, table.Header, columns)
}

// guessColumns finds the field that each column of a header means: by its name, or by its label as the page
// shows it, in any case. What is none is "".
func guessColumns(t *render.Template, header []string) []string {
	columns := make([]string, len(header))
	names := append(fieldNames(t), fileNameColumn)
	for i, title := range header {
		if slices.Contains(names, title) {
			columns[i] = title
		}
	}
	for i, title := range header {
		if columns[i] != "" {
			continue
		}
		meant := foldTitle(title)
		for _, f := range t.Fields {
			if meant == foldTitle(f.Name) || meant == foldTitle(f.Label) {
				columns[i] = f.Name
				break
			}
		}
		if columns[i] == "" && (meant == fileNameColumn || meant == "file name") {
			columns[i] = fileNameColumn
		}
	}
	return columns
}

// foldTitle makes titles comparable: case, underscores, spaces, and what pages put behind a label don't count.
func foldTitle(title string) string {
	return strings.TrimRight(text.Fold(strings.ReplaceAll(title, "_", " ")), "*: ")
}

func fieldNames(t *render.Template) []string {
	names := make([]string, len(t.Fields))
	for i, f := range t.Fields {
		names[i] = f.Name
	}
	return names
}

// checkColumns compares what a header means with the template's fields.
func checkColumns(t *render.Template, header, columns []string) error {
	var wrong fault.Fields
	names := fieldNames(t)
	for i, name := range columns {
		switch {
		case name == "":
			wrong.Add("file."+header[i], "unknown_column", "Column %d, %q, is not a field of the template: it has %s", i+1, header[i], strings.Join(names, ", "))
		case slices.Index(columns, name) < i:
			wrong.Add("file."+header[i], "column_twice", "Columns %d and %d both mean %q", slices.Index(columns, name)+1, i+1, name)
		}
	}
	addMissing(&wrong, t, columns)
	return wrong.Err("csv_columns", "The columns of the file do not match the template")
}

// checkChosen compares the fields that a person chose for the columns with the template and the file.
func checkChosen(t *render.Template, header, columns []string) error {
	if len(columns) != len(header) {
		return fault.InvalidField("columns", "wrong_count", "The file has %d columns, and %d are given", len(header), len(columns))
	}
	var wrong fault.Fields
	names := fieldNames(t)
	for i, name := range columns {
		switch {
		case name == "":
		case name != fileNameColumn && !slices.Contains(names, name):
			wrong.Add("columns", "unknown_column", "The template has no field %q: it has %s", fault.Shorten(name), strings.Join(names, ", "))
		case slices.Index(columns, name) < i:
			wrong.Add("columns", "column_twice", "Columns %d and %d are both to be %q", slices.Index(columns, name)+1, i+1, name)
		}
	}
	addMissing(&wrong, t, columns)
	return wrong.Err("csv_columns", "The columns of the file do not match the template")
}

func addMissing(wrong *fault.Fields, t *render.Template, columns []string) {
	for _, f := range t.Fields {
		if f.Required && !slices.Contains(columns, f.Name) {
			wrong.Add("file."+f.Name, "missing_column", "The column %q is missing: the template needs it", f.Name)
		}
	}
}

// namesFiles tells which column names the images, or -1.
func namesFiles(t *render.Template, columns []string) int {
	if _, isField := t.Field(fileNameColumn); isField {
		return -1
	}
	return slices.Index(columns, fileNameColumn)
}

// pictureExtensions are what people put behind the names of pictures.
var pictureExtensions = []string{".jpg", ".jpeg", ".jfif", ".png", ".webp", ".gif", ".avif", ".heic", ".bmp", ".tif", ".tiff", ".svg", ".pdf"}

// withoutExtension takes off an extension that a picture's name already has: it gets the one of what is made.
func withoutExtension(name string) string {
	name = text.Clean(name)
	if ext := path.Ext(name); slices.Contains(pictureExtensions, text.Lower(ext)) {
		name = strings.TrimSuffix(name, ext)
	}
	return strings.TrimRight(name, ". ")
}

// rowValues are the values of a row by field name; empty cells are values that are not given.
func rowValues(columns, cells []string, named int) map[string]string {
	values := make(map[string]string, len(columns))
	for i, name := range columns {
		if i != named && name != "" && i < len(cells) && cells[i] != "" {
			values[name] = cells[i]
		}
	}
	return values
}

// columnOf is the column of a field, from 1; 0 is none.
func columnOf(columns []string, field string) int {
	if field == "" {
		return 0
	}
	return slices.Index(columns, field) + 1
}

// warningsOf are what a person should see of a row although its image can be made.
func warningsOf(columns, cells []string, warnings []render.Warning) []models.BulkProblem {
	out := []models.BulkProblem{}
	for _, w := range warnings {
		out = append(out, models.BulkProblem{Column: columnOf(columns, w.Field), Field: w.Field, Code: w.Code, Message: w.Message, Warning: true})
	}
	for i, name := range columns {
		if name != "" && i < len(cells) && sheet.IsError(cells[i]) {
			out = append(out, models.BulkProblem{Column: i + 1, Field: name, Code: "spreadsheet_error", Warning: true,
				Message: fmt.Sprintf("%q is what a spreadsheet program shows for a formula that failed", text.Clean(cells[i]))})
		}
	}
	return out
}
