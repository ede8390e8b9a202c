package wording

import (
	"fmt"
	"strings"
	"time"

	"github.com/promostack/promostack/internal/engine/forex/pip"
	"github.com/promostack/promostack/internal/engine/forex/position"
)

// lateWords say that a trade could not be told when it began, and that it is too late to follow it. Its time is filled in.
var lateWords = map[string]string{
	"en": "Told late: this trade began on %s. Do not join it now.",
	"de": "Verspätet: Dieser Trade begann am %s. Bitte nicht mehr mitgehen.",
	"es": "Con retraso: esta operación empezó el %s. Ya no la sigas.",
	"fr": "En retard : ce trade a commencé le %s. Ne le suivez plus.",
	"it": "In ritardo: questa operazione è iniziata il %s. Non seguirla più.",
	"pt": "Com atraso: esta operação começou em %s. Não a siga mais.",
	"ru": "С опозданием: сделка началась %s. Сейчас её не повторяйте.",
	"tr": "Geç bildirildi: bu işlem %s başladı. Artık takip etmeyin.",
}

// Late stands in place of a signal that could not be told in time. None of its words are such that a program which copies
// trades takes it for an order; what became of the trade answers it.
func Late(language, symbol string, side position.Side, entry pip.Price, at time.Time) string {
	words, ok := lateWords[language]
	if !ok {
		words = lateWords["en"]
	}
	arrow := "⬆️"
	if side == position.Sell {
		arrow = "⬇️"
	}
	return fmt.Sprintf("⏰ "+words, moment(at)) + fmt.Sprintf("\n\n%s %s %s", arrow, symbol, entry)
}

// Then adds to a message when that was which it tells.
func Then(language, text string, at time.Time) string {
	return text + "\n" + strings.TrimSpace(fmt.Sprintf(wordsIn(language).at, at.UTC().Format("2 Jan 15:04")))
}

func moment(at time.Time) string { return at.UTC().Format("2 Jan 2006, 15:04") + " UTC" }
