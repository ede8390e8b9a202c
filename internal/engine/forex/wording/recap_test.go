package wording

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

func week() Recap {
	return Recap{Weekly: true, Period: "20 Nov 2026 – 27 Nov 2026", Size: pip.Default, Open: 1, Closed: []Outcome{
		{Number: 4, Side: position.Buy, Pips: 85 * one, R: 169_500, Money: 8500, Hit: 3},
		{Number: 5, Side: position.Sell, Pips: -50 * one, R: -one, Money: -5000},
		{Number: 6, Side: position.Buy, Pips: 0, R: 0},
	}}
}

// F8: losses are shown, the pip size stands below, a weekly one carries the head.
func TestARecapInWords(t *testing.T) {
	r := week()
	require.Equal(t, `📈 The week
Signals closed: 3, won 1, lost 1 · +35 pips · +0.70 R
20 Nov 2026 – 27 Nov 2026

✅ #4 +85 pips · +1.70 R
❌ #5 −50 pips · −1.00 R
⚪ #6 0 pips · 0.00 R
Still running: 1

1 pip = 0.10 USD
Record: abc
https://gold.example/t/demo

No advice.`, r.Text("en", r.Headline("en"), "abc", "https://gold.example/t/demo", "No advice."))
	r.Simulated = true
	require.Contains(t, r.Text("de", r.Headline("de"), "", "", ""), "Simuliert")
}

// Programs that copy trades must find no signal in a recap.
func TestARecapIsNoSignal(t *testing.T) {
	copied := regexp.MustCompile(`(?i)\b(buy|sell|entry|stop|sl|tp\d?|xauusd)\b`)
	for language := range recapLanguages {
		r := week()
		require.NotRegexp(t, copied, r.Text(language, r.Headline(language), "abc", "", ""), language)
		require.NoError(t, Check(r.Headline(language), r.Facts(), language), "%s: the written headline says only what is so", language)
	}
	for language := range languages {
		require.Contains(t, recapLanguages, language)
	}
}
