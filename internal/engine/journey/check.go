package journey

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/base/fault"
	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/base/zone"
)

// Severity of an issue: a journey with errors can't be published.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Issue is what is wrong with a journey. StepID is empty for the journey's own members; Field is
// named as in JSON, within the step.
type Issue struct {
	Severity Severity `json:"severity" openapi:"enum=error|warning"`
	StepID   string   `json:"step_id,omitempty"`
	Field    string   `json:"field,omitempty"`
	Code     string   `json:"code"`
	Message  string   `json:"message"`
}

// Check finds what would keep a journey from working, and what is likely to be a mistake. The order
// is that of the definition.
func (d *Definition) Check() []Issue {
	c := &checker{d: d, index: map[string]int{}, count: map[Severity]int{}, next: make([][]int, len(d.Steps))}
	for i := range d.Steps {
		if _, twice := c.index[d.Steps[i].ID]; !twice {
			c.index[d.Steps[i].ID] = i
		}
	}
	c.settings()
	c.triggers()
	c.flow()
	for i := range d.Steps {
		c.step(i)
	}
	c.variables()
	if c.issues == nil {
		return []Issue{}
	}
	return c.issues
}

type checker struct {
	d       *Definition
	index   map[string]int // of steps by their ids
	next    [][]int        // see after
	reached []bool
	loops   map[int]string // by the step that tells of one: what to say
	count   map[Severity]int
	issues  []Issue
}

// maxIssues bounds the issues of each severity; nobody reads more.
const maxIssues = 500

