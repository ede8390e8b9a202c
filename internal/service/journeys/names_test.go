package journeys

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

func TestStepsAreNamedByTitleOrText(t *testing.T) {
	for want, step := range map[string]journey.Step{
		"Greeting": {Title: "Greeting", Text: "Hello"},
		"Hello & welcome, all of you who have come so fa…": {Type: journey.Message, Text: "<b>Hello</b> &amp; welcome,\n\nall of you who have come so far today"},
		"Tag vip, gold":   {Type: journey.Tag, AddTags: []string{"vip"}, RemoveTags: []string{"gold"}},
		"Waits for “yes”": {Type: journey.WaitForReply, BranchKeyword: "yes"},
		"If budget…":      {Type: journey.Condition, Rules: []journey.Rule{{Variable: "budget"}}},
		"":                {Type: journey.Delay, Seconds: 60},
		"مرحبا":           {Type: journey.Question, Text: "مرحبا"},
	} {
		require.Equal(t, want, nameOf(&step))
	}
}

func TestStepsInTheOrderOfTheFlow(t *testing.T) {
	d := &journey.Definition{StartStepID: "ask", Steps: []journey.Step{
		{ID: "end", Type: journey.End},
		{ID: "yes", Type: journey.Message, NextStepID: "end"},
		{ID: "lost", Type: journey.Message, NextStepID: "end"},
		{ID: "ask", Type: journey.Question, Answer: journey.AnswerChoice, Choices: []journey.Choice{{Text: "a", NextStepID: "no"}, {Text: "b", NextStepID: "yes"}}},
		{ID: "no", Type: journey.Message, NextStepID: "ask"},
	}}
	var ids []string
	for _, step := range inFlow(d) {
		ids = append(ids, step.ID)
	}
	require.Equal(t, []string{"ask", "no", "yes", "end", "lost"}, ids)
}

func TestTheLogTellsWhatTheBotSaid(t *testing.T) {
	require.Empty(t, saidOf(""))
	require.Empty(t, saidOf("not JSON"))
	require.Equal(t, "[picture]\nHi <Ann>\n[Yes] [No]", saidOf(`{"photo":"x","text":"<i>Hi</i> &lt;Ann&gt;","buttons":[[{"text":"Yes"},{"text":"No"}]]}`))
}
