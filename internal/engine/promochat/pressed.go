package promochat

import (
	"maps"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/engine/message"
)

const stale = "This button is from an earlier conversation. /templates begins anew."

// pressed acts on a button. Each press is answered first: the person's app spins until then.
func (c *chat) pressed(u message.Update) {
	parts := strings.Split(u.CallbackData, ":")
	if len(parts) < 2 || parts[0] != c.Token {
		c.do(Effect{Kind: Answer, CallbackID: u.CallbackID, Text: stale, Alert: true})
		if u.MessageID != 0 {
			c.do(Effect{Kind: Clear, MessageID: u.MessageID})
		}
		return
	}
	action, args := parts[1], parts[2:]
	number := func(i int) int {
		if i >= len(args) {
			return -1
		}
		n, err := strconv.Atoi(args[i])
		if err != nil {
			return -1
		}
		return n
	}
	toast, effects := "", len(c.effects)
	c.do(Effect{Kind: Answer, CallbackID: u.CallbackID})
	switch action {
	case actList:
		c.list(0, 0)
	case actPage:
		toast = c.turn(number(0), u.MessageID)
	case actChoose:
		toast = c.chosen(args)
	case actSize:
		toast = c.sized(number(0))
	case actSkip:
		toast = c.skipped(number(0))
	case actRetry:
		toast = c.retried()
	case actCancel:
		if c.Step == Idle || c.Step == Ready {
			toast = "There is nothing to cancel"
		} else {
			c.cancel()
		}
	default:
		toast = c.ofImage(action, number(0), args)
	}
	c.effects[effects].Text = toast
}

func (c *chat) turn(page int, message int64) string {
	if page < 0 {
		return stale
	}
	c.list(page, message)
	return ""
}

func (c *chat) chosen(args []string) string {
	if len(args) == 1 {
		for _, t := range c.catalog.Templates {
			if short(t.ID) == args[0] {
				c.choose(t)
				return ""
			}
		}
	}
	return "This template is not there any more. /templates shows those that are."
}

func (c *chat) sized(i int) string {
	if c.Step != Sizing || i < 0 || i >= len(c.Template.Sizes) {
		return "That question is over"
	}
	c.Size = c.Template.Sizes[i].Name
	c.At = -1
	c.next()
	return c.Template.Sizes[i].Label
}

func (c *chat) skipped(at int) string {
	if c.Step != Asking || at != c.At || c.field().Required {
		return "That question is over"
	}
	delete(c.Values, c.field().Name)
	c.next()
	return "Left out"
}

// retried asks again what could not be told.
func (c *chat) retried() string {
	switch {
	case c.Step == Asking && c.Given != "":
		c.Step = Checking
		c.do(Effect{Kind: Check, Code: c.Given})
	case c.Step == Choosing || c.Template == nil || c.Step != Drawing:
		return "That question is over"
	default:
		c.draw()
	}
	return ""
}

// image finds one that was made.
func (c *chat) image(number int) *Image {
	for i := range c.Images {
		if c.Images[i].Number == number {
			return &c.Images[i]
		}
	}
	return nil
}

// ofImage acts on a button under an image.
func (c *chat) ofImage(action string, number int, args []string) string {
	image := c.image(number)
	if image == nil {
		return stale
	}
	switch action {
	case actAgain:
		return c.again(image)
	case actChange:
		return c.change(image)
	case actField:
		return c.changeField(image, args)
	case actChannel:
		if !c.catalog.MayPost {
			return MayNotPost
		}
		c.channels(image)
	case actPost:
		return c.post(image, args)
	default:
		return stale
	}
	return ""
}

// template is the one of an image, as it is now.
func (c *chat) template(image *Image) (Template, bool) {
	for _, t := range c.catalog.Templates {
		if t.ID == image.Job.TemplateID {
			return t, true
		}
	}
	return Template{}, false
}

const templateGone = "This template is not there any more. /templates shows those that are."

func (c *chat) again(image *Image) string {
	t, ok := c.template(image)
	if !ok {
		return templateGone
	}
	c.choose(t)
	return ""
}

// change offers the values of an image.
func (c *chat) change(image *Image) string {
	t, ok := c.template(image)
	if !ok {
		return templateGone
	}
	n := strconv.Itoa(image.Number)
	var rows message.Keyboard
	for i, f := range t.Fields {
		rows = append(rows, []message.Button{c.button(f.Label, actField, n, strconv.Itoa(i))})
	}
	c.say(rows, "Which value of %s shall be another?", message.Bold(t.Name))
	return ""
}

func (c *chat) changeField(image *Image, args []string) string {
	t, ok := c.template(image)
	if !ok {
		return templateGone
	}
	if len(args) != 2 {
		return stale
	}
	at, err := strconv.Atoi(args[1])
	if err != nil || at < 0 || at >= len(t.Fields) {
		return stale
	}
	c.reset()
	c.Template, c.Size, c.Values, c.At, c.Change = &t, image.Job.Size, maps.Clone(image.Job.Values), at, true
	if c.Values == nil {
		c.Values = map[string]string{}
	}
	c.ask()
	return ""
}

// MayNotPost is told to somebody who presses the button under an earlier image.
const MayNotPost = "You may not post from here. Ask whoever runs this bot for a link"

// channels offers where an image can be posted.
func (c *chat) channels(image *Image) {
	var rows message.Keyboard
	for i, channel := range c.catalog.Channels {
		if i == maxChannels {
			break
		}
		rows = append(rows, []message.Button{c.button(channel.Title, actPost, strconv.Itoa(image.Number), strconv.FormatInt(channel.ID, 10))})
	}
	c.say(rows, "Where shall it be posted?")
}

func (c *chat) post(image *Image, args []string) string {
	if len(args) != 2 {
		return stale
	}
	id, err := strconv.ParseInt(args[1], 10, 64)
	if err != nil {
		return stale
	}
	if !c.catalog.MayPost {
		return MayNotPost
	}
	channel, ok := c.channel(id)
	if !ok {
		return "That channel is not connected any more"
	}
	attempts := image.Posts[args[1]]
	if attempts < 0 {
		return "It is in " + channel.Title + " already"
	}
	if image.Posts == nil {
		image.Posts = map[string]int{}
	}
	image.Posts[args[1]] = attempts + 1
	job := image.Job
	c.do(Effect{Kind: Post, Job: &job, Image: image.Number, Channel: id, Attempt: attempts + 1})
	return "Posting…"
}

func (c *chat) channel(id int64) (Channel, bool) {
	for _, channel := range c.catalog.Channels {
		if channel.ID == id {
			return channel, true
		}
	}
	return Channel{}, false
}

// linked tells a person who opened the link of an invitation whether it counted.
func (c *chat) linked() {
	c.reset()
	c.Step = Choosing
	text := "This link was used before, or it is too old. Ask whoever sent it for a new one."
	if c.catalog.MayPost {
		text = "You may now post to this bot’s channels: under each image that you make here, there is a button for it."
	}
	c.say(message.Keyboard{{c.button("Choose a template", actList)}}, "%s", text)
}
