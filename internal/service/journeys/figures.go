package journeys

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"slices"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tenant"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// Figures are what a journey counts, of one version or of all.
type Figures struct {
	VersionID string // empty is all
	People    int64  // different ones who entered
	Inside    int64  // who are in it now
	Completed int64
	Dropped   int64 // conversations that ended otherwise
	Sends     int64
	Failed    int64
	Steps     []StepFigures
}

// StepFigures are those of one step; the welcome message has no id.
type StepFigures struct {
	models.StepFigures
	Type  string
	Title string
	Links []models.LinkFigures
}

// Figures counts a journey. The steps stand in the order of the flow of the version, or of the draft, with those that
// it does not have any more at the end.
func (s *Service) Figures(ctx context.Context, id, version string) (*Figures, error) {
	j, err := s.store.Journeys.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	text := j.Draft
	if version != "" {
		v, err := s.store.Journeys.Version(ctx, version)
		if err != nil {
			return nil, err
		}
		if v.JourneyID != id {
			return nil, fault.New(fault.NotFound, "journey_version_not_found", "There is no such version of a journey")
		}
		text = v.Definition
	}
	d, err := journey.Parse([]byte(text))
	if err != nil {
		return nil, err
	}
	counted, err := s.store.Figures.Steps(ctx, id, version)
	if err != nil {
		return nil, err
	}
	links, err := s.store.Figures.Links(ctx, id, version)
	if err != nil {
		return nil, err
	}
	sessions, people, err := s.store.Figures.Sessions(ctx, id, version)
	if err != nil {
		return nil, err
	}
	out := &Figures{VersionID: version, People: people}
	for _, row := range sessions {
		switch {
		case row.Status == models.SessionRunning:
			out.Inside += row.N
		case row.Status == models.SessionEnded && !journey.Reserved(row.Outcome):
			out.Completed += row.N
		default:
			out.Dropped += row.N
		}
	}
	at := map[string]int{}
	add := func(step models.StepFigures, kind, title string) {
		at[step.StepID] = len(out.Steps)
		out.Steps = append(out.Steps, StepFigures{StepFigures: step, Type: kind, Title: title})
		out.Sends += step.Sends
		out.Failed += step.Failures
	}
	find := func(step string) models.StepFigures {
		if i := slices.IndexFunc(counted, func(c models.StepFigures) bool { return c.StepID == step }); i >= 0 {
			return counted[i]
		}
		return models.StepFigures{StepID: step}
	}
	if d.WelcomeMessage != "" || find("").Entered > 0 {
		add(find(""), "welcome", "Welcome message")
	}
	for _, step := range inFlow(d) {
		add(find(step.ID), string(step.Type), nameOf(step))
	}
	if err := s.removed(ctx, id, counted, at, add); err != nil {
		return nil, err
	}
	for _, l := range links {
		if i, ok := at[l.StepID]; ok {
			out.Steps[i].Links = append(out.Steps[i].Links, l)
		}
	}
	return out, nil
}

// rememberedVersions is in how many versions a step is looked for that is not there any more.
const rememberedVersions = 20

// removed adds the steps that were entered and are not there any more, under the names that they had in the last version with
// them.
func (s *Service) removed(ctx context.Context, id string, counted []models.StepFigures, at map[string]int, add func(models.StepFigures, string, string)) error {
	var gone []models.StepFigures
	for _, c := range counted {
		if _, ok := at[c.StepID]; !ok && c.Entered > 0 {
			gone = append(gone, c)
		}
	}
	if len(gone) == 0 {
		return nil
	}
	versions, err := s.store.Journeys.Versions(ctx, id)
	if err != nil {
		return err
	}
	var ids []string
	for _, v := range versions[:min(len(versions), rememberedVersions)] { // the newest first
		ids = append(ids, v.ID)
	}
	definitions, err := s.definitions(ctx, ids)
	if err != nil {
		return err
	}
	for _, c := range gone {
		name := ""
		for _, version := range ids {
			if d := definitions[version]; d != nil && d.Step(c.StepID) != nil {
				name = nameOf(d.Step(c.StepID))
				break
			}
		}
		add(c, "removed", name)
	}
	return nil
}

// Follow returns where a tracked link leads, of a message to a person or of a post to a channel, and counts the click unless a
// program only looked. Further clicks from the same address within ten minutes are the same one. An
// unknown one is fault.NotFound "link_not_found".
func (s *Service) Follow(ctx context.Context, link, address, agent string, look bool) (string, error) {
	look = look || looksOnly(agent)
	row, err := s.store.Figures.Link(ctx, link)
	if fault.Is(err, fault.NotFound) {
		return s.followPost(ctx, link, address, agent, look)
	}
	if err != nil {
		return "", err
	}
	if look {
		return row.URL, nil
	}
	return row.URL, s.store.Figures.Click(tenant.With(ctx, row.TenantID), row.ID, visitor(row.ID, address, agent), s.now())
}

// followPost is Follow for the link under a post. There each click counts, and different visitors besides.
func (s *Service) followPost(ctx context.Context, link, address, agent string, look bool) (string, error) {
	row, err := s.store.PostLinks.Get(ctx, link)
	if err != nil {
		return "", err
	}
	if look {
		return row.URL, nil
	}
	return row.URL, s.store.PostLinks.Click(tenant.With(ctx, row.TenantID), row.ID, visitor(row.ID, address, agent), s.now())
}

// visitor is a mark that tells a link's visitors apart. Nobody's address is kept.
func visitor(link, address, agent string) string {
	sum := sha256.Sum256([]byte(link + " " + address + " " + agent))
	return hex.EncodeToString(sum[:6])
}

// MendCounts compares the tenant's kept counts with what they count, puts them right, and returns how many were
// wrong.
func (s *Service) MendCounts(ctx context.Context, _ func()) (int, error) {
	n, err := s.store.Tallies.Mend(ctx)
	if n > 0 {
		slog.WarnContext(ctx, "counts were wrong and have been put right; the database was changed by something else", "counts", n)
	}
	return n, err
}

// logKept is how long lines of people's logs are kept.
const logKept = 90 * 24 * time.Hour

// ForgetLog removes expired lines of people's logs, and returns how many.
func (s *Service) ForgetLog(ctx context.Context, beat func()) (int, error) {
	n, err := s.store.Sessions.DeleteLogBefore(ctx, s.now().Add(-logKept), beat)
	return int(n), err
}
