package telegram

import (
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"
)

// cutOut shows entities as their types with their texts.
func cutOut(text string, entities []entity) []string {
	var out []string
	all := utf16.Encode([]rune(text))
	for _, e := range entities {
		out = append(out, e.Type+" "+string(utf16.Decode(all[e.Offset:e.Offset+e.Length])))
	}
	return out
}

func TestWhatIsFoundInAText(t *testing.T) {
	for text, want := range map[string][]string{
		"":                       nil,
		"plain, and 1/2 or a.b.": nil,
		"/start abc /help@some_bot (/x) a/b /usr/bin </y> 1/2":           {"bot_command /start", "bot_command /help@some_bot", "bot_command /x"},
		"@ada_1 and @x, @gif; mail@ @ada_1é @abcd@efgh":                  {"mention @ada_1", "mention @gif", "mention @abcd"},
		"#sale #2026 #день2 a#b ##two #a#b":                              {"hashtag #sale", "hashtag #день2", "hashtag #two"},
		"$EUR $1INCH $eur $TOOLONGNAME $$X a$B $USD.":                    {"cashtag $EUR", "cashtag $1INCH", "cashtag $USD"},
		"ada@example.com, mailto:b.c+d@sub.example.org and a@b":          {"email ada@example.com", "email b.c+d@sub.example.org"},
		"+1-212-555-0123 or +49 (30) 1234567, not +12 or 2125550123":     {"phone_number +1-212-555-0123", "phone_number +49 (30) 1234567"},
		"See https://example.com/a?b=1, or (http://x.org/y(z)) now.":     {"url https://example.com/a?b=1", "url http://x.org/y(z)"},
		"example.com. t.me/some_bot?start=a HTTP://EXAMPLE.COM":          {"url example.com", "url t.me/some_bot?start=a", "url HTTP://EXAMPLE.COM"},
		"report.pdf e.g this.that 1.5 v1.2 12.12.2026 a..com":            nil,
		"http://localhost/x http://127.0.0.1:8080/c/1 10.0.0.256 1.2.3":  {"url http://127.0.0.1:8080/c/1"},
		"gopher://example.com javascript://x.com @example.com #x.com":    {"mention @example", "hashtag #x"},
		"tg://resolve?domain=x ton://a/b. https://u:p@h.example.com:81/": {"url tg://resolve?domain=x", "url ton://a/b", "url https://u:p@h.example.com:81/"},
		"https://example.com/#tag@name/start":                            {"url https://example.com/#tag@name/start"},
		"http://a.internal:80 ftp://b.lan/x":                             {"url http://a.internal:80", "url ftp://b.lan/x"},
	} {
		require.Equal(t, want, cutOut(text, findEntities(text)), text)
	}
}

func TestWhatIsFoundCountsInUTF16(t *testing.T) {
	require.Equal(t, []entity{{Type: "hashtag", Offset: 6, Length: 2}, {Type: "url", Offset: 9, Length: 12}}, findEntities("😀é😀 #a x.com/😀/йцз"))
}

// What a bot formatted stays, and nothing is found in code, links and mentions, or over the edge of a
// quote.
func TestWhatIsFoundInFormattedText(t *testing.T) {
	for markup, want := range map[string][]string{
		"<b>see x.com now</b>":               {"bold see x.com now", "url x.com"},
		"<i>#a</i> <code>#b /c</code> #d":    {"italic #a", "hashtag #a", "code #b /c", "hashtag #d"},
		"<pre>https://x.com</pre>":           {"pre https://x.com"},
		`<a href="https://y.com">x.com</a>`:  {"text_link x.com"},
		`<a href="tg://user?id=5">@ada1</a>`: {"text_mention @ada1"},
		"<blockquote>x.com</blockquote> /a":  {"blockquote x.com", "url x.com", "bot_command /a"},
		"<blockquote>x.</blockquote>com":     {"blockquote x."},
		"<u>https://x</u>.com/a":             {"url https://x.com/a", "underline https://x"},
	} {
		text, entities, err := params{}.formatted(markup, "HTML", "")
		require.NoError(t, err)
		require.Equal(t, want, cutOut(text, entities), markup)
	}
	text, entities, err := params{}.formatted(" x.com ada", "", `[{"type":"url","offset":7,"length":3},{"type":"bold","offset":1,"length":5}]`)
	require.NoError(t, err)
	require.Equal(t, []string{"bold x.com", "url x.com"}, cutOut(text, entities), "only Telegram finds addresses")
}

func FuzzEntities(f *testing.F) {
	for _, seed := range []string{"a@b.com", "#x$Y@z", "http://[x](y.com", "+1 (2", strings.Repeat("x.", 50), "\xff@abcd", "mailto:a@b.cd.", "m#0@0.000"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		text = strings.ToValidUTF8(text, "")
		end, total := 0, units(text)
		for _, e := range findEntities(text) {
			require.True(t, e.Offset >= end && e.Length > 0 && e.Offset+e.Length <= total, "%+v in %q", e, text)
			end = e.Offset + e.Length
		}
	})
}
