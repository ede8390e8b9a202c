package journey

import (
	"fmt"
	"strconv"
	"time"

	typed "github.com/promostack/promostack/internal/base/text"
)

// Running is the journey that a person is in.
type Running struct {
	Journey    string      `json:"journey"` // id
	Definition *Definition `json:"definition"`
	State      State       `json:"state"`
}

// Candidate is a trigger of an active journey, with what decides about it.
type Candidate struct {
	JourneyID   string    `json:"journey_id"`
	VersionID   string    `json:"version_id"`
	Name        string    `json:"name"`
	Trigger     Trigger   `json:"trigger"`
	Priority    int       `json:"priority"`
	ActivatedAt time.Time `json:"activated_at"`
	ReEntry     ReEntry   `json:"re_entry"`
	LastEntered time.Time `json:"last_entered"` // zero: never
}

// Action is what is done with a message.
type Action string

// The actions.
const (
	ToHuman   Action = "human" // someone of the team has taken over
	ToReply   Action = "reply" // it is the running journey's
	ToEnter   Action = "enter" // a journey begins
	ToNothing Action = "none"
)

// Decision is what is done with a message, and why nothing else.
type Decision struct {
	Action     Action     `json:"action"`
	Candidate  *Candidate `json:"candidate,omitempty"`  // of ToEnter
	Interrupts bool       `json:"interrupts,omitempty"` // the running journey ends for it
	Why        []Reason   `json:"why,omitempty"`
}

// ReasonCode says why a journey was not entered.
type ReasonCode string

// The codes of reasons.
const (
	WhyPaused    ReasonCode = "paused"     // someone of the team has taken over
	WhyRunning   ReasonCode = "running"    // another journey runs, and the trigger doesn't interrupt
	WhyInside    ReasonCode = "inside"     // the person is in it already
	WhyNever     ReasonCode = "never"      // the person was in it, and it is gone through once
	WhyTooEarly  ReasonCode = "too_early"  // the person was in it a short time ago
	WhyOutranked ReasonCode = "outranked"  // another journey's trigger goes before it
	WhyKeyword   ReasonCode = "own_answer" // the running journey waits for just this
)

// Reason is why a journey was not entered whose trigger the message is.
type Reason struct {
	JourneyID string     `json:"journey_id"`
	Name      string     `json:"name"`
	Code      ReasonCode `json:"code"`
	Message   string     `json:"message"`
}

// Decide routes a message: to the person of the team who has taken over, to the running journey, or
// to the best of the journeys that it triggers.
func Decide(m Inbound, running *Running, candidates []Candidate, at time.Time) Decision {
	var out Decision
	runs := running != nil && running.State.Phase != Fresh && running.State.Phase != Ended
	broken := runs && !usable(running.Definition, running.State)
	hearing := Deaf
	if runs && !broken {
		hearing = Listens(running.Definition, running.State, m)
	}
	best := -1
	var folded string
	if !pressed(m) {
		folded = typed.Fold(m.Text)
	}
	for i := range candidates {
		c := &candidates[i]
		if pressed(m) || !c.Trigger.fires(m, folded) {
			continue
		}
		interrupts := c.Trigger.Interrupts && c.Trigger.Kind != AnyMessage
		switch {
		case runs && running.State.Paused:
			out.because(c, WhyPaused, "Someone of the team has taken over")
		case hearing == Awaited:
			out.because(c, WhyKeyword, "The running journey waits for this answer")
		case runs && !broken && !interrupts && c.JourneyID == running.Journey:
			out.because(c, WhyInside, "The person is in it already")
		case runs && !broken && !interrupts:
			out.because(c, WhyRunning, "Another journey runs, and this trigger doesn't interrupt it")
		case !c.again(at, &out):
		case best < 0:
			best = i
		case c.before(&candidates[best]):
			out.outranked(&candidates[best], c)
			best = i
		default:
			out.outranked(c, &candidates[best])
		}
	}
	switch {
	case runs && running.State.Paused:
		out.Action = ToHuman
	case best >= 0:
		chosen := candidates[best]
		out.Action, out.Candidate, out.Interrupts = ToEnter, &chosen, runs
	case runs:
		out.Action = ToReply
	default:
		out.Action = ToNothing
	}
	return out
}

func (d *Decision) because(c *Candidate, code ReasonCode, format string, args ...any) {
	d.Why = append(d.Why, Reason{JourneyID: c.JourneyID, Name: c.Name, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (d *Decision) outranked(loser, winner *Candidate) {
	switch {
	case loser.JourneyID == winner.JourneyID: // one journey, two of its triggers
	case loser.Priority != winner.Priority:
		d.because(loser, WhyOutranked, "%s goes before it: its priority is %d, not %d", winner.Name, winner.Priority, loser.Priority)
	default:
		d.because(loser, WhyOutranked, "%s goes before it: it was published first", winner.Name)
	}
}

// Fires tells whether a message pulls the trigger.
func (t *Trigger) Fires(m Inbound) bool { return !pressed(m) && t.fires(m, typed.Fold(m.Text)) }

// Payload is the payload of a deep link as it is compared.
func (t *Trigger) Payload() string { return typed.Clean(t.Value) }

// fires tells whether a message, with its text folded, pulls the trigger.
func (t *Trigger) fires(m Inbound, folded string) bool {
	switch t.Kind {
	case DeepLink:
		return m.Start != "" && m.Start == t.Payload()
	case Keyword:
		return m.Start == "" && matches(folded, t.Value, t.Match)
	case AnyMessage:
		return true
	}
	return false
}

// again tells whether the person may enter, or why not.
func (c *Candidate) again(at time.Time, out *Decision) bool {
	if c.LastEntered.IsZero() {
		return true
	}
	switch c.ReEntry.Rule {
	case Never:
		out.because(c, WhyNever, "The person was in it, and it can be entered once")
		return false
	case After:
		wait := time.Duration(min(max(0, c.ReEntry.Days), maxDays)) * 24 * time.Hour
		if at.Sub(c.LastEntered) < wait {
			out.because(c, WhyTooEarly, "The person was in it less than %s ago", days(c.ReEntry.Days))
			return false
		}
	}
	return true
}

// before orders those that a message triggers.
func (c *Candidate) before(o *Candidate) bool {
	if c.Priority != o.Priority {
		return c.Priority > o.Priority
	}
	if !c.ActivatedAt.Equal(o.ActivatedAt) {
		return c.ActivatedAt.Before(o.ActivatedAt)
	}
	return c.JourneyID < o.JourneyID
}

func days(n int) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.Itoa(n) + " days"
}
