package wording

import (
	"regexp"
	"slices"
	"strings"
)

// An ordinal that a text may say is a target's: the label "TP1" lets "target 1", "the 1st target" and "the first target"
// be said, and nothing else be counted so: "our third win" is a figure that nobody can check.

// ordinalWords are ordinals by language and value; words that begin with ~ stand for all that begin with the rest.
var ordinalWords = map[string][][]string{
	"en": {{"first"}, {"second"}, {"third", "thirds"}, {"fourth"}, {"fifth"}, {"sixth"}, {"seventh"}, {"eighth"}, {"ninth"}, {"tenth"}, {"eleventh"}, {"twelfth"},
		{"thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "thirtieth", "fortieth", "fiftieth", "sixtieth", "seventieth", "eightieth", "ninetieth", "~hundredth", "~thousandth", "~millionth", "umpteenth", "nth"}},
	"de": {{"erste", "erster", "erstes", "ersten", "erstem"}, {"zweite", "zweiter", "zweites", "zweiten", "zweitem", "zwote"}, {"dritte", "dritter", "drittes", "dritten", "drittem", "drittel"},
		{"vierte", "vierter", "viertes", "vierten", "viertem"}, {"fünfte", "fünfter", "fünftes", "fünften", "fünftem"}, {"~sechste"}, {"siebte", "siebter", "siebtes", "siebten", "~siebente"},
		{"achte", "achter", "achtes"}, {"~neunte"}, {"~zehnte"}, {"~elfte"}, {"~zwölfte"}},
	"es": {{"primer", "primero", "primera", "primeros", "primeras"}, {"segundo", "segunda"}, {"tercer", "tercero", "tercera", "tercio"}, {"cuarto", "cuarta"}, {"quinto", "quinta"}, {"sexto", "sexta"},
		{"séptimo", "séptima"}, {"octavo", "octava"}, {"noveno", "novena"}, {"~décimo", "~décima"},
		{"~undécim", "~duodécim", "~decimoprim", "~decimosegund", "~decimoterc", "~decimocuart", "~decimoquint", "~decimosext", "~decimosépt", "~decimosept", "~decimoctav", "~decimonov", "~decimonon", "~vigésim", "~vigesim", "~trigésim",
			"~cuadragésim", "~quincuagésim", "~sexagésim", "~septuagésim", "~octogésim", "~nonagésim", "~centésim", "~milésim", "~enésim"}},
	"fr": {{"premier", "première", "premiers", "premières"}, {"deuxième", "second", "seconde"}, {"troisième", "tiers"}, {"quatrième"}, {"cinquième"}, {"sixième"}, {"septième"}, {"huitième"}, {"neuvième"}, {"dixième"},
		{"~onzième", "~douzième", "~treizième", "~quatorzième", "~quinzième", "~seizième", "~vingtième", "~trentième", "~quarantième", "~cinquantième", "~soixantième", "~septantième", "~huitantième", "~octantième", "~nonantième",
			"~centième", "~millième", "~énième"}},
	"it": {{"primo", "primi"}, {"secondo", "seconda"}, {"terzo", "terza"}, {"quarto", "quarta"}, {"quinto", "quinta"}, {"sesto", "sesta"}, {"settimo", "settima"}, {"ottavo", "ottava"}, {"nono", "nona"}, {"decimo", "decima"},
		{"~undicesim", "~dodicesim", "~tredicesim", "~quattordicesim", "~quindicesim", "~sedicesim", "~diciassettesim", "~diciottesim", "~diciannovesim", "~ennesim"}},
	"pt": {{"primeiro", "primeira", "primeiros", "primeiras"}, {"segundo", "segunda"}, {"terceiro", "terceira", "terço"}, {"quarto", "quarta"}, {"quinto", "quinta"}, {"sexto", "sexta"}, {"sétimo", "sétima"},
		{"oitavo", "oitava"}, {"nono", "nona"}, {"~décimo", "~décima"},
		{"~undécim", "~duodécim", "~vigésim", "~trigésim", "~quadragésim", "~quinquagésim", "~sexagésim", "~septuagésim", "~setuagésim", "~octogésim", "~nonagésim", "~centésim", "~milésim", "~enésim"}},
	"ru": {{"~первый", "~первая", "~первое", "~первую", "~первого", "~первой", "~первые", "~первых", "~первом"}, {"~второй", "~вторая", "~второе", "~вторую", "~второго", "~втором"},
		{"третий", "третья", "третье", "третью", "третьего", "третьей", "треть"}, {"~четверт", "~четвёрт"}, {"пятый", "пятая", "пятое", "пятую", "пятого", "пятой"}, {"шестой", "шестая", "шестое", "шестую"},
		{"~седьмо", "~седьма", "~седьму"}, {"~восьмо", "~восьма", "~восьму"}, {"~девяты", "~девята", "~девятое", "~девятую"}, {"~десяты", "~десята", "~десятое", "~десятую"},
		{"~одиннадцат", "~двенадцат", "~тринадцат", "~четырнадцат", "~пятнадцат", "~шестнадцат", "~семнадцат", "~восемнадцат", "~девятнадцат", "~двадцат", "~тридцат", "~сороково", "~сорокова", "~сорокову", "~пятидесят", "~шестидесят",
			"~семидесят", "~восьмидесят", "~девяност", "сотый", "сотая", "сотое", "сотую", "сотой", "сотого", "~тысячны", "~тысячна", "~тысячно"}},
	"tr": {{"ilk", "~birinci"}, {"~ikinci"}, {"~üçüncü"}, {"~dördüncü"}, {"~beşinci"}, {"~altıncı"}, {"~yedinci"}, {"~sekizinci"}, {"~dokuzuncu"}, {"~onuncu"},
		{"~yirminci", "~otuzuncu", "~kırkıncı", "~ellinci", "~altmışıncı", "~yetmişinci", "~sekseninci", "~doksanıncı", "~yüzüncü", "~bininci"}},
}

// twofold are ordinals that mean something else more often ("secondo il piano", "cuarto", "a second"): they count before
// a target or before what is counted in such texts.
var twofold = setOf([]string{"second", "seconde", "segundo", "segunda", "secondo", "seconda", "cuarto", "quarto", "quarta", "quinta", "sexta", "tercio", "tiers", "achter", "primi"})

// counted begin the nouns that such texts count.
var counted = []string{"win", "signal", "trade", "loss", "stop", "hit", "day", "week", "month", "time", "row", "victor", "perdid", "pérdid", "señal", "operaci", "día", "semana", "mes", "vez", "gagn", "gain",
	"perte", "jour", "semaine", "mois", "fois", "vitto", "perdit", "segnal", "giorn", "settiman", "mese", "volta", "vitór", "ganho", "perda", "sinal", "dia", "mês", "straight", "consecutive", "profit", "green"}

// targetNouns begin the words for a target.
var targetNouns = []string{"target", "tp", "goal", "objective", "ziel", "kursziel", "gewinnziel", "teilziel", "objetiv", "meta", "objectif", "cible", "obiettiv", "traguard", "bersagl", "alvo", "цел", "таргет", "тейк", "hedef"}

// beforeTarget are words that may stand between an ordinal and its target: "the first profit target".
var beforeTarget = setOf([]string{"profit", "price", "gold", "big"})

// idioms end or follow a "first" that counts nothing: "at first", "first of all".
var idioms = setOf([]string{"of", "things", "and", "then", "comes", "foremost"})

// token is a word of a text in lower case, and what stands between it and the next one.
type token struct {
	word     string
	from, to int    // bytes of the text in lower case
	gap      string // until the next word or the end
}

// lower is a text in lower case, in which the Turkish İ is a plain i, a take-profit is called a target in short, no full
// stop is one of an abbreviation, and what is given up is lost.
func lower(text string) string { return plainer.Replace(strings.ToLower(text)) }

var plainer = strings.NewReplacer("i\u0307", "i", "take-profit", "tp", "take profit", "tp", "takeprofit", "tp",
	"bzw.", "bzw", "z.b.", "zb", "d.h.", "dh", "ca.", "ca", "i.e.", "ie", "e.g.", "eg", "approx.", "approx", "aprox.", "aprox", "env.", "env",
	"giving up", "losing", "gave up", "lost", "giving back", "losing", "gave back", "lost")

// tokens are the words of a text in lower case.
func tokens(text string) []token {
	at := wordsOf.FindAllStringIndex(text, -1)
	out := make([]token, len(at))
	for i, w := range at {
		end := len(text)
		if i+1 < len(at) {
			end = at[i+1][0]
		}
		out[i] = token{text[w[0]:w[1]], w[0], w[1], text[w[1]:end]}
	}
	return out
}

// near reports whether the next word belongs to the same words: nothing but blanks and a hyphen is between them.
func (t token) near() bool { return t.gap != "" && strings.Trim(t.gap, " -\u00a0’'") == "" }

// ordinal is the value of an ordinal word; 0 for any other.
func ordinal(word, language string) int {
	for _, l := range []string{language, "en"} {
		for i, words := range ordinalWords[l] {
			for _, w := range words {
				stem, open := strings.CutPrefix(w, "~")
				if word == w || open && strings.HasPrefix(word, stem) {
					return i + 1
				}
			}
		}
	}
	return 0
}

func beginsWith(word string, beginnings []string) bool {
	return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(word, b) })
}

