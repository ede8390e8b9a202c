package journey

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/base/tagname"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

var (
	stepID       = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)
	variableName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)
)

// fields of targets, by their ports.
var targetField = map[string]string{
	PortNext: "next_step_id", PortTimeout: "timeout_step_id", PortInvalid: "invalid_step_id",
	PortTrue: "branch_true_step_id", PortFalse: "branch_false_step_id",
}

func (c *checker) step(i int) {
	s := &c.d.Steps[i]
	if !stepID.MatchString(s.ID) {
		c.error(s.ID, "id", "bad_id", "A step's id has 1 to 40 letters, digits, “_” and “-”")
	}
	if c.index[s.ID] != i {
		c.error(s.ID, "id", "duplicate", "Another step has the id “%s”; give this one another", s.ID)
	} else if !c.reached[i] && c.d.StartStepID != "" {
		c.warn(s.ID, "", "unreachable", "Nothing leads here; connect a step to it, or delete it")
	}
	if loop, ok := c.loops[i]; ok {
		c.error(s.ID, "", "loop", "These steps go round without waiting: %s; put a question, a wait or a delay between them", loop)
	}
	switch s.Type {
	case Message:
		c.message(s)
	case Question:
		c.question(s)
	case Delay:
		c.delay(s)
	case WaitForReply:
		c.variable(s, s.Variable)
		c.timeout(s)
		c.match(s.ID, "branch_match", s.BranchMatch)
		if s.BranchKeyword != "" && typed.Fold(s.BranchKeyword) == "" {
			c.error(s.ID, "branch_keyword", "empty", "Write the word that decides, or leave it out")
		}
		if s.BranchKeyword == "" && s.BranchTrueStepID+s.BranchFalseStepID != "" {
			c.warn(s.ID, "branch_keyword", "no_effect", "Without a keyword the branches are never taken; write one")
		}
	case Condition:
		c.condition(s)
	case Split:
		c.split(s)
	case Jump, HandOver:
	case End:
		if Reserved(s.Outcome) {
			c.error(s.ID, "outcome", "reserved", "The program itself ends conversations as “%s”; choose another name", typed.Fold(string(s.Outcome)))
		}
	case Tag:
		c.tags(s)
	default:
		c.error(s.ID, "type", "unknown", "There is no type of step “%s”", fault.Shorten(string(s.Type)))
	}
	c.targets(s)
}

// targets checks where each way of a step leads.
func (c *checker) targets(s *Step) {
	for _, way := range s.Ways() {
		field, ok := targetField[way.Port]
		var n int
		if !ok {
			if _, err := fmt.Sscanf(way.Port, portChoice+"%d", &n); err == nil {
				field = fmt.Sprintf("choices[%d].next_step_id", n)
			} else if _, err := fmt.Sscanf(way.Port, portArm+"%d", &n); err == nil {
				field = fmt.Sprintf("arms[%d].next_step_id", n)
			}
		}
		if way.Target != "" {
			if _, ok := c.index[way.Target]; !ok {
				c.error(s.ID, field, "unknown_step", "The step “%s” doesn't exist; choose another for “%s”", way.Target, fault.Shorten(way.Label))
			}
			continue
		}
		if strings.HasPrefix(way.Port, portChoice) || s.Type == WaitForReply && way.Port == PortFalse {
			continue // goes the way of "next"
		}
		c.error(s.ID, field, "no_target", "Choose what follows: %s", wants(s, way))
	}
}

func wants(s *Step, way Way) string {
	switch {
	case s.Type == Jump:
		return "the step to jump to"
	case way.Port == PortNext && s.Type == Question && s.Answer == AnswerChoice:
		return "some choices have no step of their own"
	case way.Port == PortNext:
		return "the next step, or an end"
	}
	return "the step for “" + fault.Shorten(way.Label) + "”"
}

