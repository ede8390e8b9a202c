package wording

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Refusal is why a text may not be sent.
type Refusal string

// Reasons for a refusal.
const (
	Empty     Refusal = "empty"
	TooLong   Refusal = "too_long"
	Markup    Refusal = "markup"     // tags, Markdown, links, mentions, control characters
	Invented  Refusal = "invented"   // a figure that is none of the facts
	WordsOnly Refusal = "in_words"   // a figure written as a word, which nobody can check
	OddDigits Refusal = "odd_digits" // figures in other signs than 0 to 9
)

// Refused says what is wrong with a text, and where.
type Refused struct {
	Reason Refusal
	Found  string
}

// Error implements error.
func (r *Refused) Error() string { return fmt.Sprintf("the text is refused: %s %q", r.Reason, r.Found) }

// MaxText is how long a model's text may be, in characters.
const MaxText = 600

// Check says why a text may not be sent, nil when it may: every figure in it must be one of the facts, rounded and
// written as people do, with its unit where one stands beside it, and a loss as one. Figures as words are refused in the
// languages that have a list of them; an ordinal may be said of a target that the facts name. language is an ISO 639 code.
func Check(text string, facts Facts, language string) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return &Refused{Empty, ""}
	}
	if utf8.RuneCountInString(text) > MaxText {
		return &Refused{TooLong, ""}
	}
	rest := withoutLabels(text, facts.Labels)
	if found := markup.FindString(rest); found != "" {
		return &Refused{Markup, found}
	}
	for _, r := range text {
		if unicode.IsControl(r) && r != '\n' || unicode.Is(unicode.Cf, r) && r != joiner {
			return &Refused{Markup, string(r)}
		}
		if unicode.IsNumber(r) && (r < '0' || r > '9') || unicode.Is(drawn, r) {
			return &Refused{OddDigits, string(r)}
		}
	}
	targets := targetsOf(facts.Labels)
	if found := figureInWords(rest, language, facts.Figures, targets); found != "" {
		return &Refused{WordsOnly, found}
	}
	for _, f := range figuresIn(rest, language) {
		if !f.isOneOf(facts.Figures, targets) {
			return &Refused{Invented, f.text}
		}
	}
	return nil
}

// drawn are figures as pictures: the frame of a keycap, ten, a hundred, rows of digits, dice.
var drawn = &unicode.RangeTable{
	R16: []unicode.Range16{{Lo: 0x20E3, Hi: 0x20E3, Stride: 1}, {Lo: 0x2680, Hi: 0x2685, Stride: 1}},
	R32: []unicode.Range32{{Lo: 0x1F4AF, Hi: 0x1F4AF, Stride: 1}, {Lo: 0x1F51F, Hi: 0x1F51F, Stride: 1}, {Lo: 0x1F522, Hi: 0x1F522, Stride: 1}},
}

// joiner is the zero-width joiner, of which emoji are made.
const joiner = '\u200d'

// markup is what a plain text has not: tags and entities, Markdown, addresses, mentions, commands, hashtags.
var markup = regexp.MustCompile("[<>`*_\\[\\]{}|\\\\~]|&\\w+;|&#|://|www\\.|t\\.me/|[@#][\\pL_]\\w+|(?:^|\\s)/\\w|^#|\\n#|\\n\\s*[-•]\\s")

// withoutLabels takes the labels out of a text, as whole words.
func withoutLabels(text string, labels []string) string {
	ordered := slices.Clone(labels)
	slices.SortFunc(ordered, func(a, b string) int { return len(b) - len(a) })
	for _, label := range ordered {
		spaced := letterDigit.ReplaceAllString(regexp.QuoteMeta(label), "$1 ?$2") // "TP 1"
		pattern := regexp.MustCompile(`(?i)(^|[^\pL\pN])` + spaced + `($|[^\pL\pN])`)
		for pattern.MatchString(text) {
			text = pattern.ReplaceAllString(text, "$1 $2")
		}
	}
	return text
}

var letterDigit = regexp.MustCompile(`(\pL)(\d)`)