// falseOrdinal tells whether the word at i is an ordinal that counts something else than a target of the facts.
func falseOrdinal(words []token, i int, language string, known []int64) bool {
	n := ordinal(words[i].word, language)
	if n == 0 {
		return false
	}
	next := i
	for next < len(words) && words[next].near() && next+1 < len(words) {
		next++
		if !beforeTarget[words[next].word] || beginsWith(words[next].word, targetNouns) {
			break
		}
	}
	if next > i && beginsWith(words[next].word, targetNouns) {
		return !slices.Contains(known, int64(n))
	}
	following := ""
	if words[i].near() && i+1 < len(words) {
		following = words[i+1].word
	}
	switch {
	case twofold[words[i].word]:
		return beginsWith(following, counted)
	case n == 1 && (following == "" || idioms[following] || i > 0 && words[i-1].near() && words[i-1].word == "at"):
		return false
	}
	return true
}

// halves are words for a half of something, which a fact of 50 per cent lets be said.
var halves = setOf([]string{"half", "halves", "halved", "hälfte", "halbe", "halber", "halben", "halbes", "halbiert", "mitad", "moitié", "metà", "metade", "половина", "половину", "половины", "yarısı", "yarısını", "yarıyı"})

// falseHalf tells whether the word at i halves what no fact does: "half an hour", or half of a trade that stays whole.
func falseHalf(words []token, i int, facts []Figure) bool {
	if !halves[words[i].word] {
		return false
	}
	for j := i; j < min(i+2, len(words)-1) && words[j].near(); j++ {
		if _, unit := unitWords[words[j+1].word]; unit {
			return true
		}
	}
	return !slices.ContainsFunc(facts, func(f Figure) bool { return f.Unit == Percent && f.Value == 50*one })
}

