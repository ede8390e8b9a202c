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
	typed "github.com/promostack/promostack/internal/base/text"
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
		require.Equal(t, Compare(d, d), Compare(d, again))
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

// Whatever people write, it is read or it is not.
func FuzzText(f *testing.F) {
	f.Add("Gold!", "gold")
	f.Add("+49 170 1234567", "a@b.example")
	f.Fuzz(func(t *testing.T, text, value string) {
		if len(text) > 5000 || len(value) > 5000 {
			return
		}
		ForAccount(Effect{Kind: Send, Text: text, Buttons: message.Keyboard{{{Text: value, URL: text}}}})
		folded := typed.Fold(text)
		require.Equal(t, folded, typed.Fold(folded), "folding again changes nothing")
		matches(folded, value, Word)
		readNumber(value)
		readEmail(value)
		if phone, ok := readPhone(value); ok {
			require.Empty(t, strings.Trim(phone, "+0123456789"))
		}
	})
}
