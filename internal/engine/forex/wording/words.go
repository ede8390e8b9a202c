package wording

import (
	"regexp"
	"slices"
	"strings"
)

// unitWords are the words and signs that say what a figure counts, in the languages that texts are written in. They
// are looked for right after the figure, and right before it where a sign stands there.
var unitWords = map[string][]Unit{
	"pip": {Pips}, "pips": {Pips}, "пипс": {Pips}, "пипсов": {Pips}, "пунктов": {Pips}, "пункта": {Pips}, "pipler": {Pips}, "points": {Pips},
	"r": {R}, "%": {Percent}, "percent": {Percent}, "prozent": {Percent}, "процентов": {Percent},
	"$": {Money, Price}, "usd": {Money, Price}, "dollars": {Money, Price}, "dollar": {Money, Price}, "dólares": {Money, Price}, "dollari": {Money, Price},
	"долларов": {Money, Price}, "dolar": {Money, Price}, "k": {}, "mio": {}, "mil": {}, "million": {}, "lot": {}, "lots": {}, "€": {}, "£": {}, "eur": {}, "euro": {}, "euros": {},
	"h": {Hours}, "hr": {Hours}, "hrs": {Hours}, "hour": {Hours}, "hours": {Hours}, "std": {Hours}, "stunde": {Hours}, "stunden": {Hours}, "heures": {Hours}, "heure": {Hours},
	"horas": {Hours}, "hora": {Hours}, "ore": {Hours}, "ч": {Hours}, "часа": {Hours}, "часов": {Hours}, "час": {Hours}, "saat": {Hours}, "sa": {Hours},
	"m": {Minutes}, "min": {Minutes}, "mins": {Minutes}, "minute": {Minutes}, "minutes": {Minutes}, "minuten": {Minutes}, "minutos": {Minutes}, "minuto": {Minutes},
	"minuti": {Minutes}, "minuto.": {Minutes}, "мин": {Minutes}, "минут": {Minutes}, "минуты": {Minutes}, "dakika": {Minutes}, "dk": {Minutes},
	"d": {Days}, "j": {Days}, "t": {Days}, "g": {Days}, "д": {Days}, "tagen": {Days}, "day": {Days}, "days": {Days}, "tag": {Days}, "tage": {Days}, "jours": {Days}, "jour": {Days}, "días": {Days}, "día": {Days}, "dias": {Days}, "dia": {Days},
	"giorni": {Days}, "giorno": {Days}, "дня": {Days}, "дней": {Days}, "день": {Days}, "gün": {Days},
}

var wordAfter = regexp.MustCompile(`^[\s\-]?\s*(%|[$€£]|[\pL]+)`)

// unitsAround are the units that a figure is said to have; nil when nothing says so, and empty for units that no fact has.
func unitsAround(before, after string) []Unit {
	if m := wordAfter.FindStringSubmatch(after); m != nil {
		if units, known := unitWords[strings.ToLower(m[1])]; known {
			return units
		}
	}
	if strings.HasSuffix(strings.TrimRight(before, " "), "$") {
		return unitWords["$"]
	}
	return nil
}

