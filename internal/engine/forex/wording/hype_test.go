package wording_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/wording"
	"github.com/promostack/promostack/internal/engine/similar"
)

// hypeFacts are the results of a few days: nothing, both gains, one of them, a loss.
var hypeFacts = map[string]wording.HypeFacts{
	"nothing":          {},
	"gains":            {Today: 12_50000, Week: 240_00000, Signals: 9},
	"a gain today":     {Today: 12_50000, Week: -80_00000, Signals: 9},
	"a gain this week": {Today: -35_00000, Week: 240_00000, Signals: 9},
	"losses":           {Today: -35_00000, Week: -80_00000, Signals: 9},
}

// X4: in each language no written message repeats another one, whatever the results are.
func TestHypeTextsAreToldApart(t *testing.T) {
	for _, language := range wording.Languages() {
		for name, facts := range hypeFacts {
			var said []string
			for n := range wording.HypeTexts {
				text := wording.Hype(language, n, facts)
				for k, earlier := range said {
					require.Less(t, similar.Score(text, earlier), similar.Threshold, "%s, %s: %d and %d:\n%s\n%s", language, name, n, k, text, earlier)
				}
				said = append(said, text)
			}
			require.GreaterOrEqual(t, len(said), 36)
			for n := range wording.HypeTexts {
				next := wording.Hype(language, n+1, facts)
				for _, sentence := range strings.SplitAfter(said[n], ". ") {
					require.NotContains(t, next, strings.TrimSpace(sentence), "%s: neighbours", language)
				}
			}
		}
	}
}

// A written message says nothing that a model's may not: it goes through the same check, and is no longer.
func TestHypeTextsAreTrue(t *testing.T) {
	for _, language := range wording.Languages() {
		checked := map[string]bool{} // without a figure once, since the facts make no difference
		for name, facts := range hypeFacts {
			figures := 0
			for n := range wording.HypeTexts {
				text := wording.Hype(language, n, facts)
				if checked[text] {
					continue
				}
				require.NoError(t, wording.Check(text, facts.Facts("EntryLab"), language), "%s, %s: %s", language, name, text)
				require.LessOrEqual(t, len([]rune(text)), 200, text)
				checked[text] = !strings.ContainsAny(text, "0123456789")
				if !checked[text] {
					figures++
				}
			}
			want := map[string]int{"nothing": 0, "gains": 12, "a gain today": 6, "a gain this week": 6, "losses": 0}[name]
			require.Equal(t, want, figures, "%s, %s: a loss is not spoken of", language, name)
		}
	}
	require.Contains(t, wording.Hype("en", 1, hypeFacts["gains"]), "+240 pips in the last 7 days")
	require.Contains(t, wording.Hype("en", 4, hypeFacts["gains"]), "+12.5 pips")
	require.Equal(t, wording.Hype("en", 3, wording.HypeFacts{}), wording.Hype("ja", 3+wording.HypeTexts, wording.HypeFacts{}), "English, and from the beginning again")
}

// What a model may say of results is a gain alone.
func TestHypeFacts(t *testing.T) {
	for name, want := range map[string]string{"nothing": "", "gains": "12.5 240 9 7", "a gain today": "12.5", "a gain this week": "240 9 7", "losses": ""} {
		facts := hypeFacts[name]
		var got []string
		for _, f := range facts.Facts("Aurum 24").Figures {
			got = append(got, fmt.Sprint(pip.Pips(f.Value)))
		}
		require.Equal(t, want, strings.Join(got, " "), name)
		require.NoError(t, wording.Check("Aurum 24 is awake.", facts.Facts("Aurum 24"), "en"), "a brand may have a figure in its name")
	}
}
