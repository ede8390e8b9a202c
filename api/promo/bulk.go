package promo

import (
	"bytes"
	"errors"
	"io"
	"math"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/contract"
	service "github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

// Bulk serves /api/v1/promos/bulk.
type Bulk struct {
	Store   *models.Store
	Service *service.Service
	Now     func() time.Time
}

type bulkOut struct {
	ID             string       `json:"id" openapi:"format=uuid"`
	Template       bulkTemplate `json:"template"`
	Size           string       `json:"size"`
	Format         string       `json:"format" openapi:"enum=jpeg|png"`
	Scale          int          `json:"scale" openapi:"min=1,max=2"`
	Logo           string       `json:"logo"`
	FileName       string       `json:"file_name"`
	State          string       `json:"state" openapi:"enum=checking|ready|running|paused|finishing|cancelling|done|cancelled|failed|expired"`
	Total          int          `json:"total" doc:"Rows of the file."`
	Checked        int          `json:"checked"`
	Invalid        int          `json:"invalid"`
	Done           int          `json:"done"`
	Failed         int          `json:"failed"`
	Rate           *float64     `json:"rate" doc:"Images a second, while it runs."`
	SecondsLeft    *int         `json:"seconds_left"`
	Columns        []string     `json:"columns" doc:"The field of each column of the file, empty for one that is left out."`
	FilenameColumn bool         `json:"filename_column"`
	CreatedAt      models.Time  `json:"created_at" openapi:"notnull"`
	StartedAt      models.Time  `json:"started_at"`
	FinishedAt     models.Time  `json:"finished_at"`
	ExpiresAt      models.Time  `json:"expires_at"`
	Archive        *archiveOut  `json:"archive" doc:"While it can be fetched."`
	ReportURL      string       `json:"report_url"`
	Notice         *httpx.Note  `json:"notice" doc:"What the job waits for now."`
	Problem        *httpx.Note  `json:"problem" doc:"Why it failed."`
	Version        int64        `json:"version" doc:"The row's version, which is its ETag."`
}

type bulkTemplate struct {
	ID   string `json:"id" openapi:"format=uuid"`
	Slug string `json:"slug"`
	Name string `json:"name"`
}

type archiveOut struct {
	URL       string      `json:"url"`
	FileName  string      `json:"file_name"`
	Bytes     int64       `json:"bytes"`
	Images    int         `json:"images"`
	ExpiresAt models.Time `json:"expires_at" openapi:"notnull"`
}

func (h *Bulk) out(j *models.BulkJob, t bulkTemplate, columns int) bulkOut {
	out := bulkOut{
		ID: j.ID, Template: t, Size: j.Size, Format: j.Format, Scale: j.Scale, Logo: j.Logo, FileName: j.FileName,
		State: string(j.State), Total: j.Total, Checked: j.Checked, Invalid: j.Invalid, Done: j.Done, Failed: j.Failed,
		Columns: j.Columns, FilenameColumn: columns >= 0,
		CreatedAt: j.CreatedAt, StartedAt: j.StartedAt, FinishedAt: j.FinishedAt, ExpiresAt: j.ExpiresAt,
		ReportURL: "/api/v1/promos/bulk/" + j.ID + "/report.csv", Notice: httpx.NoteOf(j.Notice), Problem: httpx.NoteOf(j.Problem), Version: j.Version,
	}
	if rate := j.Rate(h.Now()); rate > 0 {
		rounded := math.Round(rate*10) / 10
		left := int(math.Ceil(float64(j.Total-j.Invalid-j.Done-j.Failed) / rate))
		out.Rate, out.SecondsLeft = &rounded, &left
	}
	if j.State == models.BulkDone && h.Now().Before(j.ExpiresAt.Time) {
		name := path.Base(j.ArchiveKey)
		out.Archive = &archiveOut{URL: h.Service.ArchiveURL(j.ArchiveKey, name, j.ExpiresAt.Time), FileName: name,
			Bytes: j.ArchiveBytes, Images: j.Done, ExpiresAt: j.ExpiresAt}
	}
	return out
}

// reply answers one job.
func (h *Bulk) reply(c *gin.Context, status int, j *models.BulkJob, err error) error {
	if err != nil {
		return err
	}
	list, err := h.list(c, []models.BulkJob{*j})
	if err != nil {
		return err
	}
	httpx.ETag(c, j.Version)
	return httpx.Reply(c, status, list[0])
}

// list adds what the jobs' templates are called.
func (h *Bulk) list(c *gin.Context, jobs []models.BulkJob) ([]bulkOut, error) {
	known := map[string]bulkTemplate{}
	out := make([]bulkOut, len(jobs))
	for i := range jobs {
		j := &jobs[i]
		t, ok := known[j.TemplateID]
		if !ok {
			record, err := h.Store.Templates.Get(c.Request.Context(), j.TemplateID)
			if err != nil {
				return nil, err
			}
			t = bulkTemplate{record.ID, record.Slug, record.Name}
			known[j.TemplateID] = t
		}
		out[i] = h.out(j, t, h.Service.FileNameColumn(c.Request.Context(), j))
	}
	return out, nil
}

// textLimit is how long a text part of the form may be, in bytes, and columnsLimit the list of columns.
const (
	textLimit    = 200
	columnsLimit = 4096
)

// Create takes a file of values and begins its dry run.
func (h *Bulk) Create(c *gin.Context) error {
	in, file, err := readBulk(c)
	if err != nil {
		return err
	}
	j, err := h.Service.CreateBulk(c.Request.Context(), in, file)
	if err == nil {
		c.Header("Location", "/api/v1/promos/bulk/"+j.ID)
	}
	return h.reply(c, http.StatusAccepted, j, err)
}

func readBulk(c *gin.Context) (in service.BulkRequest, file []byte, err error) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, service.MaxBulkFile+multipartOverhead)
	parts, err := c.Request.MultipartReader()
	if err != nil {
		return in, nil, fault.New(fault.Unsupported, "not_multipart", "This address takes a multipart form").
			WithRemedy("Send the CSV file as the form's field file").WithCause(err)
	}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return in, nil, bulkFault(err)
		}
		if part.FormName() == "file" {
			if file != nil {
				return in, nil, fault.InvalidField("file", "twice", "is in the form twice")
			}
			if file, err = io.ReadAll(part); err != nil {
				return in, nil, bulkFault(err)
			}
			in.FileName = part.FileName()
			continue
		}
		if err := readText(part, &in); err != nil {
			return in, nil, err
		}
	}
	if file == nil {
		return in, nil, fault.InvalidField("file", "required", "the form has no field file")
	}
	if len(file) > service.MaxBulkFile {
		return in, nil, bulkTooLarge()
	}
	return in, file, nil
}

