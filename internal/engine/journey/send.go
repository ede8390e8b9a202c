package journey

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

// maxLive bounds the messages whose buttons answer at a time.
const maxLive = 20

// maxUnasked bounds the questions that can't be asked, one after the other, before a person is wanted.
const maxUnasked = 5

// dispatch sends what the step says, or holds it back in quiet hours.
func (w *walk) dispatch() {
	if until, quiet := w.quiet(); quiet {
		w.Phase, w.Due = Held, until
		w.note(NoteHeld, until.In(w.zone()).Format(time.RFC3339))
		return
	}
	w.Phase, w.Due = Sending, time.Time{}
	w.Attempt++
	if e := w.compose(); e.Photo != "" || !message.IsBlank(message.Plain(e.Text)) {
		w.do(e)
		return
	}
	// Telegram would refuse it.
	w.noteSend(NoteNotSent, "The text came out empty")
	w.unsent(w.d.Step(w.StepID))
}

// emit gives the message that the phase sending is about. One that was given before stays wanted.
func (w *walk) emit() { w.do(w.compose()) }

func (w *walk) compose() Effect {
	e := Effect{Kind: Send, StepID: w.StepID, Visit: w.Visit, Attempt: w.Attempt}
	step := w.d.Step(w.StepID)
	switch {
	case w.After == AfterSaid:
		e.Text = message.Escape(w.Said)
	case w.WrongAnswers > 0:
		e.Text, e.Buttons = w.retryText(step), w.keyboard(step)
	default:
		most := message.MaxText
		if step.Photo != "" {
			most = message.MaxCaption
		}
		e.Text = message.Fit(step.Text, most, w.value)
		e.Photo, e.NoPreview, e.Buttons = step.Photo, step.NoPreview, w.keyboard(step)
	}
	return e
}

// unsent goes on from a message that was refused for good. A question that nobody has seen is not
// waited for: it goes the way of answers that are none, or of none in time, or a person is wanted.
func (w *walk) unsent(s *Step) {
	if s.Type != Question {
		w.follow(s.NextStepID)
		return
	}
	w.Unasked++
	for _, way := range s.Ways() {
		if (way.Port == PortInvalid || way.Port == PortTimeout) && way.Target != "" && w.d.Step(way.Target) != nil && w.Unasked <= maxUnasked {
			w.note(NoteBranch, way.Port)
			w.follow(way.Target)
			return
		}
	}
	const why = "The question could not be sent"
	w.do(Effect{Kind: Alert, StepID: w.StepID, Visit: w.Visit, Text: why})
	if !w.Paused {
		w.note(NotePaused, why)
	}
	// Given back, it asks again.
	w.Phase, w.Due, w.Paused, w.Answering, w.WrongAnswers = Held, w.now, true, false, 0
}

// keyboard are the buttons of a message, and the choices of a question.
func (w *walk) keyboard(s *Step) message.Keyboard {
	switch {
	case s.Type == Message:
		var rows message.Keyboard
		for i, row := range s.Buttons {
			var out []message.Button
			for j, b := range row {
				button := message.Button{Text: w.label(b.Text), URL: typed.Clean(message.Fill(b.URL, message.Address, w.value))}
				switch {
				case message.IsBlank(button.Text):
					continue // Telegram would refuse the message; the others keep their names
				case b.URL == "":
					button.Data = w.data(fmt.Sprintf("b%d-%d", i, j))
				case message.CheckAddress(button.URL) != "":
					continue // of a variable that holds none; Telegram would refuse the message
				}
				out = append(out, button)
			}
			if out != nil {
				rows = append(rows, out)
			}
		}
		return rows
	case s.Type == Question && s.Answer == AnswerChoice:
		return w.choices(s)
	}
	return nil
}

// choices are laid out by how long they are.
func (w *walk) choices(s *Step) message.Keyboard {
	longest := 0
	for i := range s.Choices {
		longest = max(longest, len([]rune(w.choice(s, i))))
	}
	columns := 1
	switch {
	case longest <= 4:
		columns = 5
	case longest <= 16:
		columns = 2
	}
	var rows message.Keyboard
	for i := range s.Choices {
		b := message.Button{Text: w.choice(s, i), Data: w.data("c" + strconv.Itoa(i))}
		if i%columns == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return rows
}

// choice is what a choice shows. One that comes out empty shows its number, so that it can be chosen.
func (w *walk) choice(s *Step, i int) string {
	if text := w.label(s.Choices[i].Text); !message.IsBlank(text) {
		return text
	}
	return emptyChoice + strconv.Itoa(i+1)
}

// emptyChoice begins what a choice shows whose text comes out empty.
const emptyChoice = "…"

// data is what a button of this visit sends.
func (w *walk) data(what string) string {
	return "j." + w.Token + "." + strconv.Itoa(w.Visit) + "." + what
}

// choiceOf reads the index of a choice out of a button's data.
func choiceOf(data string) (int, bool) {
	what := data[strings.LastIndexByte(data, '.')+1:]
	return readIndex(what, "c")
}

// readIndex reads a small number behind a prefix, as it is written here and in no other way.
func readIndex(text, prefix string) (int, bool) {
	digits, ok := strings.CutPrefix(text, prefix)
	n, err := strconv.Atoi(digits)
	if !ok || err != nil || n < 0 || strconv.Itoa(n) != digits {
		return 0, false
	}
	return n, true
}

// sent goes on after a message's outcome is known.
func (w *walk) sent(r Result) {
	if w.Phase != Sending {
		return
	}
	said := w.After == AfterSaid
	switch r.Result {
	case Skipped:
		if !said {
			return // it is sent once the conversation goes on
		}
		w.noteSend(NoteNotSent, "It was skipped")
	case OK:
		w.noteSend(NoteSent, "")
	case Failed:
		w.noteSend(NoteNotSent, r.Problem)
	case Gone:
		w.noteSend(NoteNotSent, r.Problem)
		w.end(Away)
		return
	default:
		w.noteSend(NoteUnknown, r.Problem)
	}
	if said {
		w.back()
		return
	}
	step := w.d.Step(w.StepID)
	if r.Result != Failed && step.Type == Message && answers(w.keyboard(step)) {
		w.Live = append(w.Live, Shown{Visit: w.Visit, StepID: w.StepID})
		w.Live = w.Live[max(0, len(w.Live)-maxLive):]
	}
	switch {
	case r.Result == Failed:
		w.unsent(step)
	case step.Type == Question:
		w.wait()
	default:
		w.follow(step.NextStepID)
	}
}

// say sends what a person of the team wrote, whatever the hour.
func (w *walk) say(text string) {
	if typed.IsBlank(text) || w.After == AfterSaid || w.Phase == Sending && !w.Paused {
		return
	}
	w.Before, w.Phase, w.After, w.Said = w.Phase, Sending, AfterSaid, clean(text)
	w.Attempt++
	w.note(NoteSaid, text)
	w.emit()
}

// back goes on as before a person's own words.
func (w *walk) back() {
	w.Phase, w.Before, w.After, w.Said = w.Before, "", "", ""
	if w.Phase != Sending {
		return
	}
	// The step's own message was skipped; the next one has a name of its own.
	if w.Paused {
		w.Phase, w.Due = Held, w.now
		return
	}
	w.dispatch()
}
