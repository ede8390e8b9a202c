package journey

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/message"
)

// dice are choices made of bytes, so that a fuzzer can steer them; when they are used up all is 0.
type dice struct{ data []byte }

func (d *dice) byte() byte {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return b
}

func (d *dice) n(n int) int            { return int(d.byte()) % n }
func (d *dice) one(of int) bool        { return d.n(of) == 1 }
func pick[T any](d *dice, list ...T) T { return list[d.n(len(list))] }

func thrown(seed uint64) *dice {
	r := rand.New(rand.NewPCG(seed, 1))
	data := make([]byte, 2000)
	for i := range data {
		data[i] = byte(r.Uint32())
	}
	return &dice{data}
}

var (
	randomTexts = []string{"Hi", "<b>{first_name|you}</b>", "{name} {{name}", `<a href="https://e.example/?q={mail}&amp;x">go</a>`, `<a href="{link}">{link}</a>`, "é 😀 {tags}",
		strings.Repeat("long ", 200) + "{name}", "1 < 2", "<b>{name", "", "{", "{a|<i>}"}
	randomSaid = []string{"yes", "No", "5", "1.200,50", "ann@example.com", "+49 170 1234567", "<b>", `"'><script>`, "{name}", "", "/start", "2", "Ｙｅｓ", "Europe/Berlin",
		"https://e.example/'\"><b>?a=1&b=2", strings.Repeat("🙂", 2100), "a\x00b", "\xff"}
	randomNames = []string{"", "name", "mail", "timezone", "link"}
)

// randomDefinition makes a journey: a tidy one has what steps need, another may lack anything.
func randomDefinition(d *dice, tidy bool) *Definition {
	count := 1 + d.n(10)
	id := func() string {
		if !tidy && d.one(6) {
			return pick(d, "", "nowhere")
		}
		return fmt.Sprint("s", d.n(count))
	}
	words := randomTexts
	if tidy {
		words = words[:7]
	}
	numbers := []int64{60, 3600, 90000, MaxSeconds}
	if !tidy {
		numbers = append(numbers, 0)
	}
	out := &Definition{Format: Format, Connections: []string{"signal_bot"}, Triggers: []Trigger{{Kind: AnyMessage}}, StartStepID: id(),
		InactivityTimeoutDays: pick(d, 0, 1, 7, 3660), ReEntry: ReEntry{Rule: Always}, Timezone: pick(d, "", "Europe/Berlin", "Australia/Lord_Howe")}
	if d.one(2) {
		out.WelcomeMessage = pick(d, words[:2]...)
	}
	if d.one(3) {
		out.QuietHours = &QuietHours{From: pick(d, "22:00", "01:30", "12:00"), To: pick(d, "08:00", "02:30", "11:59"), AnswerAtOnce: d.one(2)}
	}
	for i := range count {
		s := Step{ID: fmt.Sprint("s", i), Type: pick(d, Message, Question, Delay, WaitForReply, Condition, Split, Jump, Tag, HandOver, End), NextStepID: id()}
		s.Text = pick(d, words...)
		s.Variable, s.TimeoutSeconds, s.TimeoutStepID = pick(d, randomNames...), pick(d, 0, 0, 60, numbers[d.n(len(numbers))]), id()
		switch s.Type {
		case Message:
			if s.Photo = pick(d, "", "up"); d.one(2) {
				s.Buttons = [][]Button{{{Text: "Yes"}, {Text: "Site {name}", URL: pick(d, "https://e.example/{name}", "{link}")}}, {{Text: "No {first_name}"}}}
			}
		case Question:
			s.Answer = pick(d, AnswerText, AnswerNumber, AnswerEmail, AnswerPhone, AnswerChoice, "")
			s.MaxAttempts, s.InvalidStepID = d.n(3), id()
			for i := range d.n(4) + 1 {
				s.Choices = append(s.Choices, Choice{Text: fmt.Sprint(pick(d, "Yes", "No", "Maybe so, who knows", "5"), strings.Repeat(" ", i), i), Value: pick(d, "", "v"), NextStepID: pick(d, "", id())})
			}
			if low, high := float64(d.n(5)), float64(5+d.n(5)); d.one(2) {
				s.Min, s.Max = &low, &high
			}
		case Delay:
			s.Delay, s.Seconds = pick(d, DelayFor, DelayUntilTime, DelayUntilDate), numbers[d.n(len(numbers))]
			s.TimeOfDay, s.Date = pick(d, "09:30", "02:30", "00:00"), pick(d, "2026-12-24T18:00", "2026-03-29T02:30", "2000-01-01T00:00")
		case WaitForReply:
			s.BranchKeyword, s.BranchMatch, s.BranchTrueStepID, s.BranchFalseStepID = pick(d, "", "yes"), pick(d, "", Word, Prefix, Contains), id(), pick(d, "", id())
		case Condition:
			s.BranchTrueStepID, s.BranchFalseStepID, s.RuleMatch = id(), id(), pick(d, "", "all", "any")
			for range d.n(3) + 1 {
				s.Rules = append(s.Rules, Rule{Variable: pick(d, "name", "first_name"), Op: pick(d, Equals, NotEquals, Includes, Greater, Less, Exists, Missing, HasTag, LacksTag), Value: pick(d, "5", "1,5")})
			}
		case Split:
			s.Arms = []Arm{{Name: "A", Weight: d.n(3) + 1, NextStepID: id()}, {Weight: d.n(3), NextStepID: id()}}
		case Tag:
			s.AddTags, s.RemoveTags = []string{"new"}, []string{"Old"}
		}
		if !tidy && d.one(8) {
			s.Arms, s.Choices, s.Rules, s.ID = nil, nil, nil, pick(d, s.ID, "s0")
			s.Delay, s.TimeOfDay, s.Date = pick(d, "", s.Delay), "x", pick(d, "y", "9999-12-31T23:59", "0001-01-01T00:00")
		}
		out.Steps = append(out.Steps, s)
	}
	return out
}

