package models

import (
	"context"
	"strconv"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// BulkRowState is the progress of a row.
type BulkRowState string

// The states of a row.
const (
	BulkRowPending BulkRowState = "pending" // not checked yet
	BulkRowValid   BulkRowState = "valid"
	BulkRowInvalid BulkRowState = "invalid" // the dry run refused it
	BulkRowDone    BulkRowState = "done"
	BulkRowFailed  BulkRowState = "failed" // refused while rendering
)

// BulkProblem is what is wrong with a row, or what to know about it.
type BulkProblem struct {
	Column  int    `json:"column"` // from 1; 0 is the whole row
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
	Warning bool   `json:"warning,omitempty"` // the image is made all the same
}

// BulkRow is one record of the file.
type BulkRow struct {
	TenantID string
	JobID    string   `gorm:"primaryKey"`
	Number   int      `gorm:"primaryKey;autoIncrement:false"` // from 1
	Line     int      // where the record starts in the file
	Cells    []string `gorm:"serializer:json"` // in the order of the job's columns
	State    BulkRowState
	Problems []BulkProblem `gorm:"serializer:json"`
	File     string        // name in the archive
	CRC32    uint32        `gorm:"column:crc32"`
	Bytes    int64
	Chunk    int // 0 until planned
}

// BulkChunk is the rows that are rendered together. They become one part of the archive's upload,
// or a small object of their own.
type BulkChunk struct {
	TenantID  string
	JobID     string `gorm:"primaryKey"`
	Number    int    `gorm:"primaryKey;autoIncrement:false"` // from 1; the part's number
	State     BulkChunkState
	Claim     string // the attempt that may finish it
	ETag      string `gorm:"column:etag"`
	Bytes     int64
	ObjectKey string // set when it is too small to be a part
}

// BulkChunkState tells whether a chunk is rendered.
type BulkChunkState string

// The states of a chunk.
const (
	BulkChunkPending BulkChunkState = "pending"
	BulkChunkDone    BulkChunkState = "done"
)

// maxRowsInTx keeps transactions short.
const maxRowsInTx = 500

// AddRows adds rows of a job that is being received, in transactions of a few hundred.
func (r *Bulk) AddRows(ctx context.Context, rows []BulkRow) error {
	for len(rows) > 0 {
		n := min(len(rows), maxRowsInTx)
		if err := r.s.in(ctx).CreateInBatches(rows[:n], maxRowsInStatement).Error; err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// Rows returns the rows from one number to another, both included, in order.
func (r *Bulk) Rows(ctx context.Context, job string, from, to int) ([]BulkRow, error) {
	var rows []BulkRow
	return rows, r.s.in(ctx).Where("job_id = ? AND number BETWEEN ? AND ?", job, from, to).Order("number").Find(&rows).Error
}

// RowPage returns the rows in one state, or all for "", in order; after is the cursor of the page before.
func (r *Bulk) RowPage(ctx context.Context, job string, state BulkRowState, after string, limit int) (Page[BulkRow], error) {
	db := r.s.in(ctx).Where("job_id = ?", job)
	if state != "" {
		db = db.Where("state = ?", state)
	}
	list := "bulk_rows." + job
	if after != "" {
		number, err := placeIn(list, after)
		if err != nil {
			return Page[BulkRow]{}, err
		}
		n, err := strconv.ParseInt(number, 10, 32) // the column's size
		if err != nil {
			return Page[BulkRow]{}, badCursor()
		}
		db = db.Where("number > ?", n)
	}
	var rows []BulkRow
	if err := db.Order("number").Limit(pageSize(limit) + 1).Find(&rows).Error; err != nil {
		return Page[BulkRow]{}, err
	}
	return cut(rows, list, limit, func(row BulkRow) rowPlace { return rowPlace(row.Number) }), nil
}

// rowPlace is where a row stands in its file: its number.
type rowPlace int

func (p rowPlace) String() string { return strconv.Itoa(int(p)) }

// SaveChecked writes what the dry run found about rows that were pending. Rows that another attempt
// has written already count once.
func (r *Bulk) SaveChecked(ctx context.Context, job string, rows []BulkRow) (*BulkJob, error) {
	if len(rows) == 0 {
		return r.Get(ctx, job)
	}
	return r.changeWith(ctx, job, func(tx *Store, j *BulkJob) error {
		var pending []int
		err := tx.in(ctx).Model(&BulkRow{}).Where("job_id = ? AND number BETWEEN ? AND ? AND state = ?",
			job, rows[0].Number, rows[len(rows)-1].Number, BulkRowPending).Pluck("number", &pending).Error
		if err != nil || len(pending) == 0 {
			return err
		}
		open := map[int]bool{}
		for _, n := range pending {
			open[n] = true
		}
		var fresh []BulkRow
		for _, row := range rows {
			if open[row.Number] {
				fresh = append(fresh, row)
				j.Checked++
				if row.State == BulkRowInvalid {
					j.Invalid++
				}
			}
		}
		j.Notice = nil
		return tx.Bulk.write(ctx, fresh, "state", "problems", "file")
	})
}

// maxRowsInStatement is small because the SQLite driver looks for each parameter among all others:
// with 250 rows in one statement that took half a second of a dry run of 2,000 rows.
const maxRowsInStatement = 25

// write stores some columns of rows that exist.
func (r *Bulk) write(ctx context.Context, rows []BulkRow, columns ...string) error {
	if len(rows) == 0 {
		return nil
	}
	return r.s.in(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "job_id"}, {Name: "number"}},
		DoUpdates: clause.AssignmentColumns(columns),
	}).CreateInBatches(rows, maxRowsInStatement).Error
}

