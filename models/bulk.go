package models

import (
	"context"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"gorm.io/gorm/clause"
)

// BulkState is the progress of a bulk job.
type BulkState string

// The states of a bulk job, in the order in which it goes through them.
const (
	BulkReceiving  BulkState = "receiving" // its rows are being written; nobody sees it yet
	BulkChecking   BulkState = "checking"  // the dry run
	BulkReady      BulkState = "ready"     // waits for a person
	BulkRunning    BulkState = "running"
	BulkPaused     BulkState = "paused"
	BulkFinishing  BulkState = "finishing" // the archive is being closed
	BulkCancelling BulkState = "cancelling"
	BulkDone       BulkState = "done"
	BulkCancelled  BulkState = "cancelled"
	BulkFailed     BulkState = "failed"
	BulkExpired    BulkState = "expired" // its archive was removed
)

// BulkStart is how a bulk job goes on after its dry run.
type BulkStart string

// The ways to go on.
const (
	BulkReview BulkStart = "review"  // a person looks at the report first
	BulkAtOnce BulkStart = "at_once" // the valid rows are rendered at once
)

// Note is a short message with a code that a program can tell apart.
type Note struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// BulkJob is a file of values that becomes an archive of images.
type BulkJob struct {
	ID             string
	TenantID       string
	TemplateID     string
	VersionID      string // the template's version that all rows are made with
	Size           string
	Format         string
	Scale          int
	Logo           string
	FileName       string
	StartMode      BulkStart
	Columns        []string `gorm:"serializer:json"` // the file's header
	State          BulkState
	Total          int // rows
	Checked        int
	Invalid        int
	Done           int
	Failed         int
	Notice         *Note  `gorm:"serializer:json"` // what it waits for now
	Problem        *Note  `gorm:"serializer:json"` // why it failed
	UploadID       string // of the archive's multipart upload
	ArchiveKey     string
	ArchiveBytes   int64
	MeasuredFrom   Time
	MeasuredImages int
	Version        int64
	CreatedAt      Time `gorm:"autoCreateTime:false"`
	UpdatedAt      Time `gorm:"autoUpdateTime:false"`
	StartedAt      Time
	FinishedAt     Time
	ExpiresAt      Time
}

// Terminal reports whether the job has ended.
func (j *BulkJob) Terminal() bool {
	switch j.State {
	case BulkDone, BulkCancelled, BulkFailed, BulkExpired:
		return true
	}
	return false
}

// Rate returns the images a second since the job last began to run, or 0 when it is unknown.
func (j *BulkJob) Rate(now time.Time) float64 {
	took := now.Sub(j.MeasuredFrom.Time)
	if j.State != BulkRunning || j.MeasuredFrom.IsZero() || took < time.Second {
		return 0
	}
	return float64(j.Done+j.Failed-j.MeasuredImages) / took.Seconds()
}

// Bulk is the repository of bulk jobs with their rows and chunks.
type Bulk struct{ s *Store }

// Create adds a job in the state receiving. Its rows follow with AddRows, and Received opens it.
func (r *Bulk) Create(ctx context.Context, j *BulkJob) error {
	j.ID, j.State, j.Version = NewID(), BulkReceiving, 1
	j.CreatedAt, j.UpdatedAt = r.s.now(), r.s.now()
	return r.s.in(ctx).Create(j).Error
}

// Received opens a job whose rows are all there: its dry run may begin.
func (r *Bulk) Received(ctx context.Context, id string, total int) (*BulkJob, error) {
	return r.change(ctx, id, func(j *BulkJob) error {
		if j.State != BulkReceiving {
			return fault.New(fault.Conflict, "bulk_state", "The job was received already")
		}
		j.State, j.Total = BulkChecking, total
		return nil
	})
}

// Get returns one job, or fault.NotFound "bulk_not_found".
func (r *Bulk) Get(ctx context.Context, id string) (*BulkJob, error) {
	var j BulkJob
	if err := r.s.in(ctx).Where("id = ? AND state <> ?", id, BulkReceiving).Take(&j).Error; err != nil {
		return nil, notFound(err, errNoJob.Code, errNoJob.Message)
	}
	return &j, nil
}