func (c *checker) message(s *Step) {
	c.said(s)
	count := 0
	for i, row := range s.Buttons {
		at := fmt.Sprintf("buttons[%d]", i)
		if len(row) == 0 {
			c.error(s.ID, at, "empty", "This row has no button; add one, or take the row out")
		}
		if len(row) > maxRow {
			c.error(s.ID, at, "too_many", "A row has at most %d buttons; begin another row", maxRow)
		}
		for j, b := range row {
			count++
			at := fmt.Sprintf("buttons[%d][%d]", i, j)
			if message.IsBlank(b.Text) {
				c.error(s.ID, at+".text", "empty", "Write what the button shows")
			}
			c.filled(s.ID, at+".text", message.Escape(b.Text), "left out")
			if b.URL != "" {
				if problem := message.CheckAddress(b.URL); problem != "" {
					c.error(s.ID, at+".url", "bad_link", "%s", problem)
				}
			}
		}
	}
	if count > maxButtons {
		c.error(s.ID, "buttons", "too_many", "A message has at most %d buttons; take some out", maxButtons)
	}
}

// said checks the text and the photo of a message or a question.
func (c *checker) said(s *Step) {
	if message.IsBlank(s.Text) {
		if s.Photo == "" || s.Type == Question {
			c.error(s.ID, "text", "empty", "Write what is sent")
		}
		return
	}
	c.markup(s.ID, "text", s.Text, s.Photo != "", s)
}

func (c *checker) question(s *Step) {
	c.said(s)
	c.variable(s, s.Variable)
	c.timeout(s)
	if s.RetryText != "" {
		c.markup(s.ID, "retry_text", s.RetryText, false, s)
	}
	if s.MaxAttempts < 0 {
		c.error(s.ID, "max_attempts", "bad_number", "Give 0 or more; 0 asks on")
	}
	switch s.Answer {
	case AnswerText, AnswerEmail, AnswerPhone, "":
	case AnswerNumber:
		if s.Min != nil && s.Max != nil && *s.Min > *s.Max {
			c.error(s.ID, "max", "bad_number", "The largest number is smaller than the smallest; swap them")
		}
	case AnswerChoice:
		c.choices(s)
	default:
		c.error(s.ID, "answer", "unknown", "Choose text, number, email, phone or choice")
	}
}

func (c *checker) choices(s *Step) {
	if len(s.Choices) == 0 {
		c.error(s.ID, "choices", "no_choices", "Add the answers that people choose from")
	}
	if len(s.Choices) > maxButtons {
		c.error(s.ID, "choices", "too_many", "A question has at most %d choices; take some out", maxButtons)
	}
	seen := map[string]int{}
	for i, choice := range s.Choices {
		at := fmt.Sprintf("choices[%d].text", i)
		text := typed.Fold(choice.Text)
		if text == "" {
			c.error(s.ID, at, "empty", "Write what the choice shows")
			continue
		}
		c.filled(s.ID, at, message.Escape(choice.Text), "shown as its number")
		if first, twice := seen[text]; twice {
			c.error(s.ID, at, "duplicate", "Choice %d says the same; change one of them", first+1)
		} else {
			seen[text] = i
		}
	}
}

func (c *checker) variable(s *Step, name string) {
	if name != "" && !variableName.MatchString(name) {
		c.error(s.ID, "variable", "bad_name", "A variable begins with a small letter and has at most 40 small letters, digits and “_”")
	}
}

func (c *checker) timeout(s *Step) {
	if s.TimeoutSeconds < 0 || s.TimeoutSeconds > MaxSeconds {
		c.error(s.ID, "timeout_seconds", "bad_number", "Give 0 to %d seconds; 0 waits on", MaxSeconds)
		return
	}
	if most := int64(c.d.InactivityTimeoutDays) * 24 * 3600; most > 0 && s.TimeoutSeconds > most {
		c.warn(s.ID, "timeout_seconds", "timeout_too_long", "After %s without a word the conversation ends; give less here, or more there", days(c.d.InactivityTimeoutDays))
	}
}

