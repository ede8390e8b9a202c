package wording

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/forex/pip"
)

func price(s string) pip.Price {
	p, err := pip.ParsePrice(s)
	if err != nil {
		panic(err)
	}
	return p
}

// hit is the first target of the facts' signal, hit after 2 h 10 min at 14:05 UTC; a day with 3 signals of 4 won.
func hit() Facts {
	return Facts{
		Figures: append([]Figure{
			OfPrice("entry", price("2650")), OfPrice("target", price("2655")), OfPrice("stop", price("2645.37")), OfPrice("best", price("2657.82")),
			OfPips("gained", 50*one), OfPips("blended", 62.5*one), OfR("result", 1.7*one), OfCents("money", 8540), Of("closed", Percent, 50),
			Of("won", Count, 3), Of("signals", Count, 4), Of("at", Clock, 14*60+5),
		}, OfMinutes("after", 130)...),
		Labels: []string{"TP1", "XAU/USD", "XAUUSD"},
	}
}

// F7: what is true goes out as it is, however people write figures.
func TestTrueTextsPass(t *testing.T) {
	for language, texts := range map[string][]string{
		"en": {
			"TP1 hit ✅ +50 pips. Stop moved to entry 🔒",
			"Gold reached 2,655.00 after 2 h 10 min: 50 pips in the bag.",
			"First target at 2655 done, half of the trade is closed (50%).",
			"XAU/USD tagged $2,655, and we locked in 50 pips. Stop is at 2650 now.",
			"That took 130 minutes from 2650.00 to 2655.0.",
			"Result so far: 1.7R, or about $85 on a small trade.",
			"62.5 pips blended, 1.70 R. Nice work by the plan, not by luck.",
			"At 14:05 UTC the market gave us TP1. 50% off, the rest runs.",
			"We are up $85.40 and the stop can no longer hurt.",
			"Best price yet: 2657.8. No one was rushed out of this one.",
			"3 of 4 signals won today.",
			"The stop sat at 2645.37 and was never close.",
			"50 pips, 2h10 after the entry. One of the calmer ones.",
			"Quiet one: 2650.00 → 2655.00, +50 pips.",
			"Price went up to 2658 at best; we took TP1 at 2655.",
			"XAUUSD: TP1 ✅ 2650 → 2655, +50 pips",
			"TP 1 hit, + 50 pips.",
		},
		"de": {"Das erste Ziel bei 2.655,00 ist erreicht: 50 Pips nach 2 Stunden und 10 Minuten.", "Gold steht bei 2655, der Stop liegt jetzt bei 2.650. Ein ruhiger Tag."},
		"fr": {"Premier objectif atteint à 2 655,00 : 50 pips en 2 h 10 min.", "Un beau mouvement : +50 pips, soit 1,7R."},
		"es": {"Primer objetivo en 2.655,00 alcanzado: +50 pips y 1,7 R.", "Cerrada la mitad en 2655 por el plan.", "El par XAU/USD llega a 2.655."},
		"it": {"Primo obiettivo 2655 raggiunto, 2 ore dopo, ora lo stop è a 2650."},
		"ru": {"Первая цель 2655 достигнута: 50 пипсов за 2 ч 10 мин."},
		"tr": {"İlk hedef 2.655,00 görüldü: 50 pips, 2 saat 10 dakika sonra."},
	} {
		for _, text := range texts {
			require.NoError(t, Check(text, hit(), language), text)
		}
	}
}

