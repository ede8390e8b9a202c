// Package promochat is the promo bot's conversation with one person: what it says to each message
// and what it must find out next. It is pure: the flow promochat drives it with timers and effects.
package promochat

import (
	"time"

	"github.com/promostack/promostack/internal/engine/message"
)

// Limits of a conversation.
const (
	PageSize    = 6 // templates on a page
	maxKept     = 5 // images whose buttons work
	Messages    = 20
	Window      = time.Minute      // in which a person may send Messages
	Patience    = 15 * time.Minute // without a message, after which a conversation is put aside
	maxChannels = 8                // that have a button
)

// Catalog is what a person can choose from now.
type Catalog struct {
	Bot       string // the bot's username
	Templates []Template
	MayPost   bool      // the person may post to channels
	Channels  []Channel // none for who may not
	Token     string    // 12 random characters: a conversation's buttons are known by them
}

// Template is one that the bot shows.
type Template struct {
	ID     string  `json:"id"`
	Slug   string  `json:"slug"`
	Name   string  `json:"name"`
	Fields []Field `json:"fields"`
	Sizes  []Size  `json:"sizes"`
}

// Field is a value that a template asks for.
type Field struct {
	Name      string `json:"name"`
	Label     string `json:"label"`
	Help      string `json:"help,omitempty"`
	Sample    string `json:"sample,omitempty"`
	Image     bool   `json:"image,omitempty"`
	Required  bool   `json:"required,omitempty"`
	Coupon    bool   `json:"coupon,omitempty"`
	MaxLength int    `json:"max_length,omitempty"` // characters; 0 is any
}

// Size is one format of a template.
type Size struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// Channel is where an image can be posted.
type Channel struct {
	ID       int64  `json:"id"`
	Title    string `json:"title"`
	Username string `json:"username,omitempty"`
}

// Step is where a conversation is.
type Step string

// Steps of a conversation.
const (
	Idle     Step = ""
	Choosing Step = "choosing" // a template
	Sizing   Step = "sizing"
	Asking   Step = "asking"   // for the field at State.At
	Checking Step = "checking" // what came in for that field
	Drawing  Step = "drawing"
	Ready    Step = "ready" // an image was sent
)

// State is where a conversation is. Its zero value is the beginning.
type State struct {
	Step     Step              `json:"step,omitempty"`
	Token    string            `json:"token,omitempty"`
	Template *Template         `json:"template,omitempty"`
	Size     string            `json:"size,omitempty"`
	At       int               `json:"at,omitempty"`
	Change   bool              `json:"change,omitempty"` // one value of an image that was made
	Values   map[string]string `json:"values,omitempty"`
	Given    string            `json:"given,omitempty"` // the code that is being checked
	Note     string            `json:"note,omitempty"`  // what the CRM said of a valid code
	Images   []Image           `json:"images,omitempty"`
	Made     int               `json:"made,omitempty"`
	Since    time.Time         `json:"since"` // of the window in which messages are counted
	Count    int               `json:"count,omitempty"`
}

// Image is one that was made, by the number on its buttons.
type Image struct {
	Number    int            `json:"number"`
	Job       Job            `json:"job"`
	MessageID int64          `json:"message_id,omitempty"`
	Posts     map[string]int `json:"posts,omitempty"` // by channel: attempts, negative once it arrived
}

// Job says which image to make.
type Job struct {
	TemplateID string            `json:"template_id"`
	Template   string            `json:"template"`
	Size       string            `json:"size"`
	Values     map[string]string `json:"values"`
}

// EventKind says what happened.
type EventKind string

// Kinds of events.
const (
	Arrived EventKind = "came"    // an update of the person's
	Timeout EventKind = "timeout" // nothing came for Patience
	Coupon  EventKind = "coupon"  // the outcome of a Check
	Took    EventKind = "took"    // the outcome of a Take
	Drawn   EventKind = "drawn"   // the outcome of a Draw
	Posted  EventKind = "posted"  // the outcome of a Post
)

// Event is what happened.
type Event struct {
	Kind    EventKind      `json:"kind"`
	At      time.Time      `json:"at"`
	Update  message.Update `json:"update"`
	Outcome Outcome        `json:"outcome"`
}

// Result is how an effect ended.
type Result string

// Results of effects.
const (
	OK          Result = "ok"
	Refused     Result = "refused"     // Message says why, in words for the person
	Unavailable Result = "unavailable" // it can't be told now
	Unknown     Result = "unknown"     // it may have arrived
)

// Outcome is how an effect ended.
type Outcome struct {
	Result    Result `json:"result"`
	Message   string `json:"message,omitempty"` // plain text for the person
	Field     string `json:"field,omitempty"`   // the value that was refused
	Upload    string `json:"upload,omitempty"`  // of a Take
	MessageID int64  `json:"message_id,omitempty"`
	Image     int    `json:"image,omitempty"`
	Channel   int64  `json:"channel,omitempty"`
}

// EffectKind says what must be done.
type EffectKind string

// Kinds of effects. Those from Check on have an outcome, which the flow brings back as an event
// before it goes on to the next message.
const (
	Answer EffectKind = "answer" // end the spinning of a button
	Say    EffectKind = "say"    // send a message
	List   EffectKind = "list"   // send or turn a page of templates
	Clear  EffectKind = "clear"  // take the buttons off a message
	Check  EffectKind = "check"  // ask the CRM about a code
	Take   EffectKind = "take"   // fetch a photo that the person sent
	Draw   EffectKind = "draw"   // make an image and send it
	Post   EffectKind = "post"   // post an image to a channel
)

// Effect is what must be done now.
type Effect struct {
	Kind       EffectKind       `json:"kind"`
	CallbackID string           `json:"callback_id,omitempty"`
	Text       string           `json:"text,omitempty"` // HTML; plain of an Answer
	Alert      bool             `json:"alert,omitempty"`
	Buttons    message.Keyboard `json:"buttons,omitempty"`
	MessageID  int64            `json:"message_id,omitempty"` // of a message to change instead
	Pages      []Template       `json:"pages,omitempty"`      // on a List
	From       int              `json:"from,omitempty"`       // number of the first of them
	Code       string           `json:"code,omitempty"`
	FileID     string           `json:"file_id,omitempty"`
	Job        *Job             `json:"job,omitempty"`
	Image      int              `json:"image,omitempty"`
	Channel    int64            `json:"channel,omitempty"`
	Attempt    int              `json:"try,omitempty"` // of a Post, by the person
}

// Waits tells that the flow must bring the effect's outcome before anything else.
func (e Effect) Waits() bool {
	switch e.Kind {
	case Check, Take, Draw, Post:
		return true
	}
	return false
}
