package promo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/archive"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/internal/engine/sheet"
	"github.com/promostack/promostack/models"
)

// Limits of a bulk job's file.
const (
	MaxBulkFile    = 16 << 20 // bytes
	MaxBulkRows    = 10_000
	maxBulkColumns = 64
	maxBulkCell    = 16 << 10 // bytes
)

// bulkKept is how long an archive can be fetched.
const bulkKept = 7 * 24 * time.Hour

// fileNameColumn is the optional column that names the images.
const fileNameColumn = "filename"

// reportName is the report's name in the archive.
const reportName = "report.csv"

// BulkRequest asks for an archive of images. Zero values mean what they mean in Request.
type BulkRequest struct {
	Template string // id or slug
	Size     string
	Format   string
	Scale    int
	Logo     string
	FileName string           // what the person's file is called
	Encoding string           // of the file; empty for UTF-8, and UTF-16 that shows
	Columns  []string         // the field of each column, "" for none; nil goes by the file's first line
	Start    models.BulkStart // BulkReview is the default
}

// CreateBulk takes a file of values. What is wrong with the file as a whole is reported at once; its
// rows are checked by the job's flow.
func (s *Service) CreateBulk(ctx context.Context, r BulkRequest, file []byte) (*models.BulkJob, error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	if r.Start == "" {
		r.Start = models.BulkReview
	}
	if r.Start != models.BulkReview && r.Start != models.BulkAtOnce {
		return nil, fault.InvalidField("start", "unknown", "must be review or at_once")
	}
	j, err := s.prepare(ctx, Request{Template: r.Template, Size: r.Size, Format: r.Format, Scale: r.Scale, Logo: r.Logo})
	if err != nil {
		return nil, err
	}
	free, err := s.reserve(ctx, tableFactor*int64(len(file))+tableBytes)
	if err != nil {
		return nil, err
	}
	defer free()
	table, columns, err := openTable(j.template, r, file)
	if err != nil {
		return nil, err
	}
	rows, err := readRows(j, table, columns)
	if err != nil {
		return nil, err
	}
	job := &models.BulkJob{TemplateID: j.version.TemplateID, VersionID: j.version.ID, Size: j.Size, Format: j.Format, Scale: j.Scale,
		Logo: j.Logo, FileName: shownName(r.FileName), StartMode: r.Start, Columns: columns}
	if err := s.o.Store.Bulk.Create(ctx, job); err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].JobID = job.ID
	}
	if err := s.o.Store.Bulk.AddRows(ctx, rows); err != nil {
		return nil, errors.Join(err, s.o.Store.Bulk.Discard(context.WithoutCancel(ctx), job.ID))
	}
	// Only now is it a job: a process that died before this left rows that nobody sees, and housekeeping clears them.
	err = s.o.Store.Tx(ctx, func(tx *models.Store) error {
		if job, err = tx.Bulk.Received(ctx, job.ID, len(rows)); err != nil {
			return err
		}
		return addBulk(ctx, tx, contract.BulkCommand{TenantID: owner, JobID: job.ID, Command: contract.BulkBegin, Version: job.Version})
	})
	return job, err
}

// shownName is the name of the person's file without folders, cut to a sensible length.
func shownName(name string) string {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	name = text.Clean(name)
	if runes := []rune(name); len(runes) > 100 {
		name = string(runes[:100])
	}
	if name == "" || name == "." || name == "/" {
		return "values.csv"
	}
	return name
}

// readRows reads all records and names the images.
func readRows(j *job, table *sheet.Reader, columns []string) ([]models.BulkRow, error) {
	names := archive.NewNames(reportName)
	named := namesFiles(j.template, columns)
	file := fileName(j)
	ext := path.Ext(file)
	var rows []models.BulkRow
	for {
		r, err := table.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		number := len(rows) + 1
		name := ""
		if named >= 0 {
			name = withoutExtension(archive.SafeName(withoutExtension(r.Cells[named])))
		}
		if name == "" {
			name = fmt.Sprintf("%05d-%s", number, strings.TrimSuffix(file, ext))
		}
		rows = append(rows, models.BulkRow{Number: number, Line: r.Line, Cells: r.Cells, State: models.BulkRowPending,
			Problems: []models.BulkProblem{}, File: names.Unique(name, ext)})
	}
	if len(rows) == 0 {
		return nil, fault.InvalidField("file", "no_rows", "The file has a header and no rows").
			WithRemedy("Add a line for each image")
	}
	return rows, nil
}

