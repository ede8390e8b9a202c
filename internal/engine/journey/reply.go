package journey

import (
	"cmp"
	"regexp"
	"strings"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

// OldButton is what a pressed button is answered with that answers no more, of this conversation or of
// one that is over.
const OldButton = "This button is from an earlier message."

// notNow is what one is answered with that would answer at another time.
const notNow = "I am not waiting for an answer just now."

func pressed(m Inbound) bool { return m.Kind == message.KindCallback || m.CallbackID != "" }

// onMessage takes a message of the person's.
func (w *walk) onMessage(m Inbound) {
	w.Heard = w.now
	if w.Phase == Waiting || w.Before == Waiting {
		w.Due, _ = w.deadline(w.d.Step(w.StepID))
	}
	if !pressed(m) {
		if m.Start != "" || !w.listens() || w.ignores(m) {
			if !w.Paused { // a person of the team reads it
				w.note(NoteUnheard, m.Text)
			}
			return
		}
		w.take(reply{text: m.Text, phone: m.Phone, command: isCommand(m), choice: -1})
		return
	}
	r, known := w.press(m.Data)
	answer := Effect{Kind: Answer, CallbackID: m.CallbackID}
	switch {
	case !known:
		answer.Text = OldButton
		w.do(answer)
		w.note(NoteOldButton, "")
	case !w.listens():
		if !w.Paused {
			answer.Text = notNow
		}
		w.do(answer)
		w.note(NoteUnheard, r.text) // what was pressed is told nowhere else
	default:
		w.do(answer)
		w.take(r)
	}
}

// listens tells that a reply is taken now. A question whose second asking is held back by quiet
// hours was asked before.
func (w *walk) listens() bool {
	if w.Paused {
		return false
	}
	return w.Phase == Waiting || w.Phase == Held && w.WrongAnswers > 0
}

// ours takes this conversation's name off a button's data.
func (s *State) ours(data string) (visit int, what string, ok bool) {
	rest, ok := strings.CutPrefix(data, "j."+s.Token+".")
	if !ok || s.Token == "" || len(data) > message.MaxCallbackData {
		return 0, "", false
	}
	number, what, ok := strings.Cut(rest, ".")
	if !ok {
		return 0, "", false
	}
	visit, ok = readIndex(number, "")
	return visit, what, ok
}

// press finds what a button says, if it is one that still answers.
func (w *walk) press(data string) (reply, bool) {
	visit, what, ok := w.ours(data)
	if !ok {
		return reply{}, false
	}
	if i, ok := readIndex(what, "c"); ok {
		step := w.d.Step(w.StepID)
		if visit != w.Visit || step == nil || step.Type != Question || step.Answer != AnswerChoice || i >= len(step.Choices) {
			return reply{}, false
		}
		return reply{text: w.choice(step, i), choice: i}, true
	}
	row, column, ok := strings.Cut(what, "-")
	i, ok2 := readIndex(row, "b")
	j, ok3 := readIndex(column, "")
	if !ok || !ok2 || !ok3 {
		return reply{}, false
	}
	for _, shown := range w.Live {
		if shown.Visit != visit {
			continue
		}
		step := w.d.Step(shown.StepID)
		if step == nil || i >= len(step.Buttons) || j >= len(step.Buttons[i]) || step.Buttons[i][j].URL != "" {
			break
		}
		return reply{text: w.label(step.Buttons[i][j].Text), choice: -1}, true
	}
	return reply{}, false
}

// take goes on with a reply.
func (w *walk) take(r reply) {
	step := w.d.Step(w.StepID)
	w.Answering, w.Hops, w.Unasked = true, 0, 0
	if step.Type == Question {
		w.given(step, r)
		return
	}
	next := step.NextStepID
	if step.BranchKeyword != "" {
		switch {
		case matches(typed.Fold(r.text), step.BranchKeyword, step.BranchMatch):
			next = step.BranchTrueStepID
		case step.BranchFalseStepID != "":
			next = step.BranchFalseStepID
		}
	}
	if text := typed.Running(cmp.Or(r.text, r.phone)); text != "" {
		w.keep(step.Variable, message.Cut(text, message.MaxText))
	}
	w.replied(r)
	w.follow(next)
}

// given takes an answer to a question, or asks again.
func (w *walk) given(step *Step, r reply) {
	value, next, ok := w.answer(step, r)
	if ok {
		w.keep(step.Variable, value)
		w.replied(r)
		w.follow(next)
		return
	}
	w.WrongAnswers++
	w.note(NoteInvalid, r.text)
	if step.MaxAttempts > 0 && w.WrongAnswers >= step.MaxAttempts {
		w.follow(step.InvalidStepID)
		return
	}
	w.dispatch()
}

func (w *walk) replied(r reply) {
	w.note(NoteReplied, r.text)
	w.Live = nil
}

func (w *walk) keep(name, value string) {
	if name == "" {
		return
	}
	if w.Variables == nil {
		w.Variables = map[string]string{}
	}
	w.Variables[name] = clean(value)
}

// clean is a text that JSON and the database hold as it is.
func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")
}

// Hearing is what a conversation makes of a message.
type Hearing string

// The ways in which a conversation listens.
const (
	Deaf    Hearing = "deaf"
	Reply   Hearing = "reply"   // any reply is taken
	Awaited Hearing = "keyword" // the keyword of its branch, one of its choices, or a button of its own
)

// Listens tells what a conversation would make of a message.
func Listens(d *Definition, s State, m Inbound) Hearing {
	w := newWalk(d, s, Person{}, s.Since)
	if !usable(w.d, s) || w.Paused {
		return Deaf
	}
	if pressed(m) {
		if _, _, ok := w.ours(m.Data); ok {
			return Awaited
		}
		return Deaf
	}
	if m.Start != "" || !w.listens() {
		return Deaf
	}
	switch {
	case w.awaits(w.d.Step(s.StepID), m):
		return Awaited
	case w.ignores(m):
		return Deaf
	}
	return Reply
}

// awaits tells that a message is the keyword or one of the choices that a step waits for.
func (w *walk) awaits(step *Step, m Inbound) bool {
	switch step.Type {
	case WaitForReply:
		return matches(typed.Fold(m.Text), step.BranchKeyword, step.BranchMatch)
	case Question:
		return step.Answer == AnswerChoice && w.chosen(step, m.Text) >= 0
	}
	return false
}

var commandForm = regexp.MustCompile(`^/[A-Za-z][A-Za-z0-9_]{0,31}(@[A-Za-z0-9_]+)?(\s|$)`)

// isCommand tells of a command to the bot, which is no answer: a question is asked again, and who waits for a
// reply waits on.
func isCommand(m Inbound) bool { return m.Kind == message.KindText && commandForm.MatchString(m.Text) }

func (w *walk) ignores(m Inbound) bool {
	step := w.d.Step(w.StepID)
	return isCommand(m) && step.Type == WaitForReply && !w.awaits(step, m)
}
