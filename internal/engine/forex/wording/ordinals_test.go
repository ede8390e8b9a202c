package wording

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

// second is the second target of a signal, after which the stop went to the first one.
func second() Facts {
	return Facts{
		Figures: []Figure{OfPrice("price", price("2660")), OfPips("pips", 100*one), Of("closed", Percent, 30)},
		Labels:  []string{"XAU/USD", "TP2", "TP1"},
	}
}

// F7: an ordinal may be said of a target that is a fact, and of nothing else.
func TestOrdinals(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {"Second target hit, +100 pips.", "Target 2 is done.", "The 2nd target is done, the stop waits at the 1st target.", "2nd take-profit done", "Second profit target hit.", "Stop now at target 1.",
			"Risk comes first. TP2 at 2660.", "First of all: TP2.", "It took a second look, then 2660.", "At first it was slow.", "TP #2 reached"},
		"de": {"Das zweite Ziel ist erreicht.", "Ziel 2 erreicht: +100 Pips.", "2. Ziel bei 2660 erreicht, Stop am 1. Ziel.", "Zweites Kursziel erreicht", "Kursziel Nr. 2 steht. Achten wir auf den Stop."},
		"es": {"Segundo objetivo alcanzado.", "Objetivo 2 alcanzado, el 2º objetivo.", "Todo según el plan: TP2."},
		"fr": {"Deuxième objectif atteint.", "Le 2e objectif est atteint.", "Objectif 2 atteint"},
		"it": {"Secondo obiettivo raggiunto, secondo il piano.", "2° obiettivo raggiunto.", "Come prima: TP2."},
		"pt": {"Segundo alvo atingido, segundo o plano.", "Alvo 2 atingido"},
		"ru": {"Вторая цель достигнута.", "Цель 2 достигнута.", "2-я цель достигнута."},
		"tr": {"İkinci hedef görüldü.", "Hedef 2 görüldü.", "İlk hedef artık stop."},
	} {
		for _, text := range texts {
			require.NoError(t, Check(text, second(), language), text)
		}
	}
	for language, texts := range map[string][]string{
		"en": {"Third target hit.", "Target 3 is done.", "The 3rd target is next.", "Our third win this week.", "The 2nd win today.", "Our first win.", "First win of the day.", "That is the second winner.",
			"A second straight win.", "A third of it is closed.", "The fourth.", "Two-thirds closed", "Both targets hit.", "Half the trade is closed.", "Twenty-first signal", "target three", "That makes it our third."},
		"de": {"Das dritte Ziel ist erreicht.", "Drittes Ziel erreicht", "Ziel 3 erreicht.", "3. Ziel erreicht.", "Der zweite Gewinn heute.", "Die Hälfte ist geschlossen.", "Ein Drittel ist zu.", "Der einundzwanzigste Trade.",
			"Beide Ziele erreicht.", "Unser erster Gewinn.", "Third target erreicht"},
		"es": {"Tercer objetivo alcanzado.", "Objetivo 3 alcanzado.", "El 3er objetivo.", "Segunda victoria del día."},
		"fr": {"Troisième objectif atteint.", "Le 3e objectif.", "Première victoire.", "Deuxième gain du jour."},
		"it": {"Terzo obiettivo raggiunto.", "Il secondo giorno."},
		"pt": {"Terceiro alvo atingido.", "Segunda vitória."},
		"ru": {"Третья цель достигнута.", "Третий сигнал.", "Половина закрыта."},
		"tr": {"Üçüncü hedef görüldü.", "İkinci kazanç."},
	} {
		for _, text := range texts {
			_, refused := errors.AsType[*Refused](Check(text, second(), language))
			require.True(t, refused, "%s: %s", language, text)
		}
	}
}

// "Target one" is an ordinal too, as a word.
func TestTargetOne(t *testing.T) {
	facts := second()
	require.NoError(t, Check("Stop now at target one.", facts, "en"))
	facts.Labels = []string{"TP2"}
	require.Error(t, Check("Stop now at target one.", facts, "en"))
	require.NoError(t, Check("No one was rushed.", facts, "en"))
}

// A half is one when half is a fact, and of that alone.
func TestHalves(t *testing.T) {
	facts := hit()
	for _, text := range []string{"Half of it is closed.", "Half the position is off."} {
		require.NoError(t, Check(text, facts, "en"), text)
	}
	for _, text := range []string{"Half an hour later.", "Half a pip short.", "Half-hour of work"} {
		require.Error(t, Check(text, facts, "en"), text)
	}
}

// F7: a loss is said as one, a gain as one, by a sign or by words.
func TestTheTone(t *testing.T) {
	loss := Facts{Figures: []Figure{OfPips("result", -50*one), OfR("r", -one), OfCents("money", -5000), OfPrice("price", price("2645"))}, Labels: []string{"TP1"}}
	gain := Facts{Figures: []Figure{OfPips("result", 50*one), OfR("r", one), OfCents("money", 5000), OfPrice("price", price("2655"))}, Labels: []string{"TP1"}}
	for _, row := range []struct {
		language, text string
		loss, gain     bool // whether it may be said of either
	}{
		{"en", "-50 pips", true, false},
		{"en", "−50 pips", true, false},
		{"en", "minus 50 pips", true, false},
		{"en", "+50 pips", false, true},
		{"en", "50 pips", false, true},
		{"en", "50 pips profit", false, true},
		{"en", "50 pips in the bag", false, true},
		{"en", "We made 50 pips.", false, true},
		{"en", "A gain of 50 pips.", false, true},
		{"en", "We lost 50 pips.", true, false},
		{"en", "lost about 50 pips today", true, false},
		{"en", "A loss of 50 pips.", true, false},
		{"en", "A 50 pip loss, by the plan.", true, false},
		{"en", "50 pips lost. We go on.", true, false},
		{"en", "The stop was hit: 50 pips.", true, true},
		{"en", "Stopped out, 1.0R.", true, true},
		{"en", "This one cost us 50 pips.", true, true},
		{"en", "We are down 50 pips.", true, true},
		{"en", "The trade ended down 1.0R and 50 pips.", true, true},
		{"en", "A loss. Then 50 pips profit.", false, true},
		{"en", "No loss: 50 pips.", false, true},
		{"en", "Without losses, 50 pips.", false, true},
		{"en", "Stop hit, but 50 pips profit booked.", false, true},
		{"en", "The profit is gone: we lost 50 pips.", true, false},
		{"en", "We never lost 50 pips.", false, true},
		{"de", "50 Pips Verlust.", true, false},
		{"de", "Ein Verlust von 50 Pips.", true, false},
		{"de", "Wir haben 50 Pips verloren.", true, false},
		{"de", "Minus 50 Pips.", true, false},
		{"de", "50 Pips Gewinn.", false, true},
		{"de", "Plus 50 Pips.", false, true},
		{"de", "Ohne Verlust 50 Pips.", false, true},
		{"de", "Der Stop wurde erreicht: 50 Pips.", true, true},
		{"es", "Perdimos 50 pips.", true, false},
		{"es", "Una pérdida de 50 pips.", true, false},
		{"es", "Ganamos 50 pips.", false, true},
		{"fr", "Une perte de 50 pips.", true, false},
		{"fr", "50 pips de gain.", false, true},
		{"it", "Una perdita di 50 pips.", true, false},
		{"it", "50 pips di guadagno.", false, true},
		{"pt", "Perda de 50 pips.", true, false},
		{"pt", "Lucro de 50 pips.", false, true},
		{"ru", "Потеряли 50 пипсов.", true, false},
		{"ru", "Прибыль 50 пипсов.", false, true},
		{"tr", "50 pips zarar.", true, false},
		{"tr", "50 pips kâr.", false, true},
		{"en", "−1R, −$50.", true, false},
		{"en", "-$50 on a small trade", true, false},
		{"en", "Result: - 50 pips", true, false},
		{"en", "− 50 pips", true, false},
		{"en", "TP1 hit – 50 pips secured", false, true},
		{"en", "Done - 50 pips in the bag", false, true},
		{"de", "Stop erreicht – 50 Pips", true, true},
		{"en", "Stopped at the low, giving up 50 pips.", true, false},
		{"en", "A loss of $50, i.e. 1.0R.", true, false},
		{"de", "Ein Verlust von 50 Pips bzw. 1,0R.", true, false},
		{"pl", "50 pips.", false, true},
		{"pl", "-50 pips.", true, false},
	} {
		for facts, may := range map[*Facts]bool{&loss: row.loss, &gain: row.gain} {
			if err := Check(row.text, *facts, row.language); may {
				require.NoError(t, err, "%s (%d)", row.text, facts.Figures[0].Value)
			} else {
				require.Error(t, err, "%s (%d)", row.text, facts.Figures[0].Value)
			}
		}
	}
}
