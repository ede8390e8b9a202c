package journey

import "regexp"

// Limits of a definition.
const (
	MaxBytes = 512 << 10
	MaxSteps = 300

	maxText    = 10_000 // of a draft; what Telegram takes is Check's
	maxAddress = 2048
)

func text(maximum int, help string) *node {
	return &node{kind: "string", maximum: float64(maximum), help: help}
}

func must(name string, n *node) prop { return prop{name: name, node: n, required: true} }
func may(name string, n *node) prop  { return prop{name: name, node: n} }

func matching(pattern, message, help string) *node {
	return &node{kind: "string", maximum: 200, pattern: regexp.MustCompile(pattern), message: message, help: help}
}

func choice(help string, values ...string) *node {
	return &node{kind: "string", enum: values, help: help}
}

func integer(minimum, maximum float64, help string) *node {
	return &node{kind: "integer", minimum: minimum, maximum: maximum, help: help}
}

func number(limit float64, help string) *node {
	return &node{kind: "number", minimum: -limit, maximum: limit, help: help}
}

func boolean(help string) *node { return &node{kind: "boolean", help: help} }

func listOf(items *node, maximum int, help string) *node {
	return &node{kind: "array", items: items, maximum: float64(maximum), help: help, null: true}
}

func object(help string, props ...prop) *node { return &node{kind: "object", props: props, help: help} }

func orNull(n *node) *node { n.null = true; return n }

func target(help string) *node {
	return matching(`^[A-Za-z0-9_-]{0,40}$`, "Must be a step's id: at most 40 letters, digits, “_” and “-”", help)
}

func variable(help string) *node {
	return matching(`^([a-z][a-z0-9_]{0,39})?$`, "Must begin with a small letter and hold at most 40 small letters, digits and “_”", help)
}

func match(help string) *node { return choice(help, "", Exact, Word, Prefix, Contains) }

// definitionNode describes a definition. A draft may be unfinished: that a step has what it needs is
// Check's to say.
var definitionNode = func() *node {
	trigger := object("begins the journey",
		must("kind", choice("what the person does", DeepLink, Keyword, AnyMessage)),
		may("value", text(200, "of a deep link its payload, of a keyword the word")),
		may("match", match("how a keyword is looked for; empty is exact")),
		may("interrupts", boolean("ends another journey that is running")))
	reEntry := object("whether a person may go through it again",
		may("rule", choice("empty is always", "", Always, Never, After)),
		may("days", integer(0, maxDays, "of after: days since they entered last")))
	quiet := orNull(object("times of day at which nothing is sent",
		must("from", text(5, `for instance "22:00"`)),
		must("to", text(5, `the first allowed minute, for instance "08:00"`)),
		may("answer_at_once", boolean("lets out what answers a message that the person has just written"))))
	return object("",
		must("format", integer(Format, Format, "the version of this format")),
		may("connections", listOf(choice("a kind of connection", "promo_bot", "signal_bot", "user_account"), 10, "on which it listens")),
		may("triggers", listOf(trigger, 50, "each begins it")),
		may("priority_int", integer(-1_000_000, 1_000_000, "the highest wins when one message triggers several journeys")),
		may("welcome_message", text(maxText, "goes out before the first step; Telegram's HTML with placeholders")),
		may("inactivity_timeout_days", integer(0, maxDays, "ends a conversation whose person owes an answer for so long; 0 never does")),
		may("re_entry", reEntry),
		may("timezone", text(64, "an IANA name, for instance Europe/Berlin; empty is UTC")),
		may("quiet_hours", quiet),
		may("start_step_id", target("the first step")),
		may("steps", listOf(stepNode(), MaxSteps, "the steps, in any order")))
}()

func stepNode() *node {
	button := object("under a message",
		may("text", text(200, "what it shows, and answers with")),
		may("url", text(maxAddress, "what it opens")))
	answer := object("one answer of a question",
		may("text", text(200, "what its button shows")),
		may("value", text(200, "what is kept; empty keeps the text")),
		may("next_step_id", target("goes before the step's own")))
	rule := object("compares a variable, or asks for a tag",
		may("variable", variable("or first_name, last_name, username, language, source")),
		must("op", choice("what it asks", Equals, NotEquals, Includes, Greater, Less, Exists, Missing, HasTag, LacksTag)),
		may("value", text(500, "what the variable is compared with, or the tag")))
	arm := object("one way of a split",
		may("name", text(100, "for people")),
		may("weight", integer(0, 1_000_000, "its part of all weights")),
		may("next_step_id", target("where it goes")))
	label := text(100, "a tag")
	return object("one step; which members count depends on its type",
		must("id", matching(`^[A-Za-z0-9_-]{1,40}$`, "Must have 1 to 40 letters, digits, “_” and “-”", "the step's name")),
		must("type", choice("what it does", Message, Question, Delay, WaitForReply, Condition, Split, Jump, Tag, HandOver, End)),
		may("title", text(200, "for people who edit")),
		may("x", number(1e6, "place in the drawing")),
		may("y", number(1e6, "place in the drawing")),
		may("next_step_id", target("what follows")),
		may("text", text(maxText, "Telegram's HTML with placeholders")),
		may("photo", matching(`^[A-Za-z0-9_-]{0,64}$`, "Must be an upload's id", "an upload's id")),
		may("buttons", listOf(listOf(button, 100, "one row"), 100, "of a message")),
		may("no_preview", boolean("shows no preview of links")),
		may("answer", choice("what a question takes", "", AnswerText, AnswerNumber, AnswerEmail, AnswerPhone, AnswerChoice)),
		may("variable", variable("where the answer is kept")),
		may("choices", listOf(answer, 100, "of a question of choices")),
		may("min", orNull(number(1e15, "of a number"))),
		may("max", orNull(number(1e15, "of a number"))),
		may("retry_text", text(maxText, "said to an answer that is none; empty has one for each kind")),
		may("max_attempts", integer(0, 100, "wrong answers after which invalid_step_id follows; 0 asks on")),
		may("invalid_step_id", target("follows after too many wrong answers")),
		may("delay", choice("how long it waits", "", DelayFor, DelayUntilTime, DelayUntilDate)),
		may("seconds", integer(0, MaxSeconds, "of a delay for some time")),
		may("time_of_day", text(5, `of a delay until a time, for instance "09:30"`)),
		may("date", text(16, `of a delay until a date, for instance "2026-12-24T18:00"`)),
		may("timeout_seconds", integer(0, MaxSeconds, "for how long it waits for a reply; 0 waits on")),
		may("timeout_step_id", target("follows when no reply came in time")),
		may("branch_keyword", text(200, "of wait_for_reply")),
		may("branch_match", match("how the keyword is looked for; empty is exact")),
		may("branch_true_step_id", target("follows when the reply has the keyword, or the condition holds")),
		may("branch_false_step_id", target("follows when not; of wait_for_reply empty is next_step_id")),
		may("rule_match", choice("of a condition: how many of the rules must hold; empty is all", "", "all", "any")),
		may("rules", listOf(rule, 50, "of a condition")),
		may("arms", listOf(arm, 50, "of a split")),
		may("add_tags", listOf(label, 50, "of a tag step")),
		may("remove_tags", listOf(label, 50, "of a tag step")),
		may("note", text(2000, "of a handover: for the people who take over")),
		may("outcome", text(100, "of an end: a name for the figures")))
}
