package journey

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
	"github.com/promostack/promostack/internal/engine/message"
)

// Whatever a definition holds, it is read or refused in words; what was read can be checked, walked
// through, and read again.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join("testdata", "talks", "*.txt"))
	require.NoError(f, err)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(f, err)
		definition, _, _ := bytes.Cut(data, []byte("\n---\n"))
		f.Add(definition)
	}
	f.Add([]byte(`{"format":1,"steps":[{"id":"a","type":"delay","seconds":1e3,"min":null,"next_step_id":"a"}],"quiet_hours":null}`))
	f.Add([]byte(`{"format":1.5,"Steps":[],"steps":{},"re_entry":null}`))
	f.Add([]byte(`[null]`))
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := Parse(data)
		if err != nil {
			e := fault.From(err)
			require.Contains(t, []fault.Kind{fault.Invalid, fault.Malformed, fault.TooLarge}, e.Kind, "%v", err)
			require.NotEmpty(t, e.Message)
			for _, field := range e.Fields {
				require.NotEmpty(t, field.Name)
				require.NotEmpty(t, field.Message)
			}
			return
		}
		written, err := json.Marshal(d)
		require.NoError(t, err)
		again, err := Parse(written)
		require.NoError(t, err, "what is written can be read again")
		require.Equal(t, must1(json.Marshal(again)), written)
		issues := d.Check()
		require.Equal(t, issues, again.Check())
		for _, issue := range issues {
			require.NotEmpty(t, issue.Code)
			require.NotEmpty(t, issue.Message)
		}
		require.False(t, Compare(d, again).Any())
		Compare(nil, d)
		for i := range d.Steps {
			d.Steps[i].Ways()
		}
		if len(d.Steps) < 20 {
			wander(t, d, thrown(uint64(len(data))), false)
		}
	})
}

// Whatever the journey and whatever happens: bytes choose both.
func FuzzAdvance(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed%2 == 0, thrown(seed).data[:400])
	}
	f.Fuzz(func(t *testing.T, tidy bool, data []byte) {
		dice := &dice{data[:min(len(data), 1000)]}
		d := randomDefinition(dice, tidy)
		wander(t, d, dice, len(errorsAmong(d.Check())) == 0)
	})
}

func errorsAmong(issues []Issue) []Issue {
	var out []Issue
	for _, i := range issues {
		if i.Severity == Error {
			out = append(out, i)
		}
	}
	return out
}

// Whatever people are called, a text keeps the tags that its author gave it.
func FuzzText(f *testing.F) {
	f.Add(`Hi {name|<b>}`, "Ann")
	f.Add(`<a href="https://e.example/{name}">{name}</a> {{name}`, `"><b>x</b>{name}`)
	f.Add(`<a href='{name}'>x</a>`, `https://e.example/' onclick='`)
	f.Add(`<b>{name}</b>&amp;<`, "<i>")
	f.Add(`<{name}>`, "b")
	f.Fuzz(func(t *testing.T, text, value string) {
		if len(text) > 5000 || len(value) > 5000 {
			return
		}
		named := func(name string) string {
			if name == "name" {
				return value
			}
			return ""
		}
		out := fill(text, inHTML, named)
		if checkMarkup(text) == "" {
			require.Equal(t, shape(fill(text, inHTML, func(string) string { return "x" })), shape(out), "a value adds no tags and takes none away")
			inside := fill("{name}", inHTML, named)
			if !strings.ContainsAny(text, "<&{") {
				require.Equal(t, text, out)
			}
			require.NotContains(t, inside, "<")
			require.NotContains(t, inside, `"`)
		}
		fitted(text, message.MaxText, named)
		fill(text, inPlain, named)
		fill(text, inURL, named)
		e := RewriteLinks(Effect{Kind: Send, Text: out, Buttons: message.Keyboard{{{Text: value, URL: text}}}}, func(string) string { return "https://t.example/l/x" })
		require.Equal(t, shape(out), shape(e.Text), "links are rewritten in their places")
		ForAccount(e)
		folded := Fold(text)
		require.Equal(t, folded, Fold(folded), "folding again changes nothing")
		matches(folded, value, Word)
		readNumber(value)
		readEmail(value)
		if phone, ok := readPhone(value); ok {
			require.Empty(t, strings.Trim(phone, "+0123456789"))
		}
	})
}

// shape is the tags of a text with the names of their attributes.
func shape(text string) []string {
	var out []string
	for t, _, ok := nextTag(text, 0); ok; t, _, ok = nextTag(text, t.to) {
		name := t.name
		if t.closing {
			name = "/" + name
		}
		for _, a := range t.attrs {
			name += " " + a.name
		}
		out = append(out, name)
	}
	return out
}
