package journey

import (
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/tagname"
	typed "github.com/promostack/promostack/internal/base/text"
)

// follow enters a step and goes on from it until something must be waited for.
func (w *walk) follow(id string) {
	var step *Step
	if id != "" {
		step = w.d.Step(id)
	}
	if step == nil {
		w.end(Broken)
		return
	}
	if w.enter(step) {
		w.onward()
	}
}

// enter begins the visit of a step, and tells whether it goes on.
func (w *walk) enter(step *Step) bool {
	if w.Hops++; w.Hops > maxHops {
		w.end(Looping)
		return false
	}
	w.leave()
	w.open = true
	w.Visit++
	w.StepID, w.Since, w.Due, w.Asked = step.ID, w.now, time.Time{}, time.Time{}
	w.Attempt, w.WrongAnswers = 0, 0
	w.note(NoteEntered, "")
	if w.Paused { // it begins when the person gives back
		w.Phase, w.Due = Held, w.now
		return false
	}
	return true
}

// onward does what the step does, and all that follow, until something must be waited for.
func (w *walk) onward() {
	for {
		step := w.d.Step(w.StepID)
		next := ""
		switch step.Type {
		case Message, Question:
			w.dispatch()
			return
		case WaitForReply:
			w.wait()
			return
		case Delay:
			if due := w.due(step); due.After(w.now) {
				w.Phase, w.Due, w.Answering = Sleeping, due, false
				return
			}
			next = step.NextStepID
		case HandOver:
			w.handOver(step)
			return
		case End:
			w.leave()
			w.end(outcome(step))
			return
		case Condition:
			next = w.branch(step)
		case Split:
			if i := arm(step, w.Seed); i >= 0 {
				w.note(NoteBranch, armName(step, i))
				next = step.Arms[i].NextStepID
			}
		case Jump:
			next = step.NextStepID
		case Tag:
			w.tag(step)
			next = step.NextStepID
		}
		to := w.d.Step(next)
		if next == "" || to == nil {
			w.end(Broken)
			return
		}
		if !w.enter(to) {
			return
		}
	}
}

// outcome is how a conversation ends at an End: as its author calls it.
func outcome(s *Step) Outcome {
	if text := Outcome(typed.Clean(string(s.Outcome))); text != "" && !Reserved(text) {
		return text
	}
	return Completed
}

func (w *walk) branch(s *Step) string {
	if w.holds(s) {
		w.note(NoteBranch, PortTrue)
		return s.BranchTrueStepID
	}
	w.note(NoteBranch, PortFalse)
	return s.BranchFalseStepID
}

func (w *walk) tag(s *Step) {
	add, remove := tagname.List(s.AddTags), tagname.List(s.RemoveTags)
	if len(add)+len(remove) == 0 {
		return
	}
	w.retag(add, remove)
	w.do(Effect{Kind: Tags, StepID: w.StepID, Visit: w.Visit, Add: add, Remove: remove})
	var told []string
	for _, t := range add {
		told = append(told, "+"+t)
	}
	for _, t := range remove {
		told = append(told, "-"+t)
	}
	w.note(NoteTagged, strings.Join(told, ", "))
}

// handOver pauses until a person gives back.
func (w *walk) handOver(s *Step) {
	w.do(Effect{Kind: Alert, StepID: w.StepID, Visit: w.Visit, Text: w.label(s.Note)})
	w.Phase, w.Due, w.Paused, w.Answering = Sleeping, time.Time{}, true, false
	w.note(NotePaused, "")
}

// wait begins to wait for a reply.
func (w *walk) wait() {
	w.Phase, w.Asked, w.Heard = Waiting, w.now, w.now
	w.Due, _ = w.deadline(w.d.Step(w.StepID))
}