func TestUntrueTextsAreRefused(t *testing.T) {
	for _, c := range []struct {
		language, text string
		reason         Refusal
	}{
		{"en", "", Empty},
		{"en", " \n ", Empty},
		{"en", strings.Repeat("gold ", 200), TooLong},
		// a wrong price
		{"en", "TP1 hit at 2656", Invented},
		{"en", "TP1 hit at 2,655.50", Invented},
		{"en", "Now at 2660, TP1 done", Invented},
		{"en", "Now at 26550", Invented},
		{"en", "Now at 265", Invented},
		{"de", "Ziel bei 2.656,00 erreicht", Invented},
		// an extra figure
		{"en", "TP1 hit, +50 pips, and TP2 is next", Invented},
		{"en", "TP1 hit, 50 pips, 12 winners in a row", Invented},
		{"en", "TP1 hit, 50 pips, 100% guaranteed", Invented},
		{"en", "Join 5000 traders", Invented},
		{"en", "TP1 at 15:05 UTC", Invented},
		{"en", "TP1 hit at 3 o'clock, 7 pips more", Invented},
		// a true figure with another unit or sign
		{"en", "TP1 hit: 85.40 pips", Invented},
		{"en", "We made 50 R", Invented},
		{"en", "We made $50", Invented},
		{"en", "-50 pips", Invented},
		{"en", "−1.7R", Invented},
		{"en", "62% of signals won", Invented},
		{"en", "TP1 after 10 hours", Invented},
		// rounded too far
		{"en", "Result: 2R", Invented},
		{"en", "Now at 2650.4", Invented},
		{"en", "A gain of 60 pips", Invented},
		// thousands and decimals
		{"en", "+50,000 pips", Invented},
		{"en", "$85,400", Invented},
		{"de", "50.000 Pips", Invented},
		{"en", "We made $85k", Invented},
		{"en", "85 € on a small trade", Invented},
		{"en", "50 lots", Invented},
		{"en", "50 winners in a row", Invented},
		{"de", "Fifty-five Pips", WordsOnly},
		{"en", "a billion", WordsOnly},
		// as words
		{"en", "TP1 hit, fifty pips", WordsOnly},
		{"en", "Two targets to go", WordsOnly},
		{"en", "We doubled it", WordsOnly},
		{"en", "A HUNDRED pips soon", WordsOnly},
		{"en", "one pip more", WordsOnly},
		{"en-GB", "Twenty-five pips", WordsOnly},
		{"de", "Fünfzig Pips im Plus", WordsOnly},
		{"de", "Fünfundzwanzig Pips", WordsOnly},
		{"de", "Zweihundertfünfzig Pips", WordsOnly},
		{"fr", "Cinquante pips", WordsOnly},
		{"es", "Cincuenta pips", WordsOnly},
		{"it", "Ventuno pip", WordsOnly},
		{"pt", "Cinquenta pips", WordsOnly},
		{"ru", "Пятьдесят пипсов", WordsOnly},
		{"tr", "Elli pips", WordsOnly},
		// other digits
		{"en", "５０ pips", OddDigits},
		{"en", "٥٠ pips", OddDigits},
		{"en", "½ closed", OddDigits},
		{"en", "Ⅳ targets", OddDigits},
		{"en", "m² of gold", OddDigits},
		// markup
		{"en", "<b>TP1</b> hit", Markup},
		{"en", "**TP1** hit", Markup},
		{"en", "_TP1_ hit", Markup},
		{"en", "TP1 hit, see https://example.com", Markup},
		{"en", "TP1 hit, see t.me/other", Markup},
		{"en", "TP1 hit, ask @somebody", Markup},
		{"en", "TP1 hit &amp; run", Markup},
		{"en", "[TP1](x)", Markup},
		{"en", "TP1\x00", Markup},
		{"en", "TP1 \u202e50", Markup},
		{"en", "```TP1```", Markup},
		{"en", `{"text": "TP1"}`, Markup},
	} {
		err := Check(c.text, hit(), c.language)
		refused, ok := errors.AsType[*Refused](err)
		require.True(t, ok, "%q: %v", c.text, err)
		require.Equal(t, c.reason, refused.Reason, "%q: %v", c.text, err)
	}
}

// A loss can't be told as a gain by its sign; without one its size counts.
func TestLosses(t *testing.T) {
	facts := Facts{Figures: []Figure{OfPips("result", -50*one), OfR("result", -one)}}
	for _, text := range []string{"Stopped out: -50 pips, −1R.", "We lost 50 pips.", "A loss of 1.0R"} {
		require.NoError(t, Check(text, facts, "en"), text)
	}
	for _, text := range []string{"+50 pips", "+ 50 pips", "+1R", "Gold went down as planned: 50 pips delivered", "Gold went down as planned: 50 pips.", "Down it goes, 50 pips."} {
		require.Error(t, Check(text, facts, "en"), text)
	}
}

