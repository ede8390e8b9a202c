package journey

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

// reply is what a person said, by words or by a button.
type reply struct {
	text   string
	phone  string // of a contact that was shared
	choice int    // of a pressed choice, else -1

	command bool
}

// answer reads a reply to a question: what is kept, and where it goes on.
func (w *walk) answer(s *Step, r reply) (value, next string, ok bool) {
	text := typed.Running(r.text)
	if s.Answer == AnswerChoice {
		i := r.choice
		if i < 0 {
			i = w.chosen(s, text)
		}
		if i < 0 || i >= len(s.Choices) {
			return "", "", false
		}
		c := s.Choices[i]
		value, next = c.Value, c.NextStepID
		if value == "" {
			value = w.choice(s, i)
		}
		if next == "" {
			next = s.NextStepID
		}
		return value, next, true
	}
	if r.command || text == "" && (r.phone == "" || s.Answer != AnswerPhone) {
		return "", "", false
	}
	switch s.Answer {
	case AnswerNumber:
		n, isNumber := readNumber(text)
		value, ok = writeNumber(n), isNumber && (s.Min == nil || n >= *s.Min) && (s.Max == nil || n <= *s.Max)
	case AnswerEmail:
		value, ok = readEmail(typed.Clean(text))
	case AnswerPhone:
		value, ok = readPhone(cmp.Or(r.phone, text))
	default:
		value, ok = message.Cut(text, message.MaxText), true
	}
	return value, s.NextStepID, ok
}

// chosen finds a choice by its text, else by a figure in its text, else, where no text has a figure, by its
// number.
func (w *walk) chosen(s *Step, text string) int {
	folded := typed.Fold(text)
	if folded == "" {
		return -1
	}
	for i := range s.Choices {
		if typed.Fold(w.choice(s, i)) == folded {
			return i
		}
	}
	number, ok := readNumber(strings.TrimSuffix(folded, "."))
	if !ok {
		return -1
	}
	at, anyFigures := -1, false
	for i := range s.Choices {
		list := figures(s.Choices[i].Text, w.choice(s, i))
		anyFigures = anyFigures || len(list) > 0
		switch {
		case !slices.Contains(list, number):
		case at >= 0:
			return -1 // two choices have it
		default:
			at = i
		}
	}
	if n := int(number); !anyFigures && float64(n) == number && n >= 1 && n <= len(s.Choices) {
		return n - 1
	}
	return at
}

var figure = regexp.MustCompile(`\d+(?:[.,]\d+)*`)

// figures are the numbers in what a choice shows. One whose text comes out empty shows its position, which is
// none.
func figures(written, shown string) []float64 {
	if strings.HasPrefix(shown, emptyChoice) && !strings.HasPrefix(written, emptyChoice) {
		return nil
	}
	var out []float64
	for _, text := range figure.FindAllString(strings.Map(digit, typed.Fold(shown)), -1) {
		if n, ok := readNumber(text); ok {
			out = append(out, n)
		}
	}
	return out
}

var email = regexp.MustCompile(`^[^\s@<>()\[\],;:\\"]{1,64}@(?:[\pL\pN](?:[\pL\pN-]{0,61}[\pL\pN])?\.)+\pL[\pL\pN-]{0,61}[\pL\pN]$`)

func readEmail(text string) (string, bool) {
	local, _, _ := strings.Cut(text, "@")
	ok := len(text) <= 254 && email.MatchString(text) && local[0] != '.' && !strings.HasSuffix(local, ".") && !strings.Contains(local, "..")
	return text, ok
}

// readPhone keeps the digits, and the plus before them.
func readPhone(text string) (string, bool) {
	text = typed.Clean(text) // phones put marks of direction around numbers
	text = strings.Map(func(r rune) rune {
		if typed.IsSpace(r) || strings.ContainsRune("-()./‐‑–", r) {
			return -1
		}
		return digit(r)
	}, text)
	if rest, ok := strings.CutPrefix(text, "00"); ok {
		text = "+" + rest
	}
	digits := strings.TrimPrefix(text, "+")
	if len(digits) < 7 || len(digits) > 15 || strings.Trim(digits, "0123456789") != "" {
		return "", false
	}
	return text, true
}

// retryText is what is sent after an invalid answer.
func (w *walk) retryText(s *Step) string {
	if text := message.Fit(s.RetryText, message.MaxText, w.value); !message.IsBlank(message.Plain(text)) {
		return text
	}
	switch s.Answer {
	case AnswerNumber:
		switch {
		case s.Min != nil && s.Max != nil:
			return fmt.Sprintf("Please send a number from %s to %s.", writeNumber(*s.Min), writeNumber(*s.Max))
		case s.Min != nil:
			return fmt.Sprintf("Please send a number, %s or more.", writeNumber(*s.Min))
		case s.Max != nil:
			return fmt.Sprintf("Please send a number, %s or less.", writeNumber(*s.Max))
		}
		return "Please send a number, for instance 25."
	case AnswerEmail:
		return "Please send an e-mail address, for instance name@example.com."
	case AnswerPhone:
		return "Please send a phone number with its country code, for instance +44 20 7946 0000."
	case AnswerChoice:
		return "Please choose one of these answers:"
	}
	return "Please write your answer as a text."
}

// label is the text of a button, placeholders filled.
func (w *walk) label(text string) string { return message.Fill(text, message.PlainText, w.value) }
