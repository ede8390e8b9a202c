package journey

import (
	"github.com/promostack/promostack/internal/base/spec"
	"github.com/promostack/promostack/internal/engine/message"
)

// Limits of a definition.
const (
	MaxBytes = 512 << 10
	MaxSteps = 300

	maxText = 10_000 // of a draft; what Telegram takes is Check's
)

func text(maximum int, help string) *spec.Node { return spec.Text(0, maximum, help) }

// listOf is a list that null stands for, too, when it is empty: Go writes one so.
func listOf(items *spec.Node, maximum int, help string) *spec.Node {
	return spec.List(items, 0, maximum, help).OrNull()
}

func number(limit float64, help string) *spec.Node { return spec.Number(-limit, limit, help) }

func target(help string) *spec.Node {
	return spec.Matching(0, 200, `^[A-Za-z0-9_-]{0,40}$`, "Must be a step's id: at most 40 letters, digits, “_” and “-”", help)
}

func variable(help string) *spec.Node {
	return spec.Matching(0, 200, `^([a-z][a-z0-9_]{0,39})?$`, "Must begin with a small letter and hold at most 40 small letters, digits and “_”", help)
}

func match(help string) *spec.Node { return spec.Choice(help, "", Exact, Word, Prefix, Contains) }

// definitionNode describes a definition. A draft may be unfinished: that a step has what it needs is
// Check's to say.
var definitionNode = func() *spec.Node {
	trigger := spec.Object("begins the journey",
		spec.Must("kind", spec.Choice("what the person does", DeepLink, Keyword, AnyMessage)),
		spec.May("value", text(200, "of a deep link its payload, of a keyword the word")),
		spec.May("match", match("how a keyword is looked for; empty is exact")),
		spec.May("interrupts", spec.Boolean("ends another journey that is running")))
	reEntry := spec.Object("whether a person may go through it again",
		spec.May("rule", spec.Choice("empty is always", "", Always, Never, After)),
		spec.May("days", spec.Integer(0, maxDays, "of after: days since they entered last")))
	quiet := spec.Object("times of day at which nothing is sent",
		spec.Must("from", text(5, `for instance "22:00"`)),
		spec.Must("to", text(5, `the first allowed minute, for instance "08:00"`)),
		spec.May("answer_at_once", spec.Boolean("lets out what answers a message that the person has just written"))).OrNull()
	return spec.Object("",
		spec.Must("format", spec.Integer(Format, Format, "the version of this format")),
		spec.May("connections", listOf(spec.Choice("a kind of connection", "promo_bot", "signal_bot", "user_account"), 10, "on which it listens")),
		spec.May("triggers", listOf(trigger, 50, "each begins it")),
		spec.May("priority_int", spec.Integer(-1_000_000, 1_000_000, "the highest wins when one message triggers several journeys")),
		spec.May("welcome_message", text(maxText, "goes out before the first step; Telegram's HTML with placeholders")),
		spec.May("inactivity_timeout_days", spec.Integer(0, maxDays, "ends a conversation whose person owes an answer for so long; 0 never does")),
		spec.May("re_entry", reEntry),
		spec.May("timezone", text(64, "an IANA name or an offset, for instance Europe/Berlin or UTC+3; empty is UTC")),
		spec.May("quiet_hours", quiet),
		spec.May("start_step_id", target("the first step")),
		spec.May("steps", listOf(stepNode(), MaxSteps, "the steps, in any order")))
}()

