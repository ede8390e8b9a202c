// Package journey is the engine of conversation journeys: what a journey is, whether it can work, and
// what each event makes of one person's way through it. It is pure: the conversation flow drives it
// with timers and messages, the dashboard's test mode with simulated ones, and both get the same.
package journey

import (
	"slices"
	"time"

	"github.com/promostack/promostack/internal/engine/message"
)

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
	// Phase is what a conversation is doing.
	Phase string
	// Outcome is how a conversation ended: besides the constants, whatever the author of an End step calls it.
	Outcome string
	// EventKind is what happened.
	EventKind string
	// SendResult is how a Send ended.
	SendResult string
	// EffectKind is what must be done.
	EffectKind string
	// NoteKind is what a Note tells.
	NoteKind string
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

// Phases of a state.
const (
	Fresh    Phase = ""         // not begun
	Sending  Phase = "sending"  // the last Send's outcome is not known yet
	Held     Phase = "held"     // entered and not begun: quiet hours, or a person who has taken over, keep it back
	Waiting  Phase = "waiting"  // for the person's reply
	Sleeping Phase = "sleeping" // until Due
	Ended    Phase = "ended"
)

// State is one person's place in a journey. It survives JSON as it is.
type State struct {
	Phase  Phase  `json:"phase,omitempty"`
	StepID string `json:"step_id,omitempty"` // empty is the welcome message
	// Visit counts the steps that were entered, the welcome message too: the name of an effect.
	Visit int `json:"visit,omitempty"`
	// Attempt counts the messages of this visit: a question that is asked again is another message.
	Attempt      int               `json:"try,omitempty"`
	Since        time.Time         `json:"since"` // entered the step
	Due          time.Time         `json:"due"`   // when a Timer event is wanted; zero for none
	Heard        time.Time         `json:"heard"` // from the person, or when the wait began
	Asked        time.Time         `json:"asked"` // when the wait began: timeouts count from it
	Variables    map[string]string `json:"variables,omitempty"`
	WrongAnswers int               `json:"attempts,omitempty"` // wrong answers to this question
	Token        string            `json:"token,omitempty"`    // known by it: this conversation's buttons
	Seed         uint64            `json:"seed,omitempty"`     // of splits
	Paused       bool              `json:"paused,omitempty"`   // a person has taken over
	// Answering tells that what goes out next answers a message that was just written.
	Answering bool    `json:"answering,omitempty"`
	Outcome   Outcome `json:"outcome,omitempty"` // of Ended
	// After is what follows a message that is being sent: "" the step's own way, or AfterSaid.
	After  string `json:"after,omitempty"`
	Said   string `json:"said,omitempty"`   // of AfterSaid: what a person of the team wrote
	Before Phase  `json:"before,omitempty"` // of AfterSaid: the phase to go back to; Due stays as it was
	// Live are the messages whose buttons still answer: those since the last reply.
	Live []Shown `json:"live,omitempty"`
	// Hops counts the steps that were entered since the last reply or timer.
	Hops int `json:"hops,omitempty"`
	// Unasked counts the questions among them that could not be sent.
	Unasked int `json:"unasked,omitempty"`
}

// Shown is a message with buttons that answer.
type Shown struct {
	Visit  int    `json:"visit"`
	StepID string `json:"step_id,omitempty"`
}

// AfterSaid goes on as before a person's own words were sent (Say).
const AfterSaid = "said"

// How a conversation ended; of an End step, its own Outcome if it has one.
const (
	Completed   Outcome = "completed"
	Inactive    Outcome = "inactive"
	Interrupted Outcome = "interrupted" // another journey began
	Stopped     Outcome = "stopped"     // by a person of the team
	Away        Outcome = "away"        // the person can't be written to any more
	Looping     Outcome = "looping"     // a defect: steps followed each other without end
	Broken      Outcome = "broken"      // the definition or the state can't be used
)

// reserved are the outcomes that only the engine gives.
var reserved = []Outcome{Inactive, Interrupted, Stopped, Away, Looping, Broken}

// Reserved tells that an outcome is one that only the engine gives: an author's End has another.
func Reserved(outcome Outcome) bool { return slices.Contains(reserved, Outcome(Fold(string(outcome)))) }

// Kinds of events.
const (
	Start   EventKind = "start"  // Token and Seed are given
	Arrived EventKind = "came"   // a message of the person's
	Timer   EventKind = "timer"  // Due has come
	Sent    EventKind = "sent"   // how a Send ended
	Pause   EventKind = "pause"  // a person takes over
	Resume  EventKind = "resume" // and gives back
	Move    EventKind = "move"   // to StepID
	Finish  EventKind = "finish" // with Outcome
	Say     EventKind = "say"    // a person writes Text by hand
)