// List returns the tenant's jobs, the newest first.
func (r *Bulk) List(ctx context.Context, after string, limit int) (Page[BulkJob], error) {
	db, err := newestFirst(r.s.in(ctx).Where("state <> ?", BulkReceiving), "bulk_jobs", "created_at", after, limit)
	if err != nil {
		return Page[BulkJob]{}, err
	}
	var rows []BulkJob
	if err := db.Find(&rows).Error; err != nil {
		return Page[BulkJob]{}, err
	}
	return cut(rows, "bulk_jobs", limit, func(j BulkJob) place { return place{j.CreatedAt, j.ID} }), nil
}

// change reads a job under a lock, lets fn change it, and writes it with the event that says so.
// If fn changes nothing, nothing is written.
func (r *Bulk) change(ctx context.Context, id string, fn func(j *BulkJob) error) (*BulkJob, error) {
	return r.changeWith(ctx, id, func(_ *Store, j *BulkJob) error { return fn(j) })
}

// changeWith is change for what writes other rows too.
func (r *Bulk) changeWith(ctx context.Context, id string, fn func(tx *Store, j *BulkJob) error) (*BulkJob, error) {
	var out *BulkJob
	err := r.s.Tx(ctx, func(tx *Store) error {
		var j BulkJob
		err := tx.in(ctx).Where("id = ?", id).Clauses(clause.Locking{Strength: "UPDATE"}).Take(&j).Error
		if err != nil {
			return notFound(err, errNoJob.Code, errNoJob.Message)
		}
		before := j
		if err := fn(tx, &j); err != nil {
			return err
		}
		out = &j
		if same(before, j) {
			return nil
		}
		j.Version++
		j.UpdatedAt = tx.now()
		if err := tx.in(ctx).Select("*").Omit("tenant_id", "created_at").Where("id = ?", id).Updates(&j).Error; err != nil {
			return err
		}
		return tx.Events.Add(ctx, TopicBulk, id, j.Version)
	})
	return out, err
}

// same reports whether a change left a job unchanged.
func same(a, b BulkJob) bool {
	return a.State == b.State && a.Total == b.Total && a.Checked == b.Checked && a.Invalid == b.Invalid &&
		a.Done == b.Done && a.Failed == b.Failed && equal(a.Notice, b.Notice) && equal(a.Problem, b.Problem) &&
		a.UploadID == b.UploadID && a.ArchiveKey == b.ArchiveKey && a.ArchiveBytes == b.ArchiveBytes &&
		a.ExpiresAt.Equal(b.ExpiresAt.Time)
}

func equal(a, b *Note) bool { return a == b || a != nil && b != nil && *a == *b }

var errNoJob = fault.New(fault.NotFound, "bulk_not_found", "There is no such bulk job")

// bulkMoves maps a person's command to the states that it starts from and leads to. A command that already holds
// is not an error.
var bulkMoves = map[string]struct {
	from []BulkState
	to   BulkState
	held []BulkState
	says string
}{
	"start":  {[]BulkState{BulkReady}, BulkRunning, []BulkState{BulkRunning, BulkPaused, BulkFinishing, BulkDone}, "started"},
	"pause":  {[]BulkState{BulkRunning}, BulkPaused, []BulkState{BulkPaused}, "paused"},
	"resume": {[]BulkState{BulkPaused}, BulkRunning, []BulkState{BulkRunning, BulkFinishing, BulkDone}, "resumed"},
	"cancel": {[]BulkState{BulkChecking, BulkReady, BulkRunning, BulkPaused, BulkFinishing}, BulkCancelling,
		[]BulkState{BulkCancelling, BulkCancelled}, "cancelled"},
}

// Command carries out a person's command: start, pause, resume or cancel. moved is false when
// it held already; a state that does not allow it is fault.Conflict "bulk_state". Write the
// outbox message for the flow in the same Tx.
func (r *Bulk) Command(ctx context.Context, id, command string) (job *BulkJob, moved bool, err error) {
	move, ok := bulkMoves[command]
	if !ok {
		return nil, false, fault.InvalidField("command", "unknown", "%q is no command for a bulk job", command)
	}
	job, err = r.change(ctx, id, func(j *BulkJob) error {
		switch {
		case slices.Contains(move.from, j.State):
			j.State, moved = move.to, true
			if move.to == BulkRunning {
				r.measure(j)
			}
			return nil
		case slices.Contains(move.held, j.State):
			return nil
		case j.State == BulkReceiving:
			return errNoJob
		}
		return fault.New(fault.Conflict, "bulk_state", "A job that is %s can't be %s", stateWord(j.State), move.says)
	})
	return job, moved, err
}

