package journey

import (
	"slices"
	"time"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

// The sets of words of a conversation; their constants are below.
type (
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
func Reserved(outcome Outcome) bool {
	return slices.Contains(reserved, Outcome(typed.Fold(string(outcome))))
}

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
	Phone      string       `json:"phone,omitempty"` // of a contact
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
