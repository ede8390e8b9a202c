package journey

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/engine/message"
)

func values(name string) string {
	return map[string]string{"first_name": "Ann <3", "sly": `"><b>{first_name}</b>`, "link": `https://e.example/a b?x="1"&y='2'`, "script": "javascript:alert(1)", "a1_b": "ok"}[name]
}

func TestFill(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"Hi {first_name}!", "Hi Ann &lt;3!"},
		{"Hi {nobody|there}!", "Hi there!"},
		{"Hi {first_name|there}!", "Hi Ann &lt;3!"},
		{"Hi {nobody}!", "Hi !"},
		{"{a1_b}{a1_b|x}", "okok"},
		{"{{first_name}} {{", "{first_name}} {"},
		{"{{{first_name}", "{Ann &lt;3"},
		{"{First} {1a} {} { {a b} {a-b} {a|", "{First} {1a} {} { {a b} {a-b} {a|"},
		{"{nobody|a < b}", "{nobody|a < b}"},
		{"{" + strings.Repeat("a", 40) + "}{" + strings.Repeat("a", 41) + "}", "{" + strings.Repeat("a", 41) + "}"},
		{"<b>{sly}</b>", "<b>&quot;&gt;&lt;b&gt;{first_name}&lt;/b&gt;</b>"},
		{`<a href="https://e.example/?q={sly}">x</a>`, `<a href="https://e.example/?q=%22%3E%3Cb%3E%7Bfirst_name%7D%3C%2Fb%3E">x</a>`},
		{`<a href="{link}">{link}</a>`, `<a href="https://e.example/a%20b?x=%221%22&amp;y=%272%27">https://e.example/a b?x=&quot;1&quot;&amp;y='2'</a>`},
		{`<a href='{link}'>x</a>`, `<a href='https://e.example/a%20b?x=%221%22&amp;y=%272%27'>x</a>`},
		{`<a href="{script}">x</a>`, `<a href="javascript%3Aalert%281%29">x</a>`},
		{`<a href="https://e.example/{link}">x</a>`, `<a href="https://e.example/https%3A%2F%2Fe.example%2Fa%20b%3Fx%3D%221%22%26y%3D%272%27">x</a>`},
		{`1 < 2 {first_name}`, `1 < 2 Ann &lt;3`},
	} {
		require.Equal(t, c.want, fill(c.text, inHTML, values), c.text)
	}
	require.Equal(t, "Ann <3", fill("{first_name}", inPlain, values))
	require.Equal(t, "https://e.example/?q=Ann%20%3C3", fill("https://e.example/?q={first_name}", inURL, values))
	require.Equal(t, "https://e.example/a%20b?x=%221%22&y=%272%27", fill("{link}", inURL, values))
}

// Long values give way, not the text.
func TestFitted(t *testing.T) {
	long := func(string) string { return strings.Repeat("ab<", 2000) }
	out := fitted("Dear {name}, dear {name}! "+strings.Repeat("x", 3900), message.MaxText, long)
	require.LessOrEqual(t, message.Length(out), message.MaxText)
	require.Contains(t, out, "Dear ab&lt;ab&lt;")
	require.Contains(t, out, "…, dear")
	require.True(t, strings.HasSuffix(out, "xxx"))
	require.Equal(t, "Hi", fitted("Hi", 2, long))
}

func TestCheckMarkup(t *testing.T) {
	for _, text := range []string{
		"", "plain & simple > that", "<b>a<i>b</i></b>", "<B>a</b>", "&lt;b&gt;", `<a href="https://e.example/?a=1&amp;b=2">x</a>`, `<a href='tg://user?id=1'>x</a>`,
		`<span class="tg-spoiler">x</span>`, `<code class="language-go">x</code>`, "<blockquote expandable>x</blockquote>", `<tg-emoji emoji-id="5">😀</tg-emoji>`, "<pre>a\nb</pre >",
	} {
		require.Empty(t, checkMarkup(text), text)
	}
	for text, want := range map[string]string{
		"1 < 2":                              "begins no tag",
		"<b>x":                               "<b> is not closed; add </b>",
		"x</b>":                              "</b> closes nothing",
		"<b><i>x</b></i>":                    "</b> stands where </i> is due",
		"<p>x</p>":                           "Telegram doesn't know <p>",
		`<b class="x">x</b>`:                 "“class” of <b>",
		"<a>x</a>":                           "A link has an address",
		`<a href=https://e.example>x</a>`:    "in quotes",
		`<span class="red">x</span>`:         "The only <span>",
		`<tg-emoji>x</tg-emoji>`:             "A custom emoji has a number",
		`<b>x</b class="x">`:                 "</b> has an attribute",
		`<a href="https://e.example>x</a>`:   "begins no tag",
		"<!-- x -->":                         "begins no tag",
		"<>":                                 "begins no tag",
		`<a href="x" onclick="y">x</a>`:      "“onclick” of <a>",
		"<" + strings.Repeat("x", 50) + " <": "begins no tag",
	} {
		require.Contains(t, checkMarkup(text), want, text)
	}
}