func (c *checker) delay(s *Step) {
	switch s.Delay {
	case DelayFor:
		if s.Seconds < 1 || s.Seconds > MaxSeconds {
			c.error(s.ID, "seconds", "bad_number", "Give how long it waits, 1 to %d seconds", MaxSeconds)
		}
	case DelayUntilTime:
		c.clock(s.ID, "time_of_day", s.TimeOfDay)
	case DelayUntilDate:
		if t, ok := readDate(s.Date, time.UTC); !ok || t.Year() < 2000 || t.Year() >= 2200 {
			c.error(s.ID, "date", "bad_date", "Write a date and a time like 2026-12-24T18:00")
		}
	default:
		c.error(s.ID, "delay", "unknown", "Choose for some time, until a time of day, or until a date")
	}
}

func (c *checker) condition(s *Step) {
	if len(s.Rules) == 0 {
		c.error(s.ID, "rules", "no_rules", "Add a rule that decides")
	}
	switch s.RuleMatch {
	case "", "all", "any":
	default:
		c.error(s.ID, "rule_match", "unknown", "Choose all or any")
	}
	for i, r := range s.Rules {
		c.rule(s, fmt.Sprintf("rules[%d]", i), r)
	}
}

func (c *checker) rule(s *Step, at string, r Rule) {
	switch r.Op {
	case HasTag, LacksTag:
		if typed.Fold(r.Value) == "" {
			c.error(s.ID, at+".value", "empty", "Write the tag")
		}
		return
	case Equals, NotEquals, Exists, Missing:
	case Includes:
		if typed.Fold(r.Value) == "" {
			c.error(s.ID, at+".value", "empty", "Write what the variable should contain")
		}
	case Greater, Less:
		if _, ok := readNumber(r.Value); !ok {
			c.error(s.ID, at+".value", "bad_number", "Write a number to compare with")
		}
	default:
		c.error(s.ID, at+".op", "unknown", "Choose what the rule asks")
		return
	}
	if !variableName.MatchString(r.Variable) {
		c.error(s.ID, at+".variable", "empty", "Choose the variable that the rule is about")
	}
}

func (c *checker) split(s *Step) {
	if len(s.Arms) < 2 {
		c.error(s.ID, "arms", "too_few", "A split has two arms or more")
	}
	total := 0
	for i, arm := range s.Arms {
		if arm.Weight < 0 {
			c.error(s.ID, fmt.Sprintf("arms[%d].weight", i), "bad_number", "A weight is 0 or more")
		}
		total += max(0, arm.Weight)
	}
	if total == 0 && len(s.Arms) > 0 {
		c.error(s.ID, "arms", "no_weight", "Give at least one arm a weight")
	}
}

func (c *checker) tags(s *Step) {
	if len(s.AddTags)+len(s.RemoveTags) == 0 {
		c.error(s.ID, "add_tags", "empty", "Write a tag to add or to remove")
	}
	added := map[string]bool{}
	for i, text := range s.AddTags {
		if t, ok := c.tag(s, fmt.Sprintf("add_tags[%d]", i), text); ok {
			added[t] = true
		}
	}
	for i, text := range s.RemoveTags {
		at := fmt.Sprintf("remove_tags[%d]", i)
		if t, ok := c.tag(s, at, text); ok && added[t] {
			c.error(s.ID, at, "both", "The tag “%s” is added and removed at once; take it out of one", t)
		}
	}
}

// tag checks that a tag can be kept, and returns it as it is kept.
func (c *checker) tag(s *Step, at, text string) (string, bool) {
	t, ok := tagname.Clean(text)
	switch {
	case ok:
	case t == "":
		c.error(s.ID, at, "empty", "Write the tag, or take it out")
	case len([]rune(t)) > tagname.MaxLength:
		c.error(s.ID, at, "too_long", "A tag has at most %d characters; shorten it", tagname.MaxLength)
	default:
		c.error(s.ID, at, "bad_tag", "A tag holds no quotes, backslashes, tabs and line breaks; take them out")
	}
	return t, ok
}
