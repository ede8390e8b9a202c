package journeys

import (
	"strings"

	"github.com/promostack/promostack/internal/engine/journey"
	"github.com/promostack/promostack/models"
)

// Trial is the result of an event in a draft that somebody tests: the same engine as live, with a state that
// the browser keeps and a clock of its own.
type Trial struct {
	State    journey.State
	Effects  []journey.Effect
	Decision *journey.Decision // of a message while nothing runs: what it would begin, and why not
}

// Simulate lets the engine act on an event in test mode. A message that comes while nothing runs meets the
// draft's own triggers.
func Simulate(d *journey.Definition, state *journey.State, e journey.Event) Trial {
	var out Trial
	if state != nil {
		out.State = *state
	}
	over := out.State.Phase == journey.Fresh || out.State.Phase == journey.Ended
	if over && e.Kind == journey.Arrived {
		decision := journey.Decide(e.Message, nil, candidates(d), e.At)
		out.Decision = &decision
		if decision.Action != journey.ToEnter {
			return out
		}
		e.Kind, e.Message = journey.Start, journey.Inbound{}
	}
	if e.Kind == journey.Start {
		out.State = journey.State{}
		if e.Token == "" {
			e.Token = models.NewToken()
		}
		if e.Seed == 0 {
			e.Seed = seed()
		}
	}
	out.State, out.Effects = journey.Advance(d, out.State, e)
	return out
}

// Obstacles are the mistakes that keep a draft from being tested. Its connections and triggers don't
// matter there.
func Obstacles(d *journey.Definition) []journey.Issue {
	out := []journey.Issue{}
	for _, i := range d.Check() {
		if i.Severity == journey.Error && !strings.HasPrefix(i.Field, "triggers") && !strings.HasPrefix(i.Field, "connections") {
			out = append(out, i)
		}
	}
	return out
}

func candidates(d *journey.Definition) []journey.Candidate {
	out := make([]journey.Candidate, len(d.Triggers))
	for i, t := range d.Triggers {
		out[i] = journey.Candidate{Trigger: t, Priority: d.PriorityInt, ReEntry: journey.ReEntry{Rule: journey.Always}}
	}
	return out
}