// figure is a number as it stands in a text.
type figure struct {
	text string
	// values are what it can mean, in 10⁻⁵.
	values   []int64
	decimals []int // of each value, as written
	sign     int   // -1 or 1 when it is written with one
	units    []Unit
	// ordinal is a number that counts up to something: "2nd". ofTarget is one of a target.
	ordinal, ofTarget bool
	// asLoss is a figure whose sentence calls it a loss; plainLoss one that does so right beside it.
	asLoss, plainLoss bool
	// counted is the count that the words beside it name; asResult is a figure of dollars, of per cent or of nothing that they
	// make a gain or a loss, and so neither a price nor a share of the trade.
	counted  string
	asResult bool
}

// number is a run of digits with separators, an optional sign and a clock's colon.
var (
	number = regexp.MustCompile(`(?:[+\-−–] ?)?\d+(?:[.,'’\x{00a0}\x{202f} ]\d+)*`)
	clock  = regexp.MustCompile(`\b([01]?\d|2[0-3])(:|h)([0-5]\d)\b`) // or a duration: 2h10
	thin   = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "’", "'", "\u2009", " ")
)

func figuresIn(text, language string) []figure {
	text = thin.Replace(text)
	var all []figure
	text = clock.ReplaceAllStringFunc(text, func(s string) string {
		m := clock.FindStringSubmatch(s)
		unit := Clock
		if m[2] == "h" {
			unit = Minutes
		}
		all = append(all, figure{text: s, values: []int64{(atoi(m[1])*60 + atoi(m[3])) * one}, decimals: []int{0}, units: []Unit{unit}})
		return " "
	})
	for _, at := range number.FindAllStringIndex(text, -1) {
		for _, part := range apart(text, at[0], at[1]) {
			all = append(all, readFigure(text, part[0], part[1], decimalSign(language)))
		}
	}
	return all
}

// apart divides what a blank may have joined: "2 655" is one number, "TP 50 60" are two.
func apart(text string, from, to int) [][2]int {
	digits := strings.TrimLeft(text[from:to], "+-−– ")
	if !strings.Contains(digits, " ") || grouped.MatchString(digits) {
		return [][2]int{{from, to}}
	}
	var parts [][2]int
	for from < to {
		end := strings.IndexByte(text[from:to], ' ')
		if end < 0 {
			end = to - from
		}
		parts = append(parts, [2]int{from, from + end})
		from += end + 1
	}
	return parts
}

// grouped is a number whose thousands are apart by one kind of sign, with decimals after another.
var grouped = regexp.MustCompile(`^\d{1,3}(?:( \d{3})+|('\d{3})+|(,\d{3})+|(\.\d{3})+)(?:[.,]\d+)?$`)

// decimalSign is the sign before decimals; what looks like thousands in one language is decimals in another.
func decimalSign(language string) byte {
	if base(language) == "en" {
		return '.'
	}
	return ','
}

func readFigure(text string, from, to int, decimal byte) figure {
	f := figure{text: text[from:to]}
	if from > 0 && unicode.IsLetter(lastRune(text[:from])) { // "TP2": a name, which would be a label if it were a fact
		return f
	}
	digits := f.text
	for sign, n := range map[string]int{"+": 1, "-": -1, "−": -1, "–": -1} {
		if rest, ok := strings.CutPrefix(digits, sign); ok {
			digits = rest
			if f.sign = n; isDash(text[:from], sign, rest) {
				f.sign = 0
			}
			break
		}
	}
	if m := signedMoney.FindStringSubmatch(text[:from]); m != nil && f.sign == 0 { // "−$50"
		if f.sign = -1; m[1] == "+" {
			f.sign = 1
		}
	}
	f.read(strings.TrimLeft(digits, " "), decimal)
	f.units = unitsAround(text[:from], text[to:])
	f.asOrdinal(text[:from], text[to:])
	f.readTone(text[:from], text[to:])
	f.readMeaning(lower(text[:from]), lower(text[to:]))
	return f
}

// signedMoney is a sign that stands before a currency's, and not between words.
var signedMoney = regexp.MustCompile(`(?:^|[^\pL\pN])([+\-−–]) ?[$€£] ?$`)

