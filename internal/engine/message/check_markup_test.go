package message

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/promostack/promostack/internal/base/fault"
)

func TestCheckMarkup(t *testing.T) {
	for _, text := range []string{
		"", "plain & simple > that", "<b>a<i>b</i></b>", "<B>a</b>", "&lt;b&gt;", `<a href="https://e.example/?a=1&amp;b=2">x</a>`, `<a href='tg://user?id=1'>x</a>`,
		`<span class="tg-spoiler">x</span>`, `<code class="language-go">x</code>`, "<blockquote expandable>x</blockquote>", `<tg-emoji emoji-id="5">😀</tg-emoji>`, "<pre>a\nb</pre >",
	} {
		require.Empty(t, CheckMarkup(text), text)
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
		require.Contains(t, CheckMarkup(text), want, text)
	}
}

// What other HTML knows and Telegram doesn't is named, with what to write.
func TestCheckReferences(t *testing.T) {
	for _, text := range []string{"", "&lt;&gt;&amp;&quot;&#33;&#x21;", "AT&T; R&D", "&bogus; & &;", "&copy 2026", "https://e.example/?a=1&copy=2"} {
		require.Empty(t, CheckReferences(text), text)
	}
	for text, want := range map[string]string{
		"5 &euro;": "&euro; and shows it as it is typed; write “€” instead", "a&nbsp;b": "write “&#160;” instead", "&apos;": "write “'” instead",
		"&LT;": "write “&lt;” instead", "&#0;": "no such character", "<a href='https://e.example/&eacute;'>x</a>": "write “é”", "&#X41;": "write “A” instead",
	} {
		require.Contains(t, CheckReferences(text), want, text)
	}
	require.Equal(t, 6, Length("&euro;"))
}

func TestMessageCheckReadsTheMarkup(t *testing.T) {
	require.NoError(t, Message{Text: "<b>x</b> &euro;"}.Check())
	err := Message{Text: "<b>x"}.Check()
	require.ErrorContains(t, err, "refuse this message")
	require.Equal(t, []fault.Field{{Name: "text", Code: "bad_html", Message: "<b> is not closed; add </b>"}}, fault.From(err).Fields)
	require.Equal(t, "caption", fault.From(Message{Text: "</b>", Media: []Media{{Kind: Photo}}}.Check()).Fields[0].Name)
}
