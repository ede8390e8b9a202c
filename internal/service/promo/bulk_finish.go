package promo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"github.com/promostack/promostack/internal/adapter/objectstore"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/contract"
	"github.com/promostack/promostack/internal/engine/archive"
	"github.com/promostack/promostack/models"
)

// retryLost is the pause before a chunk is retried with the archive's new upload.
const retryLost = time.Second

// loseUpload restarts the archive when the store no longer knows its upload. The chunks
// that were parts of it are made again.
func (s *Service) loseUpload(ctx context.Context, job *models.BulkJob, cause error) error {
	lost := fault.New(fault.Conflict, "upload_lost", "The archive's upload was lost and starts again").WithRetryAfter(retryLost).WithCause(cause)
	// An attempt that is abandoned half-way would leave an upload that nobody knows.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tidyWithin)
	defer cancel()
	if now, err := s.o.Store.Bulk.Get(ctx, job.ID); err != nil || now.Terminal() {
		return errors.Join(err, lost)
	}
	fresh, err := s.o.Objects.BeginUpload(ctx, job.ArchiveKey, "application/zip")
	if err != nil {
		return err
	}
	chunks, err := s.o.Store.Bulk.Chunks(ctx, job.ID)
	if err != nil {
		return err
	}
	var parts []int
	for _, c := range chunks {
		if c.ETag != "" {
			parts = append(parts, c.Number)
		}
	}
	if err := s.o.Store.Bulk.Redo(ctx, job.ID, parts, job.UploadID, fresh); err != nil {
		return err
	}
	if err := s.dropUpload(ctx, job.ID, job.ArchiveKey, fresh); err != nil {
		return err
	}
	return lost
}

// FinishBulk closes the archive of a job whose chunks are all done. The chunks in redo must be
// made again first: what the store has of them is not what was sent. It may run again at any time.
func (s *Service) FinishBulk(ctx context.Context, id string, beat func()) (redo []int, err error) {
	job, err := s.o.Store.Bulk.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	if job.Terminal() {
		return nil, s.clearBulk(ctx, job)
	}
	if job, err = s.o.Store.Bulk.Finishing(ctx, id); err != nil {
		return nil, err
	}
	chunks, err := s.o.Store.Bulk.Chunks(ctx, id)
	if err != nil {
		return nil, err
	}
	if redo = unfinished(chunks); len(redo) > 0 {
		return redo, s.o.Store.Bulk.Redo(ctx, id, nil, "", "")
	}
	have, err := s.o.Objects.Parts(ctx, job.ArchiveKey, job.UploadID)
	if fault.Is(err, fault.NotFound) {
		// An earlier attempt may have completed it and died before it could record that.
		info, headErr := s.o.Objects.Head(ctx, job.ArchiveKey)
		switch {
		case headErr == nil:
			return nil, s.closeBulk(ctx, job, info.Size)
		case !fault.Is(headErr, fault.NotFound):
			return nil, s.wait(ctx, job, headErr)
		}
		if err := s.loseUpload(ctx, job, err); !fault.Is(err, fault.Conflict) {
			return nil, s.wait(ctx, job, err)
		}
		if chunks, err = s.o.Store.Bulk.Chunks(ctx, id); err != nil {
			return nil, err
		}
		if redo = unfinished(chunks); len(redo) > 0 {
			return redo, nil
		}
		have = nil
		if job, err = s.o.Store.Bulk.Get(ctx, id); err != nil {
			return nil, err
		}
	} else if err != nil {
		return nil, s.wait(ctx, job, err)
	}
	if redo = differing(chunks, have); len(redo) > 0 {
		return redo, s.o.Store.Bulk.Redo(ctx, id, redo, "", "")
	}
	size, redo, err := s.writeTail(ctx, job, chunks, beat)
	if err != nil {
		return nil, s.wait(ctx, job, err)
	}
	if len(redo) > 0 {
		return redo, s.o.Store.Bulk.Redo(ctx, id, redo, "", "")
	}
	return nil, s.closeBulk(ctx, job, size)
}

func (s *Service) closeBulk(ctx context.Context, job *models.BulkJob, size int64) error {
	job, err := s.o.Store.Bulk.Finish(ctx, job.ID, models.BulkDone, nil, size, bulkKept)
	if err != nil {
		return err
	}
	return s.clearBulk(ctx, job)
}

func unfinished(chunks []models.BulkChunk) (list []int) {
	for _, c := range chunks {
		if c.State != models.BulkChunkDone {
			list = append(list, c.Number)
		}
	}
	return list
}

// differing finds chunks whose part is not in the upload as it was sent: an attempt that had lost its
// claim may have been slow to send its own.
func differing(chunks []models.BulkChunk, have []objectstore.Part) (list []int) {
	etags := map[int]string{}
	for _, p := range have {
		etags[p.Number] = p.ETag
	}
	for _, c := range chunks {
		if c.ETag != "" && etags[c.Number] != c.ETag {
			list = append(list, c.Number)
		}
	}
	return list
}