func randomEvent(d *dice, s State, now time.Time) Event {
	e := Event{At: now, Person: Person{FirstName: pick(d, "Ann", "<b>", "{name}", ""), Username: "ann", Tags: pick(d, nil, []string{"vip"}, []string{"old", "5"})}}
	e.Kind = pick(d, Sent, Sent, Sent, Sent, Arrived, Arrived, Arrived, Arrived, Timer, Timer, Timer, Pause, Resume, Resume, Move, Finish, Say, "", Start, "nonsense")
	if s.Phase == Sending && d.n(8) > 0 {
		e.Kind = pick(d, Sent, Sent, Sent, Sent, Sent, Sent, Pause) // as the host does
		if s.Paused {
			e.Kind = pick(d, Sent, Resume, Say, Move)
		}
	}
	switch e.Kind {
	case Sent:
		e.Result = Result{Result: pick(d, OK, OK, OK, OK, OK, OK, OK, Failed, Unknown, Skipped, Gone, ""), Problem: "why"}
	case Arrived:
		e.Message = Inbound{Kind: pick(d, message.KindText, message.KindText, message.KindCallback, message.KindPhoto, message.KindOther), Text: pick(d, randomSaid...)}
		if e.Message.Kind == message.KindCallback {
			e.Message.CallbackID = "1"
			e.Message.Data = pick(d, fmt.Sprintf("j.%s.%d.%s", s.Token, max(0, s.Visit-d.n(3)), pick(d, "b0-0", "b0-1", "b1-0", "c0", "c1", "c9", "b-1-0", "", "c01")), "j..1.c0", "j.", "x")
		} else if d.one(8) {
			e.Message.Start = "promo"
		}
	case Move:
		e.StepID = pick(d, "s0", "s1", "nowhere", "")
	case Finish:
		e.Outcome = pick(d, "", Interrupted)
	case Say:
		e.Text = message.Cut(pick(d, randomSaid...), message.MaxText)
	case Start:
		e.Token, e.Seed = "abcdefghijkl", uint64(d.n(9))
	}
	return e
}

// journeyTest holds what is true of any journey and any events.
type journeyTest struct {
	t      testing.TB
	d      *Definition
	tidy   bool
	open   map[int]bool
	closed map[int]bool
	names  map[string]bool // of sends
}

func roundTrip[T any](t testing.TB, v T) T {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	var out T
	require.NoError(t, json.Unmarshal(data, &out))
	return out
}

func (k *journeyTest) step(s State, e Event) State {
	k.t.Helper()
	hearing := Listens(k.d, s, e.Message)
	next, effects := Advance(k.d, s, e)
	read := roundTrip(k.t, s)
	again, same := Advance(k.d, read, e)
	// Comparing at first without testify, which is slow.
	if !reflect.DeepEqual(s, read) || !reflect.DeepEqual(next, again) || !reflect.DeepEqual(effects, same) {
		require.Equal(k.t, s, read, "a state survives JSON")
		require.Equal(k.t, next, again)
		require.Equal(k.t, effects, same)
	}

	require.LessOrEqual(k.t, len(effects), 4*maxHops+10)
	answers := 0
	for i, f := range effects {
		switch f.Kind {
		case Send:
			require.Equal(k.t, len(effects)-1, i, "a send is the last effect")
			require.NotEqual(k.t, Ended, next.Phase)
			require.Equal(k.t, Sending, next.Phase)
			k.sent(s, e, f, next)
		case Answer:
			require.Zero(k.t, i, "a button is answered first")
			answers++
		case Note:
			k.noted(f)
		}
	}
	if e.Kind == Arrived && pressed(e.Message) {
		require.Equal(k.t, 1, answers)
	} else {
		require.Zero(k.t, answers)
	}
	for _, pair := range [][2]time.Time{{s.Since, next.Since}, {s.Heard, next.Heard}} {
		require.False(k.t, pair[1].Before(pair[0]), "time never goes back")
	}
	switch next.Phase {
	case Ended:
		require.NotEmpty(k.t, next.Outcome)
		require.Zero(k.t, next.Due)
		require.Empty(k.t, k.open, "every visit ends")
		if k.tidy {
			require.NotContains(k.t, []Outcome{Broken, Looping}, next.Outcome)
		}
	case Fresh:
	default:
		require.Equal(k.t, map[int]bool{next.Visit: true}, k.open, "one visit is open")
	}
	if e.Kind == Arrived && !pressed(e.Message) && usable(k.d, s) {
		unheard := slices.ContainsFunc(effects, func(f Effect) bool { return f.What == NoteUnheard })
		require.Equal(k.t, hearing == Deaf && !s.Paused, unheard, "Listens and Advance agree")
	}
	return next
}

