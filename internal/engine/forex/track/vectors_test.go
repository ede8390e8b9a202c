package track_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
	"github.com/promostack/promostack/internal/engine/forex/track"
)

var updateVectors = flag.Bool("update", false, "write testdata/records.json anew")

// vectors are records and what is found in them; the page's own check is held against the same file.
type vectors struct {
	Records []track.Record `json:"records"`
	Cases   []vector       `json:"cases"`
}

// vector is a record of the list, what is done to it, and what is found then.
type vector struct {
	Name   string `json:"name"`
	Record int    `json:"record"`
	Op     string `json:"op,omitempty"`   // set, remove, insert or swap
	At     int    `json:"at,omitempty"`   // which entry, from 0
	Text   string `json:"text,omitempty"` // of set and insert
	// Again computes the hashes anew after the entry, and the head.
	Again   bool           `json:"again,omitempty"`
	Head    string         `json:"head,omitempty"`    // instead of the record's
	Figures *track.Figures `json:"figures,omitempty"` // instead of the record's

	Wrong string `json:"wrong"` // what is found; empty for nothing
}

// apply is the record after what is done to it.
func (v *vector) apply(list []track.Record) *track.Record {
	r := list[v.Record]
	r.Entries = slices.Clone(r.Entries)
	switch v.Op {
	case "set":
		r.Entries[v.At] = v.Text
	case "remove":
		r.Entries = slices.Delete(r.Entries, v.At, v.At+1)
	case "insert":
		r.Entries = slices.Insert(r.Entries, v.At, v.Text)
	case "swap":
		r.Entries[v.At], r.Entries[v.At+1] = r.Entries[v.At+1], r.Entries[v.At]
	}
	if v.Again {
		for i := v.At + 1; i < len(r.Entries); i++ {
			r.Entries[i] = prev.ReplaceAllString(r.Entries[i], `"prev":"`+track.Hash(r.Entries[i-1])+`"}`)
		}
		r.Head = track.Hash(r.Entries[len(r.Entries)-1])
	}
	if v.Head != "" {
		r.Head = v.Head
	}
	if v.Figures != nil {
		r.Figures = *v.Figures
	}
	return &r
}

var (
	prev    = regexp.MustCompile(`"prev":"[0-9a-f]{64}"}$`)
	numbers = regexp.MustCompile(`[0-9]+`)
	words   = regexp.MustCompile(`"(?:buy|sell|breakeven|fixed|moving_target|target|stop|stop_in_profit|closed_by_hand|progress|opened|milestone|posted|edited|rejected|proposed)"`)
)

