package similar_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/similar"
)

func TestRepeats(t *testing.T) {
	const said = "Gold never waits for anybody. Each signal reaches the VIP channel first, with all its levels."
	for _, c := range []struct {
		name, text string
		want       bool
	}{
		{"the same", said, true},
		{"in capitals, with other signs", "🔥 GOLD NEVER WAITS — for anybody!! Each signal reaches the VIP channel first, with all its levels…", true},
		{"with a word changed", "Gold never waits for anyone. Each signal reaches the VIP channel first, with all its levels.", true},
		{"its sentences the other way round", "Each signal reaches the VIP channel first, with all its levels. Gold never waits for anybody.", true},
		{"a sentence in common", "Gold never waits for anybody. Wins and losses stand in the record alike, and everybody may check it.", false},
		{"about the same in other words", "Members of VIP read entry, stop and targets before the move begins.", false},
		{"nothing", "", false},
		{"signs alone", "🔥🔥", false},
		{"in another script", "Золото никого не ждёт.", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, similar.Repeats(c.text, []string{"The day begins.", said}), "%.2f", similar.Score(c.text, said))
		})
	}
	require.False(t, similar.Repeats(said, nil))
	require.True(t, similar.Repeats("🔥", []string{""}), "neither says anything")
}

// Figures make no difference, however they are written.
func TestFiguresAreOneSign(t *testing.T) {
	for _, text := range []string{"+85 pips today", "−1,250.5 pips today", "+ 1 250,5 pips, today!", "９ pips today"} {
		require.InDelta(t, 1, similar.Score("+12 pips today", text), 1e-9, text)
	}
	require.Less(t, similar.Score("TP1 hit", "stop hit"), 1.0)
}

// textOf makes a text from a few words, so that two of them have some in common.
func textOf(r *rand.Rand) string {
	words := []string{"gold", "золото", "altın", "+12", "pips", "VIP", "🔥", "", "é", "e\u0301", "ß", "1 000", ".", "日本語", "\xff", "İ"}
	var b strings.Builder
	for range r.IntN(12) {
		b.WriteString(words[r.IntN(len(words))] + strings.Repeat(" ", r.IntN(3)))
	}
	return b.String()
}

// The score is the same in both directions, between 0 and 1, and 1 for equal texts.
func TestScore(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		check(t, textOf(r), textOf(r))
	}
}

func check(t *testing.T, a, b string) {
	t.Helper()
	score := similar.Score(a, b)
	require.GreaterOrEqual(t, score, 0.0)
	require.LessOrEqual(t, score, 1.0)
	require.InDelta(t, score, similar.Score(b, a), 0)
	require.InDelta(t, 1, similar.Score(a, a), 0)
	require.Equal(t, score >= similar.Threshold, similar.Repeats(a, []string{b}))
}

func FuzzScore(f *testing.F) {
	f.Add("Gold never waits.", "gold never waits")
	f.Add("", "🔥")
	f.Add("1 2 3", "４５６")
	f.Add("\xff", "e\u0301")
	f.Fuzz(func(t *testing.T, a, b string) { check(t, a, b) })
}

// One text beside the last thirty, as each message of a hype flow is.
func BenchmarkRepeats(b *testing.B) {
	r := rand.New(rand.NewPCG(1, 2))
	earlier := make([]string, 30)
	for i := range earlier {
		for len(earlier[i]) < 300 {
			earlier[i] += textOf(r)
		}
	}
	text := strings.Repeat("Each signal reaches the VIP channel first. ", 7)
	for b.Loop() {
		if similar.Repeats(text, earlier) {
			b.Fatal("it is none of them")
		}
	}
}