func FuzzCheck(f *testing.F) {
	for _, s := range []string{"TP1 hit ✅ +50 pips", "2 655,00", "50-60", "1.700,5", "..,,", "+-1", "12:99"} {
		f.Add(s)
	}
	facts := hit()
	f.Fuzz(func(_ *testing.T, text string) { _ = Check(text, facts, "de") })
}

// A figure is bound to its meaning: a count to what it counts, a duration to its unit, dollars beside a gain are no price.
func TestFiguresMeanWhatTheyAre(t *testing.T) {
	for _, text := range []string{
		"3 of 4 signals won.", "We won 3.", "3 wins today.", "4 signals closed.", "Closed: 4", "Gold tagged $2,655 at last.", "TP1 at $2655, 50 pips secured.", "2655 dollars: TP1 is done.", "50% locked in at TP1.",
		"We made $85.40.", "Profit: $85.40 at TP1.", "It took 2 hours 10 minutes.", "A profit, and gold at 2655.",
	} {
		require.NoError(t, Check(text, hit(), "en"), text)
	}
	for language, texts := range map[string][]string{
		"en": {
			"10 winners in a row.", "10 in a row.", "130 wins so far.", "2 more to go.", "3 losses today.", "4 won.", "3 signals.", "3 today.", "We won 3 signals, 4 lost.",
			"We banked $2655 profit.", "We banked $2655.", "$2,655 profit!", "Profit so far: $2655.", "A gain of about $2655.", "$2655 in the bag.", "2655 dollars earned.", "We lost $2650.", "2655 profit.",
			"Profit after 2 h 10 min: $2655.", "Up $2655.", "50% profit!", "We made 50%.", "50% of our signals won.", "A 50% win rate.", "50 percent of trades win.",
			"Our twentieth win.", "The thirteenth win.", "A fiftieth signal.", "Our hundredth trade.", "Our 21st win.", "The 50th win.", "The 2655th win.",
			"💯 pips", "🔟 pips", "5️⃣0️⃣ pips", "🔢", "⚅ wins",
		},
		"de": {"Der zwanzigste Gewinn.", "Unser dreizehnter Gewinn.", "Der fünfzigste Trade.", "Der hundertste Trade.", "10 Gewinner in Folge.", "2655 $ Gewinn."},
		"es": {"La vigésima señal.", "El trigésimo objetivo.", "La decimotercera victoria.", "10 ganadas.", "Beneficio de $2655."},
		"fr": {"Le vingtième gain.", "Le treizième gain.", "Le centième trade.", "10 gains de suite.", "Gain de 2655 $."},
		"it": {"Il ventesimo segnale.", "Il tredicesimo segnale.", "Il cinquantatreesimo.", "Guadagno di 2655 $."},
		"pt": {"O vigésimo sinal.", "O quinquagésimo sinal.", "Lucro de $2655."},
		"ru": {"Двадцатый сигнал.", "Тринадцатая победа.", "Сотый сигнал.", "Прибыль $2655."},
		"tr": {"Yirminci kazanç.", "Ellinci sinyal.", "Yüzüncü sinyal.", "$2655 kazanç."},
	} {
		for _, text := range texts {
			require.Error(t, Check(text, hit(), language), "%s: %s", language, text)
		}
	}
}

// A recap's headline has no figure, whatever the figures are of.
func TestNoFigureAtAll(t *testing.T) {
	require.NoError(t, Check("A hard week, told as it was.", Facts{}, "en"))
	for _, text := range []string{"Best week yet: +120 pips from 7 wins and 0 losses.", "-30 pips.", "7 signals", "Half of them won.", "Our first win.", "💯"} {
		require.Error(t, Check(text, Facts{}, "en"), text)
	}
}