// writeTail sends what follows the parts: chunks that were too small to be parts, the report and
// the directory; then it completes the upload. redo are chunks whose own objects are gone.
func (s *Service) writeTail(ctx context.Context, job *models.BulkJob, chunks []models.BulkChunk, beat func()) (size int64, redo []int, err error) {
	out := &partWriter{ctx: ctx, store: s.o.Objects, key: job.ArchiveKey, upload: job.UploadID, number: len(chunks)}
	tail := archive.NewTail(out, job.CreatedAt.Time)
	// Parts stand in the file in the order of their numbers, and those of the tail come after.
	small := []models.BulkChunk{}
	for _, c := range chunks {
		if c.ETag == "" {
			if c.ObjectKey != "" {
				small = append(small, c)
			}
			continue
		}
		beat()
		entries, err := s.entries(ctx, job, c)
		if err != nil {
			return 0, nil, err
		}
		if err := tail.Skip(entries, c.Bytes); err != nil {
			return 0, nil, err
		}
		out.done = append(out.done, objectstore.Part{Number: c.Number, ETag: c.ETag, Size: c.Bytes})
		size += c.Bytes
	}
	for _, c := range small {
		beat()
		entries, err := s.entries(ctx, job, c)
		if err != nil {
			return 0, nil, err
		}
		data, _, err := s.o.Objects.Get(ctx, c.ObjectKey, objectstore.MinPart)
		if fault.Is(err, fault.NotFound) {
			redo = append(redo, c.Number)
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		if err := tail.Copy(entries, bytes.NewReader(data)); err != nil {
			return 0, nil, err
		}
	}
	if len(redo) > 0 {
		return 0, redo, nil
	}
	if err := tail.Add(reportName, func(w io.Writer) error { return s.ReportBulk(ctx, job.ID, w) }); err != nil {
		return 0, nil, err
	}
	if err := tail.Close(); err != nil {
		return 0, nil, err
	}
	if err := out.flush(); err != nil {
		return 0, nil, err
	}
	return size + out.size, nil, s.o.Objects.CompleteUpload(ctx, job.ArchiveKey, job.UploadID, out.done)
}

func (s *Service) entries(ctx context.Context, job *models.BulkJob, c models.BulkChunk) ([]archive.Entry, error) {
	rows, err := s.o.Store.Bulk.ChunkRows(ctx, job.ID, c.Number)
	if err != nil {
		return nil, err
	}
	list := make([]archive.Entry, len(rows))
	for i, r := range rows {
		list[i] = archive.Entry{Name: r.File, CRC32: r.CRC32, Size: r.Bytes}
	}
	return list, nil
}

// partWriter sends what is written to it as parts of an upload.
type partWriter struct {
	ctx         context.Context
	store       *objectstore.Store
	key, upload string
	number      int // of the last part
	buffer      []byte
	done        []objectstore.Part
	size        int64
}

// partSize is more than the smallest part that S3 takes.
const partSize = 8 << 20

// Write implements io.Writer.
func (p *partWriter) Write(data []byte) (int, error) {
	p.buffer = append(p.buffer, data...)
	if len(p.buffer) < partSize {
		return len(data), nil
	}
	return len(data), p.flush()
}

// flush sends what is left; the last part may be small.
func (p *partWriter) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	p.number++
	part, err := p.store.UploadPart(p.ctx, p.key, p.upload, p.number, p.buffer)
	if err != nil {
		return err
	}
	p.done = append(p.done, part)
	p.size += part.Size
	p.buffer = p.buffer[:0]
	return nil
}

// BulkChecked ends the dry run and tells how the job goes on.
func (s *Service) BulkChecked(ctx context.Context, in contract.BulkJob) (contract.BulkStatus, error) {
	return bulkStatus(s.o.Store.Bulk.Checked(ctx, in.JobID))
}

// BulkStatus reads a job's progress.
func (s *Service) BulkStatus(ctx context.Context, in contract.BulkJob) (contract.BulkStatus, error) {
	return bulkStatus(s.o.Store.Bulk.Get(ctx, in.JobID))
}

func bulkStatus(j *models.BulkJob, err error) (contract.BulkStatus, error) {
	if err != nil {
		return contract.BulkStatus{}, err
	}
	return contract.BulkStatus{State: string(j.State), Total: j.Total}, nil
}

// EndBulk closes a job that has no archive: it was cancelled, or failed when a code tells why.
func (s *Service) EndBulk(ctx context.Context, in contract.BulkEnd) error {
	state, problem := models.BulkCancelled, (*models.Note)(nil)
	if in.Code != "" {
		state, problem = models.BulkFailed, &models.Note{Code: in.Code, Message: in.Message, Remedy: in.Remedy}
	}
	job, err := s.o.Store.Bulk.Finish(ctx, in.JobID, state, problem, 0, bulkKept)
	if err != nil {
		return err
	}
	return s.clearBulk(ctx, job)
}

// clearBulk removes from the store what a closed job no longer needs: all but the archive of one that
// is done. How the job was closed counts, not how the caller wanted to: another may have been first.
func (s *Service) clearBulk(ctx context.Context, job *models.BulkJob) error {
	keep := job.State == models.BulkDone && s.o.Now().Before(job.ExpiresAt.Time)
	but := ""
	if keep {
		but = job.ArchiveKey
	}
	_, err := s.removeFiles(ctx, bulkPrefix(job.TenantID, job.ID), but, func() {})
	return err
}
