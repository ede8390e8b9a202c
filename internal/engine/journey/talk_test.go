package journey_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/journey"
)

var update = flag.Bool("update", false, "write the golden talks anew")

var begin = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

const token = "abcdefghijkl"

// talk is a conversation under test. Every step goes through JSON, as the flow's state does.
type talk struct {
	t       testing.TB
	d       *journey.Definition
	state   journey.State
	person  journey.Person
	now     time.Time
	effects []journey.Effect
	shown   map[string]string // data of the buttons that were sent, by their texts
}

// parse reads a definition of a test: its settings and steps.
func parse(t testing.TB, text string) *journey.Definition {
	t.Helper()
	d, err := journey.Parse([]byte(text))
	require.NoError(t, err)
	return d
}

// of makes a definition of steps, the first of which is the start.
func of(t testing.TB, steps string) *journey.Definition {
	t.Helper()
	d := parse(t, `{"format":1,"connections":["signal_bot"],"triggers":[{"kind":"keyword","value":"go"}],"steps":[`+steps+`]}`)
	d.StartStepID = d.Steps[0].ID
	return d
}

func talkOf(t testing.TB, d *journey.Definition) *talk {
	return &talk{t: t, d: d, now: begin, shown: map[string]string{}, person: journey.Person{FirstName: "Ann", Tags: []string{"vip"}}}
}

func (k *talk) do(e journey.Event) *talk {
	k.t.Helper()
	e.At, e.Person = k.now, k.person
	before := encode(k.t, k.state)
	var state journey.State
	require.NoError(k.t, json.Unmarshal(before, &state))
	require.Equal(k.t, k.state, state, "a state survives JSON")
	definition := encode(k.t, k.d)
	k.state, k.effects = journey.Advance(k.d, state, e)
	require.Equal(k.t, string(before), string(encode(k.t, state)), "the state that was given stays")
	require.Equal(k.t, string(definition), string(encode(k.t, k.d)), "the definition stays")
	for _, f := range k.effects {
		for _, row := range f.Buttons {
			for _, b := range row {
				k.shown[b.Text] = b.Data
			}
		}
		for _, tag := range f.Add {
			k.person.Tags = append(slices.Clone(k.person.Tags), tag)
		}
		k.person.Tags = slices.DeleteFunc(slices.Clone(k.person.Tags), func(have string) bool { return slices.Contains(f.Remove, have) })
	}
	return k
}

func encode(t testing.TB, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

func (k *talk) start() *talk {
	k.t.Helper()
	return k.do(journey.Event{Kind: journey.Start, Token: token, Seed: 7})
}

func (k *talk) ok() *talk { k.t.Helper(); return k.sent(journey.OK) }

func (k *talk) sent(result journey.SendResult) *talk {
	k.t.Helper()
	e := journey.Event{Kind: journey.Sent, Result: journey.Result{Result: result}}
	if result != journey.OK {
		e.Result.Problem = "that is why"
	}
	return k.do(e)
}

func (k *talk) says(text string) *talk {
	k.t.Helper()
	return k.do(journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: "text", Text: text}})
}

func (k *talk) presses(text string) *talk {
	k.t.Helper()
	data, ok := k.shown[text]
	if !ok {
		data = text
	}
	return k.do(journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: "callback", CallbackID: "9", Data: data}})
}

func (k *talk) kind(kind journey.EventKind) *talk {
	k.t.Helper()
	return k.do(journey.Event{Kind: kind})
}

// due lets time pass until a timer is due.
func (k *talk) due() *talk {
	k.t.Helper()
	require.False(k.t, k.state.Due.IsZero(), "a timer is wanted")
	k.now = k.state.Due
	return k.kind(journey.Timer)
}

// after lets some time pass.
func (k *talk) after(d time.Duration) *talk { k.now = k.now.Add(d); return k }

// send is the message that goes out.
func (k *talk) send() journey.Effect {
	k.t.Helper()
	require.NotEmpty(k.t, k.effects)
	last := k.effects[len(k.effects)-1]
	require.Equal(k.t, journey.Send, last.Kind, "%v", k.lines())
	return last
}

// notes are what the log is told, without the steps' comings and goings.
func (k *talk) notes() []string {
	var out []string
	for _, f := range k.effects {
		if f.Kind == journey.Note && f.What != journey.NoteEntered && f.What != journey.NotePassed {
			out = append(out, strings.TrimSpace(string(f.What)+" "+f.Text))
		}
	}
	return out
}

func (k *talk) outcome() string { return string(k.state.Outcome) }