func stepNode() *spec.Node {
	button := spec.Object("under a message",
		spec.May("text", text(200, "what it shows, and answers with")),
		spec.May("url", text(message.MaxAddress, "what it opens")))
	answer := spec.Object("one answer of a question",
		spec.May("text", text(200, "what its button shows")),
		spec.May("value", text(200, "what is kept; empty keeps the text")),
		spec.May("next_step_id", target("goes before the step's own")))
	rule := spec.Object("compares a variable, or asks for a tag",
		spec.May("variable", variable("or first_name, last_name, username, language, source")),
		spec.Must("op", spec.Choice("what it asks", Equals, NotEquals, Includes, Greater, Less, Exists, Missing, HasTag, LacksTag)),
		spec.May("value", text(500, "what the variable is compared with, or the tag")))
	arm := spec.Object("one way of a split",
		spec.May("name", text(100, "for people")),
		spec.May("weight", spec.Integer(0, 1_000_000, "its part of all weights")),
		spec.May("next_step_id", target("where it goes")))
	label := text(100, "a tag")
	return spec.Object("one step; which members count depends on its type",
		spec.Must("id", spec.Matching(0, 200, `^[A-Za-z0-9_-]{1,40}$`, "Must have 1 to 40 letters, digits, “_” and “-”", "the step's name")),
		spec.Must("type", spec.Choice("what it does", Message, Question, Delay, WaitForReply, Condition, Split, Jump, Tag, HandOver, End)),
		spec.May("title", text(200, "for people who edit")),
		spec.May("x", number(1e6, "place in the drawing")),
		spec.May("y", number(1e6, "place in the drawing")),
		spec.May("next_step_id", target("what follows")),
		spec.May("text", text(maxText, "Telegram's HTML with placeholders")),
		spec.May("photo", spec.Matching(0, 200, `^[A-Za-z0-9_-]{0,64}$`, "Must be an upload's id", "an upload's id")),
		spec.May("buttons", listOf(listOf(button, 100, "one row"), 100, "of a message")),
		spec.May("no_preview", spec.Boolean("shows no preview of links")),
		spec.May("answer", spec.Choice("what a question takes", "", AnswerText, AnswerNumber, AnswerEmail, AnswerPhone, AnswerChoice)),
		spec.May("variable", variable("where the answer is kept")),
		spec.May("choices", listOf(answer, 100, "of a question of choices")),
		spec.May("min", number(1e15, "of a number").OrNull()),
		spec.May("max", number(1e15, "of a number").OrNull()),
		spec.May("retry_text", text(maxText, "sent after an invalid answer; empty uses a standard text for each kind")),
		spec.May("max_attempts", spec.Integer(0, 100, "wrong answers after which invalid_step_id follows; 0 asks on")),
		spec.May("invalid_step_id", target("follows after too many wrong answers")),
		spec.May("delay", spec.Choice("how long it waits", "", DelayFor, DelayUntilTime, DelayUntilDate)),
		spec.May("seconds", spec.Integer(0, MaxSeconds, "of a delay for some time")),
		spec.May("time_of_day", text(5, `of a delay until a time, for instance "09:30"`)),
		spec.May("date", text(16, `of a delay until a date, for instance "2026-12-24T18:00"`)),
		spec.May("timeout_seconds", spec.Integer(0, MaxSeconds, "for how long it waits for a reply; 0 waits on")),
		spec.May("timeout_step_id", target("follows when no reply came in time")),
		spec.May("branch_keyword", text(200, "of wait_for_reply")),
		spec.May("branch_match", match("how the keyword is looked for; empty is exact")),
		spec.May("branch_true_step_id", target("follows when the reply has the keyword, or the condition holds")),
		spec.May("branch_false_step_id", target("follows when not; of wait_for_reply empty is next_step_id")),
		spec.May("rule_match", spec.Choice("of a condition: how many of the rules must hold; empty is all", "", "all", "any")),
		spec.May("rules", listOf(rule, 50, "of a condition")),
		spec.May("arms", listOf(arm, 50, "of a split")),
		spec.May("add_tags", listOf(label, 50, "of a tag step")),
		spec.May("remove_tags", listOf(label, 50, "of a tag step")),
		spec.May("note", text(2000, "of a handover: for the people who take over")),
		spec.May("outcome", text(100, "of an end: a name for the figures")))
}