// readText reads one text part of the form.
func readText(part *multipart.Part, in *service.BulkRequest) error {
	var b bytes.Buffer
	limit := textLimit
	if part.FormName() == "columns" {
		limit = columnsLimit
	}
	if _, err := io.Copy(&b, io.LimitReader(part, int64(limit)+1)); err != nil {
		return bulkFault(err)
	}
	name, value := part.FormName(), b.String()
	if name != "columns" { // its headers are cleaned as those of the file
		value = text.Clean(value)
	}
	if len(value) > limit {
		return fault.InvalidField(name, "too_long", "is longer than %d bytes", limit)
	}
	switch name {
	case "template":
		in.Template = value
	case "size":
		in.Size = value
	case "format":
		in.Format = value
	case "logo":
		in.Logo = value
	case "encoding":
		in.Encoding = value
	case "columns":
		in.Columns = strings.Split(value, ",")
	case "start":
		in.Start = models.BulkStart(value)
	case "scale":
		n, err := strconv.Atoi(value)
		if err != nil {
			return fault.InvalidField("scale", "wrong_type", "must be a number, not %q", value)
		}
		in.Scale = n
	default:
		return fault.InvalidField(name, "unknown_field", "is not a field of this request")
	}
	return nil
}

func bulkTooLarge() error {
	return fault.New(fault.TooLarge, "file_too_large", "The file is larger than %d MiB", service.MaxBulkFile>>20).
		WithRemedy("Split it into several files")
}

