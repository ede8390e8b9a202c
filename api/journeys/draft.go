package journeys

import (
	"encoding/json"
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/promostack/promostack/api/httpx"
	"github.com/promostack/promostack/internal/engine/journey"
	service "github.com/promostack/promostack/internal/service/journeys"
	"github.com/promostack/promostack/models"
)

// Schema answers the JSON Schema of definitions.
func (h *Journeys) Schema(c *gin.Context) error {
	c.Header("Cache-Control", "public, max-age=300")
	c.Data(http.StatusOK, "application/schema+json", journey.Schema())
	return nil
}

type issuesOut struct {
	Issues []journey.Issue `json:"issues"`
}

// Check answers what is wrong with a definition.
func (h *Journeys) Check(c *gin.Context) error {
	d, err := definition(c)
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, issuesOut{d.Check()})
}

type trialIn struct {
	Definition json.RawMessage `json:"definition"`
	State      *journey.State  `json:"state"`
	Event      journey.Event   `json:"event"`
}

type trialOut struct {
	State    journey.State    `json:"state"`
	Effects  []journey.Effect `json:"effects"`
	Decision *decisionOut     `json:"decision" doc:"Of a message while nothing runs."`
	Issues   []journey.Issue  `json:"issues" doc:"Why the draft can't be tried; then nothing happens."`
}

type decisionOut struct {
	Action journey.Action   `json:"action" openapi:"enum=human|reply|enter|none"`
	Why    []journey.Reason `json:"why"`
}

// Simulate answers what an event makes of a draft, on the engine that live conversations have. The state is
// the caller's to keep, and so is the time.
func (h *Journeys) Simulate(c *gin.Context) error {
	var in trialIn
	if err := httpx.JSON(c, &in); err != nil {
		return err
	}
	d, err := service.Read(in.Definition)
	if err != nil {
		return err
	}
	if in.Event.At.IsZero() {
		in.Event.At = h.Now()
	}
	out := trialOut{Effects: []journey.Effect{}, Issues: service.Obstacles(d)}
	if len(out.Issues) > 0 {
		if in.State != nil {
			out.State = *in.State
		}
		return httpx.Reply(c, http.StatusOK, out)
	}
	trial := service.Simulate(d, in.State, in.Event)
	out.State, out.Effects = trial.State, append(out.Effects, trial.Effects...)
	if trial.Decision != nil {
		out.Decision = &decisionOut{trial.Decision.Action, append([]journey.Reason{}, trial.Decision.Why...)}
	}
	return httpx.Reply(c, http.StatusOK, out)
}

type changesOut struct {
	Added    []stepChange  `json:"added"`
	Removed  []removedStep `json:"removed"`
	Changed  []changedStep `json:"changed"`
	Settings []string      `json:"settings" doc:"Members of the definition besides its steps."`
}

type stepChange struct {
	StepID string           `json:"step_id"`
	Type   journey.StepType `json:"type"`
	Title  string           `json:"title"`
}

type removedStep struct {
	stepChange
	People int64 `json:"people" doc:"Who are at it now. They finish on the version that they began."`
}

type changedStep struct {
	stepChange
	Fields []string `json:"fields"`
}

// Changes answers what the draft would change of the live version.
func (h *Journeys) Changes(c *gin.Context) error {
	changes, err := h.Service.Changes(c.Request.Context(), c.Param("journey"))
	if err != nil {
		return err
	}
	out := changesOut{[]stepChange{}, []removedStep{}, []changedStep{}, changes.Settings}
	for _, s := range changes.Added {
		out.Added = append(out.Added, changeOf(s))
	}
	for _, s := range changes.Removed {
		out.Removed = append(out.Removed, removedStep{changeOf(s), changes.People[s.StepID]})
	}
	for _, s := range changes.Changed {
		out.Changed = append(out.Changed, changedStep{changeOf(s), s.Fields})
	}
	return httpx.Reply(c, http.StatusOK, out)
}

func changeOf(s journey.StepChange) stepChange { return stepChange{s.StepID, s.Type, s.Title} }

type versionOut struct {
	ID          string      `json:"id" openapi:"format=uuid"`
	Number      int         `json:"number"`
	Note        string      `json:"note"`
	PublishedAt models.Time `json:"published_at" openapi:"notnull"`
	People      int64       `json:"people" doc:"Who are in it now."`
	Live        bool        `json:"live" doc:"It is what people enter, or entered last."`
}

type versionDetail struct {
	versionOut
	Definition json.RawMessage `json:"definition" openapi:"schema=JourneyDefinition"`
}

func versionOf(v *service.VersionView) versionOut {
	return versionOut{v.ID, v.Number, v.Note, v.PublishedAt, v.People, v.Live}
}

// Versions answers all versions of a journey, the newest first.
func (h *Journeys) Versions(c *gin.Context) error {
	list, err := h.Service.Versions(c.Request.Context(), c.Param("journey"))
	if err != nil {
		return err
	}
	items := make([]versionOut, len(list))
	for i := range list {
		items[i] = versionOf(&list[i])
	}
	return httpx.Reply(c, http.StatusOK, httpx.NewPage(items, ""))
}

// Version answers one version with what it says.
func (h *Journeys) Version(c *gin.Context) error {
	v, err := h.Service.Version(c.Request.Context(), c.Param("journey"), c.Param("version"))
	if err != nil {
		return err
	}
	return httpx.Reply(c, http.StatusOK, versionDetail{versionOf(v), json.RawMessage(v.Definition)})
}

// Restore makes a version the draft.
func (h *Journeys) Restore(c *gin.Context) error {
	v, err := h.Service.Restore(c.Request.Context(), c.Param("journey"), httpx.Expected(c), c.Param("version"))
	return reply(c, http.StatusOK, v, err)
}