// numberWords are figures as words, by language: whole words, or the ends of what is written together. The words for
// one are left out, since most languages have one word for it and for an article; ordinals and halves have rules of their own.
var numberWords = map[string][]string{
	"en": {"zero", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
		"nineteen", "twenty", "thirty", "forty", "fourty", "fifty", "sixty", "seventy", "eighty", "ninety", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "dozen", "dozens", //nolint:misspell // people write it so
		"couple", "double", "doubled", "doubles", "doubling", "triple", "tripled", "triples", "quadruple", "quadrupled", "twice", "thrice", "twofold", "threefold", "fourfold", "fivefold", "tenfold", "trio", "hattrick"},
	"de": {"null", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn",
		"neunzehn", "zwanzig", "dreißig", "dreissig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig", "hundert", "tausend", "million", "millionen", "dutzend",
		"zwo", "zweier", "dreier", "doppelt", "verdoppelt", "verdreifacht", "zweifach", "dreifach", "zweimal", "dreimal", "viermal"},
	"es": {"cero", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve", "diez", "once", "doce", "trece", "catorce", "quince", "dieciséis", "diecisiete", "dieciocho",
		"diecinueve", "veinte", "veinticinco", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa", "cien", "ciento", "cientos", "doscientos", "trescientos",
		"mil", "miles", "millón", "docena", "doble", "triple"},
	"fr": {"zéro", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize", "quatorze", "quinze", "seize", "vingt", "vingts", "trente",
		"quarante", "cinquante", "soixante", "septante", "nonante", "cent", "cents", "centaine", "mille", "million", "douzaine", "double", "triple"}, //nolint:misspell // French
	"it": {"zero", "due", "tre", "quattro", "cinque", "sette", "otto", "nove", "dieci", "undici", "dodici", "tredici", "quattordici", "quindici", "sedici", "diciassette",
		"diciotto", "diciannove", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta", "cento", "mille", "mila", "milione", "dozzina", "doppio", "triplo"},
	"pt": {"zero", "dois", "duas", "três", "quatro", "cinco", "seis", "sete", "oito", "nove", "dez", "onze", "doze", "treze", "catorze", "quatorze", "quinze", "dezesseis", "dezasseis",
		"dezessete", "dezoito", "dezenove", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa", "cem", "cento", "centenas", "duzentos", "mil", "milhão",
		"dúzia", "dobro", "triplo"},
	"ru": {"ноль", "два", "две", "двух", "три", "трёх", "трех", "четыре", "пять", "шесть", "семь", "восемь", "девять", "десять", "одиннадцать", "двенадцать", "тринадцать", "четырнадцать",
		"пятнадцать", "шестнадцать", "семнадцать", "восемнадцать", "девятнадцать", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто", "сто",
		"двести", "триста", "трое", "трёх", "пяти", "десяти", "двадцати", "тридцати", "пятидесяти", "десяток", "десятка", "сотня", "сотни", "полчаса", "тысяча", "тысячи", "тысяч", "миллион", "дюжина", "вдвое", "втрое"},
	"tr": {"sıfır", "iki", "üç", "dört", "beş", "yedi", "sekiz", "dokuz", "on", "yirmi", "otuz", "kırk", "elli", "altmış", "yetmiş", "seksen", "doksan", "yüz", "bin", "milyon",
		"düzine", "yarım"},
}

// oneWords are the words for one, and those that mean something else more often ("sei", "altı"). They count as figures
// before a unit alone: "one pip", but "one of our signals".
var oneWords = map[string][]string{
	"en": {"one"}, "de": {"ein", "eine", "einen", "einem", "eins"}, "es": {"un", "una", "uno"}, "fr": {"un", "une"}, "it": {"un", "uno", "una", "sei"},
	"pt": {"um", "uma"}, "ru": {"один", "одна", "одно", "одну"}, "tr": {"bir", "altı"},
}

// written together: "fünfundzwanzig", "zweihundert", "ventuno".
var together = map[string]*regexp.Regexp{
	"de": regexp.MustCompile(`^\pL*(?:(?:drei|vier|fünf|sech|sieb|acht|neun)zehnt\pL*|und(?:zwanzig|dreißig|dreissig|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig)|(?:zig|ßig)st\pL*|hundert\pL*|tausend\pL*)$`),
	"it": regexp.MustCompile(`^(?:(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant|cent|mill)\pL*esim[oaie]|(?:vent|trent|quarant|cinquant|sessant|settant|ottant|novant|cent|duecent|trecent)(?:a|i|o)?(?:uno?|due|tre|quattro|cinque|sei|sette|otto|nove))$`),
}

var wordsOf = regexp.MustCompile(`[\pL\pM]+`)

// figureInWords finds the first figure that is written as a word. What may be said so are ordinals of the targets that
// the facts name, and a half where one is a fact.
func figureInWords(text, language string, facts []Figure, targets []int64) string {
	language = base(language)
	words := tokens(lower(text))
	list, ones := setOf(numberWords[language]), setOf(oneWords[language])
	english := setOf(numberWords["en"]) // a model that was asked for another language may answer in this one
	pattern := together[language]
	for i, t := range words {
		switch word := t.word; {
		case list[word], english[word] && !ordinary[word], pattern != nil && pattern.MatchString(word):
			return word
		case ones[word] && t.near() && i+1 < len(words) && unitWords[words[i+1].word] != nil:
			return word + " " + words[i+1].word
		case falseOrdinal(words, i, language, targets), falseHalf(words, i, facts), bothTargets(words, i), falseOne(words, i, targets):
			return word
		}
	}
	return ""
}

// falseOne tells whether the word at i is the number of a target that is no fact: "target one".
func falseOne(words []token, i int, known []int64) bool {
	return i > 0 && alone[words[i].word] && words[i-1].near() && beginsWith(words[i-1].word, targetNouns) && !slices.Contains(known, 1)
}

// alone are words for one that are no articles.
var alone = setOf([]string{"one", "eins", "uno"})

// bothTargets tells whether the word at i counts targets without a figure.
func bothTargets(words []token, i int) bool {
	return both[words[i].word] && words[i].near() && i+1 < len(words) && beginsWith(words[i+1].word, targetNouns)
}

var both = setOf([]string{"both", "beide", "beiden", "ambos", "ambas", "entrambi", "оба", "обе"})

// ordinary are English words for figures that are everyday words in another language.
var ordinary = map[string]bool{"six": true, "seven": true, "million": true, "double": true, "triple": true, "couple": true}

// base is a language without its region: "en" of "en-GB".
func base(language string) string {
	language, _, _ = strings.Cut(strings.ToLower(language), "-")
	return language
}

func setOf(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set
}