func (c *checker) add(severity Severity, step, field, code, format string, args ...any) {
	if c.count[severity]++; c.count[severity] > maxIssues {
		return
	}
	c.issues = append(c.issues, Issue{Severity: severity, StepID: step, Field: field, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (c *checker) error(step, field, code, format string, args ...any) {
	c.add(Error, step, field, code, format, args...)
}

func (c *checker) warn(step, field, code, format string, args ...any) {
	c.add(Warning, step, field, code, format, args...)
}

// name is a step as people know it.
func (c *checker) name(i int) string {
	s := &c.d.Steps[i]
	if s.Title != "" {
		return "“" + s.Title + "”"
	}
	return "“" + s.ID + "”"
}

func (c *checker) settings() {
	d := c.d
	if d.Format != Format {
		c.error("", "format", "bad_format", "This program reads format %d; the journey says %d", Format, d.Format)
	}
	if len(d.Connections) == 0 {
		c.error("", "connections", "no_connections", "Choose a connection on which the journey listens")
	}
	seen := map[string]bool{}
	for i, kind := range d.Connections {
		if seen[kind] {
			c.error("", fmt.Sprintf("connections[%d]", i), "duplicate", "This connection is in the list already; take it out")
		}
		seen[kind] = true
	}
	if d.WelcomeMessage != "" {
		c.markup("", "welcome_message", d.WelcomeMessage, false, nil)
	}
	if d.InactivityTimeoutDays < 0 || d.InactivityTimeoutDays > maxDays {
		c.error("", "inactivity_timeout_days", "bad_number", "Give 0 to %d days; 0 waits for ever", maxDays)
	}
	switch d.ReEntry.Rule {
	case Always, Never, "":
	case After:
		if d.ReEntry.Days < 1 || d.ReEntry.Days > maxDays {
			c.error("", "re_entry.days", "bad_number", "Give the days after which a person may enter again, 1 to %d", maxDays)
		}
	default:
		c.error("", "re_entry.rule", "unknown", "Choose always, never or after")
	}
	if _, ok := zone.Load(d.Timezone); !ok && d.Timezone != "" {
		c.error("", "timezone", "bad_timezone", "There is no time zone “%s”; write one like Europe/Berlin or UTC+3", fault.Shorten(d.Timezone))
	}
	if q := d.QuietHours; q != nil {
		from := c.clock("", "quiet_hours.from", q.From)
		to := c.clock("", "quiet_hours.to", q.To)
		if from && to && q.From == q.To {
			c.error("", "quiet_hours.to", "bad_quiet_hours", "Quiet hours that end when they begin never end; change one of the times")
		}
	}
}

func (c *checker) clock(step, field, value string) bool {
	_, ok := readTime(value)
	if !ok {
		c.error(step, field, "bad_time", "Write a time of day like 09:30")
	}
	return ok
}

var payload = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

func (c *checker) triggers() {
	if len(c.d.Triggers) == 0 {
		c.error("", "triggers", "no_trigger", "Add a trigger: a deep link, a keyword or any message")
	}
	seen := map[string]int{}
	for i, t := range c.d.Triggers {
		at := fmt.Sprintf("triggers[%d]", i)
		key := string(t.Kind) + " " + t.Payload()
		switch t.Kind {
		case DeepLink:
			if !payload.MatchString(t.Payload()) {
				c.error("", at+".value", "bad_payload", "Give the link a name of 1 to 64 letters, digits, “_” and “-”")
			}
		case Keyword:
			key = string(t.Kind) + " " + typed.Fold(t.Value)
			if typed.Fold(t.Value) == "" {
				c.error("", at+".value", "empty", "Write the word that people send")
			}
			c.match("", at+".match", t.Match)
		case AnyMessage:
			key = string(t.Kind)
			if t.Interrupts {
				c.warn("", at+".interrupts", "no_effect", "Any message triggers only when no journey runs; it interrupts none")
			}
		default:
			c.error("", at+".kind", "unknown", "Choose a deep link, a keyword or any message")
		}
		if first, twice := seen[key]; twice {
			c.error("", at, "duplicate", "This is the same as trigger %d; take one of them out", first+1)
		} else {
			seen[key] = i
		}
	}
}

func (c *checker) match(step, field string, value Match) {
	switch value {
	case "", Exact, Word, Prefix, Contains:
	default:
		c.error(step, field, "unknown", "Choose exact, word, prefix or contains")
	}
}

// flow checks where the journey begins and how steps follow each other.
func (c *checker) flow() {
	start, ok := c.index[c.d.StartStepID]
	switch {
	case len(c.d.Steps) == 0:
		c.error("", "steps", "no_steps", "Add a step")
	case c.d.StartStepID == "":
		c.error("", "start_step_id", "no_start", "Choose the first step")
	case !ok:
		c.error("", "start_step_id", "unknown_step", "The first step “%s” doesn't exist; choose another", c.d.StartStepID)
	}
	if len(c.d.Steps) > MaxSteps {
		c.error("", "steps", "too_many", "A journey has at most %d steps; split it into several", MaxSteps)
	}
	c.reached = make([]bool, len(c.d.Steps))
	if ok {
		c.reach(start)
	}
	c.loops = c.findLoops()
}

func (c *checker) reach(start int) {
	queue := []int{start}
	c.reached[start] = true
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, to := range c.after(at) {
			if !c.reached[to] {
				c.reached[to] = true
				queue = append(queue, to)
			}
		}
	}
}

// after are the steps that may follow one.
func (c *checker) after(i int) []int {
	if c.next[i] != nil {
		return c.next[i]
	}
	out := []int{}
	for _, way := range c.d.Steps[i].Ways() {
		if to, ok := c.index[way.Target]; ok && way.Target != "" {
			out = append(out, to)
		}
	}
	c.next[i] = out
	return out
}

// waits tells that a step can't be passed at once.
func waits(s *Step) bool {
	switch s.Type {
	case Question, WaitForReply, HandOver, End:
		return true
	case Delay:
		return s.Delay == DelayFor && s.Seconds > 0 || s.Delay == DelayUntilTime
	}
	return false
}

// findLoops finds the circles of steps none of which waits. Each is told of at its first step.
func (c *checker) findLoops() map[int]string {
	n := len(c.d.Steps)
	next := make([][]int, n)
	for i := range c.d.Steps {
		if waits(&c.d.Steps[i]) {
			continue
		}
		for _, to := range c.after(i) {
			if !waits(&c.d.Steps[to]) {
				next[i] = append(next[i], to)
			}
		}
	}
	out := map[int]string{}
	for _, group := range components(next) {
		if len(group) == 1 && !slices.Contains(next[group[0]], group[0]) {
			continue
		}
		var names []string
		for _, i := range group {
			names = append(names, c.name(i))
		}
		if len(names) > 6 {
			names = append(names[:6], "…")
		}
		out[group[0]] = strings.Join(names, ", ")
	}
	return out
}

// components are the strongly connected ones of a graph, each in ascending order (Kosaraju).
func components(next [][]int) [][]int {
	n := len(next)
	back := make([][]int, n)
	for i, list := range next {
		for _, to := range list {
			back[to] = append(back[to], i)
		}
	}
	var order []int
	seen := make([]bool, n)
	var visit func(graph [][]int, i int, done func(int))
	visit = func(graph [][]int, i int, done func(int)) {
		seen[i] = true
		for _, to := range graph[i] {
			if !seen[to] {
				visit(graph, to, done)
			}
		}
		done(i)
	}
	for i := range n {
		if !seen[i] {
			visit(next, i, func(x int) { order = append(order, x) })
		}
	}
	seen = make([]bool, n)
	var out [][]int
	for at := n - 1; at >= 0; at-- {
		if seen[order[at]] {
			continue
		}
		inside := make([]bool, n)
		visit(back, order[at], func(x int) { inside[x] = true })
		var group []int
		for i, in := range inside {
			if in {
				group = append(group, i)
			}
		}
		out = append(out, group)
	}
	return out
}