// isDash tells whether what looks like a sign is a dash: "50-60", "TP1 hit – 50 pips".
func isDash(before, sign, rest string) bool {
	if before == "" || sign == "+" {
		return before != "" && isWord(lastRune(before))
	}
	if isWord(lastRune(before)) {
		return true
	}
	said := strings.TrimRight(before, " ")
	return sign != "−" && strings.HasPrefix(rest, " ") && len(said) < len(before) && said != "" && !strings.ContainsRune(":=\n(", lastRune(said))
}

// read finds what digits with separators can mean: "1,700" is 1700 in English, and 1.7 where decimals follow a comma.
func (f *figure) read(digits string, decimal byte) {
	add := func(whole, fraction string) {
		if len(whole) > 12 || len(fraction) > 5 {
			return
		}
		value := atoi(whole) * one
		f.values = append(f.values, value+atoi((fraction + "00000")[:5]))
		f.decimals = append(f.decimals, len(fraction))
	}
	plain := strings.NewReplacer(" ", "", "'", "", ",", "", ".", "")
	last := strings.LastIndexAny(digits, ".,")
	if last < 0 {
		add(plain.Replace(digits), "")
		return
	}
	separators := strings.Count(digits, digits[last:last+1])
	if separators == 1 { // it may stand before the decimals
		head := digits[:last]
		thousands := grouped.MatchString(digits) && len(digits)-last == 4 && digits[last] != decimal
		if !thousands && (plain.Replace(head) == head || grouped.MatchString(head)) {
			add(plain.Replace(head), digits[last+1:])
		}
	}
	if grouped.MatchString(digits) && len(digits)-last == 4 && (separators > 1 || digits[last] != decimal) { // or before thousands
		add(plain.Replace(digits), "")
	}
}

// named are the units that a text has to name: "50 lots" are no pips, and "10 in a row" no minutes.
var named = []Unit{Clock, Pips, R, Money, Percent, Days, Hours, Minutes}

// signed are the units that gains and losses are told in.
var signed = []Unit{Pips, R, Money, Percent}

// isOneOf says whether a fact can be written so; targets are those that can be named by their numbers.
func (f *figure) isOneOf(facts []Figure, targets []int64) bool {
	if f.ordinal {
		return f.ofTarget && slices.Contains(targets, f.values[0]/one)
	}
	return slices.ContainsFunc(facts, func(fact Figure) bool {
		if f.units != nil && !slices.Contains(f.units, fact.Unit) {
			return false
		}
		if f.units == nil && slices.Contains(named, fact.Unit) || fact.Unit == Count && !f.counts(fact) || (fact.Unit == Price || fact.Unit == Percent) && f.asResult {
			return false
		}
		if f.isOpposite(fact) {
			return false
		}
		for i, value := range f.values {
			if roundsTo(fact, value, f.decimals[i]) {
				return true
			}
		}
		return false
	})
}

// isOpposite says whether a text turns a gain into a loss, or a loss into a gain.
func (f *figure) isOpposite(fact Figure) bool {
	switch {
	case fact.Value == 0 || fact.Unit == Price:
		return false
	case f.sign != 0:
		return (fact.Value < 0) != (f.sign < 0)
	case fact.Value < 0:
		return !f.asLoss
	}
	return f.plainLoss && slices.Contains(signed, fact.Unit)
}

// roundsTo says whether a fact, rounded to so many decimals, is a value. A result in R is never rounded to whole ones:
// that would be another result.
func roundsTo(fact Figure, value int64, decimals int) bool {
	exact := max(fact.Value, -fact.Value)
	if exact == value {
		return true
	}
	if fact.Unit == R && decimals == 0 || decimals >= 5 {
		return false
	}
	step := int64(one)
	for range decimals {
		step /= 10
	}
	distance := exact - value
	return value%step == 0 && 2*max(distance, -distance) <= step && value != 0
}

func atoi(s string) int64 {
	var n int64
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}

func lastRune(s string) rune {
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }
