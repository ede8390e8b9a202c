package wording

// phrases are the words of the written templates in one language. What is between % and a letter is filled in as fmt
// does: %s and %d. Milestones are read by people and by programs that copy trades, so they are short and have few
// signs, and none of them looks like a new signal.
type phrases struct {
	targetHit, allDone       string // "%s hit": TP1
	stopToEntry, stopTo      string // "stop moved to %s": TP1, or a price
	running                  string
	stopHit, atEntry         string
	stopInProfit             string
	expired, byHand, closed  string
	inAll                    string // "%s in all": +85 pips, +1.70 R, +$85.00
	at                       string // "at %s UTC"
	pips                     string
	day, hour, minute        string
	edited, cancelled, stood string // "was %s": the levels before
}

// languages are those that templates are written in, by ISO 639 code.
var languages = map[string]phrases{
	"en": {"%s hit", "all targets done", "stop moved to entry", "stop moved to %s", "running", "Stop hit", "Closed at entry", "Closed in profit by the stop",
		"Time is over, closed at %s", "Closed by hand at %s", "Closed at the market at %s", "%s in all", "at %s UTC", "pips", "d", "h", "min",
		"Levels corrected", "Signal withdrawn", "was %s"},
	"de": {"%s erreicht", "alle Ziele erreicht", "Stop auf Einstieg gesetzt", "Stop auf %s gesetzt", "im Plus", "Stop erreicht", "Zum Einstieg geschlossen", "Mit Gewinn am Stop geschlossen",
		"Zeit abgelaufen, geschlossen bei %s", "Von Hand geschlossen bei %s", "Zum Marktpreis geschlossen bei %s", "insgesamt %s", "um %s UTC", "Pips", "T", "Std", "Min",
		"Marken berichtigt", "Signal zurückgezogen", "bisher %s"},
	"es": {"%s alcanzado", "todos los objetivos alcanzados", "stop movido a la entrada", "stop movido a %s", "a favor", "Stop alcanzado", "Cerrada en la entrada", "Cerrada en beneficio por el stop",
		"Tiempo agotado, cerrada en %s", "Cerrada a mano en %s", "Cerrada a mercado en %s", "%s en total", "a las %s UTC", "pips", "d", "h", "min",
		"Niveles corregidos", "Señal retirada", "antes %s"},
	"fr": {"%s atteint", "tous les objectifs atteints", "stop déplacé à l’entrée", "stop déplacé à %s", "en cours", "Stop touché", "Fermé à l’entrée", "Fermé en gain par le stop",
		"Délai écoulé, fermé à %s", "Fermé à la main à %s", "Fermé au marché à %s", "%s au total", "à %s UTC", "pips", "j", "h", "min",
		"Niveaux corrigés", "Signal retiré", "avant %s"},
	"it": {"%s raggiunto", "tutti gli obiettivi raggiunti", "stop spostato all’entrata", "stop spostato a %s", "a favore", "Stop raggiunto", "Chiuso all’entrata", "Chiuso in utile dallo stop",
		"Tempo scaduto, chiuso a %s", "Chiuso a mano a %s", "Chiuso a mercato a %s", "%s in tutto", "alle %s UTC", "pip", "g", "h", "min",
		"Livelli corretti", "Segnale ritirato", "prima %s"},
	"pt": {"%s atingido", "todos os alvos atingidos", "stop movido para a entrada", "stop movido para %s", "a favor", "Stop atingido", "Fechado na entrada", "Fechado em lucro pelo stop",
		"Tempo esgotado, fechado em %s", "Fechado à mão em %s", "Fechado a mercado em %s", "%s no total", "às %s UTC", "pips", "d", "h", "min",
		"Níveis corrigidos", "Sinal retirado", "antes %s"},
	"ru": {"%s достигнута", "все цели достигнуты", "стоп перенесён на вход", "стоп перенесён на %s", "в плюсе", "Сработал стоп", "Закрыто по цене входа", "Закрыто с прибылью по стопу",
		"Время вышло, закрыто по %s", "Закрыто вручную по %s", "Закрыто по рынку по %s", "всего %s", "в %s UTC", "пипсов", "д", "ч", "мин",
		"Уровни исправлены", "Сигнал отозван", "было %s"},
	"tr": {"%s görüldü", "tüm hedefler görüldü", "stop girişe çekildi", "stop %s seviyesine çekildi", "kârda", "Stop çalıştı", "Girişte kapandı", "Stop ile kârda kapandı",
		"Süre doldu, %s seviyesinde kapandı", "Elle kapatıldı: %s", "Piyasadan kapatıldı: %s", "toplam %s", "saat %s UTC", "pip", "g", "sa", "dk",
		"Seviyeler düzeltildi", "Sinyal geri çekildi", "önce %s"},
}

// Languages are the codes of the languages that templates are written in.
func Languages() []string { return []string{"en", "de", "es", "fr", "it", "pt", "ru", "tr"} }

// wordsIn are the phrases of a language; English for one that there is none for.
func wordsIn(language string) phrases {
	if p, ok := languages[language]; ok {
		return p
	}
	return languages["en"]
}
