package promo

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/archive"
	"github.com/promostack/promostack/internal/engine/render"
	"github.com/promostack/promostack/models"
)

// problemsOf names a row's mistakes by its columns.
func problemsOf(columns []string, err error) []models.BulkProblem {
	e := fault.From(err)
	out := make([]models.BulkProblem, 0, len(e.Fields))
	for _, f := range e.Fields {
		field := strings.TrimPrefix(f.Name, "values.")
		out = append(out, models.BulkProblem{Column: columnOf(columns, field), Field: field, Code: f.Code, Message: f.Message})
	}
	if len(out) == 0 {
		out = append(out, models.BulkProblem{Code: e.Code, Message: e.Message})
	}
	return out
}

// wait records why a job can't go on now, for those who watch it, and returns the error.
func (s *Service) wait(ctx context.Context, job *models.BulkJob, err error) error {
	if !fault.Is(err, fault.Unavailable) {
		return err
	}
	e := fault.From(err)
	// The note is a courtesy: with the database away it can't be written, and the next attempt does it.
	_ = s.o.Store.Bulk.Notice(ctx, job.ID, &models.Note{Code: e.Code, Message: e.Message})
	return err
}

// CheckBulk is the dry run of the rows from one number to another: each is laid out, and its
// coupons are asked about. It may run again at any time.
func (s *Service) CheckBulk(ctx context.Context, id string, from, to int, beat func()) error {
	job, err := s.o.Store.Bulk.Get(ctx, id)
	if err != nil || job.State != models.BulkChecking {
		return err
	}
	b, err := s.batch(ctx, job)
	if err != nil {
		return s.wait(ctx, job, err)
	}
	rows, err := s.o.Store.Bulk.Rows(ctx, id, from, to)
	if err != nil {
		return err
	}
	named := namesFiles(b.proto.template, job.Columns)
	all := make([]map[string]string, len(rows))
	for i, r := range rows {
		all[i] = b.proto.template.Clean(rowValues(job.Columns, r.Cells, named))
	}
	if err := b.verify(ctx, all); err != nil {
		return s.wait(ctx, job, err)
	}
	for i := range rows {
		beat()
		r := &rows[i]
		_, warnings, err := b.check(ctx, all[i])
		if err != nil && !fault.Is(err, fault.Invalid) {
			return s.wait(ctx, job, err)
		}
		r.State, r.Problems = models.BulkRowValid, warningsOf(job.Columns, r.Cells, warnings)
		if err != nil {
			r.State, r.Problems = models.BulkRowInvalid, problemsOf(job.Columns, err)
		}
		if len(r.Cells) > len(job.Columns) {
			r.State = models.BulkRowInvalid
			r.Problems = append(r.Problems, models.BulkProblem{Column: len(job.Columns) + 1, Code: "extra_cells",
				Message: "The row has more cells than the first line has names: put a value that holds the separator in quotes"})
		}
	}
	_, err = s.o.Store.Bulk.SaveChecked(ctx, id, rows)
	return err
}

// chunkBytes is about how large a chunk's images are together: more than the smallest part that
// S3 takes, few enough chunks that Temporal has little to do, and little enough that several fit
// into memory.
const chunkBytes = 16 << 20

// rowsPerChunk guesses how many images make chunkBytes: the demo's designs have 0.1 to 0.2 bytes a
// pixel as JPEG and up to 1 as PNG.
func rowsPerChunk(j *job) int {
	const maxRowsPerChunk = 128 // a lost attempt has cost a second at most
	pixels := j.size.Width * j.size.Height * j.Scale * j.Scale
	each := pixels / 8
	if j.Format == FormatPNG {
		each = pixels / 2
	}
	return max(4, min(maxRowsPerChunk, chunkBytes/max(each, 1)))
}

func bulkPrefix(tenantID, jobID string) string { return "tenants/" + tenantID + "/bulk/" + jobID + "/" }

// PlanBulk divides a job that was started into chunks and begins the archive's upload. It returns
// how many chunks there are; doing it again changes nothing.
func (s *Service) PlanBulk(ctx context.Context, id string) (chunks int, err error) {
	job, err := s.o.Store.Bulk.Get(ctx, id)
	if err != nil {
		return 0, err
	}
	if job.UploadID != "" {
		return s.o.Store.Bulk.Plan(ctx, id, 0, "", "")
	}
	b, err := s.batch(ctx, job)
	if err != nil {
		return 0, s.wait(ctx, job, err)
	}
	file := fileName(b.proto)
	key := bulkPrefix(job.TenantID, job.ID) + strings.TrimSuffix(strings.TrimSuffix(file, ".jpg"), ".png") + ".zip"
	upload, err := s.o.Objects.BeginUpload(ctx, key, "application/zip")
	if err != nil {
		return 0, s.wait(ctx, job, err)
	}
	// A crash here leaves an upload that nobody knows; the end of the job looks for such.
	chunks, err = s.o.Store.Bulk.Plan(ctx, id, rowsPerChunk(b.proto), key, upload)
	return chunks, errors.Join(err, s.dropUpload(ctx, id, key, upload))
}