func bulkFault(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return bulkTooLarge()
	}
	return uploadFault(err)
}

// List answers the tenant's jobs, the newest first.
func (h *Bulk) List(c *gin.Context) error {
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	page, err := h.Store.Bulk.List(c.Request.Context(), c.Query("after"), limit)
	if err != nil {
		return err
	}
	items, err := h.list(c, page.Items)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, page.Next))
}

// Get answers one job.
func (h *Bulk) Get(c *gin.Context) error {
	j, err := h.Store.Bulk.Get(c.Request.Context(), c.Param("job"))
	return h.reply(c, http.StatusOK, j, err)
}

// Command returns the handler of start, pause, resume or cancel. They say what is wanted and may
// be sent again, so they need no If-Match.
func (h *Bulk) Command(action contract.BulkAction) httpx.Handler {
	return func(c *gin.Context) error {
		j, err := h.Service.CommandBulk(c.Request.Context(), c.Param("job"), action)
		return h.reply(c, http.StatusAccepted, j, err)
	}
}

type bulkRowOut struct {
	Number   int               `json:"number" openapi:"min=1"`
	Line     int               `json:"line" openapi:"min=1" doc:"The row's number in a spreadsheet program."`
	Values   map[string]string `json:"values" doc:"By column."`
	State    string            `json:"state" openapi:"enum=pending|valid|invalid|done|failed"`
	File     string            `json:"file" doc:"The image's name in the archive."`
	Problems []rowProblemOut   `json:"problems"`
	Warnings []rowProblemOut   `json:"warnings" doc:"The image is made all the same."`
}

type rowProblemOut struct {
	Column  int    `json:"column" openapi:"min=0" doc:"From 1; 0 is the whole row."`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Rows answers a job's rows in the file's order.
func (h *Bulk) Rows(c *gin.Context) error {
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	state := models.BulkRowState(c.Query("state"))
	switch state {
	case "", models.BulkRowPending, models.BulkRowValid, models.BulkRowInvalid, models.BulkRowDone, models.BulkRowFailed:
	default:
		return fault.InvalidField("state", "unknown", "must be pending, valid, invalid, done or failed")
	}
	ctx := c.Request.Context()
	j, err := h.Store.Bulk.Get(ctx, c.Param("job"))
	if err != nil {
		return err
	}
	page, err := h.Store.Bulk.RowPage(ctx, j.ID, state, c.Query("after"), limit)
	return httpx.ReplyPage(c, page, err, func(r *models.BulkRow) bulkRowOut {
		out := bulkRowOut{Number: r.Number, Line: r.Line, State: string(r.State), File: r.File, Values: map[string]string{},
			Problems: []rowProblemOut{}, Warnings: []rowProblemOut{}}
		for n, name := range j.Columns {
			if name != "" && n < len(r.Cells) {
				out.Values[name] = r.Cells[n]
			}
		}
		for _, p := range r.Problems {
			one := rowProblemOut{p.Column, p.Field, p.Code, p.Message}
			if p.Warning {
				out.Warnings = append(out.Warnings, one)
			} else {
				out.Problems = append(out.Problems, one)
			}
		}
		return out
	})
}

// Report answers what became of each row as a table.
func (h *Bulk) Report(c *gin.Context) error {
	ctx := c.Request.Context()
	j, err := h.Store.Bulk.Get(ctx, c.Param("job"))
	if err != nil {
		return err
	}
	csvHeaders(c, "report-"+j.ID+".csv")
	return h.Service.ReportBulk(ctx, j.ID, httpx.PatientWriter(c))
}

// Example answers a file to begin with.
func (h *Bulk) Example(c *gin.Context) error {
	var b bytes.Buffer
	slug, err := h.Service.ExampleCSV(c.Request.Context(), c.Param("template"), &b)
	if err != nil {
		return err
	}
	csvHeaders(c, slug+".csv")
	c.Data(http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	return nil
}

func csvHeaders(c *gin.Context, name string) {
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	c.Header("Cache-Control", "private, no-store")
}
