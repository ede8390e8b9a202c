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
		{Number: 4, Side: position.Buy, Pips: 85 * one, R: 169_500, Money: 8500, Lots: 10, Hit: 3},
		{Number: 5, Side: position.Sell, Pips: -50 * one, R: -one, Money: -5000, Lots: 10},
		{Number: 6, Side: position.Buy, Pips: 0, R: 0, Lots: 10},
	}}
}

// F8: losses are shown, the pip size stands below, a weekly one carries the head.
func TestARecapInWords(t *testing.T) {
	r := week()
	require.Equal(t, `📈 The week
Signals closed: 3, won 1, lost 1 · +35 pips · +0.70 R · +$35.00
20 Nov 2026 – 27 Nov 2026

✅ #4 +85 pips · +1.70 R
❌ #5 −50 pips · −1.00 R
⚪ #6 0 pips · 0.00 R
Still running: 1

1 pip = 0.10 USD · 0.10 lot
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
		require.NoError(t, Check(r.Headline(language), Facts{}, language), "%s: the written headline says no figure", language)
		require.NoError(t, Check(r.SumLine(language), r.Facts(), language), "%s: the written sum says only what is so", language)
		require.Contains(t, r.Text(language, "Quiet.", "", "", ""), "\n"+r.SumLine(language)+"\n", "whatever a model writes above it")
		require.Contains(t, r.SumLine(language), "+$35.00", language)
		require.Contains(t, r.Text(language, "Quiet.", "", "", ""), " USD · 0.10 ", language)
	}
	for language := range languages {
		require.Contains(t, recapLanguages, language)
	}
}

// A recap of many signals names the newest; its sum is of all. Trades of several sizes, or of one that is not known, are
// said so.
func TestALongRecap(t *testing.T) {
	r := week()
	r.Closed = nil
	for i := range int64(mostListed + 5) {
		r.Closed = append(r.Closed, Outcome{Number: i + 1, Pips: one, R: one / 10, Money: 100, Lots: 10})
	}
	text := r.Text("en", r.Headline("en"), "", "", "")
	require.Contains(t, text, "Signals closed: 45, won 45, lost 0 · +45 pips · +4.50 R · +$45.00")
	require.NotContains(t, text, "#5 ")
	require.Contains(t, text, "#6 ")
	r.Closed[0].Lots = 50
	require.Contains(t, r.Text("en", "", "", "", ""), "1 pip = 0.10 USD · 0.10 – 0.50 lot")
	r.Closed[1].Lots = 0
	require.Contains(t, r.Text("en", "", "", "", "")+"|", "1 pip = 0.10 USD|")
}
