package journey_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// J1: keywords are what people take for the same, as phones and keyboards write it.
func TestKeywordsAsPhonesWriteThem(t *testing.T) {
	for keyed, texts := range map[string][]string{
		"İstanbul": {"istanbul", "ISTANBUL", "ıstanbul", " İSTANBUL\u200b"},
		"IŞIK":     {"ışık", "Işık", "ışik"},
		"♥️":       {"♥", "♥\ufe0e"},
		"don’t":    {"don't", "DON`T", "Don‘t"},
		"Οδός":     {"ΟΔΟΣ", "οδος"},
		"ёлка":     {"Елка", "ЁЛКА"},
		"gold":     {"\ufeffgold", "g\u00adold", "\u2067Gold\u2069", "ＧＯＬＤ", "gold\u00a0"},
	} {
		trigger := keyword(keyed)
		for _, text := range texts {
			require.True(t, trigger.Fires(words(text)), "%s %+q", keyed, text)
		}
		require.False(t, trigger.Fires(words(keyed+"x")))
	}
	link := journey.Trigger{Kind: journey.DeepLink, Value: "promo\u200b "}
	require.True(t, link.Fires(journey.Inbound{Kind: "text", Start: "promo"}))
}

// J2: what a person types is a choice by its text, by the only figure that it has, or by its position where no
// choice has a figure.
func TestTypedChoices(t *testing.T) {
	for _, c := range []struct {
		choices string
		typed   string
		want    string // the choice, or "" for none
	}{
		{"5|1|10", "1", "1"}, {"5|1|10", "5", "5"}, {"5|1|10", "2", ""}, {"5|1|10", "3", ""}, {"5|1|10", "10.", "10"}, {"5|1|10", "٥", "5"}, {"5|1|10", "１０", "10"},
		{"$100|$200", "100", "$100"}, {"$100|$200", "1", ""}, {"1,000 USD|250 USD", "1000", "1,000 USD"}, {"1,000 USD|250 USD", "2", ""},
		{"Level 1|Level 2|Level 3", "2", "Level 2"}, {"10–20|20–30", "20", ""}, {"10–20|20–30", "30", "20–30"}, {"Plan A|Plan B", "2", "Plan B"}, {"Plan A|Plan B", "2.", "Plan B"},
		{"Plan A|Plan B", "3", ""}, {"Plan A|Plan B", "1.5", ""}, {"Yes|No", "\ufeffYES ", "Yes"}, {"Don’t know|Yes", "don't know", "Don’t know"}, {"İstanbul|Ankara", "ISTANBUL", "İstanbul"}, {"2|1", "2 ", "2"},
	} {
		var list []string
		for _, text := range strings.Split(c.choices, "|") {
			list = append(list, fmt.Sprintf(`{"text":%q}`, text))
		}
		d := of(t, `{"id":"ask","type":"question","answer":"choice","text":"Well?","variable":"v","choices":[`+strings.Join(list, ",")+`],"next_step_id":"end"},{"id":"end","type":"end"}`)
		k := talkOf(t, d).start().ok()
		require.Equal(t, journey.Waiting, k.state.Phase)
		k.says(c.typed)
		require.Equal(t, c.want, k.state.Variables["v"], "%s typed %q", c.choices, c.typed)
	}
}

// An account's lines are numbered unless the numbers would be taken for the choices.
func TestLinesOfChoicesWithFigures(t *testing.T) {
	d := of(t, `{"id":"ask","type":"question","answer":"choice","text":"How many?","choices":[{"text":"5"},{"text":"1"}],"next_step_id":"end"},{"id":"end","type":"end"}`)
	k := talkOf(t, d).start()
	require.Equal(t, "How many?\n\n– 5\n– 1", journey.ForAccount(k.send()).Text)
}

// J2: answers lose what phones put around them.
func TestAnswersAsPhonesWriteThem(t *testing.T) {
	for _, c := range []struct{ answer, typed, want string }{
		{"phone", "\u202a+44\u00a020 7946\u20110000\u202c", "+442079460000"},
		{"email", "\u200bann@example.com\u00a0", "ann@example.com"},
		{"number", "\u200e1\u00a0250,5\u200e", "1250.5"},
		{"text", "\ufeff  Ann\u200d \n", "Ann"},
		{"text", "soft\u00adhyphen می\u200cخواهم", "soft\u00adhyphen می\u200cخواهم"},
	} {
		d := of(t, `{"id":"ask","type":"question","answer":"`+c.answer+`","text":"Well?","variable":"v","next_step_id":"end"},{"id":"end","type":"end"}`)
		k := talkOf(t, d).start().ok().says(c.typed)
		require.Equal(t, c.want, k.state.Variables["v"], "%+q", c.typed)
	}
}
