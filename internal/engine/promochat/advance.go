package promochat

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"unicode/utf8"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

// Advance is the whole conversation: what an event makes of a state, and what must be done. The
// state that it is given stays as it is.
func Advance(catalog Catalog, state State, event Event) (State, []Effect) {
	if state.Values = maps.Clone(state.Values); state.Values == nil {
		state.Values = map[string]string{} // an empty one doesn't survive JSON
	}
	state.Images = append([]Image(nil), state.Images...)
	for i := range state.Images {
		state.Images[i].Posts = maps.Clone(state.Images[i].Posts)
	}
	if state.Token == "" {
		state.Token = catalog.Token
	}
	c := &chat{State: state, catalog: catalog}
	switch event.Kind {
	case Arrived:
		c.onMessage(event)
	case Timeout:
		c.timeout()
	case Coupon:
		c.coupon(event.Outcome)
	case Took:
		c.took(event.Outcome)
	case Drawn:
		c.drawn(event.Outcome)
	case Posted:
		c.posted(event.Outcome)
	}
	return c.State, c.effects
}

// Open tells that a conversation waits for the person.
func (s State) Open() bool { return s.Step != Idle }

type chat struct {
	State
	catalog Catalog
	effects []Effect
	lead    string // goes before the next question
}

func (c *chat) do(e Effect) { c.effects = append(c.effects, e) }

func (c *chat) say(buttons message.Keyboard, format string, args ...any) {
	c.do(Effect{Kind: Say, Text: fmt.Sprintf(format, args...), Buttons: buttons})
}

// data is what a button of this conversation sends.
func (c *chat) data(action string, args ...string) string {
	return strings.Join(append([]string{c.Token, action}, args...), ":")
}

func (c *chat) button(text, action string, args ...string) message.Button {
	return message.Button{Text: message.Cut(text, 60), Data: c.data(action, args...)}
}

// Actions of buttons.
const (
	actList    = "l" // a new message with the first page
	actPage    = "p"
	actChoose  = "t"
	actSize    = "s"
	actSkip    = "k"
	actRetry   = "r"
	actCancel  = "x"
	actChange  = "c"
	actField   = "f"
	actAgain   = "a"
	actPost    = "o"
	actChannel = "h"
)

func (c *chat) onMessage(event Event) {
	u := event.Update
	if event.At.Sub(c.Since) >= Window || event.At.Before(c.Since) {
		c.Since, c.Count = event.At, 0
	}
	if c.Count++; c.Count > Messages {
		c.flood(u)
		return
	}
	if u.Kind == message.KindCallback {
		c.pressed(u)
		return
	}
	name, rest := u.Command(c.catalog.Bot)
	switch {
	case name == "start":
		c.start(rest)
	case name == "templates":
		c.list(0, 0)
	case name == "cancel":
		c.cancel()
	case name == "help":
		c.help()
	case name != "":
		c.say(nil, "I don't know %s.\n\n%s", message.Bold("/"+message.Cut(name, 40)), commands)
	case c.Step == Asking && (u.Kind == message.KindText || u.Kind == message.KindPhoto || u.Kind == message.KindContact || u.Kind == message.KindOther):
		c.given(u)
	default:
		c.lost(u)
	}
}

// flood tells once that it is too much; the rest of the minute goes unanswered but for the spinning.
func (c *chat) flood(u message.Update) {
	if u.Kind == message.KindCallback {
		c.do(Effect{Kind: Answer, CallbackID: u.CallbackID, Text: "Slow down a little, please."})
	}
	if c.Count == Messages+1 {
		c.say(nil, "That was a lot at once. I answer %d messages a minute; please go on in a moment.", Messages)
	}
}

const commands = "/templates – make an image\n/cancel – begin anew\n/help – what I can do"

func (c *chat) start(payload string) {
	if strings.HasPrefix(payload, message.LinkPrefix) {
		c.linked()
		return
	}
	if slug, ok := strings.CutPrefix(payload, "t-"); ok {
		for i := range c.catalog.Templates {
			if c.catalog.Templates[i].Slug == slug {
				c.choose(c.catalog.Templates[i])
				return
			}
		}
	}
	c.reset()
	c.Step = Choosing
	c.say(message.Keyboard{{c.button("Choose a template", actList)}},
		"Welcome! I make branded images: choose a template, give me the texts, and I send you the picture.\n\n%s", commands)
}

