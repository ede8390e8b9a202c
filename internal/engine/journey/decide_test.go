package journey_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

func words(text string) journey.Inbound { return journey.Inbound{Kind: "text", Text: text} }

func candidate(id string, priority int, trigger journey.Trigger) journey.Candidate {
	return journey.Candidate{JourneyID: id, Name: "Journey " + id, Trigger: trigger, Priority: priority, ActivatedAt: begin}
}

func keyword(value string) journey.Trigger {
	return journey.Trigger{Kind: journey.Keyword, Value: value}
}

// told is a decision in one line.
func told(d journey.Decision) string {
	out := string(d.Action)
	if d.Candidate != nil {
		out += " " + d.Candidate.JourneyID
	}
	if d.Interrupts {
		out += " interrupts"
	}
	for _, why := range d.Why {
		out += fmt.Sprintf("; %s %s", why.JourneyID, why.Code)
	}
	return out
}

func TestDecideWithoutAJourney(t *testing.T) {
	early := candidate("early", 5, keyword("gold"))
	early.ActivatedAt = begin.Add(-time.Hour)
	gold, high := candidate("gold", 5, keyword("gold")), candidate("high", 9, keyword("silver"))
	any9, any1 := candidate("any9", 9, journey.Trigger{Kind: journey.AnyMessage}), candidate("any1", 1, journey.Trigger{Kind: journey.AnyMessage})
	link := candidate("link", 1, journey.Trigger{Kind: journey.DeepLink, Value: "promo"})
	bare := candidate("bare", 1, keyword("/start"))
	for _, c := range []struct {
		m    journey.Inbound
		list []journey.Candidate
		want string
	}{
		{words("gold"), nil, "none"},
		{words("GOLD "), []journey.Candidate{high, gold, early}, "enter early; gold outranked"},
		{words("gold"), []journey.Candidate{candidate("b", 5, keyword("gold")), candidate("a", 5, keyword("gold"))}, "enter a; b outranked"},
		{words("gold"), []journey.Candidate{gold, any1}, "enter gold; any1 outranked"},
		{words("gold"), []journey.Candidate{gold, any9}, "enter any9; gold outranked"},
		{words("gold"), []journey.Candidate{gold, candidate("gold", 5, journey.Trigger{Kind: journey.AnyMessage})}, "enter gold"},
		{words("hello"), []journey.Candidate{gold, any1}, "enter any1"},
		{journey.Inbound{Kind: "photo"}, []journey.Candidate{gold, any1}, "enter any1"},
		{journey.Inbound{Kind: "text", Text: "/start promo", Start: "promo"}, []journey.Candidate{link, bare, candidate("x", 9, journey.Trigger{Kind: journey.Keyword, Value: "/start", Match: journey.Prefix})}, "enter link"},
		{journey.Inbound{Kind: "text", Text: "/start Promo", Start: "Promo"}, []journey.Candidate{link, bare}, "none"},
		{journey.Inbound{Kind: "text", Text: "/start promo", Start: "promo"}, []journey.Candidate{link, any9}, "enter any9; link outranked"},
		{words("/start"), []journey.Candidate{link, bare}, "enter bare"},
		{journey.Inbound{Kind: "callback", CallbackID: "1", Data: "j.x.1.c0"}, []journey.Candidate{any9}, "none"},
	} {
		require.Equal(t, c.want, told(journey.Decide(c.m, nil, c.list, begin)), "%+v", c.m)
	}
}

func TestDecideOnReEntry(t *testing.T) {
	for _, c := range []struct {
		rule journey.ReEntry
		ago  time.Duration // 0: never
		want string
	}{
		{journey.ReEntry{Rule: journey.Always}, time.Second, "enter gold"},
		{journey.ReEntry{}, time.Second, "enter gold"},
		{journey.ReEntry{Rule: journey.Never}, 0, "enter gold"},
		{journey.ReEntry{Rule: journey.Never}, 9999 * time.Hour, "none; gold never"},
		{journey.ReEntry{Rule: journey.After, Days: 2}, 47 * time.Hour, "none; gold too_early"},
		{journey.ReEntry{Rule: journey.After, Days: 2}, 48 * time.Hour, "enter gold"},
	} {
		gold := candidate("gold", 1, keyword("gold"))
		if gold.ReEntry = c.rule; c.ago > 0 {
			gold.LastEntered = begin.Add(-c.ago)
		}
		require.Equal(t, c.want, told(journey.Decide(words("gold"), nil, []journey.Candidate{gold}, begin)), "%+v", c)
	}
	gold, other := candidate("gold", 9, keyword("gold")), candidate("other", 1, keyword("gold"))
	gold.ReEntry.Rule, gold.LastEntered = journey.Never, begin
	require.Equal(t, "enter other; gold never", told(journey.Decide(words("gold"), nil, []journey.Candidate{gold, other}, begin)), "the next best")
}

