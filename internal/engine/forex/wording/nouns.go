package wording

import (
	"regexp"
	"slices"
	"strings"
)

// A count says nothing without what it counts: "3 wins", "won 3", "3 of 4 signals won".

// countNouns begin the words for what a count counts, by the figure's name.
var countNouns = map[string][]string{
	"signals":    {"signal", "trade", "closed", "geschlossen", "señal", "operaci", "cerrad", "signaux", "fermé", "segnal", "chius", "sinal", "sinais", "fechad", "сигнал", "сдел", "закрыт", "sinyal", "işlem", "kapan"},
	"wins":       {"win", "won", "gewinn", "gewonnen", "ganad", "ganan", "gagn", "gain", "vint", "vitto", "vitór", "ganh", "прибыл", "kazan"},
	"losses":     {"loss", "lost", "lose", "verlust", "verlor", "perdid", "pérdid", "perd", "pert", "pers", "убыт", "kayıp"},
	"draws":      {"draw", "unentschieden", "empat", "nul", "pareggi", "нич", "berabere"},
	"still open": {"open", "running", "offen", "laufen", "abiert", "cours", "ouvert", "corso", "apert", "abert", "открыт", "açık"},
}

// sameNouns are other names of such figures.
var sameNouns = map[string]string{"won": "wins", "lost": "losses", "open": "still open"}

// ofAll is what follows a part of a whole: "3 of 4 signals won".
var ofAll = regexp.MustCompile(`^ (?:out )?(?:of|von|de|des|di|su|sur|из) (?:the |den |las |los |les )?\d+ \pL+ (?:were |was |are |wurden |sind |han sido |foram |furono )?(\pL+)`)

// countedBy says which count the words around a figure make of it: the word after it, else the one before.
func countedBy(before, after string) string {
	if m := ofAll.FindStringSubmatch(after); m != nil {
		return nounOf(m[1])
	}
	right := tokens(after)
	if len(right) > 0 && strings.Trim(after[:right[0].from], " -") == "" {
		if name := nounOf(right[0].word); name != "" {
			return name
		}
	}
	left := tokens(before)
	if n := len(left); n > 0 && strings.Trim(left[n-1].gap, " :") == "" {
		return nounOf(left[n-1].word)
	}
	return ""
}

func nounOf(word string) string {
	for name, nouns := range countNouns {
		if beginsWith(word, nouns) {
			return name
		}
	}
	return ""
}

// readMeaning finds what the words beside a figure make of it. before and after are in lower case.
func (f *figure) readMeaning(before, after string) {
	if f.units == nil {
		f.counted, f.asResult = countedBy(before, after), besideResult(before, after, nil)
		return
	}
	if m := wordAfter.FindString(after); unitWords[strings.TrimLeft(m, " -")] != nil {
		after = after[len(m):]
	}
	switch {
	case slices.Contains(f.units, Price):
		f.asResult = isResult(before, after)
	case slices.Contains(f.units, Percent):
		f.asResult = besideResult(before, after, taken) || isRate(after)
	}
}

// rates are words of a share of signals, or of money, where the facts know shares of one trade alone.
var rates = setOf([]string{"signals", "trades", "rate", "accuracy", "return", "returns", "trefferquote", "quote", "rendite", "signale", "señales", "signaux", "segnali", "sinais", "сигналов", "сделок", "sinyallerin"})

// isRate tells whether a percentage is one of won signals, or of money.
func isRate(after string) bool {
	if end := clauseEnd.FindStringIndex(after); end != nil {
		after = after[:end[0]]
	}
	return slices.ContainsFunc(tokens(after), func(t token) bool {
		noun := nounOf(t.word)
		return rates[t.word] || noun == "wins" || noun == "losses"
	})
}

// counts says whether a figure stands beside what the fact counts.
func (f *figure) counts(fact Figure) bool {
	name := fact.Name
	if same, ok := sameNouns[name]; ok {
		name = same
	}
	return f.counted != "" && f.counted == name
}

// A price stands in dollars as money does, so "$2655" may be a price: but not where the words make a result of it.

// directions are words of a result that also say where a price went: they make one of a figure that they stand beside.
var directions = setOf([]string{"up", "down", "against", "stopped", "stopout", "plus", "minus", "red", "green", "positive", "negative", "ahead", "rojo", "rouge", "rosso", "vermelho", "roten", "grün", "verde", "vert",
	"menos", "moins", "meno", "минус", "плюс", "artı", "eksi"})

// clauseBegin and clauseEnd end what belongs to a figure on its left and on its right, where other figures have words of
// their own.
var (
	clauseBegin = regexp.MustCompile(`[,;!?\n()]|\.\s|\p{So}`)
	clauseEnd   = regexp.MustCompile(`[,;:!?\n()–—+]|\.(?:\s|$)|\p{So}|\p{N}`)
)

// isResult tells whether the words around a figure of dollars make it a gain or a loss, and so no price.
func isResult(before, after string) bool {
	if begins := clauseBegin.FindAllStringIndex(before, -1); begins != nil {
		before = before[begins[len(begins)-1][1]:]
	}
	if end := clauseEnd.FindStringIndex(after); end != nil {
		after = after[:end[0]]
	}
	result := func(t token) bool {
		return !directions[t.word] && (isOf(t.word, gainWords) || isOf(t.word, lossWords))
	}
	return slices.ContainsFunc(tokens(before), result) || slices.ContainsFunc(tokens(after), result) || besideResult(before, after, nil)
}

// taken are words of gain that are said of a part of a trade, too: "50% locked in".
var taken = setOf([]string{"locked", "secured", "booked", "banked", "bagged", "collected", "cashed", "bag", "mitgenommen"})

// besideResult tells whether a word of gain or loss, but for some, stands right beside a figure.
func besideResult(before, after string, but map[string]bool) bool {
	left, right := tokens(before), tokens(after)
	isResult := func(t token) bool { return !but[t.word] && (isOf(t.word, gainWords) || isOf(t.word, lossWords)) }
	for i := len(left) - 1; i >= 0; i-- {
		if strings.Trim(left[i].gap, " :$€£") != "" {
			break
		}
		if !fillers[left[i].word] {
			if isResult(left[i]) {
				return true
			}
			break
		}
	}
	if len(right) == 0 || strings.Trim(after[:right[0].from], " -") != "" {
		return false
	}
	for i := range right {
		if !fillers[right[i].word] {
			return isResult(right[i])
		}
		if !right[i].near() {
			return false
		}
	}
	return false
}