func (k *journeyTest) noted(f Effect) {
	k.t.Helper()
	switch f.What {
	case NoteEntered:
		require.False(k.t, k.open[f.Visit] || k.closed[f.Visit], "a visit is entered once")
		k.open[f.Visit] = true
	case NotePassed, NoteDropped:
		require.True(k.t, k.open[f.Visit], "a visit ends once")
		delete(k.open, f.Visit)
		k.closed[f.Visit] = true
	}
}

func (k *journeyTest) sent(s State, e Event, f Effect, next State) {
	k.t.Helper()
	name := fmt.Sprint(f.Visit, ".", f.Attempt)
	repeated := s.Phase == Sending && (e.Kind == "" || e.Kind == Resume)
	require.Equal(k.t, repeated, k.names[name], "a name of a send is used once")
	k.names[name] = true
	require.False(k.t, next.Paused && next.After != AfterSaid, "nothing is sent while a person has taken over")
	for _, row := range f.Buttons {
		for _, b := range row {
			require.LessOrEqual(k.t, len(b.Data), message.MaxCallbackData)
		}
	}
	account := ForAccount(RewriteLinks(f, func(string) string { return "https://t.example/l/abc" }))
	require.Empty(k.t, account.Buttons)
	if k.tidy {
		f.Text = strings.ReplaceAll(f.Text, `href=""`, `href="x"`) // Telegram takes it for no link
		account.Text = strings.ReplaceAll(account.Text, `href=""`, `href="x"`)
		require.Empty(k.t, message.CheckMarkup(f.Text))
		require.Empty(k.t, message.CheckMarkup(account.Text))
		if strings.TrimSpace(message.Plain(f.Text)) != "" {
			m := message.Message{Text: f.Text, Buttons: f.Buttons}
			if f.Photo != "" {
				m.Media = []message.Media{{Kind: message.Photo}}
			}
			require.NoError(k.t, m.Check())
		}
	}
}

// wander walks through a journey with random events.
func wander(t testing.TB, d *Definition, dice *dice, tidy bool) {
	k := &journeyTest{t: t, d: d, tidy: tidy, open: map[int]bool{}, closed: map[int]bool{}, names: map[string]bool{}}
	now := time.Date(2026, 3, 28, 20, 0, 0, 0, time.UTC)
	untouched := must1(json.Marshal(d))
	defer func() { require.Equal(t, string(untouched), string(must1(json.Marshal(d))), "the definition stays") }()
	s := k.step(State{}, Event{Kind: Start, At: now, Token: "abcdefghijkl", Seed: uint64(dice.n(200))})
	for range 60 {
		if len(dice.data) == 0 {
			break
		}
		switch dice.n(4) {
		case 1:
			now = now.Add(time.Duration(dice.n(200)) * time.Minute)
		case 2:
			if s.Due.After(now) {
				now = s.Due
			}
		case 3:
			now = now.Add(-time.Duration(dice.n(3)) * time.Second) // clocks differ
		}
		s = k.step(s, randomEvent(dice, s, now))
	}
}

// Whatever the journey and whatever happens, these hold.
func TestAdvanceAlways(t *testing.T) {
	rounds, tidy := uint64(1000), 0
	if testing.Short() {
		rounds = 400
	}
	for seed := range rounds {
		dice := thrown(seed)
		d := randomDefinition(dice, seed%2 == 0)
		valid := !slices.ContainsFunc(d.Check(), func(i Issue) bool { return i.Severity == Error })
		parsed, err := Parse(must1(json.Marshal(d)))
		require.NoError(t, err)
		require.Equal(t, d.Check(), parsed.Check())
		if valid {
			tidy++
		}
		t.Run(fmt.Sprint(seed), func(t *testing.T) { wander(t, parsed, dice, valid) })
		if t.Failed() {
			return
		}
	}
	require.Greater(t, tidy, int(rounds)/20, "enough of them are journeys that can be published")
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
