package wording

import (
	"regexp"
	"slices"
	"strings"
)

// A loss can be said with its sign, or as one: "lost 50 pips". Without either, "50 pips" would be read as a gain. The
// words of all languages are in one list, since none of them says the opposite in another.

// lossWords say that a figure is a loss; those that begin with ~ stand for all words that begin so.
var lossWords = []string{"loss", "losses", "lost", "lose", "loses", "losing", "loser", "down", "drawdown", "negative", "red", "minus", "cost", "costs", "against", "stopped", "stopout",
	"~verlust", "verloren", "verlor", "verlieren", "verliert", "miese", "miesen", "roten", "~gestoppt", "~ausgestoppt", "gekostet", "kostet", "kostete",
	"~pérdid", "~perdid", "perdimos", "perdió", "perdemos", "perder", "negativo", "menos", "rojo", "~perte", "perdu", "perdus", "perd", "perdons", "moins", "négatif", "rouge",
	"perdita", "perdite", "perso", "persi", "perdiamo", "meno", "rosso", "perda", "perdas", "perdeu", "perdemos", "vermelho",
	"~убыт", "~потер", "минус", "минусе", "минуса", "~zarar", "~kayıp", "kaybettik", "kaybetti", "eksi", "ekside"}

// gainWords say the opposite.
var gainWords = []string{"profit", "profits", "gain", "gains", "gained", "up", "plus", "won", "win", "wins", "winner", "winning", "made", "make", "banked", "bagged", "bag", "pocket", "pocketed", "earned", "secured",
	"locked", "booked", "collected", "delivered", "netted", "harvested", "yielded", "green", "positive", "profitable", "ahead", "caught", "captured", "grabbed", "scored", "added", "paid", "cashed", "cash",
	"~gewinn", "gewonnen", "verdient", "mitgenommen", "grün", "~ganan", "~gana", "~beneficio", "verde", "~gagn", "vert", "bénéfice", "bénéfices", "guadagn", "~guadagn", "utile", "vinto",
	"~ganh", "lucro", "lucros", "~прибыл", "плюс", "плюсе", "~заработ", "~kâr", "~kazan", "artı", "artıda"}

// plainly are the words of loss that leave no doubt right beside a figure. "Gold is down 50 pips" is a seller's gain.
var plainly = []string{"loss", "losses", "lost", "lose", "losing", "~verlust", "verloren", "verlor", "~pérdid", "perdimos", "~perte", "perdu", "perdus", "perdita", "perdite", "perso", "persi", "perda", "perdas", "perdemos",
	"~убыт", "~потер", "~zarar", "~kayıp", "kaybettik", "minus", "минус", "eksi"}

// negations turn a word's meaning round: "no loss", "ohne Verlust".
var negations = setOf([]string{"no", "not", "never", "without", "zero", "kein", "keine", "keinen", "nicht", "ohne", "sin", "sans", "pas", "senza", "non", "sem", "não", "без", "не", "нет", "isn", "didn", "wasn", "nobody"})

// stops and struck are two words that say together that the stop was hit.
var (
	stops  = setOf([]string{"stop", "stops", "sl", "стоп", "stopp"})
	struck = setOf([]string{"hit", "reached", "triggered", "touched", "taken", "out", "erreicht", "ausgelöst", "alcanzado", "tocado", "saltó", "touché", "atteint", "raggiunto", "toccato", "colpito", "scattato",
		"atingido", "acionado", "сработал", "çalıştı", "oldu"})
)

// fillers may stand between a figure and the word that says what it is: "a loss of about 50 pips".
var fillers = setOf([]string{"of", "by", "about", "only", "just", "roughly", "around", "nearly", "another", "us", "a", "an", "von", "nur", "knapp", "rund", "etwa", "im", "in", "de", "di", "en", "unos", "environ", "solo", "circa", "cerca", "всего", "около", "в", "the"})

var sentenceEnd = regexp.MustCompile(`[.!?](?:\s|$)|[\n;]`)

func isOf(word string, list []string) bool {
	for _, w := range list {
		if stem, open := strings.CutPrefix(w, "~"); word == w || open && strings.HasPrefix(word, stem) {
			return true
		}
	}
	return false
}

// readTone finds whether the words around a figure call it a loss: in its sentence, by the nearest word that says
// either; and plainly, right beside it.
func (f *figure) readTone(before, after string) {
	before, after = lower(before), lower(after)
	if ends := sentenceEnd.FindAllStringIndex(before, -1); ends != nil {
		before = before[ends[len(ends)-1][1]:]
	}
	if end := sentenceEnd.FindStringIndex(after); end != nil {
		after = after[:end[0]]
	}
	left, right := tokens(before), tokens(after)
	if len(right) > 0 {
		if _, unit := unitWords[right[0].word]; unit {
			right = right[1:]
		}
	}
	const far = 1 << 20
	loss, gain := far, far
	look := func(words []token, i, distance int, right bool) {
		word := words[i].word
		denied := i > 0 && negations[words[i-1].word] || i > 1 && negations[words[i-2].word]
		isLoss := isOf(word, lossWords)
		for j := max(0, i-3); !isLoss && stops[word] && j < min(i+4, len(words)); j++ {
			isLoss = struck[words[j].word]
		}
		isLoss = isLoss && (word != "down" || besideFigure(words, i, right))
		switch {
		case isLoss && !denied:
			loss = min(loss, distance)
		case isLoss, isOf(word, gainWords) && !denied: // "no loss" is no loss
			gain = min(gain, distance)
		}
	}
	for i := range left {
		look(left, i, len(left)-i, false)
	}
	for i := range right {
		look(right, i, i+1, true)
	}
	f.asLoss = loss < gain
	f.plainLoss = besideLeft(left) || besideRight(right)
}

// besideFigure tells whether nothing but fillers is between the word at i and a figure: "down by 50 pips" is a loss, "gold
// went down as planned" is none. The figure that the words are around stands after them, or before them on its right.
func besideFigure(words []token, i int, right bool) bool {
	if right && !slices.ContainsFunc(words[:i], func(t token) bool { return !fillers[t.word] }) {
		return true
	}
	for ; i < len(words); i++ {
		if strings.ContainsAny(words[i].gap, "0123456789") {
			return true
		}
		if i+1 < len(words) && !fillers[words[i+1].word] {
			return false
		}
	}
	return !right
}

// besideLeft tells whether a plain word of loss stands right before a figure.
func besideLeft(words []token) bool {
	for i := len(words) - 1; i >= 0; i-- {
		if strings.Trim(words[i].gap, " $€£\u00a0") != "" {
			return false
		}
		if !fillers[words[i].word] {
			return isOf(words[i].word, plainly) && (i == 0 || !negations[words[i-1].word])
		}
	}
	return false
}

// besideRight tells whether one stands right after its unit.
func besideRight(words []token) bool {
	for i := range words {
		if !fillers[words[i].word] {
			return isOf(words[i].word, plainly)
		}
		if !words[i].near() {
			return false
		}
	}
	return false
}
