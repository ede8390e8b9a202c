package telegram

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func TestMarkup(t *testing.T) {
	for markup, want := range map[string]struct {
		text     string
		entities []entity
	}{
		"plain": {"plain", nil},
		"a &lt; b &amp; c &quot;d&quot; &#33;&#x1F600; &copy; &":        {`a < b & c "d" !😀 &copy; &`, nil},
		"<b>a</b><strong>b</strong>":                                    {"ab", []entity{{Type: "bold", Length: 1}, {Type: "bold", Offset: 1, Length: 1}}},
		"<i>a</i><em>b</em>":                                            {"ab", []entity{{Type: "italic", Length: 1}, {Type: "italic", Offset: 1, Length: 1}}},
		"<u>a</u><ins>b</ins>":                                          {"ab", []entity{{Type: "underline", Length: 1}, {Type: "underline", Offset: 1, Length: 1}}},
		"<s>a</s><strike>b</strike><del>c</del>":                        {"abc", []entity{{Type: "strikethrough", Length: 1}, {Type: "strikethrough", Offset: 1, Length: 1}, {Type: "strikethrough", Offset: 2, Length: 1}}},
		"<tg-spoiler>a</tg-spoiler><span class=\"tg-spoiler\">b</span>": {"ab", []entity{{Type: "spoiler", Length: 1}, {Type: "spoiler", Offset: 1, Length: 1}}},
		"😀<b>é<i>x</i></b>":                                             {"😀éx", []entity{{Type: "bold", Offset: 2, Length: 2}, {Type: "italic", Offset: 3, Length: 1}}},
		"<code>x</code>":                                                {"x", []entity{{Type: "code", Length: 1}}},
		"<pre>x</pre>":                                                  {"x", []entity{{Type: "pre", Length: 1}}},
		"<pre><code class=\"language-go\">x</code></pre>":               {"x", []entity{{Type: "pre", Length: 1, Language: "go"}}},
		"<a href='https://x.org/?a=1&amp;b'>x</a>":                      {"x", []entity{{Type: "text_link", Length: 1, URL: "https://x.org/?a=1&b"}}},
		"<a href=\"example.org\">x</a>":                                 {"x", []entity{{Type: "text_link", Length: 1, URL: "http://example.org/"}}},
		"<a>example.org</a>":                                            {"example.org", []entity{{Type: "text_link", Length: 11, URL: "http://example.org/"}}},
		"<a href=\"javascript:alert(1)\">x</a>":                         {"x", nil},
		"<a href=\"tg://user?id=42\">x</a>":                             {"x", []entity{{Type: "text_mention", Length: 1, User: &user{ID: 42, FirstName: "42"}}}},
		"<blockquote>q</blockquote>":                                    {"q", []entity{{Type: "blockquote", Length: 1}}},
		"<blockquote expandable>q</blockquote>":                         {"q", []entity{{Type: "expandable_blockquote", Length: 1}}},
		"<tg-emoji emoji-id=\"5\">👍</tg-emoji>":                         {"👍", []entity{{Type: "custom_emoji", Length: 2, EmojiID: "5"}}},
		"<B >x</b >": {"x", []entity{{Type: "bold", Length: 1}}},
		"<b>x</>":    {"x", []entity{{Type: "bold", Length: 1}}},
		"<b></b>x":   {"x", nil},
	} {
		text, entities, err := parseHTML(markup)
		require.NoError(t, err, markup)
		require.Equal(t, want.text, text, markup)
		require.Equal(t, want.entities, entities, markup)
	}
}

func TestBrokenMarkup(t *testing.T) {
	for markup, want := range map[string]string{
		"<b>x":                       `Can't find end tag corresponding to start tag "b"`,
		"x<b":                        `Unclosed start tag at byte offset 1`,
		"<a href=\"x>y":              `Unclosed start tag at byte offset 0`,
		"<a href=":                   `Unclosed start tag "a" at byte offset 0`,
		"<a =x>y</a>":                `Empty attribute name in the tag "a" at byte offset 0`,
		"é<div>x</div>":              `Unsupported start tag "div" at byte offset 2`,
		"1 < 2":                      `Unsupported start tag "" at byte offset 2`,
		"<br/>":                      `Unsupported start tag "br/" at byte offset 0`,
		"x</b>":                      `Unexpected end tag at byte offset 1`,
		"<b>x</i>":                   `Unmatched end tag at byte offset 4, expected "</b>", found "</i>"`,
		"<b>x</b":                    `Unclosed end tag at byte offset 4`,
		"<span class=\"x\">y</span>": `Tag "span" must have class "tg-spoiler" at byte offset 0`,
	} {
		_, _, err := parseHTML(markup)
		if strings.HasPrefix(markup, "1 <") {
			require.Error(t, err)
			continue
		}
		require.EqualError(t, err, "Bad Request: can't parse entities: "+want, markup)
	}
}

func TestTrimming(t *testing.T) {
	text, entities := trimmed(" \n 😀x  ", []entity{{Type: "bold", Offset: 0, Length: 8}, {Type: "italic", Offset: 0, Length: 2}, {Type: "code", Offset: 5, Length: 3}})
	require.Equal(t, "😀x", text)
	require.Equal(t, []entity{{Type: "bold", Offset: 0, Length: 3}, {Type: "code", Offset: 2, Length: 1}}, entities)
}

// Whatever comes in, the entities lie within the text and the text is one.
func FuzzMarkup(f *testing.F) {
	for _, seed := range []string{"<b>x</b>", "a&lt;&#x1F600;<a href='http://x.y'>é</a>", "<pre><code class=language-x>y</code></pre>", "<b", "</", "&#", "<blockquote expandable>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		if !utf8.ValidString(markup) {
			return
		}
		text, entities, err := parseHTML(markup)
		if err != nil {
			if !strings.HasPrefix(err.Error(), "Bad Request: can't parse entities: ") {
				t.Fatal(err)
			}
			return
		}
		for range 2 {
			if !utf8.ValidString(text) {
				t.Fatalf("%q", text)
			}
			total := units(text)
			for _, e := range entities {
				if e.Offset < 0 || e.Length < 1 || e.Offset+e.Length > total {
					t.Fatalf("%+v in %q", e, text)
				}
			}
			text, entities = trimmed(text, entities)
		}
	})
}

// A keyboard is refused or can be shown; nothing panics.
func FuzzKeyboard(f *testing.F) {
	for _, seed := range []string{`{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}`, `{"keyboard":[["a"]]}`, `{"inline_keyboard":[[null]]}`, `[]`, `{"force_reply":true}`, `{"inline_keyboard":[[{"text":"a","url":"http://x.y"}]]}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		m, err := params{values: map[string]string{"reply_markup": raw}}.readMarkup()
		if _, refused := asRefusal(err); err != nil && !refused {
			t.Fatal(err)
		}
		if err != nil || m.inline == nil {
			return
		}
		for _, row := range m.inline.Rows {
			for _, b := range row {
				if b.Text == "" || len(b.Data) > 64 || b.Data == "" && b.URL == "" && b.Switch == nil && b.Here == nil && b.WebApp == nil && b.Login == nil && b.Copy == nil && !b.Pay {
					t.Fatalf("%+v", b)
				}
			}
		}
	})
}

// A JSON body becomes parameters or is refused.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{`{"a":"b"}`, `{"a":null,"b":[1,{}],"c":1e9}`, `[]`, ``, `{"a":"\ud800"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		p := params{values: map[string]string{}, files: map[string]upload{}}
		if err := p.readJSON(strings.NewReader(raw)); err != nil {
			if _, refused := asRefusal(err); !refused {
				t.Fatal(err)
			}
		}
		_ = p.logged("1:" + strings.Repeat("x", 35))
	})
}
