package wording

import (
	"fmt"
	"slices"
	"strings"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// Recap is what signals have brought in a day or a week.
type Recap struct {
	Weekly    bool      `json:"weekly"`
	Period    string    `json:"period"` // "27 Nov 2026", "23 – 27 Nov 2026"
	Simulated bool      `json:"simulated"`
	Closed    []Outcome `json:"closed"` // in the order in which they were closed
	Open      int       `json:"open"`   // signals that go on
	Size      pip.Size  `json:"pip_size"`
	// Strategies compare what strategies bring live with what their backtests promised; weekly ones alone.
	Strategies []Compared `json:"strategies,omitempty"`
}

// Outcome is a closed signal of a recap.
type Outcome struct {
	Number int64         `json:"number"`
	Side   position.Side `json:"side"`
	Pips   pip.Pips      `json:"pips"`
	R      pip.R         `json:"r"`
	Money  int64         `json:"money_cents"`
	Lots   pip.Lots      `json:"lots_hundredths"` // that the money is of; 0 in recaps of before
	Hit    int           `json:"targets_hit"`
}

// Compared is a strategy's mean result live and in its backtest.
type Compared struct {
	Title    string `json:"title"`
	Signals  int    `json:"signals"` // since it is live
	Live     pip.R  `json:"live"`
	Backtest pip.R  `json:"backtest"`
}

// Sum is what a recap comes to.
type Sum struct {
	Wins, Draws, Losses int
	Pips                pip.Pips
	R                   pip.R
	Money               int64 // cents
	Best                pip.Pips
}

// Sum adds up the closed signals.
func (r *Recap) Sum() (s Sum) {
	for i, o := range r.Closed {
		s.Pips, s.R, s.Money = s.Pips+o.Pips, s.R+o.R, s.Money+o.Money
		switch {
		case o.Pips > 0:
			s.Wins++
		case o.Pips < 0:
			s.Losses++
		default:
			s.Draws++
		}
		if i == 0 || o.Pips > s.Best {
			s.Best = o.Pips
		}
	}
	return s
}

// Headline is the first line of a recap, which a model may write instead, without any figure: the figures stand below it,
// as they are written here.
func (r *Recap) Headline(language string) string {
	w, s := recapsIn(language), r.Sum()
	title := w.daily
	if r.Weekly {
		title = w.weekly
	}
	sign := "📊"
	if s.Pips > 0 {
		sign = "📈"
	} else if s.Pips < 0 {
		sign = "📉"
	}
	return sign + " " + title
}

// SumLine is what a recap comes to, in pips, R and money.
func (r *Recap) SumLine(language string) string {
	w, s := recapsIn(language), r.Sum()
	return fmt.Sprintf(w.sum, len(r.Closed), s.Wins, s.Losses, withSign(s.Pips.String()), inR(s.R), inDollars(s.Money))
}

// lots are the sizes of trades that a recap's money is of: "0.10", or "0.10 – 0.50"; empty when that is not known.
func (r *Recap) lots() string {
	var all []pip.Lots
	for _, o := range r.Closed {
		if o.Lots == 0 {
			return ""
		}
		all = append(all, o.Lots)
	}
	if len(all) == 0 {
		return ""
	}
	least, most := slices.Min(all), slices.Max(all)
	if least == most {
		return least.String()
	}
	return least.String() + " – " + most.String()
}

// Facts are what a model that writes the headline knows of the results.
func (r *Recap) Facts() Facts {
	s := r.Sum()
	f := Facts{Figures: []Figure{Of("signals", Count, int64(len(r.Closed))), Of("wins", Count, int64(s.Wins)), Of("draws", Count, int64(s.Draws)),
		Of("losses", Count, int64(s.Losses)), Of("still open", Count, int64(r.Open)), OfPips("pips", s.Pips), OfR("r", s.R), OfCents("money", s.Money), OfPips("best", s.Best)}}
	if n := len(r.Closed); n > 0 {
		f.Figures = append(f.Figures, Figure{"win rate", Percent, int64(s.Wins) * 100 * one / int64(n)})
	}
	return f
}

// listed are the signals that are named one by one.
func (r *Recap) listed() []Outcome { return r.Closed[max(0, len(r.Closed)-mostListed):] }

// line is a signal with its mark and its pips.
func (o *Outcome) line(pips string) string {
	mark := "✅"
	if o.Pips < 0 {
		mark = "❌"
	} else if o.Pips == 0 {
		mark = "⚪"
	}
	return fmt.Sprintf("%s #%d %s %s", mark, o.Number, withSign(o.Pips.String()), pips)
}

// mostListed is how many signals a recap names, the newest ones; the rest are in its sums.
const mostListed = 40

// Text is the whole recap under a headline: the sum, the signals one by one, losses included, what goes on, and how pips are
// counted. Its words are none that a program which copies trades takes for a signal. head, which may be empty, is the end of
// the record, and address where that can be checked.
func (r *Recap) Text(language, headline, head, address, disclaimer string) string {
	w := recapsIn(language)
	var b strings.Builder
	b.WriteString(headline)
	fmt.Fprintf(&b, "\n%s\n%s\n", r.SumLine(language), r.Period)
	if r.Simulated {
		fmt.Fprintf(&b, "%s\n", w.simulated)
	}
	b.WriteByte('\n')
	for _, o := range r.listed() {
		fmt.Fprintf(&b, "%s · %s R\n", o.line(w.pips), inR(o.R))
	}
	if r.Open > 0 {
		fmt.Fprintf(&b, "%s\n", fmt.Sprintf(w.open, r.Open))
	}
	for i, c := range r.Strategies {
		if i == 0 {
			fmt.Fprintf(&b, "\n%s\n", w.expectancy)
		}
		fmt.Fprintf(&b, "%s: %s R · %s R\n", c.Title, inR(c.Live), inR(c.Backtest))
	}
	fmt.Fprintf(&b, "\n%s", fmt.Sprintf(w.size, r.Size))
	if lots := r.lots(); lots != "" {
		fmt.Fprintf(&b, " · %s %s", lots, w.lot)
	}
	if head != "" {
		fmt.Fprintf(&b, "\n%s %s", w.head, head)
		if address != "" {
			fmt.Fprintf(&b, "\n%s", address)
		}
	}
	if disclaimer != "" {
		fmt.Fprintf(&b, "\n\n%s", disclaimer)
	}
	return b.String()
}

// recapPhrases are the words of recaps in one language.
type recapPhrases struct {
	daily, weekly string
	sum           string // signals, won, lost, pips, R, money
	open          string
	pips          string
	expectancy    string
	size, lot     string // a pip's size, a trade's
	head          string
	simulated     string
}

var recapLanguages = map[string]recapPhrases{
	"en": {"The day", "The week", "Signals closed: %d, won %d, lost %d · %s pips · %s R · %s", "Still running: %d", "pips", "Mean result, live · backtest", "1 pip = %s USD", "lot", "Record:", "Simulated: prices of a made-up market"},
	"de": {"Der Tag", "Die Woche", "Geschlossene Signale: %d, gewonnen %d, verloren %d · %s Pips · %s R · %s", "Laufen noch: %d", "Pips", "Mittleres Ergebnis, live · Backtest", "1 Pip = %s USD", "Lot", "Protokoll:", "Simuliert: Preise eines erfundenen Marktes"},
	"es": {"El día", "La semana", "Señales cerradas: %d, ganadas %d, perdidas %d · %s pips · %s R · %s", "Siguen abiertas: %d", "pips", "Resultado medio, en vivo · backtest", "1 pip = %s USD", "lote", "Registro:", "Simulado: precios de un mercado inventado"},
	"fr": {"La journée", "La semaine", "Signaux fermés : %d, gagnés %d, perdus %d · %s pips · %s R · %s", "Encore en cours : %d", "pips", "Résultat moyen, en direct · backtest", "1 pip = %s USD", "lot", "Registre :", "Simulé : prix d’un marché inventé"},
	"it": {"La giornata", "La settimana", "Segnali chiusi: %d, vinti %d, persi %d · %s pip · %s R · %s", "Ancora in corso: %d", "pip", "Risultato medio, dal vivo · backtest", "1 pip = %s USD", "lotto", "Registro:", "Simulazione: prezzi di un mercato inventato"},
	"pt": {"O dia", "A semana", "Sinais fechados: %d, ganhos %d, perdidos %d · %s pips · %s R · %s", "Ainda abertos: %d", "pips", "Resultado médio, ao vivo · backtest", "1 pip = %s USD", "lote", "Registo:", "Simulado: preços de um mercado inventado"},
	"ru": {"День", "Неделя", "Закрыто сигналов: %d, из них с прибылью %d, с убытком %d · %s пипсов · %s R · %s", "Ещё открыто: %d", "пипсов", "Средний результат, вживую · бэктест", "1 пипс = %s USD", "лота", "Журнал:", "Симуляция: цены вымышленного рынка"},
	"tr": {"Gün", "Hafta", "Kapanan sinyal: %d, kazanç %d, kayıp %d · %s pip · %s R · %s", "Hâlâ açık: %d", "pip", "Ortalama sonuç, canlı · backtest", "1 pip = %s USD", "lot", "Kayıt:", "Simülasyon: uydurma bir piyasanın fiyatları"},
}

func recapsIn(language string) recapPhrases {
	if w, ok := recapLanguages[language]; ok {
		return w
	}
	return recapLanguages["en"]
}
