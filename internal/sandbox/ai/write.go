package ai

import (
	"encoding/json"
	"hash/fnv"
	"strconv"
	"strings"
)

// prompt is the JSON that the program's messages to a model are.
type prompt struct {
	Kind     string `json:"kind"`
	Language string `json:"language"`
	Facts    struct {
		Figures []struct {
			Name  string `json:"name"`
			Unit  string `json:"unit"`
			Value string `json:"value"`
		} `json:"figures"`
		Labels []string `json:"labels"`
	} `json:"facts"`
	Plain string `json:"plain"` // the written text
}

// figure is a fact's value as it is written in a language, without its sign; empty when there is none.
func (p *prompt) figure(name string) (text string, negative bool) {
	for _, f := range p.Facts.Figures {
		if f.Name != name {
			continue
		}
		text, negative = strings.CutPrefix(f.Value, "-")
		if f.Unit == "price" {
			if whole, rest, ok := strings.Cut(text, "."); !ok || len(rest) < 2 {
				text = whole + "." + (rest + "00")[:2]
			}
		}
		if p.german() {
			text = strings.ReplaceAll(text, ".", ",")
		}
		return text, negative
	}
	return "", false
}

func (p *prompt) german() bool { return strings.HasPrefix(p.Language, "de") }

// target is the label of the target that was hit.
func (p *prompt) target() string {
	for _, l := range p.Facts.Labels {
		if n, ok := strings.CutPrefix(l, "TP"); ok && len(n) == 1 {
			return l
		}
	}
	return ""
}

// sentences are the ways to say a milestone, by language and by what happened; {names} stand for facts.
var sentences = map[string]map[string][]string{
	"en": {
		"target": {"{target} reached at {price}, +{pips} pips by the plan. ✅", "Gold tagged {price}: {target} is done, +{pips} pips.", "+{pips} pips at {target}. Patience paid. 📈"},
		"gain":   {"+{pips} pips and running. 📈", "Gold trades at {price}, +{pips} pips in our favour.", "Quiet work: +{pips} pips so far."},
		"loss":   {"Stopped out at {price}: −{pips} pips. The plan goes on.", "This one went against us: −{pips} pips at {price}.", "−{pips} pips. Losses belong to the plan, and the risk was known."},
		"won":    {"The trade is closed at {price}: +{whole} pips in all.", "All done at {price}, +{whole} pips. On to the next setup.", "Closed: +{whole} pips from entry to exit."},
		"lost":   {"The trade is closed at {price}: −{whole} pips in all.", "Closed with a loss of {whole} pips, as small as the plan allows.", "−{whole} pips in all. We keep to the rules."},
	},
	"de": {
		"target": {"{target} bei {price} erreicht, +{pips} Pips nach Plan. ✅", "Gold steht bei {price}: {target} ist geschafft, +{pips} Pips.", "+{pips} Pips bei {target}. Geduld zahlt sich aus. 📈"},
		"gain":   {"+{pips} Pips, und es läuft weiter. 📈", "Gold notiert bei {price}, +{pips} Pips für uns.", "Ruhige Arbeit: bisher +{pips} Pips."},
		"loss":   {"Ausgestoppt bei {price}: −{pips} Pips. Der Plan gilt weiter.", "Dieser Trade lief gegen uns: −{pips} Pips bei {price}.", "−{pips} Pips. Verluste gehören zum Plan, das Risiko war bekannt."},
		"won":    {"Der Trade ist bei {price} geschlossen: insgesamt +{whole} Pips.", "Geschafft bei {price}, +{whole} Pips.", "Geschlossen: +{whole} Pips vom Einstieg bis zum Ausstieg."},
		"lost":   {"Der Trade ist bei {price} geschlossen: insgesamt −{whole} Pips.", "Geschlossen mit einem Verlust von {whole} Pips, so klein wie geplant.", "Insgesamt −{whole} Pips. Wir bleiben bei den Regeln."},
	},
}

// lies are what is added to a true text, by order and language.
var lies = map[Kind]map[string]string{
	WrongPrice:  {"en": " Gold now trades at {wrong}.", "de": " Gold notiert jetzt bei {wrong}."},
	ExtraFigure: {"en": " That makes 12 winners in a row.", "de": " Das sind 12 Gewinner in Folge."},
	InWords:     {"en": " Fifty pips more are in sight.", "de": " Fünfzig Pips mehr sind in Sicht."},
}

// write makes the text of an answer to a user's message.
func write(order Order, message string) string {
	switch order.Kind {
	case Say:
		return order.Texts[0]
	case Nothing:
		return ""
	}
	var p prompt
	if err := json.Unmarshal([]byte(message), &p); err != nil {
		return "There is nothing to say without facts."
	}
	text := p.sentence(order.Kind == Opposite)
	switch language := "en"; order.Kind {
	case Markup:
		return "<b>" + text + "</b>"
	case WrongPrice, ExtraFigure, InWords:
		if p.german() {
			language = "de"
		}
		return text + strings.ReplaceAll(lies[order.Kind][language], "{wrong}", p.wrong())
	}
	return text
}

// sentence says what is true, or the opposite of the result.
func (p *prompt) sentence(opposite bool) string {
	language := "en"
	if p.german() {
		language = "de"
	}
	pips, down := p.figure("pips")
	whole, lost := p.figure("whole")
	if p.Kind != "milestone" || !p.german() && !strings.HasPrefix(p.Language, "en") || pips == "" {
		return p.Plain
	}
	if opposite {
		down, lost = !down, !lost
	}
	event := "gain"
	switch {
	case whole != "" && lost:
		event = "lost"
	case whole != "":
		event = "won"
	case down:
		event = "loss"
	case p.target() != "":
		event = "target"
	}
	ways := sentences[language][event]
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(p.Plain + pips + whole))
	price, _ := p.figure("price")
	text := ways[int(hash.Sum32())%len(ways)]
	return strings.NewReplacer("{pips}", pips, "{whole}", whole, "{price}", price, "{target}", p.target()).Replace(text)
}

// wrong is a price that is near the true one.
func (p *prompt) wrong() string {
	text, _ := p.figure("price")
	price, err := strconv.ParseFloat(strings.ReplaceAll(text, ",", "."), 64)
	if err != nil {
		price = 2650
	}
	text = strconv.FormatFloat(price+1.37, 'f', 2, 64)
	if p.german() {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}
