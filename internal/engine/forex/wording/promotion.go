package wording

import (
	"fmt"
	"strings"

	"github.com/promostack/promostack/internal/engine/forex/headlines"
	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// What the FREE channel is told of the VIP channel (X1, X2). None of it can be taken for a signal that may still be
// followed.

// promotionPhrases are its words in one language.
type promotionPhrases struct {
	news, sources      string
	teaser, teaserWeek string // the second with pips and signals of the last seven days
	button             string
	losing             string // pips
	best               string // pips
	hit                string // the pair, "TP1", pips
	full               string // hours and minutes since it was opened
}

var promotionLanguages = map[string]promotionPhrases{
	"en": {"Gold this morning", "Sources", "Every gold signal goes to the VIP channel first, with its levels and each milestone.", "In the last 7 days the VIP channel closed %[2]d signals: %[1]s pips in all. The next one comes there first.", "Join VIP",
		"A losing day: %s pips. Losses are part of trading, and none is left out of the record.", "Best of the day: %s pips", "%s in the VIP channel: %s hit, %s pips so far", "A VIP signal, told there %s ago. It is no order any more:"},
	"de": {"Gold am Morgen", "Quellen", "Jedes Goldsignal geht zuerst in den VIP-Kanal, mit seinen Marken und jedem Zwischenstand.", "In den letzten 7 Tagen hat der VIP-Kanal %[2]d Signale geschlossen: zusammen %[1]s Pips. Das nächste kommt zuerst dort.", "Zum VIP-Kanal",
		"Ein Verlusttag: %s Pips. Verluste gehören zum Handel, und keiner fehlt im Protokoll.", "Das beste des Tages: %s Pips", "%s im VIP-Kanal: %s erreicht, bisher %s Pips", "Ein VIP-Signal, dort vor %s gemeldet. Es ist kein Auftrag mehr:"},
	"es": {"El oro esta mañana", "Fuentes", "Cada señal de oro llega primero al canal VIP, con sus niveles y cada avance.", "En los últimos 7 días el canal VIP cerró %[2]d señales: %[1]s pips en total. La próxima llega primero allí.", "Entrar en VIP",
		"Un día de pérdidas: %s pips. Las pérdidas son parte del trading, y ninguna falta en el registro.", "La mejor del día: %s pips", "%s en el canal VIP: %s alcanzado, %s pips hasta ahora", "Una señal VIP, dada allí hace %s. Ya no es una orden:"},
	"fr": {"L’or ce matin", "Sources", "Chaque signal sur l’or arrive d’abord dans le canal VIP, avec ses niveaux et chaque étape.", "Ces 7 derniers jours, le canal VIP a fermé %[2]d signaux : %[1]s pips en tout. Le prochain y arrive d’abord.", "Rejoindre le VIP",
		"Une journée de pertes : %s pips. Les pertes font partie du trading, et aucune ne manque au registre.", "Le meilleur du jour : %s pips", "%s dans le canal VIP : %s atteint, %s pips jusqu’ici", "Un signal VIP, donné là-bas il y a %s. Ce n’est plus un ordre :"},
	"it": {"L’oro stamattina", "Fonti", "Ogni segnale sull’oro arriva prima nel canale VIP, con i suoi livelli e ogni tappa.", "Negli ultimi 7 giorni il canale VIP ha chiuso %[2]d segnali: %[1]s pip in tutto. Il prossimo arriva prima lì.", "Entra nel VIP",
		"Una giornata in perdita: %s pip. Le perdite fanno parte del trading, e nessuna manca dal registro.", "Il migliore del giorno: %s pip", "%s nel canale VIP: %s raggiunto, finora %s pip", "Un segnale VIP, dato lì %s fa. Non è più un ordine:"},
	"pt": {"O ouro esta manhã", "Fontes", "Cada sinal de ouro chega primeiro ao canal VIP, com os seus níveis e cada avanço.", "Nos últimos 7 dias o canal VIP fechou %[2]d sinais: %[1]s pips ao todo. O próximo chega lá primeiro.", "Entrar no VIP",
		"Um dia de perdas: %s pips. As perdas fazem parte do trading, e nenhuma falta no registo.", "O melhor do dia: %s pips", "%s no canal VIP: %s atingido, %s pips até agora", "Um sinal VIP, dado lá há %s. Já não é uma ordem:"},
	"ru": {"Золото этим утром", "Источники", "Каждый сигнал по золоту сначала приходит в VIP-канал, с уровнями и каждым этапом.", "За последние 7 дней VIP-канал закрыл сигналов: %[2]d, всего %[1]s пипсов. Следующий придёт сначала туда.", "Вступить в VIP",
		"Убыточный день: %s пипсов. Убытки — часть торговли, и в журнале есть каждый.", "Лучший за день: %s пипсов", "%s в VIP-канале: %s достигнут, пока %s пипсов", "Сигнал VIP, вышел там %s назад. Это уже не приказ:"},
	"tr": {"Bu sabah altın", "Kaynaklar", "Her altın sinyali, seviyeleri ve her aşamasıyla önce VIP kanalına gelir.", "Son 7 günde VIP kanalı %[2]d sinyal kapattı: toplam %[1]s pip. Sıradaki önce oraya gelir.", "VIP’ye katıl",
		"Zararlı bir gün: %s pip. Zarar ticaretin parçasıdır, hiçbiri kayıttan eksik değildir.", "Günün en iyisi: %s pip", "VIP kanalında %s: %s ulaşıldı, şimdiye kadar %s pip", "Bir VIP sinyali, orada %s önce verildi. Artık bir emir değildir:"},
}

func promotionIn(language string) promotionPhrases {
	if w, ok := promotionLanguages[language]; ok {
		return w
	}
	return promotionLanguages["en"]
}

// News are the headlines of a morning as a list: what is said without a model.
func News(language string, list []headlines.Item) string {
	var b strings.Builder
	fmt.Fprintf(&b, "📰 %s", promotionIn(language).news)
	for _, h := range list {
		fmt.Fprintf(&b, "\n• %s", h.Title)
	}
	return b.String()
}

// NewsPlain are the headlines in a row: what a model sums up.
func NewsPlain(list []headlines.Item) string {
	titles := make([]string, len(list))
	for i, h := range list {
		titles[i] = strings.TrimRight(h.Title, ".") + "."
	}
	return strings.Join(titles, " ")
}

// NewsSources is the word over the sources of a news post.
func NewsSources(language string) string { return promotionIn(language).sources }

// NewsFacts are what a model may say of headlines: each figure as it stands in them.
func NewsFacts(list []headlines.Item) Facts {
	var f Facts
	for _, h := range list {
		for _, word := range strings.Fields(h.Title) {
			if strings.ContainsAny(word, "0123456789") {
				f.Labels = append(f.Labels, strings.Trim(word, ".,;:!?()[]\"'“”‘’"))
			}
		}
	}
	return f
}

// Teaser is what leads to the VIP channel. A week that lost, or had nothing, is not spoken of: no figure is better than a
// chosen one.
func (r *Recap) Teaser(language string) string {
	w, s := promotionIn(language), r.Sum()
	text := w.teaser
	if s.Pips > 0 {
		text = fmt.Sprintf(w.teaserWeek, withSign(s.Pips.String()), len(r.Closed))
	}
	return "🔑 " + text + madeUp(language, r.Simulated)
}

// TeaserButton is the word on its button.
func TeaserButton(language string) string { return promotionIn(language).button }

// Brag is what a day has brought under a headline, signal by signal.
func (r *Recap) Brag(language, headline string) string {
	w := recapsIn(language)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n%s\n", headline, r.SumLine(language))
	for _, o := range r.listed() {
		fmt.Fprintf(&b, "\n%s", o.line(w.pips))
	}
	return b.String() + madeUp(language, r.Simulated)
}

// Softened is what is said of a day that lost, in one sentence.
func (r *Recap) Softened(language string) string {
	w := promotionIn(language)
	return "📉 " + fmt.Sprintf(w.losing, withSign(r.Sum().Pips.String())) + madeUp(language, r.Simulated)
}

// BestOfDay is the day's best signal; ok is false when none has won.
func (r *Recap) BestOfDay(language string) (text string, ok bool) {
	w, best := promotionIn(language), r.Sum().Best
	return "🏆 " + fmt.Sprintf(w.best, withSign(best.String())) + madeUp(language, r.Simulated), best > 0
}

// madeUp says below figures that their market is made up.
func madeUp(language string, simulated bool) string {
	if !simulated {
		return ""
	}
	return "\n" + Simulated(language)
}

// TargetHit is what is told of a target that a VIP signal has hit; pips are what the signal has brought by then.
func TargetHit(language, symbol string, target int, pips pip.Pips, simulated bool) string {
	w := promotionIn(language)
	return "🎯 " + fmt.Sprintf(w.hit, Pair(symbol), fmt.Sprintf("TP%d", target), withSign(pips.String())) + madeUp(language, simulated)
}

// FullSignal is a VIP signal with all its levels, told a while after it was opened.
func FullSignal(language, symbol string, entry pip.Price, plan *position.Plan, minutes int64, simulated bool) string {
	w := promotionIn(language)
	ago := fmt.Sprintf("%d min", minutes)
	if minutes >= 60 {
		ago = fmt.Sprintf("%d h %02d min", minutes/60, minutes%60)
	}
	var b strings.Builder
	arrow := "⬆️"
	if plan.Side == position.Sell {
		arrow = "⬇️"
	}
	fmt.Fprintf(&b, "🔓 %s\n%s %s %s", fmt.Sprintf(w.full, ago), arrow, Pair(symbol), entry)
	for i, t := range plan.Targets {
		fmt.Fprintf(&b, "\n· %d · %s", i+1, t.Price)
	}
	fmt.Fprintf(&b, "\n× %s", plan.Stop)
	return b.String() + madeUp(language, simulated)
}
