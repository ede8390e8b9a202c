package message

import (
	"errors"
	"fmt"
	"html"
	"regexp"
	"unicode"
	"unicode/utf8"
)

// Advice for what Telegram refuses in some places and takes for nothing in others.
const emojiAdvice = `A custom emoji has a number: <tg-emoji emoji-id="…">`

// CheckMarkup says in words what Telegram would refuse in a text of HTML, or take for nothing. An
// empty answer is a text that is shown as it was meant.
func CheckMarkup(markup string) string {
	_, _, err := Parse(markup)
	if e := (*MarkupError)(nil); errors.As(err, &e) {
		return e.Advice
	}
	for t, ok := nextTag(markup, 0); ok; t, ok = nextTag(markup, t.to) {
		if t.closing {
			continue
		}
		may := tags[t.name].attr
		for _, a := range t.attrs {
			if a.name != may {
				return fmt.Sprintf("Telegram doesn't know “%s” of <%s>; take it out", a.name, t.name)
			}
			if a.name != "expandable" && !a.quoted {
				return fmt.Sprintf("Put the %s of <%s> in quotes", a.name, t.name)
			}
		}
		switch value := t.value(may); {
		case t.name == "a" && value == "":
			return `A link has an address: <a href="https://…">`
		case t.name == "tg-emoji" && value == "":
			return emojiAdvice
		}
	}
	return ""
}

// CheckLinks says what is wrong with the addresses of a text's links.
func CheckLinks(markup string) (problems []string) {
	for _, a := range links(markup) {
		if problem := CheckAddress(a.value); a.value != "" && problem != "" {
			problems = append(problems, problem)
		}
	}
	return problems
}

var likeReference = regexp.MustCompile(`&(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#[xX][0-9A-Fa-f]+);`)

// CheckReferences names the first reference of a text that other HTML knows and Telegram doesn't, such
// as &euro;: people see it as it was typed.
func CheckReferences(markup string) string {
	for _, at := range likeReference.FindAllStringIndex(markup, -1) {
		written := markup[at[0]:at[1]]
		meant := html.UnescapeString(written)
		if _, size := reference(written); size > 0 || meant == written {
			continue
		}
		r, _ := utf8.DecodeRuneInString(meant)
		switch {
		case r == utf8.RuneError:
			return fmt.Sprintf("Telegram shows “%s” as it is typed, since there is no such character; take it out", written)
		case !unicode.IsPrint(r):
			return fmt.Sprintf("Telegram doesn't know %s and shows it as it is typed; write “&#%d;” instead", written, r)
		}
		return fmt.Sprintf("Telegram doesn't know %s and shows it as it is typed; write “%s” instead", written, Escape(meant))
	}
	return ""
}
