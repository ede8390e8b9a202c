package journey_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

// told of issues, without their messages.
func toldOf(issues []journey.Issue) []string {
	out := []string{}
	for _, i := range issues {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %s/%s %s", i.Severity, i.StepID, i.Field, i.Code)))
	}
	return out
}

func TestCheckSteps(t *testing.T) {
	const m, e = `{"id":"m","type":"message","text":"x","next_step_id":"e"}`, `{"id":"e","type":"end"}`
	message := func(more string) string { return `{"id":"a","type":"message","next_step_id":"m",` + more + `},` + m }
	question := func(more string) string {
		return `{"id":"a","type":"question","text":"?","next_step_id":"m",` + more + `},` + m
	}
	wait := func(more string) string { return `{"id":"a","type":"wait_for_reply",` + more + `},` + m }
	delay := func(more string) string { return `{"id":"a","type":"delay","next_step_id":"m",` + more + `},` + m }
	condition := func(more string) string {
		return `{"id":"a","type":"condition","branch_true_step_id":"m","branch_false_step_id":"e",` + more + `},` + m
	}
	repeat := strings.Repeat
	for _, c := range []struct {
		steps string
		want  []string
	}{
		{m, nil},
		// where steps lead
		{`{"id":"a","type":"message","text":"x"},` + m, []string{"error a/next_step_id no_target", "warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"z"},` + m, []string{"error a/next_step_id unknown_step", "warning m/ unreachable"}},
		{`{"id":"a","type":"jump"},` + m, []string{"error a/next_step_id no_target", "warning m/ unreachable"}},
		{`{"id":"a","type":"handover"},` + m, []string{"error a/next_step_id no_target", "warning m/ unreachable"}},
		{m + `,{"id":"m","type":"end"}`, []string{"error m/id duplicate"}},
		{`{"id":"a","type":"jump","next_step_id":"a"},` + m, []string{"error a/ loop", "warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"b"},{"id":"b","type":"tag","add_tags":["x"],"next_step_id":"a"},` + m, []string{"error a/ loop", "warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"b"},{"id":"b","type":"delay","delay":"for","seconds":1,"next_step_id":"a"},` + m, []string{"warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"b"},{"id":"b","type":"delay","delay":"until_time","time_of_day":"09:00","next_step_id":"a"},` + m, []string{"warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"b"},{"id":"b","type":"delay","delay":"until_date","date":"2026-12-24T18:00","next_step_id":"a"},` + m, []string{"error a/ loop", "warning m/ unreachable"}},
		{`{"id":"a","type":"message","text":"x","next_step_id":"b"},{"id":"b","type":"wait_for_reply","next_step_id":"a"},` + m, []string{"warning m/ unreachable"}},
		{`{"id":"a","type":"condition","rules":[{"op":"has_tag","value":"x"}],"branch_true_step_id":"b","branch_false_step_id":"m"},{"id":"b","type":"jump","next_step_id":"a"},` + m, []string{"error a/ loop"}},
		// messages
		{message(`"text":" "`), []string{"error a/text empty"}},
		{message(`"text":"<b> </b>"`), []string{"error a/text empty"}},
		{message(`"photo":"up"`), nil},
		{message(`"text":"` + repeat("x", 4096) + `"`), nil},
		{message(`"text":"<b>` + repeat("😀", 2048) + `</b>"`), nil},
		{message(`"text":"` + repeat("😀", 2048) + `x"`), []string{"error a/text too_long"}},
		{message(`"photo":"up","text":"` + repeat("x", 1025) + `"`), []string{"error a/text too_long"}},
		{message(`"text":"1 < 2"`), []string{"error a/text bad_html"}},
		{message(`"text":"<a href=\"example.com\">x</a>"`), []string{"error a/text bad_link"}},
		{message(`"text":"<a href=\"mailto:a@b.example\">x</a> <a href=\"javascript:x\">x</a>"`), []string{"error a/text bad_link", "error a/text bad_link"}},
		{message(`"text":"<a href=\"tg://user?id=1\">x</a> <a href=\"https://e.example/{first_name}\">x</a>"`), nil},
		{message(`"text":"{first_name} {tags} {name|you} {name}"`), []string{"warning a/text unknown_placeholder"}},
		{message(`"text":"x","buttons":[[{"text":""}],[]]`), []string{"error a/buttons[0][0].text empty", "error a/buttons[1] empty"}},
		{message(`"text":"x","buttons":[[{"text":"x","url":"example.com"},{"text":"x","url":"https://"},{"text":"x","url":"https://a b"},{"text":"x","url":"{first_name}"}]]`),
			[]string{"error a/buttons[0][0].url bad_link", "error a/buttons[0][1].url bad_link", "error a/buttons[0][2].url bad_link"}},
		{message(`"text":"x","buttons":[[` + repeat(`{"text":"x"},`, 8) + `{"text":"x"}]]`), []string{"error a/buttons[0] too_many"}},
		{message(`"text":"x","buttons":[` + repeat(`[{"text":"x"},{"text":"x"}],`, 50) + `[{"text":"x"}]]`), []string{"error a/buttons too_many"}},
		// what may come out empty
		{message(`"text":"<b>{username}</b> {tags|}"`), []string{"warning a/text may_be_empty"}},
		{message(`"text":"{username|you}","buttons":[[{"text":"{username}"},{"text":"{username}!"},{"text":" {username} {source}","url":"{source}"}]]`),
			[]string{"warning a/buttons[0][0].text may_be_empty", "warning a/buttons[0][2].text may_be_empty"}},
		{message(`"photo":"up","text":"{username}"`), nil},
		{question(`"retry_text":"{username}","answer":"choice","choices":[{"text":"{username}"},{"text":"{source|none}"}]`), []string{"warning a/choices[0].text may_be_empty"}},
		// questions
		{question(`"answer":"number","min":5,"max":4`), []string{"error a/max bad_number"}},
		{question(`"text":"","photo":"up"`), []string{"error a/text empty"}},
		{question(`"retry_text":"<b>"`), []string{"error a/retry_text bad_html", "error a/retry_text empty"}},
		{question(`"answer":"choice"`), []string{"error a/choices no_choices"}},
		{question(`"answer":"choice","choices":[{"text":"Yes"},{"text":" ＹＥＳ"},{"text":""}]`), []string{"error a/choices[1].text duplicate", "error a/choices[2].text empty"}},
		{`{"id":"a","type":"question","text":"?","answer":"choice","choices":[{"text":"A","next_step_id":"m"},{"text":"B","next_step_id":"e"}]},` + m, nil},
		{`{"id":"a","type":"question","text":"?","answer":"choice","choices":[{"text":"A","next_step_id":"m"},{"text":"B"}]},` + m, []string{"error a/next_step_id no_target"}},
		{question(`"answer":"choice","choices":[{"text":"A","next_step_id":"z"}]`), []string{"error a/choices[0].next_step_id unknown_step", "warning m/ unreachable"}},
		{question(`"max_attempts":2`), []string{"error a/invalid_step_id no_target"}},
		{question(`"timeout_seconds":2`), []string{"error a/timeout_step_id no_target"}},
		{question(`"timeout_seconds":172801,"timeout_step_id":"m"`), []string{"warning a/timeout_seconds timeout_too_long"}},
		// waits
		{wait(`"next_step_id":"m"`), nil},
		{wait(`"title":"x"`), []string{"error a/next_step_id no_target", "warning m/ unreachable"}},
		{wait(`"branch_keyword":"x","branch_true_step_id":"m","branch_false_step_id":"e"`), nil},
		{wait(`"branch_keyword":"x","branch_true_step_id":"m"`), []string{"error a/next_step_id no_target"}},
		{wait(`"branch_keyword":"x","next_step_id":"m"`), []string{"error a/branch_true_step_id no_target"}},
		{wait(`"branch_keyword":" ","branch_true_step_id":"m","branch_false_step_id":"e"`), []string{"error a/branch_keyword empty"}},
		{wait(`"branch_true_step_id":"e","next_step_id":"m"`), []string{"warning a/branch_keyword no_effect"}},
		// delays
		{delay(`"seconds":5`), []string{"error a/delay unknown"}},
		{delay(`"delay":"for"`), []string{"error a/seconds bad_number"}},
		{delay(`"delay":"until_time","time_of_day":"9:30"`), []string{"error a/time_of_day bad_time"}},
		{delay(`"delay":"until_time","time_of_day":"24:00"`), []string{"error a/time_of_day bad_time"}},
		{delay(`"delay":"until_date","date":"2026-02-30T10:00"`), []string{"error a/date bad_date"}},
		{delay(`"delay":"until_date","date":"9999-02-03T10:00"`), []string{"error a/date bad_date"}},
		// conditions
		{condition(`"rules":[]`), []string{"error a/rules no_rules"}},
		{condition(`"rules":[{"op":"equals","value":"x"}]`), []string{"error a/rules[0].variable empty"}},
		{condition(`"rules":[{"op":"exists","variable":"name"},{"op":"less","variable":"name","value":"x"}]`), []string{"error a/rules[1].value bad_number", "warning a/rules unknown_variable"}},
		{condition(`"rules":[{"op":"has_tag","value":" "},{"op":"contains","variable":"first_name"}]`), []string{"error a/rules[0].value empty", "error a/rules[1].value empty"}},
		{`{"id":"a","type":"condition","rules":[{"op":"has_tag","value":"x"}],"branch_true_step_id":"m"},` + m, []string{"error a/branch_false_step_id no_target"}},
		// splits and tags
		{`{"id":"a","type":"split","arms":[{"weight":1,"next_step_id":"m"}]},` + m, []string{"error a/arms too_few"}},
		{`{"id":"a","type":"split","arms":[{"next_step_id":"m"},{}]},` + m, []string{"error a/arms no_weight", "error a/arms[1].next_step_id no_target"}},
		{`{"id":"a","type":"tag","next_step_id":"m"},` + m, []string{"error a/add_tags empty"}},
		{`{"id":"a","type":"tag","next_step_id":"m","add_tags":["x",""],"remove_tags":["X"," "]},` + m, []string{"error a/add_tags[1] empty", "error a/remove_tags[0] both", "error a/remove_tags[1] empty"}},
		{`{"id":"a","type":"tag","next_step_id":"m","add_tags":["` + repeat("x", 40) + `","` + repeat("x", 41) + `","a\"b"],"remove_tags":["` + repeat("y", 41) + `","a\nb"]},` + m,
			[]string{"error a/add_tags[1] too_long", "error a/add_tags[2] bad_tag", "error a/remove_tags[0] too_long", "error a/remove_tags[1] bad_tag"}},
		{`{"id":"m","type":"end","outcome":" Away"}`, []string{"error m/outcome reserved"}},
		{`{"id":"m","type":"end","outcome":"completed"}`, nil},
		// what is known where
		{`{"id":"a","type":"question","text":"?","variable":"name","next_step_id":"b"},{"id":"b","type":"message","text":"{name}, {later}","next_step_id":"c"},
			{"id":"c","type":"wait_for_reply","variable":"later","next_step_id":"m"},` + m, []string{"warning b/text unknown_placeholder"}},
		{`{"id":"a","type":"handover","note":"{name}","next_step_id":"m"},` + m, []string{"warning a/note unknown_placeholder"}},
	} {
		d := of(t, c.steps+","+e)
		d.InactivityTimeoutDays = 2
		want := c.want
		if want == nil {
			want = []string{}
		}
		got := toldOf(d.Check())
		// The end is told of only where a step leads to it.
		got = strings.Split(strings.ReplaceAll(strings.Join(got, "\n"), "\nwarning e/ unreachable", ""), "\n")
		require.ElementsMatch(t, want, nonEmpty(got), "%s", c.steps)
		for _, i := range d.Check() {
			require.Regexp(t, `^\S.*[^.\s]$`, i.Message)
		}
	}
}

func nonEmpty(list []string) []string {
	out := []string{}
	for _, s := range list {
		if s != "" && s != "warning e/ unreachable" {
			out = append(out, s)
		}
	}
	return out
}

func TestCheckSettings(t *testing.T) {
	for change, want := range map[string]string{
		`"connections":[]`:                                "error /connections no_connections",
		`"connections":["signal_bot","signal_bot"]`:       "error /connections[1] duplicate",
		`"triggers":[]`:                                   "error /triggers no_trigger",
		`"triggers":[{"kind":"keyword","value":" "}]`:     "error /triggers[0].value empty",
		`"triggers":[{"kind":"deep_link"}]`:               "error /triggers[0].value bad_payload",
		`"triggers":[{"kind":"deep_link","value":"a b"}]`: "error /triggers[0].value bad_payload",
		`"triggers":[{"kind":"deep_link","value":"a"},{"kind":"deep_link","value":"A"}]`:    "",
		`"triggers":[{"kind":"keyword","value":"Gold"},{"kind":"keyword","value":"ｇold "}]`: "error /triggers[1] duplicate",
		`"triggers":[{"kind":"any_message"},{"kind":"any_message"}]`:                        "error /triggers[1] duplicate",
		`"triggers":[{"kind":"any_message","interrupts":true}]`:                             "warning /triggers[0].interrupts no_effect",
		`"timezone":"Atlantis"`:                                 "error /timezone bad_timezone",
		`"timezone":"Local"`:                                    "error /timezone bad_timezone",
		`"timezone":"Europe/Berlin"`:                            "",
		`"quiet_hours":{"from":"22:00","to":"08:00"}`:           "",
		`"quiet_hours":{"from":"22:00","to":"22:00"}`:           "error /quiet_hours.to bad_quiet_hours",
		`"quiet_hours":{"from":"25:00","to":"22:00"}`:           "error /quiet_hours.from bad_time",
		`"re_entry":{"rule":"after"}`:                           "error /re_entry.days bad_number",
		`"welcome_message":"<b>x"`:                              "error /welcome_message bad_html",
		`"welcome_message":"{name}"`:                            "warning /welcome_message may_be_empty\nwarning /welcome_message unknown_placeholder",
		`"start_step_id":""`:                                    "error /start_step_id no_start",
		`"start_step_id":"z"`:                                   "error /start_step_id unknown_step",
		`"steps":[],"welcome_message":"x"`:                      "error /steps no_steps",
		`"inactivity_timeout_days":3`:                           "",
		`"welcome_message":"` + strings.Repeat("x", 4097) + `"`: "error /welcome_message too_long",
	} {
		fields := map[string]string{"connections": `["signal_bot"]`, "triggers": `[{"kind":"any_message"}]`, "start_step_id": `"a"`, "steps": `[{"id":"a","type":"end"}]`}
		text := `{"format":1,` + change
		for name, value := range fields {
			if !strings.Contains(change, `"`+name+`":`) {
				text += fmt.Sprintf(",%q:%s", name, value)
			}
		}
		got := []string{}
		for _, line := range toldOf(parse(t, text+"}").Check()) {
			if line != "warning a/ unreachable" {
				got = append(got, line)
			}
		}
		require.Equal(t, strings.Split(want, "\n"), append(got, make([]string, max(0, 1-len(got)))...), change)
	}
	d := &journey.Definition{Steps: []journey.Step{{ID: "no id", Type: "odd"}, {ID: "x", Type: journey.Question, Answer: "odd", Variable: "Bad", NextStepID: "x", MaxAttempts: -1, TimeoutSeconds: -1}}}
	require.Equal(t, []string{"error /format bad_format", "error /connections no_connections", "error /triggers no_trigger", "error /start_step_id no_start",
		"error no id/id bad_id", "error no id/type unknown", "error x/text empty", "error x/variable bad_name", "error x/timeout_seconds bad_number", "error x/max_attempts bad_number", "error x/answer unknown"}, toldOf(d.Check()))
}

// Of a user account the buttons are lines of the text, and count.
func TestCheckCountsLines(t *testing.T) {
	d := of(t, `{"id":"a","type":"message","text":"`+strings.Repeat("x", 4090)+`","buttons":[[{"text":"A longer one"}]],"next_step_id":"e"},{"id":"e","type":"end"}`)
	require.Empty(t, d.Check())
	d.Connections = append(d.Connections, "user_account")
	require.Equal(t, []string{"error a/text too_long"}, toldOf(d.Check()))
	require.Contains(t, d.Check()[0].Message, "with its buttons as lines")
}

// However much is wrong, the list stays readable.
func TestCheckIsBounded(t *testing.T) {
	d := of(t, `{"id":"a","type":"end"}`)
	for i := range 290 {
		d.Steps = append(d.Steps, journey.Step{ID: fmt.Sprint("s", i), Type: journey.Message, Text: strings.Repeat("{x} <a href='y'>z</a>", 20)})
	}
	require.LessOrEqual(t, len(d.Check()), 1000)
}