func TestDecideInAJourney(t *testing.T) {
	wait := of(t, `{"id":"w","type":"wait_for_reply","branch_keyword":"gold","branch_true_step_id":"e","next_step_id":"e"},{"id":"e","type":"end"}`)
	sleep := of(t, `{"id":"d","type":"delay","delay":"for","seconds":60,"next_step_id":"e"},{"id":"e","type":"end"}`)
	question := of(t, `{"id":"q","type":"question","text":"?","answer":"choice","choices":[{"text":"Gold","next_step_id":"e"}]},{"id":"e","type":"end"}`)
	running := func(d *journey.Definition, change func(*journey.State)) *journey.Running {
		k := talkOf(t, d).start()
		if k.state.Phase == journey.Sending {
			k.ok()
		}
		if change != nil {
			change(&k.state)
		}
		return &journey.Running{Journey: "own", Definition: d, State: k.state}
	}
	paused := func(s *journey.State) { s.Paused = true }
	broken := func(s *journey.State) { s.StepID = "gone" }
	ended := func(s *journey.State) { s.Phase = journey.Ended }
	plain, cuts := candidate("plain", 1, keyword("gold")), candidate("cuts", 1, keyword("gold"))
	cuts.Trigger.Interrupts = true
	own, always := candidate("own", 1, keyword("gold")), candidate("any", 1, journey.Trigger{Kind: journey.AnyMessage, Interrupts: true})
	silver := candidate("silver", 1, journey.Trigger{Kind: journey.Keyword, Value: "silver", Interrupts: true})
	list := []journey.Candidate{plain, cuts, own, always, silver}
	button := journey.Inbound{Kind: "callback", CallbackID: "1", Data: "j." + token + ".1.c0"}
	for _, c := range []struct {
		name    string
		running *journey.Running
		m       journey.Inbound
		want    string
	}{
		{"its branch", running(wait, nil), words("Gold"), "reply; plain own_answer; cuts own_answer; own own_answer; any own_answer"},
		{"its choice", running(question, nil), words("gold"), "reply; plain own_answer; cuts own_answer; own own_answer; any own_answer"},
		{"its choice by number", running(question, nil), words("1"), "reply; any own_answer"},
		{"another's word that interrupts", running(wait, nil), words("silver"), "enter silver interrupts; any running"},
		{"nobody's word", running(wait, nil), words("bronze"), "reply; any running"},
		{"asleep", running(sleep, nil), words("gold"), "enter cuts interrupts; plain running; own inside; any running"},
		{"asleep, nobody's word", running(sleep, nil), words("bronze"), "reply; any running"},
		{"taken over", running(wait, paused), words("gold"), "human; plain paused; cuts paused; own paused; any paused"},
		{"broken", running(wait, broken), words("gold"), "enter any interrupts; plain outranked; own outranked; cuts outranked"},
		{"its button", running(question, nil), button, "reply"},
		{"a stranger's button", running(question, nil), journey.Inbound{Kind: "callback", Data: "x"}, "reply"},
		{"its button, taken over", running(question, paused), button, "human"},
		{"over", running(wait, ended), words("silver"), "enter any; silver outranked"},
	} {
		require.Equal(t, c.want, told(journey.Decide(c.m, c.running, list, begin)), c.name)
	}
	require.Equal(t, "reply", told(journey.Decide(words("x"), running(wait, broken), nil, begin)), "Advance ends it")
}

func TestListens(t *testing.T) {
	d := of(t, `{"id":"q","type":"question","text":"?","answer":"choice","choices":[{"text":"Gold"}],"next_step_id":"w"},
		{"id":"w","type":"wait_for_reply","branch_keyword":"gold","branch_match":"word","branch_true_step_id":"e","branch_false_step_id":"e"},{"id":"e","type":"end"}`)
	k := talkOf(t, d)
	hears := func(m journey.Inbound) journey.Hearing { return journey.Listens(d, k.state, m) }
	require.Equal(t, journey.Deaf, hears(words("gold")), "it has not begun")
	k.start()
	require.Equal(t, journey.Deaf, hears(words("gold")), "the question is not out yet")
	k.ok()
	require.Equal(t, journey.Awaited, hears(words("GOLD")))
	require.Equal(t, journey.Reply, hears(words("silver")))
	require.Equal(t, journey.Deaf, hears(journey.Inbound{Text: "/start gold", Start: "gold"}))
	require.Equal(t, journey.Awaited, hears(journey.Inbound{Kind: "callback", Data: "j." + token + ".7.b0-0"}), "it is its own to answer")
	require.Equal(t, journey.Deaf, hears(journey.Inbound{Kind: "callback", Data: "j.other.1.c0"}))
	k.says("gold").at(journey.Waiting, "w")
	require.Equal(t, journey.Awaited, hears(words("the gold one")))
	require.Equal(t, journey.Reply, hears(journey.Inbound{Kind: "photo"}))
	k.state.Paused = true
	require.Equal(t, journey.Deaf, hears(words("gold")))
	require.Equal(t, journey.Deaf, journey.Listens(nil, k.state, words("gold")))
}
