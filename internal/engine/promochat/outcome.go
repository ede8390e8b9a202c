package promochat

import (
	"strconv"

	"github.com/promostack/promostack/internal/engine/message"
)

// coupon goes on after the CRM was asked.
func (c *chat) coupon(o Outcome) {
	if c.Step != Checking || c.Template == nil {
		return
	}
	c.Step = Asking
	switch o.Result {
	case OK:
		c.Values[c.field().Name], c.Note = c.Given, o.Message
		if o.Message != "" {
			c.lead = "✓ " + message.Escape(o.Message) + "\n\n"
		}
		c.next()
	case Refused:
		c.Given = ""
		c.say(message.Keyboard{c.cancelRow()}, "%s\n\nSend me another code, or /cancel.", message.Escape(o.Message))
	default:
		c.cannotTell(o)
	}
}

// cannotTell is the CRM's absence: nothing is made.
func (c *chat) cannotTell(o Outcome) {
	text := o.Message
	if text == "" {
		text = "I can't verify this coupon now."
	}
	c.say(message.Keyboard{append([]message.Button{c.button("Try again", actRetry)}, c.cancelRow()...)},
		"%s\nNothing was made. Try again in a moment.", message.Escape(text))
}

// took goes on after a photo was fetched.
func (c *chat) took(o Outcome) {
	if c.Step != Checking || c.Template == nil {
		return
	}
	c.Step = Asking
	if o.Result != OK {
		c.say(nil, "%s\nPlease send another picture.", message.Escape(o.Message))
		return
	}
	c.Values[c.field().Name] = o.Upload
	c.next()
}

// drawn goes on after an image was made and sent, or was not.
func (c *chat) drawn(o Outcome) {
	if c.Step != Drawing || c.Template == nil {
		return
	}
	switch o.Result {
	case OK, Unknown: // of an unknown one the person sees whether it is there
		job := Job{TemplateID: c.Template.ID, Template: c.Template.Name, Size: c.Size, Values: c.Values}
		c.Images = append(c.Images, Image{Number: c.Made, Job: job, MessageID: o.MessageID})
		if len(c.Images) > maxKept {
			if old := c.Images[0].MessageID; old != 0 {
				c.do(Effect{Kind: Clear, MessageID: old})
			}
			c.Images = c.Images[1:]
		}
		c.reset()
	case Unavailable:
		c.cannotTell(o) // the step stays: the button draws again
	default:
		c.refusedDraw(o)
	}
}

// refusedDraw asks again for the value that was refused.
func (c *chat) refusedDraw(o Outcome) {
	for i, f := range c.Template.Fields {
		if f.Name != o.Field {
			continue
		}
		c.At, c.Given = i, ""
		c.Step = Asking
		// The values after it are known already, so only this one is asked for.
		c.Change = true
		c.say(message.Keyboard{c.cancelRow()}, "%s: %s\n\nSend me another value, or /cancel.", message.Bold(f.Label), message.Escape(o.Message))
		return
	}
	c.reset()
	text := o.Message
	if text == "" {
		text = "The image can't be made."
	}
	c.say(nil, "%s\n\n/templates begins anew.", message.Escape(text))
}

// posted tells what became of a post.
func (c *chat) posted(o Outcome) {
	channel, ok := c.channel(o.Channel)
	if !ok {
		channel = Channel{ID: o.Channel, Title: "the channel"}
	}
	key := strconv.FormatInt(o.Channel, 10)
	switch o.Result {
	case OK:
		if image := c.image(o.Image); image != nil && image.Posts != nil {
			image.Posts[key] = -1
		}
		text := "Posted to " + message.Bold(channel.Title) + "."
		if channel.Username != "" && o.MessageID != 0 {
			link := "https://t.me/" + channel.Username + "/" + strconv.FormatInt(o.MessageID, 10)
			text = "Posted to <a href=\"" + message.Escape(link) + "\">" + message.Escape(channel.Title) + "</a>."
		}
		c.say(nil, "%s", text)
	case Unknown:
		c.say(nil, "I lost the connection while posting to %s, so it may be there or not. Look there; the button posts it again.", message.Bold(channel.Title))
	case Unavailable:
		c.say(nil, "%s\nNothing was posted. Try again in a moment.", message.Escape(o.Message))
	default:
		c.say(nil, "It could not be posted to %s: %s", message.Bold(channel.Title), message.Escape(o.Message))
	}
}
