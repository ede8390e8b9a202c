package promo

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
)

type bulkPreviewOut struct {
	Readings []readingOut        `json:"readings" doc:"How a file that is not Unicode may be meant, the likeliest first; the rest is empty then."`
	Columns  []previewColumnOut  `json:"columns"`
	Rows     []previewRowOut     `json:"rows" doc:"The first ones."`
	Total    int                 `json:"total" doc:"Rows of the file."`
	Warnings []previewWarningOut `json:"warnings"`
}

type readingOut struct {
	Encoding string   `json:"encoding"`
	Label    string   `json:"label"`
	Lines    []string `json:"lines" doc:"How some lines read."`
}

type previewColumnOut struct {
	Title string `json:"title" doc:"In the file's first line."`
	Field string `json:"field" doc:"What it seems to mean, or empty."`
}

type previewRowOut struct {
	Line  int      `json:"line" openapi:"min=1"`
	Cells []string `json:"cells"`
}

type previewWarningOut struct {
	Line    int    `json:"line" openapi:"min=1"`
	Column  int    `json:"column" openapi:"min=1"`
	Field   string `json:"field"`
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Preview answers how a file of values is read.
func (h *Bulk) Preview(c *gin.Context) error {
	in, file, err := readBulk(c)
	if err != nil {
		return err
	}
	p, err := h.Service.PreviewBulk(c.Request.Context(), in, file)
	if err != nil {
		return err
	}
	out := bulkPreviewOut{Readings: []readingOut{}, Columns: []previewColumnOut{}, Rows: []previewRowOut{}, Total: p.Total, Warnings: []previewWarningOut{}}
	for _, r := range p.Readings {
		out.Readings = append(out.Readings, readingOut{r.Encoding.Name, r.Encoding.Label, r.Lines})
	}
	for i, title := range p.Header {
		out.Columns = append(out.Columns, previewColumnOut{title, p.Columns[i]})
	}
	for _, r := range p.Rows {
		out.Rows = append(out.Rows, previewRowOut{r.Line, r.Cells})
	}
	for _, w := range p.Warnings {
		out.Warnings = append(out.Warnings, previewWarningOut{w.Line, w.Column, w.Field, w.Code, w.Message})
	}
	return httpx.Reply(c, http.StatusOK, out)
}
