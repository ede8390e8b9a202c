package journey

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// maxHops bounds the steps that follow each other without a reply or a timer between them.
const maxHops = 200

// Advance is the whole engine: what an event makes of a person's place in a journey, and what must
// be done. Of messages to send it gives one at a time and waits for its Sent. What it is given stays
// as it is.
func Advance(d *Definition, s State, e Event) (State, []Effect) {
	w := newWalk(d, s, e.Person, e.At)
	switch {
	case s.Phase == Fresh || s.Phase == Ended:
		w.outside(e)
	case !usable(w.d, s):
		if pressed(e.Message) && e.Kind == Arrived {
			w.do(Effect{Kind: Answer, CallbackID: e.Message.CallbackID, Text: OldButton})
		}
		w.end(Broken)
	default:
		w.open = true
		w.inside(e)
	}
	if len(w.Variables) == 0 {
		w.Variables = nil // an empty one doesn't survive JSON
	}
	if len(w.Live) == 0 {
		w.Live = nil
	}
	return w.State, w.effects
}

// walk is one call of Advance.
type walk struct {
	State
	d       *Definition
	now     time.Time
	person  Person
	open    bool // the visit has begun and not ended
	effects []Effect
}

func newWalk(d *Definition, s State, p Person, at time.Time) *walk {
	if d == nil {
		d = &Definition{}
	}
	w := &walk{State: s, d: d, person: p, now: clamp(at)}
	w.Variables, w.Live = maps.Clone(s.Variables), slices.Clone(s.Live)
	w.person.Tags = slices.Clone(p.Tags)
	for _, t := range []time.Time{s.Since, s.Heard, s.Asked} { // time never goes back
		if t.After(w.now) {
			w.now = clamp(t)
		}
	}
	return w
}

// usable tells that a running conversation has a step to be at.
func usable(d *Definition, s State) bool {
	switch s.Phase {
	case Sending, Held, Waiting, Sleeping:
	default:
		return false
	}
	return d != nil && d.Step(s.StepID) != nil
}

func (w *walk) do(e Effect) { w.effects = append(w.effects, e) }

func (w *walk) note(what NoteKind, text string) {
	w.do(Effect{Kind: Note, What: what, StepID: w.StepID, Visit: w.Visit, Text: clean(text)})
}

func (w *walk) noteSend(what NoteKind, text string) {
	w.do(Effect{Kind: Note, What: what, StepID: w.StepID, Visit: w.Visit, Attempt: w.Attempt, Text: clean(text)})
}

// outside is what happens before a conversation, and after it.
func (w *walk) outside(e Event) {
	switch {
	case e.Kind == Start && w.Phase == Fresh:
		w.State = State{Token: e.Token, Seed: e.Seed, Answering: true, Since: w.now, Heard: w.now}
		w.note(NoteBegan, "")
		if w.d.WelcomeMessage != "" {
			w.enter(w.d.Step(""))
			w.onward()
			return
		}
		w.follow(w.d.StartStepID)
	case e.Kind == Arrived && pressed(e.Message):
		w.do(Effect{Kind: Answer, CallbackID: e.Message.CallbackID, Text: OldButton})
		w.note(NoteOldButton, "")
	case e.Kind == Arrived:
		w.note(NoteUnheard, e.Message.Text)
	}
}

func (w *walk) inside(e Event) {
	switch e.Kind {
	case Arrived:
		w.onMessage(e.Message)
	case Timer:
		w.timer()
	case Sent:
		w.sent(e.Result)
	case Pause:
		if !w.Paused {
			w.Paused = true
			w.note(NotePaused, "")
		}
	case Resume:
		w.resume()
	case Move:
		w.move(e.StepID)
	case Finish:
		w.end(cmp.Or(e.Outcome, Stopped))
	case Say:
		w.say(e.Text)
	case "":
		if w.Phase == Sending && (!w.Paused || w.After == AfterSaid) {
			w.emit()
		}
	}
}

// timer goes on when the due moment has come.
func (w *walk) timer() {
	if w.Paused || w.Phase == Sending || w.Due.IsZero() || w.now.Before(w.Due) {
		return
	}
	w.Answering, w.Hops, w.Unasked = false, 0, 0
	step := w.d.Step(w.StepID)
	switch w.Phase {
	case Held:
		w.onward()
	case Sleeping:
		w.follow(step.NextStepID)
	case Waiting:
		if _, inactive := w.deadline(step); inactive || step.TimeoutSeconds <= 0 {
			w.end(Inactive)
			return
		}
		w.note(NoteTimedOut, "")
		w.follow(step.TimeoutStepID)
	}
}

// resume goes on after a person gave back. What was due meanwhile is the next timer's.
func (w *walk) resume() {
	if !w.Paused {
		return
	}
	w.Paused, w.Answering = false, false
	w.note(NoteResumed, "")
	step := w.d.Step(w.StepID)
	switch {
	case w.Phase == Sleeping && step.Type == HandOver:
		w.Hops, w.Unasked = 0, 0
		w.follow(step.NextStepID)
	case w.Phase == Sending && w.After == "":
		if until, quiet := w.quiet(); quiet {
			w.Phase, w.Due = Held, until
			w.note(NoteHeld, until.In(w.zone()).Format(time.RFC3339))
			return
		}
		w.emit()
	}
}

// move takes the person to another step, as someone of the team wants.
func (w *walk) move(id string) {
	if id == "" || w.d.Step(id) == nil {
		return
	}
	w.leave()
	w.note(NoteMoved, id)
	w.Answering, w.Hops, w.Unasked = false, 0, 0
	w.After, w.Said, w.Before = "", "", ""
	w.follow(id)
}

// leave ends the visit of a step on its way.
func (w *walk) leave() {
	if w.open {
		w.note(NotePassed, "")
	}
	w.open = false
}

// end ends the conversation.
func (w *walk) end(outcome Outcome) {
	if w.open {
		w.note(NoteDropped, "")
	}
	w.open = false
	w.Phase, w.Outcome, w.Due = Ended, outcome, time.Time{}
	w.Paused, w.Answering, w.Live = false, false, nil
	w.After, w.Said, w.Before = "", "", ""
	w.note(NoteEnded, string(outcome))
}