// dropUpload aborts an upload that did not become the job's: another attempt had begun one before, or
// the job is closed.
func (s *Service) dropUpload(ctx context.Context, id, key, upload string) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyWithin)
	defer cancel()
	job, err := s.o.Store.Bulk.Get(ctx, id)
	if err != nil || job.UploadID == upload {
		return err
	}
	return s.o.Objects.AbortUpload(ctx, key, upload)
}

// RenderChunk makes the images of one chunk and stores them as a part of the archive. A row that
// can't be made is in the report and stops nobody. It may run again at any time, and twice at the
// same time: the attempt that began last counts.
func (s *Service) RenderChunk(ctx context.Context, id string, number int, beat func()) error {
	job, err := s.o.Store.Bulk.Get(ctx, id)
	if err != nil || job.Terminal() || job.State == models.BulkCancelling {
		return err
	}
	claim, rows, done, err := s.o.Store.Bulk.ClaimChunk(ctx, id, number)
	if err != nil || done {
		return err
	}
	b, err := s.batch(ctx, job)
	if err != nil {
		return s.wait(ctx, job, err)
	}
	memory := partMemory.Get().(*[]byte)
	data, err := s.renderRows(ctx, job, b, rows, *memory, beat)
	if err != nil {
		return s.wait(ctx, job, err)
	}
	chunk := models.BulkChunk{JobID: id, Number: number, Claim: claim, Bytes: int64(len(data))}
	switch {
	case len(data) >= objectstore.MinPart:
		part, err := s.o.Objects.UploadPart(ctx, job.ArchiveKey, job.UploadID, number, data)
		if fault.Is(err, fault.NotFound) {
			err = s.loseUpload(ctx, job, err)
		}
		if err != nil {
			return s.wait(ctx, job, err)
		}
		chunk.ETag = part.ETag
		if !part.Retried && cap(data) <= 4*chunkBytes { // larger images than most would be held for nothing
			partMemory.Put(&data)
		}
	case len(data) > 0:
		chunk.ObjectKey = bulkPrefix(job.TenantID, id) + "chunk-" + claim
		if err := s.o.Objects.Put(ctx, chunk.ObjectKey, "application/octet-stream", data, ""); err != nil {
			return s.tidy(ctx, chunk, s.wait(ctx, job, err))
		}
	}
	return s.tidy(ctx, chunk, s.o.Store.Bulk.FinishChunk(ctx, chunk, rows))
}

// tidyWithin bounds what an attempt may still do after it was given up: it must not leave anything behind.
const tidyWithin = 30 * time.Second

// tidy removes the object of a failed attempt when the job has ended in the meantime: the end of a job
// clears such objects, and this one may have come after it. It returns the attempt's error.
func (s *Service) tidy(ctx context.Context, chunk models.BulkChunk, failed error) error {
	if failed == nil || chunk.ObjectKey == "" {
		return failed
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyWithin)
	defer cancel()
	job, err := s.o.Store.Bulk.Get(ctx, chunk.JobID)
	if err == nil && job.Terminal() {
		err = s.o.Objects.Delete(ctx, chunk.ObjectKey)
	}
	return errors.Join(failed, err)
}

// partMemory is what chunks are made in, one after the other. It is given back only after a request
// that succeeded at once: while one fails, its connection may still read from it.
var partMemory = sync.Pool{New: func() any {
	memory := make([]byte, 0, chunkBytes)
	return &memory
}}

// renderRows makes the rows' images and records each one's result in rows.
func (s *Service) renderRows(ctx context.Context, job *models.BulkJob, b *batch, rows []models.BulkRow, memory []byte, beat func()) ([]byte, error) {
	named := namesFiles(b.proto.template, job.Columns)
	all := make([]map[string]string, len(rows))
	for i, r := range rows {
		all[i] = b.proto.template.Clean(rowValues(job.Columns, r.Cells, named))
	}
	if err := b.verify(ctx, all); err != nil {
		return nil, err
	}
	b.share(all)
	part := archive.NewPart(job.CreatedAt.Time, memory)
	for i := range rows {
		beat()
		r := &rows[i]
		var warnings []render.Warning
		e, err := part.Add(r.File, func(w *bytes.Buffer) (err error) {
			warnings, err = b.image(ctx, all[i], w)
			return err
		})
		switch {
		case fault.Is(err, fault.Invalid):
			r.State, r.Problems = models.BulkRowFailed, problemsOf(job.Columns, err)
			continue
		case err != nil:
			return nil, err
		}
		r.State, r.Problems, r.CRC32, r.Bytes = models.BulkRowDone, warningsOf(job.Columns, r.Cells, warnings), e.CRC32, e.Size
	}
	return part.Bytes(), nil
}
