package wording

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/candle"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

func opened(rule position.StopRule, side position.Side, progress string) position.Position {
	rules := position.DefaultRules()
	rules.StopRule = rule
	if progress != "" {
		rules.ProgressEvery = price(progress)
	}
	sign := side.Sign()
	at := func(distance string) pip.Price { return price("2650") + sign*price(distance) }
	plan := rules.Plan(side, price("2650")-sign*price("5"), []pip.Price{at("5"), at("10"), at("15")}, 0)
	p, err := position.Open(plan, 0, price("2650"))
	if err != nil {
		panic(err)
	}
	return p
}

// walk lets prices pass, a minute apart, and returns what is said of each milestone.
func walk(p *position.Position, language string, prices ...string) []string {
	var said []string
	for i, s := range prices {
		at := price(s)
		b := position.Bar{Time: int64(i+1) * 4200, Prices: candle.Prices{Open: at, High: at, Low: at, Close: at}}
		for _, m := range p.Apply(&b, nil) {
			a := Announcement{Position: p, Milestone: m, Size: pip.Default, Lots: 10, Language: language}
			said = append(said, a.Text())
		}
	}
	return said
}

func TestMilestonesInWords(t *testing.T) {
	p := opened(position.MovingTarget, position.Buy, "2.5")
	require.Equal(t, []string{
		"+25 pips running 📈 · 1 h 10 min",
		"TP1 hit ✅ +50 pips · stop moved to entry 🔒 · 2 h 20 min",
		"+75 pips running 📈 · 3 h 30 min",
		"TP2 hit ✅ +100 pips · stop moved to TP1 🔒 · 4 h 40 min",
		"Closed in profit by the stop ✅ +50 pips · +65 pips, +1.30 R, +$65.00 in all · 5 h 50 min",
	}, walk(&p, "en", "2652.5", "2655", "2657.5", "2660", "2655"))
	p = opened(position.Breakeven, position.Sell, "")
	require.Equal(t, []string{"Stop hit ❌ −62 pips · −62 pips, −1.24 R, −$62.00 in all · 1 h 10 min"}, walk(&p, "en", "2656.2"))
	p = opened(position.Breakeven, position.Sell, "")
	require.Equal(t, []string{
		"TP1 erreicht ✅ +50 Pips · Stop auf Einstieg gesetzt 🔒 · 1 Std 10 Min",
		"Zum Einstieg geschlossen ⚪ 0 Pips · insgesamt +25 Pips, +0.50 R, +$25.00 · 2 Std 20 Min",
	}, walk(&p, "de", "2645", "2650"))
	late := Announcement{Position: &p, Milestone: position.Milestone{Kind: position.ByHand, At: 90_000, Price: price("2648.5"), Gain: price("1.5")}, Size: pip.Default, Lots: 10, Language: "xx", Late: true}
	require.Equal(t, "Closed by hand at 2648.50 ✋ +15 pips · +25 pips, +0.50 R, +$25.00 in all · 1 d 1 h · at 2 Jan 01:00 UTC", late.Text())
}

func TestASignalInWords(t *testing.T) {
	p := opened(position.Breakeven, position.Buy, "")
	require.Equal(t, "XAUUSD BUY\n\nEntry: 2650.00\nStop: 2645.00\nTP1: 2655.00\nTP2: 2660.00\nTP3: 2665.00", Signal("XAU/USD", p.Entry, &p.Plan))
}

// Each language has each phrase, and no template fails its own check of figures.
func TestEveryLanguage(t *testing.T) {
	require.Len(t, languages, len(Languages()))
	for _, language := range Languages() {
		w, ok := languages[language]
		require.True(t, ok, language)
		require.NotContains(t, strings.Split(fmt.Sprintf("%#v", w), ", "), `""`)
		for _, prices := range [][]string{{"2652.5", "2655", "2660", "2665"}, {"2645"}, {"2655", "2650"}, {"2655", "2660", "2650"}} {
			p := opened(position.MovingTarget, position.Buy, "2.5")
			for i, s := range prices {
				at := price(s)
				b := position.Bar{Time: int64(i+1) * 4200, Prices: candle.Prices{Open: at, High: at, Low: at, Close: at}}
				q := p
				for _, m := range p.Apply(&b, nil) {
					a := Announcement{Position: &p, Milestone: m, Size: pip.Default, Lots: 10, Language: language}
					text := a.Text()
					require.NotContains(t, text, "%!", language)
					require.NotContains(t, text, "BUY")
					if p.Left == m.Left { // the last one of this price
						require.NoError(t, Check(text, a.Facts("XAU/USD"), language), text)
					}
				}
				require.NotEqual(t, p, q, "something happened at %s", s)
			}
		}
	}
}
