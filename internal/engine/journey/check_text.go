package journey

import (
	"slices"

	"github.com/promostack/promostack/internal/engine/message"
)

// Telegram's limits of keyboards.
const (
	maxButtons = message.MaxButtons
	maxRow     = 8
)

// markup checks a text of HTML: what Telegram takes, how long it may be, and its links. The buttons of
// a step count where a user account writes them as lines.
func (c *checker) markup(step, field, text string, photo bool, s *Step) {
	if problem := message.CheckMarkup(text); problem != "" {
		c.error(step, field, "bad_html", "%s", problem)
	}
	for _, problem := range message.CheckLinks(text) {
		c.error(step, field, "bad_link", "%s", problem)
	}
	if problem := message.CheckReferences(text); problem != "" {
		c.warn(step, field, "unknown_reference", "%s", problem)
	}
	if message.IsBlank(message.Plain(text)) {
		c.error(step, field, "empty", "Write what is sent")
		return
	}
	if !photo && field != "retry_text" {
		c.filled(step, field, text, "not sent")
	}
	most, why := message.MaxText, ""
	if photo {
		most, why = message.MaxCaption, " under a photo"
	}
	length := message.Length(text)
	if slices.Contains(c.d.Connections, "user_account") && s != nil {
		w := newWalk(c.d, State{Token: "t"}, Person{}, latest)
		if buttons := w.keyboard(s); len(buttons) > 0 {
			length = message.Length(ForAccount(Effect{Kind: Send, Text: text, Buttons: buttons}).Text)
			why += ", with its buttons as lines"
		}
	}
	if length > most {
		c.error(step, field, "too_long", "The text has %d characters, Telegram takes %d%s; shorten it", length, most, why)
	}
}

// filled warns of a text that is nothing but placeholders without a fallback.
func (c *checker) filled(step, field, text, otherwise string) {
	if name, may := message.MayBeBlank(text); may {
		c.warn(step, field, "may_be_empty", "For people of whom nothing is known here it is empty, and %s; write a text for them like {%s|there}", otherwise, name)
	}
}

// use is a place where a step reads a variable.
type use struct{ field, name string }

// uses lists the variables that a step reads.
func uses(s *Step) (texts []use, rules []use) {
	read := func(field, text string) {
		for _, p := range message.Placeholders(text) {
			texts = append(texts, use{field, p.Name})
		}
	}
	switch s.Type {
	case Message:
		read("text", s.Text)
		for _, row := range s.Buttons {
			for _, b := range row {
				read("buttons", b.Text)
				read("buttons", b.URL)
			}
		}
	case Question:
		read("text", s.Text)
		read("retry_text", s.RetryText)
		for _, choice := range s.Choices {
			if s.Answer == AnswerChoice {
				read("choices", choice.Text)
			}
		}
	case HandOver:
		read("note", s.Note)
	case Condition:
		for _, r := range s.Rules {
			if r.Op != HasTag && r.Op != LacksTag && variableName.MatchString(r.Variable) {
				rules = append(rules, use{"rules", r.Variable})
			}
		}
	}
	return texts, rules
}

// variables warns of those that nothing before sets.
func (c *checker) variables() {
	for _, p := range message.Placeholders(c.d.WelcomeMessage) {
		if !slices.Contains(known, p.Name) {
			c.warn("", "welcome_message", "unknown_placeholder", "Nothing is known as {%s} when the journey begins; take it out", p.Name)
		}
	}
	setters := map[string][]int{}
	for i := range c.d.Steps {
		if s := &c.d.Steps[i]; s.Type == Question || s.Type == WaitForReply {
			setters[s.Variable] = append(setters[s.Variable], i)
		}
	}
	set := map[string][]bool{} // by name, the steps that come after one that sets it
	after := func(name string) []bool {
		there, ok := set[name]
		if ok || setters[name] == nil {
			return there
		}
		there = make([]bool, len(c.d.Steps))
		var queue []int
		visit := func(from int) {
			for _, to := range c.after(from) {
				if !there[to] {
					there[to] = true
					queue = append(queue, to)
				}
			}
		}
		for _, i := range setters[name] {
			visit(i)
		}
		for len(queue) > 0 {
			at := queue[0]
			queue = queue[1:]
			visit(at)
		}
		set[name] = there
		return there
	}
	for i := range c.d.Steps {
		s := &c.d.Steps[i]
		told := map[use]bool{}
		texts, rules := uses(s)
		for n, u := range append(texts, rules...) {
			if slices.Contains(known, u.name) || told[u] || setters[u.name] != nil && after(u.name)[i] {
				continue
			}
			told[u] = true
			if n < len(texts) {
				c.warn(s.ID, u.field, "unknown_placeholder", "No step before this one sets {%s}; ask for it first, or take it out", u.name)
			} else {
				c.warn(s.ID, u.field, "unknown_variable", "No step before this one sets “%s”; ask for it first, or choose another", u.name)
			}
		}
	}
}
