package promo

import (
	"net/http"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/api/openapi"
	service "github.com/promostack/promostack/internal/service/promo"
	"github.com/promostack/promostack/models"
)

func oneJob(status int, text string, headers map[string]string) []openapi.Answer {
	return []openapi.Answer{{Status: status, Text: text, Headers: headers, Content: openapi.JSON(openapi.Writes[bulkOut]())}}
}

func command(name, summary string) openapi.Description {
	return openapi.Description{
		ID: name + "Bulk", Summary: summary, Text: "The command is idempotent.",
		Answers:  oneJob(http.StatusAccepted, "The job.", openapi.VersionTag()),
		Refusals: map[int]string{http.StatusConflict: "`bulk_state`: the job's state does not allow it."},
	}
}

func csvAnswer(text string) []openapi.Answer {
	return []openapi.Answer{{Status: http.StatusOK, Text: text, Content: map[string]openapi.Content{"text/csv": openapi.Is(openapi.String())},
		Headers: map[string]string{"Content-Disposition": "The file's name."}}}
}

// form is the form that starts a bulk job.
func form(*openapi.Schemas) *openapi.Schema {
	return openapi.Object(map[string]*openapi.Schema{
		"template": openapi.String().Says("An id or a slug."),
		"size":     openapi.String().Says("A size's name; without it, the template's first."),
		"format":   openapi.Enum(service.FormatJPEG, service.FormatPNG),
		"scale":    openapi.Integer(1, 2),
		"logo":     openapi.String().Says("brand (the default), none, or an upload's id."),
		"encoding": openapi.String().Says("How the file is written, like windows-1252 or utf-16le. Without it, UTF-8, or UTF-16 that shows."),
		"columns":  openapi.String().Says("The field of each column, divided by commas; nothing between two leaves a column out. Without it, the file's first line says it by names or labels."),
		"start":    openapi.Enum(string(models.BulkReview), string(models.BulkAtOnce)).Says("review (the default) waits until a person has seen the dry run's report."),
		"file":     file("text/csv").Says("The values, with the template's fields, by name or label, in the first line; the form's last part."),
	}, "template", "file")
}

func describeBulk() map[string]openapi.Description {
	accepted := openapi.VersionTag()
	accepted["Location"] = "The job's address."
	return map[string]openapi.Description{
		"GET /api/v1/templates/:template/example.csv": {
			ID: "exampleFile", Summary: "An example file of values", Answers: csvAnswer("The file."),
			Refusals: map[int]string{http.StatusConflict: unpublished},
		},
		"POST /api/v1/promos/bulk": {
			ID: "createBulk", Summary: "Make an archive of images from a file of values",
			Text: "What is wrong with the file as a whole is reported at once; its rows are checked by a dry run.",
			Body: &openapi.Body{Text: "CSV with commas, semicolons or tabs, or what a line `sep=` says; UTF-8, UTF-16, or what `encoding` says; up to 16 MiB, 10,000 rows and 64 columns.",
				Content: map[string]openapi.Content{"multipart/form-data": form}},
			Answers: oneJob(http.StatusAccepted, "The job, whose dry run begins.", accepted),
			Refusals: map[int]string{
				http.StatusNotFound: "`template_not_found`.",
				http.StatusConflict: "`not_published`, or `idempotency_in_progress`.",
			},
		},
		"POST /api/v1/promos/bulk/preview": {
			ID: "previewBulk", Summary: "See how a file of values is read",
			Text: "Nothing is kept or made. A file that is not Unicode is answered with `readings`, the likely encodings; send it again with one as `encoding`.",
			Body: &openapi.Body{Text: "The form that starts a job.", Content: map[string]openapi.Content{"multipart/form-data": form}},
			Answers: []openapi.Answer{{Status: http.StatusOK, Text: "The columns, the first rows, and what looks odd.",
				Content: openapi.JSON(openapi.Writes[bulkPreviewOut]())}},
			Refusals: map[int]string{
				http.StatusNotFound: "`template_not_found`.",
				http.StatusConflict: "`not_published`.",
			},
		},
		"GET /api/v1/promos/bulk": {
			ID: "listBulk", Summary: "The jobs, the newest first", Query: openapi.Paging(),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[bulkOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
		"GET /api/v1/promos/bulk/:job": {
			ID: "readBulk", Summary: "One job", Answers: oneJob(http.StatusOK, "The job.", openapi.VersionTag()),
		},
		"GET /api/v1/promos/bulk/:job/rows": {
			ID: "listBulkRows", Summary: "A job's rows in the file's order",
			Query: openapi.Paging(openapi.Query("state", openapi.Enum(string(models.BulkRowPending), string(models.BulkRowValid),
				string(models.BulkRowInvalid), string(models.BulkRowDone), string(models.BulkRowFailed)), "Only those.")),
			Answers:  []openapi.Answer{{Status: http.StatusOK, Text: "A page.", Content: openapi.JSON(openapi.Writes[httpx.Page[bulkRowOut]]())}},
			Refusals: map[int]string{http.StatusUnprocessableEntity: "A parameter is wrong; `fields` says which."},
		},
		"GET /api/v1/promos/bulk/:job/report.csv": {
			ID: "bulkReport", Summary: "The result of each row, as a table", Answers: csvAnswer("The table."),
		},
		"POST /api/v1/promos/bulk/:job/start":  command("start", "Make the images of a job that was checked"),
		"POST /api/v1/promos/bulk/:job/pause":  command("pause", "Pause a running job"),
		"POST /api/v1/promos/bulk/:job/resume": command("resume", "Resume a paused job"),
		"POST /api/v1/promos/bulk/:job/cancel": command("cancel", "End a job and remove what it made"),
	}
}