func TestRewriteLinks(t *testing.T) {
	var seen []string
	link := func(url string) string { seen = append(seen, url); return "https://t.example/l/'&\"" }
	e := Effect{Kind: Send, Text: `<b>a</b> <a href="https://e.example/?a=1&amp;b=2">x</a> <a href='http://two.example'>y</a> <a href="tg://user?id=1">z</a> https://three.example`,
		Buttons: message.Keyboard{{{Text: "Go", URL: "https://four.example/"}, {Text: "Yes", Data: "d"}, {Text: "Me", URL: "tg://user?id=2"}}}}
	out := RewriteLinks(e, link)
	require.Equal(t, []string{"https://four.example/", "https://e.example/?a=1&b=2", "http://two.example"}, seen)
	const to = "https://t.example/l/%27&amp;&quot;"
	require.Equal(t, `<b>a</b> <a href="`+to+`">x</a> <a href='`+to+`'>y</a> <a href="tg://user?id=1">z</a> https://three.example`, out.Text)
	require.Equal(t, "https://t.example/l/'&\"", out.Buttons[0][0].URL)
	require.Equal(t, "tg://user?id=2", out.Buttons[0][2].URL)
	require.Equal(t, "https://four.example/", e.Buttons[0][0].URL, "what was given stays")
	note := Effect{Kind: Note, Text: `<a href="https://e.example">x</a>`}
	require.Equal(t, note, RewriteLinks(note, link))
}

func TestForAccount(t *testing.T) {
	e := Effect{Kind: Send, Text: "Well?", Buttons: message.Keyboard{{{Text: "Yes", Data: "j.t.1.c0"}, {Text: "<No>", Data: "j.t.1.c1"}}, {{Text: "Site", URL: "https://e.example/?a&b"}}, {{Text: "Buy", Data: "j.t.1.b0-0"}}}}
	out := ForAccount(e)
	require.Equal(t, "Well?\n\n1. Yes\n2. &lt;No&gt;\nSite: https://e.example/?a&amp;b\n– Buy", out.Text)
	require.Nil(t, out.Buttons)
	require.Len(t, e.Buttons, 3)
	require.Equal(t, "– Buy", ForAccount(Effect{Kind: Send, Photo: "up", Buttons: e.Buttons[2:]}).Text)
	require.Equal(t, Effect{Kind: Send, Text: "x"}, ForAccount(Effect{Kind: Send, Text: "x"}))
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		" Gold ": "gold", "GOLD  Coin": "gold coin", "Ｇｏｌｄ": "gold", "Straße": "strasse", "ﬁne": "fine", "a\u00a0 b\t\nc": "a b c", "É": "é", "İ": "i̇", "": "", "   ": "", "gold": "gold", "a b": "a b",
	} {
		require.Equal(t, want, Fold(text), text)
	}
}

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		text, keyword, way string
		want               bool
	}{
		{"Gold", " gold ", "", true}, {"Gold", "gold", Exact, true}, {"gold!", "gold", Exact, false}, {"gold", "", Exact, false}, {"", "", Contains, false},
		{"golden", "gold", Prefix, true}, {"a gold", "gold", Prefix, false}, {"marigold", "GOLD", Contains, true},
		{"I want gold.", "gold", Word, true}, {"golden gold", "gold", Word, true}, {"golden", "gold", Word, false}, {"marigold", "gold", Word, false},
		{"gold_1", "gold", Word, false}, {"gold-1", "gold", Word, true}, {"(gold)", "gold", Word, true}, {"хочу золото!", "золото", Word, true}, {"золотой", "золото", Word, false},
		{"buy gold coin now", "gold  coin", Word, true}, {"#gold now", "#gold", Word, true}, {"x/start", "/start", Word, true}, {"c++", "c++", Word, true}, {"c++11", "c++", Word, true},
		{"gold", "gold", "odd", false}, {"éé", "é", Word, false},
	} {
		require.Equal(t, c.want, matches(Fold(c.text), c.keyword, c.way), "%+v", c)
	}
}