// makeVectors makes the cases, without what is found.
func makeVectors(t *testing.T) *vectors {
	honest, mixed := newWriter(t), newWriter(t)
	honest.signals(8)
	mixed.simulated = true
	mixed.signals(3)
	mixed.Figures = track.Figures{Simulated: mixed.Figures.Signals, Unused: mixed.Figures.Unused}
	point := pip.Size(1000)
	mixed.add(track.Resized, 0, track.Data{PipSize: &point})
	odd, rules := newWriter(t), position.DefaultRules()
	plan := rules.Plan(position.Buy, 2645*pip.Units, []pip.Price{2655 * pip.Units}, 0)
	odd.add(track.Proposed, 1, track.Data{Plan: &plan, Strategy: "a <b> & \u2028 \"ü\" \u0001 \U0001F600"})
	odd.add(track.Lapsed, 1, track.Data{Reason: "\t\b\f\r\n\\ /"})
	odd.Figures.Unused = 1
	out := &vectors{Records: []track.Record{*honest.read(), *mixed.read(), *odd.read()}}
	add := func(v vector) { out.Cases = append(out.Cases, v) }
	for i, name := range []string{"a good one", "on a made-up market", "odd texts"} {
		add(vector{Name: name, Record: i})
	}
	n := len(honest.Entries)
	for _, at := range []int{0, 1, n / 2, n - 1} {
		add(vector{Name: fmt.Sprintf("entry %d changed", at+1), Op: "set", At: at, Text: strings.Replace(honest.Entries[at], `"at":"2027`, `"at":"2026`, 1)})
		add(vector{Name: fmt.Sprintf("entry %d removed", at+1), Op: "remove", At: at})
		add(vector{Name: fmt.Sprintf("entry %d twice", at+1), Op: "insert", At: at, Text: honest.Entries[at]})
		add(vector{Name: fmt.Sprintf("entry %d with another form", at+1), Op: "set", At: at, Text: honest.Entries[at] + " ", Again: true})
		if at < n-1 {
			add(vector{Name: fmt.Sprintf("entry %d after the next", at+1), Op: "swap", At: at})
		}
	}
	add(vector{Name: "no JSON", Op: "set", At: 3, Text: "{"})
	add(vector{Name: "another head", Head: track.Hash("")})
	better := honest.Figures
	better.Wins++
	add(vector{Name: "better figures", Figures: &better})
	better = honest.Figures
	better.Pips += 100_000
	add(vector{Name: "more pips", Figures: &better})
	for _, name := range slices.Sorted(maps.Keys(impossible())) {
		w := newWriter(t)
		impossible()[name].make(w)
		out.Records = append(out.Records, *w.read())
		add(vector{Name: name, Record: len(out.Records) - 1})
	}
	// Whoever computes the hashes anew can change anything: most of it can't have happened, or comes to other figures.
	random := rand.New(rand.NewPCG(11, 4))
	for len(out.Cases) < 400 {
		record := random.IntN(2)
		entries := out.Records[record].Entries
		at := random.IntN(len(entries))
		text := mutate(random, entries[at])
		add(vector{Name: fmt.Sprintf("mutation %d", len(out.Cases)), Record: record, Op: "set", At: at, Text: text, Again: true})
	}
	return out
}

// mutate changes a number or a word of an entry, but not the hash of the one before.
func mutate(random *rand.Rand, text string) string {
	body, tail := text[:len(text)-len(prev.FindString(text))], prev.FindString(text)
	if random.IntN(4) == 0 {
		if found := words.FindAllStringIndex(body, -1); len(found) > 0 {
			at := found[random.IntN(len(found))]
			all := strings.Split(words.String()[len(`"(?:`):], "|")
			word := strings.TrimSuffix(all[random.IntN(len(all))], `)"`)
			return body[:at[0]] + `"` + word + `"` + body[at[1]:] + tail
		}
	}
	found := numbers.FindAllStringIndex(body, -1)
	at := found[random.IntN(len(found))]
	digits := []byte(body[at[0]:at[1]])
	digits[random.IntN(len(digits))] = byte('0' + random.IntN(10))
	return body[:at[0]] + string(digits) + body[at[1]:] + tail
}

// F11: what is found in these records is what the file says, which the page's check is held against too.
func TestVectors(t *testing.T) {
	const file = "testdata/records.json"
	if *updateVectors {
		made := makeVectors(t)
		for i := range made.Cases {
			made.Cases[i].Wrong = found(made.Cases[i].apply(made.Records))
		}
		text, err := json.MarshalIndent(made, "", " ")
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll("testdata", 0o755))
		require.NoError(t, os.WriteFile(file, append(text, '\n'), 0o644))
	}
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, utf8.Valid(data))
	var have vectors
	require.NoError(t, json.Unmarshal(data, &have))
	good := 0
	for i := range have.Cases {
		v := &have.Cases[i]
		require.Equal(t, v.Wrong, found(v.apply(have.Records)), v.Name)
		if v.Wrong == "" {
			good++
		}
	}
	require.Greater(t, len(have.Cases), 300)
	require.Positive(t, good)
	require.Less(t, good, len(have.Cases)/2)
}

// found is what is wrong with a record.
func found(r *track.Record) string {
	if _, err := r.Check(); err != nil {
		return err.Error()
	}
	return ""
}
