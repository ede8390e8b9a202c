package forex

import (
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/access"
	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/models"
)

type hypeRunOut struct {
	FlowID  string    `json:"flow_id" openapi:"format=uuid"`
	Request string    `json:"request" openapi:"format=uuid" doc:"Names the run."`
	At      time.Time `json:"at" doc:"When its first message comes."`
}

// Run starts a flow at once.
func (h *Hype) Run(c *gin.Context) error {
	run, err := h.Service.RunNow(c.Request.Context(), c.Param("flow"), models.NewID(), access.From(c).Person.Name)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusAccepted, hypeRunOut{run.FlowID, run.Request, run.At.UTC()})
}

type hypePreviewOut struct {
	Messages []hypeMessageOut `json:"messages" doc:"In their order."`
}

type hypeMessageOut struct {
	Text    string              `json:"text" doc:"Telegram's HTML."`
	Buttons []postPreviewButton `json:"buttons" doc:"The address is the call to action's own; in a message that is sent, clicks on it are counted."`
	Source  string              `json:"source" openapi:"enum=|ai|template"`
	Reason  string              `json:"reason" doc:"Why it is not the model's."`
	Prompt  string              `json:"prompt" doc:"Its name."`
	Skip    *httpx.Note         `json:"skip" doc:"Why nothing would be sent now; null for a message."`
}

// Preview answers the messages of a flow as they would go out now.
func (h *Hype) Preview(c *gin.Context) error {
	list, err := h.Service.Preview(c.Request.Context(), c.Param("flow"))
	if err != nil {
		return err
	}
	out := hypePreviewOut{Messages: make([]hypeMessageOut, len(list))}
	for i, m := range list {
		out.Messages[i] = hypeMessageOut{m.Text, buttonsOf(m.Buttons), m.Source, m.Reason, m.Prompt, httpx.NoteOf(m.Skip)}
	}
	return httpx.Reply(c, http.StatusOK, out)
}

type hypeCounts struct {
	Sent         int   `json:"sent"`
	Skipped      int   `json:"skipped"`
	Failed       int   `json:"failed"`
	Unknown      int   `json:"unknown" doc:"May have arrived: a person decides."`
	Clicks       int64 `json:"clicks"`
	UniqueClicks int64 `json:"unique_clicks" doc:"Further ones of a visitor within ten minutes are left out."`
}

type hypeFiguresOut struct {
	hypeCounts
	SkippedReasons map[string]int  `json:"skipped_by_reason" doc:"By the codes of their notes, such as late or repeats."`
	Manual         int             `json:"manual" doc:"Of those that were sent, by runs that somebody asked for."`
	ByAI           int             `json:"by_ai" doc:"Of those that were sent."`
	ByTemplate     map[string]int  `json:"by_template" doc:"Of those that were sent, by why no model wrote them."`
	MembersFirst   *int64          `json:"members_first" doc:"Of the FREE channel on the first of the days on which it was counted; null when it was not."`
	MembersLast    *int64          `json:"members_last"`
	Days           []hypeFigureDay `json:"days" doc:"The last 30 days of UTC, the first one first."`
}

type hypeFigureDay struct {
	Day string `json:"day" openapi:"format=date"`
	hypeCounts
	Members *int64 `json:"members" doc:"Of the FREE channel; null where it was not counted."`
}

// Figures answers what became of a flow's messages in the last days.
func (h *Hype) Figures(c *gin.Context) error {
	f, err := h.Service.Figures(c.Request.Context(), c.Param("flow"))
	if err != nil {
		return err
	}
	out := hypeFiguresOut{hypeCounts: hypeCounts(f.Counts), SkippedReasons: f.SkippedReasons, Manual: f.Manual, ByAI: f.ByAI, ByTemplate: f.ByTemplate,
		MembersFirst: f.MembersFirst, MembersLast: f.MembersLast, Days: make([]hypeFigureDay, len(f.Days))}
	for i, d := range f.Days {
		out.Days[i] = hypeFigureDay{d.Day, hypeCounts(d.Counts), d.Members}
	}
	return httpx.Reply(c, http.StatusOK, out)
}