// at asserts the phase and the step.
func (k *talk) at(phase journey.Phase, step string) *talk {
	k.t.Helper()
	require.Equal(k.t, string(phase)+" "+step, string(k.state.Phase)+" "+k.state.StepID, "%v", k.lines())
	return k
}

// lines are the effects and the state as a golden talk shows them.
func (k *talk) lines() []string {
	var out []string
	for _, f := range k.effects {
		parts := []string{"  " + string(f.Kind)}
		if f.Kind == journey.Note {
			parts[0] = "  · " + string(f.What)
		}
		if f.Visit > 0 {
			name := f.StepID
			if name == "" {
				name = "welcome"
			}
			parts = append(parts, fmt.Sprintf("%s#%d", name, f.Visit))
			if f.Attempt > 0 {
				parts[len(parts)-1] += fmt.Sprintf(".%d", f.Attempt)
			}
		}
		if f.Text != "" {
			parts = append(parts, fmt.Sprintf("%q", f.Text))
		}
		if f.Photo != "" {
			parts = append(parts, "photo="+f.Photo)
		}
		for _, row := range f.Buttons {
			var texts []string
			for _, b := range row {
				texts = append(texts, strings.TrimSuffix(b.Text+" → "+b.URL, " → "))
			}
			parts = append(parts, "["+strings.Join(texts, " | ")+"]")
		}
		for _, t := range f.Add {
			parts = append(parts, "+"+t)
		}
		for _, t := range f.Remove {
			parts = append(parts, "-"+t)
		}
		out = append(out, strings.Join(parts, " "))
	}
	s := k.state
	line := fmt.Sprintf("  = %s %s", s.Phase, s.StepID)
	if !s.Due.IsZero() {
		line += " until " + s.Due.Format("Mon 02 Jan 15:04:05")
	}
	if s.Paused {
		line += ", paused"
	}
	if s.Outcome != "" {
		line += ", " + string(s.Outcome)
	}
	for _, name := range slices.Sorted(maps.Keys(s.Variables)) {
		line += fmt.Sprintf(", %s=%q", name, s.Variables[name])
	}
	return append(out, line)
}

// act does one line of a golden talk.
func (k *talk) act(line string) {
	word, rest, _ := strings.Cut(line, " ")
	switch word {
	case "start":
		k.start()
	case "ok", "failed", "gone", "unknown", "skipped":
		k.sent(journey.SendResult(word))
	case "says":
		k.says(rest)
	case "link":
		k.do(journey.Event{Kind: journey.Arrived, Message: journey.Inbound{Kind: "text", Text: "/start " + rest, Start: rest}})
	case "presses":
		k.presses(rest)
	case "after":
		d, err := time.ParseDuration(rest)
		require.NoError(k.t, err)
		k.after(d).kind(journey.Timer)
	case "due":
		k.due()
	case "look":
		k.kind("")
	case "pause", "resume":
		k.kind(journey.EventKind(word))
	case "move":
		k.do(journey.Event{Kind: journey.Move, StepID: rest})
	case "finish":
		k.do(journey.Event{Kind: journey.Finish, Outcome: journey.Outcome(rest)})
	case "say":
		k.do(journey.Event{Kind: journey.Say, Text: rest})
	default:
		k.t.Fatalf("a talk has no %q", word)
	}
}

// Whole conversations stay what they are. A line that begins with "#" begins one, one that begins
// with ">" happens; what comes of it is below it.
func TestTalks(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join("testdata", "talks", "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			definition, script, ok := strings.Cut(string(data), "\n---\n")
			require.True(t, ok, "a line --- stands between the journey and the talk")
			d := parse(t, definition)
			require.Empty(t, errorsOf(d.Check()))
			var k *talk
			got := definition + "\n---"
			for _, line := range strings.Split(script, "\n") {
				switch {
				case strings.HasPrefix(line, "#"):
					k = talkOf(t, d)
					got += "\n" + line + "\n"
				case strings.HasPrefix(line, "> "):
					k.act(line[2:])
					got += line + "\n" + strings.Join(k.lines(), "\n") + "\n"
				}
			}
			if *update {
				require.NoError(t, os.WriteFile(path, []byte(got), 0o644))
			}
			require.Equal(t, string(data), got, "run go test -run TestTalks -update and read what changed")
		})
	}
}

func errorsOf(issues []journey.Issue) []journey.Issue {
	return slices.DeleteFunc(slices.Clone(issues), func(i journey.Issue) bool { return i.Severity != journey.Error })
}
