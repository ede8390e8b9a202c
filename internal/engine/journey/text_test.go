package journey

import (
	"testing"

	"github.com/stretchr/testify/require"

	typed "github.com/promostack/promostack/internal/base/text"
	"github.com/promostack/promostack/internal/engine/message"
)

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

func TestMatches(t *testing.T) {
	for _, c := range []struct {
		text, keyword string
		way           Match
		want          bool
	}{
		{"Gold", " gold ", "", true}, {"Gold", "gold", Exact, true}, {"gold!", "gold", Exact, false}, {"gold", "", Exact, false}, {"", "", Contains, false},
		{"golden", "gold", Prefix, true}, {"a gold", "gold", Prefix, false}, {"marigold", "GOLD", Contains, true},
		{"I want gold.", "gold", Word, true}, {"golden gold", "gold", Word, true}, {"golden", "gold", Word, false}, {"marigold", "gold", Word, false},
		{"gold_1", "gold", Word, false}, {"gold-1", "gold", Word, true}, {"(gold)", "gold", Word, true}, {"хочу золото!", "золото", Word, true}, {"золотой", "золото", Word, false},
		{"buy gold coin now", "gold  coin", Word, true}, {"#gold now", "#gold", Word, true}, {"x/start", "/start", Word, true}, {"c++", "c++", Word, true}, {"c++11", "c++", Word, true},
		{"gold", "gold", "odd", false}, {"éé", "é", Word, false},
	} {
		require.Equal(t, c.want, matches(typed.Fold(c.text), c.keyword, c.way), "%+v", c)
	}
}
