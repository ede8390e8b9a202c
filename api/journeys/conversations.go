package journeys

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/journey"
	service "github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// Conversations serves /api/v1/conversations: people on their way through journeys.
type Conversations struct {
	Service *service.Service
}

type conversationOut struct {
	ID          string            `json:"id" openapi:"format=uuid"`
	Subscriber  conversationWho   `json:"subscriber"`
	Connection  connectionRef     `json:"connection"`
	Journey     journeyRef        `json:"journey"`
	Version     versionRef        `json:"version"`
	State       string            `json:"state" openapi:"enum=running|paused|ended|broken"`
	Phase       journey.Phase     `json:"phase" doc:"What it waits for: empty, sending, held, waiting, sleeping or ended."`
	Step        stepRef           `json:"step"`
	Since       models.Time       `json:"since" doc:"When it came to the step."`
	Due         models.Time       `json:"due" doc:"When it goes on by itself."`
	Variables   map[string]string `json:"variables"`
	Trigger     string            `json:"trigger" doc:"What began it, in words."`
	Outcome     journey.Outcome   `json:"outcome" doc:"How it ended."`
	Problem     string            `json:"problem" doc:"Why it is broken."`
	StartedAt   models.Time       `json:"started_at" openapi:"notnull"`
	EndedAt     models.Time       `json:"ended_at"`
	WantsPerson bool              `json:"wants_person" doc:"The journey has handed over, and nobody has given it back yet."`
	RowVersion  int64             `json:"row_version"`
}

type conversationWho struct {
	ID        string `json:"id" openapi:"format=uuid"`
	UserID    int64  `json:"user_id" doc:"Telegram's number of the person."`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name"`
	Username  string `json:"username"`
}

type connectionRef struct {
	ID   string                `json:"id" openapi:"format=uuid"`
	Kind models.ConnectionKind `json:"kind"`
}

type journeyRef struct {
	ID   string `json:"id" openapi:"format=uuid"`
	Name string `json:"name"`
}

type versionRef struct {
	ID     string `json:"id" openapi:"format=uuid"`
	Number int    `json:"number"`
}

type stepRef struct {
	ID    string           `json:"id" doc:"Empty is the welcome message."`
	Type  journey.StepType `json:"type"`
	Title string           `json:"title"`
}

func conversationOf(p *service.Person) conversationOut {
	w := p.Subscriber
	out := conversationOut{ID: p.ID, Subscriber: conversationWho{w.ID, w.UserID, w.FirstName, w.LastName, w.Username},
		Connection: connectionRef{p.ConnectionID, p.Connection}, Journey: journeyRef{p.JourneyID, p.Journey}, Version: versionRef{p.VersionID, p.Number},
		State: string(p.Status), Phase: p.Phase, Step: stepRef(p.Step), Since: p.StepSince, Due: p.DueAt, Variables: p.Variables,
		Trigger: p.Cause, Outcome: p.Outcome, Problem: p.Problem, StartedAt: p.StartedAt, EndedAt: p.EndedAt, WantsPerson: p.WantsPerson,
		RowVersion: p.Version}
	if p.Status == models.SessionRunning && p.Paused {
		out.State = "paused"
	}
	return out
}

// List answers conversations, those begun last first.
func (h *Conversations) List(c *gin.Context) error {
	filter := models.SessionFilter{JourneyID: c.Query("journey"), SubscriberID: c.Query("subscriber"), State: c.Query("state"),
		Query: c.Query("q"), After: c.Query("after")}
	if step, given := c.GetQuery("step"); given { // empty is the welcome message
		filter.StepID = &step
	}
	var err error
	if filter.Limit, err = httpx.Limit(c); err != nil {
		return err
	}
	page, err := h.Service.People(c.Request.Context(), filter)
	return httpx.ReplyPage(c, page, err, conversationOf)
}

// Get answers one conversation.
func (h *Conversations) Get(c *gin.Context) error {
	p, err := h.Service.Person(c.Request.Context(), c.Param("conversation"))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, conversationOf(p))
}

// Command is the handler of a command that says nothing but its name: journey.Pause, Resume or Finish.
func (h *Conversations) Command(kind journey.EventKind) httpx.Handler {
	return func(c *gin.Context) error { return h.do(c, service.Command{Kind: kind}) }
}

func (h *Conversations) do(c *gin.Context, command service.Command) error {
	command.Session = c.Param("conversation")
	p, err := h.Service.Command(c.Request.Context(), command)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusAccepted, conversationOf(p))
}

type moveIn struct {
	StepID string `json:"step_id"`
}

// Move takes a conversation to another step of its version.
func (h *Conversations) Move(c *gin.Context) error {
	var in moveIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	return h.do(c, service.Command{Kind: journey.Move, StepID: in.StepID})
}

type answerIn struct {
	Text string `json:"text"`
}

// Answer writes to the person in a conversation that was taken over.
func (h *Conversations) Answer(c *gin.Context) error {
	var in answerIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	return h.do(c, service.Command{Kind: journey.Say, Text: in.Text})
}

type logLine struct {
	ID      string           `json:"id" openapi:"format=uuid"`
	At      models.Time      `json:"at" openapi:"notnull"`
	What    journey.NoteKind `json:"what" doc:"message: what the person wrote; trigger: what began a journey; no_trigger: why nothing began; or what the journey did."`
	Step    *stepRef         `json:"step"`
	Journey *journeyRef      `json:"journey"`
	Text    string           `json:"text"`
	Reasons []journey.Reason `json:"reasons" doc:"Why journeys were not entered."`
}

func logLineOf(l *service.LogLine) logLine {
	out := logLine{ID: l.ID, At: l.At, What: l.What, Text: l.Text, Reasons: l.Reasons}
	if l.Step != nil {
		step := stepRef(*l.Step)
		out.Step = &step
	}
	if l.Journey != "" {
		out.Journey = &journeyRef{l.JourneyID, l.Journey}
	}
	return out
}

// Log answers what happened in a conversation, the newest first.
func (h *Conversations) Log(c *gin.Context) error {
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	page, err := h.Service.LogOf(c.Request.Context(), c.Param("conversation"), c.Query("after"), limit)
	return httpx.ReplyPage(c, page, err, logLineOf)
}

// Messages answers a person's log over all journeys: what they wrote, and what it triggered or why not.
func (h *Conversations) Messages(c *gin.Context) error {
	who := c.Query("subscriber")
	if who == "" {
		return fault.InvalidField("subscriber", "required", "must be a subscriber's id")
	}
	limit, err := httpx.Limit(c)
	if err != nil {
		return err
	}
	page, err := h.Service.LogOfPerson(c.Request.Context(), who, c.Query("after"), limit)
	return httpx.ReplyPage(c, page, err, logLineOf)
}
