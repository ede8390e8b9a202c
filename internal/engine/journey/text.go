package journey

import (
	"slices"
	"strconv"
	"strings"

	"github.com/promostack/promostack/internal/engine/message"
)

// RewriteLinks gives each web address of a message to link, and puts what it returns in its place. It
// goes before ForAccount, which makes buttons a part of the text.
func RewriteLinks(e Effect, link func(url string) string) Effect {
	if e.Kind == Send {
		e.Buttons = e.Buttons.RewriteLinks(link)
		e.Text = message.RewriteLinks(e.Text, link)
	}
	return e
}

// ForAccount makes lines of a message's buttons, since user accounts can't send any: choices are
// numbered, since their numbers are answers, unless their texts have figures: then those are.
func ForAccount(e Effect) Effect {
	if e.Kind != Send || len(e.Buttons) == 0 {
		return e
	}
	var lines []string
	number := 0
	hasFigures := slices.ContainsFunc(slices.Concat(e.Buttons...), func(b message.Button) bool {
		_, isChoice := choiceOf(b.Data)
		return isChoice && len(figures("", b.Text)) > 0
	})
	for _, row := range e.Buttons {
		for _, b := range row {
			switch _, isChoice := choiceOf(b.Data); {
			case b.URL != "":
				lines = append(lines, message.Escape(b.Text+": "+b.URL))
			case isChoice && !hasFigures:
				number++
				lines = append(lines, strconv.Itoa(number)+". "+message.Escape(b.Text))
			default:
				lines = append(lines, "– "+message.Escape(b.Text))
			}
		}
	}
	e.Buttons = nil
	if e.Text != "" {
		e.Text += "\n\n"
	}
	e.Text += strings.Join(lines, "\n")
	return e
}