// Plan divides the valid rows into chunks of the given size and notes the archive's upload. A job
// that was planned already keeps its plan, and one that is closed gets none. It returns the number of
// chunks.
func (r *Bulk) Plan(ctx context.Context, job string, rowsPerChunk int, key, upload string) (chunks int, err error) {
	_, err = r.changeWith(ctx, job, func(tx *Store, j *BulkJob) error {
		if j.Terminal() {
			return nil
		}
		var have int64
		if err := tx.in(ctx).Model(&BulkChunk{}).Where("job_id = ?", job).Count(&have).Error; err != nil || have > 0 || j.UploadID != "" {
			chunks = int(have) // none, when no row can be made: the archive holds the report alone
			return err
		}
		var numbers []int
		if err := tx.in(ctx).Model(&BulkRow{}).Where("job_id = ? AND state = ?", job, BulkRowValid).Order("number").Pluck("number", &numbers).Error; err != nil {
			return err
		}
		var list []BulkChunk
		for i := 0; i < len(numbers); i += rowsPerChunk {
			last := numbers[min(i+rowsPerChunk, len(numbers))-1]
			list = append(list, BulkChunk{JobID: job, Number: len(list) + 1, State: BulkChunkPending})
			err := tx.in(ctx).Model(&BulkRow{}).Where("job_id = ? AND number BETWEEN ? AND ? AND state = ?", job, numbers[i], last, BulkRowValid).
				Updates(map[string]any{"chunk": len(list)}).Error
			if err != nil {
				return err
			}
		}
		chunks = len(list)
		j.ArchiveKey, j.UploadID = key, upload
		if chunks == 0 {
			return nil
		}
		return tx.in(ctx).CreateInBatches(list, maxRowsInTx).Error
	})
	return chunks, err
}

// ClaimChunk starts an attempt at a chunk and returns its rows. done is true when it is finished
// already. An earlier attempt that still runs can't finish it any more.
func (r *Bulk) ClaimChunk(ctx context.Context, job string, number int) (claim string, rows []BulkRow, done bool, err error) {
	claim = NewID()
	err = r.s.Tx(ctx, func(tx *Store) error {
		var c BulkChunk
		err := tx.in(ctx).Where("job_id = ? AND number = ?", job, number).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&c).Error
		if err != nil {
			return notFound(err, "bulk_chunk_not_found", "The job has no chunk "+strconv.Itoa(number))
		}
		if c.State == BulkChunkDone {
			done = true
			return nil
		}
		if err := tx.in(ctx).Model(&BulkChunk{}).Where("job_id = ? AND number = ?", job, number).Updates(map[string]any{"claim": claim}).Error; err != nil {
			return err
		}
		return tx.in(ctx).Where("job_id = ? AND chunk = ?", job, number).Order("number").Find(&rows).Error
	})
	return claim, rows, done, err
}

