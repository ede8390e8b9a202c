package message

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
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
		require.Equal(t, c.want, Fill(c.text, HTML, values), c.text)
	}
	require.Equal(t, "Ann <3", Fill("{first_name}", PlainText, values))
	require.Equal(t, "https://e.example/?q=Ann%20%3C3", Fill("https://e.example/?q={first_name}", Address, values))
	require.Equal(t, "https://e.example/a%20b?x=%221%22&y=%272%27", Fill("{link}", Address, values))
}

// Long values give way, not the text.
func TestFit(t *testing.T) {
	long := func(string) string { return strings.Repeat("ab<", 2000) }
	out := Fit("Dear {name}, dear {name}! "+strings.Repeat("x", 3900), MaxText, long)
	require.LessOrEqual(t, Length(out), MaxText)
	require.Contains(t, out, "Dear ab&lt;ab&lt;")
	require.Contains(t, out, "…, dear")
	require.True(t, strings.HasSuffix(out, "xxx"))
	require.Equal(t, "Hi", Fit("Hi", 2, long))

	// A long value is cut only where the message would be too long, and no more than that.
	values := map[string]string{"long": strings.Repeat("é", 4000), "short": strings.Repeat("s", 90)}
	value := func(name string) string { return values[name] }
	require.Equal(t, "Hi "+values["long"], Fit("Hi {long}", MaxText, value))
	out = Fit("{short} {long} {short}", MaxText, value)
	require.Equal(t, MaxText, Length(out))
	require.Equal(t, 2, strings.Count(out, values["short"]))
	require.Contains(t, out, "…")
}
