package promo

import (
	"context"
	"errors"
	"io"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/sheet"
	"github.com/promostack/promostack/models"
)

// previewRows is how many rows a preview shows, and previewWarnings how many warnings.
const (
	previewRows     = 5
	previewWarnings = 20
)

// BulkPreview is how a file of values is read, before anything is made of it.
type BulkPreview struct {
	Readings []sheet.Reading // how it may be meant, when that has to be chosen; then the rest is empty
	Header   []string
	Columns  []string // the field that each column seems to mean, or ""
	Rows     []sheet.Row
	Total    int // rows
	Warnings []PreviewWarning
}

// PreviewWarning is a cell that a person should look at.
type PreviewWarning struct {
	Line int
	models.BulkProblem
}

// PreviewBulk reads a file of values as CreateBulk would, and shows how. Columns that match no field are no
// mistake yet. Nothing is kept.
func (s *Service) PreviewBulk(ctx context.Context, r BulkRequest, file []byte) (*BulkPreview, error) {
	j, err := s.prepare(ctx, Request{Template: r.Template, Size: r.Size, Format: r.Format, Scale: r.Scale, Logo: r.Logo})
	if err != nil {
		return nil, err
	}
	free, err := s.reserve(ctx, tableFactor*int64(len(file))+tableBytes)
	if err != nil {
		return nil, err
	}
	defer free()
	if r.Encoding == "" {
		if readings := sheet.Likely(file); len(readings) > 0 {
			return &BulkPreview{Readings: readings}, nil
		}
	}
	table, err := sheet.NewReader(file, r.Encoding, sheet.Limits{Rows: MaxBulkRows, Columns: maxBulkColumns, Cell: maxBulkCell})
	if err != nil {
		return nil, err
	}
	p := &BulkPreview{Header: table.Header, Columns: guessColumns(j.template, table.Header)}
	if r.Columns != nil && len(r.Columns) == len(table.Header) {
		p.Columns = r.Columns
	}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if p.Total++; p.Total <= previewRows {
			p.Rows = append(p.Rows, row)
		}
		for _, w := range warningsOf(p.Columns, row.Cells, nil) {
			if len(p.Warnings) < previewWarnings {
				p.Warnings = append(p.Warnings, PreviewWarning{row.Line, w})
			}
		}
	}
	if p.Total == 0 {
		return nil, fault.InvalidField("file", "no_rows", "The file has a header and no rows").WithRemedy("Add a line for each image")
	}
	return p, nil
}