// addBulk writes the outbox message that starts or signals a job's flow.
func addBulk(ctx context.Context, tx *models.Store, c contract.BulkCommand) error {
	return tx.Outbox.Add(ctx, contract.OutboxBulk, contract.BulkID(c.TenantID, c.JobID), c)
}

// CommandBulk carries out start, pause, resume or cancel. The job's flow is signalled, unless the command
// held already.
func (s *Service) CommandBulk(ctx context.Context, id string, command contract.BulkAction) (job *models.BulkJob, err error) {
	owner, err := tenantOf(ctx)
	if err != nil {
		return nil, err
	}
	err = s.o.Store.Tx(ctx, func(tx *models.Store) error {
		var moved bool
		if job, moved, err = tx.Bulk.Command(ctx, id, string(command)); err != nil || !moved {
			return err
		}
		return addBulk(ctx, tx, contract.BulkCommand{TenantID: owner, JobID: id, Command: command, Version: job.Version})
	})
	return job, err
}

// ExampleCSV writes a file with a template's fields and a row of samples, to begin with.
func (s *Service) ExampleCSV(ctx context.Context, template string, w io.Writer) (slug string, err error) {
	record, err := s.o.Store.Templates.Get(ctx, template)
	if err != nil {
		return "", err
	}
	if record.Published == nil {
		return "", fault.New(fault.Conflict, "not_published", "%s is a draft and can't be rendered yet", record.Name).WithRemedy("Publish it first")
	}
	t, err := s.template(record.Published)
	if err != nil {
		return "", err
	}
	var header, row []string
	samples := Samples(t)
	for _, f := range t.Fields {
		if f.Kind == render.KindImage && !f.Required {
			continue // its value is an upload's id, which nobody has at hand
		}
		header, row = append(header, f.Name), append(row, samples[f.Name])
	}
	if _, isField := t.Field(fileNameColumn); !isField {
		header, row = append(header, fileNameColumn), append(row, t.Slug+"-1")
	}
	out, err := sheet.NewWriter(w)
	if err == nil {
		err = errors.Join(out.Write(header...), out.Write(row...), out.Flush())
	}
	return t.Slug, err
}

// ReportBulk writes the outcome of each row of a job.
func (s *Service) ReportBulk(ctx context.Context, id string, w io.Writer) error {
	out, err := sheet.NewWriter(w)
	if err != nil {
		return err
	}
	if err := out.Write("line", "state", "file", "column", "field", "problem"); err != nil {
		return err
	}
	for after := ""; ; {
		page, err := s.o.Store.Bulk.RowPage(ctx, id, "", after, models.MaxPage)
		if err != nil {
			return err
		}
		for _, r := range page.Items {
			if err := writeReport(out, r); err != nil {
				return err
			}
		}
		if after = page.Next; after == "" {
			return out.Flush()
		}
	}
}

func writeReport(out *sheet.Writer, r models.BulkRow) error {
	file := r.File
	if r.State != models.BulkRowDone {
		file = ""
	}
	line := strconv.Itoa(r.Line)
	if len(r.Problems) == 0 {
		return out.Write(line, string(r.State), file, "", "", "")
	}
	for _, p := range r.Problems {
		column := ""
		if p.Column > 0 {
			column = strconv.Itoa(p.Column)
		}
		if err := out.Write(line, string(r.State), file, column, p.Field, p.Message); err != nil {
			return err
		}
	}
	return nil
}

// FileNameColumn tells which of a job's columns names the images, from 0, or -1.
func (s *Service) FileNameColumn(ctx context.Context, j *models.BulkJob) int {
	t, ok := s.parsed.Get(j.VersionID)
	if !ok {
		version, err := s.o.Store.Templates.Version(ctx, j.VersionID)
		if err != nil {
			return -1
		}
		if t, err = s.template(version); err != nil {
			return -1
		}
	}
	return namesFiles(t, j.Columns)
}