func (c *chat) help() {
	text := "Choose a template with /templates, answer my questions one by one, and I send you the image. " +
		"Coupon codes are checked before anything is made.\n\n" + commands
	if c.Step == Asking {
		c.say(nil, "%s\n\nI am waiting for %s.", text, message.Bold(c.field().Label))
		return
	}
	c.say(nil, "%s", text)
}

func (c *chat) cancel() {
	was := c.Step
	c.reset()
	if was == Idle || was == Ready {
		c.say(nil, "There is nothing to cancel. /templates makes an image.")
		return
	}
	c.say(nil, "Cancelled. /templates begins anew.")
}

// reset forgets what was being made; images that were made keep their buttons.
func (c *chat) reset() {
	c.Step, c.Template, c.Size, c.At, c.Change, c.Values, c.Given, c.Note = Idle, nil, "", 0, false, nil, "", ""
	if len(c.Images) > 0 {
		c.Step = Ready
	}
}

// lost answers what was not expected.
func (c *chat) lost(u message.Update) {
	switch {
	case c.Step == Choosing || c.Step == Sizing:
		c.say(nil, "Please press one of the buttons above, or /cancel.")
	case u.Kind == message.KindOther || u.Kind == message.KindContact || u.Kind == message.KindPhoto:
		c.say(nil, "I can't use that here. /templates makes an image.")
	default:
		c.say(nil, "I make images from templates. /templates shows them, /help says more.")
	}
}

func (c *chat) timeout() {
	was := c.State
	for _, image := range was.Images {
		if image.MessageID != 0 {
			c.do(Effect{Kind: Clear, MessageID: image.MessageID})
		}
	}
	c.State = State{Since: was.Since, Count: was.Count}
	switch was.Step {
	case Asking, Checking, Sizing, Drawing:
		c.say(nil, "I have put %s aside, since I heard nothing for %d minutes. /templates begins anew whenever you like.",
			message.Bold(was.Template.Name), int(Patience.Minutes()))
	}
}

// list sends a page of templates, or turns the page of the message it is on.
func (c *chat) list(page int, id int64) {
	all := c.catalog.Templates
	if len(all) == 0 {
		c.say(nil, "There are no templates yet. Ask whoever runs this bot to publish one.")
		return
	}
	pages := (len(all) + PageSize - 1) / PageSize
	page = max(0, min(page, pages-1))
	from := page * PageSize
	shown := all[from:min(from+PageSize, len(all))]
	var rows message.Keyboard
	for i, t := range shown {
		b := c.button(strconv.Itoa(from+i+1)+" · "+t.Name, actChoose, short(t.ID))
		if i%2 == 0 {
			rows = append(rows, []message.Button{b})
		} else {
			rows[len(rows)-1] = append(rows[len(rows)-1], b)
		}
	}
	var turn []message.Button
	if page > 0 {
		turn = append(turn, c.button("‹ Back", actPage, strconv.Itoa(page-1)))
	}
	if page < pages-1 {
		turn = append(turn, c.button("More ›", actPage, strconv.Itoa(page+1)))
	}
	if turn != nil {
		rows = append(rows, turn)
	}
	text := "<b>Choose a template</b>"
	if pages > 1 {
		text += fmt.Sprintf("\nPage %d of %d", page+1, pages)
	}
	if c.Step == Idle || c.Step == Ready {
		c.Step = Choosing
	}
	c.do(Effect{Kind: List, Text: text, Buttons: rows, MessageID: id, Pages: bare(shown), From: from + 1})
}

// bare drops what a page does not show.
func bare(list []Template) []Template {
	out := make([]Template, len(list))
	for i, t := range list {
		out[i] = Template{ID: t.ID, Name: t.Name}
	}
	return out
}

// short is the part of an id that a button has room for: the random end of a UUIDv7.
func short(id string) string {
	if len(id) > 17 {
		return id[len(id)-17:]
	}
	return id
}

func (c *chat) choose(t Template) {
	c.reset()
	c.Template, c.Values = &t, map[string]string{}
	if len(t.Sizes) > 1 {
		c.Step = Sizing
		c.askSize()
		return
	}
	if len(t.Sizes) == 1 {
		c.Size = t.Sizes[0].Name
	}
	c.At = -1
	c.next()
}

