package journeys

import (
	"strings"

	"github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/internal/engine/message"
)

// nameLength is how many characters of its text name a step.
const nameLength = 48

// nameOf is what people call a step: its title, or where it has none how its text begins, or what it is about; empty where its
// type says all.
func nameOf(step *journey.Step) string {
	switch {
	case step.Title != "":
		return step.Title
	case step.Text != "":
		return beginning(message.Plain(step.Text))
	case step.Type == journey.Tag:
		return beginning("Tag " + strings.Join(append(append([]string{}, step.AddTags...), step.RemoveTags...), ", "))
	case step.Type == journey.WaitForReply && step.BranchKeyword != "":
		return beginning("Waits for “" + step.BranchKeyword + "”")
	case step.Type == journey.Condition && len(step.Rules) > 0:
		return beginning("If " + step.Rules[0].Variable + "…")
	}
	return ""
}

// beginning is how a text begins, in one line.
func beginning(said string) string {
	line := []rune(text.Clean(strings.Join(strings.Fields(said), " ")))
	if len(line) <= nameLength {
		return string(line)
	}
	return text.Clean(string(line[:nameLength-1])) + "…"
}

// inFlow are a definition's steps in the order in which a person meets them: along each first way before the next one. Steps
// that nothing leads to come at the end, in the order of the definition.
func inFlow(d *journey.Definition) []*journey.Step {
	var out []*journey.Step
	seen := map[string]bool{}
	var walk func(id string)
	walk = func(id string) {
		step := d.Step(id)
		if id == "" || step == nil || seen[id] {
			return
		}
		seen[id] = true
		out = append(out, step)
		for _, way := range step.Ways() {
			walk(way.Target)
		}
	}
	walk(d.StartStepID)
	for i := range d.Steps {
		walk(d.Steps[i].ID)
	}
	return out
}
