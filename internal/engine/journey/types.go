// Package journey is the engine of conversation journeys: what a journey is, whether it can work, and
// what each event makes of one person's way through it. It is pure: the conversation flow drives it
// with timers and messages, the dashboard's test mode with simulated ones, and both get the same.
package journey

// Format is the version of the definition's form that this program writes.
const Format = 1

// The sets of words; their constants are below.
type (
	// TriggerKind is what a person does to begin a journey.
	TriggerKind string
	// Match is how a keyword is looked for in a message.
	Match string
	// ReEntryRule is whether people may enter again.
	ReEntryRule string
	// StepType is what a step does.
	StepType string
	// AnswerKind is what a question takes.
	AnswerKind string
	// DelayKind is what a delay waits for.
	DelayKind string
	// RuleOp is what a rule asks.
	RuleOp string
)

// Definition is a journey as a person draws it. Texts are Telegram's HTML with placeholders.
type Definition struct {
	Format int `json:"format"`
	// Connections are the kinds of connections on which it listens, for instance "signal_bot".
	Connections []string  `json:"connections"`
	Triggers    []Trigger `json:"triggers"`
	// PriorityInt decides between journeys that one message triggers: the highest wins.
	PriorityInt int `json:"priority_int"`
	// WelcomeMessage goes out before the first step; empty sends none.
	WelcomeMessage string `json:"welcome_message,omitempty"`
	// InactivityTimeoutDays ends a conversation whose person owes an answer for as long; 0 never does.
	InactivityTimeoutDays int         `json:"inactivity_timeout_days"`
	ReEntry               ReEntry     `json:"re_entry"`
	Timezone              string      `json:"timezone"` // IANA name; a person's variable "timezone" goes before it
	QuietHours            *QuietHours `json:"quiet_hours,omitempty"`
	StartStepID           string      `json:"start_step_id"`
	Steps                 []Step      `json:"steps"`
}

// Kinds of triggers.
const (
	DeepLink   TriggerKind = "deep_link"   // t.me/bot?start=Value
	Keyword    TriggerKind = "keyword"     // a direct message
	AnyMessage TriggerKind = "any_message" // any message when no journey runs
)

// Ways in which a keyword is looked for in a message. Both are folded: NFKC, case, outer spaces.
const (
	Exact    Match = "exact"
	Word     Match = "word"
	Prefix   Match = "prefix"
	Contains Match = "contains"
)

// Trigger begins a journey.
type Trigger struct {
	Kind  TriggerKind `json:"kind"`
	Value string      `json:"value,omitempty"` // of a deep link its payload, of a keyword the word
	Match Match       `json:"match,omitempty"` // of a keyword; empty is exact
	// Interrupts ends another journey that is running; else a trigger is passed over meanwhile.
	Interrupts bool `json:"interrupts,omitempty"`
}

// Rules for people who were in a journey before.
const (
	Always ReEntryRule = "always"
	Never  ReEntryRule = "never"
	After  ReEntryRule = "after" // Days after they entered last
)

// ReEntry says whether a person may go through a journey again.
type ReEntry struct {
	Rule ReEntryRule `json:"rule"`
	Days int         `json:"days,omitempty"`
}

// QuietHours are times of day at which nothing is sent; it goes out at the next allowed minute.
type QuietHours struct {
	From string `json:"from"` // "22:00"
	To   string `json:"to"`   // "08:00"; the first allowed minute
	// AnswerAtOnce lets out what answers a message that the person has just written.
	AnswerAtOnce bool `json:"answer_at_once,omitempty"`
}

// Types of steps.
const (
	Message      StepType = "message"
	Question     StepType = "question"
	Delay        StepType = "delay"
	WaitForReply StepType = "wait_for_reply"
	Condition    StepType = "condition"
	Split        StepType = "split"
	Jump         StepType = "jump"
	Tag          StepType = "tag"
	HandOver     StepType = "handover"
	End          StepType = "end"
)

// Kinds of answers that a question takes.
const (
	AnswerText   AnswerKind = "text"
	AnswerNumber AnswerKind = "number"
	AnswerEmail  AnswerKind = "email"
	AnswerPhone  AnswerKind = "phone"
	AnswerChoice AnswerKind = "choice"
)

// Kinds of delays.
const (
	DelayFor       DelayKind = "for"        // Seconds
	DelayUntilTime DelayKind = "until_time" // the next TimeOfDay in the person's zone
	DelayUntilDate DelayKind = "until_date" // Date in the person's zone; one that has passed is no delay
)

// Step is one node. Which fields count depends on Type; the others are empty.
type Step struct {
	ID         string   `json:"id"`
	Type       StepType `json:"type"`
	Title      string   `json:"title,omitempty"` // for people who edit
	X          float64  `json:"x"`
	Y          float64  `json:"y"`
	NextStepID string   `json:"next_step_id,omitempty"` // all but condition, split and end; of a jump its target

	Text      string     `json:"text,omitempty"`       // message, question
	Photo     string     `json:"photo,omitempty"`      // message, question: an upload's id
	Buttons   [][]Button `json:"buttons,omitempty"`    // message
	NoPreview bool       `json:"no_preview,omitempty"` // message, question

	Answer        AnswerKind `json:"answer,omitempty"`   // question
	Variable      string     `json:"variable,omitempty"` // question, wait_for_reply: where the answer is kept
	Choices       []Choice   `json:"choices,omitempty"`
	Min           *float64   `json:"min,omitempty"` // of a number
	Max           *float64   `json:"max,omitempty"`
	RetryText     string     `json:"retry_text,omitempty"`   // sent after an invalid answer; empty uses a standard text for each kind
	MaxAttempts   int        `json:"max_attempts,omitempty"` // wrong answers after which InvalidStepID follows; 0 asks on
	InvalidStepID string     `json:"invalid_step_id,omitempty"`

	Delay     DelayKind `json:"delay,omitempty"`
	Seconds   int64     `json:"seconds,omitempty"`
	TimeOfDay string    `json:"time_of_day,omitempty"` // "09:30"
	Date      string    `json:"date,omitempty"`        // "2026-12-24T18:00"

	TimeoutSeconds int64  `json:"timeout_seconds,omitempty"` // question, wait_for_reply; 0 waits on
	TimeoutStepID  string `json:"timeout_step_id,omitempty"`

	BranchKeyword string `json:"branch_keyword,omitempty"` // wait_for_reply
	BranchMatch   Match  `json:"branch_match,omitempty"`   // as a trigger's; empty is exact
	// Of wait_for_reply and condition. A reply without the keyword goes to the false step, or where
	// there is none, to NextStepID.
	BranchTrueStepID  string `json:"branch_true_step_id,omitempty"`
	BranchFalseStepID string `json:"branch_false_step_id,omitempty"`

	RuleMatch string `json:"rule_match,omitempty"` // condition: all (the default) or any
	Rules     []Rule `json:"rules,omitempty"`

	Arms []Arm `json:"arms,omitempty"` // split

	AddTags    []string `json:"add_tags,omitempty"` // tag
	RemoveTags []string `json:"remove_tags,omitempty"`

	Note    string  `json:"note,omitempty"`    // handover: for the people who take over
	Outcome Outcome `json:"outcome,omitempty"` // end: a name for the figures, for instance "bought"
}

// Button is one under a message: it opens URL, or answers with its own text.
type Button struct {
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// Choice is one answer of a question. NextStepID goes before the step's own.
type Choice struct {
	Text       string `json:"text"`
	Value      string `json:"value,omitempty"` // what is kept; empty keeps the text
	NextStepID string `json:"next_step_id,omitempty"`
}

// What a rule asks.
const (
	Equals    RuleOp = "equals"
	NotEquals RuleOp = "not_equals"
	Includes  RuleOp = "contains"
	Greater   RuleOp = "greater" // as numbers
	Less      RuleOp = "less"
	Exists    RuleOp = "exists"
	Missing   RuleOp = "missing"
	HasTag    RuleOp = "has_tag" // Value is the tag
	LacksTag  RuleOp = "lacks_tag"
)

// Rule compares a variable, or asks for a tag. Texts are compared folded.
type Rule struct {
	Variable string `json:"variable,omitempty"`
	Op       RuleOp `json:"op"`
	Value    string `json:"value,omitempty"`
}

// Arm is one way of a split; weights need not add up to anything.
type Arm struct {
	Name       string `json:"name"`
	Weight     int    `json:"weight"`
	NextStepID string `json:"next_step_id,omitempty"`
}