// targetsOf are the numbers of the targets that labels name.
func targetsOf(labels []string) []int64 {
	var out []int64
	for _, label := range labels {
		if m := targetLabel.FindStringSubmatch(label); m != nil {
			out = append(out, atoi(m[1]))
		}
	}
	return out
}

var (
	targetLabel = regexp.MustCompile(`^(?i:TP|target) ?(\d{1,2})$`)
	// afterNoun is what stands before the number of a target: "target 1", "Ziel Nr. 1".
	afterNoun = regexp.MustCompile(`(\pL+)(?: (?:no|nr|n°|№)\.?)?[ \-#]{0,2}$`)
	// suffix makes an ordinal of digits: "1st", "2. Ziel", "1er objectif".
	suffix   = regexp.MustCompile(`^(?:(?:st|nd|rd|th|er|re|ère|e|ème|º|ª|°|-?(?:й|я|е|ю|ая|ый|ую|го)|[.'’]?(?:inci|nci|üncü|ncü|ncı|ıncı))(?:[^\pL]|$)|\. \pL)`)
	nextNoun = regexp.MustCompile(`^[^\s\pL]*\pL{0,4}[.]?[ \-](?:profit |price )?(\pL+)`)
)

// asOrdinal looks whether a number of a text is a target's, or another ordinal, which no text may have. before and after
// are what stands around it.
func (f *figure) asOrdinal(before, after string) {
	if len(f.values) != 1 || f.decimals[0] != 0 || f.sign != 0 {
		return
	}
	small := f.values[0] <= 20*one
	before, after = lower(before), lower(after)
	if mark := suffix.FindString(after); mark != "" {
		noun := nextNoun.FindStringSubmatch(after)
		target := noun != nil && beginsWith(noun[1], targetNouns)
		if target && small || !strings.HasPrefix(mark, ".") { // a full stop may end a sentence
			f.ordinal, f.ofTarget = true, target
		}
		return
	}
	if noun := afterNoun.FindStringSubmatch(before); noun != nil && f.units == nil && small && beginsWith(noun[1], targetNouns) {
		f.ordinal, f.ofTarget = true, true
	}
}
