package vectors

import "strings"

// difficultTexts are values that are hard to get right: letter case, composition, emoji sequences,
// line ends, scripts that are refused, and words in many lengths.
func difficultTexts() []string {
	texts := []string{
		"a", "AVAVAV To Wa.", "straße ŉ ǆ ﬁ İstanbul ıI", "ΑΣ ΟΔΥΣΣΕΥΣ ς", "e\u0301te\u0301 A\u030A", "x\u0301 no composition", "q\u0323\u0307",
		"👩‍👩‍👧‍👦 family", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 England", "👍🏿👍🏻👍", "1️⃣2️⃣ #️⃣ *️⃣ 12#*", "🇩🇪🇫🇷🇺🇸", "🇩", "❤ ❤️ ❤︎ ☀ ☀️ © ©️ ™ ®️", "👩‍🚀🚀‍👩", "🧑🏽‍🤝‍🧑🏻", "⭐️⭐", "\u200d\ufe0f",
		"line one\nline two\r\nline three\rfour\u2028five", "\n\n lead and trail \n\n", "a\tb\u00a0c\u2003d\u3000e  f", "soft\u00adhyphen zero\u200bwidth \ufeffbom \u202ertl\u202c",
		"שלום", "مرحبا", "नमस्ते", "สวัสดี", "မြန်မာ", "ខ្មែរ", "한국어 텍스트", "日本語", "中文字", "Tiếng Việt đẹp", "Ελληνικά", "Українська їжак ґанок", "ქართული", "Հայերեն",
		"nul\x00", "bell\x07", "\x7f", "\u0085next", "\u0080", "€ £ ¥ ₿ ₴ ₽ ← ↑ → ↓ ★ ✓ ✗ … – — “ ” ‘ ’ « »", "50 %  10 000 €",
		"ONE-two three-FOUR", "ÀÉÎÕÜ àéîõü ÿ Ÿ ǅ", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "", "   ", "\u2007\u202f", strings.Repeat("word ", 60), strings.Repeat("W", 300), strings.Repeat("i", 301),
		strings.Repeat("🔥", 80), "a " + strings.Repeat("b", 120) + " c", strings.Repeat("ab ", 30) + "\n" + strings.Repeat("cd", 40),
	}
	texts = append(texts,
		"Khuyến mãi ưu đãi", "Giảm giá 50% – hôm nay", "Sale → Größe ★ ok", "☎︎ ✔︎ ➡︎ ⚡︎ ☎ ☎️ #︎ 🔥︎",
		"Haftpflicht\u00adversicherungs\u00adjahresbeitrags\u00aderm\u00e4\u00dfigung",
		"Haftpflicht\u200bversicherungs\u200bjahresbeitrags\u200berm\u00e4\u00dfigung",
		"Kfz-Haftpflichtversicherungs-Jahresbeitragserm\u00e4\u00dfigung\u2013Fr\u00fchjahrsaktion\u2014Sonderangebot/Restposten/Ausverkauf",
		"\u00ada\u00ad b\u00ad \u00ad\u200b c\u2060-\u2060d e\u200b\u200bf 🔥\u00ad🔥", "no\u00a0break\u2011ever and-on 1-2 -x 50/100 a/b http://a.b/c?d=e&f (x)[y]{z} “q”w …u ‽v |w",
		"Win!Now?Yes,ok;1,000.50:x—y——z–1 🔥now🔥🔥 20%off $5", strings.Repeat("ab\u00ad", 60), strings.Repeat("W\u00ad", 40)+" "+strings.Repeat("i-", 40))
	words := strings.Fields("Save up to 35% on gold now or never again the whole week extraordinarily internationalisation for you and me until Friday 23:59 UTC")
	seed := uint64(42)
	next := func(n int) int {
		seed = seed*6364136223846793005 + 1442695040888963407
		return int(seed>>33) % n
	}
	for range 16 {
		var b strings.Builder
		for range 1 + next(14) {
			b.WriteString(words[next(len(words))])
			b.WriteByte(" \n"[min(1, next(12)/11)])
		}
		texts = append(texts, b.String())
	}
	return texts
}