// FinishChunk stores the result of an attempt at a chunk. An attempt that lost its claim, or that comes after the
// end of the job, changes nothing and gets fault.Conflict "bulk_claim_lost".
func (r *Bulk) FinishChunk(ctx context.Context, c BulkChunk, rows []BulkRow) error {
	lost := fault.New(fault.Conflict, "bulk_claim_lost", "Another attempt at the chunk took over").WithRetryAfter(time.Second)
	_, err := r.changeWith(ctx, c.JobID, func(tx *Store, j *BulkJob) error {
		if j.Terminal() {
			return lost
		}
		result := tx.in(ctx).Model(&BulkChunk{}).Where("job_id = ? AND number = ? AND claim = ? AND state = ?", c.JobID, c.Number, c.Claim, BulkChunkPending).
			Updates(map[string]any{"state": BulkChunkDone, "etag": c.ETag, "bytes": c.Bytes, "object_key": c.ObjectKey})
		if result.Error != nil {
			return result.Error
		}
		if result.RowsAffected == 0 {
			return lost
		}
		for _, row := range rows {
			if row.State == BulkRowDone {
				j.Done++
			} else {
				j.Failed++
			}
		}
		j.Notice = nil
		return tx.Bulk.write(ctx, rows, "state", "problems", "crc32", "bytes")
	})
	return err
}

// Chunks returns a job's chunks in order.
func (r *Bulk) Chunks(ctx context.Context, job string) ([]BulkChunk, error) {
	var list []BulkChunk
	return list, r.s.in(ctx).Where("job_id = ?", job).Order("number").Find(&list).Error
}

// ChunkRows returns the rows of some chunks that became images, chunk by chunk.
func (r *Bulk) ChunkRows(ctx context.Context, job string, chunk int) ([]BulkRow, error) {
	var rows []BulkRow
	return rows, r.s.in(ctx).Where("job_id = ? AND chunk = ? AND state = ?", job, chunk, BulkRowDone).Order("number").Find(&rows).Error
}

// Redo makes chunks pending again whose part of the upload is not there as it should be. With a
// fresh upload the archive starts again under it, unless somebody has already done so: lost names
// the upload that is gone. A closed job stays as it is: its upload is gone because it was completed
// or aborted, and a worker that was frozen in the meantime must not take it for lost.
func (r *Bulk) Redo(ctx context.Context, job string, chunks []int, lost, fresh string) error {
	_, err := r.changeWith(ctx, job, func(tx *Store, j *BulkJob) error {
		if j.Terminal() {
			return nil
		}
		if fresh != "" {
			if j.UploadID != lost {
				return nil
			}
			j.UploadID = fresh
		}
		for _, number := range chunks {
			result := tx.in(ctx).Model(&BulkChunk{}).Where("job_id = ? AND number = ? AND state = ?", job, number, BulkChunkDone).
				Updates(map[string]any{"state": BulkChunkPending, "etag": "", "object_key": "", "claim": ""})
			if result.Error != nil {
				return result.Error
			}
			if result.RowsAffected == 0 {
				continue
			}
			for state, count := range map[BulkRowState]*int{BulkRowDone: &j.Done, BulkRowFailed: &j.Failed} {
				rows := tx.in(ctx).Model(&BulkRow{}).Where("job_id = ? AND chunk = ? AND state = ?", job, number, state).
					Updates(map[string]any{"state": BulkRowValid, "problems": "[]"})
				if rows.Error != nil {
					return rows.Error
				}
				*count -= int(rows.RowsAffected)
			}
		}
		if j.State == BulkFinishing {
			j.State = BulkRunning
		}
		return nil
	})
	return err
}