func (c *chat) askSize() {
	var rows message.Keyboard
	for i, s := range c.Template.Sizes {
		b := c.button(s.Label, actSize, strconv.Itoa(i))
		if i%2 == 0 {
			rows = append(rows, []message.Button{b})
		} else {
			rows[len(rows)-1] = append(rows[len(rows)-1], b)
		}
	}
	c.say(append(rows, c.cancelRow()), "%s\n\nWhich size?", message.Bold(c.Template.Name))
}

func (c *chat) cancelRow() []message.Button {
	return []message.Button{c.button("Cancel", actCancel)}
}

func (c *chat) field() Field { return c.Template.Fields[c.At] }

// next asks for the field after the present one, or draws when there is none.
func (c *chat) next() {
	c.Given = ""
	if c.Change {
		c.draw()
		return
	}
	if c.At++; c.At >= len(c.Template.Fields) {
		c.draw()
		return
	}
	c.ask()
}

func (c *chat) ask() {
	c.Step = Asking
	f := c.field()
	var b strings.Builder
	b.WriteString(c.lead)
	c.lead = ""
	if !c.Change {
		fmt.Fprintf(&b, "%d of %d · ", c.At+1, len(c.Template.Fields))
	}
	b.WriteString(message.Bold(f.Label))
	if f.Help != "" {
		b.WriteString("\n" + message.Escape(f.Help))
	}
	switch {
	case f.Image:
		b.WriteString("\nSend me a picture.")
	case f.Sample != "":
		b.WriteString("\nFor example: " + message.Code(f.Sample))
	}
	if old := c.Values[f.Name]; c.Change && old != "" && !f.Image {
		b.WriteString("\nNow it is: " + message.Code(old))
	}
	row := c.cancelRow()
	if !f.Required {
		row = append([]message.Button{c.button("Leave it out", actSkip, strconv.Itoa(c.At))}, row...)
	}
	c.say(message.Keyboard{row}, "%s", b.String())
}

// given takes what came in for the field that is asked for.
func (c *chat) given(u message.Update) {
	f := c.field()
	if f.Image {
		if u.Kind != message.KindPhoto || u.FileID == "" {
			c.say(nil, "Please send a picture for %s, as a photo.", message.Bold(f.Label))
			return
		}
		c.Step = Checking
		c.do(Effect{Kind: Take, FileID: u.FileID})
		return
	}
	text := typed.Running(u.Text)
	if f.Coupon {
		text = typed.Code(u.Text)
	}
	if u.Kind != message.KindText || text == "" {
		c.say(nil, "Please write a text for %s.", message.Bold(f.Label))
		return
	}
	if n := utf8.RuneCountInString(text); f.MaxLength > 0 && n > f.MaxLength {
		c.say(nil, "That has %d characters, and there is room for %d. Please send a shorter one.", n, f.MaxLength)
		return
	}
	if f.Coupon {
		c.Step, c.Given = Checking, text
		c.do(Effect{Kind: Check, Code: text})
		return
	}
	c.Values[f.Name] = text
	c.next()
}

func (c *chat) draw() {
	c.Step = Drawing
	c.Made++
	job := Job{TemplateID: c.Template.ID, Template: c.Template.Name, Size: c.Size, Values: maps.Clone(c.Values)}
	caption := message.Bold(c.Template.Name)
	if c.Note != "" {
		caption += "\n" + message.Escape(c.Note)
	}
	c.do(Effect{Kind: Draw, Job: &job, Image: c.Made, Text: caption, Buttons: c.imageButtons(c.Made)})
}

// imageButtons are those under an image that was made.
func (c *chat) imageButtons(image int) message.Keyboard {
	n := strconv.Itoa(image)
	var rows message.Keyboard
	switch len(c.catalog.Channels) {
	case 0:
	case 1:
		rows = append(rows, []message.Button{c.button("Post to "+c.catalog.Channels[0].Title, actPost, n, strconv.FormatInt(c.catalog.Channels[0].ID, 10))})
	default:
		rows = append(rows, []message.Button{c.button("Post to a channel", actChannel, n)})
	}
	return append(rows, []message.Button{c.button("Change a value", actChange, n), c.button("Again", actAgain, n)})
}
