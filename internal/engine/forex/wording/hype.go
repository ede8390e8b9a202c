package wording

import (
	"fmt"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

// Hype messages (X4) lead from the FREE channel to the VIP channel. The written ones are an opening and a closing; none of
// them promises anything, and no day or week that lost is spoken of.

// HypeFacts are what hype messages may say of results.
type HypeFacts struct {
	Today, Week pip.Pips // of the signals that were closed today, and in the last seven days
	Signals     int      // closed in the last seven days
	Simulated   bool     // prices of a made-up market are among them
}

// hypePhrases are the words of written messages in one language. An opening in withWeek or withToday takes the place of one
// of the others when there are such pips.
type hypePhrases struct {
	openings            [6]string
	withWeek, withToday string // pips
	closings            [6]string
}

// The openings whose places those with figures take.
const (
	weekOpening  = 1
	todayOpening = 4
)

// HypeTexts is how many written messages there are in each language.
const HypeTexts = 36

// Hype is the written message number n, from 0 to HypeTexts-1. Neighbours have no sentence in common.
func Hype(language string, n int, f HypeFacts) string {
	w, ok := hypeLanguages[language]
	if !ok {
		w = hypeLanguages["en"]
	}
	n %= HypeTexts
	i, j := n%len(w.openings), (n+n/len(w.openings))%len(w.closings)
	opening := w.openings[i]
	switch {
	case i == weekOpening && f.Week > 0:
		opening = fmt.Sprintf(w.withWeek, withSign(f.Week.String()))
	case i == todayOpening && f.Today > 0:
		opening = fmt.Sprintf(w.withToday, withSign(f.Today.String()))
	}
	return opening + " " + w.closings[j]
}

// Facts are what a model may say of the results: a gain alone, since a loss is no reason to boast and none is made of it.
func (f *HypeFacts) Facts(brand string) Facts {
	out := Facts{Labels: []string{"XAU/USD", "XAUUSD"}}
	if brand != "" {
		out.Labels = append(out.Labels, brand)
	}
	if f.Today > 0 {
		out.Figures = append(out.Figures, OfPips("pips today", f.Today))
	}
	if f.Week > 0 {
		out.Figures = append(out.Figures, OfPips("pips of the last 7 days", f.Week), Of("signals", Count, int64(f.Signals)), Of("days", Days, 7))
	}
	return out
}

// Simulated says that figures are of a made-up market.
func Simulated(language string) string { return recapsIn(language).simulated }