func stateWord(s BulkState) string {
	switch s {
	case BulkChecking:
		return "being checked"
	case BulkReady:
		return "waiting for its start"
	case BulkFinishing:
		return "being finished"
	case BulkCancelling:
		return "being cancelled"
	}
	return string(s)
}

// measure starts a new measurement of the rate.
func (r *Bulk) measure(j *BulkJob) {
	now := r.s.now()
	if j.StartedAt.IsZero() {
		j.StartedAt = now
	}
	j.MeasuredFrom, j.MeasuredImages = now, j.Done+j.Failed
}

// Checked ends the dry run: the job waits for a person, or runs at once. A job that was cancelled
// in the meantime stays so.
func (r *Bulk) Checked(ctx context.Context, id string) (*BulkJob, error) {
	return r.change(ctx, id, func(j *BulkJob) error {
		if j.State != BulkChecking {
			return nil
		}
		j.Notice, j.State = nil, BulkReady
		switch {
		case j.Invalid == j.Total && j.StartMode == BulkAtOnce:
			j.State, j.FinishedAt = BulkFailed, r.s.now()
			j.Problem = &Note{Code: "no_valid_rows", Message: "No row of the file can be rendered", Remedy: "Correct the rows that the report names and send the file again"}
		case j.StartMode == BulkAtOnce:
			j.State = BulkRunning
			r.measure(j)
		}
		return nil
	})
}

// Finishing records that all images are made and the archive is being closed.
func (r *Bulk) Finishing(ctx context.Context, id string) (*BulkJob, error) {
	return r.change(ctx, id, func(j *BulkJob) error {
		if j.State == BulkRunning {
			j.State, j.Notice = BulkFinishing, nil
		}
		return nil
	})
}

// Finish closes a job: done, with the archive's size and the moment when it is removed; cancelled;
// or failed with the problem. A closed job stays as it is. One that has chunks to be made (again) is
// not done: fault.Conflict "bulk_unfinished".
func (r *Bulk) Finish(ctx context.Context, id string, state BulkState, problem *Note, bytes int64, keep time.Duration) (*BulkJob, error) {
	return r.changeWith(ctx, id, func(tx *Store, j *BulkJob) error {
		if j.Terminal() {
			return nil
		}
		if state == BulkDone {
			var pending int64
			err := tx.in(ctx).Model(&BulkChunk{}).Where("job_id = ? AND state <> ?", id, BulkChunkDone).Count(&pending).Error
			if err != nil {
				return err
			}
			if pending > 0 {
				return fault.New(fault.Conflict, "bulk_unfinished", "%d parts of the archive are made again", pending).WithRetryAfter(time.Second)
			}
		}
		now := r.s.clock()
		j.State, j.Problem, j.Notice, j.ArchiveBytes = state, problem, nil, bytes
		j.FinishedAt, j.ExpiresAt = NewTime(now), NewTime(now.Add(keep))
		return nil
	})
}

// Notice says what the job waits for now; nil when it goes on.
func (r *Bulk) Notice(ctx context.Context, id string, note *Note) error {
	_, err := r.change(ctx, id, func(j *BulkJob) error {
		if !j.Terminal() {
			j.Notice = note
		}
		return nil
	})
	return err
}

// Expired lists the tenant's expired jobs whose files still exist.
func (r *Bulk) Expired(ctx context.Context, limit int) ([]BulkJob, error) {
	var rows []BulkJob
	return rows, r.s.in(ctx).Where("expires_at < ? AND state IN ?", r.s.now(), []BulkState{BulkDone}).
		Order("expires_at").Limit(limit).Find(&rows).Error
}

// MarkExpired records that a job's archive is gone.
func (r *Bulk) MarkExpired(ctx context.Context, id string) error {
	_, err := r.change(ctx, id, func(j *BulkJob) error {
		if j.State == BulkDone {
			j.State, j.ArchiveKey = BulkExpired, ""
		}
		return nil
	})
	return err
}
