package message

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever people are called, a text keeps the tags that its author gave it.
func FuzzFill(f *testing.F) {
	f.Add(`Hi {name|<b>}`, "Ann")
	f.Add(`<a href="https://e.example/{name}">{name}</a> {{name}`, `"><b>x</b>{name}`)
	f.Add(`<a href='{name}'>x</a>`, `https://e.example/' onclick='`)
	f.Add(`<b>{name}</b>&amp;<`, "<i>")
	f.Add(`<{name}>`, "b")
	f.Fuzz(func(t *testing.T, text, value string) {
		if len(text) > 5000 || len(value) > 5000 {
			return
		}
		named := func(name string) string {
			if name == "name" {
				return value
			}
			return ""
		}
		out := Fill(text, HTML, named)
		if CheckMarkup(text) == "" {
			require.Equal(t, shape(Fill(text, HTML, func(string) string { return "x" })), shape(out), "a value adds no tags and takes none away")
			inside := Fill("{name}", HTML, named)
			if !strings.ContainsAny(text, "<&{") {
				require.Equal(t, text, out)
			}
			require.NotContains(t, inside, "<")
			require.NotContains(t, inside, `"`)
		}
		Fit(text, MaxText, named)
		Fill(text, PlainText, named)
		Fill(text, Address, named)
		link := func(string) string { return "https://t.example/l/x" }
		require.Equal(t, shape(out), shape(RewriteLinks(out, link)), "links are rewritten in their places")
		Keyboard{{{Text: value, URL: text}}}.RewriteLinks(link)
	})
}

// shape is the tags of a text with the names of their attributes.
func shape(text string) []string {
	var out []string
	for t, ok := nextTag(text, 0); ok; t, ok = nextTag(text, t.to) {
		name := t.name
		if t.closing {
			name = "/" + name
		}
		for _, a := range t.attrs {
			name += " " + a.name
		}
		out = append(out, name)
	}
	return out
}

// Whatever is read: what was escaped shows as it was, entities lie within the text, a text that is
// counted is counted as it is sent, and one without fault in people's words has none in Telegram's.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"<b>x</b>", "a&lt;&#x1F600;&#55357;<a href='http://x.y'>é</a>", "<pre><code class=language-x>y</code></pre>", "<b", "</", "</>", "&#", "&#xD800;",
		"<blockquote expandable>", "<tg-emoji emoji-id='5'>x</tg-emoji>", "&euro;&nbsp&amp", "<a href=\"x>y", "1 < 2 <3", "<i>a<b>b</i>c</b>", "<p x='>'>"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, markup string) {
		require.Equal(t, markup, Plain(Escape(markup)))
		text, entities, err := Parse(Escape(markup))
		require.NoError(t, err)
		require.Empty(t, entities)
		require.Equal(t, markup, text)
		CheckReferences(markup)
		CheckLinks(markup)
		problem := CheckMarkup(markup)
		text, entities, err = Parse(markup)
		if err != nil {
			refused := new(MarkupError)
			require.ErrorAs(t, err, &refused)
			require.NotEmpty(t, problem)
			require.NotEmpty(t, refused.Refusal)
			require.LessOrEqual(t, refused.Offset, len(markup))
			Length(markup)
			return
		}
		require.Equal(t, text, Plain(markup))
		require.Equal(t, Units(text), Length(markup))
		for _, e := range entities {
			require.True(t, e.Offset >= 0 && e.Length > 0 && e.Offset+e.Length <= Units(text), "%+v in %q", e, text)
		}
	})
}
