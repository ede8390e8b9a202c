package journey

import (
	"fmt"

	"github.com/promostack/promostack/internal/engine/message"
)

// Way is one way out of a step: where a line of the drawing begins, and where it ends.
type Way struct {
	Port   string `json:"port"`
	Target string `json:"target,omitempty"`
	Label  string `json:"label"`
}

// Ports of ways; those of choices and arms carry their index.
const (
	PortNext    = "next"
	PortTimeout = "timeout"
	PortInvalid = "invalid"
	PortTrue    = "true"
	PortFalse   = "false"
	portChoice  = "choice:"
	portArm     = "arm:"
)

// Ways are all ways that the step can take, those without a target too. A choice or a branch without
// a target of its own goes the way "next".
func (s *Step) Ways() []Way {
	next := Way{PortNext, s.NextStepID, "Next"}
	var out []Way
	switch s.Type {
	case Message, Delay, Jump, Tag, HandOver:
		return []Way{next}
	case Question:
		open := s.Answer != AnswerChoice || len(s.Choices) == 0
		if s.Answer == AnswerChoice {
			for i, c := range s.Choices {
				out = append(out, Way{fmt.Sprint(portChoice, i), c.NextStepID, c.Text})
				open = open || c.NextStepID == ""
			}
		}
		if open {
			out = append(out, next)
		}
		if s.MaxAttempts > 0 {
			out = append(out, Way{PortInvalid, s.InvalidStepID, "No valid answer"})
		}
	case WaitForReply:
		if s.BranchKeyword != "" {
			out = append(out, Way{PortTrue, s.BranchTrueStepID, "Says " + s.BranchKeyword},
				Way{PortFalse, s.BranchFalseStepID, "Says something else"})
		}
		if s.BranchKeyword == "" || s.BranchFalseStepID == "" {
			out = append(out, next)
		}
	case Condition:
		return []Way{{PortTrue, s.BranchTrueStepID, "Yes"}, {PortFalse, s.BranchFalseStepID, "No"}}
	case Split:
		for i, arm := range s.Arms {
			out = append(out, Way{fmt.Sprint(portArm, i), arm.NextStepID, armName(s, i)})
		}
	}
	if s.TimeoutSeconds > 0 && (s.Type == Question || s.Type == WaitForReply) {
		out = append(out, Way{PortTimeout, s.TimeoutStepID, "No answer in time"})
	}
	return out
}

func armName(s *Step, i int) string {
	if name := s.Arms[i].Name; name != "" {
		return name
	}
	return fmt.Sprintf("Arm %d", i+1)
}

// Step finds a step by its id, or nil. The empty id is the welcome message, which is a step like others.
func (d *Definition) Step(id string) *Step {
	if id == "" {
		if d.WelcomeMessage == "" {
			return nil
		}
		return &Step{Type: Message, Text: d.WelcomeMessage, NextStepID: d.StartStepID}
	}
	for i := range d.Steps {
		if d.Steps[i].ID == id {
			return &d.Steps[i]
		}
	}
	return nil
}

// answers tells that a message has buttons that answer.
func answers(k message.Keyboard) bool {
	for _, row := range k {
		for _, b := range row {
			if b.Data != "" {
				return true
			}
		}
	}
	return false
}
