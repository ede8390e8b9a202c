package headlines

import (
	"strings"
	"unicode"
)

// What news are about, by how near it is to gold's price: gold itself, what central banks and inflation do, the dollar
// and yields. They are whole words, or several after each other, in small letters.
var (
	gold  = []string{"gold", "bullion", "xau", "xauusd", "precious metal", "precious metals"}
	rates = []string{"fed", "federal reserve", "fomc", "powell", "cpi", "pce", "inflation", "consumer prices", "interest rate", "interest rates", "rate cut",
		"rate cuts", "rate hike", "rate hikes", "central bank", "central banks", "payrolls", "safe haven"}
	money = []string{"dollar", "greenback", "treasuries", "treasury yield", "treasury yields", "bond yields", "real yields"}
)

// notGold are words in which gold is something else.
var notGold = []string{"gold medal", "gold medals", "gold medalist", "gold medallist", "gold coast", "gold cup", "gold card", "gold cards", "gold star",
	"gold plated", "fed up"}

// Weights of news.
const (
	moneyInTitle  = 1
	ratesInTitle  = 2
	goldInSummary = 3
	goldInTitle   = 4
)

// weigh says how near news are to gold; 0 is not at all. A summary counts for gold alone: there is hardly one without
// the dollar or inflation.
func weigh(item Item) int {
	title := spaced(item.Title)
	switch {
	case has(title, gold):
		return goldInTitle
	case has(spaced(item.Summary), gold):
		return goldInSummary
	case has(title, rates):
		return ratesInTitle
	case has(title, money):
		return moneyInTitle
	}
	return 0
}

func has(text string, words []string) bool {
	for _, w := range words {
		if strings.Contains(text, " "+w+" ") {
			return true
		}
	}
	return false
}

// spaced is a text's words in small letters with a space before and after each, without those in which gold is something
// else.
func spaced(text string) string {
	out := " "
	for _, word := range words(text) {
		if word != "fed" { // in small letters it is no central bank
			out += strings.ToLower(word) + " "
		}
	}
	for _, other := range notGold {
		out = strings.ReplaceAll(out, " "+other+" ", " ")
	}
	return out
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// wordsOf are the different words of a title; of one without any, the title itself.
func wordsOf(title string) map[string]bool {
	out := map[string]bool{}
	for _, word := range words(title) {
		out[strings.ToLower(word)] = true
	}
	if len(out) == 0 {
		out[title] = true
	}
	return out
}