// Event is what happened, with who it is about.
type Event struct {
	Kind    EventKind `json:"kind"`
	At      time.Time `json:"at"`
	Person  Person    `json:"person"`
	Message Inbound   `json:"message"` // of Arrived
	Result  Result    `json:"result"`  // of Sent
	StepID  string    `json:"step_id,omitempty"`
	Outcome Outcome   `json:"outcome,omitempty"`
	Text    string    `json:"text,omitempty"`
	Token   string    `json:"token,omitempty"`
	Seed    uint64    `json:"seed,omitempty"`
}

// Person is what is known of them; placeholders and rules read it by the JSON names.
type Person struct {
	FirstName string   `json:"first_name,omitempty"`
	LastName  string   `json:"last_name,omitempty"`
	Username  string   `json:"username,omitempty"`
	Language  string   `json:"language,omitempty"`
	Source    string   `json:"source,omitempty"`
	Tags      []string `json:"tags,omitempty"`
}

// Inbound is a message as journeys read it.
type Inbound struct {
	Kind       message.Kind `json:"kind,omitempty"`
	Text       string       `json:"text,omitempty"`
	Start      string       `json:"start,omitempty"` // payload of a deep link
	Data       string       `json:"data,omitempty"`  // of a pressed button
	CallbackID string       `json:"callback_id,omitempty"`
}

// Results of a Send.
const (
	OK SendResult = "ok"
	// Failed is refused for good: the journey goes on without a message; a question goes the way of answers
	// that are none, else of none in time, else a person is wanted, and it is asked again once they give back.
	Failed  SendResult = "failed"
	Gone    SendResult = "gone"    // the person can't be written to any more
	Unknown SendResult = "unknown" // it may have arrived
	Skipped SendResult = "skipped" // it was not sent, since a person has taken over meanwhile
)

// Result is how a Send ended.
type Result struct {
	Result  SendResult `json:"result,omitempty"`
	Problem string     `json:"problem,omitempty"`
}

// Kinds of effects.
const (
	Send   EffectKind = "send"   // a message; the host brings a Sent event before anything else
	Answer EffectKind = "answer" // end the spinning of a button
	Tags   EffectKind = "tags"   // change the person's tags
	Alert  EffectKind = "alert"  // a person is wanted
	Note   EffectKind = "note"   // for the log and the figures
)

// Effect is what must be done now, in its order.
type Effect struct {
	Kind    EffectKind `json:"kind"`
	StepID  string     `json:"step_id,omitempty"`
	Visit   int        `json:"visit,omitempty"`
	Attempt int        `json:"try,omitempty"` // of a Send: with Visit its name within the conversation

	Text      string           `json:"text,omitempty"`  // HTML of a Send; plain of an Answer, an Alert, a Note
	Photo     string           `json:"photo,omitempty"` // an upload's id
	Buttons   message.Keyboard `json:"buttons,omitempty"`
	NoPreview bool             `json:"no_preview,omitempty"`

	CallbackID string   `json:"callback_id,omitempty"`
	Add        []string `json:"add,omitempty"`
	Remove     []string `json:"remove,omitempty"`

	What NoteKind `json:"what,omitempty"` // of a Note
}

// What a Note tells. Entered and the ends of a visit make the figures.
const (
	NoteBegan     NoteKind = "began"
	NoteEntered   NoteKind = "entered"   // the step StepID, as visit Visit
	NotePassed    NoteKind = "passed"    // left it on its way
	NoteDropped   NoteKind = "dropped"   // left it since the conversation ended there
	NoteReplied   NoteKind = "replied"   // the person answered; Text is what they wrote
	NoteInvalid   NoteKind = "invalid"   // the answer was none
	NoteTimedOut  NoteKind = "timed_out" // no answer came in time
	NoteSent      NoteKind = "sent"
	NoteNotSent   NoteKind = "not_sent" // Text says why
	NoteUnknown   NoteKind = "unknown"
	NoteHeld      NoteKind = "held"    // by quiet hours; Text is until when
	NoteUnheard   NoteKind = "unheard" // a message came that the step doesn't listen to
	NotePaused    NoteKind = "paused"
	NoteResumed   NoteKind = "resumed"
	NoteMoved     NoteKind = "moved"
	NoteSaid      NoteKind = "said"  // a person of the team wrote Text
	NoteEnded     NoteKind = "ended" // Text is the outcome
	NoteTagged    NoteKind = "tagged"
	NoteBranch    NoteKind = "branch" // Text names the way that a condition, a split, or a question that can't be asked took
	NoteOldButton NoteKind = "old_button"
)
