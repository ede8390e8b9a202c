package journeys

import (
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/sheet"
	service "github.com/promostack/promostack/internal/service/journeys"
)

type figuresOut struct {
	VersionID *string      `json:"version_id" openapi:"format=uuid" doc:"Null counts all versions."`
	People    int64        `json:"people" doc:"Different ones who entered."`
	Inside    int64        `json:"inside" doc:"Who are in it now."`
	Completed int64        `json:"completed"`
	Dropped   int64        `json:"dropped" doc:"Conversations that ended otherwise than by the journey itself."`
	Sends     int64        `json:"sends"`
	Failed    int64        `json:"failed"`
	Steps     []stepFigure `json:"steps"`
}

type stepFigure struct {
	StepID       string       `json:"step_id" doc:"Empty is the welcome message."`
	Type         string       `json:"type" doc:"A step's type, welcome, or removed."`
	Title        string       `json:"title"`
	Entered      int64        `json:"entered"`
	Waiting      int64        `json:"waiting" doc:"Are there now."`
	Passed       int64        `json:"passed"`
	Dropped      int64        `json:"dropped"`
	Replied      int64        `json:"replied"`
	Sends        int64        `json:"sends"`
	Clicks       int64        `json:"clicks"`
	UniqueClicks int64        `json:"unique_clicks" doc:"Conversations in which something was clicked."`
	Links        []linkFigure `json:"links"`
}

type linkFigure struct {
	URL          string `json:"url"`
	Clicks       int64  `json:"clicks"`
	UniqueClicks int64  `json:"unique_clicks"`
}

// Figures answers what a journey counts, of one version or of all.
func (h *Journeys) Figures(c *gin.Context) error {
	f, err := h.Service.Figures(c.Request.Context(), c.Param("journey"), c.Query("version"))
	if err != nil {
		return err
	}
	out := figuresOut{People: f.People, Inside: f.Inside, Completed: f.Completed, Dropped: f.Dropped, Sends: f.Sends, Failed: f.Failed,
		Steps: make([]stepFigure, len(f.Steps))}
	if f.VersionID != "" {
		out.VersionID = &f.VersionID
	}
	for i := range f.Steps {
		out.Steps[i] = stepOf(&f.Steps[i])
	}
	return httpx.Reply(c, http.StatusOK, out)
}

func stepOf(s *service.StepFigures) stepFigure {
	out := stepFigure{s.StepID, s.Type, s.Title, s.Entered, s.Waiting, s.Passed, s.Dropped, s.Replied, s.Sends, s.Clicks, s.Clickers, []linkFigure{}}
	for _, l := range s.Links {
		out.Links = append(out.Links, linkFigure{l.URL, l.Clicks, l.Unique})
	}
	return out
}

// Table answers the figures of the steps as a table.
func (h *Journeys) Table(c *gin.Context) error {
	ctx := c.Request.Context()
	f, err := h.Service.Figures(ctx, c.Param("journey"), c.Query("version"))
	if err != nil {
		return err
	}
	j, err := h.Store.Journeys.Get(ctx, c.Param("journey"))
	if err != nil {
		return err
	}
	c.Header("Content-Type", "text/csv; charset=utf-8")
	c.Header("Cache-Control", "no-store")
	attachment(c, j.Name, ".csv")
	out, err := sheet.NewWriter(c.Writer)
	if err != nil {
		return err
	}
	if err := out.Write("step_id", "type", "title", "entered", "waiting", "passed", "dropped", "replied", "sends", "failed", "clicks", "unique_clicks"); err != nil {
		return err
	}
	for _, s := range f.Steps {
		cells := []string{s.StepID, s.Type, s.Title}
		for _, n := range []int64{s.Entered, s.Waiting, s.Passed, s.Dropped, s.Replied, s.Sends, s.Failures, s.Clicks, s.Clickers} {
			cells = append(cells, strconv.FormatInt(n, 10))
		}
		if err := out.Write(cells...); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Follow sends a visitor of a tracked link on. A program that only looks where it leads is no click.
func (h *Journeys) Follow(c *gin.Context) error {
	r := c.Request
	look := r.Method == http.MethodHead || r.Header.Get("Purpose") != "" || r.Header.Get("Sec-Purpose") != "" || r.Header.Get("X-Moz") == "prefetch"
	target, err := h.Service.Follow(r.Context(), c.Param("link"), h.Callers.Address(r), r.UserAgent(), look)
	c.Header("Cache-Control", "no-store")
	c.Header("Referrer-Policy", "no-referrer")
	switch {
	case target != "":
		if err != nil { // who clicked is not the one to wait for our count
			slog.WarnContext(r.Context(), "a click was not counted", "request_id", httpx.RequestID(c), "error", err)
		}
		http.Redirect(c.Writer, r, target, http.StatusFound)
	case fault.Is(err, fault.NotFound):
		httpx.FailPage(c, err, "There is nothing here", "The link is not complete, or what it belonged to is gone. Ask whoever sent it to you.")
	default:
		httpx.FailPage(c, err, "This link does not work now", "Try again in a moment.")
	}
	return nil
}
